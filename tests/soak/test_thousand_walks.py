"""A thousand random walks through services, pages and the command line end only in allowed states."""

from __future__ import annotations

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.roads.test_walks import Walk, any_walks


@pytest.mark.soak
def test_a_thousand_walks_end_in_allowed_states() -> None:
    run_state_machine_as_test(Walk, settings=any_walks(1_000))
