"""Lists of cases that somebody downloaded: what stood in them, so that what comes back can be told apart."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session

from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.store.base import Base, Plain, keep_words, personal_column, public_column, sealed_column

keep_words(CaseKind)


class DownloadedList(Base):
    """One list as it was downloaded. No record: kept for as long as it may come back."""

    __tablename__ = "downloaded_lists"
    __table_args__ = (Index(None, "board_id", "id"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    kind: Mapped[CaseKind] = public_column()
    sign: Mapped[str] = public_column(unique=True)
    """What stands on its last sheet and tells it apart from every other."""
    columns: Mapped[Any] = public_column(JSON)
    """[[key, heading, open]] in their order."""
    rows: Mapped[Plain] = sealed_column()
    """Case number -> {"open": {key: value}, "closed": [texts]}."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int | None] = personal_column()


def find_downloaded_list(session: Session, board_id: int, sign: str) -> DownloadedList | None:
    """The board's list with a mark."""
    return session.scalar(
        select(DownloadedList).where(DownloadedList.board_id == board_id, DownloadedList.sign == sign)
    )
