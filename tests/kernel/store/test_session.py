"""The store: settings of each connection, what sessions refuse, migrations, and the trail that tells on whoever tampers."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, event, insert, select, text, update
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from tests.factories import NOW, a_board, a_case, a_person
from tests.kernel.store.tampering import rows_of
from vetting.casework.models.cases import Case, next_number
from vetting.kernel.privacy import Privacy
from vetting.kernel.store import engine, trail_verification
from vetting.kernel.store.append_only import APPEND_ONLY, ERASABLE
from vetting.kernel.store.base import PRIVACY
from vetting.kernel.store.engine import PRAGMAS, connect_database
from vetting.kernel.store.session import (
    BESIDE,
    NoTrailError,
    ReadOnlyError,
    open_reading,
    open_writing,
    run_in_transaction,
    write_together,
)
from vetting.kernel.store.storage_errors import UNREACHED, storage_problem_of
from vetting.kernel.store.trail import SHARED, TrailNote
from vetting.operations.database import schema
from vetting.operations.database.tables import metadata
from vetting.people.models.people import Board, User

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.databases import Databases
    from vetting.kernel.roles import Person
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import WritingSession


FULL = 2


def test_every_sqlite_connection_keeps_what_it_acknowledges(databases: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is shipped: what tests turn off for their own speed is read from a process that has not."""
    shipped_with = subprocess.run(
        [sys.executable, "-c", "from vetting.kernel.store.engine import PRAGMAS; print(PRAGMAS['synchronous'])"],
        check=True,
        capture_output=True,
        text=True,
    )
    monkeypatch.setitem(PRAGMAS, "synchronous", int(shipped_with.stdout))
    assert PRAGMAS == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": FULL, "busy_timeout": 20_000}
    file_database = connect_database(databases.sqlite())
    for door in (file_database.engine, file_database.reading, file_database.writing):
        with door.connect() as connection:
            for name, value in PRAGMAS.items():
                assert connection.exec_driver_sql(f"PRAGMA {name}").scalar() == value


def test_a_connection_without_its_settings_is_not_used(databases: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PRAGMAS, "synchronous", 99)
    database = connect_database(databases.sqlite())
    with pytest.raises(RuntimeError, match="did not take its settings"):
        database.engine.connect()


def test_a_database_in_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="give a file"):
        connect_database("sqlite://")


@pytest.mark.guards("14.2.4")
def test_the_database_file_is_for_its_owner_only(tmp_path: Any) -> None:
    database = schema.open_database(f"sqlite:///{tmp_path / 'new.db'}")
    assert (tmp_path / "new.db").stat().st_mode & 0o077 == 0
    database.close()


def test_a_write_takes_its_place_at_once(file_database: Database) -> None:
    """BEGIN IMMEDIATE: a second writer waits at its beginning, not in its middle; readers do not wait."""
    with file_database.writing.connect() as first, first.begin():
        with file_database.writing.connect() as second:
            second.connection.driver_connection.execute("PRAGMA busy_timeout = 50")  # type: ignore[union-attr] # sqlite3's
            second.rollback()
            with pytest.raises(OperationalError, match="locked"):
                second.begin()
            second.connection.invalidate()
        with file_database.reading.connect() as reader:
            assert reader.exec_driver_sql("SELECT count(*) FROM boards").scalar() == 0


def test_migrations_go_up_from_nothing_down_and_up_again(empty_database: Database) -> None:
    assert schema.present_step(empty_database) is None
    schema.upgrade(empty_database)
    assert schema.present_step(empty_database) == schema.newest_step()
    assert schema.differences(empty_database) == []
    schema.downgrade(empty_database, "-1")
    schema.upgrade(empty_database)
    assert schema.differences(empty_database) == []
    schema.downgrade(empty_database, "base")
    schema.upgrade(empty_database)
    a_board(empty_database)


