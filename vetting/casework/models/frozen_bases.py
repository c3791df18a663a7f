"""What a case rested on at a decision or at the closing of a meeting, in the words it was shown with."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped

from vetting.kernel.store.base import Base, Plain, public_column, sealed_column

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vetting.kernel.store.session import Session


class Basis(Base):
    """Points, facts and the officer's report of a case, rendered in both languages at one moment."""

    __tablename__ = "bases"
    __table_args__ = (Index(None, "case_id", "id"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    decision_id: Mapped[int | None] = public_column(ForeignKey("decisions.id"), unique=True)
    """The decision that rests on it."""
    review_id: Mapped[int | None] = public_column(ForeignKey("reviews.id"), unique=True)
    """The item of a meeting that was closed with it."""
    screening_id: Mapped[int | None] = public_column()
    at: Mapped[datetime] = public_column()
    content: Mapped[Plain] = sealed_column()
    """{proposal, rules, points, facts, lines, report, papers}: texts as {"sv", "en"}."""


def of_decisions(session: Session, decision_ids: Iterable[int]) -> dict[int, Basis]:
    """Decision -> what it rested on."""
    of = list(decision_ids)
    if not of:
        return {}
    wanted = select(Basis).where(Basis.decision_id.in_(of))
    return {row.decision_id: row for row in session.scalars(wanted) if row.decision_id is not None}


def of_reviews(session: Session, review_ids: Iterable[int]) -> dict[int, Basis]:
    """Item of a meeting -> what the papers said of its case."""
    wanted = select(Basis).where(Basis.review_id.in_(list(review_ids)))
    return {row.review_id: row for row in session.scalars(wanted) if row.review_id is not None}
