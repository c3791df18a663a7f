"""The page of the board's own columns: added, kept as typed when refused, closed, and shown on its cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.page_fixtures import board, kim, on_that_day, somebody
from vetting.cases.models.own_columns import OwnColumn
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
COLUMN = {
    "about": "1",
    "purpose": "Fördela besöken",
    "name": "Stadsdel",
    "type": "choice",
    "options": "Farsta\nSköndal",
}


def columns(board: BoardAtWork) -> list[OwnColumn]:
    with open_reading(board.database) as s:
        return list(s.scalars(select(OwnColumn)))


def test_a_column_is_added_and_asked_for_in_cases_of_its_kind_until_it_is_closed(
    board: BoardAtWork, kim: Somebody
) -> None:
    number = board.receive().number
    assert kim.send("/egna-kolumner", **COLUMN).status_code == 303
    [row] = columns(board)
    assert (row.name, row.options) == ("Stadsdel", ["Farsta", "Sköndal"])
    assert "Sköndal" in kim.opened(f"/arenden/{number}")
    assert kim.send(f"/egna-kolumner/{row.id}/avsluta").status_code == 303
    assert "Stadsdel" not in kim.get("/egna-kolumner").text
    assert "Sköndal" not in kim.opened(f"/arenden/{number}")


def test_a_choice_without_choices_is_refused_with_its_name_kept(board: BoardAtWork, kim: Somebody) -> None:
    answer = kim.send("/egna-kolumner", **COLUMN | {"options": ""})
    assert answer.status_code == 422
    assert 'value="Stadsdel"' in answer.text
    assert columns(board) == []


def test_whoever_does_not_run_rounds_adds_none(board: BoardAtWork) -> None:
    assert somebody(board, Role.FINANCE).send("/egna-kolumner", **COLUMN).status_code == 403
    assert columns(board) == []
