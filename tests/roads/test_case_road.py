"""A case from arrival to register, on both engines: what is kept, what is screened anew, what is refused and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from tests.acting import acting
from tests.board import ACT, GROUP, NUMBERS, BoardAtWork, booking_facts, clean_facts
from tests.factories import NOW, TODAY
from vetting.associations.models.associations import Association, AssociationName
from vetting.casework.domain.advice import Advice, ConflictGround
from vetting.casework.domain.cases import CaseMarkKind, CaseState
from vetting.casework.domain.records import RecordKind
from vetting.casework.models.assessments import AssessmentRow
from vetting.casework.models.cases import Case, Note
from vetting.casework.models.decisions import Decision, DecisionDraft
from vetting.casework.models.facts import GivenFacts
from vetting.casework.models.meetings import Review
from vetting.casework.models.meetings import meeting as stored_meeting
from vetting.casework.models.records import Record
from vetting.casework.models.screenings import StoredScreening
from vetting.casework.services import (
    assessments,
    cases,
    clean_reviews,
    communications,
    completions,
    decisions,
    documents,
    intake,
    meetings,
)
from vetting.casework.services.assessments import NewAssessment
from vetting.casework.services.screenings import repeat_screening, screen_without_keeping
from vetting.engine.evidence import NO_EVIDENCE, CriterionAnswer
from vetting.engine.facts import Facts
from vetting.grants.services.rounds import close_round
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import DecisionGround, DecisionOutcome, Reservation
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail, trail_verification
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.kernel.store.trail import TrailNote
from vetting.money.domain.reclaims import EstablishedBy, ReclaimGround
from vetting.money.models.payments import Payment
from vetting.money.models.reclaims import Reclaim
from vetting.money.services import payment_stops, payments, reclaims
from vetting.people.models.people import Board
from vetting.workspace.services.case_files import case_file

if TYPE_CHECKING:
    from vetting.kernel.store.engine import Database

pytestmark = pytest.mark.long

VALUE = "demokratisk-rattsstat"


def told(board: BoardAtWork, service: Any, *arguments: Any, **more: Any) -> tuple[Obstacle, list[str]]:
    """How an act is refused; nothing of it may be kept."""
    before = counts(board)
    with pytest.raises(Refused) as refused:
        board.do(service, *arguments, **more)
    assert counts(board) == before
    return refused.value.obstacle, [problem.where for problem in refused.value.problems]


def counts(board: BoardAtWork) -> list[Any]:
    with open_reading(board.database) as s:
        return [
            s.scalar(select(func.count()).select_from(model))
            for model in (Case, GivenFacts, AssessmentRow, Decision, Payment, trail.TrailEntry)
        ]


def result_of(board: BoardAtWork, number: str, criterion: str) -> str:
    with open_reading(board.database) as s:
        case = s.scalars(select(Case).where(Case.number == number)).one()
        screened = screen_without_keeping(s, case, on=TODAY)
        assert screened
        return next(f.result.value for f in screened.screening.findings if f.criterion.id == criterion)


def holding(board: BoardAtWork, number: str) -> list[str]:
    with open_reading(board.database) as s:
        found = case_file(acting(s, board.staff[Role.CASEWORKER]), number, on=TODAY)
        return [gate.gate for gate in found.standing.holding_back]


@pytest.mark.both_engines
def test_a_clean_application_is_ready_after_four_acts_and_granted(board: BoardAtWork) -> None:
    case = board.receive()
    assert (case.number, case.state, case.proposal) == ("BID-2026-0001", "received", "assess")
    board.do(cases.mark_case, case.number, CaseMarkKind.PAPERS_OPENED)
    board.do(assessments.record_nothing_found, case.number)
    board.do(cases.mark_case, case.number, CaseMarkKind.BASIC_CHECK)
    board.do(decisions.make_ready, case.number)
    assert board.case(case.number).state == "ready"
    board.do(decisions.declare_no_conflict, case.number)
    board.propose(case.number)
    board.do(decisions.declare_no_conflict, case.number, role=Role.DECISION_MAKER)
    decision = board.decide(case.number)
    assert (decision.outcome, decision.amount, decision.delegation_point) == ("approved", 40_000_00, "4.2")
    assert decision.rests_on["screening"] == board.case(case.number).screening_id
    assert len(decision.rests_on["assessments"]) == 7
    assert board.case(case.number).state == "payment"
    with open_reading(board.database) as s:
        planned = s.scalars(select(Payment)).one()
        assert (planned.amount, planned.paid_on) == (40_000_00, None)
        assert trail_verification.verify_trail(s).problems == []


def test_a_case_keeps_the_rules_it_came_under_when_the_board_chooses_others(board: BoardAtWork) -> None:
    before = board.receive()

    def choose(session: Any) -> None:
        board_row = session.get_one(Board, board.board_id)
        board_row.rules = {"grant": GROUP, "booking": GROUP}
        session.add_entry(TrailNote(action="rules_chosen", by=None, at=NOW, subject=board_row))

    run_in_transaction(board.database, choose)
    after = board.receive(clean_facts(NUMBERS[1], "Andra"))
    with open_reading(board.database) as s:
        names = [
            screened.screening.ruleset.id
            for case in (before, after)
            if (screened := screen_without_keeping(s, case, on=TODAY))
        ]
    assert names == ["socialnamnden-2019-med-grundkrav", "farsta-2021-med-grundkrav"]


def test_a_kept_screening_can_be_repeated_from_what_it_kept(board: BoardAtWork) -> None:
    case = board.receive()
    board.handle(case.number)
    with open_reading(board.database) as s:
        kept = s.scalars(
            select(StoredScreening).where(StoredScreening.case_id == case.id).order_by(StoredScreening.id)
        ).all()
        assert len(kept) >= 2
        for stored in kept:
            again = repeat_screening(s, stored, case)
            assert again.proposal.value == stored.proposal
            assert {f.criterion.id: f.result.value for f in again.findings} == {
                name: found["result"] for name, found in stored.results.items()
            }


def test_the_same_again_is_not_kept_twice(board: BoardAtWork) -> None:
    case = board.receive()
    board.do(cases.mark_case, case.number, CaseMarkKind.PAPERS_OPENED)
    board.do(cases.mark_case, case.number, CaseMarkKind.PAPERS_OPENED)
    with open_reading(board.database) as s:
        assert s.scalar(select(func.count()).select_from(StoredScreening)) == 1


def test_a_case_is_screened_again_when_what_it_read_changes(board: BoardAtWork) -> None:
    case = board.receive(clean_facts(members_total=2))
    assert case.proposal == "refuse"
    board.do(cases.change_facts, case.number, Facts({"members_total": 40}), version=None)
    assert board.case(case.number).proposal == "assess"
    with open_reading(board.database) as s:
        rows = s.scalars(select(GivenFacts).order_by(GivenFacts.id)).all()
        said = [value for row in rows for part in (True, False) for value in row.values(association=part)]
    assert [value.value for value in said if value.fact == "members_total"] == [2, 40]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE given_facts SET of_case = '{}'",
        "DELETE FROM given_facts",
        "UPDATE decisions SET amount = 1",
        "DELETE FROM assessments",
        "UPDATE rule_versions SET ruleset = 'x'",
    ],
)
def test_what_was_kept_is_never_overwritten(board: BoardAtWork, statement: str) -> None:
    board.approve()
    with pytest.raises(DatabaseError), board.database.engine.begin() as connection:
        connection.execute(text(statement))


def test_a_blank_never_takes_a_known_value_away(board: BoardAtWork) -> None:
    board.receive()
    again = board.receive(
        Facts({"name_in_application": "Kulturföreningen Provkvarnen", "organisation_number": NUMBERS[0]}), round_id=None
    )
    assert result_of(board, again.number, "stadgar-antagna") == "met"


def test_an_answer_about_the_association_answers_its_next_case_until_it_expires(board: BoardAtWork) -> None:
    first = board.receive()
    board.handle(first.number)
    second = board.receive(round_id=None)
    assert result_of(board, second.number, VALUE) == "nothing_found"
    with open_reading(board.database) as s:
        later = screen_without_keeping(s, second, on=TODAY + timedelta(days=400))
        assert later
        found = next(f for f in later.screening.findings if f.criterion.id == VALUE)
    assert (found.result.value, found.reason.value) == ("needs_assessment", "expired")


def test_an_answer_in_one_board_is_nothing_in_another(board: BoardAtWork) -> None:
    board.handle(board.receive().number)
    other = BoardAtWork(board.database, code="syd").build()
    case = other.receive()
    assert case.proposal == "assess"
    with open_reading(board.database) as s:
        assert s.scalar(select(func.count()).select_from(Association)) == 1


def test_one_number_with_another_name_is_one_association_with_a_name_to_confirm(board: BoardAtWork) -> None:
    board.receive()
    board.receive(clean_facts(name="Teatersällskapet Helt Annat"), round_id=None)
    with open_reading(board.database) as s:
        assert s.scalar(select(func.count()).select_from(Association)) == 1
        assert s.scalars(select(AssociationName.kind).order_by(AssociationName.id)).all() == ["current", "to_confirm"]


def test_a_second_application_in_the_round_needs_a_reason(board: BoardAtWork) -> None:
    board.receive()
    new = intake.NewCase(
        kind=CaseKind.GRANT, facts=clean_facts(), received_on=TODAY, channel="form", round_id=board.round_id
    )
    assert told(board, intake.receive_case, new) == (Obstacle.INVALID, ["doubled_because"])
    board.do(intake.receive_case, replace(new, doubled_because="Två olika projekt."))


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"received_on": TODAY + timedelta(days=1)}, ["received_on"]),
        ({"facts": Facts({"purpose": "x"})}, ["name_in_application"]),
    ],
)
def test_an_application_that_cannot_be_right_is_refused(board: BoardAtWork, change: Any, where: list[str]) -> None:
    new = replace(intake.NewCase(kind=CaseKind.GRANT, facts=clean_facts(), received_on=TODAY, channel="form"), **change)
    assert told(board, intake.receive_case, new) == (Obstacle.INVALID, where)


def test_a_closed_round_takes_nothing_in_and_another_boards_is_not_there(board: BoardAtWork) -> None:
    new = intake.NewCase(
        kind=CaseKind.GRANT, facts=clean_facts(), received_on=TODAY, channel="form", round_id=board.round_id
    )
    other = BoardAtWork(board.database, code="syd").build()
    assert told(board, intake.receive_case, replace(new, round_id=other.round_id)) == (Obstacle.MISSING, [])
    board.do(close_round, board.round_id)
    assert told(board, intake.receive_case, new) == (Obstacle.INVALID, ["round_id"])


# what holds a case back


def test_what_is_missing_holds_the_case_until_it_is_given_or_accepted(board: BoardAtWork) -> None:
    case = board.receive(clean_facts(annual_minutes=None))
    assert case.proposal == "complete"
    board.handle(case.number)
    assert holding(board, case.number) == ["ansokan-komplett"]
    assert told(board, decisions.make_ready, case.number)[0] is Obstacle.CLOSED
    assert told(board, cases.mark_case, case.number, CaseMarkKind.GAP_ACCEPTED) == (Obstacle.INVALID, ["text"])
    board.do(cases.mark_case, case.number, CaseMarkKind.GAP_ACCEPTED, text="Stämman hålls i nästa vecka.")
    assert holding(board, case.number) == []


def test_what_nobody_asked_for_counts_as_missing_for_an_application(board: BoardAtWork) -> None:
    facts = Facts(
        {k: v for k, v in clean_facts().values.items() if k != "activity_report"},
        frozenset(),
        frozenset({"activity_report"}),
    )
    case = board.receive(facts)
    assert case.proposal == "assess"
    board.handle(case.number)
    assert holding(board, case.number) == ["ansokan-komplett"]
    board.do(completions.request_completion, case.number, ("activity_report",), completions.NewCompletionRequest())
    assert board.case(case.number).proposal == "complete"


def test_a_paper_that_comes_in_is_kept_with_its_digest_and_answers_its_point(board: BoardAtWork) -> None:
    case = board.receive(clean_facts(accounts=None))
    new = documents.NewDocument(
        name="bokslut.pdf",
        media_type="application/pdf",
        content=b"%PDF-1.7 x",
        type="accounts",
        dated=None,
        arrived_on=TODAY,
    )
    board.do(documents.add_document, case.number, new)
    assert result_of(board, case.number, "ekonomisk-redovisning-inlamnad") == "met"
    assert told(board, documents.add_document, case.number, new)[0] is Obstacle.INVALID


def test_the_same_file_from_two_associations_is_a_question_to_a_person(board: BoardAtWork) -> None:
    one, other = board.receive(), board.receive(clean_facts(NUMBERS[1], "Andra"))
    new = documents.NewDocument(
        name="medlemmar.pdf",
        media_type="application/pdf",
        content=b"%PDF-1.7 medlemmar",
        type="",
        dated=None,
        arrived_on=TODAY,
    )
    board.do(documents.add_document, one.number, new)
    board.do(documents.add_document, other.number, new)
    assert result_of(board, other.number, "signal-samma-bilaga") == "needs_assessment"
    board.do(
        assessments.assess,
        other.number,
        NewAssessment(criterion="signal-samma-bilaga", answer=CriterionAnswer.MET, reasons="Samma blankett."),
        version=None,
    )
    assert result_of(board, other.number, "signal-samma-bilaga") == "met"


def test_the_same_giro_at_two_associations_is_a_question_to_a_person(board: BoardAtWork) -> None:
    board.receive()
    other = board.receive(clean_facts(NUMBERS[1], "Andra", giro_number="2999-0234"))
    assert result_of(board, other.number, "signal-samma-orgnr") == "needs_assessment"


# answers


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"act": ""}, "act"),
        ({"role": " "}, "role"),
        ({"happened": ""}, "happened"),
        ({"source": ""}, "source"),
        ({"inside_activity": False}, "inside_activity"),
        ({"inside_activity": None}, "inside_activity"),
        ({"verified": False}, "verified"),
        ({"may_be_shown": False}, "may_be_shown"),
        ({"act": "sagt av 850101-1234"}, "act"),
    ],
)
def test_not_met_is_impossible_without_an_act_that_may_be_shown(board: BoardAtWork, change: Any, where: str) -> None:
    case = board.receive()
    given = NewAssessment(
        criterion=VALUE,
        answer=CriterionAnswer.NOT_MET,
        reasons="Rösträtten begränsades.",
        evidence=replace(ACT, **change),
    )
    obstacle, places = told(board, assessments.assess, case.number, given, version=None)
    assert (obstacle, places) == (Obstacle.INVALID, [where])
    without = replace(given, evidence=None)
    assert told(board, assessments.assess, case.number, without, version=None)[1] == ["act"]
    begun = replace(given, evidence=replace(NO_EVIDENCE, act="Två medlemmar nekades att rösta."))
    assert len(told(board, assessments.assess, case.number, begun, version=None)[1]) == 10


def test_nothing_found_answers_all_value_criteria_and_says_what_was_looked_at(board: BoardAtWork) -> None:
    case = board.receive()
    assert board.do(assessments.record_nothing_found, case.number) == 7
    with open_reading(board.database) as s:
        rows = s.scalars(select(AssessmentRow)).all()
        assert {row.answer for row in rows} == {"nothing_found"}
        assert all(row.looked_at == ["application"] and row.case_id is None and row.by_name for row in rows)
    assert told(board, assessments.record_nothing_found, case.number)[0] is Obstacle.INVALID


def test_nothing_found_leaves_what_speaks_against_alone(board: BoardAtWork) -> None:
    clean, dark = board.receive(), board.receive(clean_facts(NUMBERS[1], "Andra"))
    board.do(
        assessments.assess,
        dark.number,
        NewAssessment(criterion=VALUE, answer=CriterionAnswer.NOT_MET, reasons="x", evidence=ACT),
        version=None,
    )
    for case in (clean, dark):
        board.do(assessments.record_nothing_found, case.number)
    assert result_of(board, dark.number, VALUE) == "not_met"


def test_a_withdrawn_answer_stays_in_the_file_and_the_question_returns(board: BoardAtWork) -> None:
    case = board.receive()
    board.do(assessments.record_nothing_found, case.number)
    assert told(board, assessments.withdraw_answer, case.number, VALUE, " ") == (Obstacle.INVALID, ["reason"])
    board.do(assessments.withdraw_answer, case.number, VALUE, "Nytt underlag.")
    assert result_of(board, case.number, VALUE) == "needs_assessment"
    with open_reading(board.database) as s:
        assert s.scalar(select(func.count()).select_from(AssessmentRow)) == 7


def test_a_stale_answer_is_refused(board: BoardAtWork) -> None:
    case = board.receive()
    seen = board.case(case.number).version
    board.do(cases.mark_case, case.number, CaseMarkKind.PAPERS_OPENED)
    given = NewAssessment(criterion=VALUE, answer=CriterionAnswer.NOTHING_FOUND)
    assert told(board, assessments.assess, case.number, given, version=seen)[0] is Obstacle.STALE


# deciding


def test_nothing_is_decided_before_it_is_ready(board: BoardAtWork) -> None:
    case = board.receive()
    board.propose(case.number)
    assert told(board, decisions.decide, case.number, draft_version=1, role=Role.DECISION_MAKER)[0] is Obstacle.CLOSED


@pytest.fixture
def ready(board: BoardAtWork) -> str:
    case = board.receive()
    board.make_ready(case.number)
    board.do(decisions.declare_no_conflict, case.number, role=Role.DECISION_MAKER)
    return case.number


def closed(board: BoardAtWork, number: str, role: Role = Role.DECISION_MAKER) -> list[str]:
    obstacle, gates = told(board, decisions.decide, number, draft_version=board.draft_version(number), role=role)
    assert obstacle is Obstacle.CLOSED
    return gates


@pytest.mark.parametrize(
    ("change", "gate"),
    [
        ({"outcome": DecisionOutcome.REFUSED, "grounds": (DecisionGround.BUDGET,), "reasons": " "}, "motivering-finns"),
        ({"reservations": (Reservation.REPORT,)}, "forbehall-i-beslutet"),
        ({"outcome": DecisionOutcome.REFUSED, "grounds": (DecisionGround.CRITERION,)}, "kommunicerat"),
        ({"outcome": DecisionOutcome.DISMISSED, "grounds": (DecisionGround.NOT_ENTITLED,)}, "kommunicerat"),
    ],
)
def test_a_proposal_that_lacks_something_is_held(board: BoardAtWork, ready: str, change: Any, gate: str) -> None:
    board.propose(ready, **change)
    assert gate in closed(board, ready)


def test_lack_of_money_needs_no_communication(board: BoardAtWork, ready: str) -> None:
    board.propose(
        ready,
        outcome=DecisionOutcome.REFUSED,
        amount=None,
        grounds=(DecisionGround.BUDGET,),
        reasons="Pengarna räcker inte.",
    )
    decision = board.decide(ready)
    assert (decision.outcome, decision.amount, decision.reservations) == ("refused", None, [])
    assert board.case(ready).state == "decided"


def test_a_refusal_on_a_criterion_walks_the_whole_way(board: BoardAtWork) -> None:
    case = board.receive()
    number = case.number
    board.do(decisions.declare_no_conflict, number)
    board.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    board.do(cases.mark_case, number, CaseMarkKind.PAPERS_OPENED)
    board.do(
        assessments.assess,
        number,
        NewAssessment(criterion=VALUE, answer=CriterionAnswer.NOT_MET, reasons="Rösträtten begränsades.", evidence=ACT),
        version=None,
    )
    board.do(assessments.record_nothing_found, number)
    board.do(cases.mark_case, number, CaseMarkKind.BASIC_CHECK)
    assert board.case(number).proposal == "refuse"
    board.propose(number, outcome=DecisionOutcome.REFUSED, amount=None, grounds=(DecisionGround.CRITERION,))
    board.do(decisions.make_ready, number)
    assert closed(board, number) == ["kommunicerat"]
    sent = board.do(
        communications.communicate,
        number,
        communications.NewCommunication(
            what="Protokollet § 4.", reply_by=TODAY + timedelta(days=14), sent_to="styrelsen"
        ),
    )
    assert told(board, decisions.make_ready, number) == (Obstacle.CLOSED, ["kommunicerat"])
    board.do(
        communications.note_reply,
        number,
        communications.NewReply(communication=sent.id, reply="Vi delar inte bilden.", replied_on=TODAY),
    )
    board.do(decisions.make_ready, number)
    assert closed(board, number) == ["kommunicerat"]
    refusal = told(
        board,
        communications.note_reply,
        number,
        communications.NewReply(communication=sent.id, reply="En annan bild.", handled="Ja.", replied_on=TODAY),
    )
    assert refusal == (Obstacle.STALE, ["reply"])
    board.do(
        communications.note_reply,
        number,
        communications.NewReply(
            communication=sent.id,
            reply="Vi delar inte bilden.",
            handled="Protokollet är undertecknat.",
            replied_on=TODAY,
        ),
    )
    decision = board.decide(number)
    assert decision.rests_on["communications"] == [sent.id]


def test_without_a_reply_the_time_must_pass(board: BoardAtWork) -> None:
    case = board.receive(clean_facts(members_total=2))
    number = case.number
    board.handle(number)
    board.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    board.propose(number, outcome=DecisionOutcome.REFUSED, amount=None, grounds=(DecisionGround.CRITERION,))
    board.do(
        communications.communicate,
        number,
        communications.NewCommunication(what="Två medlemmar.", reply_by=TODAY + timedelta(days=14)),
    )
    assert told(board, decisions.make_ready, number) == (Obstacle.CLOSED, ["kommunicerat"])
    board.do(decisions.make_ready, number, at=NOW + timedelta(days=15))
    board.decide(number, at=NOW + timedelta(days=15))


def test_rules_that_nobody_is_known_to_have_adopted_cannot_refuse(database: Database) -> None:
    board = BoardAtWork(database).build(adopted_on=None)
    case = board.receive(clean_facts(members_total=2))
    board.handle(case.number)
    board.do(decisions.declare_no_conflict, case.number, role=Role.DECISION_MAKER)
    board.propose(case.number, outcome=DecisionOutcome.REFUSED, amount=None, grounds=(DecisionGround.CRITERION,))
    board.do(decisions.make_ready, case.number)
    assert "regelverk-fanns-i-forvag" in closed(board, case.number)


def test_the_amount_must_be_within_the_delegation(database: Database) -> None:
    board = BoardAtWork(database).build(largest=30_000_00)
    case = board.receive()
    board.make_ready(case.number)
    board.do(decisions.declare_no_conflict, case.number, role=Role.DECISION_MAKER)
    board.propose(case.number)
    assert closed(board, case.number) == ["behorig-beslutsfattare"]
    board.propose(
        case.number, outcome=DecisionOutcome.PARTLY_APPROVED, amount=30_000_00, grounds=(DecisionGround.BUDGET,)
    )
    assert board.decide(case.number).amount == 30_000_00


def test_whoever_has_no_delegation_cannot_decide(board: BoardAtWork, ready: str) -> None:
    board.propose(ready)
    board.staff[Role.AUDITOR] = replace(board.somebody(Role.DECISION_MAKER, "Utan delegation"))
    board.do(decisions.declare_no_conflict, ready, role=Role.AUDITOR)
    assert closed(board, ready, Role.AUDITOR) == ["behorig-beslutsfattare"]


def test_a_decision_is_made_once(board: BoardAtWork, ready: str) -> None:
    board.propose(ready)
    version = board.draft_version(ready)
    board.decide(ready)
    assert told(board, decisions.decide, ready, draft_version=version, role=Role.DECISION_MAKER)[0] is Obstacle.STALE


def test_a_proposal_that_changed_while_it_was_read_is_not_decided(board: BoardAtWork, ready: str) -> None:
    board.propose(ready)
    version = board.draft_version(ready)
    board.propose(ready, outcome=DecisionOutcome.PARTLY_APPROVED, amount=10_000_00, grounds=(DecisionGround.BUDGET,))
    assert told(board, decisions.decide, ready, draft_version=version, role=Role.DECISION_MAKER)[0] is Obstacle.STALE


@pytest.mark.parametrize(
    "change",
    [
        {"amount": None},
        {"amount": 0},
        {"amount": 50_000_00},
        {"amount": 20_000_00},
        {"outcome": DecisionOutcome.REFUSED},
        {"outcome": DecisionOutcome.TABLED},
    ],
)
def test_an_outcome_and_an_amount_must_agree(board: BoardAtWork, ready: str, change: Any) -> None:
    with pytest.raises(Refused):
        board.propose(ready, **change)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DECISION_MAKER])
def test_no_other_role_decides(file_database: Database, role: Role) -> None:
    board = BoardAtWork(file_database).build()
    case = board.receive()
    board.make_ready(case.number)
    board.propose(case.number)
    obstacle, _ = told(board, decisions.decide, case.number, draft_version=1, role=role)
    assert obstacle is (Obstacle.MISSING if role is Role.PREMISES else Obstacle.FORBIDDEN)  # who decides bookings only


def test_somebody_in_conflict_has_no_such_case(board: BoardAtWork, ready: str) -> None:
    board.propose(ready)
    board.do(meetings.recuse_person, ready, ConflictGround.CLOSE_PERSON, role=Role.DECISION_MAKER)
    assert told(board, decisions.decide, ready, draft_version=1, role=Role.DECISION_MAKER) == (Obstacle.MISSING, [])


def test_decided_cases_are_left_alone(board: BoardAtWork) -> None:
    number = board.approve().number
    for service, arguments in (
        (cases.change_facts, (Facts({"members_total": 1}),)),
        (assessments.record_nothing_found, ()),
        (decisions.make_ready, ()),
        (cases.withdraw_case, ()),
        (meetings.refer_to_group, ("",)),
    ):
        more: dict[str, Any] = {"version": None} if service is cases.change_facts else {}
        assert told(board, service, number, *arguments, **more)[0] is Obstacle.CLOSED


# bookings


def test_a_booking_is_judged_in_two_parts_and_confirmed(board: BoardAtWork) -> None:
    booking = board.receive(kind=CaseKind.BOOKING)
    assert (booking.number, booking.state) == ("BOK-2026-0001", "requested")
    number = booking.number
    board.do(decisions.declare_no_conflict, number)
    board.do(assessments.record_nothing_found, number)
    board.do(cases.mark_case, number, CaseMarkKind.BASIC_CHECK)
    board.do(decisions.make_ready, number)
    board.propose(number, amount=None, reasons="Inget hindrar bokningen.")
    board.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    board.decide(number)
    assert board.case(number).state == "confirmed"


def test_a_private_persons_booking_keeps_no_association(board: BoardAtWork) -> None:
    booking = board.receive(booking_facts(booker_is_private=True), kind=CaseKind.BOOKING)
    assert (booking.association_id, booking.name) == (None, "Privatperson")


def test_a_booking_is_not_refused_on_a_ground_of_grants(board: BoardAtWork) -> None:
    number = board.receive(kind=CaseKind.BOOKING).number
    draft = decisions.DecisionProposal(
        outcome=DecisionOutcome.REFUSED, amount=None, reasons="x", grounds=(DecisionGround.BUDGET,)
    )
    refusal = told(board, decisions.propose_decision, number, draft, version=None)
    assert refusal == (Obstacle.INVALID, ["grounds"])


def test_a_round_that_has_not_opened_takes_nothing_in(board: BoardAtWork) -> None:
    given = intake.NewCase(
        kind=CaseKind.GRANT, facts=clean_facts(), received_on=date(2026, 8, 31), channel="form", round_id=board.round_id
    )
    assert told(board, intake.receive_case, given) == (Obstacle.INVALID, ["round_id"])


def test_a_proposal_written_on_older_material_is_not_decided(board: BoardAtWork) -> None:
    case = board.receive()
    board.make_ready(case.number)
    board.propose(case.number)
    board.do(decisions.declare_no_conflict, case.number, role=Role.DECISION_MAKER)
    board.do(cases.change_facts, case.number, Facts({"members_total": 61}), version=None)
    board.do(decisions.make_ready, case.number)
    again = {"draft_version": 1, "role": Role.DECISION_MAKER}
    assert told(board, decisions.decide, case.number, **again)[0] is Obstacle.STALE
    board.propose(case.number)
    board.decide(case.number)


def test_a_newer_answer_has_not_been_shown_to_the_association(board: BoardAtWork) -> None:
    case = board.receive()
    number = case.number
    given = NewAssessment(
        criterion=VALUE, answer=CriterionAnswer.NOT_MET, reasons="Rösträtten begränsades.", evidence=ACT
    )
    board.handle(number)
    board.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    board.do(assessments.assess, number, given, version=None)
    board.do(
        communications.communicate,
        number,
        communications.NewCommunication(what="§ 4.", reply_by=TODAY + timedelta(days=14)),
    )
    board.do(assessments.assess, number, replace(given, reasons="Ännu en gång."), version=None)
    board.propose(number, outcome=DecisionOutcome.REFUSED, amount=None, grounds=(DecisionGround.CRITERION,))
    later = NOW + timedelta(days=20)
    board.do(decisions.make_ready, number, at=later)
    refusal = told(board, decisions.decide, number, draft_version=1, role=Role.DECISION_MAKER, at=later)
    assert refusal[0] is Obstacle.CLOSED


def test_premises_staff_take_in_bookings_and_no_applications(board: BoardAtWork) -> None:
    new = intake.NewCase(kind=CaseKind.GRANT, facts=clean_facts(), received_on=TODAY, channel="form")
    assert told(board, intake.receive_case, new, role=Role.PREMISES) == (Obstacle.MISSING, [])
    board.do(intake.receive_case, replace(new, kind=CaseKind.BOOKING, facts=booking_facts()), role=Role.PREMISES)
    grant = board.receive()
    assert told(board, cases.add_note, grant.number, "x", official=True, role=Role.PREMISES) == (Obstacle.MISSING, [])


# the group


def a_meeting(board: BoardAtWork) -> int:
    key = int(board.do(meetings.call_meeting, NOW + timedelta(days=3), "rum 3", role=Role.GROUP_SECRETARY).id)
    there = (Role.GROUP_SECRETARY, Role.GROUP_MEMBER, Role.VBE_COORDINATOR)
    for role in there:
        board.do(meetings.declare_conflicts, key, {}, role=role)
    board.do(meetings.note_attendance, key, [board.staff[role].id for role in there], role=Role.GROUP_SECRETARY)
    return key


def review_of(board: BoardAtWork, number: str) -> Review:
    with open_reading(board.database) as s:
        return s.scalars(
            select(Review).join(Case, Case.id == Review.case_id).where(Case.number == number).order_by(Review.id.desc())
        ).first()  # type: ignore[return-value] # there is one


def test_the_coordinator_takes_part_where_the_rules_say_so(group_board: BoardAtWork) -> None:
    """Farsta's plan has the local coordinator in the group that reviews applications."""
    case = group_board.receive()
    group_board.handle(case.number)
    group_board.do(meetings.refer_to_group, case.number, "")
    key = a_meeting(group_board)
    group_board.do(meetings.record_consent, key, role=Role.GROUP_SECRETARY)
    present = [group_board.staff[Role.GROUP_SECRETARY].id, group_board.staff[Role.GROUP_MEMBER].id]
    group_board.do(meetings.note_attendance, key, present, role=Role.GROUP_SECRETARY)
    with pytest.raises(Refused) as found:
        group_board.do(decisions.make_ready, case.number)
    assert "VBE-samordnaren har inte deltagit" in found.value.problems[0].what.sv
    present.append(group_board.staff[Role.VBE_COORDINATOR].id)
    group_board.do(meetings.note_attendance, key, present, role=Role.GROUP_SECRETARY)
    group_board.do(decisions.make_ready, case.number)


