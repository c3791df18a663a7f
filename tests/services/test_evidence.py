"""An assessment that holds: drafts, cuts of sources, earlier answers, and what falls when an answer about the
association falls."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.factories import NOW, TODAY
from tests.files.papers import pdf
from tests.town import ACT, NUMBERS, Town, booking_facts, clean_facts, rules
from vetting.domain.cases import Marked, State
from vetting.domain.criteria import CaseKind
from vetting.domain.evidence import Answer
from vetting.domain.passage import Ground, Outcome
from vetting.domain.people import Role
from vetting.domain.problem import Obstacle, Refused
from vetting.services import assessment_drafts, assessments, cases, communications, decisions, documents, reuse
from vetting.services.assessments import Given
from vetting.services.case_files import case_file
from vetting.services.cases import Use
from vetting.services.explanations import explain
from vetting.services.queues import Filters, queue
from vetting.store import cases as store
from vetting.store import verifying
from vetting.store.assessments import EvidenceRow
from vetting.store.documents import Document
from vetting.store.session import reading

VALUE = "demokratisk-rattsstat"
NOT_MET = Given(criterion=VALUE, answer=Answer.NOT_MET, reasons="Se protokollet.", evidence=ACT)


def file_of(town: Town, number: str, role: Role = Role.CASEWORKER) -> Any:
    with reading(town.database) as s:
        return case_file(s, number, rules=rules(), by=town.staff[role], on=TODAY)


def assess(town: Town, number: str, given: Given = NOT_MET, **more: Any) -> None:
    town.do(assessments.assess, number, given, version=None, rules=rules(), **more)


def test_everything_an_assessment_says_is_kept(town: Town) -> None:
    number = town.receive().number
    cut = documents.NewDocument(
        name="sidan.pdf",
        media_type="application/pdf",
        content=pdf("Sidan"),
        type="",
        dated=None,
        arrived_on=TODAY,
        state=documents.DRAWN_UP,
    )
    full = replace(
        ACT, source_address="https://exempel.se/", seen_on=TODAY, place="s. 2", named_because="Rollen delas."
    )
    assess(town, number, replace(NOT_MET, evidence=full, cut=cut))
    with reading(town.database) as s:
        row = s.scalars(select(EvidenceRow)).one()
        kept = s.get_one(Document, row.cut_id)
    assert (row.deed, row.source_address, row.seen_on, row.place) == ("act", "https://exempel.se/", TODAY, "s. 2")
    assert (row.speaks_for, row.named_because) == (ACT.speaks_for, "Rollen delas.")
    assert (kept.name, kept.state, len(kept.sha256)) == ("sidan.pdf", "drawn_up", 64)


def test_the_same_picture_of_a_source_is_kept_once(town: Town) -> None:
    number = town.receive().number
    cut = documents.NewDocument(
        name="sidan.pdf",
        media_type="application/pdf",
        content=pdf("Sidan"),
        type="",
        dated=None,
        arrived_on=TODAY,
        state=documents.DRAWN_UP,
    )
    assess(town, number, replace(NOT_MET, cut=cut))
    assess(town, number, replace(NOT_MET, cut=cut))
    with reading(town.database) as s:
        assert s.scalar(select(func.count()).select_from(Document)) == 1


def test_a_draft_is_no_answer_is_seen_by_colleagues_and_is_gone_with_the_answer(town: Town) -> None:
    number = town.receive().number
    entries = len(file_of(town, number).events)
    town.do(assessment_drafts.save, number, VALUE, {"reasons": ["Halvvägs."]})
    town.do(assessment_drafts.save, number, VALUE, {"reasons": ["Nästan klar."]}, at=NOW + timedelta(minutes=1))
    other = town.somebody(Role.CASEWORKER, "kollega")
    with reading(town.database) as s:
        seen = case_file(s, number, rules=rules(), by=other, on=TODAY)
    assert [(draft.fields, seen.names[draft.user_id]) for draft in seen.drafts] == [
        ({"reasons": ["Nästan klar."]}, town.staff[Role.CASEWORKER].name)
    ]
    assert seen.situation.to_assess
    assert len(seen.events) == entries
    assert file_of(town, number, Role.DECISION_MAKER).drafts == ()
    assess(town, number)
    assert file_of(town, number).drafts == []


def test_a_draft_of_another_boards_case_or_of_nobody_is_refused(town: Town) -> None:
    number = town.receive().number
    other = Town(town.database, code="syd").build()
    for service, more in ((assessment_drafts.save, (VALUE, {})), (assessment_drafts.discard, (VALUE,))):
        with pytest.raises(Refused) as refused:
            other.do(service, number, *more) if service is assessment_drafts.save else _discard(other, number)
        assert refused.value.obstacle is Obstacle.MISSING
    with pytest.raises(Refused):
        _discard(town, number)


def _discard(town: Town, number: str) -> None:
    from vetting.store.session import write

    write(town.database, lambda s: assessment_drafts.discard(s, number, VALUE, by=town.staff[Role.CASEWORKER]))


def test_earlier_answers_are_counted_and_named_by_case_but_never_whom_or_why(town: Town) -> None:
    first = town.receive()
    town.handle(first.number)
    second = town.receive(clean_facts(NUMBERS[1], "Andra"))
    assess(town, second.number)
    third = town.receive(clean_facts(NUMBERS[2], "Tredje"))
    assert file_of(town, third.number).likeness[VALUE] == {Answer.NOTHING_FOUND: 1, Answer.NOT_MET: 1}
    with reading(town.database) as s:
        found = explain(s, third.number, VALUE, rules=rules(), by=town.staff[Role.CASEWORKER], on=TODAY)
    assert [(item.number, item.answer) for item in found.earlier] == [
        (second.number, Answer.NOT_MET),
        (first.number, Answer.NOTHING_FOUND),
    ]
    other = Town(town.database, code="syd").build()
    assert file_of(other, other.receive().number).likeness == {}


def test_an_answer_that_was_taken_back_is_not_counted(town: Town) -> None:
    first = town.receive()
    assess(town, first.number)
    town.do(assessments.withdraw, first.number, VALUE, "Nytt.", rules=rules())
    assert VALUE not in file_of(town, town.receive(clean_facts(NUMBERS[1], "Andra")).number).likeness


# what rests on an answer about the association


def booked(town: Town, days: int) -> str:
    starts = NOW + timedelta(days=days)
    case = town.receive(
        booking_facts(),
        kind=CaseKind.BOOKING,
        uses=(Use(room_name="Salen", starts_at=starts, ends_at=starts + timedelta(hours=2)),),
    )
    town.do(decisions.declare_no_conflict, case.number)
    town.do(cases.mark, case.number, Marked.PAPERS_OPENED, rules=rules())
    with suppress(Refused):  # answered already, where another case of the association was handled before
        town.do(assessments.nothing_found, case.number, rules=rules())
    town.do(cases.mark, case.number, Marked.BASIC_CHECK, rules=rules())
    town.do(decisions.make_ready, case.number, rules=rules())
    town.propose(case.number, amount=None)
    town.do(decisions.declare_no_conflict, case.number, role=Role.DECISION_MAKER)
    town.decide(case.number)
    return case.number


def refuse(town: Town, number: str) -> None:
    """The association is heard, has nothing to add, and is refused on the criterion."""
    town.do(
        communications.communicate,
        number,
        "Underlaget.",
        reply_by=TODAY + timedelta(days=21),
        sent_to="styrelsen",
        rules=rules(),
    )
    with reading(town.database) as s:
        key = store.communications(s, town.case(number).id)[0].id
    town.do(communications.note_reply, number, key, "Inget att tillägga.", "Svaret ändrar inget.", replied_on=TODAY)
    town.do(decisions.declare_no_conflict, number)
    town.do(cases.mark, number, Marked.PAPERS_OPENED, rules=rules())
    with suppress(Refused):
        town.do(assessments.nothing_found, number, rules=rules())
    town.do(cases.mark, number, Marked.BASIC_CHECK, rules=rules())
    with suppress(Refused):  # nothing is missing
        town.do(cases.mark, number, Marked.GAP_ACCEPTED, text="Behövs inte.", rules=rules())
    town.do(cases.register, number, "EXN 2026/201", role=Role.REGISTRAR)
    town.do(decisions.make_ready, number, rules=rules())
    town.propose(
        number,
        outcome=Outcome.REFUSED,
        amount=None,
        grounds=(Ground.CRITERION,),
        reasons="Årsmötet nekade två medlemmar att rösta. Ingen mildare åtgärd räcker.",
    )
    town.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    town.decide(number)


def test_not_met_about_the_association_returns_what_rests_on_it_to_the_queue(town: Town) -> None:
    ready = town.receive()
    town.make_ready(ready.number)
    ahead = booked(town, 20)
    other = town.receive(clean_facts(NUMBERS[1], "Andra"))
    town.make_ready(other.number)
    news = town.receive(round_id=None)
    assess(town, news.number)
    before = [town.case(number).look_again_because for number in (ready.number, ahead, other.number)]
    assert (before, town.case(ready.number).state) == (["", "", ""], "ready")  # nobody has been heard
    refuse(town, news.number)
    assert (town.case(ready.number).state, town.case(ready.number).proposal) == ("in_progress", "refuse")
    assert town.case(ahead).state == State.CONFIRMED
    assert [town.case(n).look_again_because for n in (ready.number, ahead, other.number, news.number)] == [
        "not_met",
        "not_met",
        "",
        "",
    ]
    assert town.case(other.number).state == "ready"
    with reading(town.database) as s:
        shown = queue(s, Filters(kind=CaseKind.BOOKING), rules(), by=town.staff[Role.CASEWORKER], on=TODAY)
        assert [case.number for case in shown.cases] == [ahead]
        assert verifying.verify(s).problems == []


def test_a_booking_that_has_been_and_another_boards_case_stay(town: Town) -> None:
    past = booked(town, 2)
    syd = Town(town.database, code="syd").build()
    theirs = syd.receive()
    news = town.receive()
    town.do(assessments.assess, news.number, NOT_MET, version=None, rules=rules(), at=NOW + timedelta(days=9))
    assert town.case(past).look_again_at is None
    assert syd.case(theirs.number).look_again_at is None


def test_an_answer_that_is_taken_back_falls_everywhere(town: Town) -> None:
    first = town.receive()
    town.handle(first.number)
    second = town.receive(round_id=None)
    town.do(assessments.withdraw, first.number, VALUE, "Föreningen har skrivit nya stadgar.", rules=rules())
    assert town.case(second.number).look_again_because == "withdrawn"
    assert VALUE in {
        f.criterion.id for f in file_of(town, second.number).screening.findings if f.result.value == "needs_assessment"
    }


def test_whoever_looks_again_says_what_follows_and_once(town: Town) -> None:
    first = town.receive()
    second = town.receive(round_id=None)
    assess(town, first.number)
    refuse(town, first.number)
    with pytest.raises(Refused) as refused:
        town.do(reuse.looked_again, second.number, " ")
    assert refused.value.obstacle is Obstacle.INVALID
    town.do(reuse.looked_again, second.number, "Samma bedömning gäller här.")
    assert town.case(second.number).look_again_at is None
    assert "Samma bedömning" in file_of(town, second.number).notes[0].text
    with pytest.raises(Refused) as refused:
        town.do(reuse.looked_again, second.number, "En gång till.")
    assert refused.value.obstacle is Obstacle.STALE


def test_whoever_saves_on_what_somebody_changed_is_told_who_and_when(town: Town) -> None:
    case = town.receive()
    seen = town.case(case.number).version
    assess(town, case.number)
    with pytest.raises(Refused) as refused:
        town.do(assessments.assess, case.number, NOT_MET, version=seen, rules=rules())
    assert refused.value.obstacle is Obstacle.STALE
    assert town.staff[Role.CASEWORKER].name in refused.value.problems[0].what.sv
