"""Where copies of everything are taken by the clock, for whom they are sealed, and how many are kept."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path


class BackupRetention(NamedTuple):
    """How many copies are kept: the newest of so many days, weeks and months that have one."""

    days: int = 7
    weeks: int = 5
    months: int = 12


SHIPPED = BackupRetention()


class BackupPlan(NamedTuple):
    """The plan of an installation."""

    folder: Path
    receivers: tuple[str, ...] = ()
    """Keys that copies are sealed for; none leaves them as they are."""
    kept: BackupRetention = SHIPPED


OLDEST_COPY: Final = timedelta(hours=26)
