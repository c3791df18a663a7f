"""What watches the program is told whether it lives and whether it can work, without signing in."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from tests.board import BoardAtWork, board
from tests.factories import NOW
from tests.page_fixtures import Somebody
from vetting.app import health
from vetting.app.application import create_app
from vetting.config import Config
from vetting.kernel.roles import Role
from vetting.kernel.store.noted_faults import MOST_KEPT, NotedFault, note_fault
from vetting.kernel.store.session import open_reading
from vetting.operations.database import schema

__all__ = ["board"]
pytestmark = pytest.mark.both_engines


def test_it_lives_and_is_ready_for_anybody_who_asks(board: BoardAtWork) -> None:
    client = create_app(Config(), board.database).test_client()
    for path in ("/halsa", "/redo"):
        answer = client.get(path)
        assert (answer.status_code, answer.text) == (200, "ok\n")
        assert "Set-Cookie" not in answer.headers


def test_old_tables_and_a_database_that_is_away_are_not_ready_and_alive(
    board: BoardAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = create_app(Config(), board.database).test_client()
    schema.downgrade(board.database, "0147")
    assert (client.get("/redo").status_code, client.get("/redo").text) == (503, "tables\n")
    schema.upgrade(board.database)
    assert client.get("/redo").status_code == 200

    def away(_database: object) -> bool:
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr(health.TABLES_ARE_CURRENT, "_function", away)
    assert (client.get("/redo").status_code, client.get("/redo").text) == (503, "database\n")
    assert client.get("/halsa").status_code == 200


def test_a_mistake_is_kept_by_the_reference_that_its_page_shows(
    board: BoardAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(Config(), board.database)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    kim = Somebody(board, app, Role.CASEWORKER)
    monkeypatch.setitem(app.view_functions, "today.show", lambda: 1 // 0)
    page = kim.get("/i-dag")
    assert page.status_code == 500
    with open_reading(board.database) as s:
        [fault] = s.scalars(select(NotedFault))
    assert fault.reference in page.text
    assert fault.place.startswith("ZeroDivisionError at ")


def test_only_the_newest_are_kept(board: BoardAtWork) -> None:
    for place in range(MOST_KEPT + 3):
        note_fault(board.database, str(place), "x", at=NOW)
    with open_reading(board.database) as s:
        kept = [fault.reference for fault in s.scalars(select(NotedFault).order_by(NotedFault.id))]
    assert kept == [str(place) for place in range(3, MOST_KEPT + 3)]
