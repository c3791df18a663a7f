"""Planned and made payments: attests, holds, stops, accounts."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, select, text, tuple_
from sqlalchemy.orm import Mapped, aliased

from vetting.casework.domain.cases import CaseState
from vetting.casework.models.cases import Case, GrantApplication, seen_by
from vetting.grants.domain.instalments import InstalmentCondition
from vetting.kernel.store.base import Base, Texts, personal_column, public_column, register_enum_types
from vetting.kernel.store.case_rows import case_rows
from vetting.money.domain.attests import AttestKind
from vetting.money.domain.payment_holds import HoldReason
from vetting.money.models.reclaims import Reclaim

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Select

    from vetting.kernel.roles import Action, Person
    from vetting.kernel.store.session import Session

register_enum_types(AttestKind, HoldReason, InstalmentCondition)


class Payment(Base):
    """One instalment of a grant."""

    __tablename__ = "payments"
    __table_args__ = (
        Index(None, "board_id", "paid_on", "id"),
        Index(
            "ix_payments_to_make",
            "board_id",
            "planned_on",
            "id",
            sqlite_where=text("paid_on IS NULL"),
            postgresql_where=text("paid_on IS NULL"),
        ),
    )

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"), index=True)
    decision_id: Mapped[int] = public_column(ForeignKey("decisions.id"))
    place: Mapped[int] = public_column(default=1, server_default="1")
    """Which of the grant's instalments it is."""
    amount: Mapped[int] = public_column()
    planned_on: Mapped[date] = public_column()
    after: Mapped[InstalmentCondition | None] = public_column()
    """What must have come before it is paid."""
    papers_on: Mapped[date | None] = public_column()
    """When the papers that it waits for had come."""
    paid_on: Mapped[date | None] = public_column()
    verification: Mapped[str] = public_column(default="", server_default="")
    """The ledger's number of the payment."""
    # On the payment: the account in its case can change later, and an account is known because it was paid to.
    paid_to: Mapped[str] = personal_column(default="", server_default="")
    """The account it was paid to, where that is known."""
    against: Mapped[Texts] = public_column(server_default="[]")
    """What of the board's order it is paid in spite of."""
    against_because: Mapped[str] = public_column(default="", server_default="")
    """Why, in the words of whoever said so last."""
    returned_on: Mapped[date | None] = public_column()
    """When it last came back: it is to be paid anew."""
    returned_paid_on: Mapped[date | None] = public_column()
    """When that had been paid."""
    paid_by_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    stopped_on: Mapped[date | None] = public_column()
    batch_id: Mapped[int | None] = public_column()
    """The finance system's list that said it was made."""
    version: Mapped[int] = public_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name


class PaymentAttest(Base):
    """Somebody answers for a payment of an amount; never changed."""

    __tablename__ = "payment_attests"
    __table_args__ = (UniqueConstraint("payment_id", "kind"),)

    id: Mapped[int] = public_column(primary_key=True)
    payment_id: Mapped[int] = public_column(ForeignKey("payments.id"))
    kind: Mapped[AttestKind] = public_column()
    amount: Mapped[int] = public_column()
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    by_function: Mapped[str] = public_column()


class PaymentPause(Base):
    """A payment that an officer or the finance office holds for some days; it falls by itself."""

    __tablename__ = "payment_pauses"

    id: Mapped[int] = public_column(primary_key=True)
    payment_id: Mapped[int] = public_column(ForeignKey("payments.id"), unique=True)
    """Once for each payment: whoever needs longer decides on a stop."""
    reason: Mapped[HoldReason] = public_column()
    at: Mapped[datetime] = public_column()
    until: Mapped[date] = public_column()
    ended_on: Mapped[date | None] = public_column()
    """When somebody let it go before its time."""
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    by_function: Mapped[str] = public_column()


