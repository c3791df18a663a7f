"""Payments: marked as made by finance, held where a court, a stop or an account holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.boards.domain.ways_of_working import BoardHabit
from vetting.boards.models.people import Board
from vetting.boards.services.sign_in import require_permission
from vetting.boards.services.ways_of_working import habits_of
from vetting.cases.domain.cases import OPEN, CaseState
from vetting.cases.models.cases import Case
from vetting.cases.services.cases import change_state
from vetting.decisions.domain.legal_force import DecisionForce
from vetting.decisions.models.decisions import Decision, quashed_decisions
from vetting.decisions.services import after_decision
from vetting.gates.domain.gate_table import GatedStep, closed_after, refuse_closed
from vetting.gates.services import closing
from vetting.kernel.money import kronor
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import SEPARATION_WORDS, Action, SeparationOfDuties
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.text import NO_WORDS, _, day_in_words, same_in_both
from vetting.payments import models as payments
from vetting.payments.services.attests import refuse_unattested
from vetting.payments.services.bank_accounts import refuse_own_check, refuse_unchecked_account
from vetting.payments.services.waiting_payments import refuse_waiting

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession
    from vetting.kernel.text import Words
    from vetting.payments.models import Payment
    from vetting.rules.services.rulebook import Rules

NOT_ANSWERED: Final = (_("Du har inte svarat om jäv i ärendet."), _("Öppna ärendet och svara."))


def mark_paid(
    session: WritingSession, key: int, *, paid_on: date, version: int | None, rules: Rules, by: Person, at: datetime
) -> Payment:
    """A planned payment has been made. Whoever decided the grant, or lifted a stop, does not mark it.

    Raises:
        Refused: no such payment, stopped, paid already, decided by oneself, or a day that has not been.
    """
    require_permission(by, Action.PAY)
    found = payments.find_payment(session, key, by, Action.PAY)
    if found is None:
        raise Refused(Obstacle.MISSING)
    payment, case = found
    decision = session.get_one(Decision, payment.decision_id)
    if by.id in _deciders(session, decision):
        clash = SEPARATION_WORDS[SeparationOfDuties.PAY_OWN_DECISION]
        raise Refused(Obstacle.FORBIDDEN, Problem(case.number, clash, NO_WORDS))
    _check_payment(payment, decision, case, paid_on, version, at)
    _refuse_not_binding(session, decision, case, max(paid_on, at.date()))
    refuse_waiting(session, payment, case, at.date())
    refuse_closed(closed_after(closing.closing_situation(session, case, rules, on=at.date()), GatedStep.PAY))
    refuse_unattested(session, payment, case)
    refuse_unchecked_account(session, case, by)
    refuse_own_check(session, case, by)
    payment.paid_on, payment.paid_by_id = paid_on, by.id or None
    if case.state is CaseState.PAYMENT:
        change_state(case, CaseState.REPORTING)
    session.note(
        TrailNote(action="paid", by=by, at=at, subject=payment, case_id=case.id, detail={"amount": payment.amount})
    )
    return payment


def paid_in_words(session: Session, payment: Payment) -> Words:
    """What was paid, to whom and when."""
    case = session.get_one(Case, payment.case_id)
    day = day_in_words(payment.paid_on) if payment.paid_on else NO_WORDS
    return (
        kronor(payment.amount)
        + _(" till {name} ({number}) är markerade som betalda ", name=case.name, number=case.number)
        + day
        + same_in_both(".")
    )


def _refuse_not_binding(session: WritingSession, decision: Decision, case: Case, paid_on: date) -> None:
    """Nothing is paid on what a court has quashed or suspended, nor before it is in force where the board waits.

    Raises:
        Refused: why.
    """
    if case.state in OPEN:
        what = _("Ärendet är öppnat igen för ett nytt beslut.")
        raise Refused(Obstacle.CLOSED, Problem(case.number, what, _("Vänta på det nya beslutet.")))
    stands = after_decision.standing_of(session, decision, paid_on)
    waits = BoardHabit.PAY_IN_FORCE in habits_of(session.get_one(Board, case.board_id))
    if stands.force is DecisionForce.QUASHED or stands.inhibited:
        what = _("Domstolen har upphävt eller stoppat beslutet.")
        raise Refused(Obstacle.CLOSED, Problem(case.number, what, _("Se beslutet.")))
    if stands.force is DecisionForce.APPEALED:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                case.number,
                _("Beslutet är överklagat: pengarna hålls inne tills domstolen har avgjort målet."),
                _("Anteckna på beslutet vad domstolen har gjort."),
            ),
        )
    if waits and not stands.binding:
        until = _("Beslutet har inte fått laga kraft.")
        if stands.appeal_ends is not None:
            until = _("Beslutet kan överklagas till och med ")
            until = until + day_in_words(stands.appeal_ends) + same_in_both(".")
        raise Refused(
            Obstacle.CLOSED, Problem(case.number, until, _("Vänta. Nämnden betalar när beslutet har fått laga kraft."))
        )


def _deciders(session: WritingSession, granted: Decision) -> set[int]:
    """Whoever decided the grant, or that a stopped payment of it may be made after all."""
    released = select(Decision.by_user_id).where(
        Decision.case_id == granted.case_id, Decision.kind == "payment_release", Decision.id.not_in(quashed_decisions())
    )
    return {granted.by_user_id, *session.scalars(released)}


def _check_payment(
    payment: Payment, decision: Decision, case: Case, paid_on: date, version: int | None, at: datetime
) -> None:
    if payment.paid_on is not None or (version is not None and payment.version != version):
        raise Refused(
            Obstacle.STALE,
            Problem(
                case.number, _("Utbetalningen är redan markerad som betald eller ändrad."), _("Öppna listan på nytt.")
            ),
        )
    if payment.stopped_on is not None:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                case.number, _("Utbetalningen är stoppad."), _("Den kan betalas när stoppet har hävts genom beslut.")
            ),
        )
    if paid_on > at.date() or paid_on < decision.decided_on:
        raise Refused(
            Obstacle.INVALID,
            Problem(
                "paid_on", _("Dagen stämmer inte: den ligger före beslutet eller i framtiden."), _("Rätta datumet.")
            ),
        )
