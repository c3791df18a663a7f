"""Rooms booked here: a room is never taken twice, a series is one decision, clashes are told before."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import NUMBERS, BoardAtWork, booking_facts, refused
from tests.factories import NOW, TODAY
from vetting.bookings.domain.room_bookings import (
    RoomTime,
    RoomUseKind,
    TimeObstacle,
    days_of,
    every_week,
    is_closed,
    parse_hours,
    price_of,
    room_time,
    time_obstacle_in_words,
    wrong_with_clocks,
    wrong_with_series,
)
from vetting.bookings.services import quick_checks, room_bookings
from vetting.bookings.services.room_bookings import BookingSeries, NewRoom
from vetting.casework.domain.cases import CaseState
from vetting.casework.models.cases import (
    BookingRequest,
    Case,
    Occurrence,
    follow_booking_state,
    occurrences,
    scheduled_times,
    times_between,
)
from vetting.casework.models.intake import RequestedTime
from vetting.casework.services import cases
from vetting.casework.services.intake import NewCase
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.kernel.store.trail import TrailNote
from vetting.people.models.people import Room

EVENING = RoomTime(datetime(2026, 12, 1, 17, tzinfo=UTC), datetime(2026, 12, 1, 19, tzinfo=UTC))


@pytest.fixture
def board(board: BoardAtWork) -> BoardAtWork:
    board.do(room_bookings.switch_own_bookings, on=True, role=Role.ADMINISTRATOR)
    for name, pause in (("Salen", 15), ("Ateljén", 0)):
        new = NewRoom(name=name, buffer_minutes=pause, hours={})
        board.do(room_bookings.set_room, None, new, role=Role.ADMINISTRATOR)
    return board


def later(use: RoomTime, **more: float) -> RoomTime:
    return RoomTime(use.starts + timedelta(**more), use.ends + timedelta(**more))


def new_case(place: int = 0) -> NewCase:
    return NewCase(
        kind=CaseKind.BOOKING,
        facts=booking_facts(NUMBERS[place], f"Föreningen Prov {place}"),
        received_on=TODAY,
        channel="form",
    )


def room(board: BoardAtWork, name: str = "Salen") -> Room:
    with open_reading(board.database) as s:
        found = s.scalars(select(Room).where(Room.board_id == board.board_id, Room.name == name)).one()
        s.expunge(found)
    return found


def book(board: BoardAtWork, *uses: RoomTime, place: int = 0, name: str = "Salen", **more: Any) -> Case:
    series = BookingSeries(room_id=room(board, name).id, uses=uses or (EVENING,), **more)
    found: Case = board.do(room_bookings.book_room, new_case(place), series, role=Role.PREMISES)
    return found


def not_booked(board: BoardAtWork, *uses: RoomTime, **more: Any) -> list[str]:
    series = BookingSeries(room_id=room(board).id, uses=uses or (EVENING,), **more)
    return refused(board, room_bookings.book_room, new_case(1), series, role=Role.PREMISES)[1]


@pytest.mark.both_engines
def test_a_room_is_not_booked_twice_at_once_and_the_pause_counts(board: BoardAtWork) -> None:
    book(board)
    assert not_booked(board) == ["room_id"]
    assert not_booked(board, later(EVENING, hours=1)) == ["room_id"]
    assert not_booked(board, later(EVENING, hours=2, minutes=10)) == ["room_id"]
    book(board, later(EVENING, hours=2, minutes=15), place=1)
    book(board, name="Ateljén", place=2)
    with open_reading(board.database) as s:
        assert trail_verification.verify_trail(s).problems == []


@pytest.mark.both_engines
def test_a_hall_in_halves_is_booked_by_two_at_once_and_not_by_three(board: BoardAtWork) -> None:
    halves = NewRoom(name="Salen", buffer_minutes=15, hours={}, shared_by=2)
    board.do(room_bookings.set_room, room(board).id, halves, role=Role.ADMINISTRATOR)
    book(board)
    book(board, later(EVENING, hours=1), place=1)
    assert not_booked(board, later(EVENING, hours=1)) == ["room_id"]
    book(board, later(EVENING, hours=2, minutes=15), place=2)  # the half that the first has left
    one = replace(halves, shared_by=1)
    wrong = refused(board, room_bookings.set_room, room(board).id, one, role=Role.ADMINISTRATOR)
    assert wrong == (Obstacle.INVALID, ["shared_by"])
    board.do(room_bookings.set_room, room(board).id, replace(halves, buffer_minutes=0), role=Role.ADMINISTRATOR)
    with open_reading(board.database) as s:
        found = room_bookings.booked_times_between(acting(s, board.staff[Role.PREMISES]), NOW, NOW + timedelta(days=60))
        assert len(found) == 3
        assert room_bookings.clashing_times(found, 2) == set()
        assert trail_verification.verify_trail(s).problems == []


def test_the_database_itself_refuses_an_overlap(board: BoardAtWork) -> None:
    book(board)
    case = book(board, later(EVENING, days=1), place=1)

    def move(session: Any) -> None:
        use = occurrences(session, case.id)[0]
        first = session.scalars(select(Occurrence).order_by(Occurrence.id)).first()
        use.slot_from, use.slot_to = first.slot_from + 60, first.slot_to + 60

    with pytest.raises(Exception, match="occurrences_taken"):
        run_in_transaction(board.database, move)


def test_of_fifty_who_book_one_hour_at_once_one_gets_it(board: BoardAtWork) -> None:
    key = room(board).id
    got: list[str] = []
    told: list[Obstacle] = []
    ready = threading.Barrier(50)

    def one() -> None:
        series = BookingSeries(room_id=key, uses=(EVENING,))
        ready.wait()
        try:
            got.append(board.do(room_bookings.book_room, new_case(), series, role=Role.PREMISES).number)
        except Refused as error:
            told.append(error.obstacle)

    threads = [threading.Thread(target=one) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1
    assert len(told) == 49
    with open_reading(board.database) as s:
        assert len(s.scalars(select(Occurrence)).all()) == 1


def test_a_series_leaves_out_what_clashes_with_its_reason_and_stops_where_nobody_chose_to(board: BoardAtWork) -> None:
    book(board, later(EVENING, weeks=1))
    weeks = tuple(later(EVENING, weeks=place) for place in range(3))
    assert not_booked(board, *weeks) == ["room_id"]
    case = book(board, *weeks, place=1, skip_clashes=True)
    with open_reading(board.database) as s:
        states = [(use.state, use.reason) for use in occurrences(s, case.id)]
    assert states == [("requested", ""), ("skipped", TimeObstacle.TAKEN), ("requested", "")]


def test_one_time_of_a_series_is_left_out_with_why_and_its_room_is_free(board: BoardAtWork) -> None:
    weeks = tuple(later(EVENING, weeks=place) for place in range(2))
    case = book(board, *weeks)
    with open_reading(board.database) as s:
        key = occurrences(s, case.id)[1].id
    assert refused(board, room_bookings.cancel_one, case.number, key, " ", version=None, role=Role.PREMISES)[1] == [
        "because"
    ]
    board.do(room_bookings.cancel_one, case.number, key, "Golvet slipas.", version=None, role=Role.PREMISES)
    assert refused(board, room_bookings.cancel_one, case.number, key, "x", version=None, role=Role.PREMISES)[1] == [
        "because"
    ]
    with open_reading(board.database) as s:
        last = occurrences(s, case.id)[0].id
    assert refused(board, room_bookings.cancel_one, case.number, last, "x", version=None, role=Role.PREMISES)[1] == [
        "because"
    ]
    book(board, weeks[1], place=1)
    assert board.case(case.number).state == "requested"


def test_a_booking_that_is_called_off_lets_go_of_its_room(board: BoardAtWork) -> None:
    case = book(board)
    board.do(cases.withdraw_case, case.number)
    book(board, place=1)


def test_a_clash_is_told_with_the_rooms_that_are_free_instead(board: BoardAtWork) -> None:
    book(board)
    with open_reading(board.database) as s:
        here = s.get_one(Room, room(board).id)
        found = room_bookings.unavailable_times(s, here, [EVENING, later(EVENING, days=1)])
        assert [clash.because for clash in found] == [TimeObstacle.TAKEN]
        assert [one.name for one in room_bookings.free_instead(s, here, EVENING)] == ["Ateljén"]


def test_outside_opening_hours_and_with_an_end_before_the_beginning_nothing_is_booked(board: BoardAtWork) -> None:
    hours = {"1": ["08:00", "19:00"]}
    key = room(board).id
    board.do(room_bookings.set_room, key, NewRoom(name="Salen", hours=hours), role=Role.ADMINISTRATOR)
    assert not_booked(board) == ["room_id"]  # until 20 in Sweden
    assert not_booked(board, RoomTime(EVENING.ends, EVENING.starts)) == ["until_clock"]
    book(board, later(EVENING, hours=-2))


def test_where_rooms_are_not_booked_here_nothing_is_and_another_boards_room_is_none(board: BoardAtWork) -> None:
    other = BoardAtWork(board.database, code="soder").build()
    series = BookingSeries(room_id=room(board).id, uses=(EVENING,))
    assert refused(other, room_bookings.book_room, new_case(), series, role=Role.PREMISES)[0] is (Obstacle.MISSING)
    other.do(room_bookings.switch_own_bookings, on=True, role=Role.ADMINISTRATOR)
    assert refused(other, room_bookings.book_room, new_case(), series, role=Role.PREMISES)[0] is (Obstacle.MISSING)


def test_a_loan_and_a_time_in_an_open_room_are_looked_at_alike(board: BoardAtWork) -> None:
    proposals = set()
    for place, way in enumerate(RoomUseKind):
        case = book(board, later(EVENING, days=place), place=place, way=way)
        with open_reading(board.database) as s:
            assert s.scalars(select(BookingRequest.way).where(BookingRequest.case_id == case.id)).one() == way
            proposals.add(s.get_one(Case, case.id).proposal)
    assert len(proposals) == 1


def test_rooms_have_a_name_of_their_own_and_a_pause_within_reason(board: BoardAtWork) -> None:
    for new, where in (
        (NewRoom(name=" ", hours={}), ["name"]),
        (NewRoom(name="Ateljén", hours={}), ["name"]),
        (NewRoom(name="Salen", hours={}, buffer_minutes=1000), ["buffer_minutes"]),
    ):
        assert refused(board, room_bookings.set_room, room(board).id, new, role=Role.ADMINISTRATOR)[1] == where
    forbidden, _ = refused(board, room_bookings.set_room, None, NewRoom(name="Ny", hours={}), role=Role.PREMISES)
    assert forbidden is Obstacle.FORBIDDEN


def test_times_are_swedish_and_keep_their_hour_over_the_change_of_the_clock() -> None:
    weeks = [room_time(day, time(18), time(20)) for day in every_week(date(2026, 10, 20), date(2026, 11, 3))]
    assert [use.starts.astimezone(UTC).hour for use in weeks] == [16, 17, 17]
    night = room_time(date(2026, 12, 4), time(22), time(1))
    assert night.ends - night.starts == timedelta(hours=3)
    assert every_week(date(2026, 12, 1), None) == [date(2026, 12, 1)]
    assert len(every_week(date(2026, 12, 1), date(2036, 12, 1))) == 60


def test_opening_hours_are_read_and_a_day_without_any_is_closed() -> None:
    found, problems = parse_hours({0: ("8:00", "22:00"), 1: ("", ""), 2: ("08.30", "kl tio")})
    assert found == {"0": ["08:00", "22:00"]}
    assert [problem.where for problem in problems] == ["opens-2"]
    hours = {"1": ["08:00", "22:00"], "5": ["18:00", "02:00"]}
    tuesday = room_time(date(2026, 12, 1), time(18), time(20))
    assert not is_closed(hours, tuesday)
    assert is_closed(hours, later(tuesday, days=1))
    assert is_closed(hours, room_time(date(2026, 12, 1), time(21), time(23)))
    assert not is_closed(hours, room_time(date(2026, 12, 5), time(22), time(1)))
    assert is_closed(hours, room_time(date(2026, 12, 5), time(22), time(3)))
    assert not is_closed({}, tuesday)
    all_day = {str(day): ["00:00", "00:00"] for day in range(7)}
    assert not is_closed(all_day, room_time(date(2026, 12, 1), time(22), time(2)))
    assert not is_closed(hours, room_time(date(2026, 12, 6), time(0, 30), time(1, 30)))
    assert is_closed(hours, room_time(date(2026, 12, 1), time(7), time(9)))
    assert price_of("zero", []) == "zero"
    assert price_of("", []) == "normal"


def test_a_refused_booking_that_is_opened_again_takes_its_room_back_or_says_that_it_is_taken(
    board: BoardAtWork,
) -> None:
    board.delegate(Role.PREMISES, kinds=["booking"], refusals=True)
    case = book(board)

    def over(session: Any) -> None:
        row = session.scalars(select(Case).where(Case.id == case.id)).one()
        row.state = CaseState.REFUSED.value
        follow_booking_state(session, row)
        session.add_entry(TrailNote(action="decided", by=None, at=NOW, subject=row, board_id=row.board_id))

    def again(session: Any, *, must: bool = False) -> None:
        row = session.scalars(select(Case).where(Case.id == case.id)).one()
        row.state = CaseState.TO_CHECK.value
        room_bookings.take_again(session, row, must=must)
        session.add_entry(TrailNote(action="case_reopened", by=None, at=NOW, subject=row, board_id=row.board_id))

    run_in_transaction(board.database, over)
    run_in_transaction(board.database, again)
    assert not_booked(board) == ["room_id"]
    run_in_transaction(board.database, over)
    book(board, place=1)
    run_in_transaction(board.database, again)
    with pytest.raises(Refused, match="taken"):
        run_in_transaction(board.database, lambda s: again(s, must=True))


def test_a_left_out_time_is_no_part_of_the_agreement_nor_of_the_week(board: BoardAtWork) -> None:
    book(board, EVENING)
    case = book(board, EVENING, later(EVENING, weeks=1), place=1, skip_clashes=True)
    assert case.due_on == date(2026, 12, 7)
    with open_reading(board.database) as s:
        assert len(scheduled_times(s, case.id)) == 1
        first = datetime(2026, 11, 30, tzinfo=UTC)
        shown = [
            row[1].number
            for row in times_between(acting(s, board.staff[Role.PREMISES]), first, first + timedelta(days=7))
        ]
        assert case.number not in shown
        assert times_between(acting(s, board.staff[Role.GROUP_MEMBER]), first, first + timedelta(days=7)) == []


def moments(place: int) -> RoomTime:
    """Two days and a night from the first of December."""
    return later(RoomTime(EVENING.starts, EVENING.ends + timedelta(days=1)), days=place)


def test_another_pause_holds_for_times_already_held_and_is_refused_where_two_are_closer(board: BoardAtWork) -> None:
    key = room(board).id
    book(board)
    book(board, later(EVENING, hours=3), place=1)
    longer = NewRoom(name="Salen", buffer_minutes=90, hours={})
    assert refused(board, room_bookings.set_room, key, longer, role=Role.ADMINISTRATOR)[1] == ["buffer_minutes"]
    board.do(room_bookings.set_room, key, NewRoom(name="Salen", buffer_minutes=60, hours={}), role=Role.ADMINISTRATOR)
    assert not_booked(board, later(EVENING, hours=5, minutes=30)) == ["room_id"]
    board.do(room_bookings.set_room, key, NewRoom(name="Salen", buffer_minutes=0, hours={}), role=Role.ADMINISTRATOR)
    book(board, later(EVENING, hours=5), place=2)


def test_what_lasts_over_days_stands_on_each_of_them(board: BoardAtWork) -> None:
    case = book(board, moments(0))
    first = datetime(2026, 11, 30, 23, tzinfo=UTC)
    by = board.staff[Role.PREMISES]
    with open_reading(board.database) as s:
        for place, expected in enumerate((True, True, False)):
            day = first + timedelta(days=place)
            found = room_bookings.booked_times_between(acting(s, by), day, day + timedelta(days=1))
            assert (case.number in [time.case.number for time in found]) is expected
    assert days_of(EVENING.starts, None) == [date(2026, 12, 1)]
    assert days_of(EVENING.starts, datetime(2026, 12, 1, 23, tzinfo=UTC)) == [date(2026, 12, 1)]
    assert days_of(EVENING.starts, datetime(2026, 12, 2, 1, tzinfo=UTC)) == [date(2026, 12, 1), date(2026, 12, 2)]


def test_the_log_of_a_room_keeps_what_was_called_off_and_left_out(board: BoardAtWork) -> None:
    case = book(board)
    board.do(cases.withdraw_case, case.number)
    book(board, later(EVENING, weeks=1), place=1)
    book(board, later(EVENING, weeks=1), later(EVENING, weeks=2), place=2, skip_clashes=True)
    book(board, name="Ateljén", place=3)
    by = board.staff[Role.PREMISES]
    with open_reading(board.database) as s:
        found = room_bookings.room_log(acting(s, by), s.get_one(Room, room(board).id), NOW, NOW + timedelta(days=60))
        assert [(time.use.state, time.use.reason) for time in found] == [
            ("cancelled", ""),
            ("requested", ""),
            ("skipped", "room_taken"),
            ("requested", ""),
        ]
    assert time_obstacle_in_words("room_taken").en == "The room is taken"
    assert time_obstacle_in_words("Golvet slipas.").en == "Golvet slipas."


def test_a_series_too_long_for_one_decision_is_told_and_not_cut() -> None:
    first = date(2026, 12, 1)
    assert wrong_with_series(first, None) == []
    assert wrong_with_series(first, first + timedelta(weeks=59, days=6)) == []
    assert [one.where for one in wrong_with_series(first, first + timedelta(weeks=60))] == ["until"]
    assert [one.where for one in wrong_with_series(first, first - timedelta(days=1))] == ["until"]


def test_the_quick_check_holds_the_room_and_tells_which_are_free_instead(board: BoardAtWork) -> None:
    book(board)
    series = BookingSeries(room_id=room(board).id, uses=(EVENING,))
    facts = booking_facts(NUMBERS[1], "Föreningen Prov 1")
    with pytest.raises(Refused, match="Ateljén"):
        board.do(quick_checks.book_from_quick_check, facts, (), series=series, role=Role.PREMISES)
    other = BookingSeries(room_id=room(board, "Ateljén").id, uses=(EVENING,))
    case = board.do(quick_checks.book_from_quick_check, facts, (), series=other, role=Role.PREMISES)
    with open_reading(board.database) as s:
        assert [use.slot_from is not None for use in occurrences(s, case.id)] == [True]


def test_a_booking_that_stands_in_the_room_by_its_name_holds_it_too(board: BoardAtWork) -> None:
    use = RequestedTime(room_name="Salen", starts_at=EVENING.starts, ends_at=EVENING.ends)
    listed = board.receive(booking_facts(NUMBERS[3], "Föreningen Listan"), kind=CaseKind.BOOKING, uses=(use,))
    assert not_booked(board) == ["room_id"]
    assert not_booked(board, later(EVENING, hours=2, minutes=10)) == ["room_id"]  # within the pause
    case = book(board, later(EVENING, hours=2, minutes=15), place=2)
    by = board.staff[Role.PREMISES]
    with open_reading(board.database) as s:
        found = room_bookings.booked_times_between(acting(s, by), NOW, NOW + timedelta(days=60))
        assert case.id in {time.case.id for time in found}
        assert room_bookings.clashing_times(found, 1) == set()
    board.do(cases.withdraw_case, listed.number)
    book(board, place=1)


def test_a_day_gone_by_and_an_end_before_the_beginning_are_asked_about() -> None:
    day = date(2026, 12, 1)

    def where(first: int, last: int, today: date = TODAY, *, noted: bool = False) -> list[str]:
        return [one.where for one in wrong_with_clocks(day, time(first), time(last), today, noted=noted)]

    assert where(18, 20) == where(18, 1) == []
    assert where(19, 18) == where(10, 10) == ["until_clock"]
    assert where(18, 20, date(2026, 12, 2)) == ["day"]
    assert where(18, 20, date(2026, 12, 2), noted=True) == []
    night = wrong_with_clocks(date(2027, 3, 28), time(2, 15), time(4), TODAY, noted=False)
    assert [one.where for one in night] == ["from_clock"]
