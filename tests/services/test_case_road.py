"""A case from arrival to register, on both engines: what is kept, what is screened anew, what is refused and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from tests.factories import NOW, TODAY
from tests.town import ACT, GROUP, NUMBERS, Town, booking_facts, clean_facts, rules
from vetting.domain.cases import Marked, State
from vetting.domain.criteria import CaseKind
from vetting.domain.evidence import Answer
from vetting.domain.facts import Facts
from vetting.domain.passage import Ground, Outcome, Reservation
from vetting.domain.people import Role
from vetting.domain.problem import Obstacle, Refused
from vetting.domain.reclaims import EstablishedBy, ReclaimGround
from vetting.domain.reviews import Advice, ConflictGround
from vetting.services import (
    assessments,
    cases,
    communications,
    completions,
    decisions,
    documents,
    meetings,
    payments,
    rounds,
    stops,
)
from vetting.services.assessments import Given
from vetting.services.case_files import case_file
from vetting.services.screenings import of_case, repeated
from vetting.store import trail, verifying
from vetting.store.assessments import AssessmentRow
from vetting.store.associations import Association, AssociationName
from vetting.store.cases import Case, Note
from vetting.store.decisions import Decision
from vetting.store.facts import FactValue
from vetting.store.meetings import Review
from vetting.store.meetings import meeting as stored_meeting
from vetting.store.payments import Payment, Reclaim
from vetting.store.people import Board
from vetting.store.screenings import StoredScreening
from vetting.store.session import reading, write
from vetting.store.trail import Noted

if TYPE_CHECKING:
    from vetting.store.engine import Database

VALUE = "demokratisk-rattsstat"


def told(town: Town, service: Any, *arguments: Any, **more: Any) -> tuple[Obstacle, list[str]]:
    """How an act is refused; nothing of it may be kept."""
    before = counts(town)
    with pytest.raises(Refused) as refused:
        town.do(service, *arguments, **more)
    assert counts(town) == before
    return refused.value.obstacle, [problem.where for problem in refused.value.problems]


def counts(town: Town) -> list[Any]:
    with reading(town.database) as s:
        return [
            s.scalar(select(func.count()).select_from(model))
            for model in (Case, FactValue, AssessmentRow, Decision, Payment, trail.TrailEntry)
        ]


def result_of(town: Town, number: str, criterion: str) -> str:
    with reading(town.database) as s:
        case = s.scalars(select(Case).where(Case.number == number)).one()
        screened = of_case(s, case, rules(), on=TODAY)
        assert screened
        return next(f.result.value for f in screened.screening.findings if f.criterion.id == criterion)


def holding(town: Town, number: str) -> list[str]:
    with reading(town.database) as s:
        found = case_file(s, number, rules=rules(), by=town.staff[Role.CASEWORKER], on=TODAY)
        return [gate.gate for gate in found.holding_back]


def test_a_clean_application_is_ready_after_four_acts_and_granted(town: Town) -> None:
    case = town.receive()
    assert (case.number, case.state, case.proposal) == ("BID-2026-0001", "received", "assess")
    town.do(cases.mark, case.number, Marked.PAPERS_OPENED, rules=rules())
    town.do(assessments.nothing_found, case.number, rules=rules())
    town.do(cases.mark, case.number, Marked.BASIC_CHECK, rules=rules())
    town.do(decisions.make_ready, case.number, rules=rules())
    assert town.case(case.number).state == "ready"
    town.do(decisions.declare_no_conflict, case.number)
    town.propose(case.number)
    town.do(decisions.declare_no_conflict, case.number, role=Role.DECISION_MAKER)
    decision = town.decide(case.number)
    assert (decision.outcome, decision.amount, decision.delegation_point) == ("approved", 40_000_00, "4.2")
    assert decision.rests_on["screening"] == town.case(case.number).screening_id
    assert len(decision.rests_on["assessments"]) == 7
    assert town.case(case.number).state == "payment"
    with reading(town.database) as s:
        planned = s.scalars(select(Payment)).one()
        assert (planned.amount, planned.paid_on) == (40_000_00, None)
        assert verifying.verify(s).problems == []


def test_a_case_keeps_the_rules_it_came_under_when_the_board_chooses_others(town: Town) -> None:
    before = town.receive()

    def choose(session: Any) -> None:
        board = session.get_one(Board, town.board_id)
        board.rules = {"grant": GROUP, "booking": GROUP}
        session.note(Noted(action="rules_chosen", by=None, at=NOW, subject=board))

    write(town.database, choose)
    after = town.receive(clean_facts(NUMBERS[1], "Andra"))
    with reading(town.database) as s:
        names = [
            screened.screening.ruleset.id
            for case in (before, after)
            if (screened := of_case(s, case, rules(), on=TODAY))
        ]
    assert names == ["socialnamnden-2019-med-grundkrav", "farsta-2021-med-grundkrav"]


def test_a_kept_screening_can_be_repeated_from_what_it_kept(town: Town) -> None:
    case = town.receive()
    town.handle(case.number)
    with reading(town.database) as s:
        kept = s.scalars(
            select(StoredScreening).where(StoredScreening.case_id == case.id).order_by(StoredScreening.id)
        ).all()
        assert len(kept) >= 2
        for stored in kept:
            again = repeated(s, stored, case, rules())
            assert again.proposal.value == stored.proposal
            assert {f.criterion.id: f.result.value for f in again.findings} == {
                name: found["result"] for name, found in stored.results.items()
            }


def test_the_same_again_is_not_kept_twice(town: Town) -> None:
    case = town.receive()
    town.do(cases.mark, case.number, Marked.PAPERS_OPENED, rules=rules())
    town.do(cases.mark, case.number, Marked.PAPERS_OPENED, rules=rules())
    with reading(town.database) as s:
        assert s.scalar(select(func.count()).select_from(StoredScreening)) == 1


def test_a_case_is_screened_again_when_what_it_read_changes(town: Town) -> None:
    case = town.receive(clean_facts(members_total=2))
    assert case.proposal == "refuse"
    town.do(cases.change_facts, case.number, Facts({"members_total": 40}), version=None, rules=rules())
    assert town.case(case.number).proposal == "assess"
    with reading(town.database) as s:
        values = s.scalars(
            select(FactValue.value).where(FactValue.fact == "members_total").order_by(FactValue.id)
        ).all()
    assert values == [2, 40]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE fact_values SET value = '9'",
        "DELETE FROM fact_values",
        "UPDATE decisions SET amount = 1",
        "DELETE FROM assessments",
        "UPDATE rule_versions SET ruleset = 'x'",
    ],
)
def test_what_was_kept_is_never_overwritten(town: Town, statement: str) -> None:
    town.approve()
    with pytest.raises(DatabaseError), town.database.engine.begin() as connection:
        connection.execute(text(statement))


def test_a_blank_never_takes_a_known_value_away(town: Town) -> None:
    town.receive()
    again = town.receive(
        Facts({"name_in_application": "Kulturföreningen Provkvarnen", "organisation_number": NUMBERS[0]}), round_id=None
    )
    assert result_of(town, again.number, "stadgar-antagna") == "met"


def test_an_answer_about_the_association_answers_its_next_case_until_it_expires(town: Town) -> None:
    first = town.receive()
    town.handle(first.number)
    second = town.receive(round_id=None)
    assert result_of(town, second.number, VALUE) == "nothing_found"
    with reading(town.database) as s:
        later = of_case(s, second, rules(), on=TODAY + timedelta(days=400))
        assert later
        found = next(f for f in later.screening.findings if f.criterion.id == VALUE)
    assert (found.result.value, found.reason.value) == ("needs_assessment", "expired")


def test_an_answer_in_one_board_is_nothing_in_another(town: Town) -> None:
    town.handle(town.receive().number)
    other = Town(town.database, code="syd").build()
    case = other.receive()
    assert case.proposal == "assess"
    with reading(town.database) as s:
        assert s.scalar(select(func.count()).select_from(Association)) == 1


def test_one_number_with_another_name_is_one_association_with_a_name_to_confirm(town: Town) -> None:
    town.receive()
    town.receive(clean_facts(name="Teatersällskapet Helt Annat"), round_id=None)
    with reading(town.database) as s:
        assert s.scalar(select(func.count()).select_from(Association)) == 1
        assert s.scalars(select(AssociationName.kind).order_by(AssociationName.id)).all() == ["current", "to_confirm"]


def test_a_second_application_in_the_round_needs_a_reason(town: Town) -> None:
    town.receive()
    new = cases.NewCase(
        kind=CaseKind.GRANT, facts=clean_facts(), received_on=TODAY, channel="form", round_id=town.round_id
    )
    assert told(town, cases.receive, new, rules=rules()) == (Obstacle.INVALID, ["doubled_because"])
    town.do(cases.receive, replace(new, doubled_because="Två olika projekt."), rules=rules())


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"received_on": TODAY + timedelta(days=1)}, ["received_on"]),
        ({"facts": Facts({"purpose": "x"})}, ["name_in_application"]),
    ],
)
def test_an_application_that_cannot_be_right_is_refused(town: Town, change: Any, where: list[str]) -> None:
    new = replace(cases.NewCase(kind=CaseKind.GRANT, facts=clean_facts(), received_on=TODAY, channel="form"), **change)
    assert told(town, cases.receive, new, rules=rules()) == (Obstacle.INVALID, where)


def test_a_closed_round_takes_nothing_in_and_another_boards_is_not_there(town: Town) -> None:
    new = cases.NewCase(
        kind=CaseKind.GRANT, facts=clean_facts(), received_on=TODAY, channel="form", round_id=town.round_id
    )
    other = Town(town.database, code="syd").build()
    assert told(town, cases.receive, replace(new, round_id=other.round_id), rules=rules()) == (Obstacle.MISSING, [])
    town.do(rounds.close, town.round_id)
    assert told(town, cases.receive, new, rules=rules()) == (Obstacle.INVALID, ["round_id"])


# what holds a case back


def test_what_is_missing_holds_the_case_until_it_is_given_or_accepted(town: Town) -> None:
    case = town.receive(clean_facts(annual_minutes=None))
    assert case.proposal == "complete"
    town.handle(case.number)
    assert holding(town, case.number) == ["ansokan-komplett"]
    assert told(town, decisions.make_ready, case.number, rules=rules())[0] is Obstacle.CLOSED
    assert told(town, cases.mark, case.number, Marked.GAP_ACCEPTED, rules=rules()) == (
        Obstacle.INVALID,
        ["text"],
    )
    town.do(cases.mark, case.number, Marked.GAP_ACCEPTED, text="Stämman hålls i nästa vecka.", rules=rules())
    assert holding(town, case.number) == []


def test_what_nobody_asked_for_counts_as_missing_for_an_application(town: Town) -> None:
    facts = Facts(
        {k: v for k, v in clean_facts().values.items() if k != "activity_report"},
        frozenset(),
        frozenset({"activity_report"}),
    )
    case = town.receive(facts)
    assert case.proposal == "assess"
    town.handle(case.number)
    assert holding(town, case.number) == ["ansokan-komplett"]
    town.do(completions.request, case.number, ("activity_report",), "", due_on=None, rules=rules())
    assert town.case(case.number).proposal == "complete"


def test_a_paper_that_comes_in_is_kept_with_its_digest_and_answers_its_point(town: Town) -> None:
    case = town.receive(clean_facts(accounts=None))
    new = documents.NewDocument(
        name="bokslut.pdf",
        media_type="application/pdf",
        content=b"%PDF-1.7 x",
        type="accounts",
        dated=None,
        arrived_on=TODAY,
    )
    town.do(documents.add, case.number, new, rules=rules())
    assert result_of(town, case.number, "ekonomisk-redovisning-inlamnad") == "met"
    assert told(town, documents.add, case.number, new, rules=rules())[0] is Obstacle.INVALID


def test_the_same_file_from_two_associations_is_a_question_to_a_person(town: Town) -> None:
    one, other = town.receive(), town.receive(clean_facts(NUMBERS[1], "Andra"))
    new = documents.NewDocument(
        name="medlemmar.pdf",
        media_type="application/pdf",
        content=b"%PDF-1.7 medlemmar",
        type="",
        dated=None,
        arrived_on=TODAY,
    )
    town.do(documents.add, one.number, new, rules=rules())
    town.do(documents.add, other.number, new, rules=rules())
    assert result_of(town, other.number, "signal-samma-bilaga") == "needs_assessment"
    town.do(
        assessments.assess,
        other.number,
        Given(criterion="signal-samma-bilaga", answer=Answer.MET, reasons="Samma blankett."),
        version=None,
        rules=rules(),
    )
    assert result_of(town, other.number, "signal-samma-bilaga") == "met"


def test_the_same_giro_at_two_associations_is_a_question_to_a_person(town: Town) -> None:
    town.receive()
    other = town.receive(clean_facts(NUMBERS[1], "Andra", giro_number="2999-0234"))
    assert result_of(town, other.number, "signal-samma-orgnr") == "needs_assessment"


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
def test_not_met_is_impossible_without_an_act_that_may_be_shown(town: Town, change: Any, where: str) -> None:
    case = town.receive()
    given = Given(
        criterion=VALUE, answer=Answer.NOT_MET, reasons="Rösträtten begränsades.", evidence=replace(ACT, **change)
    )
    obstacle, places = told(town, assessments.assess, case.number, given, version=None, rules=rules())
    assert (obstacle, places) == (Obstacle.INVALID, [where])
    without = replace(given, evidence=None)
    assert len(told(town, assessments.assess, case.number, without, version=None, rules=rules())[1]) == 11


def test_nothing_found_answers_all_value_criteria_and_says_what_was_looked_at(town: Town) -> None:
    case = town.receive()
    assert town.do(assessments.nothing_found, case.number, rules=rules()) == 7
    with reading(town.database) as s:
        rows = s.scalars(select(AssessmentRow)).all()
        assert {row.answer for row in rows} == {"nothing_found"}
        assert all(row.looked_at == ["application"] and row.case_id is None and row.by_name for row in rows)
    assert told(town, assessments.nothing_found, case.number, rules=rules())[0] is Obstacle.INVALID


def test_nothing_found_in_a_list_leaves_what_speaks_against_alone(town: Town) -> None:
    clean, dark = town.receive(), town.receive(clean_facts(NUMBERS[1], "Andra"))
    town.do(
        assessments.assess,
        dark.number,
        Given(criterion=VALUE, answer=Answer.NOT_MET, reasons="x", evidence=ACT),
        version=None,
        rules=rules(),
    )
    done, left = town.do(assessments.nothing_found_in, [clean.number, dark.number, "BID-2026-9999"], rules=rules())
    assert (done, left) == (2, ["BID-2026-9999"])
    assert result_of(town, dark.number, VALUE) == "not_met"


def test_a_withdrawn_answer_stays_in_the_file_and_the_question_returns(town: Town) -> None:
    case = town.receive()
    town.do(assessments.nothing_found, case.number, rules=rules())
    assert told(town, assessments.withdraw, case.number, VALUE, " ", rules=rules()) == (Obstacle.INVALID, ["reason"])
    town.do(assessments.withdraw, case.number, VALUE, "Nytt underlag.", rules=rules())
    assert result_of(town, case.number, VALUE) == "needs_assessment"
    with reading(town.database) as s:
        assert s.scalar(select(func.count()).select_from(AssessmentRow)) == 7


def test_a_stale_answer_is_refused(town: Town) -> None:
    case = town.receive()
    seen = town.case(case.number).version
    town.do(cases.mark, case.number, Marked.PAPERS_OPENED, rules=rules())
    given = Given(criterion=VALUE, answer=Answer.NOTHING_FOUND)
    assert told(town, assessments.assess, case.number, given, version=seen, rules=rules())[0] is Obstacle.STALE


# deciding


def test_nothing_is_decided_before_it_is_ready(town: Town) -> None:
    case = town.receive()
    town.propose(case.number)
    assert (
        told(town, decisions.decide, case.number, draft_version=1, rules=rules(), role=Role.DECISION_MAKER)[0]
        is Obstacle.CLOSED
    )


@pytest.fixture
def ready(town: Town) -> str:
    case = town.receive()
    town.make_ready(case.number)
    town.do(decisions.declare_no_conflict, case.number, role=Role.DECISION_MAKER)
    return case.number


def closed(town: Town, number: str, role: Role = Role.DECISION_MAKER) -> list[str]:
    obstacle, gates = told(
        town, decisions.decide, number, draft_version=town.draft_version(number), rules=rules(), role=role
    )
    assert obstacle is Obstacle.CLOSED
    return gates


@pytest.mark.parametrize(
    ("change", "gate"),
    [
        ({"outcome": Outcome.REFUSED, "grounds": (Ground.BUDGET,), "reasons": " "}, "motivering-finns"),
        ({"reservations": (Reservation.REPORT,)}, "forbehall-i-beslutet"),
        ({"outcome": Outcome.REFUSED, "grounds": (Ground.CRITERION,)}, "kommunicerat"),
        ({"outcome": Outcome.DISMISSED, "grounds": (Ground.NOT_ENTITLED,)}, "kommunicerat"),
    ],
)
def test_a_proposal_that_lacks_something_is_held(town: Town, ready: str, change: Any, gate: str) -> None:
    town.propose(ready, **change)
    assert gate in closed(town, ready)


def test_lack_of_money_needs_no_communication(town: Town, ready: str) -> None:
    town.propose(ready, outcome=Outcome.REFUSED, amount=None, grounds=(Ground.BUDGET,), reasons="Pengarna räcker inte.")
    decision = town.decide(ready)
    assert (decision.outcome, decision.amount, decision.reservations) == ("refused", None, [])
    assert town.case(ready).state == "decided"


def test_a_refusal_on_a_criterion_walks_the_whole_way(town: Town) -> None:
    case = town.receive()
    number = case.number
    town.do(decisions.declare_no_conflict, number)
    town.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    town.do(cases.mark, number, Marked.PAPERS_OPENED, rules=rules())
    town.do(
        assessments.assess,
        number,
        Given(criterion=VALUE, answer=Answer.NOT_MET, reasons="Rösträtten begränsades.", evidence=ACT),
        version=None,
        rules=rules(),
    )
    town.do(assessments.nothing_found, number, rules=rules())
    town.do(cases.mark, number, Marked.BASIC_CHECK, rules=rules())
    assert town.case(number).proposal == "refuse"
    town.propose(number, outcome=Outcome.REFUSED, amount=None, grounds=(Ground.CRITERION,))
    town.do(decisions.make_ready, number, rules=rules())
    assert closed(town, number) == ["kommunicerat"]
    sent = town.do(
        communications.communicate,
        number,
        "Protokollet § 4.",
        reply_by=TODAY + timedelta(days=14),
        sent_to="styrelsen",
        rules=rules(),
    )
    town.do(decisions.make_ready, number, rules=rules())
    assert closed(town, number) == ["kommunicerat"]
    town.do(communications.note_reply, number, sent.id, "Vi delar inte bilden.", "", replied_on=TODAY)
    assert closed(town, number) == ["kommunicerat"]
    refusal = told(town, communications.note_reply, number, sent.id, "En annan bild.", "Ja.", replied_on=TODAY)
    assert refusal == (Obstacle.STALE, ["reply"])
    town.do(
        communications.note_reply,
        number,
        sent.id,
        "Vi delar inte bilden.",
        "Protokollet är undertecknat.",
        replied_on=TODAY,
    )
    decision = town.decide(number)
    assert decision.rests_on["communications"] == [sent.id]


def test_without_a_reply_the_time_must_pass(town: Town) -> None:
    case = town.receive(clean_facts(members_total=2))
    number = case.number
    town.handle(number)
    town.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    town.propose(number, outcome=Outcome.REFUSED, amount=None, grounds=(Ground.CRITERION,))
    town.do(
        communications.communicate,
        number,
        "Två medlemmar.",
        reply_by=TODAY + timedelta(days=14),
        sent_to="",
        rules=rules(),
    )
    town.do(decisions.make_ready, number, rules=rules())
    assert closed(town, number) == ["kommunicerat"]
    town.decide(number, at=NOW + timedelta(days=15))


def test_rules_that_nobody_is_known_to_have_adopted_cannot_refuse(database: Database) -> None:
    town = Town(database).build(adopted_on=None)
    case = town.receive(clean_facts(members_total=2))
    town.handle(case.number)
    town.do(decisions.declare_no_conflict, case.number, role=Role.DECISION_MAKER)
    town.propose(case.number, outcome=Outcome.REFUSED, amount=None, grounds=(Ground.CRITERION,))
    town.do(decisions.make_ready, case.number, rules=rules())
    assert "regelverk-fanns-i-forvag" in closed(town, case.number)


def test_the_amount_must_be_within_the_delegation(database: Database) -> None:
    town = Town(database).build(largest=30_000_00)
    case = town.receive()
    town.make_ready(case.number)
    town.do(decisions.declare_no_conflict, case.number, role=Role.DECISION_MAKER)
    town.propose(case.number)
    assert closed(town, case.number) == ["behorig-beslutsfattare"]
    town.propose(case.number, outcome=Outcome.PARTLY_APPROVED, amount=30_000_00, grounds=(Ground.BUDGET,))
    assert town.decide(case.number).amount == 30_000_00


def test_whoever_has_no_delegation_cannot_decide(town: Town, ready: str) -> None:
    town.propose(ready)
    town.staff[Role.AUDITOR] = replace(town.somebody(Role.DECISION_MAKER, "Utan delegation"))
    town.do(decisions.declare_no_conflict, ready, role=Role.AUDITOR)
    assert closed(town, ready, Role.AUDITOR) == ["behorig-beslutsfattare"]


def test_a_decision_is_made_once(town: Town, ready: str) -> None:
    town.propose(ready)
    version = town.draft_version(ready)
    town.decide(ready)
    assert (
        told(town, decisions.decide, ready, draft_version=version, rules=rules(), role=Role.DECISION_MAKER)[0]
        is Obstacle.STALE
    )


def test_a_proposal_that_changed_while_it_was_read_is_not_decided(town: Town, ready: str) -> None:
    town.propose(ready)
    version = town.draft_version(ready)
    town.propose(ready, outcome=Outcome.PARTLY_APPROVED, amount=10_000_00, grounds=(Ground.BUDGET,))
    assert (
        told(town, decisions.decide, ready, draft_version=version, rules=rules(), role=Role.DECISION_MAKER)[0]
        is Obstacle.STALE
    )


@pytest.mark.parametrize(
    "change",
    [
        {"amount": None},
        {"amount": 0},
        {"amount": 50_000_00},
        {"amount": 20_000_00},
        {"outcome": Outcome.REFUSED},
        {"outcome": Outcome.TABLED},
    ],
)
def test_an_outcome_and_an_amount_must_agree(town: Town, ready: str, change: Any) -> None:
    with pytest.raises(Refused):
        town.propose(ready, **change)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DECISION_MAKER])
def test_no_other_role_decides(file_database: Database, role: Role) -> None:
    town = Town(file_database).build()
    case = town.receive()
    town.make_ready(case.number)
    town.propose(case.number)
    obstacle, _ = told(town, decisions.decide, case.number, draft_version=1, rules=rules(), role=role)
    assert obstacle is (Obstacle.MISSING if role is Role.PREMISES else Obstacle.FORBIDDEN)  # who decides bookings only


def test_somebody_in_conflict_has_no_such_case(town: Town, ready: str) -> None:
    town.propose(ready)
    town.do(meetings.step_aside, ready, ConflictGround.CLOSE_PERSON, role=Role.DECISION_MAKER)
    assert told(town, decisions.decide, ready, draft_version=1, rules=rules(), role=Role.DECISION_MAKER) == (
        Obstacle.MISSING,
        [],
    )


def test_decided_cases_are_left_alone(town: Town) -> None:
    number = town.approve().number
    for service, arguments in (
        (cases.change_facts, (Facts({"members_total": 1}),)),
        (assessments.nothing_found, ()),
        (decisions.make_ready, ()),
        (cases.withdraw, ()),
        (meetings.refer, ("",)),
    ):
        more: dict[str, Any] = {} if service is cases.withdraw else {"rules": rules()}
        more |= {"version": None} if service is cases.change_facts else {}
        assert told(town, service, number, *arguments, **more)[0] is Obstacle.CLOSED


# bookings


def test_a_booking_is_judged_in_two_parts_and_confirmed(town: Town) -> None:
    booking = town.receive(kind=CaseKind.BOOKING)
    assert (booking.number, booking.state) == ("BOK-2026-0001", "requested")
    number = booking.number
    town.do(decisions.declare_no_conflict, number)
    town.do(assessments.nothing_found, number, rules=rules())
    town.do(cases.mark, number, Marked.BASIC_CHECK, rules=rules())
    town.do(decisions.make_ready, number, rules=rules())
    town.propose(number, amount=None, reasons="Inget hindrar bokningen.")
    town.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    town.decide(number)
    assert town.case(number).state == "confirmed"


def test_a_private_persons_booking_keeps_no_association(town: Town) -> None:
    booking = town.receive(booking_facts(booker_is_private=True), kind=CaseKind.BOOKING)
    assert (booking.association_id, booking.name) == (None, "Privatperson")


def test_a_booking_is_not_refused_on_a_ground_of_grants(town: Town) -> None:
    number = town.receive(kind=CaseKind.BOOKING).number
    draft = decisions.Draft(outcome=Outcome.REFUSED, amount=None, reasons="x", grounds=(Ground.BUDGET,))
    refusal = told(town, decisions.propose, number, draft, version=None, rules=rules())
    assert refusal == (Obstacle.INVALID, ["grounds"])


def test_a_round_that_has_not_opened_takes_nothing_in(town: Town) -> None:
    given = cases.NewCase(
        kind=CaseKind.GRANT, facts=clean_facts(), received_on=date(2026, 8, 31), channel="form", round_id=town.round_id
    )
    assert told(town, cases.receive, given, rules=rules()) == (Obstacle.INVALID, ["round_id"])


def test_a_proposal_written_on_older_material_is_not_decided(town: Town) -> None:
    case = town.receive()
    town.make_ready(case.number)
    town.propose(case.number)
    town.do(decisions.declare_no_conflict, case.number, role=Role.DECISION_MAKER)
    town.do(cases.change_facts, case.number, Facts({"members_total": 61}), version=None, rules=rules())
    town.do(decisions.make_ready, case.number, rules=rules())
    again = {"draft_version": 1, "rules": rules(), "role": Role.DECISION_MAKER}
    assert told(town, decisions.decide, case.number, **again)[0] is Obstacle.STALE
    town.propose(case.number)
    town.decide(case.number)


def test_a_newer_answer_has_not_been_shown_to_the_association(town: Town) -> None:
    case = town.receive()
    number = case.number
    given = Given(criterion=VALUE, answer=Answer.NOT_MET, reasons="Rösträtten begränsades.", evidence=ACT)
    town.handle(number)
    town.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    town.do(assessments.assess, number, given, version=None, rules=rules())
    town.do(communications.communicate, number, "§ 4.", reply_by=TODAY + timedelta(days=14), sent_to="", rules=rules())
    town.do(assessments.assess, number, replace(given, reasons="Ännu en gång."), version=None, rules=rules())
    town.propose(number, outcome=Outcome.REFUSED, amount=None, grounds=(Ground.CRITERION,))
    town.do(decisions.make_ready, number, rules=rules())
    later = NOW + timedelta(days=20)
    refusal = told(town, decisions.decide, number, draft_version=1, rules=rules(), role=Role.DECISION_MAKER, at=later)
    assert refusal[0] is Obstacle.CLOSED


def test_premises_staff_take_in_bookings_and_no_applications(town: Town) -> None:
    new = cases.NewCase(kind=CaseKind.GRANT, facts=clean_facts(), received_on=TODAY, channel="form")
    assert told(town, cases.receive, new, rules=rules(), role=Role.PREMISES) == (Obstacle.MISSING, [])
    town.do(
        cases.receive, replace(new, kind=CaseKind.BOOKING, facts=booking_facts()), rules=rules(), role=Role.PREMISES
    )
    grant = town.receive()
    assert told(town, cases.add_note, grant.number, "x", official=True, role=Role.PREMISES) == (Obstacle.MISSING, [])


# the group


def a_meeting(town: Town) -> int:
    key = int(town.do(meetings.call, NOW + timedelta(days=3), "rum 3", role=Role.GROUP_SECRETARY).id)
    for role in (Role.GROUP_SECRETARY, Role.GROUP_MEMBER, Role.VBE_COORDINATOR):
        town.do(meetings.declare, key, {}, role=role)
    return key


def review_of(town: Town, number: str) -> Review:
    with reading(town.database) as s:
        return s.scalars(
            select(Review).join(Case, Case.id == Review.case_id).where(Case.number == number).order_by(Review.id.desc())
        ).first()  # type: ignore[return-value] # there is one


def test_the_coordinator_takes_part_where_the_rules_say_so(group_town: Town) -> None:
    """Farsta's plan has the local coordinator in the group that reviews applications."""
    case = group_town.receive()
    group_town.handle(case.number)
    group_town.do(meetings.refer, case.number, "", rules=rules())
    key = a_meeting(group_town)
    group_town.do(meetings.record_consent, key, rules=rules(), role=Role.GROUP_SECRETARY)
    present = [group_town.staff[Role.GROUP_SECRETARY].id, group_town.staff[Role.GROUP_MEMBER].id]
    group_town.do(meetings.present, key, present, role=Role.GROUP_SECRETARY)
    with pytest.raises(Refused) as found:
        group_town.do(decisions.make_ready, case.number, rules=rules())
    assert "VBE-samordnaren har inte deltagit" in found.value.problems[0].what.sv
    present.append(group_town.staff[Role.VBE_COORDINATOR].id)
    group_town.do(meetings.present, key, present, role=Role.GROUP_SECRETARY)
    group_town.do(decisions.make_ready, case.number, rules=rules())