def test_the_group_is_heard_before_a_case_is_ready_where_the_rules_say_so(group_board: BoardAtWork) -> None:
    case = group_board.receive()
    group_board.handle(case.number)
    assert holding(group_board, case.number) == ["referensgrupp-har-granskat"]
    group_board.do(meetings.refer_to_group, case.number, "")
    key = a_meeting(group_board)
    assert group_board.do(meetings.record_consent, key, role=Role.GROUP_SECRETARY) == 1
    assert group_board.case(case.number).state == "in_progress"
    assert group_board.case(case.number).proposal == "approve"
    assert holding(group_board, case.number) == []


def test_the_groups_conditions_stand_in_the_proposal_that_one_press_writes(group_board: BoardAtWork) -> None:
    case = group_board.receive()
    group_board.handle(case.number)
    group_board.do(meetings.refer_to_group, case.number, "Räcker underlaget?")
    key = a_meeting(group_board)
    review = review_of(group_board, case.number)
    advice = meetings.Opinion(
        advice=Advice.WITH_CONDITIONS, text="En plan behövs.", conditions=("Plan lämnas före utbetalning.",)
    )
    record = {"version": None, "role": Role.GROUP_SECRETARY}
    group_board.do(meetings.record_advice, key, review.id, advice, **record)
    group_board.do(clean_reviews.propose_approval, case.number, version=None)
    with open_reading(group_board.database) as s:
        assert s.scalars(select(DecisionDraft.conditions)).one() == ["Plan lämnas före utbetalning."]
        person = group_board.staff[Role.CASEWORKER]
        found = case_file(acting(s, person), case.number, on=TODAY)
        assert found.usual_conditions == ["Plan lämnas före utbetalning."]


