"""Processes of their own that are killed: each is born of one that has loaded everything and does nothing else."""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import traceback
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tests.board import rules

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]


def kill() -> None:
    """As a machine that loses its power."""
    os.kill(os.getpid(), signal.SIGKILL)


def give_lives(one_life: Callable[..., None]) -> None:
    """Gives a process of its own to each life that is asked for, and tells how it ended: all is loaded once.

    A line of JSON on standard input asks for one: the file for what it says, and what it is about. A line on standard
    output tells how it ended. one_life: what it does; ends the process.
    """
    rules()
    for line in sys.stdin:
        said, *about = json.loads(line)
        born = os.fork()
        if not born:
            out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(out, 1)
            os.dup2(out, 2)
            try:
                one_life(*about)
            finally:
                traceback.print_exc()
                os._exit(1)
        _, status = os.waitpid(born, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


@cache
def _home(module: str) -> subprocess.Popen[str]:
    """Where lives of a kind come from."""
    found = subprocess.Popen(
        [sys.executable, "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    atexit.register(found.kill)
    return found


def live_once(module: str, said: Path, *about: str) -> tuple[int, str]:
    """One life of those that a module gives: how it ended, and what it said."""
    home = _home(module)
    assert home.stdin
    assert home.stdout
    home.stdin.write(json.dumps([str(said), *about]) + "\n")
    home.stdin.flush()
    code = int(home.stdout.readline())
    return code, said.read_text(encoding="utf-8")
