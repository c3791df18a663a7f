"""A new database that several processes open at once: whoever comes second waits until it is set up."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import ForeignKey, Text, event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from vetting.kernel.store import engine
from vetting.kernel.store.engine import connect_database

if TYPE_CHECKING:
    from pathlib import Path


class Alone(DeclarativeBase):
    """Tables of this test."""


class Line(Alone):
    """A line, perhaps below another."""

    __tablename__ = "lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    below_id: Mapped[int | None] = mapped_column(ForeignKey("lines.id"))


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


def test_many_objects_are_inserted_by_few_statements_and_each_knows_its_own_number(tmp_path: Path) -> None:
    asked: list[str] = []
    with closing(connect_database(f"sqlite:///{tmp_path / 'ny.db'}")) as opened:
        Alone.metadata.create_all(opened.engine)
        event.listen(opened.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
        with Session(opened.engine) as session:
            session.add(Line(id=500, text="kept since before"))
            session.commit()
            lines = [Line(text=f"line {number % 7} of {number}") for number in range(1500)]
            session.add_all(reversed(lines))
            asked.clear()
            session.flush()
            inserts = sum(one.startswith("INSERT") for one in asked)
            told = {line.id: line.text for line in lines}
            session.commit()
        with Session(opened.engine) as session:
            stored = {key: text for key, text in session.execute(select(Line.id, Line.text)) if key != 500}
    assert stored == told
    assert inserts == 2  # a thousand rows each
