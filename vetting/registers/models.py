"""Workbooks of registers that are made beside the pages: for many rows nobody sits and waits."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import ForeignKey, LargeBinary, select
from sqlalchemy.orm import Mapped

from vetting.kernel.store.base import Base, public_column, sealed_column
from vetting.kernel.store.jobs import Job

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session

WORKBOOK_JOB: Final = "register_workbook"
"""The kind of job that makes one."""


class MadeWorkbook(Base):
    """The file of one job. No record: it lies for a day, and can be made again from the register."""

    __tablename__ = "made_workbooks"

    id: Mapped[int] = public_column(ForeignKey("jobs.id"), primary_key=True, autoincrement=False)
    at: Mapped[datetime] = public_column()
    content: Mapped[bytes] = sealed_column(LargeBinary)


def _asked_by(by: Person) -> ColumnElement[bool]:
    """Jobs of one person in one board: what they make holds what this person may see, and nobody else has it."""
    return (Job.kind == WORKBOOK_JOB) & (Job.by_user_id == by.id) & (Job.board_id == by.board_id)


def workbook_job(session: Session, key: int) -> Job | None:
    """A job that this person asked for."""
    return session.scalar(select(Job).where(Job.id == key, _asked_by(session.person)))


def workbook_jobs(session: Session, register: str, since: datetime) -> Sequence[Job]:
    """What this person has asked for of a register since a moment, the newest first."""
    wanted = select(Job).where(_asked_by(session.person), Job.about == register, Job.created_at >= since)
    return session.scalars(wanted.order_by(Job.id.desc()).limit(20)).all()


def content_of_job(session: Session, key: int) -> bytes | None:
    """The file that a job has made, as long as it lies there."""
    return session.scalar(select(MadeWorkbook.content).where(MadeWorkbook.id == key))
