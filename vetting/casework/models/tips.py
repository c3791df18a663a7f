"""Tips about associations, by number and day."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped

from vetting.associations.models.associations import records_of
from vetting.casework.domain.tips import TipOutcome
from vetting.kernel.store.base import Base, personal_column, public_column, register_enum_types, sealed_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from vetting.kernel.store.session import Session

register_enum_types(TipOutcome)


class Tip(Base):
    """A tip that stands in the diary: when it came, and which requirements it asks about. Its text is never here."""

    __tablename__ = "tips"
    __table_args__ = (
        UniqueConstraint("board_id", "association_id", "number"),
        Index(None, "association_id", "board_id"),
    )

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    association_id: Mapped[int] = public_column(ForeignKey("associations.id"))
    number: Mapped[str] = public_column()
    came_on: Mapped[date] = public_column()
    question: Mapped[str] = sealed_column()
    criteria: Mapped[list[str]] = public_column(JSON)
    """Ids of the requirements whose question it raises anew."""
    special_review_id: Mapped[int | None] = public_column(ForeignKey("special_reviews.id"))
    """The one that was opened from it."""
    outcome: Mapped[TipOutcome | None] = public_column()
    closed_at: Mapped[datetime | None] = public_column()
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    version: Mapped[int] = public_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name


def raises_questions() -> ColumnElement[bool]:
    """Tips that are open or were followed; one that led to nothing speaks against nobody."""
    return Tip.outcome.is_(None) | (Tip.outcome != TipOutcome.NOTHING)


def tips_of(session: Session, board_id: int, association_id: int, *, since: datetime) -> Sequence[Tip]:
    """A board's tips about an association, the newest first; not those closed as nothing before a moment."""
    kept = raises_questions() | (Tip.closed_at >= since)
    return session.scalars(
        select(Tip)
        .where(Tip.board_id == board_id, Tip.association_id.in_(records_of(association_id)), kept)
        .order_by(Tip.closed_at.is_not(None), Tip.id.desc())
    ).all()


def past_tips(session: Session, board_id: int, before: datetime) -> Sequence[Tip]:
    """Those that led to nothing and were closed before a moment."""
    wanted = (Tip.board_id == board_id) & (Tip.outcome == TipOutcome.NOTHING) & (Tip.closed_at < before)
    return session.scalars(select(Tip).where(wanted)).all()


def find_tip(session: Session, key: int, board_id: int, association_id: int) -> Tip | None:
    """One of a board's tips about an association, whichever of its records it was noted on."""
    own = (Tip.board_id == board_id, Tip.association_id.in_(records_of(association_id)))
    return session.scalar(select(Tip).where(Tip.id == key, *own))
