"""A decided case shows what it was decided on, whatever is said of the association later."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import ACT, BoardAtWork, booking_facts, clean_facts, rules
from tests.factories import NOW
from vetting import clock
from vetting.casework.domain.cases import CaseState
from vetting.casework.models.cases import Case
from vetting.casework.services import (
    after_decision,
    assessments,
    cases,
    decisions,
    frozen_bases,
    intake,
    stale_proposals,
)
from vetting.casework.services.assessments import NewAssessment
from vetting.casework.services.intake import NewCase
from vetting.engine.evidence import CriterionAnswer
from vetting.engine.facts import Facts
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Refused
from vetting.kernel.roles import Role
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading
from vetting.rules.services.rulebook import use_rules
from vetting.workspace.services.case_files import case_file
from vetting.workspace.services.queues import QueueFilters, case_queue
from vetting.workspace.services.reminders import staff_reminders
from vetting.workspace.services.waiting_decisions import cases_to_decide

if TYPE_CHECKING:
    from tests.demonstration import FilledOnce
    from vetting.workspace.services.case_files import CaseFile

YEAR = timedelta(days=330)
VALUE = "demokratisk-rattsstat"


def file_of(board: BoardAtWork, number: str, *, at: Any = NOW, role: Role = Role.CASEWORKER) -> CaseFile:
    with open_reading(board.database) as session:
        found = case_file(acting(session, board.staff[role]), number, on=at.date())
        session.expunge_all()
    return found


def told(board: BoardAtWork, number: str, *, at: Any = NOW) -> list[str]:
    """What the officer's report of a case says, in both languages."""
    by = board.staff[Role.CASEWORKER]
    with open_reading(board.database) as session:
        file = case_file(acting(session, by), number, on=at.date())
        report = frozen_bases.report_of(acting(session, by), file, on=at.date())
    return [text for section in report.sections for line in section.lines for text in (line.sv, line.en)]


def later(board: BoardAtWork, **facts: Any) -> str:
    """A year on the association applies again, with other facts, and an act is found."""
    given = clean_facts(**facts)
    day, because = (NOW + YEAR).date(), "Två ändamål."
    request = NewCase(
        kind=CaseKind.GRANT, facts=given, channel="form", round_id=None, received_on=day, doubled_because=because
    )
    new = board.do(intake.receive_case, request, at=NOW + YEAR)
    against = NewAssessment(
        criterion=VALUE, answer=CriterionAnswer.NOT_MET, reasons="Årsmötet nekade två medlemmar.", evidence=ACT
    )
    board.do(assessments.assess, new.number, against, version=None, at=NOW + YEAR)
    number: str = new.number
    return number


def test_the_report_of_a_case_with_a_point_against_names_no_case_that_has_not_ended_as_it_would(
    board: BoardAtWork,
) -> None:
    first, second = later(board), later(board)
    assert not any(first in line for line in told(board, second, at=NOW + YEAR))


@pytest.mark.both_engines
def test_a_decided_case_shows_facts_and_answers_as_they_stood(board: BoardAtWork) -> None:
    case = board.approve()
    before, report = file_of(board, case.number), told(board, case.number)
    later(board, members_total=3)
    after = file_of(board, case.number, at=NOW + YEAR)
    assert before.screening is not None
    assert after.screening is not None
    assert after.screening.facts.values["members_total"] == 120
    was = {item.criterion.id: (item.result, item.answer) for item in before.screening.findings}
    assert {item.criterion.id: (item.result, item.answer) for item in after.screening.findings} == was
    assert told(board, case.number, at=NOW + YEAR) == report


def test_what_came_after_the_decision_stands_apart(board: BoardAtWork) -> None:
    case = board.approve()
    assert file_of(board, case.number).since == ()
    later(board, members_total=3)
    since = file_of(board, case.number, at=NOW + YEAR).since
    assert [line.what.sv for line in since if "3" in line.what.sv]
    assert any("Ej uppfyllt" not in line.what.sv and line.on == (NOW + YEAR).date() for line in since)


