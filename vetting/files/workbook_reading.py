"""Workbooks and csv files as sheets, read in a child process with limits on size, memory and time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vetting.domain.problem import UnreadableError
from vetting.domain.tables import Cell, CellKind, Row, Sheet
from vetting.files import limits
from vetting.files.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

_MEMORY_SIGNALS: Final = {-6, -9, -11}
_TIME_SIGNALS: Final = {-24}
_SECONDS_TO_SPARE: Final = 2


def read_workbook(data: bytes, file: str, *, most_rows: int = limits.CASE_ROWS) -> tuple[Sheet, ...]:
    """The visible sheets of a workbook, or the one of a csv file.

    Args:
        data: the file's bytes; nothing is written to disk.
        file: its name, for messages only. The kind is told by the content.
        most_rows: of a csv file; a workbook keeps to the ordinary limit.

    Raises:
        UnreadableError: the file cannot be used; says why and what to do.
    """
    answer, _ = in_child({"task": "read", "most_rows": most_rows}, data, file)
    return tuple(_sheet(found) for found in answer["sheets"])


def in_child(order: Mapping[str, Any], data: bytes, file: str) -> tuple[dict[str, Any], bytes]:
    """Runs one order on a file in the child: a JSON answer, and the bytes that follow it.

    The child has its own folder for temporary files, which is gone when this returns.

    Raises:
        UnreadableError: refused, too large, out of memory or time.
    """
    if len(data) > limits.UPLOAD_BYTES:
        raise UnreadableError(refusal("too_large", file))
    head = json.dumps(order).encode()
    with tempfile.TemporaryDirectory(prefix="vetting-", dir=_in_memory()) as folder:
        child = subprocess.Popen(
            [sys.executable, "-m", "vetting.files.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=_environment(folder),
        )
        try:
            output, _ = child.communicate(
                len(head).to_bytes(8, "big") + head + data, timeout=limits.CHILD_SECONDS + _SECONDS_TO_SPARE
            )
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            raise UnreadableError(refusal("time", file)) from None
    return _answer(child.returncode, output, file)


def _in_memory() -> str | None:
    """A folder that lives in memory, where the system has one: openpyxl writes its sheets through files."""
    shared = Path("/dev/shm")  # noqa: S108 - a folder of one's own is made inside it
    return str(shared) if shared.is_dir() and os.access(shared, os.W_OK) else None


def _environment(folder: str) -> dict[str, str]:
    """Only what Python needs to start: no secrets reach the child."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "COVERAGE_PROCESS_START") if name in os.environ}
    paths = os.pathsep.join(path for path in sys.path if path)
    return kept | {"PYTHONPATH": paths, "TMPDIR": folder, "TEMP": folder, "PYTHONDONTWRITEBYTECODE": "1"}


def _answer(code: int, output: bytes, file: str) -> tuple[dict[str, Any], bytes]:
    if code in _TIME_SIGNALS:
        raise UnreadableError(refusal("time", file))
    if code != 0 or len(output) < 8:  # noqa: PLR2004 - the length that goes first
        raise UnreadableError(refusal("memory" if code in _MEMORY_SIGNALS else "broken", file))
    length = int.from_bytes(output[:8], "big")
    answer: dict[str, Any] = json.loads(output[8 : 8 + length])
    if "refused" in answer:
        raise UnreadableError(refusal(str(answer["refused"]), file))
    return answer, output[8 + length :]


def _sheet(found: dict[str, Any]) -> Sheet:
    return Sheet(
        found["name"],
        tuple(
            Row(number, {column: _cell(kind, value) for column, kind, value in cells})
            for number, cells in found["rows"]
        ),
    )


def _cell(kind: str, value: Any) -> Cell:  # noqa: ANN401 - JSON holds any of a cell's types
    cell_kind = CellKind(kind)
    if cell_kind is CellKind.DAY:
        return Cell(cell_kind, date.fromisoformat(value))
    if cell_kind is CellKind.MOMENT:
        return Cell(cell_kind, datetime.fromisoformat(value))
    return Cell(cell_kind, value)