def test_the_group_is_heard_before_a_case_is_ready_where_the_rules_say_so(group_town: Town) -> None:
    case = group_town.receive()
    group_town.handle(case.number)
    assert holding(group_town, case.number) == ["referensgrupp-har-granskat"]
    group_town.do(meetings.refer, case.number, "", rules=rules())
    key = a_meeting(group_town)
    assert group_town.do(meetings.record_consent, key, rules=rules(), role=Role.GROUP_SECRETARY) == 1
    assert group_town.case(case.number).state == "in_progress"
    assert group_town.case(case.number).proposal == "approve"
    assert holding(group_town, case.number) == []


def test_a_decision_against_the_groups_advice_says_why(group_town: Town) -> None:
    case = group_town.receive()
    group_town.handle(case.number)
    group_town.do(meetings.refer, case.number, "Räcker underlaget?", rules=rules())
    key = a_meeting(group_town)
    review = review_of(group_town, case.number)
    against = meetings.Opinion(advice=Advice.ADVISES_AGAINST, text="")
    record = {"version": None, "rules": rules(), "role": Role.GROUP_SECRETARY}
    assert told(group_town, meetings.record, key, review.id, against, **record) == (Obstacle.INVALID, ["text"])
    group_town.do(meetings.record, key, review.id, replace(against, text="Underlaget räcker inte."), **record)
    assert told(group_town, meetings.record, key, review.id, replace(against, text="x"), **record)[0] is Obstacle.STALE
    group_town.do(decisions.make_ready, case.number, rules=rules())
    group_town.do(decisions.declare_no_conflict, case.number, role=Role.DECISION_MAKER)
    group_town.propose(case.number)
    assert closed(group_town, case.number) == ["referensgrupp-har-granskat"]
    group_town.propose(case.number, against_group="Underlaget kom in efter mötet.")
    group_town.decide(case.number)


