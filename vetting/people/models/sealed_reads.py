"""Who opened what may hold what is sealed. No record of a case: kept for a time that the board decides."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped

from vetting.kernel.store.base import Base, personal_column, public_column, register_enum_types
from vetting.people.domain.sealed_reads import ReadKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.kernel.store.session import Session

register_enum_types(ReadKind)


class SealedRead(Base):
    """That somebody opened something in an hour."""

    __tablename__ = "sealed_reads"
    __table_args__ = (
        UniqueConstraint("board_id", "user_id", "hour", "kind", "about"),
        Index(None, "board_id", "id"),
    )

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    kind: Mapped[ReadKind] = public_column()
    about: Mapped[str] = public_column()
    """A number or a key: of a case, a paper, an association; the name of a register."""
    hour: Mapped[datetime] = public_column()
    at: Mapped[datetime] = public_column()


class BusyReader(NamedTuple):
    """Somebody who opened very much in an hour."""

    user_id: int
    hour: datetime
    things: int


def add_read(session: Session, row: SealedRead) -> None:
    """Keeps it, once for each hour."""
    values = {name: getattr(row, name) for name in ("board_id", "user_id", "kind", "about", "hour", "at")}
    lite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert(SealedRead) if lite else postgresql.insert(SealedRead)
    session.execute(insert.values(**values).on_conflict_do_nothing())


def reads_about(session: Session, board_id: int, kind: ReadKind, about: str) -> Sequence[SealedRead]:
    """Who opened or fetched one thing, once for each hour, the first first."""
    own = select(SealedRead).where(SealedRead.board_id == board_id, SealedRead.kind == kind, SealedRead.about == about)
    return session.scalars(own.order_by(SealedRead.id)).all()


def busy_readers(session: Session, board_id: int, since: datetime, most: int) -> Sequence[BusyReader]:
    """Who opened more than so many different things in an hour since then, the last first."""
    things = func.count(SealedRead.id)
    rows = session.execute(
        select(SealedRead.user_id, SealedRead.hour, things)
        .where(SealedRead.board_id == board_id, SealedRead.hour >= since)
        .group_by(SealedRead.user_id, SealedRead.hour)
        .having(things > most)
        .order_by(SealedRead.hour.desc(), SealedRead.user_id)
    )
    return [BusyReader(*row) for row in rows]
