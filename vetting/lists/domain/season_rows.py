"""A row of a season list: a room the same hours each week of a term, read as one booking with many times."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from vetting.bookings.domain.room_bookings import MOST_DATES, WEEKDAYS, every_week
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.engine.facts import Value

WEEKDAY: Final = "weekday"
LAST_DAY: Final = "weekly_until"
_DAYS: Final = ("mån|mon", "tis|tue", "ons|wed", "tor|thu", "fre|fri", "lör|sat", "sön|sun")
_DAY: Final = tuple(re.compile(rf"(?:{names})[a-zåäö]*\.?", re.IGNORECASE) for names in _DAYS)


@dataclass(frozen=True, slots=True)
class Season:
    """The hours of the first time, and the last day of the term."""

    starts: datetime
    ends: datetime | None
    until: date


def weekday_of(text: str) -> int | None:
    """Which day of the week a word is, from 0 for Monday; None for what is none: "Måndagar", "tors", "Fri"."""
    return next((place for place, day in enumerate(_DAY) if day.fullmatch(text.strip())), None)


def season_of(values: Mapping[str, Value]) -> Season | tuple[Words, Words] | None:
    """The season of a row; why it is none that can be, and what to do; or None for a booking of one time.

    A weekday beside a first and a last day is a season though no column says so: an end a week or more after the
    beginning is then the last day of the term, with the hour that each time ends.
    """
    starts, ends, day = values.get("event_starts_at"), values.get("event_ends_at"), values.get(WEEKDAY)
    last = values.get(LAST_DAY)
    if not isinstance(starts, datetime):
        if last is None and not day:
            return None
        return _("Den första dagen saknas."), _("Skriv den i en kolumn som heter Startdatum.")
    long = isinstance(ends, datetime) and ends.date() - starts.date() >= timedelta(days=WEEKDAYS)
    if not isinstance(last, date) and not (long and day):
        return None
    until = last if isinstance(last, date) else ends.date() if isinstance(ends, datetime) else starts.date()
    place = weekday_of(str(day)) if day else starts.weekday()
    if place is None:
        return _("Veckodagen går inte att läsa."), _("Skriv en dag, till exempel måndag. En rad för varje veckodag.")
    first = starts.date() + timedelta(days=(place - starts.weekday()) % WEEKDAYS)
    if first > until:
        return _("Ingen sådan veckodag finns mellan första och sista dagen."), _("Rätta dagarna eller veckodagen.")
    if (until - first).days // WEEKDAYS >= MOST_DATES:
        return (
            _("Säsongen har fler än {most} tillfällen.", most=MOST_DATES),
            _("Dela den i två rader, en för varje termin."),
        )
    closes = ends if isinstance(ends, datetime) else None
    return Season(
        datetime.combine(first, starts.time()),
        _end_of(first, starts, closes, long=long) if closes is not None else None,
        until,
    )


def _end_of(first: date, starts: datetime, ends: datetime, *, long: bool) -> datetime:
    """When the first time ends: the hour of the end, that day or the night after."""
    length = timedelta() if long else ends.date() - starts.date()
    found = datetime.combine(first, ends.time()) + length
    return found + timedelta(days=1) if found.time() <= starts.time() and not length else found


def weekly_times(starts: datetime, ends: datetime | None, until: date | None) -> list[tuple[datetime, datetime | None]]:
    """Each week's time from the first to the last day, at the same hours in Sweden; one where there is no last day.

    starts, ends: with their zone, which is kept: the hour of the clock stays through the change to summer time.
    """
    apart = [day - starts.date() for day in every_week(starts.date(), until)]
    return [(starts + one, ends + one if ends else None) for one in apart]