def test_any_member_lifts_a_case_off_the_consent_list(group_town: Town) -> None:
    case = group_town.receive()
    group_town.do(meetings.refer, case.number, "", rules=rules())
    key = a_meeting(group_town)
    review = review_of(group_town, case.number)
    vbe = group_town.somebody(Role.GROUP_MEMBER, "new")
    group_town.staff[Role.MANAGER] = vbe
    assert told(group_town, meetings.lift_out, key, review.id, role=Role.MANAGER)[0] is Obstacle.CLOSED
    group_town.do(meetings.lift_out, key, review.id, role=Role.GROUP_MEMBER)
    assert group_town.do(meetings.record_consent, key, rules=rules(), role=Role.GROUP_SECRETARY) == 0
    assert told(group_town, meetings.hold, key, "", rules=rules(), role=Role.GROUP_SECRETARY)[0] is Obstacle.CLOSED


def test_papers_open_to_the_group_only_after_its_answer_and_a_late_case_asks_again(group_town: Town) -> None:
    first, late = group_town.receive(), group_town.receive(clean_facts(NUMBERS[1], "Andra"))
    group_town.do(meetings.refer, first.number, "Fråga?", rules=rules())
    key = int(group_town.do(meetings.call, NOW + timedelta(days=3), "", role=Role.GROUP_SECRETARY).id)
    member = group_town.staff[Role.GROUP_MEMBER]

    def opens(number: str) -> bool:
        with reading(group_town.database) as s:
            try:
                case_file(s, number, rules=rules(), by=member, on=TODAY)
            except Refused as refused:
                assert refused.obstacle is Obstacle.CLOSED  # noqa: PT017 - both ways are an answer here
                return False
            return True

    assert not opens(first.number)
    group_town.do(meetings.declare, key, {}, role=Role.GROUP_MEMBER)
    assert opens(first.number)
    group_town.do(meetings.refer, late.number, "Fråga?", rules=rules())
    with reading(group_town.database) as s:
        meeting = stored_meeting(s, member, key)
        assert meeting
        assert meetings.must_declare(s, meeting, member)
    assert (opens(first.number), opens(late.number)) == (True, False)
    group_town.do(meetings.declare, key, {}, role=Role.GROUP_MEMBER)
    assert opens(late.number)


