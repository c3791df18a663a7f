"""Which payments can be handed to the finance office, and why the others cannot: many at once, in few statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import select

from vetting.casework.models.cases import Case, seen_by
from vetting.casework.models.corrections import corrected_by
from vetting.casework.models.decisions import Decision, quashed_decisions
from vetting.kernel.roles import SEPARATION_WORDS, Action, SeparationOfDuties
from vetting.kernel.text import NO_WORDS, _
from vetting.money.domain.payment_holds import PaymentOverride, WaitingPayment
from vetting.money.models.payment_batches import PaymentBatchRow
from vetting.money.models.payments import (
    BankAccountChange,
    Payment,
    PaymentAttest,
    SetOff,
    attests_of,
    set_offs_of,
)
from vetting.money.services.attests import lacks_attest
from vetting.money.services.bank_accounts import bank_accounts_of, not_checked
from vetting.money.services.closing import gates_to_pay
from vetting.money.services.payment_holds import waiting_payments
from vetting.people import habits_of
from vetting.people.domain.ways_of_working import BoardOption
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from vetting.kernel.store.session import Session
    from vetting.money.services.bank_accounts import BankAccount


UNATTESTED: Final = WaitingPayment(
    _("Inte attesterad"),
    _("Handläggaren ger sakattest, sedan ger en annan person beslutsattest."),
    PaymentOverride.UNATTESTED,
)


class ReadyPayment(NamedTuple):
    """A payment that can be handed over: where to, who has attested, and what is set off against it."""

    payment: Payment
    case: Case
    account: str
    attests: Sequence[PaymentAttest]
    set_offs: Sequence[SetOff]

    @property
    def amount(self) -> int:
        return self.payment.amount - sum(row.amount for row in self.set_offs)


class UnreadyPayment(NamedTuple):
    """A payment that cannot be handed over, and why."""

    payment: Payment
    case: Case
    why: WaitingPayment


class SortedPayments(NamedTuple):
    """Payments by whether they can be handed over, each in the order of the days they are planned."""

    ready: list[ReadyPayment]
    unready: list[UnreadyPayment]


def payments_until(session: Session, until: date) -> list[tuple[Payment, Case]]:
    """The unpaid payments planned by a day that are in no batch, of cases that a person pays in."""
    in_one = select(PaymentBatchRow.id).where(
        PaymentBatchRow.payment_id == Payment.id, PaymentBatchRow.out_at.is_(None)
    )
    wanted = (
        select(Payment, Case)
        .join(Case, Case.id == Payment.case_id)
        .where(
            Payment.board_id == session.person.board_id,
            Payment.paid_on.is_(None),
            Payment.planned_on <= until,
            ~in_one.exists(),
            seen_by(session.person, Action.PAY),
        )
        .order_by(Payment.planned_on, Payment.id)
    )
    return [(payment, case) for payment, case in session.execute(wanted)]


class _PaymentBackground(NamedTuple):
    """What is asked of several payments at once."""

    habits: frozenset[BoardOption]
    accounts: Mapping[int, BankAccount]
    """By case."""
    attests: Mapping[int, Sequence[PaymentAttest]]
    set_offs: Mapping[int, Sequence[SetOff]]


def _background_of(session: Session, rows: Sequence[tuple[Payment, Case]]) -> _PaymentBackground:
    keys = [payment.id for payment, _case in rows]
    return _PaymentBackground(
        habits_of(session.get_one(Board, session.person.board_id)),
        bank_accounts_of(session, _cases_of(rows)),
        attests_of(session, keys),
        set_offs_of(session, keys),
    )


def _cases_of(rows: Sequence[tuple[Payment, Case]]) -> list[Case]:
    return list({case.id: case for _payment, case in rows}.values())


def sort_payments(session: Session, rows: Sequence[tuple[Payment, Case]], *, on: date) -> SortedPayments:
    """Payments of one board by whether this person can hand them to the finance office that day."""
    if not rows:
        return SortedPayments([], [])
    known, cases = _background_of(session, rows), _cases_of(rows)
    held = _holds_on(session, rows, known, on)
    own = _decided_by(session, cases)
    checked = _checked_by(session, cases) if BoardOption.OTHER_PAYS in known.habits else set()
    found = SortedPayments([], [])
    for payment, case in rows:
        why = held.get(payment.id)
        if why is None and case.id in own:
            why = WaitingPayment(SEPARATION_WORDS[SeparationOfDuties.PAY_OWN_DECISION], NO_WORDS)
        if why is None and case.id in checked:
            why = WaitingPayment(SEPARATION_WORDS[SeparationOfDuties.PAY_CHECKED_ACCOUNT], NO_WORDS)
        if why is not None:
            found.unready.append(UnreadyPayment(payment, case, why))
        else:
            attests, off = known.attests.get(payment.id, []), known.set_offs.get(payment.id, [])
            found.ready.append(ReadyPayment(payment, case, known.accounts[case.id].number, attests, off))
    return found


def held_payments(session: Session, rows: Sequence[tuple[Payment, Case]], *, on: date) -> dict[int, WaitingPayment]:
    """Payment -> what holds it that day whoever would hand it over; of one board's, and nothing of those that are free.

    A payment that is held is not late: it could not be made.
    """
    return _holds_on(session, rows, _background_of(session, rows), on) if rows else {}


def _holds_on(
    session: Session, rows: Sequence[tuple[Payment, Case]], known: _PaymentBackground, on: date
) -> dict[int, WaitingPayment]:
    here = BoardOption.ATTEST_HERE in known.habits
    waits = waiting_payments(session, [payment for payment, _case in rows], on)
    gates = gates_to_pay(session, _cases_of(rows))
    found = {}
    for payment, case in rows:
        why = _of_payment(payment, waits.get(payment.id))
        if why is None and case.id in gates:
            why = WaitingPayment(gates[case.id][0].what, gates[case.id][0].remedy)
        attests, off = known.attests.get(payment.id, []), known.set_offs.get(payment.id, [])
        if (
            why is None
            and here
            and PaymentOverride.UNATTESTED not in payment.against
            and lacks_attest(payment, attests)
        ):
            why = UNATTESTED
        why = why or _of_account(known.accounts[case.id], payment.amount == sum(row.amount for row in off))
        if why is not None:
            found[payment.id] = why
    return found


def _of_payment(payment: Payment, waits: WaitingPayment | None) -> WaitingPayment | None:
    if payment.paid_on is not None:
        return WaitingPayment(_("Redan markerad som betald"), _("Ta ut den ur underlaget."))
    if payment.stopped_on is not None:
        return WaitingPayment(_("Utbetalningen är stoppad"), _("Den kan betalas när stoppet har hävts."))
    return waits


def _of_account(account: BankAccount, all_set_off: bool) -> WaitingPayment | None:  # noqa: FBT001 - asked of each
    if account.to_check:
        return not_checked(account)
    if not account.number:
        return WaitingPayment(_("Kontot saknas"), _("Be föreningen om bankgiro eller plusgiro."))
    if all_set_off:
        return WaitingPayment(_("Hela beloppet kvittas"), _("Inget ska betalas ut: markera den som betald i listan."))
    return None


def _decided_by(session: Session, cases: Sequence[Case]) -> set[int]:
    """Cases whose grant this person decided or corrected, or where they lifted a stop."""
    wanted = select(Decision.case_id).where(
        Decision.case_id.in_([case.id for case in cases]),
        Decision.by_user_id == session.person.id,
        Decision.kind.in_(["grant", "payment_release"]),
        Decision.id.not_in(quashed_decisions()),
    )
    corrected = {
        case
        for case, person in session.execute(corrected_by([case.id for case in cases]))
        if person == session.person.id
    }
    return {*session.scalars(wanted), *corrected}


def _checked_by(session: Session, cases: Sequence[Case]) -> set[int]:
    """Cases where this person checked another account."""
    wanted = select(BankAccountChange.case_id).where(
        BankAccountChange.case_id.in_([case.id for case in cases]), BankAccountChange.checked_by_id == session.person.id
    )
    return set(session.scalars(wanted))
