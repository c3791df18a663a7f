"""Money out and back: a payment is marked by finance; a reclaim is told, answered and decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from vetting.boards.domain.delegation import DelegatedAct
from vetting.boards.domain.ways_of_working import BoardHabit
from vetting.boards.models.people import Board
from vetting.boards.services.sign_in import require_permission
from vetting.boards.services.ways_of_working import habits_of
from vetting.cases.domain.cases import OPEN, CaseState
from vetting.cases.models import cases
from vetting.cases.models.cases import Case
from vetting.cases.services.cases import change_state, open_case, raise_version
from vetting.cases.services.readable_cases import has_answered_on_conflict
from vetting.decisions.domain.legal_force import DecisionEventKind, DecisionForce
from vetting.decisions.models.decisions import Decision, events_of, quashed_decisions
from vetting.decisions.services import after_decision, decision_makers
from vetting.decisions.services.communications import ordinary_deadline, wrong_deadline
from vetting.decisions.services.decision_makers import AT_ONCE
from vetting.gates.domain.gate_table import GatedStep, closed_after, refuse_closed
from vetting.gates.services import before_decision, closing
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import day_here
from vetting.kernel.decision_outcomes import DecisionOutcome, Reservation
from vetting.kernel.money import kronor
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import SEPARATION_WORDS, Action, SeparationOfDuties
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.text import NO_WORDS, _, day_in_words, in_context, same_in_both
from vetting.payments import models as payments
from vetting.payments.domain.reclaims import (
    EstablishedBy,
    ReclaimAct,
    ReclaimDays,
    ReclaimGround,
    ReclaimState,
    ReclaimStep,
    next_reclaim_step,
    remaining_amount,
)
from vetting.payments.models import LedgerEntry, Payment, Reclaim
from vetting.payments.services.bank_accounts import refuse_own_check, refuse_unchecked_account

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from vetting.decisions.services.decision_makers import DecisionForm
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession
    from vetting.kernel.text import Words
    from vetting.rules.services.rulebook import Rules

NOT_ANSWERED: Final = (_("Du har inte svarat om jäv i ärendet."), _("Öppna ärendet och svara."))
DUE_AFTER: Final = timedelta(days=30)
SERIES: Final = "ATK"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReclaim:
    """What is asked back and why; the amount in öre."""

    ground: ReclaimGround
    amount: int
    established_by: EstablishedBy
    established_on: date
    reference: str
    reasons: str
    without_reservation: str = ""


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
    refuse_closed(closed_after(closing.closing_situation(session, case, rules, on=at.date()), GatedStep.PAY))
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


def held_by_court(session: Session, rows: Sequence[Payment], on: date) -> dict[int, Words]:
    """Payment -> why it is not made, of those whose decision is appealed, stopped or quashed by a court."""
    unpaid = [row for row in rows if row.paid_on is None]
    events = events_of(session, [row.decision_id for row in unpaid])
    appealed = {key for key, some in events.items() if any(event.what is DecisionEventKind.APPEALED for event in some)}
    found = {}
    for row in unpaid:
        if row.decision_id not in appealed:
            continue
        stands = after_decision.standing_of(session, session.get_one(Decision, row.decision_id), on)
        if stands.force is DecisionForce.QUASHED:
            found[row.id] = _("Domstolen har upphävt beslutet")
        elif stands.inhibited:
            found[row.id] = _("Domstolen har stoppat verkställigheten")
        elif stands.force is DecisionForce.APPEALED:
            found[row.id] = _("Överklagat: betalas inte")
    return found


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


def open_reclaim(session: WritingSession, number: str, new: NewReclaim, *, by: Person, at: datetime) -> Reclaim:
    """Opens a reclaim of a paid grant; a decision that holds nothing open is told and needs its own reason.

    Raises:
        Refused: nothing is paid, more than was paid is asked, it rests on nothing established, or no reservation.
    """
    case = open_case(session, number, by=by, action=Action.RECLAIM)
    decision = session.scalar(
        select(Decision)
        .where(Decision.case_id == case.id, Decision.kind == CaseKind.GRANT.value)
        .order_by(Decision.id.desc())
        .limit(1)
    )
    paid = int(
        session.scalar(
            select(func.coalesce(func.sum(Payment.amount), 0)).where(
                Payment.case_id == case.id, Payment.paid_on.is_not(None)
            )
        )
        or 0
    )
    claimed = int(
        session.scalar(
            select(func.coalesce(func.sum(Reclaim.amount), 0)).where(
                Reclaim.case_id == case.id, Reclaim.state != ReclaimState.QUASHED.value
            )
        )
        or 0
    )
    if decision is None:
        raise Refused(Obstacle.MISSING)
    reserved = Reservation.RECLAIM.value in decision.reservations
    problems = _wrong_reclaim(new, paid - claimed, reserved=reserved, at=at)
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    reclaim = Reclaim(
        board_id=case.board_id,
        number=cases.next_number(session, case.board_id, SERIES, at.year),
        case_id=case.id,
        decision_id=decision.id,
        ground=new.ground,
        amount=new.amount,
        established_by=new.established_by,
        established_on=new.established_on,
        reference=new.reference.strip(),
        reservation=reserved,
        without_reservation=new.without_reservation.strip(),
        reasons=new.reasons.strip(),
        contacts=[],
        opened_at=at,
        by_user_id=by.id,
    )
    session.add(reclaim)
    raise_version(case)
    session.flush()
    session.note(
        TrailNote(
            action="reclaim_opened", by=by, at=at, subject=reclaim, case_id=case.id, detail={"amount": new.amount}
        )
    )
    return reclaim


def _wrong_reclaim(new: NewReclaim, left: int, *, reserved: bool, at: datetime) -> list[Problem]:
    found = []
    if new.amount <= 0 or new.amount > left:
        found.append(
            Problem(
                "amount",
                _("Beloppet är inte mellan noll och det som är utbetalt: ") + kronor(max(left, 0)) + same_in_both("."),
                _("Skriv högst det."),
            )
        )
    if not new.reference.strip() or new.established_on > at.date():
        found.append(
            Problem(
                "reference",
                _("Det står inte vad som har konstaterat felet."),
                _("Skriv vilket beslut eller vilken dom, med datum och nummer. En misstanke räcker inte."),
            )
        )
    if not new.reasons.strip():
        found.append(Problem("reasons", _("Motiveringen saknas."), _("Skriv vad återkravet bygger på.")))
    if not reserved and not new.without_reservation.strip():
        found.append(
            Problem(
                "without_reservation",
                _("Bidragsbeslutet har inget förbehåll om återkrav."),
                _(
                    "Ett gynnande beslut får inte ändras utan förbehåll, tvingande säkerhetsskäl eller felaktiga "
                    "uppgifter. Skriv vilket som gäller."
                ),
            )
        )
    return found


def _reclaim(session: WritingSession, number: str, by: Person, action: Action) -> tuple[Reclaim, Case]:
    require_permission(by, action)
    found = session.execute(
        select(Reclaim, Case)
        .join(Case, Case.id == Reclaim.case_id)
        .where(cases.seen_by(by, action), Reclaim.number == number)
    ).one_or_none()
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found[0], found[1]


def _in_state(reclaim: Reclaim, *states: ReclaimState) -> None:
    if reclaim.state not in states:
        raise Refused(
            Obstacle.STALE, Problem(reclaim.number, _("Återkravet har redan gått vidare."), _("Öppna det på nytt."))
        )


def communicate_reclaim(
    session: WritingSession, number: str, *, reply_by: date | None, by: Person, at: datetime
) -> Reclaim:
    """The association is told, with time to answer: the board's own, where no day is said.

    Raises:
        Refused: told already, or too short a time.
    """
    reclaim, case = _reclaim(session, number, by, Action.RECLAIM)
    _in_state(reclaim, ReclaimState.PROPOSED)
    reply_by = reply_by or ordinary_deadline(session, case.board_id, at.date())
    problems = wrong_deadline("reply_by", reply_by, at.date())
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    reclaim.communicated_on, reclaim.reply_by, reclaim.state = at.date(), reply_by, ReclaimState.COMMUNICATED
    session.note(TrailNote(action="reclaim_communicated", by=by, at=at, subject=reclaim, case_id=case.id))
    return reclaim


def note_reclaim_reply(
    session: WritingSession, number: str, reply: str, *, replied_on: date, by: Person, at: datetime
) -> Reclaim:
    """What the association answered.

    Raises:
        Refused: nothing was sent, or no text.
    """
    reclaim, case = _reclaim(session, number, by, Action.RECLAIM)
    _in_state(reclaim, ReclaimState.COMMUNICATED)
    told_on = reclaim.communicated_on
    if not reply.strip() or replied_on > at.date() or (told_on is not None and replied_on < told_on):
        raise Refused(
            Obstacle.INVALID,
            Problem("reply", in_context("from an association", "Svaret saknas."), _("Skriv vad föreningen svarade.")),
        )
    reclaim.reply, reclaim.replied_on = reply.strip(), replied_on
    session.note(TrailNote(action="reclaim_reply", by=by, at=at, subject=reclaim, case_id=case.id))
    return reclaim


def reclaim_step(reclaim: Reclaim, decided_on: date | None, on: date) -> ReclaimStep | None:
    """What is next in a reclaim."""
    days = ReclaimDays(
        day_here(reclaim.opened_at),
        reclaim.communicated_on,
        reclaim.reply_by,
        reclaim.replied_on,
        decided_on,
        reclaim.due_on,
    )
    return next_reclaim_step(reclaim.state, days, on)


RECLAIMS: Final = frozenset({DelegatedAct.RECLAIM})


def decide_reclaim(
    session: WritingSession, number: str, *, version: int | None, by: Person, at: datetime, form: DecisionForm = AT_ONCE
) -> Decision:
    """Decides the reclaim: with a delegation that covers it, after the association could answer.

    Raises:
        Refused: changed or decided meanwhile, not communicated, the time to reply runs, or no delegation.
    """
    reclaim, case = _reclaim(session, number, by, Action.DECIDE)
    _in_state(reclaim, ReclaimState.PROPOSED, ReclaimState.COMMUNICATED)
    if version is not None and reclaim.version != version:
        _in_state(reclaim)
    on = at.date()
    step = reclaim_step(reclaim, None, on)
    if step is None or step.act is not ReclaimAct.DECIDE:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                number,
                _("Föreningen har inte fått yttra sig färdigt."),
                _("Skicka underlaget, och vänta ut svarstiden."),
            ),
        )
    if not has_answered_on_conflict(session, case, by.id):
        raise Refused(Obstacle.CLOSED, Problem(number, *NOT_ANSWERED))
    held = before_decision.delegation_for(
        session, "reclaim", by, on=on, outcome=DecisionOutcome.APPROVED, amount=reclaim.amount, needed=RECLAIMS
    )
    if held is None or not held.covers(DecisionOutcome.APPROVED, reclaim.amount, RECLAIMS):
        raise Refused(
            Obstacle.FORBIDDEN,
            Problem(number, _("Du har ingen delegation för det här återkravet."), _("Skicka det till nämnden.")),
        )
    wrong = decision_makers.wrong_with(held, form)
    if wrong:
        raise Refused(Obstacle.INVALID, *wrong)
    decision = Decision(
        board_id=case.board_id,
        case_id=case.id,
        kind="reclaim",
        changes_id=reclaim.decision_id,
        outcome=DecisionOutcome.APPROVED,
        amount=reclaim.amount,
        conditions=[],
        reservations=[],
        grounds=[reclaim.ground],
        reasons=reclaim.reasons,
        reasons_at=reclaim.opened_at,
        appeal=before_decision.appeal_for(session, case, held.maker),
        rests_on={"reclaim": reclaim.id, "decision": reclaim.decision_id},
        **decision_makers.signature_columns(session, held, form, by=by, at=at),
    )
    session.add(decision)
    session.flush()
    reclaim.reclaim_decision_id, reclaim.state, reclaim.due_on = decision.id, ReclaimState.DECIDED, on + DUE_AFTER
    session.note(
        TrailNote(
            action="reclaim_decided", by=by, at=at, subject=decision, case_id=case.id, detail={"amount": reclaim.amount}
        )
    )
    return decision


def receive_payment(
    session: WritingSession, number: str, amount: int, *, on: date, by: Person, at: datetime
) -> LedgerEntry:
    """Money that came back on a reclaim; paid when nothing remains.

    Raises:
        Refused: not decided, more than remains, or a day that has not been.
    """
    reclaim, case = _reclaim(session, number, by, Action.PAY)
    _in_state(reclaim, ReclaimState.DECIDED)
    left = remaining_amount(reclaim.amount, (entry.amount for entry in payments.ledger_of_reclaim(session, reclaim.id)))
    if amount <= 0 or amount > left or on > at.date():
        raise Refused(
            Obstacle.INVALID,
            Problem(
                "amount",
                _("Beloppet eller dagen stämmer inte. Kvar att betala: ") + kronor(left) + same_in_both("."),
                _("Rätta det."),
            ),
        )
    entry = LedgerEntry(reclaim_id=reclaim.id, kind="payment", amount=amount, on=on, at=at, by_user_id=by.id)
    session.add(entry)
    touched = left == amount
    if touched:
        reclaim.state = ReclaimState.PAID
    session.flush()
    session.note(
        TrailNote(action="reclaim_payment", by=by, at=at, subject=entry, case_id=case.id, detail={"amount": amount})
    )
    return entry