def test_whoever_steps_aside_sees_nothing_of_the_case_anywhere(group_town: Town) -> None:
    mine, other = group_town.receive(), group_town.receive(clean_facts(NUMBERS[1], "Andra"))
    for case in (mine, other):
        group_town.do(meetings.refer, case.number, "Fråga?", rules=rules())
    key = int(group_town.do(meetings.call, NOW + timedelta(days=3), "", role=Role.GROUP_SECRETARY).id)
    group_town.do(meetings.declare, key, {mine.id: ConflictGround.REPRESENTATIVE}, role=Role.GROUP_MEMBER)
    member = group_town.staff[Role.GROUP_MEMBER]
    with reading(group_town.database) as s:
        meeting = stored_meeting(s, member, key)
        assert meeting
        assert [case.number for _, case in meetings.agenda(s, meeting, member)] == [other.number]
        with pytest.raises(Refused):
            case_file(s, mine.number, rules=rules(), by=member, on=TODAY)
        case_file(s, other.number, rules=rules(), by=member, on=TODAY)
    assert told(group_town, meetings.lift_out, key, review_of(group_town, mine.number).id, role=Role.GROUP_MEMBER) == (
        Obstacle.MISSING,
        [],
    )
    assert told(group_town, meetings.declare, key, {999: ConflictGround.OTHER}, role=Role.GROUP_MEMBER) == (
        Obstacle.MISSING,
        [],
    )


