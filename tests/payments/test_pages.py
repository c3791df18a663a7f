"""The pages of money: what is refused stays as it was typed, what is done is done once, and each sees what is theirs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests import sent
from tests.factories import TODAY
from tests.page_fixtures import board, on_that_day, somebody
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.payments.models import Payment, Reclaim

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")


def payment_of(board: BoardAtWork) -> Payment:
    with open_reading(board.database) as s:
        return s.scalars(select(Payment)).one()


def reclaim_form(**more: str) -> dict[str, str]:
    typed = {
        "ground": "not_reported",
        "amount": "10 000",
        "established_by": "board_decision",
        "established_on": TODAY.isoformat(),
        "reference": "Föreningens redovisning",
        "reasons": "En del av medlen har inte använts.",
    }
    return typed | more


@pytest.fixture
def paid(board: BoardAtWork) -> str:
    """The number of a case whose grant has been paid."""
    number = board.approve().number
    eva = somebody(board, Role.FINANCE)
    eva.send(
        f"/utbetalningar/{payment_of(board).id}", version=str(payment_of(board).version), paid_on=TODAY.isoformat()
    )
    assert payment_of(board).paid_on == TODAY
    return number


def test_a_day_that_is_none_is_told_beside_it_and_nothing_is_paid(board: BoardAtWork) -> None:
    board.approve()
    row = payment_of(board)
    answer = somebody(board, Role.FINANCE).send(
        f"/utbetalningar/{row.id}", version=str(row.version), paid_on="i förrgår"
    )
    assert answer.status_code == 422
    assert 'value="i förrgår"' in answer.text
    assert payment_of(board).paid_on is None


def test_a_payment_is_made_once_whoever_presses_twice(board: BoardAtWork) -> None:
    number = board.approve().number
    eva, row = somebody(board, Role.FINANCE), payment_of(board)
    page = eva.get("/utbetalningar").text
    assert number in page
    assert "40 000" in page.replace("\u00a0", " ")
    fields = {"version": sent.fields(page)["version"], "paid_on": TODAY.isoformat()}
    assert eva.send(f"/utbetalningar/{row.id}", **fields).status_code == 303
    assert eva.send(f"/utbetalningar/{row.id}", **fields).status_code == 409
    assert payment_of(board).version == row.version + 1


def test_a_stop_needs_its_reasons_and_holds_the_payment(board: BoardAtWork) -> None:
    board.approve()
    row, mona = payment_of(board), somebody(board, Role.DECISION_MAKER)
    assert mona.send(f"/utbetalningar/{row.id}/stopp", reasons="").status_code == 422
    assert payment_of(board).stopped_on is None
    why = "Uppgifter om verksamheten utreds."
    assert mona.send(f"/utbetalningar/{row.id}/stopp", reasons=why).status_code == 303
    assert payment_of(board).stopped_on == TODAY
    eva = somebody(board, Role.FINANCE)
    answer = eva.send(f"/utbetalningar/{row.id}", version=str(payment_of(board).version), paid_on=TODAY.isoformat())
    assert answer.status_code == 422
    assert payment_of(board).paid_on is None


def test_a_reclaim_with_a_wrong_amount_is_refused_and_keeps_what_was_typed(board: BoardAtWork, paid: str) -> None:
    kim = somebody(board, Role.CASEWORKER)
    answer = kim.send(f"/arenden/{paid}/aterkrav", **reclaim_form(amount="tio tusen"))
    assert answer.status_code == 422
    assert "En del av medlen har inte använts.</textarea>" in answer.text
    assert 'value="tio tusen"' in answer.text
    with open_reading(board.database) as s:
        assert s.scalars(select(Reclaim)).all() == []


def test_a_reclaim_goes_from_its_form_to_its_own_page_with_what_was_said(board: BoardAtWork, paid: str) -> None:
    kim = somebody(board, Role.CASEWORKER)
    opened = kim.send(f"/arenden/{paid}/aterkrav", **reclaim_form())
    assert opened.status_code == 303
    page = kim.get(opened.location).text.replace("\u00a0", " ")
    assert re.search(r"10 000 kr", page)
    assert "En del av medlen har inte använts." in page
    assert paid in page
    number = opened.location.rsplit("/", 1)[1]
    assert number in kim.get("/aterkrav").text
    early = kim.send(f"/aterkrav/{number}/inbetalning", amount="500", on=TODAY.isoformat())
    assert early.status_code == 403  # money that comes back is finance's to note
    assert somebody(board, Role.PREMISES).get(f"/aterkrav/{number}").status_code in {403, 404}
