"""What a board has reported, kept as it was sent: the figures, the sentences, the plan, and both files."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, LargeBinary, select
from sqlalchemy.orm import Mapped, defer

from vetting.kernel.store.base import Base, Plain, personal_column, public_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.kernel.store.session import Session


class ReportSnapshot(Base):
    """One report as it was sent; never changed. A later one of the same period stands beside it."""

    __tablename__ = "kept_reports"
    __table_args__ = (Index(None, "board_id", "code", "id"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    code: Mapped[str] = public_column()
    """'2026-T2'."""
    until: Mapped[date] = public_column()
    """The last day that was counted."""
    content: Mapped[Plain] = public_column()
    """As `domain.report_content` gives it."""
    docx: Mapped[bytes] = public_column(LargeBinary)
    xlsx: Mapped[bytes] = public_column(LargeBinary)
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    by_function: Mapped[str] = public_column()


def kept_reports(session: Session, board_id: int) -> Sequence[ReportSnapshot]:
    """What a board has reported, the newest first; the files are read when they are fetched."""
    return session.scalars(
        select(ReportSnapshot)
        .where(ReportSnapshot.board_id == board_id)
        .options(defer(ReportSnapshot.docx), defer(ReportSnapshot.xlsx))
        .order_by(ReportSnapshot.id.desc())
    ).all()


def find_report_snapshot(session: Session, board_id: int, key: int) -> ReportSnapshot | None:
    return session.scalar(select(ReportSnapshot).where(ReportSnapshot.board_id == board_id, ReportSnapshot.id == key))