def test_the_words_are_kept_as_they_were_rendered(board: BoardAtWork, monkeypatch: pytest.MonkeyPatch) -> None:
    """A label or a sentence of the program that is written anew says nothing else of what was decided."""
    from vetting.engine import reasons
    from vetting.kernel.text import Words

    case = board.approve()
    report = told(board, case.number)
    basis = file_of(board, case.number).basis
    assert basis is not None
    monkeypatch.setattr(
        reasons, "reason_for_finding", lambda *_: Words("Något helt annat.", "Something else altogether.")
    )
    assert told(board, case.number) == report
    assert file_of(board, case.number).basis == basis
    assert {"sv", "en"} <= {language for point in basis.points for language in point["label"]}


def test_a_case_opened_again_shows_today_and_its_former_decision_with_its_basis(board: BoardAtWork) -> None:
    case = board.approve()
    was = file_of(board, case.number).basis
    board.do(after_decision.reconsider_case, case.number, "Antalet medlemmar var fel.", role=Role.DECISION_MAKER)
    board.do(cases.change_facts, case.number, Facts({"members_total": 4}), version=None, at=NOW + timedelta(hours=1))
    again = file_of(board, case.number)
    assert again.screening is not None
    assert again.screening.facts.values["members_total"] == 4
    assert again.basis is None
    assert [basis for _, basis in again.former] == [was]


def test_an_answer_to_a_booking_does_not_make_a_grants_proposal_stale(board: BoardAtWork) -> None:
    """What its own screening read has not changed."""
    case = board.receive()
    board.make_ready(case.number)
    board.propose(case.number)
    board.do(decisions.declare_no_conflict, case.number, role=Role.DECISION_MAKER)
    booking = board.receive(booking_facts(), kind=CaseKind.BOOKING)
    question = NewAssessment(
        criterion="arrangemang-demokratisk-grund", answer=CriterionAnswer.MET, reasons="Programmet är läst."
    )
    try:
        board.do(assessments.assess, booking.number, question, version=None, role=Role.PREMISES)
    except Refused:
        board.do(assessments.record_nothing_found, booking.number, role=Role.PREMISES)
    assert board.decide(case.number).outcome == "approved"


def ready_in_lists(board: BoardAtWork) -> tuple[int, list[str], list[str], list[str]]:
    """The figure over the queue, the queue of what is ready, the list to decide, and who is reminded to decide."""
    with open_reading(board.database) as session:
        by, wanted = board.staff[Role.CASEWORKER], QueueFilters(kind=CaseKind.GRANT, state=CaseState.READY)
        found = case_queue(acting(session, by), wanted, on=NOW.date())
        to_decide = cases_to_decide(acting(session, board.staff[Role.DECISION_MAKER]), on=NOW.date())
        reminded = staff_reminders(acting(session, board.staff[Role.ADMINISTRATOR]), on=NOW.date())
        return (
            found.counts["ready"],
            [case.number for case in found.cases],
            [item.case.number for item in to_decide],
            [one.login for one in reminded if any("för beslut" in line.sv for line in one.lines)],
        )


def test_a_stale_proposal_is_not_listed_as_ready_and_its_officer_sees_what_changed(board: BoardAtWork) -> None:
    case = board.receive()
    board.make_ready(case.number)
    board.propose(case.number)
    board.do(decisions.declare_no_conflict, case.number, role=Role.DECISION_MAKER)
    assert ready_in_lists(board) == (1, [case.number], [case.number], ["decision_maker.norr"])
    board.do(cases.change_facts, case.number, Facts({"members_total": 7}), version=None)
    assert ready_in_lists(board) == (0, [], [], [])
    with open_reading(board.database) as session:
        found = case_queue(acting(session, board.staff[Role.CASEWORKER]), QueueFilters(), on=NOW.date())
        assert {key: [line.sv for line in lines] for key, lines in found.stale.items()} == {
            case.id: ["Antal medlemmar: 120, nu 7"]
        }
        assert [one.id for one in found.cases] == [case.id]
    assert [line.sv for line in file_of(board, case.number).changed_since_proposal] == ["Antal medlemmar: 120, nu 7"]


def test_what_is_ready_in_the_demonstration_can_be_decided_on(demonstration: FilledOnce) -> None:
    database = connect_database(f"sqlite:///{demonstration.path}")
    use_rules(database, rules)
    with open_reading(database) as session:
        ready = select(Case).where(Case.state == CaseState.READY.value)
        assert len(session.scalars(ready).all()) == 6
        assert stale_proposals.stale_of(session, ready, on=clock.now().date()) == {}