def test_every_column_says_how_private_it_is() -> None:
    for table in metadata.sorted_tables:
        for column in table.columns:
            assert isinstance(column.info.get(PRIVACY), Privacy), column


def test_every_constraint_has_a_name() -> None:
    for table in metadata.sorted_tables:
        assert all(constraint.name for constraint in table.constraints), table.name


def test_a_reading_session_refuses_flush_and_bulk_statements(database: Database) -> None:
    board = a_board(database)
    with open_reading(database) as session:
        session.add(Board(code="x", name="x", rules={}, created_at=NOW))
        with pytest.raises(ReadOnlyError):
            session.flush()
    for statement in (insert(Board), update(Board).values(name="x"), delete(Board)):
        with open_reading(database) as session, pytest.raises(ReadOnlyError):
            session.execute(statement)
    with open_reading(database) as session, pytest.raises(DatabaseError):
        session.execute(text("UPDATE boards SET name = 'x'"))
    with open_reading(database) as session:
        found = session.scalar(select(Board))
        assert found is not None
        assert found.name == board.name


def test_a_reading_session_after_a_write_still_refuses_and_the_other_way_round(database: Database) -> None:
    a_board(database, "ett")
    with open_reading(database) as session, pytest.raises(DatabaseError):
        session.execute(text("DELETE FROM boards"))
    a_board(database, "två")


def test_a_change_without_an_entry_in_the_trail_is_not_committed(database: Database) -> None:
    with pytest.raises(NoTrailError), open_writing(database) as session:
        session.add(Board(code="x", name="x", rules={}, created_at=NOW))
    with pytest.raises(NoTrailError), open_writing(database) as session:
        session.execute(update(Board).values(name="x"))
    with open_reading(database) as session:
        assert session.scalars(select(Board)).all() == []


def test_a_write_that_fails_leaves_nothing(database: Database) -> None:
    def work(session: WritingSession) -> None:
        session.add(Board(code="x", name="x", rules={}, created_at=NOW))
        session.add_entry(TrailNote(action="board_added", by=None, at=NOW))
        session.flush()
        raise KeyError

    with pytest.raises(KeyError):
        run_in_transaction(database, work)
    with open_reading(database) as session:
        assert session.scalars(select(Board)).all() == []
        assert trail_verification.verify_trail(session).entries == 0


@pytest.mark.guards("15.4.1")
def test_of_two_who_change_a_case_at_once_one_wins(database: Database) -> None:
    person = a_person(database, a_board(database))
    case = a_case(database, person)

    def change(purpose: str) -> None:
        def work(session: WritingSession) -> None:
            session.add(merged := session.merge(case, load=False))
            merged.purpose = purpose
            session.add_entry(TrailNote(action="case_changed", by=person, at=NOW, subject=merged, case_id=merged.id))

        run_in_transaction(database, work)

    change("den första")
    with pytest.raises(StaleDataError):
        change("den andra")
    with open_reading(database) as session:
        assert session.scalar(select(Case.purpose)) == "den första"


def _give_purposes(database: Database, person: Person, purposes: dict[int, str], *, read_at: int) -> None:
    def work(session: WritingSession) -> None:
        rows = session.scalars(select(Case).where(Case.id.in_(purposes)).order_by(Case.id)).all()
        for row in rows:
            set_committed_value(row, "version", read_at)
        write_together(session, {row: {"purpose": purposes[row.id]} for row in rows})
        for row in rows:
            assert (row.purpose, row.version) == (purposes[row.id], read_at + 1)
            session.add_entry(TrailNote(action="case_changed", by=person, at=NOW, subject=row, case_id=row.id))

    run_in_transaction(database, work)