def test_what_is_put_off_waits_for_the_next_meeting(group_town: Town) -> None:
    case = group_town.receive()
    group_town.do(meetings.refer, case.number, "Fråga?", rules=rules())
    key = a_meeting(group_town)
    postponed = meetings.Opinion(advice=Advice.POSTPONES, text="Mer underlag behövs.")
    group_town.do(
        meetings.record,
        key,
        review_of(group_town, case.number).id,
        postponed,
        version=None,
        rules=rules(),
        role=Role.GROUP_SECRETARY,
    )
    assert group_town.case(case.number).state == "referred"
    a_meeting(group_town)
    assert review_of(group_town, case.number).meeting_id != key


# money


def paid(town: Town) -> str:
    number = town.approve().number
    with reading(town.database) as s:
        key = s.scalars(select(Payment.id)).one()
    town.do(payments.mark_paid, key, paid_on=TODAY, version=None, rules=rules(), role=Role.FINANCE)
    return number


NEW = payments.NewReclaim(
    ground=ReclaimGround.NOT_FOR_PURPOSE,
    amount=10_000_00,
    established_by=EstablishedBy.BOARD_DECISION,
    established_on=TODAY,
    reference="§ 41",
    reasons="Redovisningen visar det.",
)


def test_finance_marks_a_payment_paid_once_and_nobody_pays_an_own_decision(town: Town) -> None:
    town.approve()
    with reading(town.database) as s:
        key = s.scalars(select(Payment.id)).one()
    both = replace(town.staff[Role.DECISION_MAKER], roles=frozenset({Role.DECISION_MAKER, Role.FINANCE}))
    town.staff[Role.MANAGER] = both
    pay: dict[str, Any] = {"paid_on": TODAY, "version": None, "rules": rules()}
    assert told(town, payments.mark_paid, key, **pay, role=Role.MANAGER)[0] is Obstacle.FORBIDDEN
    assert (
        told(
            town,
            payments.mark_paid,
            key,
            paid_on=TODAY + timedelta(days=1),
            version=None,
            rules=rules(),
            role=Role.FINANCE,
        )[0]
        is Obstacle.INVALID
    )
    town.do(payments.mark_paid, key, **pay, role=Role.FINANCE)
    assert told(town, payments.mark_paid, key, **pay, role=Role.FINANCE)[0] is Obstacle.STALE


