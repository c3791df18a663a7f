"""What a court or a new decision takes with it: money, hearings, opinions; and who may open a decided case."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import NOW, TODAY
from tests.town import ACT, Town, booking_facts, clean_facts, refused, rules
from vetting.domain.after_decision import Happened
from vetting.domain.cases import Marked
from vetting.domain.criteria import CaseKind
from vetting.domain.delegation import Maker
from vetting.domain.evidence import Answer
from vetting.domain.facts import Facts
from vetting.domain.letters import LetterKind
from vetting.domain.passage import Ground, Outcome
from vetting.domain.people import Role
from vetting.domain.problem import Obstacle, Refused
from vetting.domain.reclaims import EstablishedBy, ReclaimGround
from vetting.domain.registers import RegisterName
from vetting.services import (
    aftermath,
    assessments,
    cases,
    communications,
    decisions,
    delegations,
    gates,
    letters,
    payments,
    registers,
    stops,
)
from vetting.services.aftermath import NewEvent
from vetting.services.assessments import Given
from vetting.services.case_files import case_file
from vetting.services.cases import Use
from vetting.services.makers import Form
from vetting.services.screenings import of_case
from vetting.store import verifying
from vetting.store.cases import Case, Occurrence
from vetting.store.decisions import Decision, DecisionDraft
from vetting.store.payments import Payment, Reclaim
from vetting.store.session import reading, write
from vetting.store.trail import Noted

DECIDES = Role.DECISION_MAKER
USE = Use(starts_at=NOW + timedelta(days=11), ends_at=NOW + timedelta(days=11, hours=2))


def quash(town: Town, decision: Decision, at: Any = NOW) -> None:
    for what in (Happened.APPEALED, Happened.QUASHED):
        new = NewEvent(what=what, on=at.date(), court="Förvaltningsrätten", number="T 1")
        town.do(aftermath.note, decision.id, new, rules=rules(), at=at)


def one(town: Town, what: Any) -> Any:
    with reading(town.database) as s:
        return s.scalars(select(what)).one()


def refusable(town: Town, criterion: str = "demokratisk-rattsstat") -> str:
    number = town.receive().number
    given = Given(criterion=criterion, answer=Answer.NOT_MET, reasons="Se protokollet.", evidence=ACT)
    town.do(assessments.assess, number, given, version=None, rules=rules())
    return number


def told_and_refused(town: Town) -> tuple[str, Decision]:
    """A refusal after the association was heard and did not answer."""
    number = refusable(town)
    town.do(
        communications.communicate,
        number,
        "Protokollet § 4.",
        reply_by=TODAY + timedelta(days=14),
        sent_to="",
        rules=rules(),
    )
    return number, refuse(town, number, NOW + timedelta(days=20))


def refuse(town: Town, number: str, at: Any) -> Decision:
    town.make_ready(number)
    town.propose(number, outcome=Outcome.REFUSED, amount=None, grounds=(Ground.CRITERION,))
    town.do(decisions.declare_no_conflict, number, role=DECIDES)
    made: Decision = town.decide(number, at=at)
    return made


def test_only_whoever_may_decide_opens_a_case_that_gave_something(town: Town) -> None:
    case = town.approve()
    assert refused(town, aftermath.reconsider, case.number, "Fel.", rules=rules()) == (Obstacle.CLOSED, [case.number])
    assert town.case(case.number).state == "payment"
    town.do(aftermath.reconsider, case.number, "Fel.", rules=rules(), role=DECIDES)
    assert town.case(case.number).state == "in_progress"
    with reading(town.database) as s:
        assert s.scalars(select(DecisionDraft)).all() == []
        assert verifying.verify(s).problems == []


def test_a_refusal_is_opened_anew_by_the_caseworker(town: Town) -> None:
    number, _ = told_and_refused(town)
    town.do(aftermath.reconsider, number, "Ny handling.", rules=rules(), at=NOW + timedelta(days=30))
    assert town.case(number).state == "in_progress"


def test_what_was_gone_through_before_is_gone_through_again(town: Town) -> None:
    case = town.receive(booking_facts(), CaseKind.BOOKING, uses=(USE,))
    town.do(cases.mark, case.number, Marked.ROUTINE_FOLLOWED, rules=rules())
    town.make_ready(case.number)
    town.propose(case.number, amount=None)
    town.do(decisions.declare_no_conflict, case.number, role=DECIDES)
    town.decide(case.number)
    assert town.case(case.number).state == "confirmed"
    town.do(aftermath.reconsider, case.number, "Fel.", rules=rules(), role=DECIDES)
    with reading(town.database) as s:
        found = case_file(s, case.number, rules=rules(), by=town.staff[Role.CASEWORKER], on=TODAY)
        assert [gate.gate for gate in found.holding_back] == ["grundkontroll-klar"]
        assert [mark.kind for mark in gates.standing_marks(s, town.case(case.number))] == ["papers_opened"]
        assert [use.state for use in s.scalars(select(Occurrence))] == ["to_check"]


def test_after_a_court_quashed_a_refusal_the_association_is_heard_again(town: Town) -> None:
    number, decision = told_and_refused(town)
    later = NOW + timedelta(days=40)
    quash(town, decision, later)
    town.do(cases.mark, number, Marked.BASIC_CHECK, rules=rules(), at=later + timedelta(minutes=1))
    town.do(decisions.make_ready, number, rules=rules(), at=later)
    town.propose(number, outcome=Outcome.REFUSED, amount=None, grounds=(Ground.CRITERION,))
    found = refused(
        town, decisions.decide, number, draft_version=town.draft_version(number), rules=rules(), role=DECIDES, at=later
    )
    assert found == (Obstacle.CLOSED, ["kommunicerat"])


def test_what_was_computed_is_told_again_when_its_facts_change(town: Town) -> None:
    number = town.receive(clean_facts(members_total=1)).number
    with reading(town.database) as s:
        found = of_case(s, town.case(number), rules(), on=TODAY)
        assert found
        names = [item.criterion.id for item in found.screening.findings if "members_total" in item.criterion.facts]
        before = gates.as_shown(found, names)
    assert names
    town.do(cases.change_facts, number, Facts({"members_total": 2}), version=None, rules=rules())
    with reading(town.database) as s:
        after = gates.as_shown(of_case(s, town.case(number), rules(), on=TODAY), names)
    assert all(before[name] != after[name] for name in names)


def test_a_letter_that_has_not_gone_holds_the_refusal(town: Town) -> None:
    number = refusable(town)
    row = town.do(
        communications.communicate,
        number,
        "Protokollet § 4.",
        reply_by=TODAY + timedelta(days=14),
        sent_to="",
        rules=rules(),
    )
    letter = town.do(letters.write, number, LetterKind.COMMENT, row.id, rules=rules())
    with pytest.raises(Refused) as found:
        refuse(town, number, NOW + timedelta(days=20))
    assert [problem.where for problem in found.value.problems] == ["kommunicerat"]
    late = NOW + timedelta(days=10)  # four days left of the time to reply
    assert refused(town, letters.mark_sent, letter.id, "post", at=late)[0] is Obstacle.CLOSED
    town.do(letters.mark_sent, letter.id, "post", at=NOW + timedelta(days=1))
    assert town.decide(number, at=NOW + timedelta(days=20)).outcome == "refused"


# money


def test_a_quashed_stop_lets_the_payment_go_and_a_quashed_lifting_holds_it_again(town: Town) -> None:
    town.approve()
    key = one(town, Payment.id)
    stopped = town.do(stops.stop_payment, key, "Kravet är inte längre uppfyllt.", role=DECIDES)
    lifted = town.do(stops.lift_stop, key, "Årsmötet är hållet.", role=DECIDES)
    quash(town, lifted)
    assert one(town, Payment.stopped_on) == TODAY
    quash(town, stopped)
    assert one(town, Payment.stopped_on) is None


def test_a_quashed_reclaim_asks_for_nothing_and_can_be_opened_again(town: Town) -> None:
    case = town.approve()
    key = one(town, Payment.id)
    town.do(payments.mark_paid, key, paid_on=TODAY, version=None, rules=rules(), role=Role.FINANCE)
    new = payments.NewReclaim(
        ground=ReclaimGround.NOT_FOR_PURPOSE,
        amount=40_000_00,
        established_by=EstablishedBy.BOARD_DECISION,
        established_on=TODAY,
        reference="§ 7",
        reasons="Se redovisningen.",
    )
    row = town.do(payments.open_reclaim, case.number, new)
    town.do(payments.communicate_reclaim, row.number, reply_by=TODAY + timedelta(days=21))
    town.do(payments.note_reclaim_reply, row.number, "Vi bestrider.", replied_on=TODAY)
    quash(town, town.do(payments.decide_reclaim, row.number, version=None, role=DECIDES))
    assert one(town, Reclaim.state) == "quashed"
    assert refused(town, payments.receive_payment, row.number, 100, on=TODAY, role=Role.FINANCE)[0] is Obstacle.STALE
    assert town.do(payments.open_reclaim, case.number, new).number == "ATK-2026-0002"


def test_whoever_lifts_a_stop_does_not_pay(town: Town) -> None:
    town.approve()
    key = one(town, Payment.id)
    town.do(stops.stop_payment, key, "Kravet är inte längre uppfyllt.", role=DECIDES)
    other = town.somebody(DECIDES, "annan")
    town.staff[Role.MANAGER] = replace(other, roles=frozenset({DECIDES, Role.FINANCE}))
    town.delegate(Role.MANAGER)
    town.do(decisions.declare_no_conflict, town.case("BID-2026-0001").number, role=Role.MANAGER)
    town.do(stops.lift_stop, key, "Årsmötet är hållet.", role=Role.MANAGER)
    pay: dict[str, Any] = {"paid_on": TODAY, "version": None, "rules": rules()}
    assert refused(town, payments.mark_paid, key, **pay, role=Role.MANAGER)[0] is Obstacle.FORBIDDEN
    town.do(payments.mark_paid, key, **pay, role=Role.FINANCE)


def test_a_measure_in_the_boards_name_has_its_paragraph_and_names_whom_a_substitute_stood_in_for(town: Town) -> None:
    number = town.approve().number
    key = one(town, Payment.id)
    board = town.somebody(DECIDES, "namnd")
    town.staff[Role.MANAGER] = board
    town.delegate(Role.MANAGER, maker=Maker.BOARD.value, point="")
    town.do(decisions.declare_no_conflict, number, role=Role.MANAGER)
    assert refused(town, stops.stop_payment, key, "Skäl.", role=Role.MANAGER) == (Obstacle.CLOSED, ["paragraph"])
    made = town.do(stops.stop_payment, key, "Skäl.", form=Form(paragraph="§ 12"), role=Role.MANAGER)
    assert (made.maker, made.paragraph) == ("board", "§ 12")
    stand_in = town.somebody(DECIDES, "ersattare")
    away = town.staff[DECIDES]
    town.staff[Role.REGISTRAR] = stand_in
    town.do(delegations.be_absent, away.id, stand_in.id, TODAY, TODAY, role=DECIDES)
    town.do(decisions.declare_no_conflict, number, role=Role.REGISTRAR)
    lifted = town.do(stops.lift_stop, key, "Årsmötet är hållet.", role=Role.REGISTRAR)
    assert lifted.substitute_for == away.name


def test_last_years_grant_counts_what_holds_and_once(town: Town) -> None:
    number = town.approve().number
    town.do(aftermath.reconsider, number, "Fel belopp.", rules=rules(), role=DECIDES)
    town.do(cases.mark, number, Marked.BASIC_CHECK, rules=rules(), at=NOW + timedelta(minutes=1))
    town.do(decisions.make_ready, number, rules=rules())
    town.propose(number, outcome=Outcome.PARTLY_APPROVED, amount=30_000_00, grounds=(Ground.BUDGET,))
    again: Decision = town.decide(number)

    def later(session: Any) -> None:  # another grant, the year after
        first = session.scalars(select(Decision).order_by(Decision.id)).first()
        values = {c.name: getattr(first, c.name) for c in Decision.__table__.columns if c.name != "id"}
        case = session.get_one(Case, first.case_id)
        copy = {c.name: getattr(case, c.name) for c in Case.__table__.columns if c.name != "id"}
        new = Case(**copy | {"number": "BID-2027-0001"})
        session.add(new)
        session.flush()
        made = {"case_id": new.id, "decided_on": TODAY + timedelta(days=365), "changes_id": None}
        session.add(Decision(**values | made))
        session.note(Noted(action="decided", by=None, at=NOW))

    write(town.database, later)

    def told() -> list[Any]:
        with reading(town.database) as s:
            table, _ = registers.register(
                s,
                RegisterName.APPROVALS,
                registers.Selection(),
                rules=rules(),
                by=town.staff[Role.AUDITOR],
                language="sv",
            )
        place = [column.heading.sv for column in table.columns].index("Förra året kr")
        return [row[place] for row in table.rows]

    assert told() == [None, 30_000_00]
    quash(town, again)
    assert told() == [None, 40_000_00]
