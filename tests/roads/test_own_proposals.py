"""What somebody has proposed of their own is what goes on, and what the group and the decision maker say arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.factories import TODAY
from tests.page_fixtures import board, on_that_day, somebody
from vetting.casework.domain.cases import InvalidationReason
from vetting.casework.domain.lead_steps import lead_step
from vetting.casework.domain.next_steps import CaseAct, possible_acts
from vetting.casework.models.decisions import DecisionDraft
from vetting.casework.services import clean_reviews, decisions
from vetting.kernel.decision_outcomes import DecisionGround, DecisionOutcome
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.workspace.services import waiting_decisions
from vetting.workspace.services.case_files import case_file

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")


def awaited(board: BoardAtWork, number: str) -> CaseAct | None:
    person = board.staff[Role.CASEWORKER]
    with open_reading(board.database) as s:
        standing = case_file(acting(s, person), number, on=TODAY).standing
    return lead_step(standing, possible_acts(standing), person).awaited


def test_a_refusal_that_is_written_is_handed_on_and_never_written_over_by_one_press(board: BoardAtWork) -> None:
    number = board.receive().number
    board.handle(number)
    assert awaited(board, number) is CaseAct.PROPOSE_APPROVAL
    refusal = {"outcome": DecisionOutcome.REFUSED, "amount": None, "grounds": (DecisionGround.BUDGET,)}
    board.propose(number, **refusal, reasons="Pengarna räcker inte till alla i år.")
    assert awaited(board, number) is CaseAct.MAKE_READY
    page = somebody(board, Role.CASEWORKER).get(f"/arenden/{number}").text
    assert "Föreslå bevilja" not in page
    board.do(decisions.make_ready, number)
    with open_reading(board.database) as s:
        assert s.scalars(select(DecisionDraft.outcome)).one() is DecisionOutcome.REFUSED


def test_an_approval_of_ones_own_words_is_handed_on_too_and_that_of_one_press_stays_one_press(
    board: BoardAtWork,
) -> None:
    number = board.receive().number
    board.handle(number)
    board.do(clean_reviews.propose_approval, number, version=None)
    board.do(decisions.send_back, number)
    assert awaited(board, number) is CaseAct.PROPOSE_APPROVAL
    board.propose(number, reasons="Föreningen har visat att verksamheten behövs.")
    assert awaited(board, number) is CaseAct.MAKE_READY


def test_a_question_of_the_decision_maker_is_the_next_thing_to_see_to(board: BoardAtWork) -> None:
    number = board.receive().number
    board.make_ready(number)
    board.propose(number)
    board.do(waiting_decisions.ask_back, number, "Vad kostar hyran?", role=Role.DECISION_MAKER)
    case = board.case(number)
    assert (case.look_again_because, awaited(board, number)) == (
        InvalidationReason.ASKED_BACK.value,
        CaseAct.LOOK_AGAIN,
    )
    page = somebody(board, Role.CASEWORKER).get(f"/arenden/{number}").text
    assert "Beslutsfattaren har en fråga." in page
    assert "Vad kostar hyran?" in page.partition("Anteckningar")[0]


def test_a_decision_says_that_it_is_made(board: BoardAtWork) -> None:
    number = board.receive().number
    board.make_ready(number)
    board.propose(number)
    board.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    decider = somebody(board, Role.DECISION_MAKER)
    version = str(board.draft_version(number))
    assert decider.send(f"/att-besluta/{number}", draft_version=version).status_code == 303
    assert f"Beslutet i {number} är fattat." in decider.get("/att-besluta").text
