"""Rooms booked here: looked for, booked, told when taken; hours that cannot be read are told beside them."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests.board import BoardAtWork, booking_facts, rules
from tests.page_fixtures import Somebody, board, on_that_day, somebody
from vetting.bookings.services import answers
from vetting.bookings.services.answers import BookingAnswer
from vetting.casework.models.cases import Occurrence
from vetting.engine.facts import Facts
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.people.models.people import Room
from vetting.web.fact_forms import known_facts

__all__ = ["board", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")


@pytest.fixture
def staff(board: BoardAtWork) -> Somebody:
    """Premises staff of a board that books a room of its own."""
    admin = somebody(board, Role.ADMINISTRATOR)
    assert admin.send("/lokaler/lage", own="1").status_code == 303
    assert admin.send("/lokaler", name="Salen", unit="Kulturhuset", open="1", buffer_minutes="15").status_code == 303
    return somebody(board, Role.PREMISES)


def room_id(board: BoardAtWork) -> str:
    with open_reading(board.database) as s:
        return str(s.scalars(select(Room.id)).one())


def wanted(board: BoardAtWork, **more: str) -> dict[str, str]:
    catalogue, given = rules().folder.book.catalogue, booking_facts()
    asked = {name: value for name, value in given.values.items() if name != "event_starts_at"}
    typed = known_facts([catalogue[name] for name in asked], Facts(asked))
    times = {
        "room_id": more.get("room_id") or room_id(board),
        "day": "2026-12-01",
        "from_clock": "18",
        "until_clock": "20",
        "step": "book",
    }
    return typed | times | more


def booked(board: BoardAtWork) -> int:
    with open_reading(board.database) as s:
        return s.scalar(select(func.count()).select_from(Occurrence)) or 0


def test_a_room_is_booked_once_and_whoever_comes_second_is_told_when_it_is_taken(
    board: BoardAtWork, staff: Somebody
) -> None:
    first = staff.send("/lokaler/boka", **wanted(board))
    assert first.status_code == 303
    assert booked(board) == 1
    second = staff.send("/lokaler/boka", **wanted(board, from_clock="19", until_clock="21"))
    assert second.status_code in {409, 422}
    assert booked(board) == 1
    assert 'value="19"' in second.text
    week = staff.get("/lokaler/vecka/2026-W49").text
    assert first.location.rsplit("/", 1)[1] in week


def test_a_clock_time_that_is_none_is_told_and_books_nothing(board: BoardAtWork, staff: Somebody) -> None:
    answer = staff.send("/lokaler/boka", **wanted(board, from_clock="kvart i"))
    assert answer.status_code == 422
    assert 'value="kvart i"' in answer.text
    assert booked(board) == 0


def test_hours_that_cannot_be_read_change_no_room(board: BoardAtWork, staff: Somebody) -> None:
    assert staff.get("/lokaler").status_code == 200
    admin = somebody(board, Role.ADMINISTRATOR)
    typed = {"name": "Nya salen", "unit": "Kulturhuset", "open": "1", "opens-0": "morgon", "closes-0": "22"}
    answer = admin.send(f"/lokaler/{room_id(board)}", **typed)
    assert answer.status_code == 422
    assert 'value="morgon"' in answer.text
    with open_reading(board.database) as s:
        assert s.scalars(select(Room.name)).all() == ["Salen"]


def test_the_door_list_of_a_day_has_what_is_confirmed_that_day(board: BoardAtWork, staff: Somebody) -> None:
    number = staff.send("/lokaler/boka", **wanted(board)).location.rsplit("/", 1)[1]
    assert number not in staff.get("/lokaler/dorrlista/2026-12-01").text  # nobody has confirmed it
    board.delegate(Role.PREMISES, kinds=["booking"], refusals=False)
    said = BookingAnswer(nothing_found=True)
    board.do(answers.confirm_booking, number, said, version=None, role=Role.PREMISES)
    assert number in staff.get("/lokaler/dorrlista/2026-12-01").text
    assert number not in staff.get("/lokaler/dorrlista/2026-12-02").text
