"""Reclaims: opened on a ground, told, answered, decided, followed through the finance office's ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from vetting.boards.domain.delegation import DelegatedAct
from vetting.boards.services.sign_in import require_permission
from vetting.cases.models import cases
from vetting.cases.models.cases import Case
from vetting.cases.services.cases import open_case, raise_version
from vetting.cases.services.readable_cases import has_answered_on_conflict
from vetting.decisions.models.decisions import Decision
from vetting.decisions.services import decision_makers
from vetting.decisions.services.communications import ordinary_deadline, wrong_deadline
from vetting.decisions.services.decision_makers import AT_ONCE
from vetting.gates.services import before_decision
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import day_here
from vetting.kernel.decision_outcomes import DecisionOutcome, Reservation
from vetting.kernel.money import kronor
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.text import _, in_context, same_in_both
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
from vetting.payments.services.payments import NOT_ANSWERED

if TYPE_CHECKING:
    from datetime import date, datetime

    from vetting.decisions.services.decision_makers import DecisionForm
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession

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
