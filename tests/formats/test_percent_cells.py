"""Cells that show a share are found wherever the pieces of a large sheet are cut."""

from __future__ import annotations

import pytest

from vetting.formats import limits
from vetting.formats.percent_cells import PercentCells, places_in

SHEET = (
    b'<x:row r="1"><x:c s="2" r="B1" t="n"><x:v>0.4</x:v></x:c><c r="C1" s="22"><v>1</v></c></x:row>'
    b'<row r="12"><c r="AB12" s="7"/><c r="A12" t="s" s="1"><v>0</v></c><cols s="2" r="Z9"/></row>'
)


@pytest.mark.parametrize("cut", range(0, len(SHEET), 3))
def test_a_cell_is_found_wherever_the_pieces_are_cut(cut: int) -> None:
    assert set(places_in(iter([SHEET[:cut], SHEET[cut:]]), ["2", "7"])) == {(1, 2), (12, 28)}


def test_what_lies_beyond_what_is_read_takes_no_memory() -> None:
    found = PercentCells()
    for place in ((8, 2), (9_999_999, 3), (1, limits.COLUMNS + 1)):
        found.add(*place)
    assert [place in found for place in ((8, 2), (7, 2), (9, 2), (8, 3), (9_999_999, 3))] == [True, *[False] * 4]
    assert found.columns.keys() == {2}
