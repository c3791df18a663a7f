"""Days on which offices are closed, and the last day of a time to reply, as Swedish law counts it.

Holidays: lagen (1989:253) om allmänna helgdagar. A time that ends on a Sunday, another holiday, a Saturday, Midsummer
Eve, Christmas Eve or New Year's Eve ends on the next weekday: lagen (1930:173) om beräkning av lagstadgad tid.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping

SATURDAY: Final = 5
DAY: Final = timedelta(days=1)
APPEAL_DAYS: Final = 21
"""Three weeks to appeal, from the notice: kommunallagen (2017:725) 13:5."""
_FIXED: Final[Mapping[tuple[int, int], Words]] = {
    (1, 1): _("nyårsdagen"),
    (1, 6): _("trettondedag jul"),
    (5, 1): _("första maj"),
    (6, 6): _("nationaldagen"),
    (12, 24): _("julafton"),
    (12, 25): _("juldagen"),
    (12, 26): _("annandag jul"),
    (12, 31): _("nyårsafton"),
}
_AFTER_EASTER: Final[Mapping[int, Words]] = {
    -2: _("långfredagen"),
    0: _("påskdagen"),
    1: _("annandag påsk"),
    39: _("Kristi himmelsfärds dag"),
    49: _("pingstdagen"),
}


def easter_sunday(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by the anonymous algorithm (Meeus, Jones, Butcher)."""
    century, rest = divmod(year, 100)
    skipped, left = divmod(century, 4)
    corrected = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * (year % 19) + century - skipped - corrected + 15) % 30
    leap, over = divmod(rest, 4)
    weekday = (32 + 2 * left + 2 * leap - moon - over) % 7
    late = (year % 19 + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def closed_because(day: date) -> Words | None:
    """What closes offices that day; None on an ordinary weekday."""
    if (day.month, day.day) in _FIXED:
        return _FIXED[day.month, day.day]
    after = (day - easter_sunday(day.year)).days
    if after in _AFTER_EASTER:
        return _AFTER_EASTER[after]
    if day.weekday() == SATURDAY - 1 and date(day.year, 6, 19) <= day <= date(day.year, 6, 25):
        return _("midsommarafton")
    if day.weekday() == SATURDAY:
        return _("en lördag")
    if day.weekday() > SATURDAY:
        return _("en söndag")
    return None


def first_open(day: date) -> date:
    """That day, or the next one on which offices are open."""
    while closed_because(day) is not None:
        day += DAY
    return day


def last_open_before(day: date) -> date:
    """The last day before that one on which offices are open."""
    day -= DAY
    while closed_because(day) is not None:
        day -= DAY
    return day


def deadline(from_day: date, days: int) -> date:
    """The last day of a time of so many days that began on a day."""
    return first_open(from_day + timedelta(days=days))
