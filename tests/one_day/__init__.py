"""All runs of the tests are on one day: what they fill, ask and print is the same whenever they are run.

`sitecustomize` beside this does the same in every process that a test starts.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from vetting import clock
from vetting.kernel.dates import HERE

SHIFT: Final = "TESTS_CLOCK_SHIFT"
"""Environment variable: seconds from the real moment to the tests' one, the same for all processes of a run."""


def begin(moment: datetime) -> None:
    """From here on it is that moment, and time goes on from it, here and in all that this process starts."""
    os.environ.setdefault(SHIFT, str((moment - real_now()).total_seconds()))
    path = [str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(path))
    move_clock()


def move_clock() -> None:
    """The program's clock shows the tests' moment."""
    shift = timedelta(seconds=float(os.environ[SHIFT]))
    clock.now = lambda: (real_now() + shift).astimezone(HERE)


def real_now() -> datetime:
    """The moment for those who know no other clock: libraries that look at certificates and codes."""
    return datetime.now(UTC)  # noqa: TID251 - here and in `sitecustomize` only
