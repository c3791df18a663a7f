"""A grant in instalments: read from lines, and they always sum to what is granted, to the öre."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetting.grants.domain.instalments import (
    InstalmentCondition,
    InstalmentRow,
    PlannedInstalment,
    day_of,
    days_that_have_been,
    instalment_in_words,
    not_yet_paid,
    plan_in_words,
    read_instalments,
    share_out,
)
from vetting.money.domain.payment_holds import last_day_of_hold

PLANNED = date(2027, 1, 15)
REPORT, PAPERS = InstalmentCondition.REPORT, InstalmentCondition.PAPERS


def amounts(text: str, total: int) -> list[int]:
    rows, problems = read_instalments(text)
    shared, wrong = share_out(rows, total, PLANNED)
    assert not problems
    assert not wrong
    return [one.amount for one in shared]


def test_a_line_says_day_amount_and_condition() -> None:
    rows, problems = read_instalments("50 %\n2027-07-01 resten; redovisning först\n\n07-01 12 500,50; Papers first")
    assert problems == []
    assert rows == [
        InstalmentRow("", 50, None, None),
        InstalmentRow("2027-07-01", None, None, REPORT),
        InstalmentRow("07-01", None, 12_500_50, PAPERS),
    ]


@pytest.mark.parametrize(
    "line", ["halva", "0 %", "101 %", "0 kr", "2027-13-01 50 %", "50 %; om de vill", "-5 000", "02-30 50 %"]
)
def test_a_line_that_cannot_be_read_says_which_and_how(line: str) -> None:
    rows, problems = read_instalments(f"50 %\n{line}")
    assert len(rows) == 1
    assert [problem.where for problem in problems] == ["instalments"]
    assert line in problems[0].what.sv
    assert "07-01 50 %; redovisning först" in problems[0].remedy.sv


def test_more_rows_than_anybody_plans_are_refused() -> None:
    assert read_instalments("1 %\n" * 13)[1]


def test_the_last_takes_the_rest_of_shares() -> None:
    assert amounts("33 %\n33 %\n34 %", 100_01) == [33_00, 33_00, 34_01]
    assert amounts("50 %\nresten", 1_00_01) == [50_00, 50_01]


def test_amounts_that_are_not_the_total_are_refused() -> None:
    for text in ("20 000\n20 000", "50 %\n40 %", "50 000\nresten"):
        rows, _problems = read_instalments(text)
        problem = share_out(rows, 50_000_00, PLANNED)[1]
        assert [one.where for one in problem] == ["instalments"], text
        assert "50 000 kr" in problem[0].what.sv.replace("\u00a0", " ")


@given(st.lists(st.integers(1, 30), min_size=0, max_size=3), st.integers(1_00, 10_000_000_00))
def test_shares_and_the_rest_always_sum_to_what_is_granted(shares: list[int], total: int) -> None:
    text = "\n".join([*(f"{share} %" for share in shares), "resten"])
    assert sum(amounts(text, total)) == total


def test_a_day_of_any_year_is_the_next_one_and_a_closed_day_moves_to_an_open() -> None:
    assert day_of("07-01", PLANNED) == date(2027, 7, 1)
    assert day_of("01-10", PLANNED) == date(2028, 1, 10)
    shared, _wrong = share_out(read_instalments("06-06 resten")[0], 1_00, PLANNED)
    assert [one.on for one in shared] == [date(2027, 6, 7)]  # a Sunday, and the national day


def test_days_that_have_been_are_told() -> None:
    rows, _problems = read_instalments("2026-01-15 50 %\nresten")
    assert [one.where for one in days_that_have_been(rows, date(2026, 11, 1))] == ["instalments"]
    assert days_that_have_been(read_instalments("01-15 resten")[0], date(2026, 11, 1)) == []


def test_what_is_paid_takes_the_first_of_a_plan() -> None:
    plan = [PlannedInstalment(PLANNED, 20, None), PlannedInstalment(PLANNED, 30, REPORT)]
    assert [one.amount for one in not_yet_paid(plan, 0)] == [20, 30]
    assert [(one.amount, one.after) for one in not_yet_paid(plan, 25)] == [(25, REPORT)]
    assert not_yet_paid(plan, 50) == []


def test_a_plan_is_told_in_words() -> None:
    one = PlannedInstalment(date(2027, 7, 1), 20_000_00, REPORT)
    said = instalment_in_words(one).sv.replace("\u00a0", " ")
    assert said == "20 000 kr 1 juli 2027, när redovisningen av det som är utbetalt har godkänts"
    assert plan_in_words("50 %\n07-01 resten; redovisning först").sv == "50 %, 07-01 resten (redovisning först)"
    assert plan_in_words("").sv == ""


def test_a_hold_counts_working_days() -> None:
    assert last_day_of_hold(date(2026, 11, 27)) == date(2026, 12, 11)
    assert last_day_of_hold(date(2026, 12, 18)) == date(2027, 1, 8)  # Christmas, New Year and Epiphany are no such days
