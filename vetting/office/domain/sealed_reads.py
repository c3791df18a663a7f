"""What is noted of reading: who opened what may hold what is sealed, and when that is more than anybody's work."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class ReadKind(StrEnum):
    """What somebody opened."""

    CASE = "case"
    PAPER = "paper"
    ACCOUNT = "account"
    REVIEW = "review"
    EXPORT = "export"


READ_WORDS: Final[Mapping[ReadKind, Words]] = {
    ReadKind.CASE: _("Ärende"),
    ReadKind.PAPER: _("Handling"),
    ReadKind.ACCOUNT: _("Konton och utbetalningar"),
    ReadKind.REVIEW: _("Fördjupad kontroll"),
    ReadKind.EXPORT: _("Hämtade en fil"),
}
MOST_AN_HOUR: Final = 60
"""Different things that one person opens within an hour by the clock, before somebody is told."""


def hour_of(at: datetime) -> datetime:
    """The hour in which something was opened: the same thing is noted once in it."""
    return at.replace(minute=0, second=0, microsecond=0)