@pytest.mark.both_engines
def test_many_rows_are_written_by_one_statement_and_the_trail_tells_of_each(database: Database) -> None:
    person = a_person(database, a_board(database))
    keys = [a_case(database, person, number=f"BID-2026-{place}").id for place in (1, 2, 3)]
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    _give_purposes(database, person, {key: f"kurs {key}" for key in keys}, read_at=1)
    assert sum(statement.startswith("UPDATE cases") for statement in asked) == 1
    with open_reading(database) as session:
        assert list(session.execute(select(Case.purpose, Case.version).order_by(Case.id))) == [
            (f"kurs {key}", 2) for key in keys
        ]
        assert trail_verification.verify_trail(session).problems == []
        changes = [
            change
            for whole in trail_verification.entry_contents(session)
            for change in whole.said()[1]["changes"]
            if change["op"] == "update"
        ]
    assert [(one["id"], one["before"], one["after"]) for one in changes if one["table"] == "cases"] == [
        (key, {"purpose": ""}, {"purpose": f"kurs {key}", "version": 2}) for key in keys
    ]


@pytest.mark.both_engines
def test_of_many_rows_one_that_somebody_has_changed_lets_none_be_kept(database: Database) -> None:
    person = a_person(database, a_board(database))
    keys = [a_case(database, person, number=f"BID-2026-{place}").id for place in (1, 2)]
    _give_purposes(database, person, {keys[1]: "den första"}, read_at=1)
    with pytest.raises(StaleDataError):
        _give_purposes(database, person, dict.fromkeys(keys, "den andra"), read_at=1)
    with open_reading(database) as session:
        assert list(session.scalars(select(Case.purpose).order_by(Case.id))) == ["", "den första"]


def test_rows_that_count_no_versions_are_not_written_together(database: Database) -> None:
    a_board(database)
    with pytest.raises(TypeError), open_writing(database) as session:
        write_together(session, {session.scalars(select(Board)).one(): {"name": "En annan"}})


