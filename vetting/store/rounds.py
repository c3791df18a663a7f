"""Rounds: when applications are taken in, for what, with how much money."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, UniqueConstraint, event, select
from sqlalchemy.orm import Mapped, Session

from vetting.store.base import Base, public
from vetting.store.once import held

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.domain.people import Person


class Round(Base):
    """One round of applications."""

    __tablename__ = "rounds"
    __table_args__ = (UniqueConstraint("board_id", "name"),)

    id: Mapped[int] = public(primary_key=True)
    board_id: Mapped[int] = public(ForeignKey("boards.id"))
    name: Mapped[str] = public()
    grant_type: Mapped[str] = public(default="")
    opens_on: Mapped[date] = public()
    closes_on: Mapped[date] = public()
    decision_on: Mapped[date | None] = public()
    report_on: Mapped[date | None] = public()
    budget: Mapped[int | None] = public()
    dnr: Mapped[str] = public(default="")
    closed_at: Mapped[datetime | None] = public()


event.listen(Round, "load", held)


def rounds(session: Session, by: Person) -> Sequence[Round]:
    """The board's rounds, the latest first."""
    found = select(Round).where(Round.board_id == by.board_id).order_by(Round.closes_on.desc(), Round.id.desc())
    return session.scalars(found).all()


def round_of(session: Session, by: Person, key: int) -> Round | None:
    """One of the board's own rounds."""
    return session.scalar(select(Round).where(Round.board_id == by.board_id, Round.id == key))
