"""A decided case shows what it was decided on, whatever is said of the association later."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tests.factories import NOW
from tests.town import ACT, Town, booking_facts, clean_facts, rules
from vetting import clock
from vetting.domain.cases import State
from vetting.domain.criteria import CaseKind
from vetting.domain.evidence import Answer
from vetting.domain.facts import Facts
from vetting.domain.people import Role
from vetting.domain.problem import Refused
from vetting.services import aftermath, assessments, bases, cases, decisions, proposals
from vetting.services.assessments import Given
from vetting.services.case_files import case_file
from vetting.services.cases import NewCase
from vetting.services.deciding import waiting
from vetting.services.queues import Filters, queue
from vetting.services.reminders import reminders
from vetting.store.cases import Case
from vetting.store.engine import connect
from vetting.store.session import reading

if TYPE_CHECKING:
    import pytest

    from tests.demonstration import FilledOnce
    from vetting.services.case_files import CaseFile

YEAR = timedelta(days=330)
VALUE = "demokratisk-rattsstat"


def file_of(town: Town, number: str, *, at: Any = NOW, role: Role = Role.CASEWORKER) -> CaseFile:
    with reading(town.database) as session:
        found = case_file(session, number, rules=rules(), by=town.staff[role], on=at.date())
        session.expunge_all()
    return found


def told(town: Town, number: str, *, at: Any = NOW) -> list[str]:
    """What the officer's report of a case says, in both languages."""
    by = town.staff[Role.CASEWORKER]
    with reading(town.database) as session:
        file = case_file(session, number, rules=rules(), by=by, on=at.date())
        report = bases.report_of(session, file, by=by)
    return [text for section in report.sections for line in section.lines for text in (line.sv, line.en)]


def later(town: Town, **facts: Any) -> str:
    """A year on the association applies again, with other facts, and an act is found."""
    given = clean_facts(**facts)
    request = NewCase(kind=CaseKind.GRANT, facts=given, channel="form", round_id=None, received_on=(NOW + YEAR).date())
    new = town.do(cases.receive, request, rules=rules(), at=NOW + YEAR)
    against = Given(criterion=VALUE, answer=Answer.NOT_MET, reasons="Årsmötet nekade två medlemmar.", evidence=ACT)
    town.do(assessments.assess, new.number, against, version=None, rules=rules(), at=NOW + YEAR)
    number: str = new.number
    return number


def test_a_decided_case_shows_facts_and_answers_as_they_stood(town: Town) -> None:
    case = town.approve()
    before, report = file_of(town, case.number), told(town, case.number)
    later(town, members_total=3)
    after = file_of(town, case.number, at=NOW + YEAR)
    assert before.screening is not None
    assert after.screening is not None
    assert after.screening.facts.values["members_total"] == 120
    was = {item.criterion.id: (item.result, item.answer) for item in before.screening.findings}
    assert {item.criterion.id: (item.result, item.answer) for item in after.screening.findings} == was
    assert told(town, case.number, at=NOW + YEAR) == report


def test_what_came_after_the_decision_stands_apart(town: Town) -> None:
    case = town.approve()
    assert file_of(town, case.number).since == ()
    later(town, members_total=3)
    since = file_of(town, case.number, at=NOW + YEAR).since
    assert [line.what.sv for line in since if "3" in line.what.sv]
    assert any("Ej uppfyllt" not in line.what.sv and line.on == (NOW + YEAR).date() for line in since)


