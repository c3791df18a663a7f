"""Two kinds of session: one that can only read, and one that is one transaction with its trail entries."""

from __future__ import annotations

import random
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import Table, bindparam, event, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import ORMExecuteState, UOWTransaction
from sqlalchemy.orm import Session as OrmSession
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from vetting.kernel.store.acting import Acting, NoPersonError
from vetting.kernel.store.base import Base, table_of
from vetting.kernel.store.engine import BUSY_MILLISECONDS
from vetting.kernel.store.read_cache import ANSWERS, PAST_OBJECTS, WRITTEN, count_written
from vetting.kernel.store.trail import RUN_BY, TECHNICAL, TrailNote, change_of, changes_of, close_entries
from vetting.kernel.store.write_locks import LockNotHeldError, acquire_write_locks

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import BindParameter, Connection, Engine, Update

    from vetting.kernel.roles import Person
    from vetting.kernel.store.base import Plain
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.trail_bulk_rows import BulkDigest
    from vetting.kernel.store.write_locks import HeldLocks

T = TypeVar("T")
R = TypeVar("R", bound=Base)
TRIES: Final = 4
ACCOUNTED_OPTION: Final = "vetting_seen"
DATABASE: Final = "vetting_database"
BESIDE: Final[dict[str, Any]] = {ACCOUNTED_OPTION: True, "synchronize_session": False}
"""For statements that change only what lies ready and is no record, or whose rows the trail is told of in bulk."""
_KEY, _READ = "row_key", "row_read"
"""In a statement about many rows: which one, and the version that it was read at."""
BEFORE_TRAIL: Final[list[Callable[[Session, Sequence[Mapping[str, Any]]], None]]] = []
"""Called with a transaction's changes before its trail is written; filled by `operations.database.tables` only."""
TRY_AGAIN: Final = frozenset({"40001", "40P01"})
"""PostgreSQL: could not serialise, deadlock. Whoever has waited long for a lock is told so."""
TAKEN: Final = frozenset({"23505", "23P01"})
"""PostgreSQL: a key or a time is taken. Where others write too it may have been at the same moment: whoever looks again
sees it."""


class ReadOnlyError(RuntimeError):
    """A reading session was asked to write: a mistake of ours."""


class NoTrailError(RuntimeError):
    """A change without an entry in the trail: a mistake of ours."""


class Session(OrmSession):
    """A session that knows for whom it was opened, and the moment of the act."""

    _acting: Acting | None = None

    @property
    def acting(self) -> Acting | None:
        """For whom it was opened."""
        return self._acting

    @acting.setter
    def acting(self, acting: Acting | None) -> None:
        self._acting = acting
        self.info.get(ANSWERS, {}).clear()  # what another user may see

    @property
    def person(self) -> Person:
        """The user for whom the session was opened.

        Raises:
            NoPersonError: it was opened for a purpose of the system, or for nothing that needs a user.
        """
        found = self.person_or_none
        if found is None:
            raise NoPersonError(self.acting.who if self.acting else "a session that was opened for no user")
        return found

    @property
    def person_or_none(self) -> Person | None:
        """The user; None where the system acts for a purpose of its own."""
        return self.acting.person if self.acting else None

    @property
    def user_id(self) -> int | None:
        """The account of the user; None for the system, and for a command of the machine."""
        found = self.person_or_none
        return found.id or None if found else None

    @property
    def now(self) -> datetime:
        """The moment of the act, the same in every retry.

        Raises:
            NoPersonError: the session was opened for nothing that needs the clock.
        """
        found = self.acting.now if self.acting else None
        if found is None:
            raise NoPersonError("a session that was opened without the clock")
        return found

    @property
    def today(self) -> date:
        """The day of the act in Sweden."""
        return self.now.date()

    def act_for(self, person: Person) -> None:
        """Gives a session that was opened for a purpose its user, who was read in it.

        Raises:
            NoPersonError: it has another user already: one transaction is one user's.
        """
        if self.acting is None or self.acting.person not in {None, person}:
            raise NoPersonError(person.id)
        self._acting = Acting(person, self.acting.now)


class ReadingSession(Session):
    """Refuses every flush and every statement that changes rows."""


