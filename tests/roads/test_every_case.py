"""Every case of the demonstration opens for those who handle it: no state of a case is one that its page forgot."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import brotli
import pytest
from sqlalchemy import select

from tests.board import rules
from vetting.app.application import create_app
from vetting.casework.models.cases import Case
from vetting.config import Config
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading
from vetting.people.models.people import Board
from vetting.rules.services.rulebook import use_rules

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.long

HEAVIEST = 40_000
"""Bytes of a page of a case: what is closed in it is fetched when it is opened."""
HEAVIEST_PACKED = 10_000
"""Bytes of the same as it travels."""
PASSWORD = "prova utan risk"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
HANDLES = {CaseKind.GRANT: "caseworker", CaseKind.BOOKING: "premises"}


@pytest.mark.parametrize("kind", CaseKind)
def test_every_case_of_the_demonstration_opens(demonstration_copy: Path, kind: CaseKind) -> None:
    database = connect_database(f"sqlite:///{demonstration_copy}")
    use_rules(database, rules)
    app = create_app(Config(), database)
    with open_reading(database) as session:
        query = select(Board.code, Case.number).join(Case, Case.board_id == Board.id).where(Case.kind == kind.value)
        cases = session.execute(query.order_by(Board.code, Case.number)).all()
    answered: dict[str, int] = {}
    heavy: dict[str, int] = {}
    for code in sorted({code for code, _number in cases}):
        client = app.test_client()
        token = TOKEN.search(client.get("/logga-in").text)
        assert token is not None
        fields = {"csrf_token": token[1], "login": f"{HANDLES[kind]}.{code}", "password": PASSWORD}
        if client.post("/logga-in", data=fields).status_code != 303:
            continue  # a board where nobody has that role
        for number in (number for board, number in cases if board == code):
            packed = client.get(f"/arenden/{number}", headers={"Accept-Encoding": "br"})
            answered[f"{code} {number}"] = packed.status_code
            size = len(brotli.decompress(packed.data)) if packed.content_encoding else len(packed.data)
            heavy |= {number: size} if size >= HEAVIEST or len(packed.data) >= HEAVIEST_PACKED else {}
    database.close()
    assert len(answered) >= 50
    assert heavy == {}
    assert {case: status for case, status in answered.items() if status not in {200, 404}} == {}
    assert list(answered.values()).count(200) >= 50