def test_the_words_are_kept_as_they_were_rendered(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A label or a sentence of the program that is written anew says nothing else of what was decided."""
    from vetting.domain import reasons
    from vetting.domain.words import Words

    case = town.approve()
    report = told(town, case.number)
    basis = file_of(town, case.number).basis
    assert basis is not None
    monkeypatch.setattr(reasons, "why", lambda *_: Words("Något helt annat.", "Something else altogether."))
    assert told(town, case.number) == report
    assert file_of(town, case.number).basis == basis
    assert {"sv", "en"} <= {language for point in basis.points for language in point["label"]}


def test_a_case_opened_again_shows_today_and_its_former_decision_with_its_basis(town: Town) -> None:
    case = town.approve()
    was = file_of(town, case.number).basis
    town.do(aftermath.reconsider, case.number, "Antalet medlemmar var fel.", rules=rules(), role=Role.DECISION_MAKER)
    town.do(
        cases.change_facts,
        case.number,
        Facts({"members_total": 4}),
        version=None,
        rules=rules(),
        at=NOW + timedelta(hours=1),
    )
    again = file_of(town, case.number)
    assert again.screening is not None
    assert again.screening.facts.values["members_total"] == 4
    assert again.basis is None
    assert [basis for _, basis in again.former] == [was]


def test_an_answer_to_a_booking_does_not_make_a_grants_proposal_stale(town: Town) -> None:
    """What its own screening read has not changed."""
    case = town.receive()
    town.make_ready(case.number)
    town.propose(case.number)
    town.do(decisions.declare_no_conflict, case.number, role=Role.DECISION_MAKER)
    booking = town.receive(booking_facts(), kind=CaseKind.BOOKING)
    question = Given(criterion="arrangemang-demokratisk-grund", answer=Answer.MET, reasons="Programmet är läst.")
    try:
        town.do(assessments.assess, booking.number, question, version=None, rules=rules(), role=Role.PREMISES)
    except Refused:
        town.do(assessments.nothing_found, booking.number, rules=rules(), role=Role.PREMISES)
    assert town.decide(case.number).outcome == "approved"


def ready_in_lists(town: Town) -> tuple[int, list[str], list[str], list[str]]:
    """The figure over the queue, the queue of what is ready, the list to decide, and who is reminded to decide."""
    with reading(town.database) as session:
        by, wanted = town.staff[Role.CASEWORKER], Filters(kind=CaseKind.GRANT, state=State.READY)
        found = queue(session, wanted, rules(), by=by, on=NOW.date())
        to_decide = waiting(session, rules(), by=town.staff[Role.DECISION_MAKER], on=NOW.date())
        reminded = reminders(session, rules(), by=town.staff[Role.ADMINISTRATOR], on=NOW.date())
        return (
            found.counts["ready"],
            [case.number for case in found.cases],
            [item.case.number for item in to_decide],
            [one.login for one in reminded if any("för beslut" in line.sv for line in one.lines)],
        )


def test_a_stale_proposal_is_not_listed_as_ready_and_its_officer_sees_what_changed(town: Town) -> None:
    case = town.receive()
    town.make_ready(case.number)
    town.propose(case.number)
    town.do(decisions.declare_no_conflict, case.number, role=Role.DECISION_MAKER)
    assert ready_in_lists(town) == (1, [case.number], [case.number], ["decision_maker.norr"])
    town.do(cases.change_facts, case.number, Facts({"members_total": 7}), version=None, rules=rules())
    assert ready_in_lists(town) == (0, [], [], [])
    with reading(town.database) as session:
        found = queue(session, Filters(), rules(), by=town.staff[Role.CASEWORKER], on=NOW.date())
        assert {key: [line.sv for line in lines] for key, lines in found.stale.items()} == {
            case.id: ["Antal medlemmar: 120, nu 7"]
        }
        assert [one.id for one in found.cases] == [case.id]
    assert [line.sv for line in file_of(town, case.number).changed_since_proposal] == ["Antal medlemmar: 120, nu 7"]


def test_what_is_ready_in_the_demonstration_can_be_decided_on(demonstration: FilledOnce) -> None:
    with reading(connect(f"sqlite:///{demonstration.path}")) as session:
        ready = select(Case).where(Case.state == State.READY.value)
        assert len(session.scalars(ready).all()) == 3
        assert proposals.stale_of(session, ready, rules(), on=clock.now().date()) == {}
