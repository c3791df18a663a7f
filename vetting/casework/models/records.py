"""Records of cases: what came in, was drawn up or went out, written by the act itself in the same transaction."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped

from vetting.casework.domain.document_statuses import DocumentStatus
from vetting.casework.domain.records import RecordClass, RecordKind, record_class
from vetting.kernel.store.base import Base, personal_column, public_column, register_enum_types
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from vetting.kernel.store.session import Session

register_enum_types(RecordKind, RecordClass, DocumentStatus)


class Record(Base):
    """A record of a case. Its kind and key name the row that holds its text, where it does not say it itself."""

    __tablename__ = "records"
    __table_args__ = (UniqueConstraint("case_id", "kind", "key"), Index(None, "board_id", "at"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    kind: Mapped[RecordKind] = public_column()
    key: Mapped[int] = public_column()
    record_class: Mapped[RecordClass] = public_column()
    """By the board's plan when it was made."""
    status: Mapped[DocumentStatus] = public_column()
    on: Mapped[date] = public_column()
    """The day it came in, was drawn up or was dispatched."""
    party: Mapped[str] = personal_column(default="")
    """Sender or recipient; empty where `PARTIES` names it."""
    way: Mapped[str] = public_column(default="")
    """How it was dispatched: mail, post, hand."""
    said: Mapped[list[Any]] = personal_column(JSON, default=list, deferred=True)
    """[heading, lines] of each part, as it was said then, of what is written over when more comes."""
    registry_number: Mapped[str] = public_column(default="")
    secrecy: Mapped[str] = public_column(default="")
    """The section that it may be secret by."""
    marked_at: Mapped[datetime | None] = public_column()
    marked_by_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    at: Mapped[datetime] = public_column()
    """When it became a record."""
    version: Mapped[int] = public_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name


def class_here(session: Session, board_id: int, kind: RecordKind) -> RecordClass:
    """How a board keeps a kind of record now."""
    return record_class(session.get_one(Board, board_id).record_plan, kind)


def record_of(session: Session, case_id: int, kind: RecordKind, key: int) -> Record | None:
    """The record that a row of another table is, if it is one."""
    return session.scalar(select(Record).where(Record.case_id == case_id, Record.kind == kind, Record.key == key))


def next_key(session: Session, case_id: int, kind: RecordKind) -> int:
    """The key of the next record of a kind that comes several times and is kept as it came."""
    wanted = select(func.max(Record.key)).where(Record.case_id == case_id, Record.kind == kind)
    return (session.scalar(wanted) or 0) + 1
