"""Uses of one room at once: who clashes, in a room for one and in one that is shared."""

from __future__ import annotations

from datetime import UTC, datetime

from vetting.bookings.domain.overlaps import Occupancy, clashing_uses


def use(key: str, first: int, last: int) -> Occupancy[str]:
    return Occupancy(key, datetime(2026, 12, 1, first, tzinfo=UTC), datetime(2026, 12, 1, last, tzinfo=UTC))


def test_two_at_once_clash_and_one_after_the_other_do_not() -> None:
    assert clashing_uses([use("a", 17, 19), use("b", 19, 20)], 1) == {}
    assert clashing_uses([use("b", 18, 20), use("a", 17, 19)], 1) == {"a": ["b"], "b": ["a"]}
    assert clashing_uses([use("a", 17, 22), use("b", 18, 19), use("c", 20, 21)], 1) == {
        "a": ["b", "c"],
        "b": ["a"],
        "c": ["a"],
    }


def test_a_shared_room_clashes_only_at_a_moment_when_more_have_it() -> None:
    in_turn = [use("a", 17, 21), use("b", 17, 19), use("c", 19, 21)]
    assert clashing_uses(in_turn, 2) == {}
    assert set(clashing_uses([*in_turn, use("d", 18, 20)], 2)) == {"a", "b", "c", "d"}


def test_two_times_of_one_booking_are_no_clash() -> None:
    assert clashing_uses([use("a", 17, 19), use("a", 18, 20)], 1) == {}
