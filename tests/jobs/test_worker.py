"""The worker when the database is held by another: a job goes on, and tells the next time how far it has come."""

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
from vetting.kernel.store.jobs import Job
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


def done(board: BoardAtWork, key: int) -> int:
    with open_reading(board.database) as session:
        return session.get_one(Job, key).done