def test_a_decision_against_the_groups_advice_says_why(group_board: BoardAtWork) -> None:
    case = group_board.receive()
    group_board.handle(case.number)
    group_board.do(meetings.refer_to_group, case.number, "Räcker underlaget?")
    key = a_meeting(group_board)
    review = review_of(group_board, case.number)
    against = meetings.Opinion(advice=Advice.ADVISES_AGAINST, text="")
    record = {"version": None, "role": Role.GROUP_SECRETARY}
    assert told(group_board, meetings.record_advice, key, review.id, against, **record) == (Obstacle.INVALID, ["text"])
    group_board.do(meetings.record_advice, key, review.id, replace(against, text="Underlaget räcker inte."), **record)
    assert (
        told(group_board, meetings.record_advice, key, review.id, replace(against, text="x"), **record)[0]
        is Obstacle.STALE
    )
    group_board.do(decisions.make_ready, case.number)
    group_board.do(decisions.declare_no_conflict, case.number, role=Role.DECISION_MAKER)
    group_board.propose(case.number)
    assert closed(group_board, case.number) == ["referensgrupp-har-granskat"]
    group_board.propose(case.number, against_group="Underlaget kom in efter mötet.")
    group_board.decide(case.number)
    with open_reading(group_board.database) as s:
        kinds = list(s.scalars(select(Record.kind).where(Record.case_id == case.id).order_by(Record.id)))
    assert RecordKind.GROUP in kinds[: kinds.index(RecordKind.DECISION)], "what the group said is a record by then"