class SetOff(Base):
    """A claim taken from a coming payment (*kvittning*): a line of its own in what is paid."""

    __tablename__ = "set_offs"

    id: Mapped[int] = public_column(primary_key=True)
    payment_id: Mapped[int | None] = public_column(ForeignKey("payments.id"), index=True)
    """None once a new decision has taken the payment's place: then nothing is set off."""
    reclaim_id: Mapped[int] = public_column(ForeignKey("reclaims.id"), index=True)
    amount: Mapped[int] = public_column()
    basis: Mapped[str] = public_column()
    """By what the board sets off: its decision or order."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    by_function: Mapped[str] = public_column()
    ended_at: Mapped[datetime | None] = public_column()
    """When it was taken away before the payment was made."""
    done_on: Mapped[date | None] = public_column()
    """When the payment was made, and the claim lowered by it."""


class StopTerms(Base):
    """What a decision to stop a payment says beside its reasons: when it is looked at again, and what would end it."""

    __tablename__ = "stop_terms"

    id: Mapped[int] = public_column(primary_key=True)
    decision_id: Mapped[int] = public_column(ForeignKey("decisions.id"), unique=True)
    payment_id: Mapped[int | None] = public_column(ForeignKey("payments.id"), index=True)
    """None once a newer decision has taken the payment's place."""
    review_on: Mapped[date] = public_column()
    """The last day that it is looked at again: no stop lasts because nobody thinks of it."""
    cure: Mapped[str] = public_column(default="")
    """What the association can do to end it."""
    heard_on: Mapped[date | None] = public_column()
    """When the association could answer before the decision."""
    reply_by: Mapped[date | None] = public_column()
    """By when it can answer afterwards, where it could not before."""
    criterion: Mapped[str] = public_column(default="", server_default="")
    """The criterion that it is about, by id; empty of a condition of the decision."""
    until: Mapped[str] = public_column(default="", server_default="")
    """What is to have happened before it is lifted, where that is said."""


