"""The sentences of a report, ready for whatever the municipality reports in: true of what is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.engine.proposal import Proposal
from vetting.kernel.decision_outcomes import DecisionOutcome
from vetting.kernel.money import kronor
from vetting.kernel.text import (
    NO_WORDS,
    ListStyle,
    Words,
    _,
    count_in_words,
    list_words,
    lower_first,
    number_in_words,
    same_in_both,
)
from vetting.money.domain.reclaims import PAID_BY
from vetting.reporting.domain.figures import OTHER, FigureGroup, ReportPart
from vetting.reporting.domain.period_reports import TOTAL, Measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vetting.reporting.domain.period_reports import Figure, FigureReport, ReportTable

GIVEN: Final = (DecisionOutcome.APPROVED, DecisionOutcome.PARTLY_APPROVED)
TURNED_DOWN: Final = (DecisionOutcome.REFUSED, DecisionOutcome.DISMISSED)
MONEY_GROUPS: Final = (FigureGroup.PAID, FigureGroup.STOPS, FigureGroup.CLAIMS, FigureGroup.RECOVERED)


def sentences_of(report: FigureReport, *, has_bookings: bool) -> dict[ReportPart, list[Words]]:
    """Part -> its sentences."""
    return {
        ReportPart.APPLICATIONS: list(_applications(report)),
        ReportPart.DECISIONS: list(_decisions(report)),
        ReportPart.GROUP: list(_group(report)),
        ReportPart.MONEY: list(_money(report)),
        ReportPart.FOLLOW_UP: list(_follow_up(report)),
        ReportPart.BOOKINGS: list(_bookings(report, has_bookings=has_bookings)),
        ReportPart.TIMES: list(_times(report)),
    }


def _cell(table: ReportTable, code: str = TOTAL, measure: Measure = Measure.NUMBER, column: int = 0) -> Figure:
    """A figure of a table; nothing was counted where it has no such line."""
    line = table.total if code == TOTAL else table.line(code)
    if line is None:
        known = table.total is None or table.total.cells[Measure.NUMBER][column] is not None
        return 0 if known else None
    return line.cells[measure][column]


def _together(cells: Sequence[Figure]) -> int:
    return sum(_number(cell) for cell in cells)


def _is_told(*cells: Figure) -> bool:
    return None not in cells


def _number(cell: Figure) -> int:
    return cell or 0


def _against(report: FigureReport, table: ReportTable) -> Words:
    """', mot 31 året före': what the last column says, where it is known and told."""
    last = _cell(table, column=len(report.columns) - 1)
    if last is None:
        return _("; hur många det var ett år tidigare är okänt")
    return _(", mot {number} ett år tidigare", number=number_in_words(last))


def _applications(report: FigureReport) -> Iterator[Words]:
    table = report.tables[FigureGroup.RECEIVED]
    number, asked = _cell(table), _cell(table, measure=Measure.MONEY)
    if number is None:
        yield _("Hur många ansökningar som kom in är okänt.")
        return
    if number == 0:
        yield _("Inga ansökningar kom in") + _against(report, table) + same_in_both(".")
        return
    came = count_in_words(number, _("ansökan kom in"), _("ansökningar kom in"))
    together = _(" om sammanlagt ") + kronor(_number(asked)) if _is_told(asked) else same_in_both("")
    yield came + together + _against(report, table) + same_in_both(".")
    proposals = report.tables[FigureGroup.PROPOSALS]
    told = [
        lower_first(line.label) + same_in_both(" ") + number_in_words(_number(line.now()))
        for line in proposals.lines
        if line.now() and line.code in set(Proposal)
    ]
    if told:
        yield _("Reglerna föreslår: ") + list_words(told, ListStyle.AND) + same_in_both(".")


def _decisions(report: FigureReport) -> Iterator[Words]:
    table = report.tables[FigureGroup.OUTCOMES]
    decided_in_all = _cell(table)
    if decided_in_all is None:
        yield _("Hur många ansökningar som avgjordes är okänt.")
        return
    if decided_in_all == 0:
        yield _("Inga ansökningar avgjordes") + _against(report, table) + same_in_both(".")
    else:
        decided = count_in_words(decided_in_all, _("ansökan avgjordes"), _("ansökningar avgjordes"))
        yield decided + _against(report, table) + same_in_both(".")
    given = [_cell(table, outcome.value) for outcome in GIVEN]
    money = [_cell(table, outcome.value, Measure.MONEY) for outcome in GIVEN]
    if _is_told(*given) and _together(given):
        granted = count_in_words(_together(given), _("beviljades"), _("beviljades"))
        yield granted + _(" helt eller delvis, med sammanlagt ") + kronor(_together(money)) + same_in_both(".")
    refused = [_cell(table, outcome.value) for outcome in TURNED_DOWN]
    grounds = [
        lower_first(line.label) + same_in_both(" ") + number_in_words(_number(line.now()))
        for line in report.tables[FigureGroup.GROUNDS].lines
        if line.now()
    ]
    if _is_told(*refused) and _together(refused):
        ending = _(", efter grund: ") + list_words(grounds, ListStyle.AND) if grounds else same_in_both("")
        turned_down = count_in_words(_together(refused), _("avslogs eller avvisades"), _("avslogs eller avvisades"))
        yield turned_down + ending + same_in_both(".")
    heard, replied = _cell(report.tables[FigureGroup.HEARD]), _cell(report.tables[FigureGroup.HEARD], "replied")
    if _is_told(heard) and heard:
        times = count_in_words(heard, _("gång"), _("gånger"))
        told = _("Föreningar fick yttra sig före ett beslut {times}", times=times)
        if _is_told(replied):
            number = number_in_words(_number(replied))
            waits = _cell(report.tables[FigureGroup.HEARD], "time_left")
            told += _("; svar kom {number} gånger", number=number) if replied else _("; inget svar har kommit in")
            told += _(", {number} har tid kvar", number=number_in_words(_number(waits))) if waits else NO_WORDS
        yield told + same_in_both(".")
    table = report.tables[FigureGroup.APPEALED]
    appealed, quashed = _cell(table), _cell(table, "quashed")
    if _is_told(appealed) and appealed:
        told = count_in_words(appealed, _("beslut överklagades"), _("beslut överklagades"))
        if _is_told(quashed):
            number = number_in_words(_number(quashed))
            told += _("; domstolen har upphävt {number}", number=number) if quashed else _("; inget är upphävt")
        yield told + same_in_both(".")


def _group(report: FigureReport) -> Iterator[Words]:
    table = report.tables[FigureGroup.FOLLOWED_ADVICE]
    number, departed = _cell(table), _cell(table, "departed")
    if _is_told(number) and number:
        told = _("Referensgruppen behandlade ärenden {times}", times=count_in_words(number, _("gång"), _("gånger")))
        if _is_told(departed) and departed:
            told += _("; beslutet gick mot yttrandet i {number}", number=number_in_words(departed))
        elif _is_told(departed):
            told += _("; inget beslut gick mot ett yttrande")
        yield told + same_in_both(".")


def _money(report: FigureReport) -> Iterator[Words]:
    paid, amount = _cell(report.tables[FigureGroup.PAID]), _cell(report.tables[FigureGroup.PAID], measure=Measure.MONEY)
    if _is_told(paid, amount) and paid:
        times = count_in_words(paid, _("utbetalning"), _("utbetalningar"))
        yield kronor(_number(amount)) + _(" betalades ut i ") + times + same_in_both(".")
    stops = report.tables[FigureGroup.STOPS]
    stopped, lifted = _cell(stops, "payment_stop"), _cell(stops, "payment_release")
    if _is_told(stopped) and stopped:
        told = count_in_words(stopped, _("utbetalning stoppades"), _("utbetalningar stoppades"))
        if _is_told(lifted) and lifted:
            told += _("; {number} stopp hävdes", number=number_in_words(_number(lifted)))
        yield told + same_in_both(".")
    claims = report.tables[FigureGroup.CLAIMS]
    number, asked = _cell(claims), _cell(claims, measure=Measure.MONEY)
    if _is_told(number, asked) and number:
        times = count_in_words(number, _("återkrav beslutades"), _("återkrav beslutades"))
        yield times + _(" om sammanlagt ") + kronor(_number(asked)) + same_in_both(".")
    ledger = report.tables[FigureGroup.RECOVERED]
    back = [_cell(ledger, kind.value, Measure.MONEY) for kind in sorted(PAID_BY)]
    if _is_told(*back) and _together(back):
        yield kronor(_together(back)) + _(" av återkraven är betalda eller kvittade.")
    every = [_cell(report.tables[group]) for group in MONEY_GROUPS]
    if None in every:
        yield _("Vad som betalades ut, stoppades och krävdes tillbaka är okänt.")
    elif not any(every):
        yield _("Inget betalades ut, stoppades eller krävdes tillbaka.")


def _share(part: Figure, whole: Figure) -> Words:
    return _(" ({percent} procent)", percent=round(100 * _number(part) / _number(whole)))


def _follow_up(report: FigureReport) -> Iterator[Words]:
    table = report.tables[FigureGroup.IN_TIME]
    due, in_time = _cell(table), _cell(table, "in_time")
    if due == 0:
        yield _("Inga redovisningar skulle lämnas in.")
    elif _is_told(due, in_time):
        yield (
            _(
                "{number} av {of} redovisningar kom i tid",
                number=number_in_words(_number(in_time)),
                of=number_in_words(_number(due)),
            )
            + _share(in_time, due)
            + same_in_both(".")
        )
    table = report.tables[FigureGroup.COVERAGE]
    granted, followed = _cell(table), _cell(table, "followed")
    if _is_told(granted, followed) and granted:
        yield (
            _(
                "{number} av {of} föreningar med beviljat bidrag följdes upp",
                number=number_in_words(_number(followed)),
                of=number_in_words(_number(granted)),
            )
            + _share(followed, granted)
            + same_in_both(".")
        )
    nothing = _cell(report.tables[FigureGroup.SIGNALS], "nothing")
    if _is_told(nothing) and nothing:
        hits = count_in_words(nothing, _("träff"), _("träffar"))
        yield hits + _(" ledde inte till något när en person hade bedömt dem.")


def _bookings(report: FigureReport, *, has_bookings: bool) -> Iterator[Words]:
    if not has_bookings:
        yield _("Nämnden har inga bokningar i programmet.")
        return
    table = report.tables[FigureGroup.SHOWN]
    number, shown = _cell(table), _cell(table, "shown")
    refused = _cell(report.tables[FigureGroup.ANSWERED], "refused")
    if number is None:
        yield _("Hur många bokningar som kom in är okänt.")
        return
    if number == 0:
        yield _("Inga bokningar kom in.")
        return
    told = count_in_words(number, _("bokning kom in"), _("bokningar kom in"))
    told += _against(report, table)
    waiting = _cell(report.tables[FigureGroup.ANSWERED], OTHER)
    if _is_told(waiting) and waiting:
        told += _("; {number} är inte besvarade", number=number_in_words(_number(waiting)))
    if _is_told(shown):
        told += _("; {number} behövde ses över", number=number_in_words(_number(shown)))
    if _is_told(refused):
        told += _(" och {number} nekades", number=number_in_words(_number(refused)))
    yield told + same_in_both(".")


def _times(report: FigureReport) -> Iterator[Words]:
    line = report.tables[FigureGroup.TIMES].line("decision")
    median = line.now(Measure.MEDIAN) if line is not None else None
    ninetieth = line.now(Measure.NINETIETH) if line is not None else None
    if _is_told(median, ninetieth):
        yield _(
            "Från ansökan till beslut: {median} (median), nio av tio inom {ninetieth}.",
            median=count_in_words(_number(median), _("dag"), _("dagar")),
            ninetieth=count_in_words(_number(ninetieth), _("dag"), _("dagar")),
        )
    else:
        yield _("Hur lång tid besluten tog är okänt.")
