"""An assessment that holds: drafts, cuts of sources, earlier answers, and what falls when an answer about the
association falls."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.acting import acting
from tests.board import ACT, NUMBERS, BoardAtWork, booking_facts, clean_facts
from tests.factories import NOW, TODAY
from tests.formats.papers import pdf
from vetting.casework.domain.cases import CaseMarkKind, CaseState
from vetting.casework.domain.document_statuses import DocumentStatus
from vetting.casework.models import cases as store
from vetting.casework.models.assessments import EvidenceRow
from vetting.casework.models.documents import Document
from vetting.casework.models.intake import RequestedTime
from vetting.casework.services import (
    assessment_drafts,
    assessments,
    cases,
    communications,
    decisions,
    documents,
    reused_answers,
)
from vetting.casework.services.assessments import NewAssessment
from vetting.casework.services.explanations import explain_criterion_result
from vetting.engine.evidence import CriterionAnswer
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import DecisionGround, DecisionOutcome
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading
from vetting.workspace.services.case_files import case_file
from vetting.workspace.services.queues import QueueFilters, case_queue

VALUE = "demokratisk-rattsstat"
NOT_MET = NewAssessment(criterion=VALUE, answer=CriterionAnswer.NOT_MET, reasons="Se protokollet.", evidence=ACT)


def file_of(board: BoardAtWork, number: str, role: Role = Role.CASEWORKER) -> Any:
    with open_reading(board.database) as s:
        return case_file(acting(s, board.staff[role]), number, on=TODAY)


def assess(board: BoardAtWork, number: str, given: NewAssessment = NOT_MET, **more: Any) -> None:
    board.do(assessments.assess, number, given, version=None, **more)


@pytest.mark.both_engines
def test_everything_an_assessment_says_is_kept(board: BoardAtWork) -> None:
    number = board.receive().number
    cut = documents.NewDocument(
        name="sidan.pdf",
        media_type="application/pdf",
        content=pdf("Sidan"),
        type="",
        dated=None,
        arrived_on=TODAY,
        state=DocumentStatus.DRAWN_UP,
    )
    full = replace(
        ACT, source_address="https://exempel.se/", seen_on=TODAY, place="s. 2", named_because="Rollen delas."
    )
    assess(board, number, replace(NOT_MET, evidence=full, cut=cut))
    with open_reading(board.database) as s:
        row = s.scalars(select(EvidenceRow)).one()
        kept = s.get_one(Document, row.cut_id)
    assert (row.deed, row.source_address, row.seen_on, row.place) == ("act", "https://exempel.se/", TODAY, "s. 2")
    assert (row.speaks_for, row.named_because) == (ACT.speaks_for, "Rollen delas.")
    assert (kept.name, kept.state, len(kept.sha256)) == ("sidan.pdf", "drawn_up", 64)


def test_the_same_picture_of_a_source_is_kept_once(board: BoardAtWork) -> None:
    number = board.receive().number
    cut = documents.NewDocument(
        name="sidan.pdf",
        media_type="application/pdf",
        content=pdf("Sidan"),
        type="",
        dated=None,
        arrived_on=TODAY,
        state=DocumentStatus.DRAWN_UP,
    )
    assess(board, number, replace(NOT_MET, cut=cut))
    assess(board, number, replace(NOT_MET, cut=cut))
    with open_reading(board.database) as s:
        assert s.scalar(select(func.count()).select_from(Document)) == 1


def test_a_draft_is_no_answer_is_seen_by_colleagues_and_is_gone_with_the_answer(board: BoardAtWork) -> None:
    number = board.receive().number
    entries = len(file_of(board, number).events)
    board.do(assessment_drafts.save_draft, number, VALUE, {"reasons": ["Halvvägs."]})
    board.do(assessment_drafts.save_draft, number, VALUE, {"reasons": ["Nästan klar."]}, at=NOW + timedelta(minutes=1))
    other = board.somebody(Role.CASEWORKER, "kollega")
    with open_reading(board.database) as s:
        seen = case_file(acting(s, other), number, on=TODAY)
    assert [(draft.fields, seen.names[draft.user_id]) for draft in seen.drafts] == [
        ({"reasons": ["Nästan klar."]}, board.staff[Role.CASEWORKER].name)
    ]
    assert seen.situation.to_assess
    assert len(seen.events) == entries
    assert file_of(board, number, Role.DECISION_MAKER).drafts == ()
    assess(board, number)
    assert file_of(board, number).drafts == []


def test_a_draft_of_another_boards_case_or_of_nobody_is_refused(board: BoardAtWork) -> None:
    number = board.receive().number
    other = BoardAtWork(board.database, code="syd").build()
    for service, more in ((assessment_drafts.save_draft, (VALUE, {})), (assessment_drafts.discard_draft, (VALUE,))):
        with pytest.raises(Refused) as refused:
            other.do(service, number, *more) if service is assessment_drafts.save_draft else _discard(other, number)
        assert refused.value.obstacle is Obstacle.MISSING
    with pytest.raises(Refused):
        _discard(board, number)


def _discard(board: BoardAtWork, number: str) -> None:
    from vetting.kernel.store.session import run_in_transaction

    run_in_transaction(
        board.database,
        lambda s: assessment_drafts.discard_draft(acting(s, board.staff[Role.CASEWORKER]), number, VALUE),
    )


def test_earlier_answers_are_counted_and_named_by_case_but_never_whom_or_why(board: BoardAtWork) -> None:
    first = board.receive()
    board.handle(first.number)
    second = board.receive(clean_facts(NUMBERS[1], "Andra"))
    assess(board, second.number)
    third = board.receive(clean_facts(NUMBERS[2], "Tredje"))
    assert file_of(board, third.number).likeness[VALUE] == {
        CriterionAnswer.NOTHING_FOUND: 1,
        CriterionAnswer.NOT_MET: 1,
    }
    with open_reading(board.database) as s:
        found = explain_criterion_result(acting(s, board.staff[Role.CASEWORKER]), third.number, VALUE, on=TODAY)
    assert [(item.number, item.answer) for item in found.earlier] == [
        (second.number, CriterionAnswer.NOT_MET),
        (first.number, CriterionAnswer.NOTHING_FOUND),
    ]
    other = BoardAtWork(board.database, code="syd").build()
    assert file_of(other, other.receive().number).likeness == {}


def test_an_answer_that_was_taken_back_is_not_counted(board: BoardAtWork) -> None:
    first = board.receive()
    assess(board, first.number)
    board.do(assessments.withdraw_answer, first.number, VALUE, "Nytt.")
    assert VALUE not in file_of(board, board.receive(clean_facts(NUMBERS[1], "Andra")).number).likeness


# what rests on an answer about the association


def booked(board: BoardAtWork, days: int) -> str:
    starts = NOW + timedelta(days=days)
    case = board.receive(
        booking_facts(),
        kind=CaseKind.BOOKING,
        uses=(RequestedTime(room_name="Salen", starts_at=starts, ends_at=starts + timedelta(hours=2)),),
    )
    board.do(decisions.declare_no_conflict, case.number)
    board.do(cases.mark_case, case.number, CaseMarkKind.PAPERS_OPENED)
    with suppress(Refused):  # answered already, where another case of the association was handled before
        board.do(assessments.record_nothing_found, case.number)
    board.do(cases.mark_case, case.number, CaseMarkKind.BASIC_CHECK)
    board.do(decisions.make_ready, case.number)
    board.propose(case.number, amount=None)
    board.do(decisions.declare_no_conflict, case.number, role=Role.DECISION_MAKER)
    board.decide(case.number)
    return case.number


def refuse(board: BoardAtWork, number: str) -> None:
    """The association is heard, has nothing to add, and is refused on the criterion."""
    board.do(
        communications.communicate,
        number,
        communications.NewCommunication(what="Underlaget.", reply_by=TODAY + timedelta(days=21), sent_to="styrelsen"),
    )
    with open_reading(board.database) as s:
        key = store.communications(s, board.case(number).id)[0].id
    board.do(
        communications.note_reply,
        number,
        communications.NewReply(
            communication=key, reply="Inget att tillägga.", handled="Svaret ändrar inget.", replied_on=TODAY
        ),
    )
    board.do(decisions.declare_no_conflict, number)
    board.do(cases.mark_case, number, CaseMarkKind.PAPERS_OPENED)
    with suppress(Refused):
        board.do(assessments.record_nothing_found, number)
    board.do(cases.mark_case, number, CaseMarkKind.BASIC_CHECK)
    with suppress(Refused):  # nothing is missing
        board.do(cases.mark_case, number, CaseMarkKind.GAP_ACCEPTED, text="Behövs inte.")
    board.do(cases.register_case, number, "EXN 2026/201", role=Role.REGISTRAR)
    board.do(decisions.make_ready, number)
    board.propose(
        number,
        outcome=DecisionOutcome.REFUSED,
        amount=None,
        grounds=(DecisionGround.CRITERION,),
        reasons="Årsmötet nekade två medlemmar att rösta. Ingen mildare åtgärd räcker.",
    )
    board.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    board.decide(number)


def test_not_met_about_the_association_returns_what_rests_on_it_to_the_queue(board: BoardAtWork) -> None:
    ready = board.receive()
    board.make_ready(ready.number)
    ahead = booked(board, 20)
    other = board.receive(clean_facts(NUMBERS[1], "Andra"))
    board.make_ready(other.number)
    news = board.receive(round_id=None)
    assess(board, news.number)
    before = [board.case(number).look_again_because for number in (ready.number, ahead, other.number)]
    assert (before, board.case(ready.number).state) == (["", "", ""], "ready")  # nobody has been heard
    refuse(board, news.number)
    assert (board.case(ready.number).state, board.case(ready.number).proposal) == ("in_progress", "refuse")
    assert board.case(ahead).state == CaseState.CONFIRMED
    assert [board.case(n).look_again_because for n in (ready.number, ahead, other.number, news.number)] == [
        "not_met",
        "not_met",
        "",
        "",
    ]
    assert board.case(other.number).state == "ready"
    with open_reading(board.database) as s:
        shown = case_queue(acting(s, board.staff[Role.CASEWORKER]), QueueFilters(kind=CaseKind.BOOKING), on=TODAY)
        assert [case.number for case in shown.cases] == [ahead]
        assert trail_verification.verify_trail(s).problems == []


def test_a_booking_that_has_been_and_another_boards_case_stay(board: BoardAtWork) -> None:
    past = booked(board, 2)
    syd = BoardAtWork(board.database, code="syd").build()
    theirs = syd.receive()
    news = board.receive()
    board.do(assessments.assess, news.number, NOT_MET, version=None, at=NOW + timedelta(days=9))
    assert board.case(past).look_again_at is None
    assert syd.case(theirs.number).look_again_at is None


def test_an_answer_that_is_taken_back_falls_everywhere(board: BoardAtWork) -> None:
    first = board.receive()
    board.handle(first.number)
    second = board.receive(round_id=None)
    board.do(assessments.withdraw_answer, first.number, VALUE, "Föreningen har skrivit nya stadgar.")
    assert board.case(second.number).look_again_because == "withdrawn"
    assert VALUE in {
        f.criterion.id for f in file_of(board, second.number).screening.findings if f.result.value == "needs_assessment"
    }


def test_whoever_looks_again_says_what_follows_and_once(board: BoardAtWork) -> None:
    first = board.receive()
    second = board.receive(round_id=None)
    assess(board, first.number)
    refuse(board, first.number)
    with pytest.raises(Refused) as refused:
        board.do(reused_answers.note_second_look, second.number, " ")
    assert refused.value.obstacle is Obstacle.INVALID
    board.do(reused_answers.note_second_look, second.number, "Samma bedömning gäller här.")
    assert board.case(second.number).look_again_at is None
    assert "Samma bedömning" in file_of(board, second.number).notes.newest[0].text
    with pytest.raises(Refused) as refused:
        board.do(reused_answers.note_second_look, second.number, "En gång till.")
    assert refused.value.obstacle is Obstacle.STALE


def test_whoever_saves_on_what_somebody_changed_is_told_who_and_when(board: BoardAtWork) -> None:
    case = board.receive()
    seen = board.case(case.number).version
    assess(board, case.number)
    with pytest.raises(Refused) as refused:
        board.do(assessments.assess, case.number, NOT_MET, version=seen)
    assert refused.value.obstacle is Obstacle.STALE
    assert board.staff[Role.CASEWORKER].name in refused.value.problems[0].what.sv
