"""What somebody with the database's own tools can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading

if TYPE_CHECKING:
    from vetting.kernel.store.engine import Database


def raw(database: Database, *statements: str) -> None:
    """Statements past the program."""
    with database.engine.begin() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for statement in statements:
            connection.exec_driver_sql(statement)


def without_triggers(database: Database, *tables: str) -> None:
    """Takes away what the database itself guards tables with."""
    for table in tables:
        if database.is_sqlite:
            found = rows_of(database, f"SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='{table}'")
            raw(database, *(f"DROP TRIGGER {row[0]}" for row in found))
        else:
            raw(database, f"ALTER TABLE {table} DISABLE TRIGGER USER")


def rows_of(database: Database, statement: str) -> Any:
    """What a statement finds."""
    with database.engine.connect() as connection:
        return connection.exec_driver_sql(statement).all()


def told(database: Database, anchor: str = "") -> list[str]:
    """What a look through the trail tells."""
    with open_reading(database) as session:
        return [
            f"{problem.where}: {problem.what.en}"
            for problem in trail_verification.verify_trail(session, anchor=anchor).problems
        ]
