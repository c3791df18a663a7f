"""When a board meets, and when its office is closed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session

from vetting.grants.domain.round_calendar import ClosedPeriod, MeetingDays
from vetting.kernel.store.base import Base, public_column

if TYPE_CHECKING:
    from collections.abc import Sequence


class BoardMeeting(Base):
    """A meeting of the board, and the days before it that its list says."""

    __tablename__ = "board_meetings"
    __table_args__ = (UniqueConstraint("board_id", "on"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    on: Mapped[date] = public_column()
    stop_on: Mapped[date | None] = public_column()
    presidium_on: Mapped[date | None] = public_column()
    summons_on: Mapped[date | None] = public_column()

    def as_days(self) -> MeetingDays:
        """What days are counted from."""
        return MeetingDays(on=self.on, stop_on=self.stop_on, presidium_on=self.presidium_on, summons_on=self.summons_on)


class ClosedWeeks(Base):
    """Days, both counted in, when the office is closed."""

    __tablename__ = "closed_weeks"
    __table_args__ = (UniqueConstraint("board_id", "first_on"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    first_on: Mapped[date] = public_column()
    last_on: Mapped[date] = public_column()

    def as_period(self) -> ClosedPeriod:
        """What days are counted past."""
        return ClosedPeriod(self.first_on, self.last_on)


def board_meetings(session: Session, board_id: int) -> Sequence[BoardMeeting]:
    """When the board meets, the earliest first."""
    found = select(BoardMeeting).where(BoardMeeting.board_id == board_id)
    return session.scalars(found.order_by(BoardMeeting.on, BoardMeeting.id)).all()


def closed_weeks(session: Session, board_id: int) -> Sequence[ClosedWeeks]:
    """When the office is closed, the earliest first."""
    found = select(ClosedWeeks).where(ClosedWeeks.board_id == board_id)
    return session.scalars(found.order_by(ClosedWeeks.first_on, ClosedWeeks.id)).all()
