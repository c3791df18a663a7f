"""One evaluation: what is to be judged again is judged again, some cases at a time, beside the pages."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError

from vetting.casework.models.cases import Case
from vetting.casework.models.rescreening import RescreeningRequest, cases_to_rescreen, pending_rescreenings
from vetting.casework.services.screenings import (
    changed_screening,
    keep_changed,
    one_of_many,
    prefetch_screening_data,
    rescreen_where_changed,
)
from vetting.kernel.dates import day_here
from vetting.kernel.store.acting import Acting, Purpose
from vetting.kernel.store.session import open_reading, open_technical, run_in_transaction
from vetting.kernel.store.trail import SHARED, ends_of_chains
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from vetting.casework.services.screenings import ChangedScreening
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import Session, WritingSession

AT_A_TIME: Final = 250
"""Cases that are looked at between two looks for other work."""


def note_new_day(database: Database) -> None:
    """Every open case is judged again: what expires, is due or has come of age does so with the day."""
    with open_technical(database) as session:
        session.add_all(RescreeningRequest(board_id=key) for key in session.scalars(select(Board.id)))


def rescreen_waiting_cases(database: Database, *, at: datetime) -> bool:
    """Judges some of the waiting cases again, and keeps what has become of those it is otherwise for.

    Nobody waits for it: the cases are judged without holding the database, and only those that differ are written,
    together where nobody has written meanwhile.
    Returns whether anything waited.
    """
    done: dict[int, int | None] = {}
    changed: dict[int, ChangedScreening | None] = {}
    board_of: dict[int, int] = {}
    with open_reading(database, Acting(Purpose.JOBS, at)) as session:
        written = ends_of_chains(session)  # before anything else is read
        room = AT_A_TIME
        for row in pending_rescreenings(session):
            wanted = select(Case).where(cases_to_rescreen(row)).order_by(Case.id).limit(room)
            found = session.scalars(wanted).all()
            new = [case for case in found if case.id not in changed]  # several things may have touched one case
            changed |= _judge(session, new)
            board_of |= {case.id: case.board_id for case in new}
            done[row.id] = None if len(found) < room else found[-1].id
            room -= len(found)
            if room <= 0:
                break
    for board_id in sorted(set(board_of.values())):
        differ = {key: one for key, one in changed.items() if one is not None and board_of[key] == board_id}
        if differ and not _keep_together(database, board_id, differ, written, at):
            for key in differ:
                _judge_alone(database, board_id, key, at)
    if done:
        with open_technical(database, Acting(Purpose.JOBS, at)) as session:
            _note(session, done)
    return bool(done)


def rescreen_all(database: Database, *, at: datetime) -> None:
    """Until nothing waits: for a database that is filled before anybody sees it, and for tests."""
    while rescreen_waiting_cases(database, at=at):
        pass


def _judge(session: Session, cases: Sequence[Case]) -> dict[int, ChangedScreening | None]:
    """Case -> what its rules say where that is new. One that cannot be judged with the others is judged by itself."""
    on = day_here(session.now)
    prefetch_screening_data(session, cases)
    found: dict[int, ChangedScreening | None] = {}
    failed = []
    for case in cases:
        try:
            found[case.id] = changed_screening(session, case, on=on)
        except DBAPIError:
            raise
        except Exception:  # noqa: BLE001 - it is tried again, and told of then
            failed.append(case)
    prefetch_screening_data(session, ())
    for case in failed:
        found[case.id] = one_of_many(case.id, partial(changed_screening, session, case, on=on))
    return found


def _keep_together(
    database: Database,
    board_id: int,
    differ: Mapping[int, ChangedScreening],
    written: Mapping[int, int],
    at: datetime,
) -> bool:
    """Keeps those of a board in one transaction: as long as nothing was written there since, they hold.

    written: how far each chain of the trail had come then. What another board writes asks for its own look.

    Returns whether they are kept. Where one of them cannot be, or somebody has written meanwhile, none is.
    """

    def kept(session: WritingSession) -> bool:
        now = ends_of_chains(session)
        if any(now.get(chain) != written.get(chain) for chain in (board_id, SHARED)):
            return False
        cases = session.scalars(select(Case).where(Case.id.in_(differ)))
        keep_changed(session, {case: differ[case.id] for case in cases})
        return True

    try:
        return run_in_transaction(database, kept, Acting(Purpose.JOBS, at), boards=[board_id])
    except DBAPIError:
        raise
    except Exception:  # noqa: BLE001 - each is judged by itself, and the one that cannot be is told of then
        return False


def _judge_alone(database: Database, board_id: int, key: int, at: datetime) -> None:

    def judged(session: WritingSession) -> None:
        rescreen_where_changed(session, session.get_one(Case, key))

    one_of_many(key, lambda: run_in_transaction(database, judged, Acting(Purpose.JOBS, at), boards=[board_id]))


def _note(session: Session, done: Mapping[int, int | None]) -> None:
    """What is done is gone; of what is not, how far it has come."""
    session.execute(
        delete(RescreeningRequest).where(RescreeningRequest.id.in_([key for key, last in done.items() if last is None]))
    )
    for key, last in done.items():
        row = session.get(RescreeningRequest, key) if last is not None else None
        if row is not None and last is not None:
            row.done_to = last
