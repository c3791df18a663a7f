"""Payments: marked as made by finance, held where a court, a stop or an account holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.casework import change_state
from vetting.casework.domain.cases import CaseState
from vetting.casework.domain.gate_table import refuse_closed
from vetting.casework.models.cases import Case
from vetting.casework.models.corrections import corrected_by
from vetting.casework.models.decisions import Decision, quashed_decisions
from vetting.grants.domain.instalments import InstalmentCondition
from vetting.kernel.money import kronor
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import SEPARATION_WORDS, Action, SeparationOfDuties
from vetting.kernel.text import NO_WORDS, _, day_in_words, same_in_both
from vetting.money.domain.bank_accounts import kept_account
from vetting.money.models import payments
from vetting.money.models.payment_batches import bases_of_payments
from vetting.money.services.attests import refuse_unattested
from vetting.money.services.bank_accounts import bank_accounts_of, refuse_own_check, refuse_unchecked_account
from vetting.money.services.closing import gates_to_pay
from vetting.money.services.payment_batches import has_left, take_out_returned
from vetting.money.services.payment_holds import refuse_waiting
from vetting.money.services.ready_payments import sort_payments
from vetting.money.services.reports import keep_part
from vetting.money.services.set_offs import settle_set_offs
from vetting.people import require_permission

if TYPE_CHECKING:
    from datetime import date, datetime

    from vetting.kernel.store.session import Session, WritingSession
    from vetting.kernel.text import Words
    from vetting.money.models.payments import Payment


def mark_paid(
    session: WritingSession, key: int, *, paid_on: date, version: int | None, verification: str = ""
) -> Payment:
    """A planned payment has been made. Whoever decided the grant, or lifted a stop, does not mark it.

    verification: the ledger's number of it. What left in a batch, or was paid in spite of a stop, is marked as the
    ledger says: the money is out. What was set off against it lowers the claim.

    Raises:
        Refused: no such payment, stopped, paid already, decided by oneself, or a day that has not been.
    """
    require_permission(session.person, Action.PAY)
    found = payments.find_payment(session, key, Action.PAY)
    if found is None:
        raise Refused(Obstacle.MISSING)
    payment, case = found
    decision = session.get_one(Decision, payment.decision_id)
    if session.person.id in _deciders(session, decision):
        clash = SEPARATION_WORDS[SeparationOfDuties.PAY_OWN_DECISION]
        raise Refused(Obstacle.FORBIDDEN, Problem(case.number, clash, NO_WORDS))
    out = bool(verification) and (payment.stopped_on is not None or has_left(session, payment.id))
    _check_payment(payment, decision, case, paid_on, version, session.now, out=out)
    if not out:
        refuse_waiting(session, payment, case, session.today)
        refuse_closed(gates_to_pay(session, [case]).get(case.id, ()))
        refuse_unattested(session, payment, case)
        refuse_unchecked_account(session, case)
    refuse_own_check(session, case)
    payment.paid_to = account_paid_to(session, payment, case, out=out)
    payment.paid_on, payment.paid_by_id = paid_on, session.user_id
    payment.verification = " ".join(verification.split())[:LONGEST_VERIFICATION]
    if case.state is CaseState.PAYMENT:
        change_state(case, CaseState.REPORTING)
    session.flush()
    settle_set_offs(session, payment, paid_on)
    if payment.after is InstalmentCondition.REPORT:
        keep_part(session, case, payment.place, paid_on)
    detail = {"amount": payment.amount} | ({"despite": "stop"} if payment.stopped_on is not None else {})
    session.note("paid", payment, case_id=case.id, detail=detail)
    return payment


def note_paid_despite_stop(
    session: WritingSession, key: int, *, paid_on: date | None, version: int | None, verification: str
) -> Payment:
    """The finance office paid in spite of a stop: the ledger is the truth, by its day and number.

    Raises:
        Refused: no such payment, not stopped, or the day or the number is not said; else as for any.
    """
    require_permission(session.person, Action.PAY)
    found = payments.find_payment(session, key, Action.PAY)
    if found is None:
        raise Refused(Obstacle.MISSING)
    payment, case = found
    if payment.stopped_on is None:
        raise Refused(
            Obstacle.STALE, Problem(case.number, _("Utbetalningen är inte stoppad."), _("Öppna listan på nytt."))
        )
    problems = []
    if paid_on is None:
        problems.append(Problem("paid_on", _("Dagen saknas."), _("Skriv betalningsdagen enligt reskontran.")))
    if not verification.strip():
        problems.append(Problem("verification", _("Numret saknas."), _("Skriv verifikationens nummer i reskontran.")))
    if problems or paid_on is None:
        raise Refused(Obstacle.INVALID, *problems)
    return mark_paid(session, key, paid_on=paid_on, version=version, verification=verification)


def pay_with_override(session: WritingSession, key: int, because: str) -> Payment:
    """Whoever pays says why a payment is made in spite of what the board's order lets it wait for: a deviation.

    Raises:
        Refused: no such payment, it waits for nothing or for what nobody sets aside, or no reason.
    """
    require_permission(session.person, Action.PAY)
    found = payments.find_payment(session, key, Action.PAY)
    if found is None:
        raise Refused(Obstacle.MISSING)
    payment, case = found
    unready = sort_payments(session, [found], on=session.today).unready
    against = unready[0].why.against if unready else None
    if against is None:
        what = _("Betala ändå går inte att använda för den här utbetalningen nu.")
        raise Refused(Obstacle.CLOSED, Problem(case.number, what, _("Öppna listan på nytt.")))
    if not because.strip():
        raise Refused(Obstacle.INVALID, Problem("because", _("Skälet saknas."), _("Skriv varför den betalas ändå.")))
    payment.against = [*payment.against, against.value]
    payment.against_because = mask_personal_numbers(" ".join(because.split()))[:LONGEST_REASON]
    session.flush()
    detail = {"against": against.value}
    session.note("payment_against_order", payment, case_id=case.id, detail=detail, reason=payment.against_because)
    return payment


LONGEST_REASON: Final = 500


def account_paid_to(session: Session, payment: Payment, case: Case, *, out: bool) -> str:
    """Where a payment went: as its batch said, else as its case says; unknown where the ledger alone tells of it."""
    found = bases_of_payments(session, [payment.id]).get(payment.id)
    if found is not None and found[0].left_at is not None:
        return kept_account(str(found[1].said["giro"]))
    return "" if out else kept_account(bank_accounts_of(session, [case])[case.id].number)


LONGEST_VERIFICATION: Final = 60


def note_returned(session: WritingSession, key: int, on: date) -> Payment:
    """A payment came back from the bank: it is to be paid anew, attested anew, in another batch.

    Raises:
        Refused: no such payment, not made, or a day before it was.
    """
    require_permission(session.person, Action.PAY)
    found = payments.find_payment(session, key, Action.PAY)
    if found is None:
        raise Refused(Obstacle.MISSING)
    payment, case = found
    if payment.paid_on is None or not payment.paid_on <= on <= session.today:
        what = _("Utbetalningen är inte gjord, eller så är dagen tidigare än betalningsdagen eller i framtiden.")
        raise Refused(Obstacle.INVALID, Problem(case.number, what, _("Jämför med listan över gjorda utbetalningar.")))
    paid_on = payment.paid_on
    unpay(session, payment, case)
    payment.returned_on, payment.returned_paid_on = on, paid_on
    payments.drop_attests(session, [payment.id])
    payment.against, payment.against_because = [], ""
    take_out_returned(session, payment.id)
    session.note("payment_returned", payment, case_id=case.id, detail={"amount": payment.amount})
    return payment


def unpay(session: WritingSession, payment: Payment, case: Case) -> None:
    """A payment is to be made after all; the case with it, where nothing else of it is paid."""
    payment.paid_on, payment.paid_by_id, payment.batch_id = None, None, None
    payment.verification, payment.paid_to = "", ""
    others = [row for row in payments.of_case(session, case.id) if row.paid_on is not None and row.id != payment.id]
    if not others and case.state is CaseState.REPORTING:
        case.state = CaseState.PAYMENT  # what is undone is no step on the case's way
    session.flush()


def paid_in_words(session: Session, payment: Payment) -> Words:
    case = session.get_one(Case, payment.case_id)
    day = day_in_words(payment.paid_on) if payment.paid_on else NO_WORDS
    return (
        kronor(payment.amount)
        + _(" till {name} ({number}) är markerade som betalda ", name=case.name, number=case.number)
        + day
        + same_in_both(".")
    )


def _deciders(session: WritingSession, granted: Decision) -> set[int]:
    """Whoever decided the grant or corrected its sum, or that a stopped payment of it may be made after all."""
    released = select(Decision.by_user_id).where(
        Decision.case_id == granted.case_id, Decision.kind == "payment_release", Decision.id.not_in(quashed_decisions())
    )
    corrected = session.execute(corrected_by([granted.case_id]))
    return {granted.by_user_id, *session.scalars(released), *(person for _case, person in corrected)}


def _check_payment(
    payment: Payment, decision: Decision, case: Case, paid_on: date, version: int | None, at: datetime, *, out: bool
) -> None:
    if payment.paid_on is not None or (version is not None and payment.version != version):
        raise Refused(
            Obstacle.STALE,
            Problem(
                case.number, _("Utbetalningen är redan markerad som betald eller ändrad."), _("Öppna listan på nytt.")
            ),
        )
    if payment.stopped_on is not None and not out:
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
