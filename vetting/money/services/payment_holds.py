"""Why planned payments wait: a court, a condition of the decision, a report that is missing, a hold of some days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting import casework
from vetting.casework.domain.cases import OPEN
from vetting.casework.domain.legal_force import DecisionEventKind, DecisionForce, DecisionStatus
from vetting.casework.models.cases import Case
from vetting.casework.models.decisions import Decision, events_of
from vetting.grants.domain.instalments import InstalmentCondition
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import _, day_in_words, lower_first
from vetting.money.domain.payment_holds import (
    HOLD_REASON_WORDS,
    HoldReason,
    PaymentOverride,
    WaitingPayment,
    last_day_of_hold,
)
from vetting.money.models.owed_reports import overdue_reports
from vetting.money.models.payments import Payment, PaymentPause, find_payment, pauses_of
from vetting.money.models.reports import GrantReport, PartReport, report_due
from vetting.money.services.reports import ANSWERED_REPORTS
from vetting.people import habits_of, require_permission
from vetting.people.domain.ways_of_working import BoardOption
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import Select

    from vetting.kernel.store.session import Session, WritingSession

_OWNERS: Final = select(Case.id, Case.association_id)


def waiting_payments(session: Session, rows: Sequence[Payment], on: date) -> dict[int, WaitingPayment]:
    """Payment -> why it is not made that day; of those that wait for nothing, nothing. Stops are told elsewhere."""
    unpaid = [row for row in rows if row.paid_on is None]
    if not unpaid:
        return {}
    found = _by_missing_reports(session, unpaid, on)
    found |= _by_condition(session, unpaid)
    found |= _by_pause(session, unpaid, on)
    found |= _by_decision(session, unpaid, on)
    allowed = {row.id: set(row.against) for row in unpaid if row.against}
    return {key: why for key, why in found.items() if why.against is None or why.against not in allowed.get(key, ())}


def refuse_waiting(session: Session, payment: Payment, case: Case, on: date) -> None:
    """Nothing is paid that waits.

    Raises:
        Refused: what it waits for.
    """
    waits = waiting_payments(session, [payment], on).get(payment.id)
    if waits is not None:
        raise Refused(Obstacle.CLOSED, Problem(case.number, waits.sentence, waits.remedy))


def _by_decision(session: Session, unpaid: Sequence[Payment], on: date) -> dict[int, WaitingPayment]:
    """Those whose decision does not bind: opened again, in court, or not in force where that is waited for."""
    decisions = {row.id: row for row in session.scalars(_decisions_of(unpaid))}
    stands = casework.standings_of(session, decisions.values(), on)
    noted = events_of(session, decisions)
    sent = {key for key, events in noted.items() if any(event.what is DecisionEventKind.SENT for event in events)}
    again = set(
        session.scalars(select(Case.id).where(Case.id.in_({row.case_id for row in unpaid}), Case.state.in_(OPEN)))
    )
    in_force = BoardOption.PAY_IN_FORCE in habits_of(session.get_one(Board, unpaid[0].board_id))
    found = {}
    for row in unpaid:
        waits = _not_binding(stands[row.decision_id], in_force or row.after is InstalmentCondition.IN_FORCE)
        if waits is None and row.decision_id not in sent:
            waits = WaitingPayment(
                _("Beslutet är inte skickat"), _("Handläggaren skickar det."), PaymentOverride.UNSENT
            )
        if row.case_id in again:
            waits = WaitingPayment(_("Ärendet är öppnat igen för ett nytt beslut"), _("Vänta på det nya beslutet."))
        if waits is not None:
            found[row.id] = waits
    return found


def _decisions_of(rows: Sequence[Payment]) -> Select[Decision]:
    return select(Decision).where(Decision.id.in_({row.decision_id for row in rows}))


def _not_binding(stands: DecisionStatus, in_force: bool) -> WaitingPayment | None:  # noqa: FBT001 - asked of each
    if stands.force is DecisionForce.QUASHED:
        return WaitingPayment(_("Domstolen har upphävt beslutet"), _("Se beslutet."))
    if stands.inhibited:
        return WaitingPayment(_("Domstolen har stoppat verkställigheten"), _("Se beslutet."))
    if stands.force is DecisionForce.APPEALED:
        noted = _("Anteckna på beslutet vad domstolen har gjort.")
        return WaitingPayment(_("Överklagat: betalas inte"), noted, PaymentOverride.APPEALED)
    if not in_force or stands.binding:
        return None
    until = _("Beslutet har inte fått laga kraft")
    if stands.appeal_ends is not None:
        until = _("Beslutet kan överklagas till och med {day}", day=day_in_words(stands.appeal_ends))
    return WaitingPayment(until, _("Vänta tills tiden att överklaga är ute."), PaymentOverride.NOT_IN_FORCE)


def _by_condition(session: Session, unpaid: Sequence[Payment]) -> dict[int, WaitingPayment]:
    """Those that the decision pays only after something, which has not come."""
    waits = {condition: [row for row in unpaid if row.after is condition] for condition in InstalmentCondition}
    found = {}
    keys = [row.case_id for row in waits[InstalmentCondition.REPORT]]
    answered = select(GrantReport.case_id).where(
        GrantReport.case_id.in_(keys), GrantReport.finding.in_(ANSWERED_REPORTS)
    )
    gone_through = set(session.scalars(answered)) if keys else set()
    parts = select(PartReport.case_id, PartReport.place).where(PartReport.case_id.in_(keys))
    reported = {(case, place) for case, place in session.execute(parts)} if keys else set()
    for row in waits[InstalmentCondition.REPORT]:
        if row.case_id not in gone_through and (row.case_id, row.place) not in reported:  # it may have come back
            found[row.id] = WaitingPayment(
                _("Väntar på att redovisningen godkänns"), _("Gå igenom redovisningen när den har kommit.")
            )
    for row in waits[InstalmentCondition.PAPERS]:
        if row.papers_on is None:
            found[row.id] = WaitingPayment(
                _("Väntar på handlingar"), _("Anteckna på utbetalningen när handlingarna har kommit in.")
            )
    return found


def _by_missing_reports(session: Session, unpaid: Sequence[Payment], on: date) -> dict[int, WaitingPayment]:
    """Those of an association that has not told of what it had before, for ten working days from when it was planned.

    To hold a decided grant longer is a decision of its own: a stop, or a condition that the decision had.
    """
    keys = {row.case_id for row in unpaid}
    owners = {row.id: row.association_id for row in session.execute(_OWNERS.where(Case.id.in_(keys)))}
    wanted = {owner for owner in owners.values() if owner is not None}
    missing: dict[int, tuple[str, date]] = {}
    late = (
        select(Case.association_id, Case.number, report_due())
        .where(Case.board_id == unpaid[0].board_id, Case.association_id.in_(wanted), overdue_reports(on))
        .order_by(Case.id)
    )
    for owner, number, due in session.execute(late) if wanted else ():
        missing.setdefault(owner or 0, (number, due or on))
    found = {}
    for row in unpaid:
        number, due = missing.get(owners[row.case_id] or 0, ("", on))
        until = last_day_of_hold(row.planned_on)
        if number and until >= on:
            found[row.id] = WaitingPayment(
                _("Redovisningen i {number} skulle ha kommit {day}", number=number, day=day_in_words(due)),
                _("Gå igenom redovisningen, eller besluta om stopp senast {day}.", day=day_in_words(until)),
                until=until,
            )
    return found


def _by_pause(session: Session, unpaid: Sequence[Payment], on: date) -> dict[int, WaitingPayment]:
    return {
        key: WaitingPayment(
            _("Avvaktar till och med {day}: ", day=day_in_words(row.until))
            + lower_first(HOLD_REASON_WORDS[row.reason]),
            _("Vänta, eller välj Sluta avvakta om det är utrett."),
            until=row.until,
        )
        for key, row in pauses_of(session, [row.id for row in unpaid]).items()
        if row.ended_on is None and row.until >= on
    }


def pause_payment(session: WritingSession, key: int, reason: HoldReason | None) -> PaymentPause:
    """An officer or the finance office holds a payment for ten working days at most, once; it falls by itself.

    Raises:
        Refused: no such payment for them, paid, stopped, or held before; or no reason.
    """
    payment, case = _payment(session, key)
    if reason is None:
        raise Refused(Obstacle.INVALID, Problem("reason", *NOTHING_SAID))
    if payment.paid_on is not None or payment.stopped_on is not None:
        raise Refused(
            Obstacle.STALE,
            Problem(case.number, _("Utbetalningen är redan gjord eller stoppad."), _("Öppna listan på nytt.")),
        )
    if pauses_of(session, [key]):
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                case.number,
                _("Utbetalningen har avvaktats en gång."),
                _("Ska den hållas inne längre krävs ett beslut om stopp."),
            ),
        )
    row = PaymentPause(
        payment_id=key,
        reason=reason,
        at=session.now,
        until=last_day_of_hold(session.today),
        by_user_id=session.person.id,
        by_function=session.person.function,
    )
    session.add(row)
    session.flush()
    session.note("payment_paused", row, case_id=case.id, detail={"reason": reason.value})
    return row


NOTHING_SAID: Final = (_("Det står inte varför."), _("Välj vad som kontrolleras."))


def end_pause(session: WritingSession, key: int) -> PaymentPause:
    """A held payment is let go before its time.

    Raises:
        Refused: no such payment for them, or not held.
    """
    _paid, case = _payment(session, key)
    row = pauses_of(session, [key]).get(key)
    if row is None or row.ended_on is not None or row.until < session.today:
        raise Refused(
            Obstacle.STALE, Problem(case.number, _("Utbetalningen avvaktar inte."), _("Öppna listan på nytt."))
        )
    row.ended_on = session.today
    session.flush()
    session.note("payment_pause_ended", row, case_id=case.id)
    return row


def note_papers(session: WritingSession, key: int) -> Payment:
    """The papers that an instalment waits for have come, an officer says.

    Raises:
        Refused: no such payment for them, or it waits for none.
    """
    require_permission(session.person, Action.HANDLE)
    found = find_payment(session, key, Action.HANDLE)
    if found is None:
        raise Refused(Obstacle.MISSING)
    payment, case = found
    if payment.after is not InstalmentCondition.PAPERS or payment.papers_on is not None:
        raise Refused(
            Obstacle.STALE,
            Problem(case.number, _("Utbetalningen väntar inte på handlingar."), _("Öppna listan på nytt.")),
        )
    payment.papers_on = session.today
    session.flush()
    session.note("payment_papers_came", payment, case_id=case.id)
    return payment


def _payment(session: WritingSession, key: int) -> tuple[Payment, Case]:
    """A payment that an officer handles, or that the finance office pays."""
    action = Action.PAY if session.person.may(Action.PAY) else Action.HANDLE
    if find_payment(session, key, Action.READ_PAYMENTS) is None:
        raise Refused(Obstacle.MISSING)
    require_permission(session.person, action)
    found = find_payment(session, key, action)
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found
