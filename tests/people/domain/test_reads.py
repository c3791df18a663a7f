"""Which papers must be opened, and what counts as having opened one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetting.people.domain.reads import PaperRoutine, ReadExtent, extent_of_view, routine_of
from vetting.people.domain.ways_of_working import WayOfWorking


@pytest.mark.parametrize(
    ("page", "pages", "extent"),
    [
        (1, 1, ReadExtent.OPENED),
        (1, 4, ReadExtent.FIRST_PAGE),
        (2, 4, ReadExtent.OPENED),
        (4, 4, ReadExtent.OPENED),
    ],
)
def test_a_first_page_seen_in_passing_is_not_a_paper_opened(page: int, pages: int, extent: ReadExtent) -> None:
    assert extent_of_view(page, pages) is extent


def test_full_control_opens_every_paper_of_every_case_and_other_ways_one_case_in_ten() -> None:
    assert routine_of({}, WayOfWorking.FULL).opens_all(1, "BID-2026-0001")
    ordinary = routine_of({}, WayOfWorking.SMALL)
    drawn = sum(ordinary.opens_all(1, f"BID-2026-{place:04}") for place in range(2000))
    assert 150 < drawn < 250


def test_what_a_board_has_chosen_goes_before_its_way_of_working() -> None:
    chosen = routine_of({"always": ["statutes_document"], "one_in": 0}, WayOfWorking.FULL)
    assert chosen == PaperRoutine(always=frozenset({"statutes_document"}), one_in=0)
    assert not chosen.opens_all(1, "BID-2026-0001")
    assert chosen.must_open("statutes_document", all_of_case=False)
    assert not chosen.must_open("budget", all_of_case=False)
    assert chosen.must_open("budget", all_of_case=True)


@given(st.integers(1, 9), st.text(max_size=20), st.integers(0, 100))
def test_the_same_case_is_in_the_sample_every_time_it_is_asked(board: int, number: str, one_in: int) -> None:
    routine = PaperRoutine(one_in=one_in)
    assert routine.opens_all(board, number) == routine.opens_all(board, number)
