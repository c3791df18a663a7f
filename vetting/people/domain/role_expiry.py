"""When a role ends: on its last day, or when nobody has used it for a year; never in the weeks of summer."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping


class RoleEnd(StrEnum):
    """Why somebody no longer has a role."""

    TAKEN_BACK = "taken_back"
    LAST_DAY = "last_day"
    UNUSED = "unused"
    ACCOUNT_CLOSED = "account_closed"
    GROUP = "group"


ROLE_END_WORDS: Final[Mapping[RoleEnd, Words]] = {
    RoleEnd.TAKEN_BACK: _("återtagen"),
    RoleEnd.LAST_DAY: _("sista dagen var inne"),
    RoleEnd.UNUSED: _("inte använd på ett år"),
    RoleEnd.ACCOUNT_CLOSED: _("kontot är stängt"),
    RoleEnd.GROUP: _("gruppen i kommunens katalog ger den inte längre"),
}
TOLD_AHEAD: Final = timedelta(days=30)
_SUMMER: Final = ((6, 15), (8, 31))
"""First and last day of the weeks when people are away."""
_AFTER_SUMMER: Final = (10, 1)


def unused_until(used_on: date) -> date:
    """The day on which a role that was last used then ends, if it is not used again: after twelve months.

    It is told thirty days ahead. Where either day falls in summer, it ends in the autumn instead, and is told of then.
    """
    year = used_on.year + 1
    leap = (used_on.month, used_on.day) == (2, 29)
    day = date(year, 3, 1) if leap else used_on.replace(year=year)
    if _is_summer(day) or _is_summer(day - TOLD_AHEAD):
        return date(day.year, *_AFTER_SUMMER)
    return day


def _is_summer(day: date) -> bool:
    return _SUMMER[0] <= (day.month, day.day) <= _SUMMER[1]
