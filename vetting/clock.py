"""The clock, which only the shell may look at: commands and pages. Everything else is given the moment."""

from __future__ import annotations

from datetime import datetime

from vetting.kernel.dates import HERE


def now() -> datetime:
    """This moment, in Sweden."""
    return datetime.now().astimezone(HERE)  # noqa: TID251 - here and nowhere else
