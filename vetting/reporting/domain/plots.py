"""Pictures of figures as marks: across in per cent and down in pixels, so that text keeps its size at every width.

Each says its finding in the title, has its labels at the marks, and the same in a table for who does not see it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.kernel.text import NO_WORDS, Words, _, number_in_words, same_in_both

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


class Look(StrEnum):
    """How a mark looks: what the title speaks of, what is beside it, what is left, what is done, what is over."""

    MAIN = "p1"
    BESIDE = "p2"
    LEFT = "p3"
    DONE = "p4"
    OVER = "over"
    GRID = "grid"
    LIMIT = "mark"


class Bar(NamedTuple):
    """A rectangle: x and wide in per cent, y and tall in pixels."""

    x: float
    y: float
    wide: float
    tall: float
    look: Look


class Dot(NamedTuple):
    """A case, or several at the same place."""

    x: float
    y: float
    look: Look


class Rule(NamedTuple):
    """A line across."""

    x: float
    y: float
    to_x: float
    look: Look


class Label(NamedTuple):
    """A text: `bold`, `inside` a dark bar, `centred` on its place, or `muted`; dx in pixels."""

    x: float
    y: float
    text: Words
    look: str = "t"
    dx: int = 0


Mark = Bar | Dot | Rule | Label


class PlotRow(NamedTuple):
    """A row of the table: what it is, its cells, and the key of its cases, where it has some."""

    name: Words
    cells: Sequence[Words]
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A picture with its table. heard: what it says to who hears it. empty: nothing to draw; the sentence says so."""

    name: str
    title: Words
    about: Words
    heard: Words
    height: int
    marks: Sequence[Mark]
    headings: Sequence[Words]
    rows: Sequence[PlotRow]
    total: PlotRow | None = None
    note: Words = NO_WORDS

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw yet."""
        return not self.rows


ROW: Final = 46
"""Pixels of a bar with its name above."""
LINE: Final = 38
"""Pixels of a thin bar with its name above."""
THICK, THIN = 18, 13
ROOM: Final = 86.0
"""Per cent of the width that the longest bar takes: the number stands behind it."""
THOUSAND: Final = 1_000_00
"""Öre of a thousand kronor."""


def _thousands(amount: int) -> Words:
    return number_in_words(round(amount / THOUSAND))


class MoneyPart(NamedTuple):
    """A grant scheme's part of a line, in öre. What is left is the line's: they share it."""

    name: str
    key: str
    granted: int
    paid: int


class MoneyBar(NamedTuple):
    """A line of the budget in öre; budget: None is not known."""

    name: str
    key: str
    budget: int | None
    granted: int
    paid: int
    parts: Sequence[MoneyPart] = ()
    """Its grant schemes, where they are several or another name than its own."""


def money_plot(year: int, lines: Sequence[MoneyBar]) -> Plot:
    """What is paid, granted and left of each line of a year's budget; the title names the one nearest its end."""
    widest = max((max(line.budget or 0, line.granted, line.paid) for line in lines), default=0) or 1
    marks: list[Mark] = []
    for place, line in enumerate(lines):
        top = place * ROW
        marks.append(Label(0, top + 12, same_in_both(line.name), "tb"))
        whole = line.budget if line.budget is not None else line.granted
        for amount, look in ((whole, Look.LEFT), (line.granted, Look.BESIDE), (line.paid, Look.MAIN)):
            if amount:
                marks.append(Bar(0, top + 18, amount / widest * ROOM, THICK, look))
        said = _thousands(line.budget) if line.budget is not None else _("okänd budget")
        marks.append(Label(max(whole, line.granted) / widest * ROOM, top + 32, said, "t", 6))
    if lines:
        marks += _names_in_bars(lines[0], widest)
    rows = []
    for line in lines:
        left = _("okänt") if line.budget is None else _thousands(line.budget - line.granted)
        rows.append(PlotRow(same_in_both(line.name), (_thousands(line.paid), _thousands(line.granted), left), line.key))
        share = _("delas") if len(line.parts) > 1 else left
        rows += [
            PlotRow(
                _("varav {name}", name=part.name), (_thousands(part.paid), _thousands(part.granted), share), part.key
            )
            for part in line.parts
        ]
    known = [line.budget - line.granted for line in lines if line.budget is not None]
    total = PlotRow(
        _("Summa"),
        (
            _thousands(sum(line.paid for line in lines)),
            _thousands(sum(line.granted for line in lines)),
            _thousands(sum(known)) if len(known) == len(lines) else _("okänt"),
        ),
    )
    return Plot(
        name="pengar",
        title=_money_title(lines),
        about=_("Budget {year} efter budgetpost och bidragsform, tusen kronor", year=year),
        heard=_("Staplar: budget, beviljat och betalt för varje budgetpost. Tabellen visar samma sak i siffror."),
        height=max(len(lines) * ROW, LINE),
        marks=marks,
        headings=(_("Betalt"), _("Beviljat"), _("Kvar")),
        rows=rows,
        total=total if lines else None,
    )


