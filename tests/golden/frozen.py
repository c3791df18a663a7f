"""The command `vetting` at a fixed moment: `python -m tests.golden.frozen COMMAND ...`, or many, one list a line of input.

The clock stands still, and samples are drawn by one seed; nothing else of the program is known here.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

MOMENT = datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Europe/Stockholm"))
"""When every run of the tests begins (`tests.factories.NOW`)."""


def freeze() -> None:
    """From here on it is always that moment, and what is drawn by chance is always the same."""
    from vetting import clock
    from vetting.money.services import samples

    clock.now = lambda: MOMENT
    samples.CHANCE_BYTES = 0  # type: ignore[misc] # final to the program


def main() -> None:
    """One command in this process, or each line of standard input as a command of its own."""
    from vetting.operations.cli import main as run

    freeze()
    if len(sys.argv) > 1:
        run()
    for line in sys.stdin:
        out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
        sys.argv = ["vetting", *json.loads(line)]
        code: object = 0
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                run()
            except SystemExit as end:
                code = end.code
        told = {"code": code}
        for name, stream in (("out", out), ("err", err)):
            stream.flush()
            told[name] = stream.buffer.getvalue().decode()
        print(json.dumps(told), flush=True)  # noqa: T201 - a line of answer for a line of question


if __name__ == "__main__":
    main()
