"""The list of delegates' decisions: by point as people count, the board's other cases left out."""

from __future__ import annotations

from vetting.casework.services.delegation_lists import _by_number


def test_points_stand_as_people_count_and_what_has_none_comes_last() -> None:
    points = ["", "2.10", "2.9", "2", "10.1", "2.9 b"]
    assert sorted(points, key=_by_number) == ["2", "2.9", "2.9 b", "2.10", "10.1", ""]
