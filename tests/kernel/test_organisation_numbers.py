"""Numbers near one that was typed wrong, and personal numbers however they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetting.kernel.organisation_numbers import (
    MASK,
    NumberKind,
    has_valid_check_digit,
    mask_personal_numbers,
    numbers_near,
    read_number,
)

RIGHT = "8029990234"


@pytest.mark.parametrize("typed", ["802999-0235", "8029990243", "8029990334", "802 999 0134"])
def test_the_right_number_is_near_one_with_a_wrong_digit_or_two_in_the_wrong_order(typed: str) -> None:
    assert RIGHT in numbers_near(typed)


@pytest.mark.parametrize("typed", ["", "Kören", "80299902", "80299902345"])
def test_nothing_is_near_what_is_no_number(typed: str) -> None:
    assert numbers_near(typed) == []


@given(st.integers(0, 9), st.integers(0, 9))
def test_every_number_near_has_a_right_check_digit_and_is_another(place: int, digit: int) -> None:
    typed = RIGHT[:place] + str(digit) + RIGHT[place + 1 :]
    found = numbers_near(typed)
    assert typed not in found
    assert all(map(has_valid_check_digit, found))


HIDDEN = [
    "581020-" + "X" * 4,
    "581020xxxx",
    "19631031-****",
    "1963-10-31-####",
    "850101 - ••••",
    "581020 " + "X" * 4,
    "581020-12XX",
    "581020-____",
    "5 8 1 0 2 0 - 4 0 9 8",
    "1 9 8 5 0 1 0 1 1 2 3 6",
]


@pytest.mark.parametrize("text", HIDDEN)
def test_a_personal_number_with_hidden_or_parted_digits_is_one(text: str) -> None:
    assert read_number(text).kind is NumberKind.PERSONAL
    assert mask_personal_numbers(f"Ring {text} i dag") == f"Ring {MASK} i dag"


@pytest.mark.parametrize(
    "text", ["2026-03-15 ????", "802999-" + "X" * 4, "581399-" + "X" * 4, "1 2 3 4 5 6 7 8 9 10", "1 000 000 kr"]
)
def test_what_only_looks_like_a_hidden_one_is_none(text: str) -> None:
    assert mask_personal_numbers(text) == text
