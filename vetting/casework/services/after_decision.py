"""After a decision: sent, announced, appealed, upheld, quashed; and the case that a quashed one opens again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.casework.domain.cases import AT_WORK_STATE, OPEN, CaseState, InvalidationReason, may_follow
from vetting.casework.domain.document_statuses import BOOKING_SYSTEM, DocumentStatus
from vetting.casework.domain.legal_force import (
    COURT_EVENTS,
    RESCISSION,
    DecisionEventFact,
    DecisionEventKind,
    DecisionForce,
    DecisionStatus,
    decision_status,
    wrong_with,
)
from vetting.casework.domain.records import RecordKind
from vetting.casework.models import cases as store
from vetting.casework.models.cases import Case, in_conflict
from vetting.casework.models.decisions import (
    Decision,
    DecisionDraft,
    DecisionEvent,
    as_events,
    current_stops,
    events_of,
    of_case,
    quashed_decisions,
)
from vetting.casework.services import before_decision, reused_answers
from vetting.casework.services.appeal_clocks import clock_of
from vetting.casework.services.bookings_of_cases import BOOKINGS
from vetting.casework.services.cases import change_state, open_case, raise_version
from vetting.casework.services.money_of_cases import MONEY
from vetting.casework.services.readable_cases import has_answered_on_conflict
from vetting.casework.services.records import register_record
from vetting.casework.services.screenings import screen_case
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import FAVOURABLE, DecisionOutcome
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import SEPARATION_WORDS, Action, SeparationOfDuties
from vetting.kernel.text import NO_WORDS, _
from vetting.people import habits_of, require_permission
from vetting.people.domain.ways_of_working import BoardOption
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from vetting.kernel.store.session import Session, WritingSession

NOTED_BY_HAND = tuple(what for what in DecisionEventKind if what is not DecisionEventKind.REPORTED)
"""Reporting to the board is noted for many at once, in its own list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDecisionEvent:
    """What happened to a decision, when, and for an appeal at which court under which number."""

    what: DecisionEventKind
    on: date
    court: str = ""
    number: str = ""
    text: str = ""


def note_decision_event(session: WritingSession, key: int, new: NewDecisionEvent) -> DecisionEvent:
    """Notes what happened to a decision; a quashed one falls at once, with all that rested on it.

    Raises:
        Refused: there is no such decision for this person, or it cannot have happened.
    """
    require_permission(session.person, Action.REGISTER_CASE)
    decision, case = _decision(session, key)
    if new.what not in NOTED_BY_HAND:
        raise Refused(
            Obstacle.INVALID,
            Problem("what", _("Det antecknas i listan över delegationsbeslut."), _("Öppna Anmäl till nämnden.")),
        )
    event = DecisionEventFact(what=new.what, on=new.on, court=new.court.strip(), number=new.number.strip())
    problems = wrong_with(
        as_events(events_of(session, [key]).get(key, [])),
        event,
        decided_on=decision.decided_on,
        today=session.today,
        clock=clock_of(session, decision),
    )
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    row = _note(session, decision, event, text=new.text.strip())
    if new.what is DecisionEventKind.QUASHED:
        _fall(session, decision, case)
    raise_version(case)
    return row


def note_handed_over(session: WritingSession, decision: Decision) -> DecisionEvent:
    """A yes to a booking has gone back to the booking system, and is told of so."""
    return _note(
        session, decision, DecisionEventFact(what=DecisionEventKind.SENT, on=session.today), text=BOOKING_SYSTEM
    )


def announce_together(session: WritingSession, decisions: Iterable[Decision], on: date) -> int:
    """Notes that one notice was put up of several decisions; those that have one already keep it. Returns how many.

    Raises:
        Refused: it cannot have been put up that day.
    """
    listed = list(decisions)
    events, many = events_of(session, [row.id for row in listed]), 0
    for decision in listed:
        noted, clock = as_events(events.get(decision.id, [])), clock_of(session, decision)
        if any(event.what is DecisionEventKind.ANNOUNCED for event in noted):
            continue
        new = DecisionEventFact(what=DecisionEventKind.ANNOUNCED, on=on)
        problems = wrong_with(noted, new, decided_on=decision.decided_on, today=session.today, clock=clock)
        if problems:
            raise Refused(Obstacle.INVALID, *problems)
        _note(session, decision, new)
        many += 1
    return many


def _note(session: WritingSession, decision: Decision, new: DecisionEventFact, *, text: str = "") -> DecisionEvent:
    """Keeps what happened to a decision, with its entry."""
    row = DecisionEvent(
        board_id=decision.board_id,
        case_id=decision.case_id,
        decision_id=decision.id,
        what=new.what,
        on=new.on,
        court=new.court,
        number=new.number,
        text=text,
        at=session.now,
        by_user_id=session.user_id,
    )
    session.add(row)
    session.flush()
    if new.what in COURT_EVENTS:
        case = session.get_one(Case, decision.case_id)
        party = new.court or case.name
        register_record(session, case, RecordKind.COURT, row.id, DocumentStatus.ARRIVED, on=new.on, party=party)
    elif new.what is DecisionEventKind.SENT and text != BOOKING_SYSTEM:
        case = session.get_one(Case, decision.case_id)
        sent = DocumentStatus.SENT
        register_record(session, case, RecordKind.DECISION_SENT, row.id, sent, on=new.on, party=case.name)
    session.note(f"decision_{new.what.value}", row, case_id=decision.case_id)
    return row


def _decision(session: Session, key: int) -> tuple[Decision, Case]:
    found = session.execute(
        select(Decision, Case)
        .join(Case, Case.id == Decision.case_id)
        .where(Decision.id == key, store.seen_by(session.person, Action.REGISTER_CASE))
    ).one_or_none()
    if found is None or in_conflict(session, session.person.id, found[1].id):
        raise Refused(Obstacle.MISSING)
    return found[0], found[1]


