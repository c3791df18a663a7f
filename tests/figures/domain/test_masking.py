"""Small numbers: hidden, and never to be worked out from the sum, from what is told beside them, or from rows of one."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vetting.figures.domain.figures import LEAST, FigureGroup, Tally
from vetting.figures.domain.masking import CountedPieces, Mask, mask_beside, mask_groups, mask_numbers

SMALL = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 12), max_size=5)


def small_of(numbers: dict[str, int]) -> set[str]:
    return {name for name, number in numbers.items() if 0 < number < LEAST}


def ways_to_be(told: dict[str, int], mask: Mask) -> list[tuple[int, ...]]:
    """All that the hidden numbers can be, for somebody who reads the rest with the sum; nothing is told as nothing."""
    names = sorted(mask.cells)
    left = sum(told[name] for name in names)
    return [numbers for numbers in product(range(1, left + 1), repeat=len(names)) if sum(numbers) == left]


@given(SMALL)
def test_no_small_number_can_be_worked_out(numbers: dict[str, int]) -> None:
    mask = mask_numbers(numbers, small_of(numbers))
    assert {name for name, number in numbers.items() if 0 < number < LEAST} <= mask.cells
    assert all(numbers[name] > 0 for name in mask.cells)
    if mask.cells and not mask.total:
        found = ways_to_be(numbers, mask)
        for place in range(len(mask.cells)):
            assert len({one[place] for one in found}) > 1


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(LEAST, 60), max_size=6))
def test_what_is_large_is_told(numbers: dict[str, int]) -> None:
    assert mask_numbers(numbers, small_of(numbers)) == (frozenset(), False)


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
    assert mask_numbers(numbers, small_of(numbers)) == (frozenset(hidden), total)


def counted(**numbers: int) -> dict[str, Tally]:
    """Cells in which each row is an association's of its own."""
    return {name: Tally(number, many=number >= LEAST, few=few_of(name, number)) for name, number in numbers.items()}


def few_of(name: str, number: int) -> frozenset[int]:
    return frozenset(hash((name, place)) for place in range(number)) if number < LEAST else frozenset()


def test_the_sum_of_the_grounds_does_not_tell_how_many_were_refused() -> None:
    """Approved 3 and refused 10 of 13: were the grounds' sum of 10 told, the approved would be three."""
    masks = mask_groups(
        {
            FigureGroup.OUTCOMES: counted(approved=3, refused=10),
            FigureGroup.GROUNDS: counted(criterion=10),
        }
    )
    assert masks[FigureGroup.OUTCOMES].cells == {"approved", "refused"}
    assert masks[FigureGroup.GROUNDS] == (frozenset({"criterion"}), True)


def test_the_dismissed_are_not_told_by_the_grounds_either() -> None:
    masks = mask_groups(
        {
            FigureGroup.OUTCOMES: counted(approved=10, partly_approved=6, refused=7, dismissed=2),
            FigureGroup.GROUNDS: counted(criterion=9),
        }
    )
    assert masks[FigureGroup.OUTCOMES].cells == {"partly_approved", "dismissed"}
    assert masks[FigureGroup.GROUNDS].total
    assert masks[FigureGroup.GROUNDS].cells == {"criterion"}


def test_refusals_that_would_tell_what_the_grounds_hide_are_hidden() -> None:
    """Six refusals on six grounds: each is one, and only the sum would say it."""
    grounds = {f"ground{place}": 1 for place in range(6)}
    masks = mask_groups(
        {FigureGroup.OUTCOMES: counted(approved=20, refused=6), FigureGroup.GROUNDS: counted(**grounds)}
    )
    assert masks[FigureGroup.GROUNDS].total
    assert "refused" in masks[FigureGroup.OUTCOMES].cells


def test_groups_of_the_same_rows_hide_their_sum_together() -> None:
    """Six grant schemes with one application each: the proposals' six would say so."""
    schemes = {f"scheme{place}": 1 for place in range(6)}
    masks = mask_groups({FigureGroup.RECEIVED: counted(**schemes), FigureGroup.PROPOSALS: counted(grant=6)})
    assert masks[FigureGroup.RECEIVED].total
    assert masks[FigureGroup.PROPOSALS] == (frozenset({"grant"}), True)


def test_many_rows_of_one_association_are_the_ones_of_few() -> None:
    """Six instalments of one repayment are one association's."""
    one = Tally(6, 60_000_00, few=frozenset({7}))
    masks = mask_groups({FigureGroup.RECOVERED: {"payment": one}})
    assert masks[FigureGroup.RECOVERED] == (frozenset({"payment"}), True)
    assert one.plus(Tally(1, few=frozenset({7}))).is_small
    four = Tally(4, few=frozenset({1, 2, 3, 4}))
    assert not one.plus(four).is_small
    assert one.plus(four).few == frozenset()


def test_an_amount_that_few_have_told_is_hidden() -> None:
    assert Tally(6, 50_000_00, 5, many=True).tells_amount_of_few
    assert not Tally(6, 50_000_00, 1, many=True).tells_amount_of_few
    assert not Tally(0).tells_amount_of_few
    assert not Tally(6, 0, 6, many=True).tells_amount_of_few


CELLS = st.integers(0, 9)