def test_any_member_lifts_a_case_off_the_consent_list(group_board: BoardAtWork) -> None:
    case = group_board.receive()
    group_board.do(meetings.refer_to_group, case.number, "")
    key = a_meeting(group_board)
    review = review_of(group_board, case.number)
    vbe = group_board.somebody(Role.GROUP_MEMBER, "new")
    group_board.staff[Role.MANAGER] = vbe
    assert told(group_board, meetings.lift_out, key, review.id, role=Role.MANAGER)[0] is Obstacle.CLOSED
    assert told(group_board, meetings.lift_out, key, review.id, role=Role.AUDITOR)[0] is Obstacle.FORBIDDEN
    group_board.do(meetings.lift_out, key, review.id, role=Role.GROUP_MEMBER)
    assert group_board.do(meetings.record_consent, key, role=Role.GROUP_SECRETARY) == 0
    assert told(group_board, meetings.hold_meeting, key, "", role=Role.GROUP_SECRETARY)[0] is Obstacle.CLOSED


def test_papers_open_to_the_group_only_after_its_answer_and_a_late_case_asks_again(group_board: BoardAtWork) -> None:
    first, late = group_board.receive(), group_board.receive(clean_facts(NUMBERS[1], "Andra"))
    group_board.do(meetings.refer_to_group, first.number, "Fråga?")
    key = int(group_board.do(meetings.call_meeting, NOW + timedelta(days=3), "", role=Role.GROUP_SECRETARY).id)
    member = group_board.staff[Role.GROUP_MEMBER]

    def opens(number: str) -> bool:
        with open_reading(group_board.database) as s:
            try:
                case_file(acting(s, member), number, on=TODAY)
            except Refused as refused:
                assert refused.obstacle is Obstacle.CLOSED  # noqa: PT017 - both ways are an answer here
                return False
            return True

    assert not opens(first.number)
    group_board.do(meetings.declare_conflicts, key, {}, role=Role.GROUP_MEMBER)
    assert opens(first.number)
    group_board.do(meetings.refer_to_group, late.number, "Fråga?")
    with open_reading(group_board.database) as s:
        meeting = stored_meeting(acting(s, member), key)
        assert meeting
        assert meetings.must_declare(acting(s, member), meeting)
    assert (opens(first.number), opens(late.number)) == (True, False)
    group_board.do(meetings.declare_conflicts, key, {}, role=Role.GROUP_MEMBER)
    assert opens(late.number)


