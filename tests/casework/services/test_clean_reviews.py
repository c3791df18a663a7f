"""A case that nothing stands in the way of: one signature does all that is left, one more act proposes all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import BoardAtWork, board, clean_facts
from tests.factories import NOW, TODAY
from vetting.casework.domain.cases import CaseMarkKind, CaseState
from vetting.casework.models.assessments import AssessmentRow
from vetting.casework.models.cases import CaseMark
from vetting.casework.models.decisions import DecisionDraft
from vetting.casework.models.document_reads import DocumentRead
from vetting.casework.services import assessment_drafts, assessments, cases, clean_reviews, decisions, documents, reads
from vetting.casework.services.case_progress import progress_for
from vetting.kernel.decision_outcomes import DecisionOutcome
from vetting.kernel.problem import Refused
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.kernel.store.trail import TrailEntry, of_case
from vetting.people.domain.reads import ReadExtent
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from vetting.casework.domain.next_steps import CaseProgress
    from vetting.casework.models.documents import Document

__all__ = ["board"]
VALUE = "demokratisk-rattsstat"


def sign(board: BoardAtWork, number: str, **more: Any) -> None:
    board.do(clean_reviews.sign_review, number, version=None, **more)


def standing(board: BoardAtWork, number: str) -> CaseProgress:
    with open_reading(board.database) as s:
        return progress_for(acting(s, board.staff[Role.CASEWORKER]), board.case(number), on=TODAY)


def entries(board: BoardAtWork, number: str) -> list[str]:
    with open_reading(board.database) as s:
        found: list[TrailEntry] = [entry for entry, _detail in of_case(s, board.case(number).id, most=60)]
    return [entry.action for entry in reversed(found)]


def add_paper(board: BoardAtWork, number: str, kind: str = "statutes_document") -> Document:
    new = documents.NewDocument(
        name=f"{kind}.txt", media_type="text/plain", content=kind.encode(), type=kind, dated=None, arrived_on=TODAY
    )
    found: Document = board.do(documents.add_document, number, new)
    return found


def open_papers_in_every_case(board: BoardAtWork, *kinds: str) -> None:
    def choose(session: Any) -> None:
        row = session.get_one(Board, board.board_id)
        row.papers = {"always": list(kinds), "one_in": 0}
        session.note("order_changed", row, board_id=row.id)

    board.do(choose, role=Role.ADMINISTRATOR)


def read(board: BoardAtWork, paper: Document, extent: ReadExtent = ReadExtent.OPENED) -> None:
    with open_reading(board.database) as s:
        reads.note_read(acting(s, board.staff[Role.CASEWORKER], NOW), paper, extent)


def test_one_signature_and_one_proposal_make_a_clean_application_ready_to_decide(board: BoardAtWork) -> None:
    number = board.receive().number
    sign(board, number)
    assert entries(board, number)[-1] == "reviewed"
    assert {"no_conflict", "nothing_found"} <= set(entries(board, number))
    assert standing(board, number).approval == 40_000_00
    board.do(clean_reviews.propose_approval, number, version=None)
    assert board.case(number).state is CaseState.READY
    with open_reading(board.database) as s:
        draft = s.scalars(select(DecisionDraft)).one()
    assert (draft.outcome, draft.amount) == (DecisionOutcome.APPROVED, 40_000_00)
    assert "visar inget som talar emot" in draft.reasons
    board.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    board.decide(number)
    assert board.case(number).state is CaseState.PAYMENT


def test_the_signature_keeps_what_was_opened_of_how_many(board: BoardAtWork) -> None:
    number = board.receive().number
    papers = [add_paper(board, number, kind) for kind in ("statutes_document", "budget", "annual_minutes")]
    open_papers_in_every_case(board)
    read(board, papers[0])
    read(board, papers[1], ReadExtent.FIRST_PAGE)
    sign(board, number)
    with open_reading(board.database) as s:
        mark = s.scalars(select(CaseMark).where(CaseMark.kind == CaseMarkKind.BASIC_CHECK)).one()
    assert mark.about == "1/3"
    assert "du har öppnat 1 av 3 handlingar" in mark.text


def test_a_paper_that_the_board_opens_in_every_case_is_opened_before_the_case_is_signed(board: BoardAtWork) -> None:
    number = board.receive().number
    paper = add_paper(board, number)
    open_papers_in_every_case(board, "statutes_document")
    assert standing(board, number).situation.papers_to_open == (paper.id,)
    with pytest.raises(Refused):
        sign(board, number)
    read(board, paper, ReadExtent.FIRST_PAGE)
    with pytest.raises(Refused):
        sign(board, number)
    read(board, paper)
    sign(board, number)
    assert standing(board, number).situation.basic_check


def test_an_opening_is_noted_once_and_no_entry_of_the_trail(board: BoardAtWork) -> None:
    number = board.receive().number
    paper = add_paper(board, number)
    before = entries(board, number)
    for extent in (ReadExtent.FIRST_PAGE, ReadExtent.FIRST_PAGE, ReadExtent.OPENED, ReadExtent.FIRST_PAGE):
        read(board, paper, extent)
    with open_reading(board.database) as s:
        rows = [row.extent for row in s.scalars(select(DocumentRead).order_by(DocumentRead.id))]
    assert rows == [ReadExtent.FIRST_PAGE, ReadExtent.OPENED]
    assert entries(board, number) == before


@pytest.mark.parametrize("facts", [{"members_total": None}, {"members_total": 3}])
def test_what_is_missing_or_not_met_is_never_signed_away(board: BoardAtWork, facts: dict[str, Any]) -> None:
    number = board.receive(clean_facts(**facts)).number
    before = entries(board, number)
    with pytest.raises(Refused) as refused:
        sign(board, number)
    assert refused.value.problems[0].remedy.sv
    assert entries(board, number) == before


def test_a_case_that_changed_since_it_was_seen_is_not_signed(board: BoardAtWork) -> None:
    number = board.receive().number
    seen = board.case(number).version
    board.do(cases.change_facts, number, clean_facts(members_total=119), version=seen)
    with pytest.raises(Refused):
        board.do(clean_reviews.sign_review, number, version=seen)


def test_an_approval_is_not_proposed_before_the_case_is_signed(board: BoardAtWork) -> None:
    number = board.receive().number
    with pytest.raises(Refused):
        board.do(clean_reviews.propose_approval, number, version=None)
    assert board.case(number).state is CaseState.RECEIVED


def test_the_same_signature_twice_is_told_and_does_nothing(board: BoardAtWork) -> None:
    number = board.receive().number
    sign(board, number)
    before = entries(board, number)
    with pytest.raises(Refused, match=r"redan granskat|already reviewed"):
        sign(board, number)
    assert entries(board, number) == before


@pytest.mark.parametrize("fields", [{"answer": ["not_met"]}, {"reasons": ["Ska läsa protokollet."]}])
def test_a_point_that_somebody_is_answering_against_is_open_for_everyone(
    board: BoardAtWork, fields: dict[str, list[str]]
) -> None:
    number = board.receive().number
    seen = standing(board, number)
    lo = board.somebody(Role.CASEWORKER, "lo")
    run_in_transaction(
        board.database, lambda s: assessment_drafts.save_draft(acting(s, lo, NOW), number, VALUE, fields)
    )
    now = standing(board, number)
    assert (seen.looks - now.looks, now.points_to_see, now.can_be_signed) == (1, 1, False)
    for act in (clean_reviews.sign_review, clean_reviews.propose_approval):
        with pytest.raises(Refused) as told:
            board.do(act, number, version=None)
        if act is clean_reviews.sign_review:
            assert told.value.problems[0].what.sv == "Någon bedömer en punkt och är inte klar."
    board.do(assessments.record_nothing_found, number)
    assert not {row.criterion for row in answers(board)} & {VALUE}
    run_in_transaction(board.database, lambda s: assessment_drafts.discard_draft(acting(s, lo), number, VALUE))
    sign(board, number)
    assert VALUE in {row.criterion for row in answers(board)}


def test_a_draft_that_nothing_speaks_against_holds_nothing_back(board: BoardAtWork) -> None:
    number = board.receive().number
    board.do(assessment_drafts.save_draft, number, VALUE, {"answer": ["nothing_found"]})
    sign(board, number)


def test_a_draft_that_came_after_the_signature_holds_the_press_back(board: BoardAtWork) -> None:
    number = board.receive().number
    sign(board, number)
    board.do(assessment_drafts.save_draft, number, VALUE, {"answer": ["not_met"]})
    with pytest.raises(Refused) as told:
        board.do(clean_reviews.propose_approval, number, version=None)
    assert told.value.problems[0].what.sv == "Någon bedömer en punkt och är inte klar."


def answers(board: BoardAtWork) -> list[AssessmentRow]:
    with open_reading(board.database) as s:
        return list(s.scalars(select(AssessmentRow)))
