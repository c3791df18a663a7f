"""Reclaims: money asked back, what the ledger says of it, and what came back."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped

from vetting.casework.models.cases import Case, seen_by
from vetting.kernel.store.base import Base, Texts, personal_column, public_column, register_enum_types
from vetting.kernel.store.case_rows import case_rows
from vetting.money.domain.reclaims import (
    CollectionStep,
    EstablishedBy,
    LedgerKind,
    ReclaimGround,
    ReclaimState,
    credit_amount,
    remaining_amount,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vetting.kernel.store.session import Session


register_enum_types(CollectionStep, EstablishedBy, ReclaimGround, ReclaimState)


class Reclaim(Base):
    """Money asked back."""

    __tablename__ = "reclaims"
    __table_args__ = (UniqueConstraint("board_id", "number"), Index(None, "board_id", "id"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    number: Mapped[str] = public_column()
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"), index=True)
    decision_id: Mapped[int] = public_column(ForeignKey("decisions.id"))
    """The decision that gave the money."""
    ground: Mapped[ReclaimGround] = public_column()
    amount: Mapped[int] = public_column()
    established_by: Mapped[EstablishedBy] = public_column()
    """Which board decision, judgment or authority's decision."""
    established_on: Mapped[date] = public_column()
    reference: Mapped[str] = public_column()
    reservation: Mapped[bool] = public_column()
    without_reservation: Mapped[str] = public_column(default="")
    """Why it can be reclaimed although the decision held nothing open."""
    reasons: Mapped[str] = public_column(default="")
    communicated_on: Mapped[date | None] = public_column()
    reply_by: Mapped[date | None] = public_column()
    replied_on: Mapped[date | None] = public_column()
    reply: Mapped[str] = public_column(default="")
    reclaim_decision_id: Mapped[int | None] = public_column(ForeignKey("decisions.id"))
    invoice: Mapped[str] = public_column(default="")
    due_on: Mapped[date | None] = public_column()
    state: Mapped[ReclaimState] = public_column(default=ReclaimState.PROPOSED)
    contacts: Mapped[Texts] = public_column()
    opened_at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    version: Mapped[int] = public_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name


class CollectionNote(Base):
    """A step of a claim as the finance office's ledger says it; never changed."""

    __tablename__ = "collection_notes"

    id: Mapped[int] = public_column(primary_key=True)
    reclaim_id: Mapped[int] = public_column(ForeignKey("reclaims.id"), index=True)
    step: Mapped[CollectionStep] = public_column()
    on: Mapped[date] = public_column()
    until: Mapped[date | None] = public_column()
    number: Mapped[str] = public_column(default="")
    text: Mapped[str] = personal_column(default="")
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))


class LedgerEntry(Base):
    """What came back on a reclaim, was waived or written off; never changed."""

    __tablename__ = "ledger_entries"

    id: Mapped[int] = public_column(primary_key=True)
    reclaim_id: Mapped[int] = public_column(ForeignKey("reclaims.id"), index=True)
    kind: Mapped[str] = public_column()
    """LedgerKind by name."""
    amount: Mapped[int] = public_column()
    on: Mapped[date] = public_column()
    text: Mapped[str] = public_column(default="")
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))


def reclaims_of_case(session: Session, case_id: int) -> Sequence[Reclaim]:
    """A case's reclaims, oldest first."""
    return case_rows(session, Reclaim, case_id, Reclaim.id)


def reclaims(session: Session, *, before: int | None, most: int) -> Sequence[tuple[Reclaim, Case]]:
    """The reclaims of cases that a person may see, newest first. before: the id of the last one told before."""
    wanted = (
        select(Reclaim, Case)
        .join(Case, Case.id == Reclaim.case_id)
        .where(Reclaim.board_id == session.person.board_id, seen_by(session.person, by_key=True))
        .order_by(Reclaim.id.desc())
        .limit(most)
    )
    rows = session.execute(wanted if before is None else wanted.where(Reclaim.id < before))
    return [(reclaim, case) for reclaim, case in rows]


def find_reclaim(session: Session, number: str) -> tuple[Reclaim, Case] | None:
    """One reclaim with its case, if the person may see it."""
    row = session.execute(
        select(Reclaim, Case)
        .join(Case, Case.id == Reclaim.case_id)
        .where(seen_by(session.person), Reclaim.number == number)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def ledger_of_reclaim(session: Session, reclaim_id: int) -> Sequence[LedgerEntry]:
    return session.scalars(
        select(LedgerEntry).where(LedgerEntry.reclaim_id == reclaim_id).order_by(LedgerEntry.id)
    ).all()


def collection_notes(session: Session, reclaims_: Iterable[int]) -> dict[int, list[CollectionNote]]:
    """Reclaim -> what the ledger has said of it, in order."""
    found: dict[int, list[CollectionNote]] = {}
    wanted = select(CollectionNote).where(CollectionNote.reclaim_id.in_(list(reclaims_)))
    for row in session.scalars(wanted.order_by(CollectionNote.on, CollectionNote.id)):
        found.setdefault(row.reclaim_id, []).append(row)
    return found


def sums_by_reclaim(session: Session, reclaim_ids: list[int]) -> dict[tuple[int, str], int]:
    """Öre by reclaim and kind of entry."""
    rows = session.execute(
        select(LedgerEntry.reclaim_id, LedgerEntry.kind, func.sum(LedgerEntry.amount))
        .where(LedgerEntry.reclaim_id.in_(reclaim_ids))
        .group_by(LedgerEntry.reclaim_id, LedgerEntry.kind)
    )
    return {(key, kind): int(total) for key, kind, total in rows}


def credit_of(session: Session, reclaim: Reclaim) -> int:
    """What has come in too much on a reclaim, in öre: what is written off in the books is owed still."""
    return credit_amount(reclaim.amount, _but_write_offs(session, reclaim))


def amount_to_come(session: Session, reclaim: Reclaim) -> int:
    """What is still to come back of a reclaim, in öre: never below nothing."""
    return remaining_amount(reclaim.amount, (entry.amount for entry in ledger_of_reclaim(session, reclaim.id)))


def still_claimed(session: Session, reclaim: Reclaim) -> int:
    """What the association still owes of a reclaim, in öre: what is written off in the books is owed, too."""
    return remaining_amount(reclaim.amount, _but_write_offs(session, reclaim))


def _but_write_offs(session: Session, reclaim: Reclaim) -> list[int]:
    entries = ledger_of_reclaim(session, reclaim.id)
    return [entry.amount for entry in entries if entry.kind != LedgerKind.WRITE_OFF.value]