def test_a_stopped_payment_is_not_paid(town: Town) -> None:
    town.approve()
    with reading(town.database) as s:
        key = s.scalars(select(Payment.id)).one()
    assert told(town, stops.stop_payment, key, " ", role=Role.DECISION_MAKER)[0] is Obstacle.CLOSED
    town.do(stops.stop_payment, key, "Kravet är inte längre uppfyllt.", role=Role.DECISION_MAKER)
    assert (
        told(town, payments.mark_paid, key, paid_on=TODAY, version=None, rules=rules(), role=Role.FINANCE)[0]
        is Obstacle.CLOSED
    )
    assert told(town, stops.lift_stop, key, " ", role=Role.DECISION_MAKER) == (Obstacle.CLOSED, ["reasons"])
    lifted = town.do(stops.lift_stop, key, "Årsmötet är hållet.", role=Role.DECISION_MAKER)
    assert (lifted.kind, lifted.amount) == ("payment_release", 40_000_00)
    assert told(town, stops.lift_stop, key, "Igen.", role=Role.DECISION_MAKER)[0] is Obstacle.CLOSED
    town.do(payments.mark_paid, key, paid_on=TODAY, version=None, rules=rules(), role=Role.FINANCE)


def test_a_reclaim_walks_from_ground_to_paid(town: Town) -> None:
    number = paid(town)
    found = town.do(payments.open_reclaim, number, NEW)
    assert (found.number, found.reservation) == ("ATK-2026-0001", True)
    decide = {"version": None, "role": Role.DECISION_MAKER}
    assert told(town, payments.decide_reclaim, found.number, **decide)[0] is Obstacle.CLOSED
    town.do(payments.communicate_reclaim, found.number, reply_by=TODAY + timedelta(days=21))
    assert told(town, payments.decide_reclaim, found.number, **decide)[0] is Obstacle.CLOSED
    town.do(payments.note_reclaim_reply, found.number, "Vi betalar.", replied_on=TODAY)
    decision = town.do(payments.decide_reclaim, found.number, **decide)
    assert (decision.kind, decision.amount) == ("reclaim", 10_000_00)
    back = {"on": TODAY, "role": Role.FINANCE}
    assert told(town, payments.receive_payment, found.number, 10_000_01, **back)[0] is Obstacle.INVALID
    town.do(payments.receive_payment, found.number, 4_000_00, **back)
    town.do(payments.receive_payment, found.number, 6_000_00, **back)
    with reading(town.database) as s:
        assert s.scalars(select(Reclaim.state)).one() == "paid"
        assert verifying.verify(s).problems == []


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
def test_a_reclaim_rests_on_what_is_paid_and_established(town: Town, change: Any, where: str) -> None:
    number = paid(town)
    assert told(town, payments.open_reclaim, number, replace(NEW, **change)) == (Obstacle.INVALID, [where])


