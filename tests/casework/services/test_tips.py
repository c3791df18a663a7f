"""Tips: a number, a day and a question; they make the question be asked anew, and those that led to nothing are gone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import BoardAtWork, judged_again, refused
from tests.factories import NOW, TODAY
from vetting.casework.domain.cases import InvalidationReason
from vetting.casework.domain.special_reviews import SpecialReviewGround, SpecialReviewOutcome
from vetting.casework.domain.tips import TipOutcome
from vetting.casework.models.screenings import StoredScreening
from vetting.casework.models.tips import Tip
from vetting.casework.services import assessments, special_reviews, tips
from vetting.casework.services.assessments import NewAssessment
from vetting.casework.services.screenings import repeat_screening, screen_without_keeping
from vetting.engine.evidence import CriterionAnswer
from vetting.engine.reasons import reason_for_finding
from vetting.engine.results import CriterionResult, ResultReason
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.operations.jobs.retention import remove_old_of
from vetting.people.domain.personal_data import RetentionKind
from vetting.rules.services.versions import value_criteria_in_force

if TYPE_CHECKING:
    from vetting.engine.results import Finding

pytestmark = pytest.mark.both_engines
ASKED = "Får alla medlemmar rösta på årsmötet?"
LATER = NOW + timedelta(days=91)


@pytest.fixture
def board(group_board: BoardAtWork) -> BoardAtWork:
    return group_board


def criteria(board: BoardAtWork) -> list[str]:
    with open_reading(board.database) as s:
        return list(value_criteria_in_force(s, board.board_id, on=TODAY))


def new(board: BoardAtWork, **more: Any) -> tips.NewTip:
    values: dict[str, Any] = {
        "number": "N 2026/44",
        "came_on": TODAY,
        "question": ASKED,
        "criteria": (criteria(board)[0],),
    } | more
    return tips.NewTip(**values)


def found(board: BoardAtWork, number: str, criterion: str) -> tuple[Finding, str]:
    with open_reading(board.database) as s:
        case = board.case(number)
        screened = screen_without_keeping(s, case, on=TODAY)
        assert screened is not None
        [one] = [one for one in screened.screening.findings if one.criterion.id == criterion]
        return one, reason_for_finding(one, screened.screening).sv


def test_a_tip_makes_its_question_be_asked_anew_and_no_other(board: BoardAtWork) -> None:
    case = board.receive()
    board.handle(case.number)
    asked, other = criteria(board)[:2]
    assert {found(board, case.number, name)[0].result for name in (asked, other)} == {CriterionResult.NOTHING_FOUND}
    board.do(tips.register_tip, case.association_id, new(board))
    stored = board.case(case.number)
    assert stored.look_again_because == InvalidationReason.TIP
    finding, told = found(board, case.number, asked)
    assert (finding.result, finding.reason) == (CriterionResult.NEEDS_ASSESSMENT, ResultReason.AGAINST)
    assert "Tips N 2026/44 från" in told
    assert ASKED not in told
    assert found(board, case.number, other)[0].result is CriterionResult.NOTHING_FOUND
    with open_reading(board.database) as s:
        kept = s.get_one(StoredScreening, stored.screening_id)
        again = repeat_screening(s, kept, stored)
    [same] = [one for one in again.findings if one.criterion.id == asked]
    assert (same.result, same.signals) == (finding.result, finding.signals)
    assert "N 2026/44" not in reason_for_finding(same, again).sv


def test_an_answer_with_the_tip_at_hand_holds_and_one_click_is_none(board: BoardAtWork) -> None:
    case = board.receive()
    asked = criteria(board)[0]
    board.do(tips.register_tip, case.association_id, new(board))
    board.do(assessments.record_nothing_found, case.number)
    assert found(board, case.number, asked)[0].result is CriterionResult.NEEDS_ASSESSMENT
    given = NewAssessment(criterion=asked, answer=CriterionAnswer.NOTHING_FOUND)
    board.do(assessments.assess, case.number, given, version=None)
    assert found(board, case.number, asked)[0].result is CriterionResult.NOTHING_FOUND
    board.do(tips.register_tip, case.association_id, new(board, number="N 2026/50"))
    assert found(board, case.number, asked)[0].result is CriterionResult.NEEDS_ASSESSMENT


def test_what_led_to_nothing_is_in_no_case_and_gone_after_its_time(board: BoardAtWork) -> None:
    case = board.receive()
    asked = criteria(board)[0]
    board.handle(case.number)
    row = board.do(tips.register_tip, case.association_id, new(board))
    board.do(tips.close_tip, case.association_id, row.id, TipOutcome.NOTHING)
    judged_again(board)
    finding, told = found(board, case.number, asked)
    assert finding.result is CriterionResult.NOTHING_FOUND
    assert "Tips" not in told
    by = board.staff[Role.CASEWORKER]
    with open_reading(board.database) as s:
        assert case.association_id is not None
        assert [one.id for one in tips.kept_tips(acting(s, by, NOW), case.association_id)] == [row.id]
        assert not tips.kept_tips(acting(s, by, LATER), case.association_id)
    gone = run_in_transaction(board.database, lambda s: remove_old_of(acting(s, at=NOW), board.board_id))
    assert gone[RetentionKind.TIPS] == 0
    gone = run_in_transaction(board.database, lambda s: remove_old_of(acting(s, at=LATER), board.board_id))
    assert gone[RetentionKind.TIPS] == 1
    with open_reading(board.database) as s:
        assert s.scalars(select(Tip)).all() == []


def test_a_tip_ends_as_the_review_it_gave_rise_to(board: BoardAtWork) -> None:
    case = board.receive()
    one = board.do(tips.register_tip, case.association_id, new(board))
    opened = board.do(
        special_reviews.open_review, case.association_id, SpecialReviewGround.TIP, "Rösträtten på årsmötet.", tip=one.id
    )
    board.do(special_reviews.close_review, opened.number, SpecialReviewOutcome.NONE, "Alla röstade.")
    with open_reading(board.database) as s:
        kept = s.get_one(Tip, one.id)
        assert (kept.outcome, kept.special_review_id) == (TipOutcome.NOTHING, opened.id)
    two = board.do(tips.register_tip, case.association_id, new(board, number="N 2026/50"))
    again = board.do(
        special_reviews.open_review, case.association_id, SpecialReviewGround.TIP, "Rösträtten på årsmötet.", tip=two.id
    )
    question = board.do(special_reviews.ask_association, again.number, "Hur gick det till?")
    board.do(special_reviews.note_association_answer, again.number, question.id, "Två fick inte rösta.")
    board.do(special_reviews.close_review, again.number, SpecialReviewOutcome.END, "Rösträtten brast.")
    with open_reading(board.database) as s:
        assert s.get_one(Tip, two.id).outcome is TipOutcome.FOLLOWED
    assert found(board, case.number, criteria(board)[0])[0].reason is ResultReason.AGAINST


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"number": " "}, "number"),
        ({"came_on": None}, "came_on"),
        ({"came_on": TODAY + timedelta(days=1)}, "came_on"),
        ({"question": ""}, "question"),
        ({"question": "Stämmer det som Sven Svensson säger?"}, "question"),
        ({"question": "x" * 201}, "question"),
        ({"criteria": ()}, "criteria"),
        ({"criteria": ("finns_inte",)}, "criteria"),
    ],
)
def test_what_is_no_tip_is_refused_with_the_field(board: BoardAtWork, wrong: dict[str, Any], field: str) -> None:
    case = board.receive()
    told = refused(board, tips.register_tip, case.association_id, new(board, **wrong))
    assert told[0] is Obstacle.INVALID
    assert field in told[1]


def test_a_tip_is_noted_once_ended_once_and_is_the_own_boards(board: BoardAtWork) -> None:
    case = board.receive()
    row = board.do(tips.register_tip, case.association_id, new(board))
    assert refused(board, tips.register_tip, case.association_id, new(board))[0] is Obstacle.STALE
    assert refused(board, tips.close_tip, case.association_id, 99, TipOutcome.NOTHING)[0] is Obstacle.MISSING
    board.do(tips.close_tip, case.association_id, row.id, TipOutcome.FOLLOWED)
    assert refused(board, tips.close_tip, case.association_id, row.id, TipOutcome.NOTHING)[0] is Obstacle.STALE
    told = refused(board, tips.register_tip, case.association_id, new(board), role=Role.FINANCE)
    assert told[0] is Obstacle.FORBIDDEN
