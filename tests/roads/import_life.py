"""One life of a worker, in a process of its own: reads a list, has it confirmed, moves it in, screens it; or is killed.

Asked for by `lives.live_once` with address, key, board, person, point. The point is one of `POINTS`, a number of seconds,
or 'none'.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unittest import mock

from tests.acting import acting
from tests.board import rules
from tests.factories import NOW
from tests.operations.jobs.working_off import work_off
from tests.roads.lives import give_lives, kill
from vetting.kernel.roles import Person, Role
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.lists.models.staged_files import READY, StagedFile
from vetting.lists.services import import_batches, list_reading
from vetting.operations.jobs.worker import Worker
from vetting.rules.services.rulebook import use_rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from vetting.kernel.store.engine import Database

PIECE = 20
POINTS = ("after read", "staged", "half moved", "before commit", "after commit before answer")


def killing_after(work: Callable[..., Any], times: int = 1) -> Callable[..., Any]:
    left = [times]

    def killed(*arguments: Any, **more: Any) -> Any:
        answer = work(*arguments, **more)
        left[0] -= 1
        if not left[0]:
            kill()
        return answer

    return killed


def points() -> dict[str, mock._patch[Any]]:
    """Where the worker is killed, by name."""
    return {
        "after read": mock.patch.object(list_reading, "_finish_reading", killing_after(lambda *_: None)),
        "staged": mock.patch.object(list_reading, "_finish_reading", killing_after(list_reading._finish_reading)),
        "half moved": mock.patch.object(import_batches, "_piece", side_effect=_killed_in_second(import_batches._piece)),
        "before commit": mock.patch.object(import_batches, "_finish", killing_after(import_batches._finish)),
        "after commit before answer": mock.patch.object(Worker, "_ended", _killed_when_moved(Worker._ended)),
    }


def _killed_in_second(work: Callable[..., Any]) -> Callable[..., Any]:
    """The second piece is moved, and not committed."""
    return killing_after(work, 2)


def _killed_when_moved(work: Callable[..., Any]) -> Callable[..., Any]:
    calls = [0]

    def ended(*arguments: Any) -> Any:
        calls[0] += 1
        if calls[0] == 2:  # the job that moves: all is committed, and nobody has been told
            kill()
        return work(*arguments)

    return ended


def live(database: Database, key: int, board_row: int, by: int, *, hours: int) -> None:
    """What is left to do is done; the clock is so far ahead that a lost job is taken up again."""
    at = NOW + timedelta(hours=hours)
    worker = Worker(database, rules(), lambda: at)
    person = Person(id=by, name="x", board_id=board_row, board="Norr", roles=frozenset({Role.CASEWORKER}))
    work_off(worker)
    with open_reading(database) as session:
        state = session.get_one(StagedFile, key).state
    if state == READY:
        run_in_transaction(
            database, lambda s: import_batches.confirm_import(acting(s, person, at), key, good_only=False)
        )
    work_off(worker)


def one_life(address: str, key: str, board_row: str, by: str, point: str) -> None:
    """One life, which ends by itself or is ended; it says how many seconds it worked."""
    mock.patch.object(import_batches, "LARGEST_BATCH", PIECE).start()
    database = connect_database(address)
    use_rules(database, rules)
    if point in POINTS:
        points()[point].start()
    elif point != "none":
        threading.Timer(float(point), kill).start()
    began = time.monotonic()
    live(database, int(key), int(board_row), int(by), hours=1)
    sys.stdout.write(f"{time.monotonic() - began:.2f}\n")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    give_lives(one_life)
