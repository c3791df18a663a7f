"""Every road to an act asks the same: in each state that stands in the way, none of them lets the act be done."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from tests.board import NUMBERS, board, clean_facts
from tests.factories import TODAY
from vetting.casework.domain.cases import CaseMarkKind, CaseState
from vetting.casework.models.decisions import Decision
from vetting.casework.services import assessment_drafts, assessments, cases, clean_reviews, communications, decisions
from vetting.casework.services.completions import NewCompletionRequest, request_completion
from vetting.grants.domain.allocations import RowValues
from vetting.kernel.problem import Refused
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.money.models.payments import Payment
from vetting.money.services import payment_batches, payment_stops, payments
from vetting.rounds.services.allocation_proposals import propose_row
from vetting.rounds.services.allocations import RowEdit, write_rows
from vetting.rules.services import ways_of_working

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.board import BoardAtWork

__all__ = ["board"]
MAKER: dict[str, Any] = {"role": Role.DECISION_MAKER}
FINANCE: dict[str, Any] = {"role": Role.FINANCE}
VALUE = "demokratisk-rattsstat"
FAR = date(2027, 12, 31)


def clean(board: BoardAtWork, **more: Any) -> str:
    return board.receive(clean_facts(**more)).number


def draft_of_a_no(board: BoardAtWork) -> str:
    number = clean(board)
    board.do(assessment_drafts.save_draft, number, VALUE, {"answer": ["not_met"]})
    return number


def question(board: BoardAtWork) -> str:
    board.receive(clean_facts(NUMBERS[1], "Föreningen Ett", giro_number="1234-5674"))
    return clean(board, giro_number="1234-5674")


def not_met(board: BoardAtWork) -> str:
    return clean(board, members_total=1)


def missing(board: BoardAtWork) -> str:
    return clean(board, accounts=None)


def unopened(board: BoardAtWork) -> str:
    board.do(ways_of_working.set_papers, ["accounts"], 0, role=Role.ADMINISTRATOR)
    return clean(board)


def time_to_reply(board: BoardAtWork) -> str:
    number = clean(board)
    new = communications.NewCommunication(what="Underlaget.", reply_by=TODAY + timedelta(days=21), sent_to="styrelsen")
    board.do(communications.communicate, number, new)
    return number


def asked_to_complete(board: BoardAtWork) -> str:
    number = missing(board)
    board.do(request_completion, number, ("accounts",), NewCompletionRequest())
    board.send_letters(number)
    return number


STATES = (draft_of_a_no, question, not_met, missing, unopened, time_to_reply, asked_to_complete)


def sign_on_its_page(board: BoardAtWork, number: str) -> None:
    board.do(clean_reviews.sign_review, number, version=None)


def sign_in_a_list(board: BoardAtWork, number: str) -> None:
    board.do(clean_reviews.sign_review, number, version=None, in_list=True)


def propose_by_one_press(board: BoardAtWork, number: str) -> None:
    board.do(clean_reviews.propose_approval, number, version=None)


def mark_ready(board: BoardAtWork, number: str) -> None:
    board.do(decisions.declare_no_conflict, number)
    board.do(assessments.record_nothing_found, number)
    board.do(cases.mark_case, number, CaseMarkKind.BASIC_CHECK)
    board.do(decisions.make_ready, number)


def propose_from_the_table(board: BoardAtWork, number: str) -> None:
    case = board.case(number)
    edit = RowEdit(case_id=case.id, seen=RowValues().digest, values=RowValues(proposed=40_000_00))
    board.do(write_rows, case.round_id, [edit])
    board.do(propose_row, case.round_id, case.id)


def decide_what_is_proposed(board: BoardAtWork, number: str) -> None:
    board.propose(number)
    board.do(decisions.declare_no_conflict, number, **MAKER)
    board.decide(number)


ROADS = (
    sign_on_its_page,
    sign_in_a_list,
    propose_by_one_press,
    mark_ready,
    propose_from_the_table,
    decide_what_is_proposed,
)


@pytest.mark.parametrize(
    ("road", "state"),
    [(road, state) for road in ROADS for state in STATES if (road, state) != (mark_ready, not_met)],
)  # what is not met may be ready for a no: the association is heard before that
def test_no_road_leads_past_what_stands_in_the_way(
    board: BoardAtWork, state: Callable[[BoardAtWork], str], road: Callable[[BoardAtWork, str], None]
) -> None:
    number = state(board)
    with pytest.raises(Refused) as refused:
        road(board, number)
    assert all(problem.what.sv and problem.remedy.sv for problem in refused.value.problems)
    with open_reading(board.database) as s:
        case = board.case(number)
        assert case.state not in {CaseState.READY, CaseState.DECIDED, CaseState.PAYMENT}
        assert s.scalar(select(func.count(Decision.id)).where(Decision.case_id == case.id)) == 0


def test_what_nothing_stands_in_the_way_of_goes_every_road(board: BoardAtWork) -> None:
    board.do(ways_of_working.set_papers, [], 0, role=Role.ADMINISTRATOR)
    numbers = [board.receive(clean_facts(NUMBERS[place], f"Föreningen {place}")).number for place in range(4)]
    sign_on_its_page(board, numbers[0])
    sign_in_a_list(board, numbers[1])
    propose_by_one_press(board, numbers[0])
    propose_from_the_table(board, numbers[1])
    mark_ready(board, numbers[2])
    board.make_ready(numbers[3])
    decide_what_is_proposed(board, numbers[3])
    with open_reading(board.database) as s:
        assert s.scalar(select(func.count(Decision.id))) == 1


def stopped(board: BoardAtWork) -> int:
    number = board.approve().number
    board.do(decisions.declare_no_conflict, number, **MAKER)
    key = payment_of(board)
    board.do(payment_stops.stop_payment, key, "Årsmötet är inte hållet.", **MAKER)
    return key


def account_not_checked(board: BoardAtWork) -> int:
    board.approve(account_checked=False)
    return payment_of(board)


def not_sent(board: BoardAtWork) -> int:
    board.approve(sent=False)
    return payment_of(board)


def payment_of(board: BoardAtWork) -> int:
    with open_reading(board.database) as s:
        return s.scalars(select(Payment.id)).one()


def pay_one(board: BoardAtWork, key: int) -> None:
    board.do(payments.mark_paid, key, paid_on=TODAY, version=None, **FINANCE)


def put_into_a_batch(board: BoardAtWork, key: int) -> None:
    with open_reading(board.database) as s:
        row = s.get_one(Payment, key)
    board.do(payment_batches.put_into_basis, [row], TODAY + timedelta(days=3), **FINANCE)


def make_a_batch(board: BoardAtWork, _key: int) -> None:
    board.do(payment_batches.make_basis, FAR, TODAY + timedelta(days=3), **FINANCE)


@pytest.mark.parametrize("state", [stopped, account_not_checked, not_sent])
@pytest.mark.parametrize("road", [pay_one, put_into_a_batch, make_a_batch])
def test_no_road_pays_what_is_not_to_be_paid(
    board: BoardAtWork, state: Callable[[BoardAtWork], int], road: Callable[[BoardAtWork, int], None]
) -> None:
    key = state(board)
    with pytest.raises(Refused):
        road(board, key)
    with open_reading(board.database) as s:
        assert s.get_one(Payment, key).paid_on is None


@pytest.mark.parametrize("road", [pay_one, put_into_a_batch, make_a_batch])
def test_what_is_ready_is_paid_by_every_road(board: BoardAtWork, road: Callable[[BoardAtWork, int], None]) -> None:
    board.approve()
    road(board, payment_of(board))
