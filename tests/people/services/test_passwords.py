"""A password that many have, or that others know of somebody, will not do; four words in a row will."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vetting.people.services.passwords import wrong_with_password

NAME = "Kimberly Anderssen"


@pytest.mark.guards("guessing passwords", "6.2.1")
@pytest.mark.parametrize(
    "password", ["passwordpassword", "qwertyuiop12", "abcdefghijkl", "trustno1trustno1", NAME, NAME.replace(" ", "")]
)
def test_what_is_easy_to_guess_is_refused(password: str) -> None:
    assert wrong_with_password(password, "ke1", NAME, "kim@exempel.se") is not None


@pytest.mark.parametrize(
    "password",
    [
        "Sommaren2026!",
        "vetting2026!!",
        "Norrbyns2026!",
        "stadsdelsnämnd26",
        "lösenordet2026",
        "losenordet2026",
        "Välkommen2026",
        "hammarby1234",
        "HandläggareMars26",
    ],
)
def test_words_of_the_language_the_board_and_the_year_are_easy_to_guess(password: str) -> None:
    assert wrong_with_password(password, "ke1", NAME, "Norrbyns stadsdelsnämnd", "norr") is not None


@pytest.mark.parametrize(
    "password",
    [
        "fyra ord efter varandra",
        "4k7$Q2x9!m82%81",
        "a9f3-0b71-77e2-4410-9932",
        "7391-8842-5561-0937-2214",
        "prova utan risk",
        "ö" * 3 + " skog moln tegel" * 15,
    ],
)
def test_words_in_a_row_will_do_however_long(password: str) -> None:
    assert wrong_with_password(password, "ke1", NAME) is None


@settings(max_examples=50)
@given(st.text(min_size=0, max_size=300))
def test_whatever_is_typed_is_answered(text: str) -> None:
    wrong = wrong_with_password(text, "ke1", NAME)
    assert wrong is None or all(words.sv for words in wrong)
