"""Tokens for other systems: given by the board's administrator, shown once, ended; and nobody signs in by one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.page_fixtures import board, on_that_day, one_line, somebody
from vetting.kernel.roles import SEPARATION_WORDS, Role, SeparationOfDuties
from vetting.kernel.store.session import open_reading
from vetting.people.models.people import User
from vetting.people.models.systems import System
from vetting.people.services.sign_in import digest_of

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
TYPED = {"name": "E-tjänsten", "rights": "apply", "per_minute": "60", "last_day": "2027-06-30"}
SECRET = re.compile(r"vtg_[\w-]{40,}")


def test_a_token_is_shown_once_and_kept_as_its_digest(board: BoardAtWork) -> None:
    bo = somebody(board, Role.ADMINISTRATOR)
    page = bo.send("/system", **TYPED)
    assert page.status_code == 200
    found = SECRET.search(page.text)
    assert found
    again = one_line(bo.get("/system").text)
    assert "Gäller till och med 30 juni 2027" in again
    assert not SECRET.search(again)
    with open_reading(board.database) as s:
        row = s.scalars(select(System)).one()
        account = s.get_one(User, row.user_id)
        assert row.digest == digest_of(found[0])
        assert (account.active, account.password_hash) == (False, "!")
        login = account.login
    assert "Gav ett annat system en nyckel" in somebody(board, Role.AUDITOR).get("/spar").text
    assert (
        bo.client.post("/logga-in", data={"csrf_token": bo.token(), "login": login, "password": "!"}).status_code == 422
    )
    assert login not in bo.get("/personer").text
    key = row.id
    assert bo.send(f"/system/{key}/avsluta").status_code == 303
    assert "Avslutad" in bo.get("/system").text
    assert bo.send(f"/system/{key}/avsluta").status_code == 409


def test_registers_wait_for_somebody_else_who_is_told_of_it_today(board: BoardAtWork) -> None:
    bo, manager = somebody(board, Role.ADMINISTRATOR), somebody(board, Role.MANAGER)
    page = bo.send("/system", **{**TYPED, "rights": "registers"})
    assert "/godkann" not in page.text, "no button for who gave it"
    with open_reading(board.database) as s:
        key = s.scalars(select(System.id)).one()
    own = bo.send(f"/system/{key}/godkann")
    assert own.status_code == 422
    assert "Inget är ändrat" in own.text
    assert one_line(SEPARATION_WORDS[SeparationOfDuties.AGREE_OWN].sv) in one_line(own.text)
    assert "annat system" in one_line(manager.get("/i-dag").text)
    assert f"/system/{key}/godkann" in manager.get("/system").text
    assert manager.send(f"/system/{key}/godkann").status_code == 303
    assert "annat system" not in one_line(manager.get("/i-dag").text)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", " ", "Systemet behöver ett namn"),
        ("name", "x" * 61, "Systemet behöver ett namn"),
        ("rights", "", "Inget är valt."),
        ("per_minute", "0", "Antalet frågor i minuten"),
        ("per_minute", "många", "är inte ett heltal"),
        ("per_minute", "100000", "Antalet frågor i minuten"),
        ("last_day", "2026-11-01", "Sista dagen ska ligga framåt"),
        ("last_day", "2029-01-01", "Sista dagen ska ligga framåt"),
        ("last_day", "", "Sista dagen saknas."),
    ],
)
def test_a_token_that_cannot_be_is_refused_with_what_was_typed(
    board: BoardAtWork, field: str, typed: str, said: str
) -> None:
    bo = somebody(board, Role.ADMINISTRATOR)
    page = bo.send("/system", **{**TYPED, field: typed})
    assert page.status_code == 422
    assert said in page.text
    assert 'value="E-tjänsten"' in page.text or field == "name"
    with open_reading(board.database) as s:
        assert s.scalars(select(System)).all() == []
