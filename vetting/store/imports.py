"""Imported files: what came with each, so that the same file again does nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session

from vetting.store.base import Base, Plain, personal, public


class ImportBatch(Base):
    """One confirmed import."""

    __tablename__ = "import_batches"
    __table_args__ = (UniqueConstraint("board_id", "sha256", "round_id"),)

    id: Mapped[int] = public(primary_key=True)
    board_id: Mapped[int] = public(ForeignKey("boards.id"))
    round_id: Mapped[int | None] = public(ForeignKey("rounds.id"))
    file: Mapped[str] = public()
    sha256: Mapped[str] = public()
    layout: Mapped[str] = public()
    counts: Mapped[Plain] = public()
    at: Mapped[datetime] = public()
    by_user_id: Mapped[int | None] = personal(ForeignKey("users.id"))


def same_file(session: Session, board_id: int, sha256: str, round_id: int | None) -> ImportBatch | None:
    """The import of the very same bytes into the same round."""
    place = ImportBatch.round_id.is_(None) if round_id is None else ImportBatch.round_id == round_id
    return session.scalar(
        select(ImportBatch).where(ImportBatch.board_id == board_id, ImportBatch.sha256 == sha256, place)
    )
