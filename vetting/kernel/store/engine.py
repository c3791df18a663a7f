"""The database: SQLite in one file or PostgreSQL, set up so that what is acknowledged is kept."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.sql.compiler import InsertmanyvaluesSentinelOpts

from vetting.kernel.dates import day_here
from vetting.kernel.store.own_files import make_own

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

MODE: Final = "vetting_mode"
ONLY_READS: Final = "vetting_only_reads"
READ, WRITE = "read", "write"
DAY_FUNCTION: Final = "vetting_day"
"""What SQLite, which knows of no time zones, calls the day in Sweden of a moment."""
MOST_STATEMENTS: Final = 2_000
"""Statements that an engine keeps ready, in words and compiled; the program has some 1,500."""
BUSY_MILLISECONDS: Final = 20_000
PRAGMAS: Final = {"busy_timeout": BUSY_MILLISECONDS, "journal_mode": "wal", "foreign_keys": 1, "synchronous": 2}
"""synchronous 2 is FULL: a decision that was acknowledged survives the loss of power."""
REACH: Final = {
    "connect_timeout": "5",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}
"""How soon a host that does not answer is given up, where the address says nothing else: seconds, then thousandths."""
GIVEN_UP: Final = (
    "SET idle_in_transaction_session_timeout = '10min'; "
    "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3"
)
"""How soon the server gives up a program that is gone in the middle of something: whoever waits for it may go on."""
TRY_AGAIN: Final = 0.02
"""Seconds between attempts to set up a file that somebody else is setting up."""


@dataclass(frozen=True, slots=True)
class Database:
    """One database, with a door for reading and one for writing."""

    engine: Engine
    reading: Engine
    writing: Engine
    memory: dict[type, object] = field(default_factory=dict, compare=False)
    """What this process keeps of it to be quick: one of each kind."""
    run_by: str = ""
    """Of a command: who runs it on the machine, and which; told with what nobody is signed in for."""

    @property
    def is_sqlite(self) -> bool:
        """Whether it is one file."""
        return self.engine.dialect.name == "sqlite"

    def close(self) -> None:
        """Gives back every connection."""
        self.engine.dispose()


def connect_database(address: str) -> Database:
    """The database at an address: `sqlite:///file.db` or `postgresql://...`."""
    url = _with_driver(make_url(address))
    if url.get_backend_name() == "sqlite":
        return _sqlite(url)
    reach = {name: value for name, value in REACH.items() if name not in url.query}
    engine = create_engine(
        url,
        hide_parameters=True,
        query_cache_size=MOST_STATEMENTS,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=10,
        connect_args=reach,
    )

    @event.listens_for(engine, "connect")
    def _limit(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute(GIVEN_UP)
        cursor.close()
        connection.commit()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get(MODE) == WRITE:
            connection.exec_driver_sql("SET LOCAL statement_timeout = '120s'")
            connection.exec_driver_sql("SET LOCAL lock_timeout = '60s'")

    return Database(
        engine,
        engine.execution_options(**{MODE: READ}, isolation_level="REPEATABLE READ", postgresql_readonly=True),
        engine.execution_options(**{MODE: WRITE}, isolation_level="SERIALIZABLE"),
    )


def _with_driver(url: URL) -> URL:
    return url.set(drivername="postgresql+psycopg") if url.get_backend_name() == "postgresql" else url


def _sqlite(url: URL) -> Database:
    if not url.database or url.database == ":memory:":
        raise ValueError("A database in memory is lost with its connection: give a file.")
    path = Path(url.database)
    if not path.exists():
        make_own(path)
    own = {"timeout": BUSY_MILLISECONDS / 1000, "cached_statements": MOST_STATEMENTS}
    engine = create_engine(url, hide_parameters=True, query_cache_size=MOST_STATEMENTS, connect_args=own)
    # rows of one INSERT are numbered in their order, so that many objects are inserted by one statement
    engine.dialect.insertmanyvalues_implicit_sentinel = InsertmanyvaluesSentinelOpts.AUTOINCREMENT
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin_sqlite)
    return Database(engine, engine.execution_options(**{MODE: READ}), engine.execution_options(**{MODE: WRITE}))


def _set_up(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Every connection gets the same settings, and is not used unless it has them."""
    raw: Any = connection
    raw.isolation_level = None  # transactions begin where we say, not where the driver guesses
    cursor = raw.cursor()
    for name, value in PRAGMAS.items():
        _set(cursor, name, value)
    found = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in PRAGMAS}
    raw.create_function(DAY_FUNCTION, 1, _day_of, deterministic=True)
    cursor.close()
    if found != PRAGMAS:
        raise RuntimeError(f"SQLite did not take its settings: {found}")


def _day_of(moment: str | None) -> str | None:
    """The day in Sweden of a moment as the database keeps it: in UTC, without saying so."""
    return None if moment is None else day_here(datetime.fromisoformat(moment).replace(tzinfo=UTC)).isoformat()


def _set(cursor: Any, name: str, value: object) -> None:  # noqa: ANN401 - a cursor of the driver
    """SQLite does not wait by itself for its journal when a process beside this one makes the same new file ready."""
    last = monotonic() + BUSY_MILLISECONDS / 1000
    while True:
        try:
            cursor.execute(f"PRAGMA {name} = {value}")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > last:
                raise
            sleep(TRY_AGAIN)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    """A write takes the one place for writing at once; a read cannot change anything."""
    mode = connection.get_execution_options().get(MODE)
    only_reads = mode == READ
    if connection.info.get(ONLY_READS) is not only_reads:  # a connection from the pool knows what it was last
        connection.exec_driver_sql(f"PRAGMA query_only = {int(only_reads)}")
        connection.info[ONLY_READS] = only_reads
    connection.exec_driver_sql("BEGIN IMMEDIATE" if mode == WRITE else "BEGIN")
