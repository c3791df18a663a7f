"""Tallies: every raw row has one cell, durations are times that some case took, opinions are followed as decided."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetting.reporting.domain.figures import FIGURES, FigureGroup, Tally, by_cell, durations

DAYS = st.dictionaries(st.integers(0, 400), st.integers(1, 9), min_size=1, max_size=20)


@given(DAYS)
def test_half_took_at_most_the_median_and_nine_in_ten_at_most_the_other(days: dict[int, int]) -> None:
    found = durations(days)
    assert found is not None
    taken = sorted(day for day, number in days.items() for _ in range(number))
    assert found.number == len(taken)
    assert {found.median, found.ninetieth} <= set(taken)
    assert sum(day <= found.median for day in taken) * 2 >= len(taken)
    assert sum(day <= found.ninetieth for day in taken) * 10 >= len(taken) * 9
    assert sum(day < found.ninetieth for day in taken) * 10 < len(taken) * 9


def test_of_nothing_there_is_no_duration() -> None:
    assert durations({}) is None


@pytest.mark.parametrize(
    ("raw", "cell"),
    [
        (("recommends", "approved", ""), "followed"),
        (("recommends", "refused", ""), "departed"),
        (("advises_against", "partly_approved", ""), "departed"),
        (("advises_against", "refused", ""), "followed"),
        (("no_objection", "", ""), "undecided"),
        (("no_objection", "discontinued", ""), "undecided"),
        (("postpones", "approved", ""), "no_opinion"),
        (("with_conditions", "approved", ""), "departed"),
        (("with_conditions", "approved", "conditions"), "followed"),
    ],
)
def test_an_opinion_is_followed_or_not_as_the_register_says(raw: tuple[str, ...], cell: str) -> None:
    assert FIGURES[FigureGroup.FOLLOWED_ADVICE].cell_of(raw) == cell


def test_grounds_are_counted_of_refusals_only() -> None:
    counted: dict[tuple[str, ...], Tally] = {
        ("approved", "reduced"): Tally(3, 100),
        ("refused", "criterion"): Tally(2),
        ("dismissed", "too_late"): Tally(1),
    }
    assert by_cell(FIGURES[FigureGroup.GROUNDS], counted) == {"criterion": Tally(2), "too_late": Tally(1)}
    assert by_cell(FIGURES[FigureGroup.OUTCOMES], counted)["approved"] == Tally(3, 100)


def test_every_group_has_words_for_its_cells_in_both_languages() -> None:
    for definition in FIGURES.values():
        for words in (definition.title, *definition.cells.values()):
            assert words.sv
            assert words.en
            assert words.sv != words.en
