"""Jobs that wait: the oldest first, one of a board at a time, and one whose worker is lost is taken up again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.board import BoardAtWork
from tests.factories import NOW
from vetting.kernel.roles import Role
from vetting.kernel.store.jobs import DONE, RUNNING, SILENT, Job, next_waiting, note_heartbeat
from vetting.kernel.store.session import open_technical

if TYPE_CHECKING:
    from datetime import datetime

    from vetting.kernel.store.engine import Database


def queued(board: BoardAtWork, times: int) -> list[int]:
    with open_technical(board.database) as session:
        jobs = [
            Job(
                board_id=board.board_id,
                kind="x",
                arguments={},
                result={},
                told={},
                created_at=NOW,
                by_user_id=board.staff[Role.AUDITOR].id,
            )
            for _ in range(times)
        ]
        session.add_all(jobs)
        session.flush()
        return [job.id for job in jobs]


def taken(database: Database, at: datetime = NOW) -> int | None:
    """The job that a worker takes up."""
    with open_technical(database) as session:
        job = next_waiting(session, at)
        if job is None:
            return None
        note_heartbeat(job, at, state=RUNNING)
        return job.id


def ended(database: Database, key: int) -> None:
    with open_technical(database) as session:
        session.get_one(Job, key).state = DONE


def test_no_board_waits_for_the_lists_of_another(database: Database) -> None:
    norr, syd = BoardAtWork(database, code="norr").build(), BoardAtWork(database, code="syd").build()
    first, second = queued(norr, 2)
    [other] = queued(syd, 1)
    assert [taken(database), taken(database), taken(database)] == [first, other, None]
    ended(database, first)
    assert [taken(database), taken(database)] == [second, None]


def test_a_job_whose_worker_is_lost_is_taken_up_again_before_those_that_came_later(database: Database) -> None:
    first, second = queued(BoardAtWork(database).build(), 2)
    assert taken(database) == first
    assert taken(database, NOW + SILENT) is None
    assert taken(database, NOW + SILENT + timedelta(seconds=1)) == first
    ended(database, first)
    assert taken(database, NOW + SILENT + timedelta(seconds=1)) == second