def test_whoever_steps_aside_sees_nothing_of_the_case_anywhere(group_board: BoardAtWork) -> None:
    mine, other = group_board.receive(), group_board.receive(clean_facts(NUMBERS[1], "Andra"))
    for case in (mine, other):
        group_board.do(meetings.refer_to_group, case.number, "Fråga?")
    key = int(group_board.do(meetings.call_meeting, NOW + timedelta(days=3), "", role=Role.GROUP_SECRETARY).id)
    group_board.do(meetings.declare_conflicts, key, {mine.id: ConflictGround.REPRESENTATIVE}, role=Role.GROUP_MEMBER)
    member = group_board.staff[Role.GROUP_MEMBER]
    with open_reading(group_board.database) as s:
        meeting = stored_meeting(acting(s, member), key)
        assert meeting
        assert [case.number for _, case in meetings.agenda(acting(s, member), meeting)] == [other.number]
        with pytest.raises(Refused):
            case_file(acting(s, member), mine.number, on=TODAY)
        case_file(acting(s, member), other.number, on=TODAY)
    assert told(
        group_board, meetings.lift_out, key, review_of(group_board, mine.number).id, role=Role.GROUP_MEMBER
    ) == (
        Obstacle.MISSING,
        [],
    )
    assert told(group_board, meetings.declare_conflicts, key, {999: ConflictGround.OTHER}, role=Role.GROUP_MEMBER) == (
        Obstacle.MISSING,
        [],
    )


