"""Money: planned and made payments, reclaims and what came back on them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session

from vetting.store.base import Base, Texts, personal, public
from vetting.store.cases import Case, seen_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vetting.domain.people import Action, Person


class Payment(Base):
    """One instalment of a grant."""

    __tablename__ = "payments"
    __table_args__ = (Index(None, "board_id", "paid_on", "id"),)

    id: Mapped[int] = public(primary_key=True)
    board_id: Mapped[int] = public(ForeignKey("boards.id"))
    case_id: Mapped[int] = public(ForeignKey("cases.id"), index=True)
    decision_id: Mapped[int] = public(ForeignKey("decisions.id"))
    amount: Mapped[int] = public()
    planned_on: Mapped[date] = public()
    paid_on: Mapped[date | None] = public()
    paid_by_id: Mapped[int | None] = personal(ForeignKey("users.id"))
    stopped_on: Mapped[date | None] = public()
    batch_id: Mapped[int | None] = public()
    """The finance system's list that said it was made."""
    version: Mapped[int] = public(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name


class AccountChange(Base):
    """Another account that an association has said after the decision, and the check of it."""

    __tablename__ = "account_changes"
    __table_args__ = (Index(None, "case_id", "id"),)

    id: Mapped[int] = public(primary_key=True)
    board_id: Mapped[int] = public(ForeignKey("boards.id"))
    case_id: Mapped[int] = public(ForeignKey("cases.id"))
    account: Mapped[str] = personal()
    how: Mapped[str] = personal()
    """How it was told."""
    at: Mapped[datetime] = public()
    by_user_id: Mapped[int] = personal(ForeignKey("users.id"))
    checked_at: Mapped[datetime | None] = public()
    checked_by_id: Mapped[int | None] = personal(ForeignKey("users.id"))
    how_checked: Mapped[str] = personal(default="")


def account_changes(session: Session, cases: Iterable[int]) -> dict[int, list[AccountChange]]:
    """Case -> what was said of its account after the decision, in the order it came."""
    found: dict[int, list[AccountChange]] = {}
    wanted = select(AccountChange).where(AccountChange.case_id.in_(list(cases))).order_by(AccountChange.id)
    for change in session.scalars(wanted):
        found.setdefault(change.case_id, []).append(change)
    return found


class Reclaim(Base):
    """Money asked back."""

    __tablename__ = "reclaims"
    __table_args__ = (UniqueConstraint("board_id", "number"),)

    id: Mapped[int] = public(primary_key=True)
    board_id: Mapped[int] = public(ForeignKey("boards.id"))
    number: Mapped[str] = public()
    case_id: Mapped[int] = public(ForeignKey("cases.id"), index=True)
    decision_id: Mapped[int] = public(ForeignKey("decisions.id"))
    """The decision that gave the money."""
    ground: Mapped[str] = public()
    amount: Mapped[int] = public()
    established_by: Mapped[str] = public()
    """Which board decision, judgment or authority's decision."""
    established_on: Mapped[date] = public()
    reference: Mapped[str] = public()
    reservation: Mapped[bool] = public()
    without_reservation: Mapped[str] = public(default="")
    """Why it can be reclaimed although the decision held nothing open."""
    reasons: Mapped[str] = public(default="")
    communicated_on: Mapped[date | None] = public()
    reply_by: Mapped[date | None] = public()
    replied_on: Mapped[date | None] = public()
    reply: Mapped[str] = public(default="")
    reclaim_decision_id: Mapped[int | None] = public(ForeignKey("decisions.id"))
    invoice: Mapped[str] = public(default="")
    due_on: Mapped[date | None] = public()
    state: Mapped[str] = public(default="proposed")
    contacts: Mapped[Texts] = public()
    opened_at: Mapped[datetime] = public()
    by_user_id: Mapped[int] = personal(ForeignKey("users.id"))
    version: Mapped[int] = public(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name


class LedgerEntry(Base):
    """What came back on a reclaim, or was waived; never changed."""

    __tablename__ = "ledger_entries"

    id: Mapped[int] = public(primary_key=True)
    reclaim_id: Mapped[int] = public(ForeignKey("reclaims.id"), index=True)
    kind: Mapped[str] = public()
    """payment, waiver, correction"""
    amount: Mapped[int] = public()
    on: Mapped[date] = public()
    text: Mapped[str] = public(default="")
    at: Mapped[datetime] = public()
    by_user_id: Mapped[int] = personal(ForeignKey("users.id"))


def payments(session: Session, by: Person) -> Sequence[tuple[Payment, Case]]:
    """The payments of cases that a person may see, those to make first."""
    rows = session.execute(
        select(Payment, Case)
        .join(Case, Case.id == Payment.case_id)
        .where(seen_by(by))
        .order_by(Payment.paid_on.is_not(None), Payment.planned_on, Payment.id)
    )
    return [(payment, case) for payment, case in rows]


def of_case(session: Session, case_id: int) -> Sequence[Payment]:
    """A case's payments, in order."""
    return session.scalars(select(Payment).where(Payment.case_id == case_id).order_by(Payment.id)).all()


def payment_seen(session: Session, key: int, by: Person, action: Action) -> tuple[Payment, Case] | None:
    """A payment with its case, if the action reaches it."""
    found = session.execute(
        select(Payment, Case).join(Case, Case.id == Payment.case_id).where(seen_by(by, action), Payment.id == key)
    ).one_or_none()
    return (found[0], found[1]) if found is not None else None


def unplan(session: Session, case_id: int) -> None:
    """Nothing more is paid on what was decided in a case; what has been paid stays."""
    for payment in of_case(session, case_id):
        if payment.paid_on is None:
            session.delete(payment)


def reclaims(session: Session, by: Person) -> Sequence[tuple[Reclaim, Case]]:
    """The reclaims of cases that a person may see, newest first."""
    rows = session.execute(
        select(Reclaim, Case).join(Case, Case.id == Reclaim.case_id).where(seen_by(by)).order_by(Reclaim.id.desc())
    )
    return [(reclaim, case) for reclaim, case in rows]


def reclaim_numbered(session: Session, by: Person, number: str) -> tuple[Reclaim, Case] | None:
    """One reclaim with its case, if the person may see it."""
    row = session.execute(
        select(Reclaim, Case).join(Case, Case.id == Reclaim.case_id).where(seen_by(by), Reclaim.number == number)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def ledger(session: Session, reclaim_id: int) -> Sequence[LedgerEntry]:
    """What has come back, in order."""
    return session.scalars(
        select(LedgerEntry).where(LedgerEntry.reclaim_id == reclaim_id).order_by(LedgerEntry.id)
    ).all()


def sums(session: Session, reclaim_ids: list[int]) -> dict[tuple[int, str], int]:
    """Öre by reclaim and kind of entry."""
    rows = session.execute(
        select(LedgerEntry.reclaim_id, LedgerEntry.kind, func.sum(LedgerEntry.amount))
        .where(LedgerEntry.reclaim_id.in_(reclaim_ids))
        .group_by(LedgerEntry.reclaim_id, LedgerEntry.kind)
    )
    return {(key, kind): int(total) for key, kind, total in rows}
