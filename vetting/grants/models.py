"""Rounds: when applications are taken in, for what, with how much money."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, UniqueConstraint, event, select
from sqlalchemy.orm import Mapped, Session

from vetting.kernel.store.base import Base, public_column
from vetting.kernel.store.read_cache import hold_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.kernel.roles import Person


class Round(Base):
    """One round of applications."""

    __tablename__ = "rounds"
    __table_args__ = (UniqueConstraint("board_id", "name"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    name: Mapped[str] = public_column()
    grant_type: Mapped[str] = public_column(default="")
    opens_on: Mapped[date] = public_column()
    closes_on: Mapped[date] = public_column()
    decision_on: Mapped[date | None] = public_column()
    report_on: Mapped[date | None] = public_column()
    budget: Mapped[int | None] = public_column()
    dnr: Mapped[str] = public_column(default="")
    closed_at: Mapped[datetime | None] = public_column()


event.listen(Round, "load", hold_row)


def rounds(session: Session, by: Person) -> Sequence[Round]:
    """The board's rounds, the latest first."""
    found = select(Round).where(Round.board_id == by.board_id).order_by(Round.closes_on.desc(), Round.id.desc())
    return session.scalars(found).all()


def round_of(session: Session, by: Person, key: int) -> Round | None:
    """One of the board's own rounds."""
    return session.scalar(select(Round).where(Round.board_id == by.board_id, Round.id == key))
