"""Pictures: every mark lies inside, the numbers of the table are those that are drawn, the title says the finding."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetting.kernel.text import same_in_both
from vetting.reporting.domain.plots import (
    Bar,
    Dot,
    Label,
    Look,
    MoneyBar,
    MonthDots,
    Plot,
    RoomHours,
    StepBar,
    YearShares,
    days_plot,
    money_plot,
    reports_plot,
    rooms_plot,
    steps_plot,
)

KR = 1_000_00
AMOUNTS = st.integers(0, 9_000) | st.none()
LINES = st.lists(
    st.tuples(AMOUNTS, st.integers(0, 9_000), st.integers(0, 9_000)).map(
        lambda one: MoneyBar("Bidrag", "1", None if one[0] is None else one[0] * KR, one[1] * KR, min(one[1:]) * KR)
    ),
    max_size=5,
)


def lies_inside(plot: Plot) -> None:
    for mark in plot.marks:
        match mark:
            case Bar():
                assert 0 <= mark.x <= mark.x + mark.wide <= 100.01
                assert 0 <= mark.y <= mark.y + mark.tall <= plot.height
            case Dot():
                assert 0 <= mark.x <= 100
                assert 0 <= mark.y <= plot.height
            case Label():
                assert 0 <= mark.x <= 100
                assert mark.y <= plot.height
    assert plot.title.sv
    assert plot.heard.sv
    for row in plot.rows:
        assert len(row.cells) == len(plot.headings)


@given(LINES)
def test_money_is_drawn_inside_whatever_is_granted(lines: list[MoneyBar]) -> None:
    lies_inside(money_plot(2026, lines))


@given(st.lists(st.integers(0, 5_000), max_size=9), st.integers(0, 300))
def test_steps_are_drawn_inside_and_the_longest_is_the_one_that_the_title_speaks_of(
    numbers: list[int], age: int
) -> None:
    steps = [StepBar(same_in_both(f"Steg {place}"), str(place), number, age) for place, number in enumerate(numbers)]
    plot = steps_plot(steps)
    lies_inside(plot)
    bold = [mark for mark in plot.marks if isinstance(mark, Bar) and mark.look is Look.MAIN]
    assert len(bold) == bool(numbers)
    if sum(numbers):
        assert f"Steg {numbers.index(max(numbers))}" in plot.title.sv


@given(st.lists(st.dictionaries(st.integers(0, 700), st.integers(1, 40), max_size=9), max_size=6), st.integers(7, 365))
def test_days_are_drawn_inside_and_red_only_over_the_limit(months: list[dict[int, int]], limit: int) -> None:
    dots = [
        MonthDots(same_in_both(f"m{place}"), str(place), days, max(days, default=None))
        for place, days in enumerate(months)
    ]
    plot = days_plot(dots, limit)
    lies_inside(plot)
    red = sum(isinstance(mark, Dot) and mark.look is Look.OVER for mark in plot.marks)
    assert bool(red) == any(day > limit for days in months for day in days)


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90), st.integers(0, 90)), max_size=4))
def test_shares_of_reports_fill_their_bars(years: list[tuple[int, int, int]]) -> None:
    plot = reports_plot([YearShares(2023 + place, *numbers) for place, numbers in enumerate(years)])
    lies_inside(plot)
    known = [numbers for numbers in years if sum(numbers)]
    assert len(plot.rows) == len(known)
    drawn = sum(mark.wide for mark in plot.marks if isinstance(mark, Bar))
    assert drawn == pytest.approx(88 * len(known))


@given(st.lists(st.dictionaries(st.integers(0, 23), st.integers(1, 30), max_size=24), max_size=4), st.integers(1, 30))
def test_rooms_are_drawn_inside_and_never_fuller_than_full(rooms: list[dict[int, int]], days: int) -> None:
    plot = rooms_plot(
        [RoomHours(f"Sal {place}", "", hours) for place, hours in enumerate(rooms)], days, same_in_both("x")
    )
    lies_inside(plot)
    for row in plot.rows:
        assert all(0 <= int(cell.sv.removesuffix(" %")) <= 100 for cell in row.cells)


def test_titles_say_the_finding() -> None:
    line = MoneyBar("Lokalbidrag", "1", 100 * KR, 95 * KR, 0)
    assert money_plot(2026, [line]).title.sv == "Lokalbidrag: nästan hela budgeten är beviljad"
    assert money_plot(2026, [line._replace(granted=101 * KR)]).title.sv == "Lokalbidrag: mer är beviljat än budgeten"
    assert money_plot(2026, [line._replace(budget=None)]).title.sv == "Budgeten är okänd"
    assert money_plot(2026, [line._replace(budget=None)]).rows[0].cells[-1].sv == "okänt"
    assert money_plot(2026, []).is_empty
    assert reports_plot([YearShares(2026, 3, 0, 1)]).title.sv == "75 procent redovisade i tid 2026"