LABELLED: Final = 14.0
"""Per cent that a part of a bar is wide at least to have its name in it."""


def _names_in_bars(line: MoneyBar, widest: int) -> Iterator[Mark]:
    """What the parts of the first bar are, where there is room for the words."""
    paid, granted = line.paid / widest * ROOM, line.granted / widest * ROOM
    whole = (line.budget or line.granted) / widest * ROOM
    if paid >= LABELLED:
        yield Label(0, 31, _("betalt"), "w", 8)
    if granted - paid >= LABELLED:
        yield Label(paid, 31, _("beviljat"), "t", 8)
    if whole - granted >= LABELLED:
        yield Label(granted, 31, _("kvar"), "", 8)


NEARLY: Final = 0.9


def _money_title(lines: Sequence[MoneyBar]) -> Words:
    if not lines:
        return _("Ingen budget är inlagd än")
    over = [line for line in lines if line.budget is not None and line.granted > line.budget]
    if over:
        return _("{name}: mer är beviljat än budgeten", name=over[0].name)
    known = [(line.granted / line.budget, line) for line in lines if line.budget]
    if not known:
        return _("Budgeten är okänd")
    share, fullest = max(known, key=lambda one: one[0])
    if share >= NEARLY:
        return _("{name}: nästan hela budgeten är beviljad", name=fullest.name)
    return _("{percent} procent av {name} är beviljat", percent=round(share * 100), name=fullest.name)


class StepBar(NamedTuple):
    """A step with its open cases, and the days since half of them came in, at most."""

    words: Words
    key: str
    number: int
    age: int | None


def steps_plot(steps: Sequence[StepBar]) -> Plot:
    """Open cases by step; the title speaks of the longest bar."""
    most = max((step.number for step in steps), default=0) or 1
    longest = max(steps, key=lambda step: step.number, default=None)
    marks: list[Mark] = []
    for place, step in enumerate(steps):
        top, long = place * LINE, step is longest
        wide = step.number / most * ROOM
        marks.append(Label(0, top + 12, step.words, "tb" if long else "t"))
        marks.append(Bar(0, top + 17, wide, THIN, Look.MAIN if long else Look.BESIDE))
        marks.append(Label(wide, top + 28, number_in_words(step.number), "tb", 6))
    total = sum(step.number for step in steps)
    title = _("Inga öppna ansökningar")
    if longest is not None and total:
        title = _(
            "Flest i steget {step}: {number} av {total} öppna ansökningar",
            number=number_in_words(longest.number),
            total=number_in_words(total),
            step=longest.words,
        )
    return Plot(
        name="steg",
        title=title,
        about=_("Öppna ansökningar efter steg, och hur många dagar sedan de kom in (median)"),
        heard=_("Staplar: öppna ansökningar efter steg. Tabellen visar samma sak i siffror."),
        height=max(len(steps) * LINE, LINE),
        marks=marks,
        headings=(_("Antal"), _("Dagar, median")),
        rows=[
            PlotRow(
                step.words,
                (number_in_words(step.number), _("okänt") if step.age is None else number_in_words(step.age)),
                step.key,
            )
            for step in steps
        ],
        total=PlotRow(_("Summa"), (number_in_words(total), NO_WORDS)) if steps else None,
    )


class MonthDots(NamedTuple):
    """The decisions of a month: days -> how many took so long."""

    name: Words
    key: str
    days: Mapping[int, int]
    median: int | None


PLOT_TALL: Final = 170
DOT_WIDE: Final = 0.9
MOST_BESIDE: Final = 5
"""Dots of the same height beside each other; more are told in the table."""
EDGE: Final = 8.0


