"""Days and spans of time, and days as people write them in Sweden."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from vetting.kernel.problem import UnreadableValueError
from vetting.kernel.text import AND, Words, _, count_in_words, in_context, list_words

HERE: Final = ZoneInfo("Europe/Stockholm")
"""Where the days are counted."""
FIRST_YEAR, LAST_YEAR = 1900, 2100


def midnight(day: date) -> datetime:
    """When a day begins in Sweden."""
    return datetime.combine(day, time(), tzinfo=HERE)


def day_here(moment: datetime) -> date:
    """The day in Sweden of a moment."""
    return moment.astimezone(HERE).date()


_MONTH_WORDS = {
    word: month
    for month, words in enumerate(
        (
            "jan januari january",
            "feb februari february",
            "mar mars march",
            "apr april",
            "maj may",
            "jun juni june",
            "jul juli july",
            "aug augusti august",
            "sep sept september",
            "okt oct oktober october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for word in words.split()
}
"""As people write them in lists, in both languages."""
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/. ]\s?(\d{4})", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_IN_WORDS = re.compile(r"(?:den )?(\d{1,2})(?::?[ae])? ([a-zåäö]+)\.? (\d{4})", re.ASCII)
_EITHER_WAY = re.compile(r"0?(\d{1,2})/0?(\d{1,2})/\d{4}", re.ASCII)
MONTHS: Final = 12
_TWO_DIGIT_YEAR = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{1,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time in years, months and days."""

    years: int = 0
    months: int = 0
    days: int = 0

    def before(self, day: date) -> date:
        """The day this long before `day`; 29 February becomes 28 where the year has none."""
        months = day.year * 12 + day.month - 1 - self.years * 12 - self.months
        year, month = divmod(months, 12)
        moved = _last_possible(min(max(year, 1), 9999), month + 1, day.day)
        try:
            return moved - timedelta(days=self.days)
        except OverflowError:
            return date.min if self.days > 0 else date.max

    def after(self, day: date) -> date:
        """The day this long after `day`."""
        return Span(-self.years, -self.months, -self.days).before(day)

    def words(self) -> Words:
        """'1 år', '6 månader', '7 dagar'."""
        parts = (
            (self.years, _("år"), in_context("several", "år")),
            (self.months, _("månad"), _("månader")),
            (self.days, _("dag"), _("dagar")),
        )
        return list_words([count_in_words(count, one, many) for count, one, many in parts if count], AND)


def _last_possible(year: int, month: int, day: int) -> date:
    for candidate in (day, 30, 29, 28):
        try:
            return date(year, month, min(day, candidate))
        except ValueError:
            continue
    raise AssertionError((year, month, day))


class InvalidDayError(UnreadableValueError):
    """A text that is no day."""


_WRITE_IT = _("Skriv datumet så här: 2026-03-15.")


def parse_day(text: str) -> date:
    """Reads '2026-03-15', '15/3 2026', '15.3.2026', '20260315', '15 mars 2026'; not '03/04/2026', which is two days.

    Raises:
        InvalidDayError: the text is no day, or a day that does not exist.
    """
    tidy = " ".join(text.lower().replace("\u00a0", " ").replace("–", "-").split())
    if match := _YEAR_FIRST.fullmatch(tidy) or _COMPACT.fullmatch(tidy):
        year, month, day = (int(part) for part in match.groups())
        return _day(year, month, day, text)
    if (match := _EITHER_WAY.fullmatch(tidy)) and match[1] != match[2] and max(int(match[1]), int(match[2])) <= MONTHS:
        raise InvalidDayError(
            _("”{text}” kan läsas på två sätt: det går inte att se vad som är dag och månad.", text=text), _WRITE_IT
        )
    if match := _DAY_FIRST.fullmatch(tidy):
        day, month, year = (int(part) for part in match.groups())
        return _day(year, month, day, text)
    if (match := _IN_WORDS.fullmatch(tidy)) and match[2] in _MONTH_WORDS:
        return _day(int(match[3]), _MONTH_WORDS[match[2]], int(match[1]), text)
    if _TWO_DIGIT_YEAR.fullmatch(tidy):
        raise InvalidDayError(_("”{text}” har inget år med fyra siffror.", text=text), _WRITE_IT)
    raise InvalidDayError(_("”{text}” är inget datum.", text=text), _WRITE_IT)


def _day(year: int, month: int, day: int, text: str) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise InvalidDayError(_("”{text}” är ett datum som inte finns.", text=text), _WRITE_IT) from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidDayError(
            _(
                "”{text}” ligger utanför åren {FIRST_YEAR}–{LAST_YEAR}.",
                text=text,
                FIRST_YEAR=FIRST_YEAR,
                LAST_YEAR=LAST_YEAR,
            ),
            _WRITE_IT,
        )
    return found
