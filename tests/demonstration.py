"""The demonstration, filled once for a whole run of tests however many processes share it, and handed out as copies."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from tests.golden import record
from vetting.kernel.store.engine import connect_database
from vetting.operations.database.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection


@dataclass(frozen=True)
class FilledOnce:
    """A filled database in one file, and what the command printed of it."""

    path: Path
    printed: dict[str, Any]

    def copy(self, folder: Path) -> Path:
        """A copy of one's own, to change as one likes."""
        return Path(shutil.copy(self.path, folder / self.path.name))


def put_into(address: str, path: Path) -> None:
    """The filled database in an empty PostgreSQL that has all tables: every row as it stands in the file."""
    source, target = connect_database(f"sqlite:///{path}"), connect_database(address)
    with source.engine.connect() as read, target.engine.begin() as write:
        write.exec_driver_sql("SET LOCAL session_replication_role = replica")  # rows that name each other, in any order
        for table in metadata.sorted_tables:
            write.execute(table.delete())
            rows = [dict(row._mapping) for row in read.execute(table.select())]
            if rows:
                write.execute(table.insert(), rows)
        count_on(write)
        write.exec_driver_sql("ANALYZE")  # as a server does of itself after a while
    source.close()
    target.close()


def count_on(write: Connection) -> None:
    """PostgreSQL numbers new rows after those that came with their numbers; SQLite does so by itself."""
    for table in metadata.sorted_tables if write.dialect.name == "postgresql" else ():
        for column in table.primary_key.columns:
            sequence = write.exec_driver_sql(f"SELECT pg_get_serial_sequence('{table.name}', '{column.name}')").scalar()
            last = write.execute(select(func.max(column))).scalar() if sequence else None
            if last:
                write.exec_driver_sql(f"SELECT setval('{sequence}', {last})")


def fill(folder: Path) -> FilledOnce:
    """Fills the demonstration in a folder, unless another process has done it or is doing it: then waits for that.

    It is filled as for the golden record: at the moment when each run of the tests begins.
    """
    printed = folder / "demonstration.json"
    with (folder / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not printed.exists():
            _path, told = record.fill(folder)
            printed.write_text(json.dumps(told), encoding="utf-8")
    return FilledOnce(folder / "demonstration.db", json.loads(printed.read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> FilledOnce:
    """The demonstration, the same for every process of this run."""
    own = tmp_path_factory.getbasetemp()
    return fill(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)


@pytest.fixture
def demonstration_copy(demonstration: FilledOnce, tmp_path: Path) -> Iterator[Path]:
    """A filled database for one test."""
    path = demonstration.copy(tmp_path)
    yield path
    path.unlink(missing_ok=True)
