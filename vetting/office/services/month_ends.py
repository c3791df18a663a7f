"""Where a board's money stands on any day, for month and year end: decided and not paid, claims left, what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import func, select

from vetting.cases.models.cases import Case, seen_by
from vetting.decisions.models.decisions import Decision, quashed_decisions
from vetting.follow_up.models.unused_money import UnusedMoney
from vetting.kernel.register_tables import RegisterColumn, RegisterColumnKind, RegisterTable
from vetting.kernel.roles import Action
from vetting.kernel.text import Words, _, day_in_words, same_in_both
from vetting.payments.domain.payment_bases import payment_reference
from vetting.payments.domain.reclaims import COLLECTION_WORDS, CollectionStep
from vetting.payments.models.payment_bases import BasisRow, PaymentBasis
from vetting.payments.models.payments import Payment
from vetting.payments.models.reclaims import CollectionNote, LedgerEntry, Reclaim

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from vetting.kernel.roles import Person

DOUBTED: Final = (CollectionStep.COLLECTION, CollectionStep.ENFORCEMENT, CollectionStep.CONTESTED)
"""A claim that has come so far is in doubt."""


class MoneyRow(NamedTuple):
    """A line of a list: the number it is known by, whose, how much in öre, a day, and what is to be said of it."""

    reference: str
    name: str
    amount: int
    on: date | None
    said: Words


class MoneyList(NamedTuple):
    """Lines of one kind."""

    title: Words
    rows: list[MoneyRow]

    @property
    def total(self) -> int:
        """Öre of all of them."""
        return sum(row.amount for row in self.rows)

    def table(self) -> RegisterTable:
        """As a sheet."""
        return RegisterTable(
            self.title,
            (
                RegisterColumn(_("Nummer")),
                RegisterColumn(_("Förening")),
                RegisterColumn(_("Belopp kr"), RegisterColumnKind.MONEY),
                RegisterColumn(_("Dag"), RegisterColumnKind.DAY),
                RegisterColumn(_("Anmärkning")),
            ),
            tuple((row.reference, row.name, row.amount, row.on, row.said.sv) for row in self.rows),
        )


def month_end(session: Session, by: Person, on: date) -> tuple[MoneyList, ...]:
    """The lists of a day: what happened after it is not known yet."""
    claims, too_much = _claims(session, by, on)
    doubted = _claims_in_doubt(session, by, on)
    return (
        MoneyList(_("Beslutat, inte betalt"), list(_unpaid_payments(session, by, on))),
        MoneyList(_("Återkrav kvar att betala"), [row for key, row in claims.items() if key not in doubted]),
        MoneyList(
            _("Osäkra fordringar"),
            [row._replace(said=doubted[key]) for key, row in claims.items() if key in doubted],
        ),
        MoneyList(_("Tillgodo, att betala tillbaka"), too_much),
        MoneyList(_("Oförbrukat, begärt tillbaka"), list(_unused_money(session, by, on))),
        MoneyList(_("Betalt utan verifikationsnummer"), list(_without_verification(session, by, on))),
        MoneyList(_("Lämnat till ekonomi, inget svar"), list(_unanswered_payments(session, by, on))),
    )


def _payments(by: Person, on: date) -> Select[Payment, Case, Decision]:
    return (
        select(Payment, Case, Decision)
        .join(Case, Case.id == Payment.case_id)
        .join(Decision, Decision.id == Payment.decision_id)
        .where(
            Payment.board_id == by.board_id,
            Decision.decided_on <= on,
            Decision.id.not_in(quashed_decisions()),
            seen_by(by, Action.READ_PAYMENTS),
        )
        .order_by(Payment.planned_on, Payment.id)
    )


def _unpaid_payments(session: Session, by: Person, on: date) -> Iterator[MoneyRow]:
    for payment, case, _decision in session.execute(
        _payments(by, on).where(Payment.paid_on.is_(None) | (Payment.paid_on > on))
    ):
        stopped = payment.stopped_on
        said = same_in_both("")
        if stopped is not None and stopped <= on:
            said = _("stoppad {day}", day=day_in_words(stopped))
        yield MoneyRow(
            payment_reference(case.number, payment.place), case.name, payment.amount, payment.planned_on, said
        )


def _without_verification(session: Session, by: Person, on: date) -> Iterator[MoneyRow]:
    """Of the year up to the day: earlier years are closed."""
    for payment, case, _decision in session.execute(
        _payments(by, on).where(Payment.paid_on.between(on.replace(month=1, day=1), on), Payment.verification == "")
    ):
        said = _("markerad för hand eller ur en lista utan nummer")
        yield MoneyRow(payment_reference(case.number, payment.place), case.name, payment.amount, payment.paid_on, said)


def _unanswered_payments(session: Session, by: Person, on: date) -> Iterator[MoneyRow]:
    """Payments that left in a batch whose day to pay has been, and of which no list has said anything."""
    wanted = (
        select(BasisRow, PaymentBasis, Case)
        .join(PaymentBasis, PaymentBasis.id == BasisRow.basis_id)
        .join(Payment, Payment.id == BasisRow.payment_id)
        .join(Case, Case.id == Payment.case_id)
        .where(
            PaymentBasis.board_id == by.board_id,
            PaymentBasis.left_at.is_not(None),
            PaymentBasis.pay_on <= on,
            BasisRow.out_at.is_(None),
            Payment.paid_on.is_(None) | (Payment.paid_on > on),
            seen_by(by, Action.READ_PAYMENTS),
        )
        .order_by(PaymentBasis.pay_on, BasisRow.id)
    )
    for row, basis, case in session.execute(wanted):
        yield MoneyRow(row.reference, case.name, row.amount, basis.pay_on, same_in_both(basis.number))


def _claims(session: Session, by: Person, on: date) -> tuple[dict[int, MoneyRow], list[MoneyRow]]:
    """Reclaim -> what is left of it that day; and what has come in too much. Of those that are settled, nothing."""
    back = select(func.coalesce(func.sum(LedgerEntry.amount), 0)).where(
        LedgerEntry.reclaim_id == Reclaim.id, LedgerEntry.on <= on
    )
    wanted = (
        select(Reclaim, Case, Decision.decided_on, back.correlate(Reclaim).scalar_subquery())
        .join(Case, Case.id == Reclaim.case_id)
        .join(Decision, Decision.id == Reclaim.reclaim_decision_id)
        .where(
            Reclaim.board_id == by.board_id,
            Decision.decided_on <= on,
            Decision.id.not_in(quashed_decisions()),
            seen_by(by, Action.READ_PAYMENTS),
        )
        .order_by(Reclaim.id)
    )
    found: dict[int, MoneyRow] = {}
    too_much: list[MoneyRow] = []
    for reclaim, case, decided_on, came in session.execute(wanted):
        left = reclaim.amount - int(came)
        said = _("beslutat {day}", day=day_in_words(decided_on))
        if left > 0:
            found[reclaim.id] = MoneyRow(reclaim.number, case.name, left, reclaim.due_on, said)
        elif left < 0:
            too_much.append(MoneyRow(reclaim.number, case.name, -left, None, said))
    return found, too_much


def _claims_in_doubt(session: Session, by: Person, on: date) -> dict[int, Words]:
    """Reclaim -> the last that the ledger has said of it by that day, of those that are in doubt."""
    wanted = (
        select(CollectionNote)
        .join(Reclaim, Reclaim.id == CollectionNote.reclaim_id)
        .where(Reclaim.board_id == by.board_id, CollectionNote.on <= on, CollectionNote.step.in_(DOUBTED))
        .order_by(CollectionNote.on, CollectionNote.id)
    )
    return {
        row.reclaim_id: COLLECTION_WORDS[row.step] + same_in_both(" ") + day_in_words(row.on)
        for row in session.scalars(wanted)
    }


def _unused_money(session: Session, by: Person, on: date) -> Iterator[MoneyRow]:
    wanted = (
        select(UnusedMoney, Case)
        .join(Case, Case.id == UnusedMoney.case_id)
        .where(UnusedMoney.board_id == by.board_id, UnusedMoney.asked_on <= on, seen_by(by, Action.READ_PAYMENTS))
        .order_by(UnusedMoney.id)
    )
    for row, case in session.execute(wanted):
        left = row.amount - row.paid if row.paid_on is None or row.paid_on <= on else row.amount
        if left > 0:
            disputed = row.disputed_on is not None and row.disputed_on <= on
            said = _("bestritt") if disputed else same_in_both("")
            yield MoneyRow(row.number, case.name, left, row.due_on, said)
