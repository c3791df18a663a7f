"""The periods that a board reports: their names and last days are its own choice; their first days follow."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from vetting.kernel.problem import Problem
from vetting.kernel.text import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

DAY: Final = timedelta(days=1)
MOST_PERIODS: Final = 12
CODE: Final = re.compile(r"([0-9]{4})-([0-9A-ZÅÄÖ]{1,8})")
NAME: Final = re.compile(r"[0-9A-ZÅÄÖ]{1,8}")
FIRST_YEAR, LAST_YEAR = 2000, 2100
LAST_MONTH, LAST_DAY = 12, 31


class PeriodRule(NamedTuple):
    """A period of each year: its name, its last day, and whether it counts from the new year."""

    name: str
    month: int
    day: int
    from_new_year: bool = False

    def last_day(self, year: int) -> date:
        """Its last day in a year; a day that a month does not have is that month's last."""
        return date(year, self.month, min(self.day, calendar.monthrange(year, self.month)[1]))


SHIPPED_PERIODS: Final = (
    PeriodRule("T1", 4, 30),
    PeriodRule("T2", 8, 31),
    PeriodRule("VB", 12, 31, from_new_year=True),
)
"""Two four-month reports and the year's: what the plans are followed up in, where a board has chosen nothing else."""


class TimeWindow(NamedTuple):
    """Days, both counted in."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPeriod:
    """A period of one year, with what it is set beside."""

    code: str
    """'2026-T2'."""
    name: str
    year: int
    window: TimeWindow
    previous: TimeWindow | None
    """The time before it of the same year's counting; None of one that counts from the new year past another end."""
    last_year: TimeWindow

    @property
    def windows(self) -> tuple[TimeWindow, TimeWindow | None, TimeWindow]:
        """The period, the one before it, the same last year."""
        return self.window, self.previous, self.last_year


def periods_of(kept: Sequence[Mapping[str, Any]]) -> tuple[PeriodRule, ...]:
    """What a board has chosen, as it is kept; what ships where it has not."""
    rules = [PeriodRule(one["name"], one["month"], one["day"], bool(one["from_new_year"])) for one in kept]
    return _in_order(rules) or SHIPPED_PERIODS


def periods_as_kept(rules: Iterable[PeriodRule]) -> list[dict[str, Any]]:
    """As plain data."""
    return [rule._asdict() for rule in _in_order(rules)]


def _in_order(rules: Iterable[PeriodRule]) -> tuple[PeriodRule, ...]:
    return tuple(sorted(rules, key=lambda rule: (rule.month, rule.day, rule.from_new_year, rule.name)))


def wrong_with_periods(rules: Sequence[PeriodRule]) -> list[Problem]:
    found = []
    if not 1 <= len(rules) <= MOST_PERIODS:
        what = _("Det ska vara minst en period och högst {most}.", most=MOST_PERIODS)
        found.append(Problem("periods", what, _("Skriv en rad för varje period.")))
    names = [rule.name for rule in rules]
    for name in sorted({name for name in names if names.count(name) > 1}):
        what = _("Två perioder heter {name}.", name=name)
        found.append(Problem("periods", what, _("Ge dem olika namn.")))
    days = [(rule.month, rule.day) for rule in rules if not rule.from_new_year]
    if len(set(days)) < len(days):
        what = _("Två perioder slutar samma dag.")
        found.append(Problem("periods", what, _("Skriv ”från nyår” efter en av dem.")))
    return found


def read_periods(text: str) -> tuple[list[PeriodRule], list[Problem]]:
    """Lines like 'T2 08-31' or 'VB 12-31 från nyår', and what is wrong with those that are none."""
    rules, problems = [], []
    for place, line in enumerate((line.strip() for line in text.splitlines() if line.strip()), 1):
        found = re.fullmatch(r"(\S+)\s+(\d{1,2})-(\d{1,2})(\s+(?:från nyår|from new year))?", line)
        rule = _rule_of(found) if found else None
        if rule is None:
            what = _("Rad {place} är ingen period: ”{line}”.", place=place, line=line[:60])
            problems.append(Problem("periods", what, _("Skriv namnet och sista dagen, så här: T2 08-31.")))
        else:
            rules.append(rule)
    return rules, problems or wrong_with_periods(rules)


def _rule_of(found: re.Match[str]) -> PeriodRule | None:
    name, month, day = found[1].upper(), int(found[2]), int(found[3])
    if not NAME.fullmatch(name):
        return None
    try:
        date(2024, month, day)  # a leap year, so that 02-29 is a day
    except ValueError:
        return None
    return PeriodRule(name, month, day, bool(found[4]))


def periods_as_text(rules: Iterable[PeriodRule]) -> str:
    """As they are typed."""
    return "\n".join(
        f"{rule.name} {rule.month:02}-{rule.day:02}{' från nyår' if rule.from_new_year else ''}" for rule in rules
    )


def report_period(rules: Sequence[PeriodRule], code: str) -> ReportPeriod | None:
    """The period of a code as '2026-T2'; None where the board has no such period."""
    found = CODE.fullmatch(code.upper())
    if found is None or not FIRST_YEAR < int(found[1]) < LAST_YEAR:
        return None
    year = int(found[1])
    rule = next((one for one in rules if one.name == found[2]), None)
    if rule is None:
        return None
    window = _window(rules, rule, year)
    return ReportPeriod(
        code=f"{year}-{rule.name}",
        name=rule.name,
        year=year,
        window=window,
        previous=None if rule.from_new_year else _before(rules, window),
        last_year=_window(rules, rule, year - 1),
    )


def _ends(rules: Sequence[PeriodRule], year: int) -> list[date]:
    """Where a period of the year's counting ends: one from the new year cuts no other, but the year ends with it."""
    years = (year - 2, year - 1, year)
    own = [rule.last_day(one) for one in years for rule in rules if not rule.from_new_year]
    whole = any(rule.from_new_year for rule in rules)
    return own + ([date(one, LAST_MONTH, LAST_DAY) for one in years] if whole else [])


def _window(rules: Sequence[PeriodRule], rule: PeriodRule, year: int) -> TimeWindow:
    last = rule.last_day(year)
    if rule.from_new_year:
        return TimeWindow(date(year, 1, 1), last)
    before = [end for end in _ends(rules, year) if end < last]
    return TimeWindow(max(before) + DAY, last)


def _before(rules: Sequence[PeriodRule], window: TimeWindow) -> TimeWindow:
    last = window.first - DAY
    before = [end for end in _ends(rules, last.year) if end < last]
    return TimeWindow(max(before) + DAY, last)


def a_year_before(day: date) -> date:
    """The same day a year earlier; the leap day becomes the last of February."""
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def periods_begun(rules: Sequence[PeriodRule], on: date, years: int = 2) -> list[ReportPeriod]:
    """The periods that have begun by a day, of so many years, the latest first."""
    found = [
        period
        for year in range(on.year - years + 1, on.year + 1)
        for rule in rules
        if (period := report_period(rules, f"{year}-{rule.name}")) is not None and period.window.first <= on
    ]
    return sorted(found, key=lambda period: (period.window.last, period.window.first), reverse=True)
