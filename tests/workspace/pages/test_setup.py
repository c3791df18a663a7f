"""Getting started: each step kept as typed or told, a skipped one comes back, and only an administrator does it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.board import SMALL, BoardAtWork
from tests.page_fixtures import board, on_that_day, somebody
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.people.models.people import Board

__all__ = ["board", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")


def stored(board: BoardAtWork) -> Board:
    with open_reading(board.database) as s:
        return s.scalars(select(Board)).one()


def test_a_board_gets_its_name_and_keeps_it(board: BoardAtWork) -> None:
    admin = somebody(board, Role.ADMINISTRATOR)
    assert admin.send("/kom-igang/namnd", name="Provnämnden", unit="Kulturenheten").status_code == 303
    assert stored(board).name == "Provnämnden"
    page = admin.get("/kom-igang").text
    assert 'value="Provnämnden"' in page
    assert 'value="Kulturenheten"' in page


def test_a_board_without_a_name_is_told_and_keeps_its_old_one(board: BoardAtWork) -> None:
    before = stored(board).name
    answer = somebody(board, Role.ADMINISTRATOR).send("/kom-igang/namnd", name=" ", unit="Kulturenheten")
    assert answer.status_code == 422
    assert 'value="Kulturenheten"' in answer.text
    assert stored(board).name == before


def test_a_day_of_adoption_that_is_none_changes_no_rules(board: BoardAtWork) -> None:
    typed = {"grant": SMALL, "booking": SMALL, "adopted_on": "förra mötet", "adopted_as": "§ 4"}
    answer = somebody(board, Role.ADMINISTRATOR).send("/kom-igang/regler", **typed)
    assert answer.status_code == 422
    assert 'value="förra mötet"' in answer.text
    assert stored(board).rules.get("adopted_as") != "§ 4"


def test_a_caseworker_sets_up_nothing(board: BoardAtWork) -> None:
    before = stored(board).name
    kim = somebody(board, Role.CASEWORKER)
    assert kim.send("/kom-igang/namnd", name="Min nämnd", unit="").status_code == 403
    assert stored(board).name == before
