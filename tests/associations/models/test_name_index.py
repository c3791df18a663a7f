"""Names are read before somebody searches, and what has come since is found, whoever wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import event

from tests.acting import acting
from tests.board import NUMBERS
from tests.factories import NOW
from vetting.associations.models import name_index
from vetting.associations.models.name_index import load_names, similar_names
from vetting.associations.services.associations import find_or_add
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.kernel.store.trail import TrailNote

if TYPE_CHECKING:
    import pytest

    from tests.board import BoardAtWork
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import WritingSession


def add(database: Database, place: int) -> None:
    """One more association."""
    name = f"Föreningen Nummer {'abcdefghij'[place]}{'klmnopqrst'[place]}"

    def work(session: WritingSession) -> None:
        find_or_add(acting(session, at=NOW), name, NUMBERS[place], source="x")
        session.add_entry(TrailNote(action="case_received", by=None, at=NOW))

    run_in_transaction(database, work)


def found(database: Database) -> int:
    """How many names are like it."""
    with open_reading(database) as session:
        return len(similar_names(session, "Föreningen Nummer", most=20))


def test_the_first_search_reads_no_name(board: BoardAtWork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_index, "AT_A_TIME", 2)
    for place in range(5):
        add(board.database, place)
    assert load_names(board.database) == 5
    asked: list[str] = []
    event.listen(board.database.reading, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert found(board.database) == 5
    assert [one for one in asked if "association_names.name" in one] == []
    add(board.database, 5)
    assert found(board.database) == 6
    assert len([one for one in asked if "association_names.name," in one]) == 1


def test_what_another_process_writes_is_found(board: BoardAtWork) -> None:
    add(board.database, 0)
    assert load_names(board.database) == 1
    other = connect_database(board.database.engine.url.render_as_string(hide_password=False))
    add(other, 1)
    other.close()
    assert found(board.database) == 2
