"""The worker when the database is held by another or goes away: no job ends of that."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from tests.board import BoardAtWork, rules
from tests.factories import NOW
from vetting.jobs.worker import Worker
from vetting.kernel.register_tables import RegisterName
from vetting.kernel.roles import Role
from vetting.kernel.store import engine
from vetting.kernel.store.jobs import DONE, QUEUED, Job
from vetting.kernel.store.session import open_reading
from vetting.registers import RegisterSelection, workbook_jobs

if TYPE_CHECKING:
    import pytest

    from tests.databases import Databases


def test_a_heartbeat_that_the_database_has_no_room_for_ends_no_job(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_MILLISECONDS", 100)
    monkeypatch.setitem(engine.PRAGMAS, "busy_timeout", 100)
    board = BoardAtWork.copied(databases, "sqlite")
    with closing(board.database):
        wanted = RegisterSelection(on=NOW.date())
        key = board.do(workbook_jobs.ask_for, RegisterName.APPROVALS, wanted, role=Role.AUDITOR).id
        worker = Worker(board.database, rules(), lambda: NOW)
        with closing(sqlite3.connect(str(board.database.engine.url.database), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert worker.heard_of(key, 3, 10)
            assert done(board, key) == 0
        assert worker.heard_of(key, 4, 10)
        assert done(board, key) == 4


class CutOff(Worker):
    """A worker under whom the server stops and starts once, in the middle of its first job."""

    cuts: list[int]

    def heard_of(self, key: int, done: int, total: int) -> bool:
        heard = super().heard_of(key, done, total)
        if self.cuts:
            self.cuts.pop()
            with self.database.engine.connect() as other:
                ours = "datname = current_database() AND pid <> pg_backend_pid()"
                other.exec_driver_sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {ours}")
        return heard


def test_a_job_that_loses_the_database_waits_and_is_done_when_it_is_back(databases: Databases) -> None:
    board = BoardAtWork.copied(databases, "postgresql")
    with closing(board.database):
        wanted = RegisterSelection(on=NOW.date())
        key = board.do(workbook_jobs.ask_for, RegisterName.APPROVALS, wanted, role=Role.AUDITOR).id
        worker = CutOff(board.database, rules(), lambda: NOW)
        worker.cuts = [1]
        assert not worker.run_next()
        assert worker.cuts == []
        assert state(board, key) == QUEUED
        assert worker.run_next()
        assert state(board, key) == DONE


def state(board: BoardAtWork, key: int) -> str:
    with open_reading(board.database) as session:
        return session.get_one(Job, key).state


def done(board: BoardAtWork, key: int) -> int:
    with open_reading(board.database) as session:
        return session.get_one(Job, key).done