class WritingSession(Session):
    """One transaction. Whoever changes something notes it; commit fails when nothing was noted."""

    def __init__(
        self, database: Database, bind: Engine | Connection, turn: HeldLocks, acting: Acting | None = None
    ) -> None:
        self._acting = acting
        self.written: Counter[str] = Counter()
        info = {DATABASE: database, ANSWERS: {}, WRITTEN: self.written}
        super().__init__(bind, expire_on_commit=False, info=info)
        self.noted: list[TrailNote] = []
        self.changed: list[dict[str, Any]] = []
        self.turn = turn
        self.is_ending = False
        """Whether the database has been asked to keep it: whoever loses the connection then does not know."""

    def note(
        self,
        action: str,
        subject: Base | None = None,
        *,
        case_id: int | None = None,
        board_id: int | None = None,
        reason: str = "",
        detail: Plain | None = None,
        bulk: tuple[BulkDigest, ...] = (),
    ) -> None:
        """Writes an entry of the audit log, by the session's user at its moment; the changed rows become its content.

        subject: the row that it is about. detail: fills in the words of the action. bulk: rows moved past the objects.
        """
        self.add_entry(
            TrailNote(
                action=action,
                by=self.person_or_none,
                at=self.now,
                subject=subject,
                case_id=case_id,
                board_id=board_id,
                reason=reason,
                detail=detail or {},
                bulk=bulk,
            )
        )

    def add_entry(self, entry: TrailNote) -> None:
        """Writes an entry that is another's than the session's user: of the system while a user acts, of a past day."""
        self.turn.write_to(entry.chain)
        run_by = database_of(self).run_by
        if run_by and not (entry.by and entry.by.id):
            entry = replace(entry, detail=entry.detail | {RUN_BY: run_by})
        self.noted.append(entry)


@event.listens_for(ReadingSession, "before_flush")
def _refuse_flush(session: OrmSession, _context: UOWTransaction, _instances: object) -> None:
    if session.new or session.dirty or session.deleted:
        raise ReadOnlyError("flush in a reading session")


