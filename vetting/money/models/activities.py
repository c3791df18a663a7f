"""The activities of a board's plan, year by year; last year's row stands beside this year's."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped

from vetting.kernel.store.base import Base, Texts, personal_column, public_column, register_enum_types
from vetting.money.domain.activities import OVER, ActivityFields, ActivityStatus, FollowUpChannel

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vetting.kernel.store.session import Session

register_enum_types(ActivityStatus)


class PlanActivity(Base):
    """One activity of a year."""

    __tablename__ = "plan_activities"
    __table_args__ = (Index(None, "board_id", "year", "place", "id"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    year: Mapped[int] = public_column()
    place: Mapped[int] = public_column()
    text: Mapped[str] = public_column()
    clause: Mapped[str] = public_column(default="")
    responsible: Mapped[str] = public_column(default="")
    time: Mapped[str] = public_column(default="")
    due_on: Mapped[date | None] = public_column()
    channels: Mapped[Texts] = public_column()
    status: Mapped[ActivityStatus] = public_column()
    note: Mapped[str] = public_column(default="")
    controlled: Mapped[str] = public_column(default="")
    drawn: Mapped[int | None] = public_column()
    found: Mapped[str] = public_column(default="")
    measure: Mapped[str] = public_column(default="")
    follows_id: Mapped[int | None] = public_column(ForeignKey("plan_activities.id"))
    """Last year's row that this one goes on from."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    version: Mapped[int] = public_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name

    def put(self, said: ActivityFields) -> None:
        for name in ActivityFields.__dataclass_fields__:
            setattr(self, name, getattr(said, name))
        self.channels = [channel.value for channel in said.channels]

    @property
    def is_control(self) -> bool:
        """Whether it is a control of the internal control plan."""
        return bool(self.controlled)

    @property
    def known(self) -> dict[str, object]:
        """As it stands in a form."""
        return {name: getattr(self, name) for name in ActivityFields.__dataclass_fields__}


def activities_of_year(session: Session, board_id: int, year: int) -> Sequence[PlanActivity]:
    """A year's activities, in order."""
    return session.scalars(
        select(PlanActivity)
        .where(PlanActivity.board_id == board_id, PlanActivity.year == year)
        .order_by(PlanActivity.place, PlanActivity.id)
    ).all()


def years_of_activities(session: Session, board_id: int) -> list[int]:
    """The years that have any, the latest first."""
    wanted = select(PlanActivity.year).where(PlanActivity.board_id == board_id).distinct()
    return sorted(session.scalars(wanted), reverse=True)


def activities_by_id(session: Session, keys: Iterable[int]) -> dict[int, PlanActivity]:
    """Some activities by their ids."""
    return {row.id: row for row in session.scalars(select(PlanActivity).where(PlanActivity.id.in_(list(keys))))}


def find_activity(session: Session, board_id: int, key: int) -> PlanActivity | None:
    return session.scalar(select(PlanActivity).where(PlanActivity.board_id == board_id, PlanActivity.id == key))


def activities_due(session: Session, board_id: int, until: date) -> Sequence[PlanActivity]:
    """Those that are due by a day and not over, the earliest first."""
    return session.scalars(
        select(PlanActivity)
        .where(
            PlanActivity.board_id == board_id,
            PlanActivity.due_on <= until,
            PlanActivity.status.not_in(sorted(OVER)),
        )
        .order_by(PlanActivity.due_on, PlanActivity.id)
    ).all()


def channels_of(row: PlanActivity) -> list[FollowUpChannel]:
    """Where it is followed up, in order."""
    return [channel for channel in FollowUpChannel if channel.value in row.channels]
