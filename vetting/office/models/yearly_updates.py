"""That associations are asked in spring whether what is known of them still holds, and what they say."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, func, select
from sqlalchemy.orm import Mapped, Session

from vetting.kernel.store.base import Base, personal_column, public_column

if TYPE_CHECKING:
    from collections.abc import Iterable


class YearlyUpdate(Base):
    """One association, asked once."""

    __tablename__ = "yearly_updates"
    __table_args__ = (Index(None, "board_id", "association_id", "id"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    association_id: Mapped[int] = public_column(ForeignKey("associations.id"))
    asked_at: Mapped[datetime] = public_column()
    asked_by_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    holds_at: Mapped[datetime | None] = public_column()
    """When it was noted that they have answered, and that what is known holds."""
    noted_by_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))


def latest_updates(session: Session, board_id: int, associations: Iterable[int]) -> dict[int, YearlyUpdate]:
    """Association -> when it was asked last."""
    newest = select(func.max(YearlyUpdate.id)).where(
        YearlyUpdate.board_id == board_id, YearlyUpdate.association_id.in_(list(associations))
    )
    rows = session.scalars(
        select(YearlyUpdate).where(YearlyUpdate.id.in_(newest.group_by(YearlyUpdate.association_id)))
    )
    return {row.association_id: row for row in rows}
