"""A tenth and a half of a large city's year, and 60 people in it: no answer is an error. How soon is told."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.soak.large_city import measure

if TYPE_CHECKING:
    from tests.databases import Databases

pytestmark = pytest.mark.soak


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_sixty_people_of_twenty_boards_are_all_answered(databases: Databases, share: float) -> None:
    found = measure(databases.postgresql(), share)
    sys.stderr.write("\n".join(["", *found.lines(), ""]))
    assert set(found.statuses) <= {200, 303}
    assert found.written > 0
    assert min(len(seconds) for seconds in found.pages.values()) > 10
