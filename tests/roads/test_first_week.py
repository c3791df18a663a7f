"""A municipality's first week of bookings, answered whole: some cards and strokes, not an answer for each booking."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from lxml import html

from tests.board import BoardAtWork, judged_again, rules
from tests.page_fixtures import board, on_that_day, somebody
from vetting.bookings.services import weeks
from vetting.bookings.services.week_groups import WeekQuestion, count_bookers, groups_of_week
from vetting.imports.services import import_batches
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.shipped import shipped_folder

if TYPE_CHECKING:
    from vetting.bookings.services.weeks import Week

__all__ = ["board", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
MONDAY, ADDRESS = date(2026, 11, 23), "/bokningar/vecka/2026-W48"


def week(board: BoardAtWork) -> Week:
    with open_reading(board.database) as s:
        return weeks.bookings_of_week(s, MONDAY, rules(), by=board.staff[Role.PREMISES], on=date(2026, 11, 20))


def left(board: BoardAtWork) -> int:
    return sum(len(group.bookings) for groups in groups_of_week(week(board)).values() for group in groups)


def test_two_hundred_bookings_are_at_most_fifty_cards_and_most_are_answered_in_one_stroke(board: BoardAtWork) -> None:
    board.delegate(Role.PREMISES, kinds=["booking"], refusals=False)
    sample = shipped_folder("imports") / "samples" / "bokningar.xlsx"
    key = board.staged(sample.read_bytes(), sample.name, into_round=False, role=Role.PREMISES)
    board.do(import_batches.confirm_import, key, good_only=False, rules=rules(), role=Role.PREMISES)
    judged_again(board)
    found = groups_of_week(week(board))
    assert len(week(board).bookings) == 200
    assert sum(map(len, found.values())) <= count_bookers(week(board)) <= 50
    staff = somebody(board, Role.PREMISES)
    page = staff.get(ADDRESS)
    assert len(page.data) < 60_000

    listed = html.fromstring(page.text).xpath(
        "//form[contains(@action,'/inget')][@class='card']//input[@name='case']/@value"
    )
    assert len(listed) == len(found[WeekQuestion.VALUE])
    sent = {"csrf_token": staff.token(), "case": listed, "no_conflict": "1"}
    assert staff.client.post(f"{ADDRESS}/inget", data=sent).status_code == 303
    answered = 200 - left(board)
    assert answered >= 130

    strokes = html.fromstring(staff.get(ADDRESS).text).xpath("//form[@class='booker-act']//input[@name='case']/@value")
    for value in strokes:
        sent = {"csrf_token": staff.token(), "case": [value], "no_conflict": "1"}
        assert staff.client.post(f"{ADDRESS}/inget", data=sent).status_code == 303
    assert left(board) <= 30  # what is asked of an event is asked of each event
    assert len(strokes) + 1 + left(board) <= 50
