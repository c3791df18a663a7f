"""Small numbers: hidden, and never to be worked out from the sum and what is told beside them."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetting.figures.domain.masking import LEAST, Mask, mask_numbers

SMALL = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 12), max_size=5)


def ways_to_be(told: dict[str, int], mask: Mask) -> list[tuple[int, ...]]:
    """All that the hidden numbers can be, for somebody who reads the rest with the sum; nothing is told as nothing."""
    names = sorted(mask.cells)
    left = sum(told[name] for name in names)
    return [numbers for numbers in product(range(1, left + 1), repeat=len(names)) if sum(numbers) == left]


@given(SMALL)
def test_no_small_number_can_be_worked_out(numbers: dict[str, int]) -> None:
    mask = mask_numbers(numbers)
    assert {name for name, number in numbers.items() if 0 < number < LEAST} <= mask.cells
    assert all(numbers[name] > 0 for name in mask.cells)
    if mask.cells and not mask.total:
        found = ways_to_be(numbers, mask)
        for place in range(len(mask.cells)):
            assert len({one[place] for one in found}) > 1


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(LEAST, 60), max_size=6))
def test_what_is_large_is_told(numbers: dict[str, int]) -> None:
    assert mask_numbers(numbers) == (frozenset(), False)


@pytest.mark.parametrize(
    ("numbers", "hidden", "total"),
    [
        ({}, "", False),
        ({"a": 0, "b": 0}, "", False),
        ({"a": 3}, "a", True),
        ({"a": 3, "b": 0}, "a", True),
        ({"a": 3, "b": 9, "c": 40}, "ab", False),
        ({"a": 1, "b": 1, "c": 40}, "abc", False),
        ({"a": 1, "b": 4, "c": 40}, "ab", False),
        ({"a": 1, "b": 1}, "ab", True),
        ({"a": 1, "b": 1, "c": 1, "d": 1, "e": 1}, "abcde", True),
    ],
)
def test_a_second_cell_is_hidden_where_the_sum_would_tell(numbers: dict[str, int], hidden: str, total: bool) -> None:  # noqa: FBT001 - a row of the table
    assert mask_numbers(numbers) == (frozenset(hidden), total)
