"""Looking for a case in the queue by the name of its association."""

from __future__ import annotations

import pytest

from tests.acting import acting
from tests.board import NUMBERS, BoardAtWork, board, clean_facts
from tests.factories import TODAY
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.workspace.services.queues import QueueFilters, case_queue

__all__ = ["board"]


@pytest.mark.both_engines
def test_a_name_is_found_without_rings_and_never_the_other_way_round(board: BoardAtWork) -> None:
    board.receive(clean_facts(NUMBERS[0], "Malå Idrottsklubb"))
    board.receive(clean_facts(NUMBERS[1], "Mala Teater"))

    def found(text: str) -> set[str]:
        with open_reading(board.database) as s:
            by = board.staff[Role.CASEWORKER]
            return {case.name for case in case_queue(acting(s, by), QueueFilters(text=text), on=TODAY).cases}

    assert found("mala") == {"Malå Idrottsklubb", "Mala Teater"}
    assert found("teater mala") == {"Mala Teater"}
    assert found("idrottsklubb malå") == {"Malå Idrottsklubb"}
    assert found("malä") == set()
