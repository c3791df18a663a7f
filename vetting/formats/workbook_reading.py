"""Workbooks and csv files as sheets, read in a child process with limits on size, memory and time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vetting.formats import limits
from vetting.formats.plain_cells import raw_row, row_of
from vetting.formats.refusals import file_problem
from vetting.kernel.problem import UnreadableError
from vetting.kernel.tables import ForeignWorkbook, MergedArea, RawRow, Sheet, SheetRow

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping

_MEMORY_SIGNALS: Final = {-6, -9, -11}
_TIME_SIGNALS: Final = {-24}
_WAITS: Final = 15
"""Times the processor seconds it may use. Those are its limit; this is only a far outer bound, since on a busy machine
a child that works waits for its turn most of the time."""


def read_workbook(data: bytes, file: str, *, most_rows: int = limits.CASE_ROWS) -> ForeignWorkbook:
    """The visible sheets of a workbook, or the one of a csv file, and the names of the hidden ones.

    Args:
        data: the file's bytes; nothing is written to disk.
        file: its name, for messages only. The kind is told by the content.
        most_rows: that hold anything, over all sheets.

    Raises:
        UnreadableError: the file cannot be used; says why and what to do.
    """
    heads: list[dict[str, Any]] = []
    hidden: tuple[str, ...] = ()
    rows: list[list[SheetRow]] = []
    for frame in run_order({"task": "read", "most_rows": most_rows}, data, file):
        if "sheets" in frame:
            heads, hidden = frame["sheets"], tuple(frame["hidden"])
            rows = [[] for _ in heads]
        else:
            rows[frame["of"]].extend(map(row_of, frame["rows"]))
    return ForeignWorkbook(tuple(sheet_of(head, own) for head, own in zip(heads, rows, strict=True)), hidden)


def sheet_of(head: Mapping[str, Any], rows: Iterable[SheetRow]) -> Sheet:
    """A sheet from what is told of it and its rows, or the first of them."""
    areas = tuple(MergedArea(*area) for area in head["merged"])
    return Sheet(head["name"], tuple(rows), areas, tuple(head["hidden_rows"]), head["unread_cells"])


@contextmanager
def stream_book(data: bytes, file: str) -> Iterator[tuple[ForeignWorkbook, Iterator[tuple[int, list[RawRow]]]]]:
    """A large file: its sheets with their first rows, and then all rows, (place of the sheet, rows) at a time.

    The child that reads is ended when the block is left, also before the last row.

    Raises:
        UnreadableError: the file cannot be used; also while the rows are taken.
    """
    order = {
        "task": "read",
        "most_rows": limits.IMPORT_ROWS,
        "seconds": limits.IMPORT_SECONDS,
        "wait": limits.IMPORT_WAIT,
    }
    with closing(run_order(order, data, file, most_bytes=limits.IMPORT_BYTES)) as coming:
        first = next(coming)
        tops = tuple(sheet_of(head, map(row_of, head["top"])) for head in first["sheets"])
        rows = ((frame["of"], list(map(raw_row, frame["rows"]))) for frame in coming)
        yield ForeignWorkbook(tops, tuple(first["hidden"])), rows


def bytes_from_child(order: Mapping[str, Any], data: bytes, file: str) -> bytes:
    """A file that the child makes of another.

    Raises:
        UnreadableError: refused, too large, out of memory or time.
    """
    made = b""
    for frame in run_order(order, data, file, most_bytes=limits.IMPORT_BYTES):
        made = frame.get("made", b"")
    return made


def run_order(
    order: Mapping[str, Any], data: bytes, file: str, *, most_bytes: int = limits.UPLOAD_BYTES
) -> Generator[dict[str, Any], None, None]:
    """Runs one order on a file in the child, and gives its answer piece by piece as it comes.

    The child has its own folder for temporary files, which is gone when this ends; it is ended when nobody
    wants more.

    Raises:
        UnreadableError: refused, too large, out of memory or time.
    """
    if len(data) > most_bytes:
        raise UnreadableError(file_problem("too_large", file))
    head = json.dumps(order).encode()
    seconds = order.get("seconds", limits.CHILD_SECONDS)
    with tempfile.TemporaryDirectory(prefix=f"vetting-{os.getpid()}-", dir=_in_memory()) as folder:
        child = subprocess.Popen(
            [sys.executable, "-m", "vetting.formats.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=environment_of_child(folder),
        )
        late = threading.Event()
        watch = threading.Timer(order.get("wait", seconds * _WAITS), _end, (child, late))
        hand = threading.Thread(target=_hand_over, args=(child, head, data), daemon=True)
        watch.daemon = True  # a program that ends does not wait for it
        watch.start()
        hand.start()
        try:
            yield from _answers(child, late, file)
        finally:
            watch.cancel()
            child.kill()
            hand.join()
            child.wait()
            if child.stdout is not None:
                child.stdout.close()


def _end(child: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    child.kill()


def _hand_over(child: subprocess.Popen[bytes], head: bytes, data: bytes) -> None:
    with suppress(OSError):  # it may have ended already: its exit code tells why
        assert child.stdin is not None  # noqa: S101 - a pipe was asked for
        child.stdin.write(len(head).to_bytes(8, "big") + head)
        child.stdin.write(data)
        child.stdin.close()


def _answers(child: subprocess.Popen[bytes], late: threading.Event, file: str) -> Iterator[dict[str, Any]]:
    assert child.stdout is not None  # noqa: S101 - a pipe was asked for
    while True:
        length = child.stdout.read(8)
        text = child.stdout.read(int.from_bytes(length, "big")) if len(length) == 8 else b""  # noqa: PLR2004 - the length that goes first
        if not text or len(text) < int.from_bytes(length, "big"):
            raise UnreadableError(file_problem(_why_it_ended(child, late), file))
        frame: dict[str, Any] = json.loads(text)
        if "refused" in frame:
            raise UnreadableError(file_problem(str(frame["refused"]), file))
        if "end" in frame:
            return
        if "bytes" in frame:
            made = child.stdout.read(frame["bytes"])
            if len(made) < frame["bytes"]:
                raise UnreadableError(file_problem(_why_it_ended(child, late), file))
            yield {"made": made}
            return
        yield frame


def _why_it_ended(child: subprocess.Popen[bytes], late: threading.Event) -> str:
    code = child.wait()
    if late.is_set() or code in _TIME_SIGNALS:
        return "time"
    return "memory" if code in _MEMORY_SIGNALS else "broken"


def _in_memory() -> str | None:
    """A folder that lives in memory, where the system has one: openpyxl writes its sheets through files."""
    shared = Path("/dev/shm")  # noqa: S108 - a folder of one's own is made inside it
    return str(shared) if shared.is_dir() and os.access(shared, os.W_OK) else None


def environment_of_child(folder: str) -> dict[str, str]:
    """Only what Python needs to start: no secrets reach the child."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "COVERAGE_PROCESS_START") if name in os.environ}
    paths = os.pathsep.join(path for path in sys.path if path)
    return kept | {"PYTHONPATH": paths, "TMPDIR": folder, "TEMP": folder, "PYTHONDONTWRITEBYTECODE": "1"}
