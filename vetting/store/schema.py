"""Bringing a database to the newest tables, and telling whether it is there."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from vetting.store.engine import connect
from vetting.store.models import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from vetting.store.engine import Database

FOLDER = Path(__file__).parent / "migrations"


def upgrade(database: Database, to: str = "head") -> None:
    """Takes the steps that are missing."""
    with _config(database) as (config, _):
        command.upgrade(config, to)


def downgrade(database: Database, to: str) -> None:
    """Takes steps back; for tests, and for an installation that must return."""
    with _config(database) as (config, _):
        command.downgrade(config, to)


def newest() -> str:
    """The last step there is."""
    return str(ScriptDirectory(str(FOLDER)).get_current_head())


def present(database: Database) -> str | None:
    """The step a database stands at; None for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def differences(database: Database) -> list[object]:
    """How the tables differ from the models: nothing, when every change has its step."""
    with _config(database) as (_, connection):
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


@contextmanager
def _config(database: Database) -> Iterator[tuple[Config, Connection]]:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        yield config, connection


def opened(address: str) -> Database:
    """The database at an address with the newest tables."""
    database = connect(address)
    upgrade(database)
    return database
