"""Set-off: a claim that is decided and due is taken from a coming payment, never more than either."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import NUMBERS, board, refused
from tests.factories import NOW, TODAY
from tests.money.services.test_payment_batches import attesting, both
from tests.money.services.test_payment_holds import granted, pay, planned
from tests.page_fixtures import on_that_day
from vetting.casework.domain.legal_force import DecisionEventKind
from vetting.casework.services.after_decision import NewDecisionEvent, note_decision_event
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading
from vetting.money.domain.reclaims import CollectionStep, ReclaimGround, ReclaimState
from vetting.money.models.payments import SetOff, attests_of
from vetting.money.models.reclaims import Reclaim, amount_to_come, ledger_of_reclaim
from vetting.money.services import payment_batches, payments, reclaims
from vetting.money.services.set_offs import NewSetOff, end_set_off, payments_to_set_off_against, set_off

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board", "on_that_day"]
LATER, DUE = NOW + timedelta(days=40), NOW + timedelta(days=80)
FINANCE: dict[str, Any] = {"role": Role.FINANCE}
CLAIMED = 5_000_00


def claimed(board: BoardAtWork) -> str:
    """The number of a claim on a paid grant, decided."""
    case = granted(board)
    assert pay(board, planned(board, case)[0]) is None
    new = reclaims.NewReclaim(
        ground=ReclaimGround.WRONGLY_PAID, amount=CLAIMED, reasons="Räknat på fel antal medlemmar."
    )
    number: str = board.do(reclaims.open_reclaim, case.number, new).number
    board.do(reclaims.communicate_reclaim, number, reply_by=TODAY + timedelta(days=21))
    board.do(reclaims.decide_reclaim, number, version=None, at=LATER, role=Role.DECISION_MAKER)
    return number


def coming(board: BoardAtWork) -> int:
    """The key of what the same association is to be paid next."""
    return planned(board, granted(board, doubled_because="Ett nytt projekt."))[0].id


def new(payment: int, amount: int = CLAIMED, **own: Any) -> NewSetOff:
    said: dict[str, Any] = {"basis": "Nämndens beslut § 12"}
    return NewSetOff(payment=payment, amount=amount, **said | own)


def claim(board: BoardAtWork, number: str) -> tuple[ReclaimState, int, list[str]]:
    with open_reading(board.database) as s:
        row = s.scalars(select(Reclaim).where(Reclaim.number == number)).one()
        return row.state, amount_to_come(s, row), [entry.kind for entry in ledger_of_reclaim(s, row.id)]


@pytest.mark.both_engines
def test_a_set_off_is_a_line_of_its_own_and_settles_the_claim_when_the_payment_is_made(board: BoardAtWork) -> None:
    number, key = claimed(board), coming(board)
    board.do(set_off, number, new(key), at=DUE)
    basis = board.do(payment_batches.make_basis, DUE.date() + timedelta(days=400), None, at=DUE, **FINANCE)
    basis = board.do(payment_batches.lock_basis, basis.number, version=None, at=DUE, **FINANCE)
    with open_reading(board.database) as s:
        (line,) = payment_batches.basis_lines(acting(s, board.staff[Role.FINANCE]), basis)
    assert (line.granted, line.set_off, line.amount) == (40_000_00, CLAIMED, 35_000_00)
    assert claim(board, number) == (ReclaimState.DECIDED, CLAIMED, [])  # it is done when it is paid
    paid_on = DUE.date()
    board.do(payments.mark_paid, key, paid_on=paid_on, version=None, verification="V 1", at=DUE, **FINANCE)
    assert claim(board, number) == (ReclaimState.PAID, 0, ["set_off"])
    with open_reading(board.database) as s:
        assert trail_verification.verify_trail(s).problems == []


def test_a_set_off_needs_a_claim_that_is_due_a_payment_of_the_same_and_a_reason(board: BoardAtWork) -> None:
    number = claimed(board)
    other = planned(board, granted(board, "", number=NUMBERS[1], name="Kören Provspelet"))[0].id
    key = coming(board)
    assert refused(board, set_off, number, new(key), at=LATER) == (Obstacle.INVALID, [number])  # not due yet
    for wrong, where in (
        (new(key, CLAIMED + 1), "amount"),
        (new(key, 0), "amount"),
        (new(other), "payment"),
        (new(key, basis=" "), "basis"),
    ):
        assert refused(board, set_off, number, wrong, at=DUE) == (Obstacle.INVALID, [where]), wrong
    assert refused(board, set_off, number, new(key), at=DUE, **FINANCE)[0] is Obstacle.FORBIDDEN
    board.do(set_off, number, new(key, 3_000_00), at=DUE)
    assert refused(board, set_off, number, new(key, 2_000_01), at=DUE) == (Obstacle.INVALID, ["amount"])
    with open_reading(board.database) as s:
        row = s.scalars(select(Reclaim).where(Reclaim.number == number)).one()
        case = board.case(f"BID-2026-{1:04}")
        shown = [
            payment.id for payment, _case in payments_to_set_off_against(acting(s, board.staff[Role.CASEWORKER]), case)
        ]
        assert row.case_id == case.id
    assert shown == [key]  # nobody else's


def test_a_set_off_takes_attests_away_and_can_be_taken_away_before_the_payment(board: BoardAtWork) -> None:
    number = claimed(board)
    attesting(board)
    case = granted(board, doubled_because="Ett nytt projekt.")
    key = planned(board, case)[0].id
    both(board, case)
    row: SetOff = board.do(set_off, number, new(key), at=DUE)
    with open_reading(board.database) as s:
        assert attests_of(s, [key]) == {}
    board.do(end_set_off, row.id, at=DUE)
    assert refused(board, end_set_off, row.id, at=DUE)[0] is Obstacle.STALE
    assert refused(board, end_set_off, 999, at=DUE)[0] is Obstacle.MISSING
    both(board, case)
    assert claim(board, number) == (ReclaimState.DECIDED, CLAIMED, [])


def test_what_waits_to_be_set_off_is_not_paid_beside_it(board: BoardAtWork) -> None:
    number, key = claimed(board), coming(board)
    row: SetOff = board.do(set_off, number, new(key, 3_000_00), at=DUE)
    on = DUE.date()
    given: dict[str, Any] = {"on": on, "at": DUE, **FINANCE}
    assert refused(board, reclaims.receive_payment, number, 2_000_01, **given) == (Obstacle.INVALID, ["amount"])
    assert refused(board, reclaims.write_off, number, "Konkurs.", at=DUE, role=Role.DECISION_MAKER)[1] == ["amount"]
    board.do(reclaims.receive_payment, number, 2_000_00, **given)
    board.do(end_set_off, row.id, at=DUE)
    board.do(reclaims.receive_payment, number, 3_000_00, **given)
    assert claim(board, number) == (ReclaimState.PAID, 0, ["payment", "payment"])


def test_a_claim_that_is_disputed_is_not_set_off_before_the_dispute_is_over(board: BoardAtWork) -> None:
    number, key = claimed(board), coming(board)
    at_court = {"court": "Förvaltningsrätten", "number": "1-27"}
    with open_reading(board.database) as s:
        decision = s.scalars(select(Reclaim.reclaim_decision_id).where(Reclaim.number == number)).one()
    assert decision is not None
    appeal = NewDecisionEvent(what=DecisionEventKind.APPEALED, on=DUE.date(), **at_court)
    board.do(note_decision_event, decision, appeal, at=DUE, role=Role.REGISTRAR)
    assert refused(board, set_off, number, new(key), at=DUE) == (Obstacle.INVALID, [number])
    upheld = NewDecisionEvent(what=DecisionEventKind.UPHELD, on=DUE.date(), **at_court)
    board.do(note_decision_event, decision, upheld, at=DUE, role=Role.REGISTRAR)
    note = reclaims.NewCollectionNote(step=CollectionStep.CONTESTED, on=DUE.date(), number="U-1-27", text="Räknat fel.")
    board.do(reclaims.note_collection, number, note, at=DUE, **FINANCE)
    assert refused(board, set_off, number, new(key), at=DUE) == (Obstacle.INVALID, [number])
    ended = reclaims.NewCollectionNote(
        step=CollectionStep.ENFORCEMENT_ENDED, on=DUE.date(), number="U-1-27", text="Betalt."
    )
    board.do(reclaims.note_collection, number, ended, at=DUE, **FINANCE)
    board.do(set_off, number, new(key), at=DUE)
