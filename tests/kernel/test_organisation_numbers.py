"""Numbers near one that was typed wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetting.kernel.organisation_numbers import has_valid_check_digit, numbers_near

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
