"""A full disk and a database that somebody else holds are told in those words."""

from __future__ import annotations

import errno
import sqlite3
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError

from vetting.kernel.store.storage_errors import DATABASE_BUSY, FULL, storage_problem_of

if TYPE_CHECKING:
    from pathlib import Path

    from vetting.kernel.store.engine import Database


def test_a_locked_database_is_told(file_database: Database) -> None:
    with file_database.writing.connect() as first, first.begin():
        with file_database.writing.connect() as second:
            raw = second.connection.driver_connection
            assert raw is not None
            raw.execute("PRAGMA busy_timeout = 10")
            second.rollback()
            with pytest.raises(OperationalError) as found:
                second.begin()
        assert storage_problem_of(found.value) is DATABASE_BUSY


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "small.db") as raw:
        raw.execute("PRAGMA max_page_count = 2")
        raw.execute("CREATE TABLE a (b)")
        with pytest.raises(sqlite3.OperationalError) as found:
            raw.execute("INSERT INTO a SELECT zeroblob(100000)")
    assert storage_problem_of(OperationalError("INSERT", {}, found.value)) is FULL
    assert storage_problem_of(OSError(errno.ENOSPC, "No space left on device")) is FULL


def test_the_cause_of_a_mistake_is_looked_at_too() -> None:
    error = ValueError("elsewhere")
    error.__cause__ = OSError(errno.ENOSPC, "full")
    assert storage_problem_of(error) is FULL
    assert storage_problem_of(ValueError("x")) is None
