"""The sheet: what a row takes of the money, its order and running totals; and the starts that it can be counted from."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetting.grants.domain.allocations import (
    AllocationOrder,
    AllocationRow,
    PriorityScore,
    RowLock,
    ScenarioKind,
    ScenarioSettings,
    count_scenario,
    effect_of,
    in_order,
    running_totals,
    sums_of,
    wrong_with_amount,
)

KR = 1_000_00


def row(case_id: int, **more: Any) -> AllocationRow:
    points = more.pop("points", None)
    scores = (PriorityScore(1, points, 3, 1),) if points is not None else ()
    given = {
        "name": f"F{case_id}",
        "scheme_id": 1,
        "applied": 100 * KR,
        "last_year": None,
        "proposed": None,
        "reason": "",
    }
    return AllocationRow(case_id=case_id, scores=scores, **{**given, **more})


def scenario(rows: list[AllocationRow], kind: ScenarioKind, money: int | None = None, **more: Any) -> dict[int, Any]:
    found = count_scenario(rows, ScenarioSettings(kind=kind, **more), money)
    return {key: None if amount is None else amount / KR for key, amount in found.items()}


def test_a_decided_row_takes_what_was_granted_and_a_withdrawn_one_nothing() -> None:
    rows = [
        row(1, proposed=50 * KR, lock=RowLock.DECIDED, granted=40 * KR),
        row(2, proposed=50 * KR, lock=RowLock.WITHDRAWN),
        row(3, proposed=30 * KR, lock=RowLock.HEARING),
        row(4, proposed=20 * KR, lock=RowLock.HEARING, released="Svarade inte i tid."),
        row(5, proposed=10 * KR),
    ]
    assert [one.counted / KR for one in rows] == [40, 0, 30, 0, 10]
    sums = sums_of(rows, 100 * KR, hidden=5 * KR)
    assert (sums.proposed, sums.reserved, sums.receivers, sums.left) == (85 * KR, 30 * KR, 3, 15 * KR)
    assert sums.applied == 400 * KR
    assert sums_of(rows, None).left is None
    assert sums_of(rows, 50 * KR).left == -30 * KR


def test_running_totals_follow_the_order_and_begin_with_what_is_not_shown() -> None:
    rows = [row(1, proposed=1), row(2, proposed=None), row(3, proposed=4)]
    assert running_totals(rows, 10) == {1: 11, 2: 11, 3: 15}


@pytest.mark.parametrize(
    ("order", "found"),
    [
        (AllocationOrder.POINTS, [2, 1, 3]),
        (AllocationOrder.NAME, [1, 2, 3]),
        (AllocationOrder.APPLIED, [3, 2, 1]),
        (AllocationOrder.PROPOSED, [2, 1, 3]),
        (AllocationOrder.CHANGE, [1, 2, 3]),
    ],
)
def test_rows_are_ordered_as_asked(order: AllocationOrder, found: list[int]) -> None:
    rows = [
        row(1, points=1, applied=10, proposed=2, last_year=9),
        row(2, points=3, applied=20, proposed=5, last_year=1),
        row(3, applied=30),
    ]
    assert [one.case_id for one in in_order(rows, order)] == found


def test_points_are_weighed_and_none_of_what_nobody_scored() -> None:
    scored = AllocationRow(
        case_id=1,
        name="A",
        scheme_id=1,
        applied=1,
        last_year=None,
        proposed=None,
        reason="",
        scores=(PriorityScore(1, 2, 3, 1), PriorityScore(2, 1.5, 3, 2), PriorityScore(3, None, 3, 5)),
    )
    assert scored.points == 5
    assert row(2).points is None


def test_less_than_was_applied_for_needs_a_reason() -> None:
    assert row(1, proposed=50 * KR).lacks_reason
    assert row(1, proposed=0).lacks_reason
    assert not row(1, proposed=50 * KR, reason="Lägst poäng").lacks_reason
    assert not row(1, proposed=100 * KR).lacks_reason
    assert not row(1).lacks_reason
    assert not row(1, proposed=50 * KR, lock=RowLock.DECIDED).lacks_reason


def test_last_years_with_a_percentage_never_passes_what_was_applied_for() -> None:
    rows = [
        row(1, last_year=50 * KR),
        row(2, last_year=99 * KR),
        row(3),
        row(4, last_year=9 * KR, lock=RowLock.DECIDED),
    ]
    assert scenario(rows, ScenarioKind.LAST_YEAR, percent=3) == {1: 51, 2: 100, 3: 0}
    assert scenario(rows, ScenarioKind.LAST_YEAR, percent=-50, floor=30 * KR) == {1: 0, 2: 49, 3: 0}


def test_the_formula_says_nothing_of_what_it_cannot_work_out() -> None:
    rows = [row(1, formula=33 * KR + 500), row(2), row(3, formula=500 * KR)]
    assert scenario(rows, ScenarioKind.FORMULA) == {1: 33, 2: None, 3: 100}


def test_by_points_the_money_goes_from_the_top_and_alike_share_what_is_left() -> None:
    rows = [row(1, points=3), row(2, points=2), row(3, points=2), row(4, points=1), row(5)]
    assert scenario(rows, ScenarioKind.POINTS, 180 * KR) == {1: 100, 2: 40, 3: 40, 4: 0, 5: None}
    assert scenario(rows, ScenarioKind.POINTS, 180 * KR, ceiling=60 * KR) == {1: 60, 2: 60, 3: 60, 4: 0, 5: None}
    assert scenario(rows, ScenarioKind.POINTS, 180 * KR, floor=50 * KR) == {1: 100, 2: 0, 3: 0, 4: 0, 5: None}
    assert scenario(rows, ScenarioKind.POINTS) == dict.fromkeys(range(1, 6))


def test_the_same_share_for_all_stays_within_the_money() -> None:
    rows = [row(1), row(2, applied=50 * KR), row(3, applied=None)]
    assert scenario(rows, ScenarioKind.SHARE, 75 * KR) == {1: 50, 2: 25, 3: None}


@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(0, 3)), min_size=1, max_size=30),
    st.integers(0, 3_000),
    st.integers(0, 60),
    st.sampled_from([ScenarioKind.POINTS, ScenarioKind.SHARE]),
)
def test_no_scenario_of_a_sum_passes_it_or_gives_more_than_was_applied_for(
    applied: list[tuple[int, int]], money: int, floor: int, kind: ScenarioKind
) -> None:
    rows = [row(place, applied=sum_ * KR, points=points) for place, (sum_, points) in enumerate(applied)]
    least = floor * KR if kind is ScenarioKind.POINTS else 0
    found = count_scenario(rows, ScenarioSettings(kind=kind, floor=least), money * KR)
    assert sum(amount or 0 for amount in found.values()) <= money * KR
    for one in rows:
        amount = found[one.case_id] or 0
        assert 0 <= amount <= (one.applied or 0)
        assert amount == 0 or amount >= least


def test_an_effect_counts_who_gets_more_less_and_anything_at_all() -> None:
    rows = [
        row(1, last_year=10),
        row(2, last_year=10),
        row(3),
        row(4, last_year=5, lock=RowLock.DECIDED, granted=5),
        row(5, last_year=7),
    ]
    effect = effect_of(rows, {1: 12, 2: 3, 3: 4, 4: 99, 5: None}, 30)
    assert (effect.total, effect.left, effect.more, effect.less, effect.receivers) == (24, 6, 2, 2, 4)
    assert effect.changes == ((1, 2), (2, -7), (4, 0), (5, -7))


def test_an_amount_below_nothing_or_beyond_all_money_is_none() -> None:
    assert [problem.what.sv for problem in wrong_with_amount(-1, None)] == ["Beloppet är mindre än noll."]
    assert list(wrong_with_amount(10**15, None))
    assert not list(wrong_with_amount(0, None))
    assert not list(wrong_with_amount(500, 500))
    assert [problem.what.sv for problem in wrong_with_amount(501, 500)] == ["Beloppet är större än det sökta."]
