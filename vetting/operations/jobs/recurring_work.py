"""The clock for work that comes back: a row each with its next time, taken by one worker whatever their number."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from vetting.api.services.systems import forget_minutes
from vetting.casework.models.rescreening import NEW_DAY, RecurringWork
from vetting.casework.services import reading, rescreening
from vetting.kernel.dates import day_here, midnight
from vetting.kernel.store.acting import Acting, Purpose
from vetting.kernel.store.session import open_reading, open_technical, run_in_transaction
from vetting.kernel.store.trail_checkpoints import write_checkpoint
from vetting.operations.database import backups
from vetting.operations.jobs import retention
from vetting.operations.jobs.anchoring import anchor_trail
from vetting.operations.jobs.surroundings import ExternalTargets
from vetting.people.services import role_expiry
from vetting.registers import workbook_jobs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from vetting.kernel.store.engine import Database

ALONE: Final = ExternalTargets()
BACKUP: Final = "backup"
TIE: Final = "trail_tie"
LEASE_TIME: Final = timedelta(minutes=10)
"""So long a worker has what it took; one that was killed is followed by another after that."""
LEASES: Final = {BACKUP: timedelta(hours=2), TIE: timedelta(minutes=2)}
"""Where it is another: a large database is not copied twice at once, and the chains are not long untied."""


def do_due(database: Database, *, at: datetime, beside: ExternalTargets = ALONE) -> bool:
    """Does what is due and nobody has taken, one thing; what a stop has delayed is made up for, once.

    beside: what lies beside the database, where the head of the trail and copies go.

    Returns whether anything was.
    """
    _add_new_work(database, at)
    name = _take_due_work(database, at)
    if name is None:
        return False
    WORK[name](database, at, beside)
    with open_technical(database) as session:
        row = session.scalars(select(RecurringWork).where(RecurringWork.name == name)).one()
        row.next_at = at + EACH[name] if name in EACH else midnight(day_here(at) + timedelta(days=1))
        row.held_until, row.done_for = None, day_here(at)
    return True


def _add_new_work(database: Database, at: datetime) -> None:
    """Each work has its row; what is new is due at once."""
    with open_reading(database) as session:
        missing = WORK.keys() - set(session.scalars(select(RecurringWork.name)))
    if missing:
        with suppress(IntegrityError), open_technical(database) as session:  # another worker was first
            session.add_all(RecurringWork(name=name, next_at=at) for name in WORK if name in missing)


def _take_due_work(database: Database, at: datetime) -> str | None:
    with open_reading(database) as session:
        if session.scalar(select(RecurringWork.id).where(_due(at)).limit(1)) is None:
            return None
    with open_technical(database) as session:
        wanted = select(RecurringWork).where(_due(at)).order_by(RecurringWork.id).limit(1)
        row = session.scalar(wanted.with_for_update(skip_locked=True))
        if row is None:
            return None
        row.held_until = at + LEASES.get(row.name, LEASE_TIME)
        return row.name


def _due(at: datetime) -> ColumnElement[bool]:
    return (RecurringWork.next_at <= at) & or_(RecurringWork.held_until.is_(None), RecurringWork.held_until < at)


def _forget(database: Database, at: datetime, _beside: ExternalTargets) -> None:
    """What is no record and has lain its time; papers that nobody has read are asked for again."""
    retention.remove_old(database, at=at)
    workbook_jobs.delete_expired(database, at=at)
    reading.ask_for_unread(database, at=at)
    forget_minutes(database, at=at)


def _follow_roles(database: Database, at: datetime, _beside: ExternalTargets) -> None:
    """Roles whose day has come begin and end."""
    run_in_transaction(database, role_expiry.follow_days, Acting(Purpose.ROLE_EXPIRY, at))


def _back_up(database: Database, at: datetime, beside: ExternalTargets) -> None:
    """A copy of everything, where a folder for copies is set."""
    if beside.backups is not None:
        backups.back_up_by_plan(database, beside.backups, at=at)


EACH: Final = {TIE: timedelta(minutes=1)}
"""What is done more often than once a day."""
WORK: Final[Mapping[str, Callable[[Database, datetime, ExternalTargets], object]]] = {
    NEW_DAY: lambda database, _at, _beside: rescreening.note_new_day(database),
    TIE: lambda database, at, _beside: write_checkpoint(database, at=at),
    "old_files": _forget,
    "trail_anchor": lambda database, at, beside: anchor_trail(database, beside.anchoring, at=at),
    "role_days": _follow_roles,
    BACKUP: _back_up,
}
"""Name -> what comes back: once a day, as soon as it has begun, in this order: first what the pages wait for."""
