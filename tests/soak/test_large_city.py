"""A tenth, half and whole year of a large city, and 60 people in it: no answer is an error. How soon is told and drawn."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.soak.large_city import curve, measure

if TYPE_CHECKING:
    from tests.databases import Databases

pytestmark = pytest.mark.soak
SHARES = (0.1, 0.5, 1.0)
PICTURE = Path("build/skala.svg")


def test_sixty_people_of_twenty_boards_are_all_answered(databases: Databases) -> None:
    measured = [measure(databases.postgresql(), share) for share in SHARES]
    for found in measured:
        sys.stderr.write("\n".join(["", *found.lines(), ""]))
        assert set(found.statuses) <= {200, 303}
        assert found.written > 0
        assert min(len(seconds) for seconds in found.pages.values()) > 10
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(curve(measured), encoding="utf-8")
