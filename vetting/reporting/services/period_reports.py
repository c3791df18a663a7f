"""The report of a period: counted of the whole board, kept as it was sent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import and_, false, func, or_, select

from vetting.casework.models.cases import Case, seen_by
from vetting.grants.models.schemes import schemes
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action, Person, Role
from vetting.kernel.text import NO_WORDS, _, day_in_words, same_in_both
from vetting.money.domain.activities import STATUS_WORDS, FollowUpChannel
from vetting.money.models.activities import activities_by_id, activities_of_year
from vetting.people import require_permission
from vetting.people.models.people import Board
from vetting.reporting.domain.figures import FIGURES, FigureSource
from vetting.reporting.domain.period_reports import (
    TOTAL,
    CountedTime,
    ReportColumn,
    changed_since,
    report_tables,
    sections_of,
)
from vetting.reporting.domain.periods import (
    TimeWindow,
    a_year_before,
    periods_as_kept,
    periods_of,
    report_period,
    wrong_with_periods,
)
from vetting.reporting.domain.report_content import (
    CountedReport,
    ToldActivity,
    content_from_json,
    content_to_json,
    digest_of_content,
)
from vetting.reporting.domain.report_sentences import sentences_of
from vetting.reporting.models.figure_sources import cases_counted, days_taken, first_days, tallies
from vetting.reporting.models.kept_reports import ReportSnapshot
from vetting.reporting.services.report_files import report_docx, report_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from sqlalchemy import Select

    from vetting.kernel.store.session import Session, WritingSession
    from vetting.reporting.domain.figures import FigureGroup, Raw, Tally
    from vetting.reporting.domain.period_reports import ChangedFigure, FigureReport
    from vetting.reporting.domain.periods import PeriodRule, ReportPeriod

LONGEST_CONTROL: Final = 400
STEPS: Final = len(FigureSource)
"""Steps of the work for each time that is told."""


def the_board(by: Person) -> Person:
    """The board itself: what is counted is the board's whole, whoever looks."""
    return replace(by, id=0, roles=frozenset({Role.AUDITOR}))


def sees_figures(by: Person) -> bool:
    """Whether a person may open the cases behind the figures."""
    return by.may(Action.READ_FIGURES)


def period_rules(session: Session, board_id: int) -> tuple[PeriodRule, ...]:
    """The periods that a board reports."""
    return periods_of(session.get_one(Board, board_id).periods)


def find_period(session: Session, code: str, *, on: date) -> ReportPeriod:
    """A period of the board by its code.

    Raises:
        Refused: there is no such period, or it has not begun.
    """
    found = report_period(period_rules(session, session.person.board_id), code)
    if found is None:
        names = ", ".join(rule.name for rule in period_rules(session, session.person.board_id))
        what = _("Nämnden har ingen period ”{code}”.", code=code[:40])
        remedy = _("Skriv år och namn, som 2026-T2. Namnen är {names}.", names=names)
        raise Refused(Obstacle.MISSING, Problem("period", what, remedy))
    if found.window.first > on:
        what = _("Perioden {code} har inte börjat.", code=found.code)
        remedy = _("Den börjar {day}. Välj en tidigare.", day=day_in_words(found.window.first))
        raise Refused(Obstacle.INVALID, Problem("period", what, remedy))
    return found


def change_periods(session: WritingSession, periods: Sequence[PeriodRule]) -> Board:
    """The periods that the board reports from now on; what has been reported stays.

    Raises:
        Refused: not this person's to choose, or they are no year's.
    """
    require_permission(session.person, Action.FOLLOW_UP)
    problems = wrong_with_periods(periods)
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    board = session.get_one(Board, session.person.board_id)
    board.periods = periods_as_kept(periods)
    session.note("periods_changed", board, board_id=board.id)
    return board


def columns_of(period: ReportPeriod, *, on: date) -> list[ReportColumn]:
    """The times that a report tells: the period until today, the one before, the same days last year."""
    until = min(period.window.last, on)
    found = [ReportColumn(same_in_both(period.code), TimeWindow(period.window.first, until))]
    if period.previous is not None:
        found.append(ReportColumn(_("Föregående period"), period.previous))
    year_ago = period.last_year
    if until < period.window.last:
        year_ago = TimeWindow(year_ago.first, min(year_ago.last, a_year_before(until)))
    return [*found, ReportColumn(_("Ett år tidigare"), year_ago)]


def count_report(
    session: Session, period: ReportPeriod, *, on: date, heard: Callable[[int, int], bool] | None = None
) -> CountedReport:
    """Counts a period's report as the records are now.

    What ended before the first application or booking that the records have is not known: nobody can say that nothing
    happened then.

    heard: told how many of how many questions are asked; an answer of False stops the work.

    Raises:
        Refused: this person may not read the registers, or somebody has stopped it.
    """
    require_permission(session.person, Action.READ_REGISTERS)
    columns = columns_of(period, on=on)
    report, has_bookings = _count_columns(session, columns, heard=heard)
    return CountedReport(
        code=period.code,
        board=session.person.board,
        until=columns[0].window.last,
        ended=period.window.last <= on,
        columns=columns,
        sections=sections_of(report, sentences_of(report, has_bookings=has_bookings)),
        activities=_activities(session, period),
    )