def days_plot(months: Sequence[MonthDots], limit: int) -> Plot:
    """Days to decision, a dot for each case, with a line at the median of each month; red over the board's limit."""
    longest = max([limit, *(day for month in months for day in month.days)], default=limit)
    top = -(-longest // 30) * 30 or 30
    marks: list[Mark] = []

    def height(days: int) -> float:
        return round(10 + (PLOT_TALL - 20) * (1 - days / top), 1)

    for days in range(0, top + 1, max(30, top // 5 // 30 * 30)):
        marks += [Rule(EDGE, height(days), 100, Look.GRID), Label(0, height(days) + 4, number_in_words(days), "")]
    marks += [
        Rule(EDGE, height(limit), 100, Look.LIMIT),
        Label(EDGE, height(limit) - 5, _("nämndens gräns, {days} dagar", days=limit), "t", 2),
    ]
    step = (100 - EDGE) / max(len(months), 1)
    for place, month in enumerate(months):
        middle = EDGE + (place + 0.5) * step
        for days, number in sorted(month.days.items()):
            for beside in range(min(number, MOST_BESIDE)):
                shift = (beside - (min(number, MOST_BESIDE) - 1) / 2) * DOT_WIDE * 2
                marks.append(Dot(middle + shift, height(days), Look.OVER if days > limit else Look.MAIN))
        if month.median is not None:
            marks.append(Rule(middle - step * 0.32, height(month.median), middle + step * 0.32, Look.LIMIT))
            marks.append(Label(middle + step * 0.34, height(month.median) + 4, number_in_words(month.median), "tb"))
        marks.append(Label(middle, PLOT_TALL + 8, month.name, "c"))
    over = [sum(number for day, number in month.days.items() if day > limit) for month in months]
    return Plot(
        name="tid",
        title=_days_title(months),
        about=_("Dagar till beslut. Punkt: ett ärende. Streck: median. Rött: över gränsen."),
        heard=_("Punkter: dagar till beslut för varje månad. Tabellen visar samma sak i siffror."),
        height=PLOT_TALL + 16,
        marks=marks,
        headings=(_("Antal"), same_in_both("Median"), _("Över gränsen")),
        rows=[
            PlotRow(
                month.name,
                (
                    number_in_words(sum(month.days.values())),
                    _("okänt") if month.median is None else number_in_words(month.median),
                    number_in_words(late),
                ),
                month.key if month.days else "",
            )
            for month, late in zip(months, over, strict=True)
        ]
        if any(month.days for month in months)
        else [],
        total=PlotRow(
            _("Summa"),
            (number_in_words(sum(sum(month.days.values()) for month in months)), NO_WORDS, number_in_words(sum(over))),
        ),
    )


def _days_title(months: Sequence[MonthDots]) -> Words:
    known = [month for month in months if month.median is not None]
    if not known:
        return _("Inga beslut de senaste månaderna")
    last = known[-1]
    if len(known) == 1:
        return _("Från ansökan till beslut, {month}: {days} dagar (median)", month=last.name, days=last.median)
    first = known[0]
    return _(
        "Dagar till beslut: {last} i {month}, {first} i {before}",
        last=last.median,
        month=last.name,
        first=first.median,
        before=first.name,
    )


class YearShares(NamedTuple):
    """The reports of a year: how many came in time, late, and not, or not whole."""

    year: int
    in_time: int
    late: int
    missing: int

    @property
    def number(self) -> int:
        """How many were to come."""
        return self.in_time + self.late + self.missing


def reports_plot(years: Sequence[YearShares]) -> Plot:
    """The share of the reports that came in time, year by year."""
    shown = [year for year in years if year.number]
    marks: list[Mark] = [
        Label(12, 12, _("i tid"), ""),
        Label(64, 12, _("sent"), ""),
        Label(100, 12, _("saknas"), "e"),
    ]
    for place, year in enumerate(shown):
        top, x = 20 + place * 36, 12.0
        latest = place == len(shown) - 1
        marks.append(Label(0, top + 14, same_in_both(str(year.year)), "tb"))
        looks = (Look.MAIN if latest else Look.BESIDE, Look.LEFT, Look.DONE)
        for number, look in zip((year.in_time, year.late, year.missing), looks, strict=True):
            wide = number / year.number * 88
            if not wide:
                continue
            marks.append(Bar(x, top, wide, THICK, look))
            if wide >= 8:  # noqa: PLR2004 - per cent of the width: so much a number needs
                inside = "w" if look in {Look.MAIN, Look.DONE} else "t"
                marks.append(Label(x, top + 13, same_in_both(f"{round(100 * number / year.number)} %"), inside, 8))
            x += wide
    title = _("Inga redovisningar har behövt lämnas in än")
    if shown:
        last = shown[-1]
        title = _(
            "{percent} procent redovisade i tid {year}", percent=round(100 * last.in_time / last.number), year=last.year
        )
    return Plot(
        name="redovisningar",
        title=title,
        about=_("Andel av redovisningarna, efter det år de skulle lämnas in"),
        heard=_("Staplar: andelen redovisningar i tid, sent och saknade för varje år. Tabellen säger det i tal."),
        height=24 + max(len(shown), 1) * 36,
        marks=marks if shown else [],
        headings=(_("I tid"), _("Sent"), _("Saknas helt eller delvis")),
        rows=[
            PlotRow(
                same_in_both(str(year.year)),
                tuple(number_in_words(number) for number in (year.in_time, year.late, year.missing)),
                str(year.year),
            )
            for year in shown
        ],
    )


class RoomHours(NamedTuple):
    """A room: hour -> on how many days it is taken."""

    name: str
    key: str
    hours: Mapping[int, int]


FIRST_HOUR, LAST_HOUR, EVENING = 8, 21, 16
BOX, BOX_TALL = 46, 22
"""Pixels of a room with its name above, and of its boxes."""


def rooms_plot(rooms: Sequence[RoomHours], days: int, about: Words) -> Plot:
    """Of each room and hour on how many of some days it is taken; the title names the fullest evenings."""
    hours = range(FIRST_HOUR, LAST_HOUR + 1)
    wide = 100 / len(hours)
    marks: list[Mark] = [
        Label((hour - FIRST_HOUR) * wide, 12, same_in_both(str(hour)), "") for hour in hours if hour % 2 == 0
    ]
    for place, room in enumerate(rooms):
        top = 18 + place * BOX
        marks.append(Label(0, top + 14, same_in_both(room.name), "tb"))
        for hour in hours:
            x, taken = (hour - FIRST_HOUR) * wide, room.hours.get(hour, 0)
            full = days > 0 and taken >= days
            look = Look.MAIN if full else Look.BESIDE if taken else Look.LEFT
            marks.append(Bar(x, top + 19, wide - 0.4, BOX_TALL, look))
            if taken:
                said = number_in_words(taken)
                marks.append(Label(x + wide / 2 - 0.2, top + 34, said, "cw" if full else "ct"))
    shares = [
        (_share(room, range(FIRST_HOUR, EVENING), days), _share(room, range(EVENING, LAST_HOUR + 1), days))
        for room in rooms
    ]
    return Plot(
        name="lokaler",
        title=_rooms_title(rooms, [evening for _day, evening in shares]),
        about=about,
        heard=_("Rutor: hur många dagar varje lokal är bokad, timme för timme. Tabellen visar det i procent."),
        height=18 + max(len(rooms), 1) * BOX,
        marks=marks if rooms else [],
        headings=(_("Dag"), _("Kväll")),
        rows=[
            PlotRow(same_in_both(room.name), tuple(same_in_both(f"{share} %") for share in found), room.key)
            for room, found in zip(rooms, shares, strict=True)
        ],
        note=_("Dag: kl. 8–16. Kväll: kl. 16–22."),
    )


def _share(room: RoomHours, hours: range, days: int) -> int:
    """How much of the hours is taken, in per cent."""
    return round(100 * sum(min(room.hours.get(hour, 0), days) for hour in hours) / (len(hours) * days)) if days else 0


def _rooms_title(rooms: Sequence[RoomHours], evenings: Sequence[int]) -> Words:
    if not rooms:
        return _("Inga bokningar de dagarna")
    share, fullest = max(zip(evenings, rooms, strict=True), key=lambda one: one[0])
    return _("{room} är bokad {percent} procent av kvällarna", room=fullest.name, percent=share)
