"""Bringing a database to the newest tables, and telling whether it is there."""

from __future__ import annotations

from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, inspect, select, table

from vetting.casework.models.records import Record
from vetting.kernel.problem import Problem, UnreadableError
from vetting.kernel.store.base import UtcMoment
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import WritingSession
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.store.trail_bulk_rows import bulks_of
from vetting.kernel.store.trail_verification import unerased_rows
from vetting.kernel.store.write_locks import ALONE, HeldLocks
from vetting.kernel.text import _
from vetting.operations.database.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from vetting.kernel.store.engine import Database

FOLDER = Path(__file__).parent / "migrations"
OLDER: Final = frozenset(f"{step:04}" for step in range(1, 37))
"""The steps of what came before 0.2.0, which no version brings along."""
HEAD_BEFORE: Final = "trail_head"
"""What versions that knew one chain of the trail hold while they write."""
OF_THE_STEPS: Final = frozenset({"alembic_version", HEAD_BEFORE})
"""Tables that are no model's, and are the steps' own."""
RECORDS_FILLED: Final = "0168"
"""The step that fills the table of records out of others."""
ERASED_PINNED: Final = "0172"
"""The step after which what is erased in the trail is empty or gone in its row."""
LOCK_OF_TABLES: Final = 7_361_944
"""The number of the lock that whoever changes tables in PostgreSQL holds; SQLite has one place for writing anyway."""


def upgrade(database: Database, to: str = "head", *, first: Callable[[str], None] = lambda _: None) -> str | None:
    """Takes the steps that are missing. Where it stood: a second upgrade waits, and finds nothing to do.

    first: is called with the step that is left, before anything is changed and while nobody else writes.

    Raises:
        UnreadableError: it stands at a step that this version does not know; nothing is changed.
    """
    with _config(database, alone=True) as (config, connection):
        before = MigrationContext.configure(connection).get_current_revision()
        refuse_unknown_step(before)
        if before is not None and before != newest_step():
            if not database.is_sqlite:
                connection.exec_driver_sql(ALONE)
                if connection.exec_driver_sql(f"SELECT to_regclass('{HEAD_BEFORE}')").scalar() is not None:
                    connection.exec_driver_sql(f"LOCK TABLE {HEAD_BEFORE} IN EXCLUSIVE MODE")
            first(before)
        command.upgrade(config, to)
        if to == "head" and before is not None and before < RECORDS_FILLED:
            _tell_of_filled(database, connection)
        if to == "head" and before is not None and before < ERASED_PINNED:
            _pin_erased(database, connection)
    return before


def _pin_erased(database: Database, connection: Connection) -> None:
    """Records values anew that an earlier version erased from the trail though the row kept them."""
    with WritingSession(database, connection, HeldLocks(None)) as session:
        kept = unerased_rows(session, {})
        at = session.execute(select(func.current_timestamp(type_=UtcMoment()))).scalar_one()
    for row in kept:  # an entry each: what it says may be erased when its row is gone
        with WritingSession(database, connection, HeldLocks(None)) as session:
            session.changed.append(
                {"table": row.table, "id": row.id, "op": "update", "after": row.values, "before": {}}
            )
            session.add_entry(TrailNote(action="erased_pinned", by=None, at=at))
            session.commit()


def _tell_of_filled(database: Database, connection: Connection) -> None:
    """The trail knows the rows that a step made out of others: each board's has a digest of its own, in one entry."""
    with WritingSession(database, connection, HeldLocks(None)) as session:
        at = session.execute(select(func.current_timestamp(type_=UtcMoment()))).scalar_one()
        for board_id in session.scalars(select(Record.board_id).distinct().order_by(Record.board_id)).all():
            keys = session.scalars(select(Record.id).where(Record.board_id == board_id)).all()
            bulk = tuple(bulks_of(session, Record, keys))
            session.add_entry(TrailNote(action="records_filled", by=None, at=at, board_id=board_id, bulk=bulk))
        session.commit()


def count_rows(database: Database) -> None:
    """Lets PostgreSQL count what its tables hold: a dump has no counts, and until it makes some its plans are blind.

    SQLite plans by its indexes alone, and needs none.
    """
    if database.is_sqlite:
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def downgrade(database: Database, to: str) -> None:
    """Takes steps back; for tests, and for an installation that must return."""
    with _config(database, alone=True) as (config, _):
        command.downgrade(config, to)


def rows_taken_out(database: Database) -> dict[str, int]:
    """Table -> its rows, of the tables there that this version has none of: the next upgrade drops them."""
    with database.engine.connect() as connection:
        strange = sorted(set(inspect(connection).get_table_names()) - metadata.tables.keys() - OF_THE_STEPS)
        counted = {name: connection.scalar(select(func.count()).select_from(table(name))) or 0 for name in strange}
    return {name: number for name, number in counted.items() if number}


def newest_step() -> str:
    """The last step there is."""
    return str(ScriptDirectory(str(FOLDER)).get_current_head())


@lru_cache(maxsize=1)
def _newest_step() -> str:
    return newest_step()


def is_current(database: Database) -> bool:
    """Whether a database has the newest tables: cheap enough to be asked often."""
    return present_step(database) == _newest_step()


def knows_step(step: str) -> bool:
    """Whether a step is one of this version's."""
    return any(found.revision == step for found in ScriptDirectory(str(FOLDER)).walk_revisions())


def refuse_unknown_step(step: str | None) -> None:
    """Goes on only with an empty database, or one whose step this version knows.

    Raises:
        UnreadableError: it is older than 0.2.0, or of a newer version than this.
    """
    if step is None or knows_step(step):
        return
    if step in OLDER:
        what = _("Databasen är gjord av en version före 0.2.0 och kan inte uppgraderas.")
        remedy = _("Ange en ny plats i VETTING_DATABASE_URL, eller öppna databasen med den version som gjorde den.")
    else:
        what = _("Databasen är gjord av en nyare version av programmet.")
        remedy = _("Använd den version som gjorde den, eller en senare.")
    raise UnreadableError(Problem("VETTING_DATABASE_URL", what, remedy))


def present_step(database: Database) -> str | None:
    """The step a database stands at; None for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def differences(database: Database) -> list[object]:
    """How the tables differ from the models: nothing, when every change has its step."""
    with _config(database) as (_, connection):
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


@contextmanager
def _config(database: Database, *, alone: bool = False) -> Iterator[tuple[Config, Connection]]:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    in_file = alone and database.is_sqlite
    with (database.writing if in_file else database.engine).begin() as connection:
        if alone and not in_file:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK_OF_TABLES})")
        config.attributes["connection"] = connection
        yield config, connection


def open_database(address: str) -> Database:
    """The database at an address with the newest tables."""
    database = connect_database(address)
    try:
        upgrade(database)
    except UnreadableError:
        database.close()
        raise
    return database