def _fall(session: WritingSession, decision: Decision, case: Case) -> None:
    """A quashed decision: the decisions that rested on it fall too, nothing more is paid, the case opens again."""
    fallen = {decision.id}
    for other in reversed(of_case(session, case.id)):  # the oldest first: what rests on what rested on it falls too
        if other.changes_id in fallen and other.id not in fallen:
            fallen.add(other.id)
            if standing_of(session, other, session.today).force is DecisionForce.QUASHED:
                continue
            fell = DecisionEventFact(what=DecisionEventKind.QUASHED, on=session.today)
            _note(session, other, fell, text=f"{decision.id}")
    _undo(session, case, fallen)
    if decision.kind in {*CaseKind, RESCISSION}:
        MONEY.function.cancel_planned_payments(session, case.id)
        reopen_case(session, case, because="quashed")
    reused_answers.return_to_queue(session, case.board_id, case.association_id, InvalidationReason.QUASHED, but=case.id)


def _undo(session: WritingSession, case: Case, fallen: set[int]) -> None:
    """What fallen decisions did to money: a stop ends, a lifted stop holds again, a reclaim asks for nothing."""
    held = session.scalar(
        select(Decision)
        .where(Decision.case_id == case.id, Decision.kind.in_(HOLDING), Decision.id.not_in(quashed_decisions()))
        .order_by(Decision.id.desc())
        .limit(1)
    )
    since = held.decided_on if held is not None and held.kind == "payment_stop" else None
    MONEY.function.undo_measures(session, case.id, fallen, since)


HOLDING: Final = ("payment_stop", "payment_release")
"""The last of them says whether what is left to pay is held back."""


def reopen_case(session: WritingSession, case: Case, *, because: str) -> None:
    """A decided case is handled again, with all that was in it; the next decision points to the last.

    The old proposal is decided: a new one is written.
    """
    if case.state in OPEN:
        return
    again = AT_WORK_STATE[case.kind]
    if not may_follow(case.state, again, case.kind):
        return  # a booking that was called off stays so
    change_state(case, again)
    case.reopened_at = session.now
    store.follow_booking_state(session, case)
    BOOKINGS.function.take_again(session, case, must=False)
    for draft in session.scalars(select(DecisionDraft).where(DecisionDraft.case_id == case.id)):
        session.delete(draft)
    screen_case(session, case)
    session.note("case_reopened", case, case_id=case.id, reason=because)


def reconsider_case(session: WritingSession, number: str, because: str) -> Case:
    """Opens a decided case to decide anew: because something in it was wrong, or something new has come.

    Raises:
        Refused: it is open already, it is neither decided nor handed over, money is out, or no reason is given; or it
            would hold back what was granted, and this person cannot decide such cases or has not answered on conflict.
    """
    case = open_case(session, number, action=Action.RECONSIDER)
    problems = []
    if _gives(session, case) and not (
        before_decision.delegation_for(session, case.kind, on=session.today)
        and has_answered_on_conflict(session, case, session.person.id)
    ):
        problems.append(
            Problem(
                number,
                _("Beslutet är till föreningens fördel, och det som har beviljats hålls inne när ärendet öppnas igen."),
                _("Be någon som får besluta i ärendet, och har svarat på frågan om jäv, att öppna det."),
            )
        )
    if case.state in OPEN or not (of_case(session, case.id) or case.state is CaseState.CLOSED):
        problems.append(
            Problem(number, _("Det finns inget beslut att ompröva."), _("Fatta beslut i ärendet på vanligt sätt."))
        )
    if MONEY.function.has_paid(session, case.id):
        problems.append(
            Problem(
                number, _("Pengar är redan utbetalda."), _("Öppna ett återkrav, om beslutet har ett förbehåll om det.")
            )
        )
    stopped = current_stops(session, [case.id]).get(case.id)
    apart = BoardOption.OTHER_LIFTS in habits_of(session.get_one(Board, case.board_id))
    if (
        stopped is not None
        and stopped.by_user_id == session.person.id
        and apart
        and MONEY.function.is_stopped(session, case.id)
    ):
        problems.append(Problem(number, SEPARATION_WORDS[SeparationOfDuties.LIFT_OWN_STOP], NO_WORDS))
    if not because.strip():
        problems.append(
            Problem("because", _("Det står inte varför."), _("Skriv vad som var fel eller vad som är nytt."))
        )
    if problems:
        raise Refused(
            Obstacle.CLOSED if len(problems) > 1 or problems[0].where == number else Obstacle.INVALID, *problems
        )
    reopen_case(session, case, because=because.strip()[:2000])
    return case


def _gives(session: Session, case: Case) -> bool:
    """Whether the decision that stands in a case is in the association's favour."""
    held = select(Decision.outcome).where(
        Decision.case_id == case.id, Decision.kind == case.kind, Decision.id.not_in(quashed_decisions())
    )
    last = session.scalar(held.order_by(Decision.id.desc()).limit(1))
    return last is not None and DecisionOutcome(last) in FAVOURABLE


def standing_of(session: Session, decision: Decision, on: date) -> DecisionStatus:
    """Where one decision stands that day."""
    return standings_of(session, [decision], on)[decision.id]


def standings_of(session: Session, some: Iterable[Decision], on: date) -> dict[int, DecisionStatus]:
    """Decision -> where it stands that day."""
    rows = list(some)
    noted = events_of(session, [row.id for row in rows])
    return {row.id: decision_status(as_events(noted.get(row.id, [])), on, clock_of(session, row)) for row in rows}
