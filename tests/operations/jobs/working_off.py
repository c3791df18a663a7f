"""Works off the jobs that wait, those too that the database was too busy for the first time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.acting import acting
from vetting.kernel.store.jobs import next_waiting
from vetting.kernel.store.session import open_reading

if TYPE_CHECKING:
    from vetting.operations.jobs.worker import Worker

MOST_LOOKS = 100


def work_off(worker: Worker) -> None:
    """Until no job waits. A worker's `run_next` says no to a job put back as well: asked once, it leaves that one."""
    for _look in range(MOST_LOOKS):
        if worker.run_next():
            continue
        with open_reading(worker.database) as session:
            if next_waiting(acting(session, at=worker.clock())) is None:
                return
    raise AssertionError(f"jobs still wait after {MOST_LOOKS} looks")
