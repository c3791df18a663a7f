"""Jobs that wait: the oldest first, one of a board at a time, and one whose worker is lost is taken up again."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING

import pytest

from tests.board import BoardAtWork
from tests.factories import NOW
from vetting.kernel.roles import Role
from vetting.kernel.store.jobs import DONE, FAILED, MOST_TRIES, SILENT, Job, claim_next_job
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
    job = claim_next_job(database, at)
    return job.id if job else None


def ended(database: Database, key: int, at: datetime = NOW) -> None:
    with open_technical(database) as session:
        job = session.get_one(Job, key)
        job.state, job.heard_at = DONE, at


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


def test_a_board_with_one_job_is_served_before_the_next_of_boards_with_hundreds(database: Database) -> None:
    """Two threads, and two boards whose jobs are all older: the third board's one does not wait for theirs."""
    norr, syd, mitt = (BoardAtWork(database, code=code).build() for code in ("norr", "syd", "mitt"))
    many = [set(queued(norr, 30)), set(queued(syd, 30))]
    [only] = queued(mitt, 1)
    order: list[int] = []
    running: list[int] = []
    for minute in range(6):
        at = NOW + timedelta(seconds=minute)
        while len(running) < 2 and (key := taken(database, at)):
            running.append(key)
            order.append(key)
        ended(database, running.pop(0), at)
    assert order.index(only) == 2
    assert {key for key in order if key != only} <= many[0] | many[1]


def test_a_job_that_ends_its_workers_is_given_up_with_a_word_and_the_next_goes_on(database: Database) -> None:
    first, second = queued(BoardAtWork(database).build(), 2)
    at = NOW
    for _ in range(MOST_TRIES):
        assert taken(database, at) == first
        at += SILENT + timedelta(seconds=1)
    assert taken(database, at) == second
    with open_technical(database) as session:
        job = session.get_one(Job, first)
        assert (job.state, job.ended_at, job.tries) == (FAILED, at, MOST_TRIES)
        assert "avbrutits tre gånger" in job.told["problems"][0][1]


@pytest.mark.both_engines
def test_a_hundred_jobs_are_each_taken_once_by_eight_who_are_at_it_at_once(database: Database) -> None:
    """And never two of one board at the same time."""
    boards = [BoardAtWork(database, code=f"b{place}").build() for place in range(5)]
    wanted = {key: board.board_id for board in boards for key in queued(board, 20)}
    met: list[int] = []
    at_once: set[int] = set()
    guard = Lock()

    def work() -> None:
        for _ in range(400):
            key = taken(database)
            if key is None:
                if len(met) == len(wanted):
                    return
                time.sleep(0.01)
                continue
            with guard:
                assert wanted[key] not in at_once
                at_once.add(wanted[key])
                met.append(key)
            time.sleep(0.002)
            with guard:
                at_once.discard(wanted[key])
            ended(database, key)

    with ThreadPoolExecutor(8) as pool:
        for one in [pool.submit(work) for _ in range(8)]:
            one.result()
    assert sorted(met) == sorted(wanted)
