"""Advisory locks of writing transactions, in PostgreSQL: one writer at a time in each board, boards side by side.

The locks are advisory ones of the session, taken before its transaction begins: so the transaction sees what whoever
held them before has done. Whoever writes to a board holds that board's. Of the tables that boards share, rows are added
by whoever holds the shared lock too, and changed or removed only by whoever writes alone: nobody rests on such a row
meanwhile. SQLite has one place for writing, and needs none.

Which locks a transaction needs turns out as it is written: `LockNotHeldError` then begins it anew with the locks that
were missing.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import OperationalError

from vetting.kernel.store.base import SHARED_BY_BOARDS
from vetting.kernel.store.engine import MODE, WRITE
from vetting.kernel.store.trail import SHARED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy import Connection, Engine, Table

    from vetting.kernel.store.engine import Database

CHAINS: Final = 7_361_945
"""The class of the locks; the key is the board, 0 for what boards share."""
ALL: Final = -1
"""The key that whoever writes to some boards shares, and whoever writes alone has."""
ALONE: Final = f"SELECT pg_advisory_xact_lock({CHAINS}, {ALL})"
"""For a transaction that begins with it: nobody else writes until it ends."""
PATIENCE: Final = "SET lock_timeout = '60s'"
RELEASE_LOCKS: Final = "SELECT pg_advisory_unlock_all(); RESET lock_timeout"


class LockNotHeldError(OperationalError):
    """Something is to be written that the locks that are held do not allow. needed: the boards; None for alone."""

    def __init__(self, needed: frozenset[int] | None) -> None:
        super().__init__(None, None, Exception("out of turn"))
        self.needed = needed


class HeldLocks:
    """What the locks that are held allow. boards: None where nobody else writes."""

    def __init__(self, boards: frozenset[int] | None) -> None:
        self.boards = boards

    def write_to(self, board: int) -> None:
        """Something of a board, or with 0 something new that boards share, is to be written.

        Raises:
            LockNotHeldError: its lock is not held.
        """
        if self.boards is not None and board not in self.boards:
            raise LockNotHeldError(self.boards | {board})

    def write_rows(self, table: Table, *, new: bool) -> None:
        """Rows of a table are to be added, or (not new) changed or removed.

        Raises:
            LockNotHeldError: boards share them, and the lock for that is not held.
        """
        if self.boards is None or not table.info.get(SHARED_BY_BOARDS):
            return
        if not new:
            raise LockNotHeldError(None)
        self.write_to(SHARED)


@contextmanager
def acquire_write_locks(
    database: Database, boards: frozenset[int] | None
) -> Iterator[tuple[Engine | Connection, HeldLocks]]:
    """Opens the connection of a transaction that writes, with its locks. boards: of which; None for all."""
    if database.is_sqlite:
        yield database.writing, HeldLocks(None)
        return
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        try:
            connection.exec_driver_sql("; ".join([PATIENCE, *_locks(boards)]))
            connection.commit()
            level = "SERIALIZABLE" if boards is None else "REPEATABLE READ"
            connection.execution_options(**{MODE: WRITE}, isolation_level=level)
            yield connection, HeldLocks(boards)
        finally:
            _give_back(connection)


def _locks(boards: Collection[int] | None) -> list[str]:
    if boards is None:
        return [f"SELECT pg_advisory_lock({CHAINS}, {ALL})"]
    own = [f"SELECT pg_advisory_lock({CHAINS}, {board})" for board in sorted(boards)]
    return [f"SELECT pg_advisory_lock_shared({CHAINS}, {ALL})", *own]


def _give_back(connection: Connection) -> None:
    """A connection that cannot be asked for it is closed, and its locks go with it."""
    if connection.invalidated:
        return
    try:
        connection.rollback()
        connection.execution_options(**{MODE: ""}, isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql(RELEASE_LOCKS)
        connection.commit()
    except Exception:  # noqa: BLE001 - whatever is the matter, a connection that is closed holds no lock
        connection.invalidate()
