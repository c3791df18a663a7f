"""Set-off (*kvittning*): a claim that is decided and due is taken from a payment that the association is to have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.casework import standing_of
from vetting.casework.domain.legal_force import DecisionForce
from vetting.casework.models.cases import Case, seen_by
from vetting.casework.models.decisions import Decision
from vetting.kernel.money import kronor
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import _, same_in_both
from vetting.money.domain.reclaims import CollectionStep, LedgerKind, ReclaimState
from vetting.money.models.payment_batches import bases_of_payments
from vetting.money.models.payments import Payment, SetOff, drop_attests, find_payment, set_offs_of, set_offs_on
from vetting.money.models.reclaims import LedgerEntry, Reclaim, amount_to_come, collection_notes, find_reclaim
from vetting.people import require_permission

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vetting.kernel.store.session import Session, WritingSession

LONGEST_BASIS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSetOff:
    """What is taken from which payment; the amount in öre."""

    payment: int
    amount: int
    basis: str
    """By what the board sets off: its decision or order."""


def payments_to_set_off_against(session: Session, case: Case) -> Sequence[tuple[Payment, Case]]:
    """The payments that the association of a claim is to have, of cases that a person may see."""
    if case.association_id is None:
        return []
    wanted = (
        select(Payment, Case)
        .join(Case, Case.id == Payment.case_id)
        .where(
            Payment.board_id == case.board_id,
            Payment.paid_on.is_(None),
            Case.association_id == case.association_id,
            seen_by(session.person, Action.READ_PAYMENTS),
        )
        .order_by(Payment.planned_on, Payment.id)
    )
    return [(payment, its) for payment, its in session.execute(wanted)]


def set_off(session: WritingSession, number: str, new: NewSetOff) -> SetOff:
    """Takes a part of what is left of a claim from a coming payment; it is attested anew at what is paid.

    Raises:
        Refused: no such claim or payment, not decided, not due or disputed, more than is left or is paid, another
            association's, or in a batch already.
    """
    require_permission(session.person, Action.RECLAIM)
    found = find_reclaim(session, number)
    paid = find_payment(session, new.payment, Action.RECLAIM)
    if found is None:
        raise Refused(Obstacle.MISSING)
    reclaim, case = found
    problems = _wrong_claim(session, reclaim, session.today)
    if paid is None or paid[1].association_id != case.association_id or paid[0].paid_on is not None:
        what = _("Utbetalningen är inte föreningens, eller redan gjord.")
        problems.append(Problem("payment", what, _("Välj en av föreningens kommande utbetalningar.")))
    else:
        problems += _wrong_amount(session, reclaim, paid[0], new.amount)
        if bases_of_payments(session, [paid[0].id]):
            what = _("Utbetalningen ligger i ett underlag till ekonomi.")
            problems.append(Problem("payment", what, _("Ångra underlaget först, eller välj en annan utbetalning.")))
    if not new.basis.strip():
        what = _("Det står inte vad kvittningen grundas på.")
        problems.append(Problem("basis", what, _("Skriv nämndens beslut eller regler, med paragraf eller nummer.")))
    if problems or paid is None:
        raise Refused(Obstacle.INVALID, *problems)
    row = SetOff(
        payment_id=paid[0].id,
        reclaim_id=reclaim.id,
        amount=new.amount,
        basis=mask_personal_numbers(" ".join(new.basis.split()))[:LONGEST_BASIS],
        at=session.now,
        by_user_id=session.person.id,
        by_function=session.person.function,
    )
    session.add(row)
    drop_attests(session, [paid[0].id])
    session.flush()
    detail = {"amount": new.amount}
    session.note("set_off_made", row, case_id=paid[1].id, detail=detail)
    return row


def _wrong_claim(session: Session, reclaim: Reclaim, on: date) -> list[Problem]:
    if reclaim.state is not ReclaimState.DECIDED or reclaim.due_on is None or reclaim.due_on >= on:
        what = _("Bara en fordran som är beslutad och förfallen kan kvittas.")
        return [Problem(reclaim.number, what, _("Vänta tills förfallodagen har varit."))]
    noted = {note.step for note in collection_notes(session, [reclaim.id]).get(reclaim.id, ())}
    decision = session.get(Decision, reclaim.reclaim_decision_id or 0)
    appealed = decision is not None and standing_of(session, decision, on).force is DecisionForce.APPEALED
    if appealed or (CollectionStep.CONTESTED in noted and CollectionStep.ENFORCEMENT_ENDED not in noted):
        what = _("Fordran är tvistig: föreningen har bestridit den eller överklagat beslutet.")
        return [Problem(reclaim.number, what, _("Vänta tills tvisten är avgjord."))]
    return []


def _wrong_amount(session: Session, reclaim: Reclaim, payment: Payment, amount: int) -> list[Problem]:
    waiting = sum(row.amount for row, _payment, _case in set_offs_on(session, reclaim.id))
    left = amount_to_come(session, reclaim) - waiting
    of_payment = payment.amount - sum(row.amount for row in set_offs_of(session, [payment.id]).get(payment.id, ()))
    most = max(0, min(left, of_payment))
    if 0 < amount <= most:
        return []
    what = _("Kvittningen är inte mellan noll och det som går att kvitta: ") + kronor(most) + same_in_both(".")
    return [Problem("amount", what, _("Skriv högst det: varken mer än fordran eller mer än utbetalningen."))]


def refuse_beside_set_off(session: Session, reclaim: Reclaim, amount: int) -> None:
    """What waits to be set off is not paid, waived or written off beside it: the association would pay it twice.

    Raises:
        Refused: the amount reaches into what is set off against a coming payment.
    """
    waiting = sum(row.amount for row, _payment, _case in set_offs_on(session, reclaim.id))
    left = amount_to_come(session, reclaim)
    if waiting and left - waiting < amount <= left:
        what = _("Av det som är kvar kvittas ") + kronor(waiting) + _(" mot en kommande utbetalning.")
        remedy = _("Ta bort kvittningen först, eller skriv högst resten.")
        raise Refused(Obstacle.INVALID, Problem("amount", what, remedy))


def end_set_off(session: WritingSession, key: int) -> SetOff:
    """A set-off is taken away before its payment is made: the whole is paid, and the claim is as it was.

    Raises:
        Refused: no such set-off for them, done or taken away already, or its payment is in a batch.
    """
    require_permission(session.person, Action.RECLAIM)
    row = session.get(SetOff, key)
    found = find_payment(session, row.payment_id or 0, Action.RECLAIM) if row is not None else None
    if row is None or found is None:
        raise Refused(Obstacle.MISSING)
    payment, case = found
    if row.ended_at is not None or row.done_on is not None or bases_of_payments(session, [payment.id]):
        raise Refused(
            Obstacle.STALE,
            Problem(
                case.number,
                _("Kvittningen är gjord, borttagen eller ligger i ett underlag."),
                _("Öppna återkravet på nytt."),
            ),
        )
    row.ended_at = session.now
    drop_attests(session, [payment.id])
    session.flush()
    session.note("set_off_ended", row, case_id=case.id)
    return row


def settle_set_offs(session: WritingSession, payment: Payment, on: date) -> None:
    """A payment is made: what is set off against it has lowered its claims."""
    for row in set_offs_of(session, [payment.id]).get(payment.id, ()):
        if row.done_on is not None:
            continue
        reclaim = session.get_one(Reclaim, row.reclaim_id)
        entry = LedgerEntry(
            reclaim_id=reclaim.id,
            kind=LedgerKind.SET_OFF,
            amount=min(row.amount, amount_to_come(session, reclaim)),
            on=on,
            text=row.basis,
            at=session.now,
            by_user_id=session.person.id,
        )
        row.done_on = on
        session.add(entry)
        session.flush()
        if amount_to_come(session, reclaim) == 0:
            reclaim.state = ReclaimState.PAID
        session.flush()
        detail = {"amount": entry.amount}
        session.note("set_off_done", entry, case_id=reclaim.case_id, detail=detail)
