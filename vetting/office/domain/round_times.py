"""The open rounds in time: which part each is in on a day, as shares of one common axis."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BEFORE: Final = timedelta(days=30)
"""So much of what has been is shown."""
LONGEST: Final = timedelta(days=240)
MOST: Final = 4


class PartTone(StrEnum):
    """How a part stands to the day: it is now, it comes next, or it is neither."""

    NOW = "now"
    NEXT = "next"
    OTHER = "other"


class RoundDays(NamedTuple):
    """The days of a round."""

    key: int
    name: str
    opens_on: date
    closes_on: date
    decision_on: date | None
    report_on: date | None


_Part = tuple[Words, date, date]


class RoundPart(NamedTuple):
    """One part of a round: from a day until another, and where it lies on the axis, in per cent."""

    words: Words
    begins: date
    ends: date
    place: float
    width: float
    tone: PartTone


class RoundBand(NamedTuple):
    """One round with its parts."""

    key: int
    name: str
    parts: Sequence[RoundPart]


class RoundTimes(NamedTuple):
    """The rounds on one axis, the months that begin on it, and where the day lies, in per cent."""

    bands: Sequence[RoundBand]
    months: Sequence[tuple[date, float]]
    today: float | None
    """None where the day is not on the axis."""
    closes_next: date | None
    """The next last day to apply of any of them."""


def round_times(rounds: Iterable[RoundDays], on: date) -> RoundTimes:
    """The rounds that something is left of, the first to end first; each part until its last day."""
    listed = [(item, _parts(item)) for item in rounds]
    wanted = [(item, parts) for item, parts in listed if parts and parts[-1][2] >= on]
    closes_next = min((item.closes_on for item, _unused in wanted if item.closes_on >= on), default=None)
    wanted = sorted(wanted, key=lambda found: (found[0].closes_on < on, found[0].closes_on, found[0].key))[:MOST]
    first = on - BEFORE
    last = min(max((parts[-1][2] for _item, parts in wanted), default=on), on + LONGEST)
    return _times(wanted, first, last, on, closes_next)


def round_year(rounds: Iterable[RoundDays], year: int, on: date) -> RoundTimes:
    """The rounds of one year, the first to open first, from its first day to its last."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    listed = [(item, _parts(item)) for item in rounds]
    wanted = [(item, parts) for item, parts in listed if parts[0][1] <= last and parts[-1][2] >= first]
    return _times(sorted(wanted, key=lambda found: (found[0].opens_on, found[0].key)), first, last, on, None)


def _times(
    wanted: Iterable[tuple[RoundDays, Sequence[_Part]]], first: date, last: date, on: date, closes_next: date | None
) -> RoundTimes:
    """Rounds with their parts on an axis from one day to another."""
    span = max((last - first).days, 1)

    def place(day: date) -> float:
        return round(100 * (min(max(day, first), last) - first).days / span, 2)

    bands = []
    for item, parts in wanted:
        shown = [part for part in parts if part[2] >= first and part[1] <= last]
        now = next((part for part in shown if part[1] <= on <= part[2]), None)
        coming = next((part for part in shown if part[1] >= on and part is not now), None)
        bands.append(
            RoundBand(
                item.key,
                item.name,
                [
                    RoundPart(words, begins, ends, place(begins), place(ends) - place(begins), _tone(part, now, coming))
                    for part in shown
                    for words, begins, ends in [part]
                ],
            )
        )
    months = [(day, place(day)) for day in _months(first, last)]
    return RoundTimes(bands, months, place(on) if first <= on <= last else None, closes_next)


def _parts(item: RoundDays) -> list[_Part]:
    found = [(_("Ansökan öppen"), item.opens_on, item.closes_on)]
    if item.decision_on is not None and item.decision_on > item.closes_on:
        found.append((_("Handläggning"), item.closes_on, item.decision_on))
    if item.report_on is not None and item.report_on > found[-1][2]:
        found.append((_("Utbetalning och redovisning"), found[-1][2], item.report_on))
    return found


def _tone(part: _Part, now: _Part | None, coming: _Part | None) -> PartTone:
    if part is now:
        return PartTone.NOW
    return PartTone.NEXT if part is coming else PartTone.OTHER


def _months(first: date, last: date) -> Iterable[date]:
    """The first day of each month on the axis."""
    day = first if first.day == 1 else (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    while day <= last:
        yield day
        day = (day + timedelta(days=32)).replace(day=1)
