"""The child that opens foreign files, as somebody who has taken it over: each way out is tried, and is shut."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from vetting.formats import sandbox
from vetting.formats.workbook_reading import environment_of_child

if TYPE_CHECKING:
    from collections.abc import Iterator

AS_THE_CHILD: Final = """
import ctypes, os, signal, socket, subprocess, sys, threading
from pathlib import Path
from vetting.formats import child, sandbox
child.limit_oneself(20)
if {closed}:
    sandbox.enter_sandbox(Path.cwd())
parent = os.getppid()
libc = ctypes.CDLL(None, use_errno=True)
def call(*numbers):
    if libc.syscall(*numbers) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
try:
    {attempt}
except OSError as error:
    print("shut", error.errno)
else:
    print("open")
"""


def tried(attempt: str, *, closed: bool = True) -> str:
    """What comes of an attempt: "open" or "shut"."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", AS_THE_CHILD.format(attempt=attempt, closed=closed)],
            capture_output=True,
            text=True,
            cwd=folder,
            env=environment_of_child(folder),
            check=False,
            timeout=300,
        )
    return done.stdout.split()[0] if done.stdout else f"{done.returncode} {done.stderr[-300:]}"


@pytest.fixture(scope="module")
def outside() -> Iterator[Path]:
    """A file with something secret, and beside it a socket that answers."""
    with tempfile.TemporaryDirectory() as folder:
        secret = Path(folder) / "vetting.db"
        secret.write_text("SQLite format 3", encoding="utf-8")
        yield secret


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield int(listening.getsockname()[1])


ATTEMPTS: Final = {
    "the parent's environment": 'Path(f"/proc/{parent}/environ").read_bytes()',
    "the parent's memory": 'open(f"/proc/{parent}/mem", "rb").close()',
    "its own environment as the system has it": 'Path("/proc/self/environ").read_bytes()',
    "the database": 'Path("OUTSIDE").read_bytes()',
    "what lies beside it": 'os.listdir(Path("OUTSIDE").parent)',
    "a name on the system": 'Path("/etc/passwd").read_bytes()',
    "a file outside": '(Path("OUTSIDE").parent / "new").write_text("x")',
    "the database written over": 'Path("OUTSIDE").write_text("x")',
    "a file taken away": 'Path("OUTSIDE").unlink()',
    "a connection": 'socket.create_connection(("127.0.0.1", PORT), 5)',
    "a datagram": 'socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", PORT))',
    "a socket of the system": "socket.socket(socket.AF_UNIX)",
    "a fork": "os.fork() or os._exit(0)",
    "another program": 'subprocess.run(["/bin/true"])',
    "the same program anew": 'os.execv(sys.executable, [sys.executable, "-c", "print(\'open\')"])',
    "a signal": "os.kill(parent, 0)",
    "a signal by its other number": "call(200 if os.uname().machine == 'x86_64' else 130, parent, 0)",
    "the parent's limits": "__import__('resource').prlimit(parent, 7)",
    "looking into the parent": "call(101 if os.uname().machine == 'x86_64' else 117, 16, parent, 0, 0)",
    "other rights": "os.unshare(0x10000000) if hasattr(os, 'unshare') else call(272 if os.uname().machine == 'x86_64' else 97, 0x10000000)",
    "rights of a file outside": 'os.chmod("OUTSIDE", 0o777)',
    "times of a file outside": 'os.utime("OUTSIDE", (0, 0))',
    "marks of a file outside": 'os.setxattr("OUTSIDE", "user.x", b"x")',
    "the owner of a file outside": 'os.chown("OUTSIDE", os.getuid(), os.getgid())',
    "how the parent runs": "os.setpriority(os.PRIO_PROCESS, parent, 1)",
    "where the parent runs": "os.sched_setaffinity(parent, {0})",
    "memory that is shared": "call(29 if os.uname().machine == 'x86_64' else 194, 0, 4096, 0o1600)",
    "the machine's name": "call(170 if os.uname().machine == 'x86_64' else 161, b'x', 0)",
    "a ring of calls": "call(425, 1, 0)",
    "very many files": "[open('/dev/null') for _ in range(100)]",
}


@pytest.mark.guards("a reader of files that has been taken over", "1.2.4")
@pytest.mark.parametrize("what", ATTEMPTS)
def test_each_way_out_of_the_child_is_shut(what: str, outside: Path, port: int) -> None:
    if sandbox.missing_protection():
        pytest.skip(f"this kernel has no {' and no '.join(sandbox.missing_protection())}")
    attempt = ATTEMPTS[what].replace("OUTSIDE", str(outside)).replace("PORT", str(port))
    assert tried(attempt) == "shut"
    assert outside.read_text(encoding="utf-8") == "SQLite format 3"


@pytest.mark.parametrize("what", ["the database", "a connection", "a fork", "a signal", "another program"])
def test_the_same_is_open_where_nothing_is_closed(what: str, outside: Path, port: int) -> None:
    """That an attempt fails for what is closed, and not for a mistake in it."""
    attempt = ATTEMPTS[what].replace("OUTSIDE", str(outside)).replace("PORT", str(port))
    assert tried(attempt, closed=False) == "open"


@pytest.mark.parametrize(
    "what",
    [
        'Path("own.txt").write_text("x")',
        'Path(sys.modules["ctypes"].__file__).read_bytes()',
        "import openpyxl, docx",
        "t = threading.Thread(target=print); t.start(); t.join()",
        "os.kill(os.getpid(), 0)",
    ],
)
def test_what_a_reader_needs_stays_open(what: str) -> None:
    assert tried(what) == "open"


def test_the_child_of_a_real_reading_is_shut_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not only the function: whoever leaves it out of the child's beginning is found."""
    from vetting.formats import child

    entered: list[Path] = []
    monkeypatch.setattr(sandbox, "enter_sandbox", entered.append)
    monkeypatch.setattr(child, "limit_oneself", lambda _: None)
    monkeypatch.setattr(child, "_carry_out", lambda *_: entered.append(Path("then")))
    read, write = os.pipe()
    order = b'{"task": "read"}'
    os.write(write, len(order).to_bytes(8, "big") + order)
    os.close(write)
    with os.fdopen(read) as source:
        monkeypatch.setattr(sys, "stdin", source)
        child.main()
    assert entered == [Path.cwd(), Path("then")]
