"""A run of tests that is killed leaves no process and no folder in memory behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import left_over

RUN = """
import subprocess, sys, time
from tests import left_over
left_over.start_guard()
folder = left_over.folder_in_memory()
server = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
print(server.pid, folder, flush=True)
time.sleep(600)
"""


def test_what_a_killed_run_has_started_ends_with_it() -> None:
    if not left_over.PROCESSES.is_dir():
        pytest.skip("what still runs is read from /proc")
    own = {name: value for name, value in os.environ.items() if name != left_over.RUN}
    with subprocess.Popen([sys.executable, "-c", RUN], env=own, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        server, folder = run.stdout.readline().split()
        assert (left_over.PROCESSES / server).is_dir()
        os.kill(run.pid, signal.SIGKILL)
    until = time.monotonic() + 60
    while (_runs(server) or Path(folder).exists()) and time.monotonic() < until:
        time.sleep(0.1)
    assert not _runs(server)
    assert not Path(folder).exists()


def _runs(process: str) -> bool:
    """Whether it lives: one that has ended may stay in the list until somebody asks how."""
    status = left_over.PROCESSES / process / "stat"
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"
