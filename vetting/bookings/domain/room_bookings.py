"""Rooms that are booked here: when they are open, the dates of a series, what a price rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.engine.results import CriterionResult
from vetting.kernel.clock_times import NO_CLOCK, parse_clock
from vetting.kernel.dates import HERE, day_here
from vetting.kernel.problem import Problem
from vetting.kernel.text import Words, _, same_in_both

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vetting.engine.results import Finding

MOST_DATES: Final = 60
LONGEST_USE: Final = timedelta(days=31)
WEEKDAYS: Final = 7
LONGEST_ORDINARY: Final = timedelta(hours=16)
"""A booking is seldom longer: its end was mistyped."""


class RoomUseKind(StrEnum):
    """How somebody comes to use a room: the same two-part check for all."""

    BOOKING = "booking"
    OPEN_ROOM = "open_room"
    LOAN = "loan"


ROOM_USE_WORDS: Final[Mapping[RoomUseKind, Words]] = {
    RoomUseKind.BOOKING: _("Bokning"),
    RoomUseKind.OPEN_ROOM: _("Tid i öppet rum"),
    RoomUseKind.LOAN: _("Lån utan avgift"),
}


class TimeObstacle(StrEnum):
    """Why a time cannot be had; kept with a time that is left out of a series, beside reasons that a person writes."""

    TAKEN = "room_taken"
    CLOSED = "room_closed"


TIME_OBSTACLE_WORDS: Final[Mapping[TimeObstacle, Words]] = {
    TimeObstacle.TAKEN: _("Lokalen är upptagen"),
    TimeObstacle.CLOSED: _("Lokalen är stängd"),
}


def time_obstacle_in_words(reason: str) -> Words:
    """Why a time is left out: one of those, or what somebody wrote."""
    return TIME_OBSTACLE_WORDS[TimeObstacle(reason)] if reason in list(TimeObstacle) else same_in_both(reason)


@dataclass(frozen=True, slots=True)
class RoomTime:
    """One time of a room, in UTC or with its zone; the end is not in it."""

    starts: datetime
    ends: datetime


def room_time(day: date, first: time, last: time) -> RoomTime:
    """A day with two clock times in Sweden; an end not after the beginning is on the next day."""
    starts = datetime.combine(day, first, tzinfo=HERE)
    ends = datetime.combine(day, last, tzinfo=HERE)
    return RoomTime(starts, ends if last > first else datetime.combine(day + timedelta(days=1), last, tzinfo=HERE))


def every_week(day: date, until: date | None) -> list[date]:
    """The day, and the same weekday each week until another, both included."""
    found = [day]
    while until is not None and found[-1] + timedelta(days=7) <= until and len(found) < MOST_DATES:
        found.append(found[-1] + timedelta(days=7))
    return found


def days_of(starts: datetime, ends: datetime | None) -> list[date]:
    """The days in Sweden on which something goes on; a night's end at midnight is not the next day."""
    first = day_here(starts)
    last = day_here(ends - timedelta(seconds=1)) if ends is not None and ends > starts else first
    return [first + timedelta(days=place) for place in range((last - first).days + 1)]


def wrong_with_clocks(day: date, first: time, last: time, today: date, *, noted: bool) -> list[Problem]:
    """A time of a form that is over, or that its end makes most of a day long. noted: what has been is noted, too."""
    found = room_time(day, first, last)
    length = found.ends.timestamp() - found.starts.timestamp()
    problems = []
    for field, moment in (("from_clock", found.starts), ("until_clock", found.ends)):
        if moment.astimezone(UTC).astimezone(HERE).replace(tzinfo=None) != moment.replace(tzinfo=None):
            gone = _("Klockan {moment:%H.%M} finns inte den natten: då ställs klockan fram.", moment=moment)
            problems.append(Problem(field, gone, _("Rätta tiden.")))
    if length > LONGEST_ORDINARY.total_seconds():
        hours = round(length / 3600)
        problems.append(
            Problem(
                "until_clock",
                _("Bokningen skulle bli {hours} timmar lång.", hours=hours),
                _("Rätta tiderna, eller boka i två delar."),
            )
        )
    if day < today and not noted:
        problems.append(Problem("day", _("Datumet har redan passerat."), _("Rätta datumet.")))
    return problems


