"""What those who book rooms are to a board, as a person has said it: known again in every list that follows."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped

from vetting.associations.models.associations import merged_among
from vetting.engine.screening import BookerKind
from vetting.kernel.chunking import in_chunks
from vetting.kernel.store.base import Base, personal_column, public_column, register_enum_types

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vetting.kernel.store.session import Session

register_enum_types(BookerKind)


class BookerKindRecord(Base):
    """What one is to a board. A booking system's number of it leads to the same record."""

    __tablename__ = "booker_kinds"
    __table_args__ = (UniqueConstraint("board_id", "association_id"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    association_id: Mapped[int] = public_column(ForeignKey("associations.id"), index=True)
    kind: Mapped[BookerKind] = public_column()
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))


def recorded_booker_kinds(session: Session, board_id: int, associations: Iterable[int]) -> dict[int, BookerKindRecord]:
    """Association -> what was said of it last, whatever record it was said of; nothing of those nobody has told of."""
    found: dict[int, BookerKindRecord] = {}
    row = BookerKindRecord
    for own in in_chunks(sorted(set(associations)), 5_000):
        merged = merged_among(session, own)
        of_these = select(row).where(row.board_id == board_id, row.association_id.in_([*own, *merged]))
        for said in session.scalars(of_these.order_by(row.at, row.id)):
            found[merged.get(said.association_id, said.association_id)] = said
    return found
