"""What a payment waits for by the board's own order can be set aside by whoever pays, with a reason that is told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.acting import acting
from tests.board import board, refused
from tests.factories import NOW, TODAY
from tests.money.services.test_payment_batches import attesting
from tests.money.services.test_payment_holds import planned
from vetting.casework.domain.legal_force import DecisionEventKind
from vetting.casework.models.decisions import of_case
from vetting.casework.services import after_decision, decisions
from vetting.casework.services.after_decision import NewDecisionEvent
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.money.domain.payment_holds import HoldReason, PaymentOverride, last_day_of_hold
from vetting.money.services import payment_batches, payment_stops, payments
from vetting.money.services.payment_holds import pause_payment
from vetting.people.domain.ways_of_working import BoardOption
from vetting.registers.columns import RegisterSelection
from vetting.registers.deviations import DeviationAct, deviation_rows
from vetting.rules.services import ways_of_working

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from vetting.money.domain.payment_holds import WaitingPayment

__all__ = ["board"]
FINANCE: dict[str, Any] = {"role": Role.FINANCE}
PAID: dict[str, Any] = {"paid_on": TODAY, "version": None, **FINANCE}
WHY = "Lokalen sägs annars upp."


def granted(board: BoardAtWork, *, sent: bool) -> int:
    """A payment of a grant."""
    case = board.receive()
    board.make_ready(case.number)
    board.propose(case.number)
    board.do(decisions.declare_no_conflict, case.number, role=Role.DECISION_MAKER)
    board.decide(case.number, sent=sent)
    return int(planned(board, case)[0].id)


def why(board: BoardAtWork) -> WaitingPayment:
    """What the one payment waits for."""
    with open_reading(board.database) as s:
        by = board.staff[Role.FINANCE]
        (found,) = payment_batches.payments_to_hand_over(acting(s, by), TODAY + timedelta(days=400), on=TODAY).unready
        return found.why


def deviations(board: BoardAtWork) -> list[tuple[DeviationAct, str]]:
    with open_reading(board.database) as s:
        return [
            (row.act, row.reason) for row in deviation_rows(acting(s, board.staff[Role.AUDITOR]), RegisterSelection())
        ]


def habit(board: BoardAtWork, one: BoardOption) -> None:
    board.do(ways_of_working.set_habits, frozenset({one}), because="", role=Role.ADMINISTRATOR)


@pytest.mark.parametrize("against", list(PaymentOverride))
def test_the_boards_order_is_broken_with_a_reason_and_told(board: BoardAtWork, against: PaymentOverride) -> None:
    key = granted(board, sent=against is not PaymentOverride.UNSENT)
    if against is PaymentOverride.NOT_IN_FORCE:
        habit(board, BoardOption.PAY_IN_FORCE)
    elif against is PaymentOverride.UNATTESTED:
        attesting(board)
    elif against is PaymentOverride.APPEALED:
        with open_reading(board.database) as s:
            (made,) = of_case(s, 1)
        new = NewDecisionEvent(what=DecisionEventKind.APPEALED, on=TODAY, court="Förvaltningsrätten", number="1-26")
        board.do(after_decision.note_decision_event, made.id, new)
    assert why(board).against is against
    assert refused(board, payments.mark_paid, key, **PAID)[0] is Obstacle.CLOSED
    assert refused(board, payments.pay_with_override, key, " ", **FINANCE)[1] == ["because"]
    board.do(payments.pay_with_override, key, WHY, **FINANCE)
    assert refused(board, payments.pay_with_override, key, WHY, **FINANCE)[0] is Obstacle.CLOSED
    board.do(payments.mark_paid, key, **PAID)
    unattested = against is PaymentOverride.UNATTESTED
    told = DeviationAct.PAID_UNATTESTED if unattested else DeviationAct.PAID_AGAINST_ORDER
    assert deviations(board) == [(told, WHY)]


def test_a_stop_is_set_aside_by_nobody_and_what_the_ledger_says_is_told(board: BoardAtWork) -> None:
    key = granted(board, sent=True)
    board.do(payment_stops.stop_payment, key, "Årsmötet är inte hållet.", role=Role.DECISION_MAKER)
    assert refused(board, payments.pay_with_override, key, WHY, **FINANCE)[0] is Obstacle.CLOSED
    assert refused(board, payments.mark_paid, key, **PAID)[0] is Obstacle.CLOSED
    board.do(payments.mark_paid, key, **PAID, verification="V 77")
    assert deviations(board) == [(DeviationAct.PAID_DESPITE_STOP, "V 77")]


def test_the_finance_office_sees_that_the_officer_holds_it_and_till_when_never_why(board: BoardAtWork) -> None:
    key = granted(board, sent=True)
    board.do(pause_payment, key, HoldReason.PAYEE)
    told = why(board)
    assert told.for_finance.sv.startswith("Väntar på handläggarens besked, senast ")
    assert "konto" in told.what.sv
    assert told.until == last_day_of_hold(NOW.date())