def _count_columns(
    session: Session, columns: Sequence[ReportColumn], *, heard: Callable[[int, int], bool] | None = None
) -> tuple[FigureReport, bool]:
    """All tables of some times, and whether the board has ever had a booking."""
    board = the_board(session.person)
    first = first_days(session, board)
    total, counted = len(columns) * STEPS, list[CountedTime]()
    for place, column in enumerate(columns):
        found: dict[FigureSource, Mapping[Raw, Tally]] = {}
        for step, source in enumerate(FigureSource, 1):
            if heard is not None and not heard(place * STEPS + step, total):
                raise Refused(Obstacle.STALE, Problem("period", _("Arbetet stoppades."), _("Räkna om rapporten.")))
            kind = CaseKind.BOOKING if source is FigureSource.BOOKINGS else CaseKind.GRANT
            if source is FigureSource.TIMES or not _is_known(column.window, first.get(kind)):
                continue
            found[source] = tallies(session, source, board, column.window)
        known = any(_is_known(column.window, day) for day in first.values())
        days = days_taken(session, board, column.window) if known else None
        counted.append(CountedTime(found, days))
    names = {str(row.id): same_in_both(row.name) for row in schemes(session, session.person.board_id)}
    return report_tables(columns, counted, names), CaseKind.BOOKING in first


def _is_known(window: TimeWindow, first: date | None) -> bool:
    """Whether the records can know something of a time; where there is nothing at all, they know that."""
    return first is None or window.last >= first


def _activities(session: Session, period: ReportPeriod) -> list[ToldActivity]:
    """The plan's activities of the year that are followed up in the period, or all where its name is no channel."""
    rows = activities_of_year(session, session.person.board_id, period.year)
    if period.name in set(FollowUpChannel):
        rows = [row for row in rows if period.name in row.channels]
    before = activities_by_id(session, [row.follows_id for row in rows if row.follows_id])
    found = []
    for row in rows:
        last = before.get(row.follows_id or 0)
        drawn = "" if row.drawn is None else str(row.drawn)
        control = "; ".join(part for part in (row.controlled, drawn, row.found, row.measure) if part)
        found.append(
            ToldActivity(
                row.text,
                row.responsible,
                STATUS_WORDS[row.status],
                row.note,
                STATUS_WORDS[last.status] if last is not None else NO_WORDS,
                control[:LONGEST_CONTROL],
            )
        )
    return found


def keep_report(
    session: WritingSession, code: str, content: CountedReport, *, shown: int | None = None
) -> ReportSnapshot:
    """Keeps a report as it is sent, with its two files.

    content: as it is counted now; shown: the digest of what the person saw and sent, where they saw it.

    Raises:
        Refused: not this person's to keep, no such period that has begun, or it is another now than what was shown.
    """
    require_permission(session.person, Action.FOLLOW_UP)
    period = find_period(session, code, on=session.today)
    if content.code != period.code:
        raise Refused(Obstacle.MISSING)
    if shown is not None and shown != digest_of_content(content):
        what = _("Siffrorna har ändrats sedan sidan visades.")
        raise Refused(Obstacle.STALE, Problem("shown", what, _("Läs dem, hämta filerna på nytt och spara sedan.")))
    row = ReportSnapshot(
        board_id=session.person.board_id,
        code=period.code,
        until=content.until,
        content=content_to_json(content),
        docx=report_docx(session, content),
        xlsx=report_xlsx(content, by=session.person, at=session.now),
        at=session.now,
        by_user_id=session.person.id,
        by_function=session.person.function,
    )
    session.add(row)
    session.flush()
    session.note("report_kept", row, board_id=session.person.board_id, detail={"code": period.code})
    return row


def changes_since(session: Session, kept: ReportSnapshot) -> list[ChangedFigure]:
    """The figures that are others now than what was reported, of the very days that it told of."""
    told = content_from_json(kept.content)
    report, _has_bookings = _count_columns(session, told.columns[:1])
    return changed_since(told.sections, sections_of(report, {}))


class FigureCases(NamedTuple):
    """The cases behind a figure that a person may see, and how many there are that they may not."""

    wanted: Select[Case]
    seen: int
    unseen: int


def cases_of_figure(session: Session, group: FigureGroup, cell: str, window: TimeWindow) -> FigureCases:
    """The cases that a figure counts in some days; each once, however often it is counted.

    Raises:
        Refused: this person sees no cases, or the group has no such cell.
    """
    if not sees_figures(session.person):
        raise Refused(Obstacle.FORBIDDEN)
    definition, board = FIGURES[group], the_board(session.person)
    if definition.cells and cell != TOTAL and cell not in definition.cells:
        raise Refused(Obstacle.MISSING)
    rows = cases_counted(definition.source, board, window).subquery()
    raw = [column for column in rows.c if column.name.startswith("raw")]
    found = [tuple(str(part) for part in one) for one in session.execute(select(*raw).distinct())]
    wanted = [
        one
        for one in found
        if definition.cell_of(one) == cell or (cell == TOTAL and definition.cell_of(one) is not None)
    ]
    parts = [and_(*(column == part for column, part in zip(raw, one, strict=True))) for one in wanted]
    behind = select(rows.c.case_id).where(or_(false(), *parts))
    cases = select(Case).where(Case.id.in_(behind), seen_by(session.person, Action.READ_REGISTERS, by_key=True))
    number = session.scalar(select(func.count(behind.distinct().subquery().c.case_id))) or 0
    seen = session.scalar(select(func.count()).select_from(cases.subquery())) or 0
    return FigureCases(cases.order_by(Case.id), seen, number - seen)