@event.listens_for(ReadingSession, "do_orm_execute")
def _refuse_bulk(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        raise ReadOnlyError("a statement that changes rows in a reading session")


@event.listens_for(WritingSession, "before_flush")
def _write_in_turn(session: OrmSession, _context: UOWTransaction, _instances: object) -> None:
    if not isinstance(session, WritingSession):
        return
    changed = [row for row in session.dirty if session.is_modified(row)]
    for row in (*session.new, *changed, *session.deleted):
        session.turn.write_rows(table_of(type(row)), new=row in session.new)
        board = getattr(row, "board_id", None)
        if isinstance(board, int):
            session.turn.write_to(board)


@event.listens_for(WritingSession, "do_orm_execute")
def _refuse_unseen(state: ORMExecuteState) -> None:
    """A statement that changes rows past the objects would change them past the trail."""
    if not (state.is_insert or state.is_update or state.is_delete):
        return
    if not state.execution_options.get(ACCOUNTED_OPTION):
        raise NoTrailError("a statement that changes rows: use objects, or tell the trail of them in bulk")
    if isinstance(state.session, WritingSession):
        table = getattr(state.statement, "table", None)
        if isinstance(table, Table):
            state.session.turn.write_rows(table, new=state.is_insert)
        state.session.written[PAST_OBJECTS] += 1


@event.listens_for(WritingSession, "after_flush")
def _keep_changes(session: OrmSession, _context: UOWTransaction) -> None:
    if isinstance(session, WritingSession):
        for change in changes_of(session):
            session.changed.append(change)
            count_written(session.written, change)


@event.listens_for(WritingSession, "before_commit")
def _write_trail(session: OrmSession) -> None:
    if not isinstance(session, WritingSession):
        return
    session.flush()
    untold = [(change["table"], change["op"]) for change in session.changed if change["table"] not in TECHNICAL]
    if untold and not session.noted:
        raise NoTrailError(untold)
    if not BEFORE_TRAIL:
        raise LookupError("vetting.operations.database.tables is not loaded")
    for follow in BEFORE_TRAIL:
        follow(session, session.changed)
    close_entries(session, session.noted, session.changed)
    session.noted, session.changed = [], []
    session.is_ending = True


def write_together(session: WritingSession, changed: Mapping[R, Mapping[str, Any]]) -> None:
    """New values for rows of one table, of the same columns, by one statement; the trail is told as of any change.

    For many rows that count their versions: a flush writes those one by one.

    Raises:
        StaleDataError: one of them is no longer as it was read; nothing is kept.
    """
    rows = []
    for row, values in changed.items():
        counter = row.__mapper__.version_id_col
        if counter is None:
            raise TypeError(row)
        read = getattr(row, counter.name)
        change = change_of(row, {**values, counter.name: read + 1})
        rows.append({**values, counter.name: read + 1, _KEY: change["id"], _READ: read})
        session.changed.append(change)
        count_written(session.written, change)
    if not rows:
        return
    statement = _written_together(type(next(iter(changed))), frozenset(rows[0]))
    found = session.connection().execute(statement, rows).rowcount
    if found != len(rows):
        raise StaleDataError(f"{len(rows)} rows were to be written, {found} are as they were read")
    for row, values in zip(changed, rows, strict=True):
        for name in values.keys() - {_KEY, _READ}:
            set_committed_value(row, name, values[name])


@cache
def _written_together(model: type[Base], names: frozenset[str]) -> Update:
    table, counter = table_of(model), model.__mapper__.version_id_col
    key, read = next(iter(table.primary_key.columns)), table.c[counter.name if counter is not None else _KEY]
    values: dict[str, BindParameter[Any]] = {name: bindparam(name) for name in names - {_KEY, _READ}}
    return update(table).where(key == bindparam(_KEY), read == bindparam(_READ)).values(values)


def database_of(session: OrmSession) -> Database:
    """The database that a session reads or writes."""
    found: Database = session.info[DATABASE]
    return found


def opened_for_reading(database: Database, acting: Acting | None = None) -> ReadingSession:
    """A session that sees one state of the database and changes nothing; closed by whoever opened it."""
    session = ReadingSession(database.reading, autoflush=False, info={DATABASE: database, ANSWERS: {}})
    session.acting = acting
    return session


@contextmanager
def open_reading(database: Database, acting: Acting | None = None) -> Iterator[ReadingSession]:
    with opened_for_reading(database, acting) as session:
        yield session


@contextmanager
def open_writing(
    database: Database, acting: Acting | None = None, boards: Collection[int] | None = None
) -> Iterator[WritingSession]:
    """A session that is one transaction: everything or nothing.

    acting: for whom, and when; None: nothing in it asks. boards: whose chains of the trail it is to write to: others
    write to other boards' meanwhile. None: nobody does.
    """
    wanted = None if boards is None else frozenset(boards)
    with (
        acquire_write_locks(database, wanted) as (bind, turn),
        WritingSession(database, bind, turn, acting) as session,
        session.begin(),
    ):
        yield session


def run_in_transaction(
    database: Database,
    work: Callable[[WritingSession], T],
    acting: Acting | None = None,
    *,
    boards: Collection[int] | None = None,
) -> T:
    """Does the work in one transaction, again when PostgreSQL could not put it in order with others.

    Again too when the connection is lost before the database was asked to keep what was done: then it has kept nothing.
    acting, boards: as for `open_writing`. It is tried anew with the locks that it turned out to need, and at last
    alone: then there is nobody to be out of order with.
    """
    wanted = None if boards is None else frozenset(boards)
    for attempt in range(TRIES):
        session = None
        wanted = wanted if attempt < TRIES - 1 else None
        try:
            with open_writing(database, acting, wanted) as session:
                return work(session)
        except LockNotHeldError as error:
            wanted = error.needed
        except DBAPIError as error:
            state = getattr(error.orig, "sqlstate", None)
            lost = error.connection_invalidated and not (session is not None and session.is_ending)
            if attempt == TRIES - 1 or not (state in TRY_AGAIN or (state in TAKEN and wanted is not None) or lost):
                raise
            time.sleep(random.uniform(0.5, 1) * 0.02 * 2**attempt)  # noqa: S311 - so that rivals do not meet again
    raise AssertionError


@contextmanager
def open_without_waiting(database: Database, acting: Acting | None = None) -> Iterator[Session]:
    """The same as `open_technical` for what can be written another time: on SQLite it waits for no other writer.

    Raises:
        OperationalError: somebody writes just now, and nothing was written.
    """
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            with Session(connection, expire_on_commit=False, info={DATABASE: database}) as session, session.begin():
                session.acting = acting
                yield session
            return
        raw = connection.connection.dbapi_connection
        if raw is None:
            raise TypeError(connection)
        raw.cursor().execute("PRAGMA busy_timeout = 0")
        try:
            with Session(connection, expire_on_commit=False, info={DATABASE: database}) as session, session.begin():
                session.acting = acting
                yield session
        finally:
            raw.cursor().execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")


@contextmanager
def open_technical(database: Database, acting: Acting | None = None, *, alone: bool = False) -> Iterator[Session]:
    """For what is no record: sign-ins and their brakes. Outside the trail; touches no other table.

    alone: one at a time, for what is counted before it is added to.
    """
    engine = database.writing if database.is_sqlite else database.engine
    with Session(engine, expire_on_commit=False, info={DATABASE: database}) as session, session.begin():
        session.acting = acting
        if alone and not database.is_sqlite:
            session.execute(text("LOCK TABLE sign_in_attempts IN EXCLUSIVE MODE"))
        yield session
