"""Terms for letting rooms, each version kept; how a booker accepted them; what deviated afterwards."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped

from vetting.bookings.domain.deviations import DeviationKind
from vetting.bookings.domain.letting import AcceptanceChannel
from vetting.kernel.store.base import Base, personal_column, public_column, register_enum_types
from vetting.kernel.store.case_rows import case_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from vetting.kernel.store.session import Session

register_enum_types(AcceptanceChannel, DeviationKind)


class LettingTerms(Base):
    """One version of a board's terms; never changed."""

    __tablename__ = "letting_terms"
    __table_args__ = (UniqueConstraint("board_id", "version"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    version: Mapped[int] = public_column()
    text: Mapped[str] = public_column()
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))


class TermsAcceptance(Base):
    """A booker has accepted a version of the terms for a booking."""

    __tablename__ = "terms_acceptances"
    __table_args__ = (Index(None, "case_id", "id"),)

    id: Mapped[int] = public_column(primary_key=True)
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    terms_id: Mapped[int] = public_column(ForeignKey("letting_terms.id"))
    way: Mapped[AcceptanceChannel] = public_column()
    on: Mapped[date] = public_column()
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))


class Deviation(Base):
    """Something that went otherwise than agreed, as an act; never a person."""

    __tablename__ = "deviations"
    __table_args__ = (Index(None, "board_id", "on", "id"), Index(None, "association_id", "id"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    case_id: Mapped[int | None] = public_column(ForeignKey("cases.id"), index=True)
    association_id: Mapped[int | None] = public_column(ForeignKey("associations.id"))
    kind: Mapped[DeviationKind] = public_column()
    what: Mapped[str] = public_column()
    on: Mapped[date] = public_column()
    document_id: Mapped[int | None] = public_column(ForeignKey("documents.id"))
    """A photo of the room."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))


class DeviationWithdrawal(Base):
    """A deviation that was noted wrongly, and why; it stays to be read, and speaks of nobody any more."""

    __tablename__ = "deviation_withdrawals"

    id: Mapped[int] = public_column(primary_key=True)
    deviation_id: Mapped[int] = public_column(ForeignKey("deviations.id"), unique=True)
    because: Mapped[str] = public_column()
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))


def last_acceptance(session: Session, case_id: int) -> tuple[TermsAcceptance, LettingTerms] | None:
    """How a booking's booker accepted the terms last, and which they were."""
    row = session.execute(
        select(TermsAcceptance, LettingTerms)
        .join(LettingTerms, LettingTerms.id == TermsAcceptance.terms_id)
        .where(TermsAcceptance.case_id == case_id)
        .order_by(TermsAcceptance.id.desc())
        .limit(1)
    ).first()
    return (row[0], row[1]) if row is not None else None


def deviations_of_case(session: Session, case_id: int) -> Sequence[Deviation]:
    return case_rows(session, Deviation, case_id, Deviation.id)


def withdrawals_of(session: Session, keys: Collection[int]) -> dict[int, DeviationWithdrawal]:
    """Which of some deviations were taken back, with why."""
    if not keys:
        return {}
    rows = session.scalars(select(DeviationWithdrawal).where(DeviationWithdrawal.deviation_id.in_(keys)))
    return {row.deviation_id: row for row in rows}


def terms_of(session: Session, board_id: int) -> Sequence[LettingTerms]:
    """A board's terms, the newest first."""
    wanted = select(LettingTerms).where(LettingTerms.board_id == board_id)
    return session.scalars(wanted.order_by(LettingTerms.version.desc())).all()


def terms_in_force(session: Session, board_id: int) -> LettingTerms | None:
    """The newest terms."""
    wanted = select(LettingTerms).where(LettingTerms.board_id == board_id)
    return session.scalar(wanted.order_by(LettingTerms.version.desc()).limit(1))


def acceptances(session: Session, case_ids: Iterable[int]) -> dict[int, TermsAcceptance]:
    """Case -> how its booker accepted the terms last."""
    wanted = select(TermsAcceptance).where(TermsAcceptance.case_id.in_(list(case_ids)))
    return {row.case_id: row for row in session.scalars(wanted.order_by(TermsAcceptance.id))}
