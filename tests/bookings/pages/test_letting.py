"""The page of letting: what the board chooses and its terms, kept as typed or told; anyone may read the routine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.page_fixtures import board, on_that_day, somebody
from vetting.bookings.models.letting import LettingTerms
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")


def chosen(**more: str) -> dict[str, str]:
    return {"drawn_in_hundred": "5", "owner": "Lokalenheten", "anchored": "2026-02-01 § 3", "ask": "Ring oss."} | more


def test_a_share_over_a_hundred_is_refused_with_what_was_typed(board: BoardAtWork) -> None:
    answer = somebody(board, Role.ADMINISTRATOR).send("/uthyrning", **chosen(drawn_in_hundred="500"))
    assert answer.status_code == 422
    assert 'value="500"' in answer.text
    assert 'value="Lokalenheten"' in answer.text


def test_what_is_chosen_stands_in_the_routine_that_anyone_may_print(board: BoardAtWork) -> None:
    admin = somebody(board, Role.ADMINISTRATOR)
    assert admin.send("/uthyrning", **chosen()).status_code == 303
    with open_reading(board.database) as s:
        assert s.scalars(select(Board)).one().bookings["drawn_in_hundred"] == 5
    assert "Lokalenheten" in somebody(board, Role.PREMISES).get("/uthyrning").text


def test_terms_are_a_new_version_each_time_and_the_same_ones_are_none(board: BoardAtWork) -> None:
    admin = somebody(board, Role.ADMINISTRATOR)
    words = "Lokalen lämnas städad. Den som hyr svarar för vad som sker i den."
    assert admin.send("/uthyrning/villkor", terms=words).status_code == 303
    again = admin.send("/uthyrning/villkor", terms=words)
    assert again.status_code == 422
    assert "Villkoren är desamma som förut." in again.text
    with open_reading(board.database) as s:
        assert s.scalars(select(LettingTerms.text)).all() == [words]
    assert words in somebody(board, Role.PREMISES).get("/uthyrning").text