def wrong_with_series(day: date, until: date | None) -> list[Problem]:
    """A series that ends before it begins, or is longer than one decision is made for."""
    if until is None:
        return []
    if until < day:
        return [Problem("until", _("Serien slutar innan den börjar."), _("Rätta datumet."))]
    last = day + timedelta(days=7 * (MOST_DATES - 1))
    if until >= last + timedelta(days=7):
        return [
            Problem(
                "until",
                _("Serien har fler än {MOST_DATES} tillfällen.", MOST_DATES=MOST_DATES),
                _("Välj ett datum till och med {last}, och boka resten för sig.", last=last),
            )
        ]
    return []


def is_closed(hours: Mapping[str, Sequence[str]], use: RoomTime) -> bool:
    """Whether a room is closed during some of it. hours: weekday from 0 -> two clock times; none at all: open."""
    if not hours:
        return False
    first, last = use.starts.astimezone(HERE), use.ends.astimezone(HERE)
    reached = first
    day = first.date() - timedelta(days=1)
    while day <= last.date():  # what is open past midnight belongs to the day it opened
        opens = hours.get(str(day.weekday()))
        if opens is not None:
            begins, ends = (time.fromisoformat(text) for text in opens)
            until = day if ends > begins else day + timedelta(days=1)
            if datetime.combine(day, begins, tzinfo=HERE) <= reached:
                reached = max(reached, datetime.combine(until, ends, tzinfo=HERE))
        day += timedelta(days=1)
    return reached < last


def wrong_with_clock(field: str) -> Problem:
    return Problem(field, *NO_CLOCK)


def no_room() -> Problem:
    """Nothing says which room is wanted."""
    return Problem("room_id", _("Ingen lokal är vald."), _("Välj en."))


def parse_hours(lines: Mapping[int, tuple[str, str]]) -> tuple[dict[str, list[str]], list[Problem]]:
    """(hours as kept, what cannot be read) of what was typed for each weekday; both blank is closed."""
    found: dict[str, list[str]] = {}
    problems = []
    for day, (first, last) in sorted(lines.items()):
        if not first and not last:
            continue
        try:
            found[str(day)] = [f"{parse_clock(first):%H:%M}", f"{parse_clock(last, ends=True):%H:%M}"]
        except ValueError:
            problems.append(wrong_with_clock(f"opens-{day}"))
    return found, problems


def wrong_with_times(uses: Sequence[RoomTime]) -> list[Problem]:
    """Times that cannot be booked."""
    lengths = [use.ends.timestamp() - use.starts.timestamp() for use in uses]  # as it is over a change of the clock
    if any(not 0 < length <= LONGEST_USE.total_seconds() for length in lengths):
        return [Problem("until_clock", _("Sluttiden ligger inte efter starttiden."), _("Rätta tiderna."))]
    return []


class PriceClass(StrEnum):
    """What a booking costs, by class."""

    NORMAL = "normal"
    SUBSIDISED = "subsidised"
    ZERO = "zero"


PRICE_WORDS: Final[Mapping[PriceClass, Words]] = {
    PriceClass.NORMAL: _("Normal taxa"),
    PriceClass.SUBSIDISED: _("Subventionerad taxa"),
    PriceClass.ZERO: _("Nolltaxa"),
}


def price_kept(asked: str, results: Mapping[str, Mapping[str, object]]) -> PriceClass:
    """The class that was given, by the results of a screening as they are kept: criterion -> its result and effect."""
    full = any(found["result"] == CriterionResult.NOT_MET and found["effect"] is None for found in results.values())
    return PriceClass.NORMAL if full or asked not in set(PriceClass) else PriceClass(asked)


def price_of(asked: str, findings: Iterable[Finding]) -> PriceClass:
    """The class that was asked for; the full price where a criterion of the rate is not met. Never a refusal."""
    if asked not in set(PriceClass) or any(finding.full_price for finding in findings):
        return PriceClass.NORMAL
    return PriceClass(asked)
