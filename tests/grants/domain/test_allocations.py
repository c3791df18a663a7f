"""The sharing of money: what a row takes of it, the order of rows, and what cannot be written."""

from __future__ import annotations

from typing import Any

import pytest

from vetting.grants.domain.allocations import (
    AllocationOrder,
    AllocationRow,
    RowLock,
    RowValues,
    in_order,
    sums_of,
    wrong_with_amount,
    wrong_with_row,
)

KR = 1_000_00


def row(case_id: int, proposed: int | None = None, **more: Any) -> AllocationRow:
    written = RowValues(proposed=proposed, reason=more.pop("reason", ""), points=more.pop("points", None))
    given = {"name": f"F{case_id}", "scheme_id": 1, "applied": 100 * KR, "last_year": None}
    return AllocationRow(case_id=case_id, number=f"BID-{case_id}", written=written, **{**given, **more})


def test_a_decided_row_takes_what_was_granted_and_a_withdrawn_one_nothing() -> None:
    rows = [
        row(1, 50 * KR, lock=RowLock.DECIDED, granted=40 * KR),
        row(2, 50 * KR, lock=RowLock.WITHDRAWN),
        row(3, 30 * KR, lock=RowLock.HEARING),
        row(4, 0, lock=RowLock.HEARING),
        row(5, 10 * KR),
    ]
    assert [one.counted / KR for one in rows] == [40, 0, 30, 0, 10]
    sums = sums_of(rows, 100 * KR, hidden=5 * KR)
    assert (sums.proposed, sums.set_aside, sums.receivers, sums.left) == (85 * KR, 30 * KR, 3, 15 * KR)
    assert sums.applied == 400 * KR
    assert sums_of(rows, None).left is None
    assert sums_of(rows, 50 * KR).left == -30 * KR


@pytest.mark.parametrize(
    ("order", "found"), [(AllocationOrder.POINTS, [2, 1, 4, 3]), (AllocationOrder.NAME, [1, 2, 3, 4])]
)
def test_rows_are_ordered_as_asked_and_those_without_points_come_last(order: AllocationOrder, found: list[int]) -> None:
    rows = [row(1, points=1.5), row(2, points=3), row(3), row(4, points=0)]
    assert [one.case_id for one in in_order(rows, order)] == found


def test_every_cut_needs_a_reason() -> None:
    assert row(1, 50 * KR).lacks_reason
    assert row(1, 0).lacks_reason
    assert row(1, 0, applied=None).lacks_reason
    assert not row(1, 50 * KR, reason="Lägst poäng").lacks_reason
    assert not row(1, 100 * KR).lacks_reason
    assert not row(1).lacks_reason
    assert not row(1, 50 * KR, lock=RowLock.DECIDED).lacks_reason
    assert [row(1, amount).may_be_proposed for amount in (None, 50 * KR, 100 * KR, 101 * KR)] == [
        False,
        False,
        True,
        False,
    ]
    assert not row(1, 100 * KR, lock=RowLock.HEARING).may_be_proposed


def test_what_is_seen_of_a_row_is_told_by_its_values() -> None:
    assert RowValues(points=2).digest == RowValues(points=2.0).digest
    different = [RowValues(), RowValues(proposed=0), RowValues(points=0), RowValues(reason="0"), RowValues(proposed=1)]
    assert len({one.digest for one in different}) == len(different)


def test_an_amount_below_nothing_or_beyond_all_money_is_none() -> None:
    assert [problem.what.sv for problem in wrong_with_amount(-1, None)] == ["Beloppet är mindre än noll."]
    assert list(wrong_with_amount(10**15, None))
    assert not list(wrong_with_amount(0, None))
    assert not list(wrong_with_amount(500, 500))
    assert [problem.what.sv for problem in wrong_with_amount(501, 500)] == ["Beloppet är större än det sökta."]


def test_what_cannot_be_written_in_a_row_is_told_at_its_column() -> None:
    values = RowValues(proposed=-1, reason="x" * 301, points=-0.5)
    assert [problem.where for problem in wrong_with_row(values, None)] == ["amount", "reason", "points"]
    assert [problem.where for problem in wrong_with_row(RowValues(points=float("nan")), None)] == ["points"]
    assert not list(wrong_with_row(RowValues(proposed=0, reason="x" * 300, points=0), 1))
