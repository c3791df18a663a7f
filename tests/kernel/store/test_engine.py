"""A new database that several processes open at once: whoever comes second waits until it is set up."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError

from vetting.kernel.store import engine
from vetting.kernel.store.engine import connect_database

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def being_written(tmp_path: Path) -> sqlite3.Connection:
    """A file without a journal of our kind, in which somebody is writing."""
    other = sqlite3.connect(tmp_path / "ny.db", isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE anything (x)")
    other.execute("BEGIN IMMEDIATE")
    return other


def test_a_file_that_somebody_is_setting_up_is_opened_when_they_are_done(
    being_written: sqlite3.Connection, tmp_path: Path
) -> None:
    done = threading.Timer(0.2, being_written.rollback)
    done.start()
    with closing(connect_database(f"sqlite:///{tmp_path / 'ny.db'}")) as opened, opened.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    done.join()
    being_written.close()


def test_a_file_that_stays_busy_is_told_of_in_the_end(
    being_written: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_MILLISECONDS", 100)
    with (
        closing(connect_database(f"sqlite:///{tmp_path / 'ny.db'}")) as opened,
        pytest.raises(OperationalError, match="locked"),
    ):
        opened.engine.connect()
    being_written.close()
