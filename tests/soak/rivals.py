"""Ten of twenty rivals, in a process of their own: each line that is read is a case that all of them withdraw at once.

Asked for with a file of boards and an address; answers a line each: how it went for how many.
"""

from __future__ import annotations

import json
import pickle
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import TYPE_CHECKING

from tests.acting import acting
from tests.factories import NOW
from vetting.app.hooks import fill_hooks
from vetting.casework.services import cases
from vetting.kernel.problem import Refused
from vetting.kernel.store.session import run_in_transaction
from vetting.operations.database import schema

if TYPE_CHECKING:
    from vetting.kernel.roles import Person
    from vetting.kernel.store.engine import Database

RIVALS = 10


def withdraw(database: Database, start: Barrier, person: Person, number: str, _place: int) -> str:
    """How it went for one of them: done, or why not."""
    start.wait()
    try:
        run_in_transaction(
            database, lambda s: cases.withdraw_case(acting(s, person, NOW), number), boards=[person.board_id]
        )
    except Refused as refused:
        return refused.obstacle.value
    return "done"


def main() -> None:
    """Until there are no more lines."""
    fill_hooks()
    staff: dict[str, Person] = pickle.loads(Path(sys.argv[1]).read_bytes())  # noqa: S301 - the test's own
    database, start = schema.open_database(sys.argv[2]), Barrier(RIVALS)
    with ThreadPoolExecutor(RIVALS) as rivals:
        for line in sys.stdin:
            code, number = line.split()
            outcomes = rivals.map(partial(withdraw, database, start, staff[code], number), range(RIVALS))
            sys.stdout.write(json.dumps(Counter(outcomes)) + "\n")
            sys.stdout.flush()
    database.close()


if __name__ == "__main__":
    main()