@pytest.mark.parametrize("alone", [True, False])
def test_numbers_of_a_series_come_without_gaps_from_many_threads(database: Database, *, alone: bool) -> None:
    board = a_board(database)
    numbers: list[str] = []

    def one() -> None:
        def work(session: WritingSession) -> str:
            session.add_entry(TrailNote(action="numbered", by=None, at=NOW))
            return next_number(session, board.id, "BID", 2026)

        numbers.append(run_in_transaction(database, work, boards=None if alone else [board.id]))

    threads = [threading.Thread(target=one) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == [f"BID-2026-{number:04}" for number in range(1, 13)]


BUT = "AND name NOT LIKE 'occurrences_taken%' AND name <> 'payment_bases_ready'"
"""Triggers of another kind: no room is booked twice at once, no batch leaves with what is not ready."""


def test_every_table_that_is_never_changed_is_held_by_triggers(database: Database) -> None:
    if database.is_sqlite:
        rows = rows_of(database, f"SELECT tbl_name, count(*) FROM sqlite_master WHERE type='trigger' {BUT} GROUP BY 1")
        assert dict(map(tuple, rows)) == dict.fromkeys((*APPEND_ONLY, ERASABLE), 3)
    else:
        rows = rows_of(
            database, "SELECT relname FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid WHERE NOT tgisinternal"
        )
        assert {row[0] for row in rows} == {*APPEND_ONLY, ERASABLE, "payment_bases"}
    assert set(APPEND_ONLY) <= set(metadata.tables)


def note_once(done: list[int], cut: Callable[[WritingSession], None]) -> Callable[[WritingSession], None]:
    """An act that counts how often it is done, and that somebody cuts off the first time."""

    def work(session: WritingSession) -> None:
        session.add(Board(code="mitt", name="Mitt", rules={}, created_at=NOW))
        session.flush()
        session.add_entry(TrailNote(action="board_added", by=None, at=NOW))
        done.append(1)
        if len(done) == 1:
            cut(session)
            session.flush()

    return work


def process_of(session: WritingSession) -> int:
    return int(session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar_one())


def cut_off(database: Database, key: int) -> None:
    with database.engine.begin() as other:
        other.exec_driver_sql(f"SELECT pg_terminate_backend({key})")


def test_what_is_cut_off_before_it_is_kept_is_done_again(databases: Databases) -> None:
    """The server kept nothing, so nobody needs to know."""
    database = schema.open_database(databases.postgresql(empty=True))
    done: list[int] = []

    def cut(session: WritingSession) -> None:
        cut_off(database, process_of(session))
        session.execute(select(Board))

    run_in_transaction(database, note_once(done, cut))
    assert len(done) == 2
    with open_reading(database) as session:
        assert session.scalars(select(Board.code)).all() == ["mitt"]
        assert trail_verification.verify_trail(session).problems == []
    database.close()


def test_what_is_cut_off_while_it_is_kept_is_not_done_again(databases: Databases) -> None:
    """Nobody knows whether the server kept it: doing it again might do it twice."""
    database = schema.open_database(databases.postgresql(empty=True))
    done: list[int] = []

    def cut(session: WritingSession) -> None:
        key = process_of(session)
        event.listen(session.connection(), "commit", lambda _connection: cut_off(database, key))

    with pytest.raises(DBAPIError) as error:
        run_in_transaction(database, note_once(done, cut))
    assert len(done) == 1
    told = storage_problem_of(error.value)
    assert told is not None
    assert told.what.sv == "Anslutningen till databasen bröts."
    with open_reading(database) as session:
        assert session.scalars(select(Board.code)).all() == []
    run_in_transaction(database, note_once([1], cut))
    database.close()


def test_what_needs_more_locks_than_were_asked_for_is_done_anew_with_them(databases: Databases) -> None:
    """A board's own rows need its lock; a new row that boards share the shared one; to change one needs them all."""
    database = schema.open_database(databases.postgresql(empty=True))
    board, other = a_board(database), a_board(database, code="mitt")
    turns: list[frozenset[int] | None] = []

    def work(change: Callable[[WritingSession], None], session: WritingSession) -> None:
        turns.append(session.turn.boards)
        session.add_entry(TrailNote(action="noted", by=None, at=NOW, board_id=board.id))
        change(session)
        session.flush()

    def rename(session: WritingSession) -> None:
        session.get_one(User, person.id).name = "En Annan"

    def add(session: WritingSession) -> None:
        session.add(User(login="ny", name="Ny", password_hash="", created_at=NOW))

    def number(session: WritingSession) -> None:
        next_number(session, other.id, "BID", 2026)

    def rename_by_statement(session: WritingSession) -> None:
        session.execute(update(User).values(name="Ingen"), execution_options=BESIDE)

    person = a_person(database, board)
    own, shared = frozenset({board.id}), frozenset({board.id, SHARED})
    for change, wanted in (
        (lambda _session: None, [own]),
        (add, [own, shared]),
        (number, [own, own | {other.id}]),
        (rename, [own, None]),
        (rename_by_statement, [own, None]),
    ):
        turns.clear()
        run_in_transaction(database, partial(work, change), boards=own)
        assert turns == wanted
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").scalar() == 0
    database.close()


def test_a_database_that_cannot_be_reached_is_told_and_nothing_was_asked() -> None:
    """The driver has no code of a server that it never spoke to."""
    database = connect_database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(OperationalError) as error, open_reading(database) as session:
        session.scalars(select(Board.id)).all()
    assert storage_problem_of(error.value) is UNREACHED
    database.close()


def test_a_host_that_takes_the_call_and_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a machine that hangs: a stopped server refuses at once, and the next host is asked."""
    monkeypatch.setitem(engine.REACH, "connect_timeout", "2")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/nothing"
        with closing(connect_database(address)) as database:
            with pytest.raises(OperationalError) as error, open_reading(database) as session:
                session.scalars(select(Board.id)).all()
            assert storage_problem_of(error.value) is UNREACHED


def test_the_server_gives_up_whoever_is_gone_in_the_middle_of_something(databases: Databases) -> None:
    with closing(connect_database(databases.postgresql(empty=True))) as database, database.engine.connect() as one:
        assert one.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar_one() == "10min"
