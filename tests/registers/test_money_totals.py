"""What the chosen grants come to is what their rows come to: paid, planned, late, stopped, and as of a day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from tests.acting import acting
from tests.board import board
from tests.factories import NOW, TODAY
from tests.money.services.test_payment_holds import granted, pay, planned
from tests.page_fixtures import on_that_day
from tests.registers.test_sheets import filled, readers
from vetting import clock
from vetting.kernel.register_tables import RegisterName
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.money.models.payments import Payment
from vetting.money.services import payments
from vetting.money.services.payment_stops import NewStopTerms, stop_payment
from vetting.registers import RegisterSelection, register_pages
from vetting.registers.sheets import MOST_SUMMED

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from vetting.kernel.store.session import Session
    from vetting.registers.sheets import RegisterPage

__all__ = ["board", "filled", "on_that_day"]
DAY = timedelta(days=1)


def page_of(session: Session, name: RegisterName, selection: RegisterSelection, by: Any) -> RegisterPage:
    return register_pages(acting(session, by), name, selection, sheet=1, page=1, language="sv")[1]


def column(page: RegisterPage, heading: str) -> list[Any]:
    [place] = [place for place, one in enumerate(page.table.columns) if one.heading.sv == heading]
    return [row[place] for row in page.table.rows]


def parts_of_rows(filled: Session, today: date, as_of: date | None) -> int:
    """In how many boards the parts of the money are those of the rows."""
    counted = 0
    for by in readers(filled):
        selection = RegisterSelection(on=today, as_of=as_of)
        grants = page_of(filled, RegisterName.APPROVALS, selection, by)
        payments = page_of(filled, RegisterName.PAYMENTS, selection, by)
        assert grants.number < MOST_SUMMED
        for page in (grants, payments):
            if page.money is None:
                assert page.table.rows == ()
                continue
            assert page.money.whole == sum(amount for _code, _name, amount in page.money.parts)
        if grants.money is None or payments.money is None:
            continue
        counted += 1
        assert grants.money.whole == sum(column(grants, "Beviljat kr"))
        assert grants.money.paid == sum(column(grants, "Utbetalt kr"))
        assert grants.money.left == sum(column(grants, "Kvar kr"))
        amounts = list(zip(column(payments, "Belopp kr"), column(payments, "Betald"), strict=True))
        assert payments.money.paid == sum(amount for amount, paid in amounts if paid is not None)
        assert payments.money.left == sum(amount for amount, paid in amounts if paid is None)
        stopped = zip(amounts, column(payments, "Stoppad"), strict=True)
        assert payments.money.stopped == sum(amount for (amount, paid), since in stopped if since and paid is None)
        assert all(paid is None or as_of is None or paid <= as_of for _amount, paid in amounts)
    return counted


@pytest.mark.parametrize("as_of", [None, date(2026, 1, 10), date(2025, 12, 31)])
def test_the_parts_are_those_of_the_rows_in_every_board(filled: Session, as_of: date | None) -> None:
    assert parts_of_rows(filled, clock.now().date(), as_of)


@pytest.mark.both_engines
def test_what_came_later_is_not_so_on_the_day_asked_for(board: BoardAtWork) -> None:
    case = granted(board)
    payment = planned(board, case)[0]
    assert pay(board, payment) is None
    with open_reading(board.database) as s:
        by = board.staff[Role.AUDITOR]
        then = page_of(s, RegisterName.APPROVALS, RegisterSelection(on=TODAY, as_of=TODAY), by)
        before = page_of(s, RegisterName.APPROVALS, RegisterSelection(on=TODAY, as_of=TODAY - DAY), by)
    assert then.money is not None
    assert (then.money.paid, then.money.late) == (payment.amount, 0)
    assert before.table.rows == ()  # it was not decided yet


@pytest.mark.both_engines
def test_payment_that_came_back_was_paid_until_it_did(board: BoardAtWork) -> None:
    case = granted(board)
    payment = planned(board, case)[0]
    assert pay(board, payment) is None
    back = TODAY + 7 * DAY
    board.do(payments.note_returned, payment.id, back, role=Role.FINANCE, at=NOW + 7 * DAY)
    with open_reading(board.database) as s:
        by = board.staff[Role.AUDITOR]

        def paid(name: RegisterName, as_of: date | None) -> int:
            found = page_of(s, name, RegisterSelection(on=back, as_of=as_of), by)
            shown = column(found, "Utbetalt kr" if name is RegisterName.APPROVALS else "Betald")
            assert found.money is not None
            assert [bool(cell) for cell in shown] == [found.money.paid > 0]
            return found.money.paid

        for name in (RegisterName.APPROVALS, RegisterName.PAYMENTS):
            said = [paid(name, day) for day in (TODAY, back - DAY, back, None)]
            assert said == [payment.amount, payment.amount, 0, 0], name


def test_on_the_day_before_the_first_was_paid_all_of_it_was_left(filled: Session) -> None:
    by = readers(filled)[0]
    days = select(func.min(Payment.paid_on)).where(Payment.board_id == by.board_id)
    turn = (filled.scalar(days) or date.max) - DAY  # nothing is paid that day
    now, then = (
        page_of(filled, RegisterName.APPROVALS, RegisterSelection(on=clock.now().date(), as_of=day, last=turn), by)
        for day in (None, turn)
    )
    assert now.money is not None
    assert then.money is not None
    assert (then.money.paid, then.money.left) == (0, then.money.whole)
    assert 0 < now.money.paid <= then.money.whole == now.money.whole
    assert set(column(then, "Utbetalt datum")) == {None}
    assert set(column(then, "Redovisning (inkom, godkänd)")) == {"inte inkommen"}


@pytest.mark.both_engines
def test_a_stopped_payment_is_stopped_until_it_was_and_never_late(board: BoardAtWork) -> None:
    case = granted(board)
    payment = planned(board, case)[0]
    terms = NewStopTerms(review_on=TODAY + 30 * DAY, cure="Skicka protokollet.")
    board.do(stop_payment, payment.id, "Årsmötet är inte hållet.", terms=terms, role=Role.DECISION_MAKER)
    much_later = RegisterSelection(on=TODAY + 400 * DAY)
    with open_reading(board.database) as s:
        by = board.staff[Role.AUDITOR]
        found = page_of(s, RegisterName.PAYMENTS, much_later, by).money
    assert found is not None
    assert found.stopped == payment.amount
    assert found.late + found.planned == found.whole - payment.amount


@pytest.mark.both_engines
def test_a_register_is_of_the_round_or_the_budget_year_that_is_chosen(board: BoardAtWork) -> None:
    granted(board)
    with open_reading(board.database) as s:
        by = board.staff[Role.AUDITOR]
        own = page_of(s, RegisterName.APPROVALS, RegisterSelection(on=TODAY, round_id=board.round_id), by)
        other = page_of(s, RegisterName.APPROVALS, RegisterSelection(on=TODAY, round_id=board.round_id + 1), by)
        year = page_of(s, RegisterName.APPROVALS, RegisterSelection(on=TODAY, year=1999), by)
    assert (len(own.table.rows), other.table.rows, year.table.rows) == (1, (), ())