class BankAccountChange(Base):
    """Another account that an association has said after the decision, and the check of it."""

    __tablename__ = "account_changes"
    __table_args__ = (Index(None, "case_id", "id"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    account: Mapped[str] = personal_column()
    how: Mapped[str] = personal_column()
    """How it was told."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    checked_at: Mapped[datetime | None] = public_column()
    checked_by_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    how_checked: Mapped[str] = personal_column(default="")


def bank_account_changes(session: Session, cases: Iterable[int]) -> dict[int, list[BankAccountChange]]:
    """Case -> what was said of its account after the decision, in the order it came."""
    found: dict[int, list[BankAccountChange]] = {}
    wanted = select(BankAccountChange).where(BankAccountChange.case_id.in_(list(cases))).order_by(BankAccountChange.id)
    for change in session.scalars(wanted):
        found.setdefault(change.case_id, []).append(change)
    return found


def account_in(own: str, changes: Sequence[BankAccountChange]) -> str:
    """The account of a case: the last change that a second person has checked, else what the application said."""
    checked = [change for change in changes if change.checked_at is not None]
    return checked[-1].account if checked else own


def account_of_case(session: Session, case_id: int) -> str:
    """The same of one case; empty where none is known."""
    own = session.scalar(select(GrantApplication.giro).where(GrantApplication.case_id == case_id)) or ""
    return account_in(own, bank_account_changes(session, [case_id]).get(case_id, []))


def accounts_paid_to(session: Session, board_id: int, associations: Collection[int]) -> dict[int, list[str]]:
    """Association -> the accounts that its grants from a board have been paid to."""
    found: dict[int, list[str]] = {}
    wanted = (
        select(Case.association_id, Payment.paid_to)
        .join(Payment, Payment.case_id == Case.id)
        .where(Case.board_id == board_id, Case.association_id.in_(associations), Payment.paid_on.is_not(None))
        .distinct()
    )
    for association, account in session.execute(wanted):
        if association is not None and account:
            found.setdefault(association, []).append(account)
    return found


def accounts_checked(session: Session, board_id: int, associations: Collection[int]) -> dict[int, list[str]]:
    """Association -> the accounts that somebody has checked to be its own."""
    found: dict[int, list[str]] = {}
    wanted = (
        select(Case.association_id, BankAccountChange.account)
        .join(BankAccountChange, BankAccountChange.case_id == Case.id)
        .where(
            Case.board_id == board_id,
            Case.association_id.in_(associations),
            BankAccountChange.checked_at.is_not(None),
        )
    )
    for association, account in session.execute(wanted):
        if association is not None:
            found.setdefault(association, []).append(account)
    return found


def paid_to_others(session: Session, board_id: int, accounts: Collection[str]) -> dict[str, set[int]]:
    """Account, as it is written -> the associations of a board that were paid to it."""
    found: dict[str, set[int]] = {}
    if not accounts:
        return found
    wanted = (
        select(Payment.paid_to, Case.association_id)
        .join(Case, Case.id == Payment.case_id)
        .where(Payment.board_id == board_id, Payment.paid_to.in_(accounts), Payment.paid_on.is_not(None))
    )
    for account, association in session.execute(wanted):
        found.setdefault(account, set()).add(association or 0)
    return found


def payments_to_make(session: Session, *, after: tuple[date, int] | None, most: int) -> Sequence[tuple[Payment, Case]]:
    """The payments that are left to make in cases that a person may see, by the day they are planned.

    after: the day and id of the last one before.
    """
    place = tuple_(Payment.planned_on, Payment.id)
    wanted = _payments_seen(session.person).where(Payment.paid_on.is_(None)).order_by(Payment.planned_on, Payment.id)
    rows = session.execute((wanted.where(place > after) if after else wanted).limit(most))
    return [(payment, case) for payment, case in rows]


def payments_made(session: Session, *, after: tuple[date, int] | None, most: int) -> Sequence[tuple[Payment, Case]]:
    """The payments that have been made in cases that a person may see, the newest first."""
    place = tuple_(Payment.paid_on, Payment.id)
    made = _payments_seen(session.person).where(Payment.paid_on.is_not(None))
    wanted = made.order_by(Payment.paid_on.desc(), Payment.id.desc())
    rows = session.execute((wanted.where(place < after) if after else wanted).limit(most))
    return [(payment, case) for payment, case in rows]


def _payments_seen(by: Person) -> Select[Payment, Case]:
    """Found by the payments of the board: it has them in order, and the cases by their keys."""
    joined = select(Payment, Case).join(Case, Case.id == Payment.case_id)
    return joined.where(Payment.board_id == by.board_id, seen_by(by, by_key=True))


def of_case(session: Session, case_id: int) -> Sequence[Payment]:
    """A case's payments, in order."""
    return case_rows(session, Payment, case_id, Payment.id)


def find_payment(session: Session, key: int, action: Action) -> tuple[Payment, Case] | None:
    """A payment with its case, if the action reaches it."""
    return next(iter(find_payments(session, [key], action)), None)


def find_payments(session: Session, keys: Collection[int], action: Action) -> list[tuple[Payment, Case]]:
    """Those of some payments that the action reaches, each with its case."""
    wanted = select(Payment, Case).join(Case, Case.id == Payment.case_id).where(Payment.id.in_(keys))
    return [(payment, case) for payment, case in session.execute(wanted.where(seen_by(session.person, action)))]


def attests_of(session: Session, payments: Iterable[int]) -> dict[int, list[PaymentAttest]]:
    """Payment -> who has answered for it, in order."""
    found: dict[int, list[PaymentAttest]] = {}
    wanted = select(PaymentAttest).where(PaymentAttest.payment_id.in_(list(payments)))
    for row in session.scalars(wanted.order_by(PaymentAttest.id)):
        found.setdefault(row.payment_id, []).append(row)
    return found


def set_offs_of(session: Session, payments: Iterable[int]) -> dict[int, list[SetOff]]:
    """Payment -> what stands to be set off against it, or has been."""
    found: dict[int, list[SetOff]] = {}
    wanted = select(SetOff).where(SetOff.payment_id.in_(list(payments)), SetOff.ended_at.is_(None))
    for row in session.scalars(wanted.order_by(SetOff.id)):
        found.setdefault(row.payment_id or 0, []).append(row)
    return found


def waits_to_be_set_off(session: Session, reclaim_id: int) -> bool:
    """Whether some of a claim is to be taken from a coming payment."""
    waits = select(SetOff.id).where(
        SetOff.reclaim_id == reclaim_id, SetOff.ended_at.is_(None), SetOff.done_on.is_(None)
    )
    return session.scalar(waits.limit(1)) is not None


def set_offs_on(session: Session, reclaim_id: int) -> Sequence[tuple[SetOff, Payment, Case]]:
    """What is set off on a claim and not yet done, with the payment it is taken from and that payment's case."""
    wanted = (
        select(SetOff, Payment, Case)
        .join(Payment, Payment.id == SetOff.payment_id)
        .join(Case, Case.id == Payment.case_id)
        .where(SetOff.reclaim_id == reclaim_id, SetOff.ended_at.is_(None), SetOff.done_on.is_(None))
        .order_by(SetOff.id)
    )
    return [(row, payment, case) for row, payment, case in session.execute(wanted)]


def pauses_of(session: Session, payments: Iterable[int]) -> dict[int, PaymentPause]:
    """Payment -> the hold that somebody has put on it, standing or not."""
    found = session.scalars(select(PaymentPause).where(PaymentPause.payment_id.in_(list(payments))))
    return {row.payment_id: row for row in found}


def pauses_to_tell(session: Session, since: date, until: date) -> Sequence[tuple[PaymentPause, Payment, Case]]:
    """Holds that nobody ended and whose last day lies between two, of unpaid payments a person may see."""
    wanted = (
        select(PaymentPause, Payment, Case)
        .join(Payment, Payment.id == PaymentPause.payment_id)
        .join(Case, Case.id == Payment.case_id)
        .where(
            Payment.board_id == session.person.board_id,
            Payment.paid_on.is_(None),
            Payment.stopped_on.is_(None),
            PaymentPause.ended_on.is_(None),
            PaymentPause.until.between(since, until),
            seen_by(session.person, by_key=True),
        )
        .order_by(PaymentPause.until, PaymentPause.id)
    )
    return [(pause, payment, case) for pause, payment, case in session.execute(wanted)]


def drop_attests(session: Session, payments: Iterable[int]) -> None:
    """What was attested is not so any more: another payment, or another payee. The trail tells who attested."""
    for row in session.scalars(select(PaymentAttest).where(PaymentAttest.payment_id.in_(list(payments)))):
        session.delete(row)
    session.flush()


def stop_terms(session: Session, decisions: Iterable[int]) -> dict[int, StopTerms]:
    """Decision -> the terms of the stop."""
    found = session.scalars(select(StopTerms).where(StopTerms.decision_id.in_(list(decisions))))
    return {row.decision_id: row for row in found}


def stops_to_review(session: Session, until: date) -> Sequence[tuple[StopTerms, Payment, Case]]:
    """The stops that stand and are to be looked at again by a day, of cases a person may see, the first first."""
    newest = select(func.max(_LaterTerms.id)).where(_LaterTerms.payment_id == Payment.id)
    wanted = (
        select(StopTerms, Payment, Case)
        .join(Payment, Payment.id == StopTerms.payment_id)
        .join(Case, Case.id == Payment.case_id)
        .where(
            Payment.board_id == session.person.board_id,
            Payment.stopped_on.is_not(None),
            Payment.paid_on.is_(None),
            StopTerms.id == newest.scalar_subquery(),
            StopTerms.review_on <= until,
            seen_by(session.person, by_key=True),
        )
        .order_by(StopTerms.review_on, StopTerms.id)
    )
    return [(terms, payment, case) for terms, payment, case in session.execute(wanted)]


def paid_despite_stop(session: Session) -> Sequence[tuple[Payment, Case]]:
    """Payments made in spite of a stop that stands, in open cases of a person's board where no reclaim is opened."""
    wanted = (
        select(Payment, Case)
        .join(Case, Case.id == Payment.case_id)
        .where(
            Payment.board_id == session.person.board_id,
            Payment.stopped_on.is_not(None),
            Payment.paid_on.is_not(None),
            Case.state != CaseState.CLOSED,
            ~select(Reclaim.id).where(Reclaim.case_id == Case.id).exists(),
            seen_by(session.person, by_key=True),
        )
        .order_by(Payment.paid_on, Payment.id)
    )
    return [(payment, case) for payment, case in session.execute(wanted)]


_LaterTerms = aliased(StopTerms)
