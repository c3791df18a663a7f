"""Deadlines as Swedish law counts them: none ends on a day when offices are closed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetting.kernel.working_days import closed_because, deadline, easter_sunday, first_open

EASTERS = {
    2024: (3, 31),
    2025: (4, 20),
    2026: (4, 5),
    2027: (3, 28),
    2028: (4, 16),
    2030: (4, 21),
    2038: (4, 25),
    2100: (3, 28),
}


@pytest.mark.parametrize(("year", "when"), EASTERS.items())
def test_easter_falls_where_the_church_has_it(year: int, when: tuple[int, int]) -> None:
    assert easter_sunday(year) == date(year, *when)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 4, 3), "långfredagen"),
        (date(2026, 4, 6), "annandag påsk"),
        (date(2026, 5, 1), "första maj"),
        (date(2026, 5, 14), "Kristi himmelsfärds dag"),
        (date(2026, 6, 19), "midsommarafton"),
        (date(2026, 12, 24), "julafton"),
        (date(2026, 12, 31), "nyårsafton"),
        (date(2026, 11, 21), "en lördag"),
        (date(2026, 11, 22), "en söndag"),
        (date(2026, 1, 6), "trettondedag jul"),
    ],
)
def test_a_closed_day_says_why(day: date, why: str) -> None:
    found = closed_because(day)
    assert found is not None
    assert found.sv == why


def test_a_time_that_ends_on_easter_monday_ends_the_day_after() -> None:
    assert deadline(date(2026, 3, 16), 21) == date(2026, 4, 7)


def test_christmas_and_new_year_are_passed_over_together() -> None:
    assert first_open(date(2026, 12, 24)) == date(2026, 12, 28)
    assert first_open(date(2027, 12, 31)) == date(2028, 1, 3)


@given(st.dates(date(2000, 1, 1), date(2199, 12, 1)), st.integers(0, 60))
def test_a_deadline_is_never_early_and_never_on_a_closed_day(start: date, days: int) -> None:
    found = deadline(start, days)
    assert closed_because(found) is None
    assert timedelta(days=days) <= found - start <= timedelta(days=days + 6)
