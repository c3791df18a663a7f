"""Codes: which are taken when, and never twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import NOW
from vetting.kernel.roles import Role
from vetting.people.domain.second_factor import (
    STEP,
    grouped_code,
    is_app_code,
    is_demanded,
    plain_code,
    step_of,
    steps_taken,
)


@given(st.integers(-400, 400))
def test_a_clock_that_is_half_a_minute_off_is_taken_and_one_five_minutes_off_is_not(seconds: int) -> None:
    theirs = step_of(NOW + timedelta(seconds=seconds))
    taken = theirs in steps_taken(NOW, 0)
    if abs(seconds) <= STEP:
        assert taken
    if abs(seconds) > 2 * STEP:
        assert not taken


@given(st.integers(-3, 3), st.integers(0, 200))
def test_no_code_that_was_used_is_taken_again_nor_one_before_it(offset: int, later: int) -> None:
    last = step_of(NOW) + offset
    assert all(step > last for step in steps_taken(NOW + timedelta(seconds=later), last))


@pytest.mark.parametrize(
    ("typed", "plain", "of_app"),
    [
        ("123 456", "123456", True),
        (" 12-34-56\n", "123456", True),
        ("abcd-efgh", "ABCDEFGH", False),
        ("١٢٣٤٥٦", "١٢٣٤٥٦", False),
        ("12345", "12345", False),
        ("", "", False),
    ],
)
def test_a_code_is_read_as_people_write_it(typed: str, plain: str, *, of_app: bool) -> None:
    assert plain_code(typed) == plain
    assert is_app_code(plain) is of_app


def test_a_recovery_code_is_shown_in_fours_and_read_back() -> None:
    assert grouped_code("ABCDEFGHIJKLMNOP") == "ABCD-EFGH-IJKL-MNOP"
    assert plain_code(grouped_code("ABCDEFGHIJKLMNOP")) == "ABCDEFGHIJKLMNOP"


def test_one_demanding_role_among_several_is_enough() -> None:
    assert is_demanded({Role.CASEWORKER, Role.FINANCE}, ["finance"])
    assert not is_demanded({Role.CASEWORKER}, ["finance"])
    assert not is_demanded({Role.FINANCE}, [])
