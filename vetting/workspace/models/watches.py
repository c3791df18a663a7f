"""Watches as they are kept: whose, about what, on which day."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, false, select
from sqlalchemy.orm import Mapped

from vetting.kernel.store.base import Base, personal_column, public_column, register_enum_types, sealed_column
from vetting.workspace.domain.watches import WatchedThing

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from vetting.kernel.store.session import Session

register_enum_types(WatchedThing)


class Watch(Base):
    """One watch. Done, it stays."""

    __tablename__ = "watches"
    __table_args__ = (Index(None, "user_id", "board_id", "on", "id"), Index(None, "case_id", "on"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    """Whose it is now."""
    about: Mapped[WatchedThing] = public_column()
    key: Mapped[int] = public_column()
    """The id of what is watched."""
    case_id: Mapped[int | None] = public_column(ForeignKey("cases.id"))
    """The case that is watched, or that the watched payment is of."""
    on: Mapped[date] = public_column()
    text: Mapped[str] = sealed_column()
    sleeps: Mapped[bool] = public_column(default=False, server_default=false())
    """The case waits for that day: it says so itself."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    done_at: Mapped[datetime | None] = public_column()
    done_by_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))


def find_watch(session: Session, key: int, board_id: int) -> Watch | None:
    return session.scalar(select(Watch).where(Watch.id == key, Watch.board_id == board_id))


def open_watches(
    session: Session, board_id: int, users: Collection[int], until: date | None, most: int
) -> Sequence[Watch]:
    """What is watched by some people and not done, until a day, the earliest first."""
    wanted = select(Watch).where(Watch.board_id == board_id, Watch.user_id.in_(users), Watch.done_at.is_(None))
    if until is not None:
        wanted = wanted.where(Watch.on <= until)
    return session.scalars(wanted.order_by(Watch.on, Watch.id).limit(most)).all()


def watches_of_case(session: Session, case_id: int) -> Sequence[Watch]:
    """What is watched in a case and not done, the earliest first."""
    wanted = select(Watch).where(Watch.case_id == case_id, Watch.done_at.is_(None))
    return session.scalars(wanted.order_by(Watch.on, Watch.id)).all()
