"""The nine days of a round, and those that are proposed from the last day to apply and the board's meeting.

Minutes are adjusted within 14 days of the meeting and notice is put up at the latest the second day after:
kommunallagen (2017:725) 5:69 and 8:12; three weeks to appeal from the notice: 13:5.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from vetting.kernel.text import Words, _
from vetting.kernel.working_days import APPEAL_DAYS, deadline, first_open, last_open_before

if TYPE_CHECKING:
    from collections.abc import Mapping

DAY: Final = timedelta(days=1)
COMPLETED_AFTER: Final = 21
"""Days that an association has to complete what it has applied with."""
GROUP_BEFORE, ITEM_BEFORE, NOTICE_AFTER, PAID_AFTER_FORCE = 42, 17, 8, 8
"""Days: the group and the item before the meeting, the notice after it, the payment after the last day to appeal."""
OF_GROUP: Final = "group_on"
"""The column of a day that only a board with a reference group has."""
ROUND_DAYS: Final[Mapping[str, Words]] = {
    "opens_on": _("Öppnar"),
    "closes_on": _("Sista ansökningsdag"),
    "completions_on": _("Kompletteringar senast"),
    "group_on": _("Referensgruppen"),
    "item_on": _("Ärendet till nämnden klart"),
    "decision_on": _("Nämndens sammanträde"),
    "notice_on": _("Anslag av protokollet"),
    "payment_on": _("Utbetalning"),
    "report_on": _("Redovisning senast"),
}
"""Column of a round -> what its day is called, in the order of the road."""
PROPOSED: Final = ("completions_on", "group_on", "item_on", "notice_on", "payment_on")
"""The columns that `proposed_days` has a day for."""


class OwnDays(Protocol):
    """Anything with the days of a round."""

    @property
    def opens_on(self) -> date: ...

    @property
    def closes_on(self) -> date: ...

    @property
    def closes_at(self) -> str: ...

    @property
    def decision_on(self) -> date | None: ...

    @property
    def report_on(self) -> date | None: ...


def payment_after(notice_on: date) -> date:
    """The day to pay what was decided: a week after it came into force, when nobody has appealed."""
    return first_open(deadline(notice_on, APPEAL_DAYS) + PAID_AFTER_FORCE * DAY)


def proposed_days(closes_on: date, decision_on: date | None) -> dict[str, date]:
    """Column of PROPOSED -> its day; without a meeting only the last day to complete an application."""
    found = {"completions_on": deadline(closes_on, COMPLETED_AFTER)}
    if decision_on is not None:
        notice = first_open(decision_on + NOTICE_AFTER * DAY)
        found["group_on"] = max(last_open_before(decision_on - (GROUP_BEFORE - 1) * DAY), closes_on + DAY)
        found["item_on"] = max(last_open_before(decision_on - (ITEM_BEFORE - 1) * DAY), closes_on + DAY)
        found["completions_on"] = min(found["completions_on"], last_open_before(decision_on))
        found |= {"notice_on": notice, "payment_on": payment_after(notice)}
    return found


def same_day_next_year(day: date) -> date:
    """31 December as 31 December; 29 February as the 28th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def days_in_order(found: object, *, with_group: bool) -> list[tuple[str, Words, date]]:
    """(column, what it is called, day) of a round, of those days that are said; with_group: the board has a group."""
    days = ((name, words, getattr(found, name)) for name, words in ROUND_DAYS.items())
    return [(name, words, day) for name, words, day in days if day is not None and (with_group or name != OF_GROUP)]