def test_what_is_put_off_waits_for_the_next_meeting(group_board: BoardAtWork) -> None:
    case = group_board.receive()
    group_board.do(meetings.refer_to_group, case.number, "Fråga?")
    key = a_meeting(group_board)
    postponed = meetings.Opinion(advice=Advice.POSTPONES, text="Mer underlag behövs.")
    group_board.do(
        meetings.record_advice,
        key,
        review_of(group_board, case.number).id,
        postponed,
        version=None,
        role=Role.GROUP_SECRETARY,
    )
    assert group_board.case(case.number).state == "referred"
    a_meeting(group_board)
    assert review_of(group_board, case.number).meeting_id != key


# money


def paid(board: BoardAtWork) -> str:
    number = board.approve().number
    with open_reading(board.database) as s:
        key = s.scalars(select(Payment.id)).one()
    board.do(payments.mark_paid, key, paid_on=TODAY, version=None, role=Role.FINANCE)
    return number


NEW = reclaims.NewReclaim(
    ground=ReclaimGround.NOT_FOR_PURPOSE,
    amount=10_000_00,
    established_by=EstablishedBy.BOARD_DECISION,
    established_on=TODAY,
    reference="§ 41",
    reasons="Redovisningen visar det.",
)


def test_finance_marks_a_payment_paid_once_and_nobody_pays_an_own_decision(board: BoardAtWork) -> None:
    board.approve()
    with open_reading(board.database) as s:
        key = s.scalars(select(Payment.id)).one()
    both = replace(board.staff[Role.DECISION_MAKER], roles=frozenset({Role.DECISION_MAKER, Role.FINANCE}))
    board.staff[Role.MANAGER] = both
    pay: dict[str, Any] = {"paid_on": TODAY, "version": None}
    assert told(board, payments.mark_paid, key, **pay, role=Role.MANAGER)[0] is Obstacle.FORBIDDEN
    assert (
        told(board, payments.mark_paid, key, paid_on=TODAY + timedelta(days=1), version=None, role=Role.FINANCE)[0]
        is Obstacle.INVALID
    )
    board.do(payments.mark_paid, key, **pay, role=Role.FINANCE)
    assert told(board, payments.mark_paid, key, **pay, role=Role.FINANCE)[0] is Obstacle.STALE


