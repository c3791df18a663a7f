"""A register of many rows as Excel: asked for, made by a job as the one who asked, fetched by them for a day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete

from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.register_days import RegisterDay
from vetting.kernel.register_tables import RegisterName
from vetting.kernel.roles import Action
from vetting.kernel.store.acting import Acting, Purpose
from vetting.kernel.store.jobs import ENDED_STATES, Job, new_job
from vetting.kernel.store.session import open_reading, open_technical
from vetting.kernel.text import OFFICIAL
from vetting.people import at_work, require_permission
from vetting.registers import RegisterSelection
from vetting.registers.models import WORKBOOK_JOB, MadeWorkbook, workbook_jobs
from vetting.registers.workbooks import workbook_of_register

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import Session, WritingSession

DAYS: Final = ("first", "last", "on", "as_of")
RETENTION: Final = timedelta(days=1)
"""So long a file can be fetched after it was asked for."""


def ask_for(session: WritingSession, name: RegisterName, selection: RegisterSelection) -> Job:
    """A job that makes the workbook; of the same rows one at a time.

    Raises:
        Refused: this person may not read registers.
    """
    require_permission(session.person, Action.READ_REGISTERS)
    arguments = _as_data(selection)
    for job in workbook_jobs(session, name, session.now - RETENTION):
        if job.state not in ENDED_STATES and job.arguments == arguments:
            return job
    job = new_job(
        WORKBOOK_JOB,
        arguments,
        board_id=session.person.board_id,
        by_user_id=session.person.id,
        at=session.now,
        about=name.value,
    )
    session.add(job)
    session.flush()
    session.note("register_asked_for", board_id=session.person.board_id, detail={"register": name.value})
    return job


def usable_job(session: Session, name: RegisterName, selection: RegisterSelection) -> Job | None:
    """What this person asked for last of the same rows, as long as its file may lie there."""
    arguments = _as_data(selection)
    for job in workbook_jobs(session, name, session.now - RETENTION):
        if job.arguments == arguments:
            return job
    return None


def make_workbook(database: Database, job: Job, *, at: datetime, heard: Callable[[int, int], bool]) -> dict[str, Any]:
    """Makes the file of a job as the person who asked for it, with what they may see now.

    heard: told how many of how many rows are written; an answer of False stops the work, and nothing is kept.
    Returns what is told of the file: how many rows, and the moment whose state they are.

    Raises:
        Refused: the person has left the board, or may not read registers any longer.
    """
    rows = 0

    def tell(done: int, total: int) -> bool:
        nonlocal rows
        rows = done
        return heard(done, total)

    with open_reading(database, Acting(Purpose.JOBS, at)) as session:
        by = at_work(session, job.by_user_id, job.board_id)
        if by is None:
            raise Refused(Obstacle.FORBIDDEN)
        session.act_for(by)
        name, selection = RegisterName(job.about), selection_of(job)
        book = workbook_of_register(session, name, selection, language=OFFICIAL, heard=tell)
    if not heard(rows, rows):
        return {}
    with open_technical(database) as kept:
        kept.execute(delete(MadeWorkbook).where(MadeWorkbook.id == job.id))  # a job may be done twice
        kept.add(MadeWorkbook(id=job.id, at=at, content=book))
    return {"rows": rows, "read_at": at.isoformat()}


def kept_until(job: Job) -> datetime:
    """When the file can no longer be fetched."""
    return job.created_at + RETENTION


def selection_of(job: Job) -> RegisterSelection:
    found = job.arguments
    days = {key: date.fromisoformat(found[key]) if found.get(key) else None for key in DAYS}
    return RegisterSelection(
        first=days["first"],
        last=days["last"],
        on=days["on"],
        as_of=days["as_of"],
        text=found["text"],
        by=RegisterDay(found["by"]) if found.get("by") else None,
        round_id=int(found["round"]) if found.get("round") else None,
        year=int(found["year"]) if found.get("year") else None,
    )


def _as_data(selection: RegisterSelection) -> dict[str, str]:
    days = {name: getattr(selection, name) for name in DAYS}
    numbers = {"round": selection.round_id, "year": selection.year}
    return (
        {name: day.isoformat() if day else "" for name, day in days.items()}
        | {name: "" if number is None else str(number) for name, number in numbers.items()}
        | {"text": selection.text, "by": selection.by or ""}
    )


def delete_expired(database: Database, *, at: datetime) -> None:
    """Files that have lain their time are gone."""
    with open_technical(database) as session:
        session.execute(delete(MadeWorkbook).where(MadeWorkbook.at < at - RETENTION))
