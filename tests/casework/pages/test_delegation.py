"""The page of delegation: a row waits for a second yes, what cannot be read is told, the list to the board empties once."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import docx
import pytest
from sqlalchemy import select

from tests.factories import TODAY
from tests.page_fixtures import board, on_that_day, somebody
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.people.models.delegation import Delegation

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")


def row(board: BoardAtWork, **more: str) -> dict[str, str]:
    return {
        "user_id": str(board.staff[Role.DECISION_MAKER].id),
        "maker": "delegate",
        "point": "7.1",
        "acts": "approve",
        "largest": "50 000",
        "valid_from": TODAY.isoformat(),
    } | more


def rows(board: BoardAtWork) -> list[Delegation]:
    with open_reading(board.database) as s:
        return list(s.scalars(select(Delegation).where(Delegation.point == "7.1")))


def test_an_amount_that_is_none_is_told_and_what_was_typed_stays(board: BoardAtWork) -> None:
    answer = somebody(board, Role.ADMINISTRATOR).send("/delegation", **row(board, largest="många"))
    assert answer.status_code == 422
    assert "”många” är inte ett belopp." in answer.text
    assert 'value="många"' in answer.text
    assert 'value="7.1"' in answer.text
    assert rows(board) == []


def test_a_row_counts_first_when_a_second_person_has_said_yes(board: BoardAtWork) -> None:
    admin = somebody(board, Role.ADMINISTRATOR)
    assert admin.send("/delegation", **row(board)).status_code == 303
    (asked,) = rows(board)
    assert asked.largest == 50_000_00
    alone = admin.send(f"/delegation/{asked.id}/svar", answer="yes")
    assert alone.status_code in {403, 409, 422}
    manager = somebody(board, Role.MANAGER)
    assert manager.send(f"/delegation/{asked.id}/svar", answer="yes").status_code == 303
    assert "7.1" in admin.get("/delegation").text


def test_delegated_decisions_are_told_to_the_board_once(board: BoardAtWork) -> None:
    number = board.approve().number
    registrar = somebody(board, Role.REGISTRAR)
    page = registrar.get("/delegation/anmal").text
    assert number in page
    listed = docx.Document(io.BytesIO(registrar.get("/delegation/anmal.docx").data))
    assert listed.paragraphs[-1].text.startswith("Delegationspunkt ")
    assert [row.cells[1].text for row in listed.tables[0].rows] == ["Ärende", f"{number}, EXN 2026/200"]
    keys = re.findall(r'name="decision"[^>]*value="(\d+)"', page)
    wrong = registrar.send("/delegation/anmal", decision=keys[0], on="i går kväll", paragraph="§ 12")
    assert wrong.status_code == 422
    assert 'value="§ 12"' in wrong.text
    assert (
        registrar.send("/delegation/anmal", decision=keys[0], on=TODAY.isoformat(), paragraph="§ 12").status_code == 303
    )
    assert number not in registrar.get("/delegation/anmal").text
    again = registrar.send("/delegation/anmal", decision=keys[0], on=TODAY.isoformat(), paragraph="§ 13")
    assert again.status_code in {409, 422}
