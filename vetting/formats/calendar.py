"""Days and meetings as an iCalendar file that calendar programs subscribe to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from icalendar import Calendar, Event

from vetting.kernel.typed_text import tidy_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """One entry: a whole day, or a time; a meeting of two hours where no end is given."""

    uid: str
    title: str
    on: date | datetime
    until: datetime | None = None


def calendar_file(entries: Sequence[CalendarEntry], *, made_at: datetime) -> bytes:
    """The entries as text/calendar."""
    found = Calendar()
    found.add("prodid", "-//vetting//")
    found.add("version", "2.0")
    for entry in entries:
        event = Event()
        event.add("uid", f"{tidy_text(entry.uid)}@vetting")
        event.add("summary", tidy_text(entry.title))
        event.add("dtstamp", made_at)
        event.add("dtstart", entry.on)
        if isinstance(entry.on, datetime):
            event.add("dtend", entry.until or entry.on + timedelta(hours=2))
        found.add_component(event)
    return bytes(found.to_ical())
