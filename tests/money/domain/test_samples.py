"""Samples: the same each time, moved by nothing but their own cases, and drawn by nothing but the closed list."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetting.money.domain.samples import (
    MOST_DRAWN,
    Candidate,
    DrawnCase,
    RiskFact,
    SampleWay,
    draw_sample,
    wrong_with_sample,
)

NUMBERS = tuple(f"BID-2026-{place:04}" for place in range(1, 41))
ALL = [Candidate(number) for number in NUMBERS]
TODAY = date(2026, 11, 20)


def drawn(candidates: list[Candidate], size: int = 10, seed: str = "norr STP-2026-0001") -> list[str]:
    return [one.number for one in draw_sample(candidates, size=size, seed=seed)]


@given(st.permutations(ALL))
def test_the_order_in_which_the_cases_lie_moves_nothing(cases: list[Candidate]) -> None:
    assert drawn(cases) == drawn(ALL)


@given(st.integers(0, 39))
def test_a_case_more_takes_at_most_the_place_of_the_last(place: int) -> None:
    without = drawn(ALL[:place] + ALL[place + 1 :])
    whole = drawn(ALL)
    if NUMBERS[place] in whole:
        assert [number for number in whole if number != NUMBERS[place]] == without[:-1]
    else:
        assert whole == without


def test_another_sample_draws_others_and_every_case_can_be_drawn() -> None:
    assert drawn(ALL) != drawn(ALL, seed="norr STP-2026-0002")
    seen = {number for serial in range(60) for number in drawn(ALL, seed=f"norr STP-2026-{serial:04}")}
    assert seen == set(NUMBERS)


def test_by_risk_those_of_which_most_facts_hold_come_first_and_of_which_none_holds_never() -> None:
    cases = [
        Candidate("BID-1", frozenset({RiskFact.AMOUNT})),
        Candidate("BID-2", frozenset({RiskFact.AMOUNT, RiskFact.FIRST_TIME})),
        Candidate("BID-3", frozenset({RiskFact.CHANGE})),
        Candidate("BID-4"),
    ]
    facts = (RiskFact.AMOUNT, RiskFact.FIRST_TIME)
    assert draw_sample(cases, size=9, seed="x", facts=facts) == [
        DrawnCase("BID-2", (RiskFact.AMOUNT, RiskFact.FIRST_TIME)),
        DrawnCase("BID-1", (RiskFact.AMOUNT,)),
    ]
    assert all(one.why == () for one in draw_sample(cases, size=9, seed="x"))


def test_nothing_but_facts_of_money_reports_and_years_can_be_chosen() -> None:
    assert {fact.value for fact in RiskFact} == {"amount", "first_time", "change", "late_report", "account_changed"}


@pytest.mark.parametrize(
    ("first", "last", "size", "way", "wrong"),
    [
        (TODAY, TODAY, 1, SampleWay.CHANCE, []),
        (TODAY, TODAY, 1, SampleWay.RISK, ["way"]),
        (None, TODAY, 1, SampleWay.CHANCE, ["first"]),
        (TODAY, TODAY - timedelta(days=1), 1, SampleWay.CHANCE, ["first"]),
        (TODAY, TODAY + timedelta(days=1), 1, SampleWay.CHANCE, ["first"]),
        (TODAY, TODAY, 0, SampleWay.CHANCE, ["size"]),
        (TODAY, TODAY, None, SampleWay.CHANCE, ["size"]),
        (TODAY, TODAY, MOST_DRAWN + 1, SampleWay.CHANCE, ["size"]),
    ],
)
def test_what_keeps_a_sample_from_being_drawn(
    first: date | None, last: date | None, size: int | None, way: SampleWay, wrong: list[str]
) -> None:
    assert [problem.where for problem in wrong_with_sample(first, last, size, way, (), TODAY)] == wrong
