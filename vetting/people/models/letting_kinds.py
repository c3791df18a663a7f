"""Kinds of letting: what a board lets rooms for, each by rules of its own where the board wants it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, UniqueConstraint, event, select
from sqlalchemy.orm import Mapped

from vetting.kernel.store.base import Base, public_column
from vetting.kernel.store.read_cache import cached_query, pin_row
from vetting.people.models.people import Room

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vetting.kernel.store.session import Session


class LettingKind(Base):
    """A kind of letting of a board (*uthyrningsform*): rooms that are let alike, and the rules that judge bookings."""

    __tablename__ = "letting_kinds"
    __table_args__ = (UniqueConstraint("board_id", "name"), Index(None, "board_id", "ruleset"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    name: Mapped[str] = public_column()
    ruleset: Mapped[str] = public_column(default="")
    """Its own rule set; empty where the rules that the board has for all bookings judge it."""
    ended_at: Mapped[datetime | None] = public_column()
    """Since when no room is let so."""


event.listen(LettingKind, "load", pin_row)


def letting_kinds(session: Session, board_id: int) -> Sequence[LettingKind]:
    """The board's kinds of letting by name."""
    found = select(LettingKind).where(LettingKind.board_id == board_id).order_by(LettingKind.name, LettingKind.id)
    return session.scalars(found).all()


def letting_kinds_with(session: Session, board_id: int, ruleset: str) -> Sequence[LettingKind]:
    """The board's kinds of letting that a rule set is the own rules of."""
    return [item for item in letting_kinds(session, board_id) if item.ruleset == ruleset]


def letting_kind_of(session: Session, key: int) -> LettingKind | None:
    return session.scalar(
        select(LettingKind).where(LettingKind.board_id == session.person.board_id, LettingKind.id == key)
    )


@cached_query(LettingKind)
def rulesets_of_letting_kinds(session: Session, board_id: int) -> frozenset[str]:
    """The rule sets that judge some kinds of letting only, those that have ended too."""
    found = select(LettingKind.ruleset).where(LettingKind.board_id == board_id, LettingKind.ruleset != "")
    return frozenset(session.scalars(found))


def rooms_let_as(session: Session, letting_kind_id: int) -> Sequence[Room]:
    """The rooms that are let so, by name."""
    return session.scalars(select(Room).where(Room.letting_kind_id == letting_kind_id).order_by(Room.name)).all()


def folded_room(name: str) -> str:
    """A room's name as it is compared: the same however it is spaced, and in capitals or not."""
    return " ".join(name.split()).casefold()


@cached_query(LettingKind, Room)
def letting_kinds_by_room(session: Session, board_id: int) -> Mapping[str, LettingKind]:
    """Folded name of a room -> the kind of letting that it is let as, of a board's rooms that are let as any."""
    wanted = select(Room.name, LettingKind).join(LettingKind, LettingKind.id == Room.letting_kind_id)
    rows = session.execute(wanted.where(Room.board_id == board_id, LettingKind.ended_at.is_(None)))
    return {folded_room(name): kind for name, kind in rows}


def letting_kind_of_room(session: Session, board_id: int, name: str) -> LettingKind | None:
    """What the room of that name is let as; None where the board has no such room, or lets it as any other."""
    return letting_kinds_by_room(session, board_id).get(folded_room(name))
