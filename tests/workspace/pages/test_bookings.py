"""The pages of bookings: a booking by form with its hours, one without them, and the list for each week."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.page_fixtures import board, on_that_day, somebody
from vetting.casework.models.cases import Occurrence
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")


def booking(**more: str) -> dict[str, str]:
    typed = {
        "f-name_in_application": "Kulturföreningen Provkvarnen",
        "f-organisation_number": "802999-0234",
        "f-event_title": "Repetition",
        "f-event_starts_at": "2026-12-01 18:00",
        "room": "Salen",
        "until_clock": "20:30",
    }
    return typed | more


def uses(board: BoardAtWork) -> list[Occurrence]:
    with open_reading(board.database) as s:
        return list(s.scalars(select(Occurrence)))


def test_a_booking_by_form_has_its_room_and_its_hours_of_the_day_here(board: BoardAtWork) -> None:
    staff = somebody(board, Role.PREMISES)
    answer = staff.send("/bokningar/ny", **booking())
    assert answer.status_code == 303
    [use] = uses(board)
    assert (use.room_name, use.starts_at, use.ends_at) == (
        "Salen",
        datetime(2026, 12, 1, 17, 0, tzinfo=UTC),
        datetime(2026, 12, 1, 19, 30, tzinfo=UTC),
    )
    listed = staff.get("/bokningar").text
    assert "Kulturföreningen Provkvarnen" in listed


def test_a_booking_without_an_hour_to_end_has_no_end(board: BoardAtWork) -> None:
    assert somebody(board, Role.PREMISES).send("/bokningar/ny", **booking(until_clock="")).status_code == 303
    assert [use.ends_at for use in uses(board)] == [None]


def test_an_hour_that_cannot_be_read_is_told_at_its_field_and_nothing_is_taken_in(board: BoardAtWork) -> None:
    staff = somebody(board, Role.PREMISES)
    assert 'name="until_clock"' in staff.get("/bokningar/ny").text
    answer = staff.send("/bokningar/ny", **booking(until_clock="halv nio"))
    assert answer.status_code == 422
    assert 'href="#until_clock"' in answer.text
    assert 'value="halv nio"' in answer.text
    assert uses(board) == []


def test_a_week_that_is_asked_for_is_shown_on_its_own_page(board: BoardAtWork) -> None:
    answer = somebody(board, Role.PREMISES).get("/bokningar?vecka=2026-W49")
    assert (answer.status_code, answer.location) == (303, "/bokningar/vecka/2026-W49")
