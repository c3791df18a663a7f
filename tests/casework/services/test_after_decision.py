"""What a court or a new decision takes with it: money, hearings, opinions; and who may open a decided case."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import ACT, BoardAtWork, booking_facts, clean_facts, refused
from tests.factories import NOW, TODAY
from vetting import registers
from vetting.casework.domain.cases import CaseMarkKind
from vetting.casework.domain.legal_force import DecisionEventKind
from vetting.casework.domain.letters import LetterKind
from vetting.casework.models.cases import Case, Occurrence, current_marks
from vetting.casework.models.decisions import Decision, DecisionDraft
from vetting.casework.models.intake import RequestedTime
from vetting.casework.services import (
    after_decision,
    assessments,
    before_decision,
    cases,
    communications,
    decisions,
    letters,
)
from vetting.casework.services.after_decision import NewDecisionEvent
from vetting.casework.services.assessments import NewAssessment
from vetting.casework.services.screenings import screen_without_keeping
from vetting.engine.evidence import CriterionAnswer
from vetting.engine.facts import Facts
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import DecisionForm, DecisionGround, DecisionOutcome
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.register_tables import RegisterName
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.kernel.store.trail import TrailNote
from vetting.money.domain.reclaims import EstablishedBy, ReclaimGround
from vetting.money.models.payments import Payment
from vetting.money.models.reclaims import Reclaim
from vetting.money.services import payment_stops, payments, reclaims
from vetting.people.domain.delegation import DecisionAuthority
from vetting.people.services import delegation
from vetting.workspace.services.case_files import case_file

DECIDES = Role.DECISION_MAKER
USE = RequestedTime(starts_at=NOW + timedelta(days=11), ends_at=NOW + timedelta(days=11, hours=2))


def quash(board: BoardAtWork, decision: Decision, at: Any = NOW) -> None:
    for what in (DecisionEventKind.APPEALED, DecisionEventKind.QUASHED):
        new = NewDecisionEvent(what=what, on=at.date(), court="Förvaltningsrätten", number="T 1")
        board.do(after_decision.note_decision_event, decision.id, new, at=at)


def one(board: BoardAtWork, what: Any) -> Any:
    with open_reading(board.database) as s:
        return s.scalars(select(what)).one()


def refusable(board: BoardAtWork, criterion: str = "demokratisk-rattsstat") -> str:
    number = board.receive().number
    given = NewAssessment(criterion=criterion, answer=CriterionAnswer.NOT_MET, reasons="Se protokollet.", evidence=ACT)
    board.do(assessments.assess, number, given, version=None)
    return number


def told_and_refused(board: BoardAtWork) -> tuple[str, Decision]:
    """A refusal after the association was heard and did not answer."""
    number = refusable(board)
    board.do(
        communications.communicate,
        number,
        communications.NewCommunication(what="Protokollet § 4.", reply_by=TODAY + timedelta(days=14)),
    )
    return number, refuse(board, number, NOW + timedelta(days=20))


def refuse(board: BoardAtWork, number: str, at: Any) -> Decision:
    board.handle(number)
    board.do(decisions.make_ready, number, at=at)
    board.propose(number, outcome=DecisionOutcome.REFUSED, amount=None, grounds=(DecisionGround.CRITERION,))
    board.do(decisions.declare_no_conflict, number, role=DECIDES)
    made: Decision = board.decide(number, at=at)
    return made


@pytest.mark.both_engines
def test_only_whoever_may_decide_opens_a_case_that_gave_something(board: BoardAtWork) -> None:
    case = board.approve()
    assert refused(board, after_decision.reconsider_case, case.number, "Fel.") == (Obstacle.CLOSED, [case.number])
    assert board.case(case.number).state == "payment"
    board.do(after_decision.reconsider_case, case.number, "Fel.", role=DECIDES)
    assert board.case(case.number).state == "in_progress"
    with open_reading(board.database) as s:
        assert s.scalars(select(DecisionDraft)).all() == []
        assert trail_verification.verify_trail(s).problems == []


def test_a_refusal_is_opened_anew_by_the_caseworker(board: BoardAtWork) -> None:
    number, _ = told_and_refused(board)
    board.do(after_decision.reconsider_case, number, "Ny handling.", at=NOW + timedelta(days=30))
    assert board.case(number).state == "in_progress"


def test_what_was_gone_through_before_is_gone_through_again(board: BoardAtWork) -> None:
    case = board.receive(booking_facts(), CaseKind.BOOKING, uses=(USE,))
    board.do(cases.mark_case, case.number, CaseMarkKind.ROUTINE_FOLLOWED)
    board.make_ready(case.number)
    board.propose(case.number, amount=None)
    board.do(decisions.declare_no_conflict, case.number, role=DECIDES)
    board.decide(case.number)
    assert board.case(case.number).state == "confirmed"
    board.do(after_decision.reconsider_case, case.number, "Fel.", role=DECIDES)
    with open_reading(board.database) as s:
        found = case_file(acting(s, board.staff[Role.CASEWORKER]), case.number, on=TODAY)
        assert [gate.gate for gate in found.standing.holding_back] == ["grundkontroll-klar"]
        assert [mark.kind for mark in current_marks(s, board.case(case.number))] == ["papers_opened"]
        assert [use.state for use in s.scalars(select(Occurrence))] == ["to_check"]


def test_after_a_court_quashed_a_refusal_the_association_is_heard_again(board: BoardAtWork) -> None:
    number, decision = told_and_refused(board)
    later = NOW + timedelta(days=40)
    quash(board, decision, later)
    board.do(cases.mark_case, number, CaseMarkKind.BASIC_CHECK, at=later + timedelta(minutes=1))
    board.do(decisions.make_ready, number, at=later)
    board.propose(number, outcome=DecisionOutcome.REFUSED, amount=None, grounds=(DecisionGround.CRITERION,))
    found = refused(board, decisions.decide, number, draft_version=board.draft_version(number), role=DECIDES, at=later)
    assert found == (Obstacle.CLOSED, ["kommunicerat"])


def test_what_was_computed_is_told_again_when_its_facts_change(board: BoardAtWork) -> None:
    number = board.receive(clean_facts(members_total=1)).number
    with open_reading(board.database) as s:
        found = screen_without_keeping(s, board.case(number), on=TODAY)
        assert found
        names = [item.criterion.id for item in found.screening.findings if "members_total" in item.criterion.facts]
        before = before_decision.as_shown(found, names)
    assert names
    board.do(cases.change_facts, number, Facts({"members_total": 2}), version=None)
    with open_reading(board.database) as s:
        after = before_decision.as_shown(screen_without_keeping(s, board.case(number), on=TODAY), names)
    assert all(before[name] != after[name] for name in names)


def test_a_letter_that_has_not_gone_holds_the_refusal(board: BoardAtWork) -> None:
    number = refusable(board)
    row = board.do(
        communications.communicate,
        number,
        communications.NewCommunication(what="Protokollet § 4.", reply_by=TODAY + timedelta(days=14)),
    )
    letter = board.do(letters.write_letter, number, LetterKind.COMMENT, row.id)
    with pytest.raises(Refused) as found:
        refuse(board, number, NOW + timedelta(days=20))
    assert [problem.where for problem in found.value.problems] == ["kommunicerat"]
    late = NOW + timedelta(days=10)  # four days left of the time to reply
    assert refused(board, letters.mark_sent, letter.id, "post", at=late)[0] is Obstacle.CLOSED
    board.do(letters.mark_sent, letter.id, "hand", at=NOW + timedelta(days=1))
    assert board.decide(number, at=NOW + timedelta(days=20)).outcome == "refused"


# money


def test_a_quashed_stop_lets_the_payment_go_and_a_quashed_lifting_holds_it_again(board: BoardAtWork) -> None:
    board.approve()
    key = one(board, Payment.id)
    stopped = board.do(payment_stops.stop_payment, key, "Kravet är inte längre uppfyllt.", role=DECIDES)
    lifted = board.do(payment_stops.lift_stop, key, "Årsmötet är hållet.", role=DECIDES)
    quash(board, lifted)
    assert one(board, Payment.stopped_on) == TODAY
    quash(board, stopped)
    assert one(board, Payment.stopped_on) is None


def test_a_quashed_reclaim_asks_for_nothing_and_can_be_opened_again(board: BoardAtWork) -> None:
    case = board.approve()
    key = one(board, Payment.id)
    board.do(payments.mark_paid, key, paid_on=TODAY, version=None, role=Role.FINANCE)
    new = reclaims.NewReclaim(
        ground=ReclaimGround.NOT_FOR_PURPOSE,
        amount=40_000_00,
        established_by=EstablishedBy.BOARD_DECISION,
        established_on=TODAY,
        reference="§ 7",
        reasons="Se redovisningen.",
    )
    row = board.do(reclaims.open_reclaim, case.number, new)
    board.do(reclaims.communicate_reclaim, row.number, reply_by=TODAY + timedelta(days=21))
    board.do(reclaims.note_reclaim_reply, row.number, "Vi bestrider.", replied_on=TODAY)
    weighed = {"version": None, "weighed": "Svaret ändrar inget."}
    quash(board, board.do(reclaims.decide_reclaim, row.number, **weighed, role=DECIDES))
    assert one(board, Reclaim.state) == "quashed"
    assert refused(board, reclaims.receive_payment, row.number, 100, on=TODAY, role=Role.FINANCE)[0] is Obstacle.STALE
    assert board.do(reclaims.open_reclaim, case.number, new).number == "ATK-2026-0002"


def test_whoever_lifts_a_stop_does_not_pay(board: BoardAtWork) -> None:
    board.approve()
    key = one(board, Payment.id)
    board.do(payment_stops.stop_payment, key, "Kravet är inte längre uppfyllt.", role=DECIDES)
    other = board.somebody(DECIDES, "annan")
    board.staff[Role.MANAGER] = replace(other, roles=frozenset({DECIDES, Role.FINANCE}))
    board.delegate(Role.MANAGER)
    board.do(decisions.declare_no_conflict, board.case("BID-2026-0001").number, role=Role.MANAGER)
    board.do(payment_stops.lift_stop, key, "Årsmötet är hållet.", role=Role.MANAGER)
    pay: dict[str, Any] = {"paid_on": TODAY, "version": None}
    assert refused(board, payments.mark_paid, key, **pay, role=Role.MANAGER)[0] is Obstacle.FORBIDDEN
    board.do(payments.mark_paid, key, **pay, role=Role.FINANCE)


def test_a_measure_in_the_boards_name_has_its_paragraph_and_names_whom_a_substitute_stood_in_for(
    board: BoardAtWork,
) -> None:
    number = board.approve().number
    key = one(board, Payment.id)
    board_row = board.somebody(DECIDES, "namnd")
    board.staff[Role.MANAGER] = board_row
    board.delegate(Role.MANAGER, maker=DecisionAuthority.BOARD.value, point="")
    board.do(decisions.declare_no_conflict, number, role=Role.MANAGER)
    assert refused(board, payment_stops.stop_payment, key, "Skäl.", role=Role.MANAGER) == (
        Obstacle.CLOSED,
        ["paragraph"],
    )
    made = board.do(payment_stops.stop_payment, key, "Skäl.", form=DecisionForm(paragraph="§ 12"), role=Role.MANAGER)
    assert (made.maker, made.paragraph) == ("board", "§ 12")
    stand_in = board.somebody(DECIDES, "ersattare")
    away = board.staff[DECIDES]
    board.staff[Role.REGISTRAR] = stand_in
    board.do(delegation.be_absent, away.id, stand_in.id, TODAY, TODAY, role=DECIDES)
    board.do(decisions.declare_no_conflict, number, role=Role.REGISTRAR)
    lifted = board.do(payment_stops.lift_stop, key, "Årsmötet är hållet.", role=Role.REGISTRAR)
    assert lifted.substitute_for == away.name


def test_last_years_grant_counts_what_holds_and_once(board: BoardAtWork) -> None:
    number = board.approve().number
    board.do(after_decision.reconsider_case, number, "Fel belopp.", role=DECIDES)
    board.do(cases.mark_case, number, CaseMarkKind.BASIC_CHECK, at=NOW + timedelta(minutes=1))
    board.do(decisions.make_ready, number)
    board.propose(number, outcome=DecisionOutcome.PARTLY_APPROVED, amount=30_000_00, grounds=(DecisionGround.BUDGET,))
    again: Decision = board.decide(number)

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
        session.add_entry(TrailNote(action="decided", by=None, at=NOW))

    run_in_transaction(board.database, later)

    def told() -> list[Any]:
        with open_reading(board.database) as s:
            table, _ = registers.register_sheets(
                acting(s, board.staff[Role.AUDITOR]),
                RegisterName.APPROVALS,
                registers.RegisterSelection(),
                language="sv",
            )
        place = [column.heading.sv for column in table.columns].index("Förra året kr")
        return [row[place] for row in table.rows]

    assert told() == [None, 30_000_00]
    quash(board, again)
    assert told() == [None, 40_000_00]
