"""Questions asked once: of a session that reads, never of one that writes, and never more kept than a page asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import event

from tests.factories import a_board
from vetting.boards.models.people import Board
from vetting.kernel.store import read_cache as module
from vetting.kernel.store.read_cache import ANSWERS, ask_once
from vetting.kernel.store.session import open_reading, run_in_transaction

if TYPE_CHECKING:
    import pytest
    from sqlalchemy.orm import Session

    from vetting.kernel.store.engine import Database


def test_a_reading_session_asks_once_and_a_writing_one_each_time(database: Database) -> None:
    asked: list[object] = []

    @ask_once
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

    @ask_once
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