def test_a_decision_that_holds_nothing_open_is_told_before_a_reclaim(town: Town) -> None:
    number = paid(town)

    def older(session: Any) -> None:
        made = session.scalars(select(Decision)).one()
        values = {c.name: getattr(made, c.name) for c in Decision.__table__.columns if c.name != "id"}
        session.add(Decision(**values | {"reservations": []}))
        session.note(Noted(action="decided", by=None, at=NOW))

    write(town.database, older)
    assert told(town, payments.open_reclaim, number, NEW) == (Obstacle.INVALID, ["without_reservation"])
    town.do(payments.open_reclaim, number, replace(NEW, without_reservation="Uppgifterna var felaktiga."))


def test_working_notes_are_their_authors_own_and_gone_when_the_case_is_closed(town: Town) -> None:
    number = town.receive().number
    town.do(cases.add_note, number, "Ring ordföranden på måndag.", official=False)
    town.do(cases.add_note, number, "Ordföranden ringde.", official=True)
    for role, seen in ((Role.CASEWORKER, 2), (Role.MANAGER, 1)):
        with reading(town.database) as s:
            assert len(case_file(s, number, rules=rules(), by=town.staff[role], on=TODAY).notes) == seen
    town.do(cases.withdraw, number)
    with reading(town.database) as s:
        assert s.scalars(select(Note.text)).all() == ["Ordföranden ringde."]
        assert verifying.verify(s).problems == []
        bodies = [*s.scalars(select(trail.TrailContent.body)), *s.scalars(select(trail.TrailApart.body))]
    assert not any("måndag" in (body or "") for body in bodies)


def test_every_state_has_words() -> None:
    from vetting.domain.cases import STATE_WORDS

    assert set(STATE_WORDS) == set(State)
