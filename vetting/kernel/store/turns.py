"""Whose turn it is to write, in PostgreSQL: one at a time in each board, all boards beside each other.

The locks are advisory ones of the session, taken before its transaction begins: so the transaction sees what whoever
held them before has done. SQLite has one place for writing, and needs none.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from vetting.kernel.store.base import IN_ORDER
from vetting.kernel.store.engine import MODE, WRITE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sqlalchemy import Connection, Engine, Table
    from sqlalchemy.orm import Session

    from vetting.kernel.store.engine import Database

CHAINS: Final = 7_361_945
"""The class of the locks of the chains; the key is the chain."""
ALL: Final = -1
"""The key that whoever writes to some chains shares, and whoever writes alone has."""
ORDERS: Final = 7_361_946
"""The class of the locks of tables whose ids are to come in the order in which they are seen."""
ALONE: Final = f"SELECT pg_advisory_xact_lock({CHAINS}, {ALL})"
"""For a transaction that begins with it: nobody else writes until it ends."""
PATIENCE: Final = "SET lock_timeout = '60s'"
GIVE_BACK: Final = "SELECT pg_advisory_unlock_all(); RESET lock_timeout"


@contextmanager
def turn_to_write(database: Database, boards: Collection[int] | None) -> Iterator[Engine | Connection]:
    """What a transaction that writes is opened on, while it is its turn. boards: the chains; None for all."""
    if database.is_sqlite:
        yield database.writing
        return
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        try:
            connection.exec_driver_sql("; ".join([PATIENCE, *_locks(boards)]))
            connection.commit()
            connection.execution_options(**{MODE: WRITE}, isolation_level="SERIALIZABLE")
            yield connection
        finally:
            _give_back(connection)


def _locks(boards: Collection[int] | None) -> list[str]:
    if boards is None:
        return [f"SELECT pg_advisory_lock({CHAINS}, {ALL})"]
    own = [f"SELECT pg_advisory_lock({CHAINS}, {chain})" for chain in sorted(set(boards))]
    return [f"SELECT pg_advisory_lock_shared({CHAINS}, {ALL})", *own]


def _give_back(connection: Connection) -> None:
    """A connection that cannot be asked for it is closed, and its locks go with it."""
    if connection.invalidated:
        return
    try:
        connection.rollback()
        connection.execution_options(**{MODE: ""}, isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql(GIVE_BACK)
        connection.commit()
    except Exception:  # noqa: BLE001 - whatever is the matter, a connection that is closed holds no lock
        connection.invalidate()


def keep_ids_in_order(session: Session, tables: Iterable[Table]) -> None:
    """Before rows are added whose newest id says how far somebody has read: nobody else adds any until this is done."""
    names = sorted({table.name for table in tables if table.info.get(IN_ORDER)})
    if session.get_bind().dialect.name == "sqlite":
        return
    for name in names:
        session.execute(text("SELECT pg_advisory_xact_lock(:class, hashtext(:name))"), {"class": ORDERS, "name": name})