def test_a_stopped_payment_is_not_paid(board: BoardAtWork) -> None:
    board.approve()
    with open_reading(board.database) as s:
        key = s.scalars(select(Payment.id)).one()
    assert told(board, payment_stops.stop_payment, key, " ", role=Role.DECISION_MAKER)[0] is Obstacle.CLOSED
    board.do(payment_stops.stop_payment, key, "Kravet är inte längre uppfyllt.", role=Role.DECISION_MAKER)
    assert told(board, payments.mark_paid, key, paid_on=TODAY, version=None, role=Role.FINANCE)[0] is Obstacle.CLOSED
    assert told(board, payment_stops.lift_stop, key, " ", role=Role.DECISION_MAKER) == (Obstacle.CLOSED, ["reasons"])
    lifted = board.do(payment_stops.lift_stop, key, "Årsmötet är hållet.", role=Role.DECISION_MAKER)
    assert (lifted.kind, lifted.amount) == ("payment_release", 40_000_00)
    assert told(board, payment_stops.lift_stop, key, "Igen.", role=Role.DECISION_MAKER)[0] is Obstacle.CLOSED
    board.do(payments.mark_paid, key, paid_on=TODAY, version=None, role=Role.FINANCE)


def test_a_reclaim_walks_from_ground_to_paid(board: BoardAtWork) -> None:
    number = paid(board)
    found = board.do(reclaims.open_reclaim, number, NEW)
    assert (found.number, found.reservation) == ("ATK-2026-0001", True)
    decide = {"version": None, "role": Role.DECISION_MAKER}
    assert told(board, reclaims.decide_reclaim, found.number, **decide)[0] is Obstacle.CLOSED
    board.do(reclaims.communicate_reclaim, found.number, reply_by=TODAY + timedelta(days=21))
    assert told(board, reclaims.decide_reclaim, found.number, **decide)[0] is Obstacle.CLOSED
    board.do(reclaims.note_reclaim_reply, found.number, "Vi betalar.", replied_on=TODAY)
    assert told(board, reclaims.decide_reclaim, found.number, **decide) == (Obstacle.INVALID, ["weighed"])
    weighed = "De har betalat tillbaka förut. Det ändrar inget här."
    decision = board.do(reclaims.decide_reclaim, found.number, weighed=weighed, **decide)
    assert (decision.kind, decision.amount) == ("reclaim", 10_000_00)
    assert decision.reasons.endswith(weighed)
    back = {"on": TODAY, "role": Role.FINANCE}
    assert told(board, reclaims.receive_payment, found.number, 10_000_01, **back)[0] is Obstacle.INVALID
    board.do(reclaims.receive_payment, found.number, 4_000_00, **back)
    board.do(reclaims.receive_payment, found.number, 6_000_00, **back)
    with open_reading(board.database) as s:
        assert s.scalars(select(Reclaim.state)).one() == "paid"
        assert trail_verification.verify_trail(s).problems == []


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": 40_000_01}, "amount"),
        ({"reference": ""}, "reference"),
        ({"established_on": TODAY + timedelta(days=1)}, "reference"),
        ({"reasons": ""}, "reasons"),
    ],
)
def test_a_reclaim_rests_on_what_is_paid_and_established(board: BoardAtWork, change: Any, where: str) -> None:
    number = paid(board)
    assert told(board, reclaims.open_reclaim, number, replace(NEW, **change)) == (Obstacle.INVALID, [where])


