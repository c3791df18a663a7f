"""Workbooks of registers that are made beside the pages: for many rows nobody sits and waits."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import JSON, ForeignKey, LargeBinary, UniqueConstraint, select
from sqlalchemy.orm import Mapped

from vetting.kernel.store.base import Base, personal_column, public_column, sealed_column
from vetting.kernel.store.jobs import Job

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from vetting.kernel.roles import Person

WORKBOOK_JOB: Final = "register_workbook"
"""The kind of job that makes one."""


class ArrangedColumns(Base):
    """Which columns a board has chosen for a sheet of a register, in its order; no row: all, as shipped."""

    __tablename__ = "arranged_columns"
    __table_args__ = (UniqueConstraint("board_id", "register", "sheet"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    register: Mapped[str] = public_column()
    sheet: Mapped[int] = public_column()
    """Counted from 1."""
    headings: Mapped[list[str]] = public_column(JSON)
    """In Swedish, which is what a column goes by."""


class SavedFilter(Base):
    """What of a register somebody asks for often: days and words under a name of their own."""

    __tablename__ = "saved_filters"
    __table_args__ = (UniqueConstraint("board_id", "user_id", "register", "name"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    register: Mapped[str] = public_column()
    name: Mapped[str] = public_column()
    first: Mapped[date | None] = public_column()
    last: Mapped[date | None] = public_column()
    text: Mapped[str] = sealed_column(default="")
    at: Mapped[datetime] = public_column()


class MadeWorkbook(Base):
    """The file of one job. No record: it lies for a day, and can be made again from the register."""

    __tablename__ = "made_workbooks"

    id: Mapped[int] = public_column(ForeignKey("jobs.id"), primary_key=True, autoincrement=False)
    at: Mapped[datetime] = public_column()
    content: Mapped[bytes] = sealed_column(LargeBinary)


def _asked_by(by: Person) -> ColumnElement[bool]:
    """Jobs of one person in one board: what they make holds what this person may see, and nobody else has it."""
    return (Job.kind == WORKBOOK_JOB) & (Job.by_user_id == by.id) & (Job.board_id == by.board_id)


def workbook_job(session: Session, key: int, by: Person) -> Job | None:
    """A job that this person asked for."""
    return session.scalar(select(Job).where(Job.id == key, _asked_by(by)))


def workbook_jobs(session: Session, register: str, since: datetime, by: Person) -> Sequence[Job]:
    """What this person has asked for of a register since a moment, the newest first."""
    wanted = select(Job).where(_asked_by(by), Job.about == register, Job.created_at >= since)
    return session.scalars(wanted.order_by(Job.id.desc()).limit(20)).all()


def content_of_job(session: Session, key: int) -> bytes | None:
    """The file that a job has made, as long as it lies there."""
    return session.scalar(select(MadeWorkbook.content).where(MadeWorkbook.id == key))


def arranged_columns(session: Session, board_id: int, register: str) -> dict[int, ArrangedColumns]:
    """Sheet -> what a board has chosen for it."""
    wanted = (ArrangedColumns.board_id == board_id, ArrangedColumns.register == register)
    return {row.sheet: row for row in session.scalars(select(ArrangedColumns).where(*wanted))}


def saved_filters(session: Session, by: Person, register: str) -> Sequence[SavedFilter]:
    """One's own saved filters of a register in the board, by name."""
    own = (SavedFilter.board_id == by.board_id, SavedFilter.user_id == by.id, SavedFilter.register == register)
    return session.scalars(select(SavedFilter).where(*own).order_by(SavedFilter.name)).all()
