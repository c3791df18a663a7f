"""Questions asked once: of a session that reads, and of one that writes until the answer may be another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import bindparam, event, select, update
from sqlalchemy.orm import aliased

from tests.factories import NOW, a_board
from vetting.kernel.store import read_cache as module
from vetting.kernel.store.read_cache import ANSWERS, cached_query, cached_rows
from vetting.kernel.store.session import BESIDE, WritingSession, open_reading, run_in_transaction
from vetting.kernel.store.trail import TrailNote
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from collections.abc import Callable

    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import Session


def test_a_reading_session_asks_once_and_a_writing_one_each_time_where_nobody_says_what_it_reads(
    database: Database,
) -> None:
    asked: list[object] = []

    @cached_query()
    def ask(_session: Session, key: object, *, more: int = 0) -> int:
        asked.append(key)
        return len(asked) + more

    with open_reading(database) as session:
        assert [ask(session, 1), ask(session, 1), ask(session, (1,)), ask(session, (1,)), ask(session, 1, more=5)] == [
            1,
            1,
            2,
            2,
            8,
        ]
    with open_reading(database) as session:
        assert ask(session, 1) == 4
    assert run_in_transaction(database, lambda session: [ask(session, 1), ask(session, 1)]) == [5, 6]


def test_whoever_goes_through_many_keeps_few_answers(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 3)

    @cached_query()
    def ask(_session: Session, key: int) -> int:
        return key

    with open_reading(database) as session:
        assert [ask(session, key) for key in range(10)] == list(range(10))
        assert len(session.info[ANSWERS]) <= 3


def test_a_board_that_was_read_is_not_asked_for_again(database: Database) -> None:
    key = a_board(database).id
    asked: list[str] = []
    event.listen(database.reading, "before_cursor_execute", lambda *given: asked.append(given[2]))
    with open_reading(database) as session:
        for _ in range(3):
            session.get_one(Board, key)
    assert len([statement for statement in asked if "FROM boards" in statement]) == 1


def board_name(asked: list[int]) -> Callable[[Session, int], str | None]:
    """A question to one column of one table, and how often it was asked."""

    @cached_query(Board.name)
    def ask(session: Session, key: int) -> str | None:
        asked.append(key)
        return session.scalar(select(Board.name).where(Board.id == key))

    return ask


def rename_past_the_objects(session: WritingSession, board: Board) -> None:
    statement = update(Board).where(Board.id == board.id).values(name="Nämnden Andra")
    session.execute(statement.execution_options(**BESIDE))


WRITES: dict[str, tuple[Callable[[WritingSession, Board], object], bool]] = {
    "nothing": (lambda _s, _board: None, False),
    "another column": (lambda _s, board: setattr(board, "court", "Förvaltningsrätten"), False),
    "the same once more": (lambda _s, board: setattr(board, "name", str(board.name)), False),
    "the column": (lambda _s, board: setattr(board, "name", "Nämnden Andra"), True),
    "a row more": (lambda s, _board: s.add(Board(code="ny", name="Nämnden Nya", rules={}, created_at=NOW)), True),
    "past the objects": (rename_past_the_objects, True),
}


@pytest.mark.parametrize("name", WRITES)
def test_a_writing_session_asks_again_once_what_it_reads_was_written(database: Database, name: str) -> None:
    key = a_board(database).id
    write, again = WRITES[name]
    asked: list[int] = []
    ask = board_name(asked)

    def work(session: WritingSession) -> tuple[str | None, str | None]:
        board = session.get_one(Board, key)
        assert ask(session, key) == ask(session, key) == board.name
        assert len(asked) == 1
        write(session, board)
        session.add_entry(TrailNote(action="test", by=None, at=NOW))
        found = ask(session, key)
        return found, session.scalar(select(Board.name).where(Board.id == key))

    told, stands = run_in_transaction(database, work)
    assert told == stands
    assert len(asked) == 1 + again


STATEMENT = select(Board.id, Board.name).where(Board.id == bindparam("key"))


@pytest.mark.parametrize("name", WRITES)
def test_a_statement_that_is_made_once_tells_itself_what_it_reads(database: Database, name: str) -> None:
    key = a_board(database).id
    write = WRITES[name][0]
    asked: list[str] = []
    event.listen(database.writing, "before_cursor_execute", lambda *given: asked.append(given[2]))

    def work(session: WritingSession) -> tuple[str, str | None]:
        board = session.get_one(Board, key)
        cached_rows(session, STATEMENT, {"key": key})
        before = len(asked)
        assert cached_rows(session, STATEMENT, {"key": key})[0].name == board.name
        assert len(asked) == before
        assert cached_rows(session, STATEMENT, {"key": 0}) == []
        write(session, board)
        session.add_entry(TrailNote(action="test", by=None, at=NOW))
        [row] = cached_rows(session, STATEMENT, {"key": key})
        return row.name, session.scalar(select(Board.name).where(Board.id == key))

    told, stands = run_in_transaction(database, work)
    assert told == stands


def test_an_alias_is_its_table(database: Database) -> None:
    key = a_board(database).id
    other = aliased(Board)
    statement = select(other.name).where(other.id == bindparam("key"))

    def work(session: WritingSession) -> list[str]:
        board = session.get_one(Board, key)
        before = [row.name for row in cached_rows(session, statement, {"key": key})]
        board.name = "Nämnden Andra"
        session.add_entry(TrailNote(action="test", by=None, at=NOW))
        return [*before, *(row.name for row in cached_rows(session, statement, {"key": key}))]

    first, second = run_in_transaction(database, work)
    assert (first == second, second) == (False, "Nämnden Andra")
