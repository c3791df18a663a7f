"""What takes long is done by processes of their own: followed by others when they end, gone with the one that serves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.board import BoardAtWork
from vetting import clock
from vetting.config import Config, from_environment
from vetting.kernel.register_tables import RegisterName
from vetting.kernel.roles import Role
from vetting.kernel.store.jobs import DONE, Job
from vetting.kernel.store.session import open_reading
from vetting.operations.cli import working
from vetting.operations.cli.working import WorkerProcesses
from vetting.registers import RegisterSelection, workbook_jobs

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.databases import Databases

pytestmark = pytest.mark.long

PATIENCE = 300.0
LAST_OF_ALL = 19
"""No process can be put later than this."""


def comes_true(what: Callable[[], Any]) -> Any:
    """Waits until something holds; what it is."""
    last = time.monotonic() + PATIENCE
    while time.monotonic() < last:
        if found := what():
            return found
        time.sleep(0.05)
    pytest.fail("it did not come true")


def asked_for(board: BoardAtWork) -> int:
    wanted = RegisterSelection(on=clock.now().date())
    job = board.do(workbook_jobs.ask_for, RegisterName.APPROVALS, wanted, role=Role.AUDITOR, at=clock.now())
    key: int = job.id
    return key


def is_done(board: BoardAtWork, key: int) -> bool:
    with open_reading(board.database) as session:
        return session.get_one(Job, key).state == DONE


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_worker_that_is_killed_is_followed_by_another(
    databases: Databases, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(working, "BEGIN_AGAIN", 0.1)
    board = BoardAtWork.copied(databases, "sqlite")
    with closing(board.database):
        processes = WorkerProcesses(str(board.database.engine.url), 1)
        processes.start()
        first = comes_true(lambda: processes.running.get(0))
        key = asked_for(board)
        comes_true(lambda: is_done(board, key))
        later = min(os.getpriority(os.PRIO_PROCESS, 0) + working.LATER, LAST_OF_ALL)
        assert os.getpriority(os.PRIO_PROCESS, first.pid) == later
        first.kill()
        second = comes_true(lambda: processes.running[0] if processes.running[0] is not first else None)
        assert [line.levelname for line in caplog.records if "worker has ended" in line.message] == ["ERROR"]
        key = asked_for(board)
        comes_true(lambda: is_done(board, key))
        processes.stop()
        assert second.poll() == 0


BEGINS = """
import sys, time
from vetting.operations.cli.working import WorkerProcesses
processes = WorkerProcesses(sys.argv[1], 1)
processes.start()
while 0 not in processes.running:
    time.sleep(0.01)
print(processes.running[0].pid, flush=True)
time.sleep(600)
"""


def test_workers_end_with_the_one_that_serves_however_it_ends(databases: Databases) -> None:
    board = BoardAtWork.copied(databases, "sqlite")
    with closing(board.database):
        began = [sys.executable, "-c", BEGINS, str(board.database.engine.url)]
        with subprocess.Popen(began, stdout=subprocess.PIPE, text=True) as serving_process:
            assert serving_process.stdout
            worker = int(serving_process.stdout.readline())
            key = asked_for(board)
            comes_true(lambda: is_done(board, key))
            assert lives(worker)
            serving_process.send_signal(signal.SIGKILL)
        comes_true(lambda: not lives(worker))


@pytest.mark.parametrize(("given", "number"), [("0", 0), ("3", 3)])
def test_as_many_are_started_as_the_setting_says(given: str, number: int) -> None:
    assert from_environment({"VETTING_WORKERS": given}).workers == number
    assert 1 <= Config().workers <= 4
