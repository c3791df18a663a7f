"""A municipality's first week of bookings, answered whole: some cards and strokes, not an answer for each booking."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import openpyxl
import pytest
from lxml import html
from sqlalchemy import select

from tests.acting import acting
from tests.board import BoardAtWork, judged_again
from tests.page_fixtures import board, on_that_day, somebody
from vetting.bookings.domain.weeks import WeekReviewReason, WeekSection
from vetting.bookings.services import answers, weeks
from vetting.bookings.services.answers import BookingAnswer
from vetting.bookings.services.earlier_events import event_points
from vetting.bookings.services.week_groups import WeekQuestion, count_bookers, groups_of_week
from vetting.casework.domain.cases import CaseState
from vetting.casework.models.assessments import AssessmentRow
from vetting.kernel.dates import day_here
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.kernel.text import day_in_words
from vetting.lists.services import import_batches
from vetting.shipped import shipped_folder

if TYPE_CHECKING:
    from vetting.bookings.services.weeks import Week, WeekBooking

__all__ = ["board", "on_that_day"]
pytestmark = [pytest.mark.usefixtures("on_that_day"), pytest.mark.long]
MONDAY, ADDRESS = date(2026, 11, 23), "/bokningar/vecka/2026-W48"


def week(board: BoardAtWork) -> Week:
    with open_reading(board.database) as s:
        return weeks.bookings_of_week(acting(s, board.staff[Role.PREMISES]), MONDAY, on=date(2026, 11, 20))


def left(board: BoardAtWork) -> int:
    return sum(len(group.bookings) for groups in groups_of_week(week(board)).values() for group in groups)


def test_two_hundred_bookings_are_at_most_fifty_cards_and_most_are_answered_in_one_stroke(board: BoardAtWork) -> None:
    board.delegate(Role.PREMISES, kinds=["booking"], refusals=False)
    sample = shipped_folder("imports") / "samples" / "bokningar.xlsx"
    key = board.staged(sample.read_bytes(), sample.name, into_round=False, role=Role.PREMISES)
    board.do(import_batches.confirm_import, key, good_only=False, role=Role.PREMISES)
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


def taken_in(board: BoardAtWork, content: bytes, name: str) -> None:
    key = board.staged(content, name, into_round=False, role=Role.PREMISES)
    board.do(import_batches.confirm_import, key, good_only=False, role=Role.PREMISES)
    judged_again(board)


def a_week_later(content: bytes, number: str) -> bytes:
    """The list with one booking alone, under a new number, on the same weekday and hours of the week after."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    assert sheet is not None
    for row in range(sheet.max_row, 3, -1):
        if sheet.cell(row, 1).value != number:
            sheet.delete_rows(row)
    on = sheet.cell(4, 3).value
    then = on if isinstance(on, datetime) else datetime.fromisoformat(str(on))
    sheet.cell(4, 1).value, sheet.cell(4, 3).value = "B49001", then + timedelta(days=7)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_second_week_the_same_event_is_confirmed_as_it_was_and_another_is_asked(
    group_board: BoardAtWork,
) -> None:
    board = group_board
    board.delegate(Role.PREMISES, kinds=["booking"], refusals=False)
    sample = shipped_folder("imports") / "samples" / "bokningar.xlsx"
    taken_in(board, sample.read_bytes(), sample.name)
    asked = [
        item
        for item in week(board).of(WeekSection.LOOK)
        if {*item.why} == {WeekReviewReason.QUESTION}
        and [point.criterion.id for point in event_points(item)] == ["arrangemang-demokratisk-grund"]
    ]
    first = asked[0]
    met = {point.criterion.id: "Programmet är läst." for point in event_points(first)}
    said = BookingAnswer(nothing_found=True, met=met)
    board.do(answers.confirm_booking, first.case.number, said, version=None, role=Role.PREMISES)

    taken_in(board, a_week_later(sample.read_bytes(), first.request.reference), "vecka 49.xlsx")
    staff = somebody(board, Role.PREMISES)
    address = "/bokningar/vecka/2026-W49"
    page = html.fromstring(staff.get(address).text)
    [ticked] = page.xpath("//form[contains(@action,'/som-forut')]//input[@name='case']/@value")
    number = ticked.partition("/")[0]
    opened = staff.get(f"{address}?bokning={number}").text
    assert f"Samma arrangemang som {first.case.number}" in html.fromstring(opened).text_content()
    sent = {"csrf_token": staff.token(), "case": [ticked], "no_conflict": "1"}
    assert staff.client.post(f"{address}/som-forut", data=sent).status_code == 303
    assert board.case(number).state == CaseState.CONFIRMED
    with open_reading(board.database) as s:
        key = board.case(number).id
        told = s.scalars(select(AssessmentRow.reasons).where(AssessmentRow.case_id == key)).all()
    assert told == [f"Samma arrangemang som {first.case.number} {day_in_words(day(first)).sv}: Programmet är läst."]
    nothing = {"csrf_token": staff.token(), "case": [f"{asked[1].case.number}/1"], "no_conflict": "1"}
    assert staff.client.post(f"{ADDRESS}/som-forut", data=nothing).status_code == 422, "nobody has answered that one"


def day(item: WeekBooking) -> date:
    starts = item.uses[0].starts_at
    assert starts is not None
    return day_here(starts)
