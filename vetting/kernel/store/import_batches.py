"""The lists that rows came with: each import that was confirmed, and whether it stands. Every row names its own."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, UniqueConstraint, or_, select, text
from sqlalchemy.orm import Mapped

from vetting.kernel.store.base import Base, Plain, personal_column, public_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.kernel.store.session import Session

MOVING, DONE, UNDONE = "moving", "done", "undone"
"""A batch on its way in, one that stands, and one that was taken back: only what stands is seen."""


class ImportBatch(Base):
    """One confirmed import."""

    __tablename__ = "import_batches"
    __table_args__ = (
        UniqueConstraint("board_id", "sha256", "round_id"),
        Index(
            "uq_import_batches_standing",
            "board_id",
            "sha256",
            "place",
            unique=True,
            sqlite_where=text("state <> 'undone'"),
            postgresql_where=text("state <> 'undone'"),
        ),
    )

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    round_id: Mapped[int | None] = public_column(ForeignKey("rounds.id"))
    """The round that its applications stand in; none when it was taken back."""
    place: Mapped[int] = public_column(default=0, server_default="0")
    """The round it went into, or 0: the same file goes into the same place once."""
    kind: Mapped[str] = public_column(default="", server_default="")
    file: Mapped[str] = public_column()
    sha256: Mapped[str] = public_column()
    layout: Mapped[str] = public_column()
    counts: Mapped[Plain] = public_column()
    state: Mapped[str] = public_column(default=DONE, server_default=DONE)
    digest: Mapped[str] = public_column(default="", server_default="")
    """Of all its rows as they went in."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    undone_at: Mapped[datetime | None] = public_column()
    undone_by_user_id: Mapped[int | None] = personal_column()


def same_file(session: Session, board_id: int, sha256: str, round_id: int | None) -> ImportBatch | None:
    """The import of the very same bytes into the same round that still stands."""
    return session.scalar(
        select(ImportBatch).where(
            ImportBatch.board_id == board_id,
            ImportBatch.sha256 == sha256,
            ImportBatch.place == (round_id or 0),
            ImportBatch.state != UNDONE,
        )
    )


def is_batch_not_undone(column: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a mapped batch_id of any table
    """That a row came otherwise than by import, or by one that is whole and was not taken back."""
    return or_(column.is_(None), column.not_in(_not_standing()))


def _not_standing() -> Select[int]:
    return select(ImportBatch.id).where(ImportBatch.state != DONE)


def import_batches(session: Session, board_id: int, *, most: int) -> Sequence[ImportBatch]:
    """The board's imports, newest first."""
    found = select(ImportBatch).where(ImportBatch.board_id == board_id)
    return session.scalars(found.order_by(ImportBatch.id.desc()).limit(most)).all()
