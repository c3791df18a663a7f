"""Lists of cases that were downloaded: when and with which columns, so that what comes back can be compared."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Index, func, select
from sqlalchemy.orm import Mapped

from vetting.casework.models.facts import GivenFacts
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.store.base import Base, personal_column, public_column, register_enum_types

if TYPE_CHECKING:
    from vetting.kernel.store.session import Session

register_enum_types(CaseKind)


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
    facts_until: Mapped[int] = public_column()
    """Id of the last facts that were entered before: those of a greater id were not in the list."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int | None] = personal_column()


def last_entered_facts(session: Session) -> int:
    """Id of the facts that were entered last."""
    return session.scalar(select(func.max(GivenFacts.id))) or 0


def find_downloaded_list(session: Session, board_id: int, sign: str) -> DownloadedList | None:
    """The board's list with a mark."""
    return session.scalar(
        select(DownloadedList).where(DownloadedList.board_id == board_id, DownloadedList.sign == sign)
    )
