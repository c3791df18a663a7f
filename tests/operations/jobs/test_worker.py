"""The worker when the database is held by another or goes away: no job ends of that."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests.board import BoardAtWork, rules
from tests.factories import NOW
from tests.operations.jobs.working_off import work_off
from vetting.kernel.register_tables import RegisterName
from vetting.kernel.roles import Role
from vetting.kernel.store import engine
from vetting.kernel.store.jobs import DONE, FAILED, QUEUED, RUNNING, SILENT, Job, claim_next_job
from vetting.kernel.store.session import open_reading
from vetting.lists.models.staged_files import READING, READY, StagedFile
from vetting.lists.services import staged_files
from vetting.operations.jobs.worker import Worker
from vetting.registers import RegisterSelection, workbook_jobs

if TYPE_CHECKING:
    import pytest

    from tests.databases import Databases


def ask_for_register(board: BoardAtWork) -> int:
    """The key of a job that waits."""
    wanted = RegisterSelection(on=NOW.date())
    return int(board.do(workbook_jobs.ask_for, RegisterName.APPROVALS, wanted, role=Role.AUDITOR).id)


def test_a_heartbeat_that_the_database_has_no_room_for_ends_no_job(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_MILLISECONDS", 100)
    monkeypatch.setitem(engine.PRAGMAS, "busy_timeout", 100)
    board = BoardAtWork.copied(databases, "sqlite")
    with closing(board.database):
        key = ask_for_register(board)
        worker = Worker(board.database, rules(), lambda: NOW)
        job = claim_next_job(board.database, NOW)
        assert job is not None
        with closing(sqlite3.connect(str(board.database.engine.url.database), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert worker.report_progress(job, 3, 10)
            assert done(board, key) == 0
        assert worker.report_progress(job, 4, 10)
        assert done(board, key) == 4


class CutOff(Worker):
    """A worker under whom the server stops and starts once, in the middle of its first job."""

    cuts: list[int]

    def report_progress(self, job: Job, done: int, total: int) -> bool:
        heard = super().report_progress(job, done, total)
        if self.cuts:
            self.cuts.pop()
            with self.database.engine.connect() as other:
                ours = "datname = current_database() AND pid <> pg_backend_pid()"
                other.exec_driver_sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {ours}")
        return heard


def test_a_job_that_loses_the_database_waits_and_is_done_when_it_is_back(databases: Databases) -> None:
    board = BoardAtWork.copied(databases, "postgresql")
    with closing(board.database):
        key = ask_for_register(board)
        worker = CutOff(board.database, rules(), lambda: NOW)
        worker.cuts = [1]
        assert not worker.run_next()
        assert worker.cuts == []
        assert state(board, key) == (QUEUED, 0), "it has ended no worker"
        assert worker.run_next()
        assert state(board, key) == (DONE, 1)


def test_whoever_works_off_all_jobs_takes_up_one_that_was_put_back(databases: Databases) -> None:
    board = BoardAtWork.copied(databases, "postgresql")
    with closing(board.database):
        key = ask_for_register(board)
        worker = CutOff(board.database, rules(), lambda: NOW)
        worker.cuts = [1]
        work_off(worker)
        assert worker.cuts == []
        assert state(board, key) == (DONE, 1)


def test_a_list_that_is_read_when_the_database_goes_is_read_again_from_its_beginning(databases: Databases) -> None:
    board = BoardAtWork.copied(databases, "postgresql")
    with closing(board.database):
        head = "municipality,system,org_number,name,types,activities,city"
        lines = [f"Provby,FRI,,Föreningen {place} i Provby,Idrott,,Provby" for place in range(3_000)]
        content, by = "\n".join([head, *lines]).encode(), board.staff[Role.CASEWORKER]
        key = staged_files.hand_in(board.database, content, "a.csv", round_id=None, by=by, at=NOW, wait=True)
        worker, cuts = Worker(board.database, rules(), lambda: NOW), [1]

        def cut(connection: Any, _cursor: Any, statement: str, *_rest: object) -> None:
            if cuts and statement.startswith("INSERT INTO staged_rows"):
                cuts.pop()
                own = connection.connection.dbapi_connection.info.backend_pid
                with board.database.engine.connect() as other:
                    other.exec_driver_sql(f"SELECT pg_terminate_backend({own})")

        event.listen(board.database.engine, "before_cursor_execute", cut)
        assert not worker.run_next()
        assert cuts == []
        assert staged_state(board, key) == READING
        assert worker.run_next()
        assert staged_state(board, key) == READY


def staged_state(board: BoardAtWork, key: int) -> str:
    with open_reading(board.database) as session:
        return session.get_one(StagedFile, key).state


def test_a_worker_that_comes_back_late_leaves_the_job_to_who_has_it(databases: Databases) -> None:
    """The server it spoke to is gone, another worker has taken the job up, and then it hears of it."""
    board = BoardAtWork.copied(databases, "sqlite")
    with closing(board.database):
        key = ask_for_register(board)
        late = Worker(board.database, rules(), lambda: NOW)
        first = claim_next_job(board.database, NOW)
        second = claim_next_job(board.database, NOW + SILENT + timedelta(seconds=1))
        assert first is not None
        assert second is not None
        assert (first.id, second.id) == (key, key)
        assert not late.report_progress(first, 3, 10)
        late._put_back(first, OperationalError("SELECT", {}, psycopg.errors.AdminShutdown()))
        late._ended(first, FAILED, {}, {})
        assert state(board, key) == (RUNNING, 2)
        assert late.report_progress(second, 3, 10)


def state(board: BoardAtWork, key: int) -> tuple[str, int]:
    """Where a job stands, and how many workers have had it."""
    with open_reading(board.database) as session:
        job = session.get_one(Job, key)
        return job.state, job.tries


def done(board: BoardAtWork, key: int) -> int:
    with open_reading(board.database) as session:
        return session.get_one(Job, key).done
