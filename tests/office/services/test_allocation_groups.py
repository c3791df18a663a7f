"""Rows in groups: ages and areas as they are said, what is not known by itself and last, sums as the rows have them."""

from __future__ import annotations

import pytest

from vetting.kernel.text import same_in_both
from vetting.office.services.allocation_groups import (
    ADULTS,
    BOTH,
    CHILDREN,
    ELDERLY,
    MEN,
    MIXED,
    OTHERS,
    UNKNOWN,
    WOMEN,
    AllocationGrouping,
    GroupedRows,
    _by_area,
    age_group,
    sex_group,
    sums_of_groups,
)


@pytest.mark.parametrize(
    ("youngest", "oldest", "group"),
    [
        (7, 25, CHILDREN),
        (7, 26, MIXED),
        (26, 64, ADULTS),
        (26, 65, MIXED),
        (65, 90, ELDERLY),
        (None, 25, UNKNOWN),
        (7, None, UNKNOWN),
        ("7", 25, UNKNOWN),
    ],
)
def test_ages_are_grouped_by_the_youngest_and_the_oldest(youngest: object, oldest: object, group: object) -> None:
    assert age_group(youngest, oldest) == group


def test_areas_are_the_same_however_they_are_spelled_and_many_are_put_together() -> None:
    said: dict[int, dict[str, object]] = {
        1: {"district": " Farsta  strand"},
        2: {"district": "farsta Strand"},
        3: {},
        4: {"district": None},
    }
    assert {key: words.sv for key, words in _by_area(said).items()} == {
        1: "Farsta strand",
        2: "Farsta strand",
        3: UNKNOWN.sv,
        4: UNKNOWN.sv,
    }
    many = _by_area({key: {"district": f"Område {key}"} for key in range(30)})
    assert sum(words == OTHERS for words in many.values()) == 10


def test_groups_stand_by_name_with_what_is_not_known_last_and_sums_of_the_sheet_and_each_scenario() -> None:
    of = {1: UNKNOWN, 2: same_in_both("Ö"), 3: same_in_both("A"), 4: OTHERS, 5: same_in_both("A")}
    found = sums_of_groups(GroupedRows(AllocationGrouping.AREA, of), [{1: 5, 3: 1, 5: 2}, {2: 7, 4: 3}])
    assert [(one.name.sv, one.rows, one.sums) for one in found] == [
        ("A", 2, (3, 0)),
        ("Ö", 1, (0, 7)),
        (OTHERS.sv, 1, (0, 3)),
        (UNKNOWN.sv, 1, (5, 0)),
    ]
    assert not GroupedRows(AllocationGrouping.AREA, {1: UNKNOWN, 2: UNKNOWN}).tells


@pytest.mark.parametrize(
    ("women", "men", "group"),
    [
        (None, 10, UNKNOWN),
        (10, None, UNKNOWN),
        (0, 0, UNKNOWN),
        (6, 4, WOMEN),
        (4, 6, MEN),
        (5, 5, BOTH),
        (59, 41, BOTH),
        (0, 3, MEN),
    ],
)
def test_sexes_are_told_by_a_report_alone(women: int | None, men: int | None, group: object) -> None:
    assert sex_group(women, men) == group
