"""What a run of tests starts ends with it, a run that is killed too: a guard beside it ends the rest and says what it was.

Every process of a run has the run's name in its environment. The guard holds a pipe to the run, and begins when the pipe
closes, however the run ended. It needs /proc, which Linux has.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Final

RUN: Final = "TESTS_RUN"
"""Environment variable: the name of this run."""
MEMORY: Final = Path("/dev/shm")
PROCESSES: Final = Path("/proc")
PATIENCE: Final = 10
"""Seconds that a process has to end by itself."""


def start_guard() -> subprocess.Popen[bytes]:
    """Begins a run: from here on whatever is started belongs to it. Closing the guard's stdin ends all that is left."""
    name = os.environ[RUN] = uuid.uuid4().hex
    return subprocess.Popen(
        [sys.executable, "-I", __file__, name], stdin=subprocess.PIPE, start_new_session=True, env={"PATH": ""}
    )


def folder_in_memory() -> Path | None:
    """A new folder of this run in memory, where the machine has one; gone with the run."""
    if not MEMORY.is_dir():
        return None
    made = MEMORY / f"{name_in_memory()}{os.getpid()}"
    made.mkdir()
    return made


def name_in_memory() -> str:
    """What the name of each folder in memory begins with that is to go with this run."""
    return f"vetting-tests-{os.environ[RUN]}-"


def processes_of(name: str) -> dict[int, str]:
    """Process id -> its command, of every process that a run has started."""
    found = {}
    for folder in PROCESSES.glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:  # it has ended, or is another user's
            continue
        if f"{RUN}={name}".encode() in environment.split(b"\0") and command:
            found[int(folder.name)] = command
    return found


def wait_until_none(name: str, *, patience: float = PATIENCE) -> dict[int, str]:
    """The processes of a run that do not end by themselves."""
    until = time.monotonic() + patience
    while (left := processes_of(name)) and time.monotonic() < until:
        time.sleep(0.1)
    return left


def end(name: str, *, patience: float = PATIENCE) -> None:
    """Ends every process of a run, and removes what it has in memory."""
    until = time.monotonic() + patience
    sent = signal.SIGINT  # PostgreSQL ends its connections at this one
    while left := processes_of(name):
        for process in left:
            try:
                os.kill(process, sent)
            except ProcessLookupError:
                continue
        time.sleep(0.2)
        sent = signal.SIGINT if time.monotonic() < until else signal.SIGKILL
    for folder in MEMORY.glob(f"vetting-tests-{name}-*"):
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.stdin.buffer.read()  # until the run has ended
    end(sys.argv[1])