@given(CELLS, CELLS, CELLS, st.data())
def test_no_small_outcome_can_be_worked_out_from_both_tables(
    approved: int, refused: int, dismissed: int, data: st.DataObject
) -> None:
    """Every way that the hidden numbers can be, for somebody who reads both tables."""
    outcomes = {"approved": approved, "refused": refused, "dismissed": dismissed}
    first = data.draw(st.integers(0, refused + dismissed))
    grounds = {"criterion": first, "late": refused + dismissed - first}
    masks = mask_groups({FigureGroup.OUTCOMES: counted(**outcomes), FigureGroup.GROUNDS: counted(**grounds)})
    told, beside = masks[FigureGroup.OUTCOMES], masks[FigureGroup.GROUNDS]
    most = range(approved + refused + dismissed + 12)
    ways = [
        (a, r, d, c)
        for a, r, d in product(*(most if name in told.cells else [number] for name, number in outcomes.items()))
        if told.total or a + r + d == approved + refused + dismissed
        for c in (most if "criterion" in beside.cells else [grounds["criterion"]])
        for late in ([r + d - c] if "late" in beside.cells else [grounds["late"]])
        if late >= 0 and c + late == r + d and (beside.total or r + d == refused + dismissed)
    ]
    for place, (name, number) in enumerate(outcomes.items()):
        if 0 < number < LEAST:
            assert name in told.cells
            assert len({way[place] for way in ways}) > 1


GROUP = FigureGroup.OUTCOMES
MOST = 5
TWO_CELLS = st.fixed_dictionaries({"a": st.integers(0, MOST), "b": st.integers(0, MOST)})


def mask_of(numbers: dict[str, int], beside: dict[FigureGroup, Mask] | None = None) -> Mask:
    return mask_groups({GROUP: counted(**numbers)}, beside)[GROUP]


def told_as(numbers: dict[str, int], mask: Mask, of: dict[str, int]) -> bool:
    """Whether numbers may be those of a report, for somebody who reads it."""
    if not mask.total and sum(numbers.values()) != sum(of.values()):
        return False
    return all(numbers[name] > 0 if name in mask.cells else numbers[name] == of[name] for name in of)


SHIPPED = frozenset({frozenset({0}), frozenset({1})})
"""Two thirds."""
GROWING = frozenset({frozenset({0}), frozenset({0, 1})})
"""The first part, and the first two together: both from the new year."""


@pytest.mark.parametrize("reports", [SHIPPED, GROWING])
@given(parts=st.tuples(TWO_CELLS, TWO_CELLS, TWO_CELLS))
@settings(max_examples=12, deadline=None)
def test_a_year_and_its_parts_read_together_tell_no_small_number(
    reports: frozenset[frozenset[int]], parts: tuple[dict[str, int], ...]
) -> None:
    """Every way that all can be, for somebody who reads the reports of parts of the year, and the year's."""

    def together(places: frozenset[int], of: tuple[dict[str, int], ...]) -> dict[str, int]:
        return {name: sum(of[place][name] for place in places) for name in "ab"}

    pieces = [{GROUP: counted(**one)} for one in parts]

    def seen(places: frozenset[int]) -> Mask:
        inner = CountedPieces([pieces[at] for at in sorted(places)], relative(places))
        found = {name: Tally() for name in "ab"}
        for at in sorted(places):
            found = {name: found[name].plus(pieces[at][GROUP][name]) for name in "ab"}
        return mask_groups({GROUP: found}, mask_beside(inner))[GROUP]

    def relative(places: frozenset[int]) -> frozenset[frozenset[int]]:
        order = sorted(places)
        return frozenset(frozenset(order.index(at) for at in one) for one in reports if one < places)

    year = frozenset({0, 1, 2})
    told = {one: (seen(one), together(one, parts)) for one in (*reports, year)}
    any_numbers = [{"a": a, "b": b} for a, b in product(range(MOST + 3), repeat=2)]
    alone = {at: told.get(frozenset({at})) for at in range(3)}
    fitting = [[one for one in any_numbers if (known := alone[at]) is None or told_as(one, *known)] for at in range(3)]
    found = [
        ways
        for ways in product(*fitting)
        if all(told_as(together(one, ways), mask, numbers) for one, (mask, numbers) in told.items())
    ]
    for place, numbers in enumerate(parts):
        for name, number in numbers.items():
            if 0 < number < LEAST:
                assert len({ways[place][name] for ways in found}) > 1, (place, name)


def test_what_the_last_days_of_a_year_had_of_few_is_hidden_in_the_year() -> None:
    """Ten and ten of the two thirds taken from 23 would leave three; from 26 they leave the six that are many."""
    ten, three, six = counted(a=10), counted(a=3), counted(a=6)

    def hidden(rest: dict[str, Tally]) -> Mask:
        return mask_beside(CountedPieces([{GROUP: ten}, {GROUP: ten}, {GROUP: rest}], SHIPPED))[GROUP]

    assert hidden(three) == (frozenset({"a"}), True)
    assert hidden(six) == (frozenset(), False)
    assert hidden({}) == (frozenset(), False)


def test_what_a_longer_report_told_is_taken_from_a_still_longer_one() -> None:
    """Four, then three more, then three more: ten less the seven that were told would be the three."""
    own = [
        Tally(4, few=frozenset({1, 2, 3, 4})),
        Tally(3, few=frozenset({5, 6, 7})),
        Tally(3, few=frozenset({8, 9, 10})),
    ]
    told = CountedPieces([{GROUP: {"a": one}} for one in own], GROWING)
    assert "a" in mask_beside(told)[GROUP].cells
