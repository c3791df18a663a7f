"""Twenty rivals in two processes at each of a thousand cases of four boards: one wins each, and the trail is whole."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from tests.board import NUMBERS, BoardAtWork, clean_facts
from tests.soak.rivals import RIVALS
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading
from vetting.kernel.store.trail import TrailEntry
from vetting.operations.database import schema

if TYPE_CHECKING:
    from pathlib import Path

    from tests.databases import Databases

BOARDS = ("norr", "mitt", "syd", "vaster")


def compete(databases: Databases, tmp_path: Path, rounds: int) -> None:
    """So many rounds, a case each, of the boards in turn."""
    address = databases.postgresql()
    database = schema.open_database(address)
    boards = [BoardAtWork(database, code=code).build() for code in BOARDS]
    told = tmp_path / "staff"
    told.write_bytes(pickle.dumps({board.code: board.staff[Role.CASEWORKER] for board in boards}))
    command = [sys.executable, "-m", "tests.soak.rivals", str(told), address]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _place in range(2)
    ]
    try:
        for place in range(rounds):
            board = boards[place % len(boards)]
            number = board.receive(clean_facts(NUMBERS[place % 6], f"Förening {place % 6}"), round_id=None).number
            found = Counter[str]()
            for process in processes:
                assert process.stdin is not None
                process.stdin.write(f"{board.code} {number}\n")
                process.stdin.flush()
            for process in processes:
                assert process.stdout is not None
                found.update(json.loads(process.stdout.readline()))
            assert found == {"done": 1, Obstacle.CLOSED.value: 2 * RIVALS - 1}, (place, found)
    finally:
        for process in processes:
            process.communicate(timeout=60)
    with open_reading(database) as session:
        withdrawn = select(func.count()).select_from(TrailEntry).where(TrailEntry.action == "case_withdrawn")
        assert session.scalar(withdrawn) == rounds
        assert trail_verification.verify_trail(session).problems == []
    database.close()


@pytest.mark.soak
def test_a_thousand_cases_have_one_winner_each(databases: Databases, tmp_path: Path) -> None:
    compete(databases, tmp_path, 1_000)
