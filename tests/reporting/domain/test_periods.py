"""Periods: names and last days are a board's choice, the rest follows; months that have no such day have their last."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetting.reporting.domain.periods import (
    SHIPPED_PERIODS,
    PeriodRule,
    TimeWindow,
    periods_as_kept,
    periods_as_text,
    periods_begun,
    periods_of,
    read_periods,
    report_period,
)

DAY = timedelta(days=1)


def days(first: str, last: str) -> TimeWindow:
    return TimeWindow(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("code", "window", "previous", "last_year"),
    [
        ("2026-T1", ("2026-01-01", "2026-04-30"), ("2025-09-01", "2025-12-31"), ("2025-01-01", "2025-04-30")),
        ("2026-t2", ("2026-05-01", "2026-08-31"), ("2026-01-01", "2026-04-30"), ("2025-05-01", "2025-08-31")),
        ("2026-VB", ("2026-01-01", "2026-12-31"), None, ("2025-01-01", "2025-12-31")),
    ],
)
def test_a_code_says_which_days(
    code: str, window: tuple[str, str], previous: tuple[str, str] | None, last_year: tuple[str, str]
) -> None:
    found = report_period(SHIPPED_PERIODS, code)
    assert found is not None
    assert found.windows == (days(*window), days(*previous) if previous else None, days(*last_year))


def test_a_period_from_the_new_year_cuts_no_other() -> None:
    """A half-year's report beside the four-month ones; the last of those ends with the year where no other does."""
    rules = [PeriodRule("T1", 4, 30), PeriodRule("H", 6, 30, from_new_year=True), PeriodRule("T2", 8, 31)]
    found = {name: report_period(rules, f"2026-{name}") for name in ("T1", "H", "T2")}
    windows = {name: period.window for name, period in found.items() if period is not None}
    assert windows == {
        "T1": days("2026-01-01", "2026-04-30"),
        "H": days("2026-01-01", "2026-06-30"),
        "T2": days("2026-05-01", "2026-08-31"),
    }


@pytest.mark.parametrize("code", ["2026-T3", "2026", "T2", "26-T2", "1999-T1", "2100-T1", "2026-T2 ", "", "ÅÄÖ-T1"])
def test_what_is_no_period_of_the_board_is_none(code: str) -> None:
    assert report_period(SHIPPED_PERIODS, code) is None


RULES = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 31)), min_size=1, max_size=6, unique=True)


@given(RULES, st.integers(2020, 2030))
def test_the_periods_of_years_follow_each_other_without_gap_or_overlap(ends: list[tuple[int, int]], year: int) -> None:
    rules = [PeriodRule(f"P{place}", month, day) for place, (month, day) in enumerate(ends)]
    found = [report_period(rules, f"{one}-{rule.name}") for one in (year, year + 1) for rule in rules]
    windows = sorted({period.window for period in found if period is not None})
    for before, after in pairwise(windows):
        assert after.first == before.last + DAY
    assert all(period is not None and period.previous is not None for period in found)
    assert all(period.previous.last + DAY == period.window.first for period in found if period and period.previous)


def test_a_leap_day_is_the_last_of_february_in_other_years() -> None:
    rules = [PeriodRule("F", 2, 29)]
    found = [report_period(rules, f"{year}-F") for year in (2027, 2028)]
    assert [period.window.last for period in found if period] == [date(2027, 2, 28), date(2028, 2, 29)]


def test_what_a_board_types_is_read_and_shown_again() -> None:
    rules, problems = read_periods("t1 04-30\n\nT2  8-31\nVB 12-31 från nyår")
    assert (tuple(rules), problems) == (SHIPPED_PERIODS, [])
    assert read_periods(periods_as_text(rules))[0] == rules
    assert periods_of(periods_as_kept(rules)) == SHIPPED_PERIODS
    assert periods_of([]) == SHIPPED_PERIODS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "minst en"),
        ("T1", "Rad 1"),
        ("T1 04-31", "Rad 1"),
        ("T1 13-01", "Rad 1"),
        ("för långt namn 04-30", "Rad 1"),
        ("T1 04-30\nT1 08-31", "heter T1"),
        ("T1 04-30\nT2 04-30", "samma dag"),
        ("\n".join(f"P{place} {place % 12 + 1}-{place + 1}" for place in range(13)), "högst"),
    ],
)
def test_what_is_no_list_of_periods_is_told(text: str, said: str) -> None:
    assert [said in problem.what.sv for problem in read_periods(text)[1]] == [True]


def test_the_periods_that_have_begun_stand_latest_first() -> None:
    assert [period.code for period in periods_begun(SHIPPED_PERIODS, date(2026, 5, 1), 1)] == [
        "2026-VB",
        "2026-T2",
        "2026-T1",
    ]
    assert [period.code for period in periods_begun(SHIPPED_PERIODS, date(2026, 4, 30), 1)] == ["2026-VB", "2026-T1"]
