"""A board's list of meetings and its closed weeks, as they are pasted: one on a line."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from vetting.engine.conditions.folding import folded_text
from vetting.grants.domain.round_calendar import ClosedPeriod, MeetingDays
from vetting.kernel.dates import parse_day
from vetting.kernel.problem import Problem, UnreadableValueError
from vetting.kernel.text import _

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_LINES: Final = 120
LONGEST_CLOSED: Final = 100
"""No office is closed for so many days in a row."""
_COLUMNS: Final = {
    "on": ("sammanträde", "nämnd", "möte", "datum", "dag", "meeting"),
    "stop_on": ("stopp", "inlämning", "manus", "deadline"),
    "presidium_on": ("presid", "beredning"),
    "summons_on": ("kallelse", "utskick", "summons"),
}
"""Field -> words that a heading of its column begins with."""
_ORDER: Final = ("on", "stop_on", "presidium_on", "summons_on")
_WEEKS = re.compile(
    r"(?:v|v\.|vecka|veckorna|week|weeks)\s*(\d{1,2})(?:\s*(?:-|–|—|till|to)\s*(\d{1,2}))?\s+(\d{4})", re.ASCII
)
_BETWEEN = re.compile(r"\s+(?:-|–|—|till|to)\s+|\s*–\s*")


def read_meetings(text: str) -> tuple[list[MeetingDays], list[Problem]]:
    """The meetings of a pasted list, and what is wrong with its lines.

    A line is a day, or cells between tabs or semicolons: meeting, last day for papers, preparation, summons; in another
    order where the first line has headings.
    """
    found: dict[date, MeetingDays] = {}
    problems: list[Problem] = []
    order: Sequence[str] = _ORDER
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        return [], [
            Problem("meetings", _("Listan har fler än {most} rader.", most=MOST_LINES), _("Klistra in ett år."))
        ]
    for number, line in enumerate(lines, 1):
        cells = [cell.strip() for cell in re.split(r"[\t;|]", line)]
        headings = _headings(cells) if number == 1 else ()
        if headings:
            doubled = {name for name in headings if name and headings.count(name) > 1}
            if doubled:
                wrong = _("Två kolumner har rubriker som betyder samma sak.")
                return [], [Problem("meetings", wrong, _("Kalla dem Sammanträde, Stoppdag, Beredning och Kallelse."))]
            order = headings
            continue
        if len(cells) > len(order):
            wrong = _("Rad {number} har fler kolumner än rubriker.", number=number)
            problems.append(Problem("meetings", wrong, _("Skriv rubriker på första raden.")))
            continue
        try:
            days = {name: parse_day(cell) for name, cell in zip(order, cells, strict=False) if name and cell}
        except UnreadableValueError as error:
            problems.append(_on_line("meetings", number, error))
            continue
        if "on" not in days:
            problems.append(
                Problem(
                    "meetings",
                    _("Rad {number}: dagen för sammanträdet saknas.", number=number),
                    _("Skriv den först på raden, till exempel 2027-02-18."),
                )
            )
        elif any(day > days["on"] for day in days.values()):
            problems.append(
                Problem(
                    "meetings",
                    _("Rad {number}: en dag före sammanträdet ligger efter det.", number=number),
                    _("Se efter i vilken ordning kolumnerna står."),
                )
            )
        else:
            found[days["on"]] = MeetingDays(**days)
    return [found[day] for day in sorted(found)], problems


def _headings(cells: Sequence[str]) -> tuple[str, ...]:
    """What each column is, where the line is headings; nothing where it is not."""
    named = tuple(_column(cell) for cell in cells)
    return named if "on" in named else ()


def _column(cell: str) -> str:
    folded = folded_text(cell)
    if any(sign.isdigit() for sign in folded):
        return ""
    return next((name for name, words in _COLUMNS.items() if folded.startswith(words)), "")


def read_closed_periods(text: str) -> tuple[list[ClosedPeriod], list[Problem]]:
    """Closed weeks, one on a line: 'v. 29-31 2027', or two days with a dash between."""
    found: list[ClosedPeriod] = []
    problems: list[Problem] = []
    for number, line in enumerate((line.strip() for line in text.splitlines() if line.strip()), 1):
        if number > MOST_LINES:
            break
        try:
            period = _weeks(line) or _days(line)
        except UnreadableValueError as error:
            problems.append(_on_line("closed", number, error))
            continue
        if not timedelta(0) <= period.last - period.first < timedelta(days=LONGEST_CLOSED):
            problems.append(
                Problem(
                    "closed",
                    _("Rad {number}: perioden slutar innan den börjar, eller är för lång.", number=number),
                    _("Skriv till exempel v. 29–31 2027."),
                )
            )
        else:
            found.append(period)
    return sorted(found), problems


def _on_line(where: str, number: int, error: UnreadableValueError) -> Problem:
    return Problem(where, _("Rad {number}: ", number=number) + error.what, error.remedy)


def _weeks(line: str) -> ClosedPeriod | None:
    written = _WEEKS.fullmatch(line.casefold())
    if written is None:
        return None
    first, last, year = int(written[1]), int(written[2] or written[1]), int(written[3])
    try:
        parse_day(f"{year}-01-01")
        return ClosedPeriod(date.fromisocalendar(year, first, 1), date.fromisocalendar(year, last, 7))
    except (ValueError, UnreadableValueError):
        raise UnreadableValueError(
            _("”{line}” är inga veckor.", line=line), _("Skriv till exempel v. 29–31 2027.")
        ) from None


def _days(line: str) -> ClosedPeriod:
    parts = [part.strip() for part in _BETWEEN.split(line, maxsplit=1)]
    return ClosedPeriod(parse_day(parts[0]), parse_day(parts[-1]))
