"""The overview: what waits, and five pictures of the year so far, each row with the cases behind it."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import false, func, select

from vetting.casework.domain.cases import OPEN, STATE_WORDS, CaseState
from vetting.casework.models.cases import LEFT_OUT, Case, Occurrence, seen_by
from vetting.casework.models.decisions import Decision, current_grants
from vetting.kernel.dates import midnight
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import Words, _, same_in_both
from vetting.people import require_permission
from vetting.people.domain.ways_of_working import BoardLimit, limit_of
from vetting.people.models.people import Board, Room
from vetting.reporting.domain.figures import FigureSource, durations
from vetting.reporting.domain.periods import TimeWindow
from vetting.reporting.domain.plots import (
    MoneyBar,
    MoneyPart,
    MonthDots,
    Plot,
    RoomHours,
    StepBar,
    YearShares,
    days_plot,
    money_plot,
    reports_plot,
    rooms_plot,
    steps_plot,
)
from vetting.reporting.models.figure_sources import cases_counted, tallies
from vetting.reporting.models.overview_figures import (
    LineMoney,
    WaitingCounts,
    days_by_month,
    decided_grants,
    money_of_year,
    open_applications,
    open_by_step,
    rooms_by_hour,
    takes_from,
    waiting_counts,
)
from vetting.reporting.services.period_reports import the_board

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session

MONTHS: Final = 6
YEARS: Final = 4
WORKING_DAYS: Final = 5
MONTH_WORDS: Final = (
    _("jan"),
    _("feb"),
    _("mar"),
    _("apr"),
    _("maj"),
    _("jun"),
    _("jul"),
    _("aug"),
    _("sep"),
    _("okt"),
    _("nov"),
    _("dec"),
)
PLOTS: Final = ("pengar", "steg", "tid", "redovisningar", "lokaler")


class Overview(NamedTuple):
    """What the page shows."""

    waits: WaitingCounts
    plots: Sequence[Plot]


def overview(session: Session, year: int, *, on: date) -> Overview:
    """The pictures of a year so far.

    Raises:
        Refused: this person does not see the board's figures.
    """
    require_permission(session.person, Action.READ_FIGURES)
    return Overview(
        waiting_counts(session, the_board(session.person), on),
        [plot_named(session, name, year, on=on) for name in PLOTS],
    )


def plot_named(session: Session, name: str, year: int, *, on: date) -> Plot:
    """One of the pictures.

    Raises:
        Refused: this person does not see the figures, or there is no such picture.
    """
    require_permission(session.person, Action.READ_FIGURES)
    board, until = the_board(session.person), min(on, date(year, 12, 31))
    match name:
        case "pengar":
            return money_plot(year, [_money_bar(row) for row in money_of_year(session, board, year)])
        case "steg":
            return _steps(session, board, on)
        case "tid":
            return _days(session, board, until)
        case "redovisningar":
            return reports_plot(_reports(session, board, year, on))
        case "lokaler":
            return _rooms(session, board, on)
        case _:
            raise Refused(Obstacle.MISSING)


def _money_bar(row: LineMoney) -> MoneyBar:
    line = row.line
    parts = [
        MoneyPart(one.scheme.name, f"{line.id}-{one.scheme.id}", one.granted, one.paid)
        for one in row.schemes
        if len(row.schemes) > 1 or one.scheme.name != line.name
    ]
    return MoneyBar(line.name, str(line.id), line.amount, row.granted, row.paid, parts)


def _steps(session: Session, board: Person, on: date) -> Plot:
    found = open_by_step(session, board, on)
    steps = []
    for state in CaseState:
        if state in OPEN and state in found:
            taken = durations(found[state])
            number = taken.number if taken is not None else 0
            steps.append(StepBar(STATE_WORDS[state], state.value, number, taken.median if taken is not None else None))
    return steps_plot(steps)


def _months(until: date) -> list[date]:
    """The first days of the last months, the earliest first."""
    found = [until.replace(day=1)]
    while len(found) < MONTHS:
        found.insert(0, (found[0] - timedelta(days=1)).replace(day=1))
    return found


def _last_of(month: date) -> date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def _days(session: Session, board: Person, until: date) -> Plot:
    months = _months(until)
    taken = days_by_month(session, board, months[0], until)
    dots = []
    for month in months:
        days = taken.get((month.year, month.month), {})
        half = durations(days)
        name = MONTH_WORDS[month.month - 1]
        dots.append(MonthDots(name, f"{month.year}-{month.month:02}", days, half.median if half is not None else None))
    limit = limit_of(session.get_one(Board, board.board_id).limits, BoardLimit.DECISION)
    return days_plot(dots, limit)


def _reports(session: Session, board: Person, year: int, on: date) -> list[YearShares]:
    """Those that were to come in some years by today: who has still time has not failed."""
    first = year - YEARS + 1
    window = TimeWindow(date(first, 1, 1), _year_until(year, on).last)
    found: dict[int, dict[str, int]] = {one: {} for one in range(first, year + 1)}
    for (code, due), tally in tallies(session, FigureSource.REPORTS, board, window).items():
        counted = found[int(due[:4])]
        counted[code] = counted.get(code, 0) + tally.number
    return [
        YearShares(
            one,
            counted.get("in_time", 0),
            counted.get("late", 0),
            counted.get("missing", 0) + counted.get("incomplete", 0),
        )
        for one, counted in found.items()
    ]


def _year_until(year: int, on: date) -> TimeWindow:
    return TimeWindow(date(year, 1, 1), min(date(year, 12, 31), on - timedelta(days=1)))


def _week_of(on: date) -> TimeWindow:
    monday = on - timedelta(days=on.weekday())
    return TimeWindow(monday, monday + timedelta(days=WORKING_DAYS - 1))


def _rooms(session: Session, board: Person, on: date) -> Plot:
    week = _week_of(on)
    rooms = [RoomHours(room.name, room.name, room.hours) for room in rooms_by_hour(session, board, *week)]
    number = on.isocalendar().week
    about = _("Bokade vardagar av fem, efter lokal och timme, vecka {week}. Ljus ruta: ledig.", week=number)
    return rooms_plot(rooms, WORKING_DAYS, about)


class PlotCases(NamedTuple):
    """The cases of a row of a picture, of those that a person may see."""

    wanted: Select[Case]
    label: Words


def cases_of_row(session: Session, name: str, key: str, year: int, *, on: date) -> PlotCases:
    """The cases behind a row of a picture's table.

    Raises:
        Refused: this person does not see the figures, or there is no such row.
    """
    plot = plot_named(session, name, year, on=on)
    row = next((row for row in plot.rows if row.key and row.key == key), None)
    if row is None:
        raise Refused(Obstacle.MISSING)
    wanted = select(Case).where(seen_by(session.person, Action.READ_REGISTERS))
    match name:
        case "pengar":
            granted = select(Decision.case_id).where(Decision.board_id == session.person.board_id, current_grants())
            wanted = wanted.where(takes_from(*(int(part) for part in key.split("-"))), Case.id.in_(granted))
        case "steg":
            wanted = wanted.where(open_applications(CaseState(key)))
        case "tid":
            month = date.fromisoformat(f"{key}-01")
            decided = decided_grants(the_board(session.person), month, _last_of(month))
            own = select(Decision.case_id).join(Case, Case.id == Decision.case_id).where(*decided)
            wanted = wanted.where(Case.id.in_(own))
        case "redovisningar":
            rows = cases_counted(FigureSource.REPORTS, the_board(session.person), _year_until(int(key), on)).subquery()
            wanted = wanted.where(Case.id.in_(select(rows.c.case_id)))
        case "lokaler":
            week = _week_of(on)
            name_of_room = (
                select(Room.name).where(Room.id == Occurrence.room_id).correlate(Occurrence).scalar_subquery()
            )
            used = select(Occurrence.case_id).where(
                func.coalesce(name_of_room, Occurrence.room_name) == key,
                Occurrence.starts_at >= midnight(week.first),
                Occurrence.starts_at < midnight(week.last + timedelta(days=1)),
                Occurrence.state != LEFT_OUT,
            )
            wanted = wanted.where(Case.id.in_(used), Case.state == CaseState.CONFIRMED)
        case _:
            wanted = wanted.where(false())
    return PlotCases(wanted.order_by(Case.id), plot.about + same_in_both(" ") + row.name)
