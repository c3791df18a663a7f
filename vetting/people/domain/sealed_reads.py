"""What is noted of reading: who opened what may hold what is sealed, and when that is more than anybody's work."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.register_tables import REGISTER_WORDS, RegisterName
from vetting.kernel.text import Words, _, same_in_both

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
    ReadKind.EXPORT: _("Hämtade en fil:"),
}
FILE_WORDS: Final[Mapping[str, Words]] = {
    "registers.excel": _("ett register"),
    "registers.comma_separated": _("ett register som CSV"),
    "registers.fetch": _("beställt register"),
    "payment_bases.fetch": _("ett utbetalningsunderlag"),
    "records.excel": _("en förenings uppgifter"),
    "records.bundle": _("en förenings handlingar"),
    "registry.bundle": _("handlingarna i en diarieföringslista"),
    "special_reviews.package": _("underlag till en sakkunnig"),
    "cases.download": _("ansökningarna som lista"),
    "bookings.download": _("bokningarna som lista"),
}
"""Where a file is fetched -> what it is."""


def file_in_words(about: str) -> Words:
    """What a file is that somebody fetched. about: where it is fetched and which, as it was noted."""
    endpoint, _unused, which = about.partition(" ")
    told = FILE_WORDS.get(endpoint, same_in_both(endpoint))
    if endpoint == "registers.excel" and which in set(RegisterName):
        return REGISTER_WORDS[RegisterName(which)]
    return told + same_in_both(f" {which}") if which else told


MOST_AN_HOUR: Final = 60
"""Different things that one person opens within an hour by the clock, before somebody is told."""


def hour_of(at: datetime) -> datetime:
    """The hour in which something was opened: the same thing is noted once in it."""
    return at.replace(minute=0, second=0, microsecond=0)