def test_a_decision_that_holds_nothing_open_is_told_before_a_reclaim(board: BoardAtWork) -> None:
    number = paid(board)

    def older(session: Any) -> None:
        made = session.scalars(select(Decision)).one()
        values = {c.name: getattr(made, c.name) for c in Decision.__table__.columns if c.name != "id"}
        session.add(Decision(**values | {"reservations": []}))
        session.add_entry(TrailNote(action="decided", by=None, at=NOW))

    run_in_transaction(board.database, older)
    assert told(board, reclaims.open_reclaim, number, NEW) == (Obstacle.INVALID, ["without_reservation"])
    board.do(reclaims.open_reclaim, number, replace(NEW, without_reservation="Uppgifterna var felaktiga."))


def test_working_notes_are_their_authors_own_and_gone_when_the_case_is_closed(board: BoardAtWork) -> None:
    number = board.receive().number
    board.do(cases.add_note, number, "Ring ordföranden på måndag.", official=False)
    board.do(cases.add_note, number, "Ordföranden ringde.", official=True)
    for role, seen in ((Role.CASEWORKER, 2), (Role.MANAGER, 1)):
        with open_reading(board.database) as s:
            assert len(case_file(acting(s, board.staff[role]), number, on=TODAY).notes.newest) == seen
    board.do(cases.withdraw_case, number)
    with open_reading(board.database) as s:
        assert s.scalars(select(Note.text)).all() == ["Ordföranden ringde."]
        assert trail_verification.verify_trail(s).problems == []
        bodies = [*s.scalars(select(trail.TrailContent.body)), *s.scalars(select(trail.TrailPart.body))]
    assert not any("måndag" in (body or "") for body in bodies)


def test_every_state_has_words() -> None:
    from vetting.casework.domain.cases import STATE_WORDS

    assert set(STATE_WORDS) == set(CaseState)
