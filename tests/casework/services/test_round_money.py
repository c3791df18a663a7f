"""No proposal goes past what is left of its round's frame unsaid, on whatever road it comes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.board import NUMBERS, board, clean_facts, refused
from vetting.casework.models.decisions import decision_draft_of
from vetting.casework.services import clean_reviews, decisions
from vetting.casework.services.decisions import DecisionProposal
from vetting.casework.services.round_money import RoundMoney, money_of_rounds
from vetting.grants.domain.allocations import RowValues
from vetting.grants.services.rounds import NewRound, add_round
from vetting.kernel.decision_outcomes import DecisionGround, DecisionOutcome
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.rounds.services.allocation_proposals import propose_row
from vetting.rounds.services.allocations import RowEdit, write_rows
from vetting.workspace.services import waiting_decisions

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board"]
KR = 1_000_00


@pytest.fixture
def numbers(board: BoardAtWork) -> list[str]:
    """Three applications of 40 000 kr each, ready to be proposed, in a round with 100 000 kr."""
    new = NewRound(
        name="Trång",
        opens_on=date(2026, 9, 1),
        closes_on=date(2026, 12, 1),
        schemes={},
        budget=100 * KR,
        dnr="EXN 2026/300",
    )
    board.round_id = board.do(add_round, new).id
    made = [board.receive(clean_facts(NUMBERS[place], f"Förening {place}")).number for place in range(3)]
    for number in made:
        board.handle(number)
    return made


def money(board: BoardAtWork) -> RoundMoney:
    assert board.round_id is not None
    with open_reading(board.database) as s:
        return money_of_rounds(s, [board.round_id])[board.round_id]


def whole(**more: str) -> DecisionProposal:
    return DecisionProposal(outcome=DecisionOutcome.APPROVED, amount=40 * KR, reasons="", **more)  # type: ignore[arg-type] # a text


def part(amount: int) -> DecisionProposal:
    return DecisionProposal(
        outcome=DecisionOutcome.PARTLY_APPROVED,
        amount=amount,
        reasons="Andra går före.",
        grounds=(DecisionGround.BUDGET,),
    )


def press(board: BoardAtWork, number: str) -> None:
    board.do(clean_reviews.propose_approval, number, version=None)


def test_what_is_granted_proposed_and_held_is_counted_once(board: BoardAtWork, numbers: list[str]) -> None:
    press(board, numbers[0])
    board.do(decisions.declare_no_conflict, numbers[0], role=Role.DECISION_MAKER)
    board.decide(numbers[0])
    press(board, numbers[1])
    held = RowEdit(case_id=board.case(numbers[2]).id, seen=RowValues().digest, values=RowValues(proposed=5 * KR))
    board.do(write_rows, board.round_id, [held])
    assert money(board)[2:] == (100 * KR, 40 * KR, 45 * KR)
    assert money(board).left == 15 * KR


@pytest.mark.parametrize("road", ["one press", "the page", "the allocation"])
def test_a_proposal_past_the_frame_is_refused_on_every_road(board: BoardAtWork, numbers: list[str], road: str) -> None:
    press(board, numbers[0])
    press(board, numbers[1])
    if road == "one press":
        found = refused(board, clean_reviews.propose_approval, numbers[2], version=None)
    elif road == "the page":
        found = refused(board, decisions.propose_decision, numbers[2], whole(), version=None)
    else:
        case = board.case(numbers[2]).id
        edit = RowEdit(case_id=case, seen=RowValues().digest, values=RowValues(proposed=40 * KR))
        board.do(write_rows, board.round_id, [edit])
        found = refused(board, propose_row, board.round_id, case)
    assert found == (Obstacle.INVALID, ["over_frame"])
    assert money(board).taken == (120 if road == "the allocation" else 80) * KR
    board.do(decisions.propose_decision, numbers[2], part(20 * KR), version=None)


def test_with_its_reason_it_goes_past_and_the_reason_stands_in_the_proposal(
    board: BoardAtWork, numbers: list[str]
) -> None:
    press(board, numbers[0])
    press(board, numbers[1])
    over = whole(over_frame="Nämnden har 20 000 kr kvar från i fjol.")
    row = board.do(decisions.propose_decision, numbers[2], over, version=None)
    assert row.over_frame == "Nämnden har 20 000 kr kvar från i fjol."
    assert money(board).left == -20 * KR


def test_whoever_decides_changes_an_amount_past_the_frame_with_the_reason_that_is_given(
    board: BoardAtWork, numbers: list[str]
) -> None:
    for number in numbers[:2]:
        press(board, number)
    board.do(decisions.propose_decision, numbers[2], part(20 * KR), version=None)
    board.do(decisions.make_ready, numbers[2])
    board.do(decisions.declare_no_conflict, numbers[2], role=Role.DECISION_MAKER)
    with open_reading(board.database) as s:
        kept = decision_draft_of(s, board.case(numbers[2]).id)
        assert kept is not None
    row = board.do(
        waiting_decisions.change_amount,
        numbers[2],
        30 * KR,
        "Verksamheten växer.",
        draft_version=kept.version,
        role=Role.DECISION_MAKER,
    )
    assert row.over_frame == "Verksamheten växer."


def test_a_press_does_not_propose_otherwise_than_the_allocation_says(board: BoardAtWork, numbers: list[str]) -> None:
    case = board.case(numbers[0]).id
    edit = RowEdit(case_id=case, seen=RowValues().digest, values=RowValues(proposed=15 * KR, reason="Halva"))
    board.do(write_rows, board.round_id, [edit])
    assert refused(board, clean_reviews.propose_approval, numbers[0], version=None) == (Obstacle.CLOSED, [numbers[0]])


def test_a_round_without_a_frame_holds_nothing_back(board: BoardAtWork) -> None:
    number = board.receive(clean_facts(NUMBERS[0])).number
    board.handle(number)
    press(board, number)
    with open_reading(board.database) as s:
        assert board.round_id is not None
        assert money_of_rounds(s, [board.round_id]) == {}
