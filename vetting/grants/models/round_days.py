"""What somebody has said of the steps of a round: another day than the one that is counted, and that one is done."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session

from vetting.grants.domain.round_calendar import RoundMoment
from vetting.kernel.store.base import Base, keep_words, personal_column, public_column

if TYPE_CHECKING:
    from collections.abc import Iterable

keep_words(RoundMoment)


class RoundDay(Base):
    """One step of one round. on: the day instead of the one that is counted."""

    __tablename__ = "round_days"
    __table_args__ = (UniqueConstraint("round_id", "moment"),)

    id: Mapped[int] = public_column(primary_key=True)
    round_id: Mapped[int] = public_column(ForeignKey("rounds.id"))
    moment: Mapped[RoundMoment] = public_column()
    on: Mapped[date | None] = public_column()
    done_at: Mapped[datetime | None] = public_column()
    done_by_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))


def days_of_rounds(session: Session, rounds: Iterable[int]) -> dict[int, dict[RoundMoment, RoundDay]]:
    """Round -> step -> what somebody has said of it."""
    found: dict[int, dict[RoundMoment, RoundDay]] = {}
    for row in session.scalars(select(RoundDay).where(RoundDay.round_id.in_(list(rounds))).order_by(RoundDay.id)):
        found.setdefault(row.round_id, {})[row.moment] = row
    return found
