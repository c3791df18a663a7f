"""Sentences of a report: true of what is told, and no number that is unknown."""

from __future__ import annotations

import re
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from vetting.kernel.text import same_in_both
from vetting.reporting.domain.figures import FigureSource, ReportPart, Tally
from vetting.reporting.domain.period_reports import CountedTime, FigureReport, ReportColumn, report_tables
from vetting.reporting.domain.periods import TimeWindow
from vetting.reporting.domain.report_sentences import sentences_of

WINDOW = TimeWindow(date(2026, 1, 1), date(2026, 8, 31))
COLUMNS = (ReportColumn(same_in_both("2026-T2"), WINDOW), ReportColumn(same_in_both("förut"), WINDOW))
RAWS: dict[FigureSource, list[tuple[str, ...]]] = {
    FigureSource.APPLICATIONS: [("1", "approve"), ("1", "complete"), ("2", "")],
    FigureSource.DECISIONS: [
        ("approved", "other"),
        ("refused", "criterion"),
        ("refused", "priority"),
        ("dismissed", "too_late"),
    ],
    FigureSource.OPINIONS: [("recommends", "approved", ""), ("recommends", "refused", ""), ("postpones", "", "")],
    FigureSource.HEARINGS: [("replied",), ("silent",)],
    FigureSource.STOPS: [("payment_stop",), ("payment_release",)],
    FigureSource.CLAIMS: [("unused",), ("not_reported",)],
    FigureSource.LEDGER: [("payment",), ("waiver",)],
    FigureSource.PAYMENTS: [("1",), ("2",)],
    FigureSource.REPORTS: [("in_time",), ("late",), ("missing",)],
    FigureSource.SIGNALS: [("nothing_found",), ("not_met",)],
    FigureSource.BOOKINGS: [("none", "confirmed"), ("look", "refused"), ("look", "confirmed")],
    FigureSource.APPEALS: [("waiting",), ("quashed",)],
    FigureSource.FOLLOWED: [("followed",), ("left",)],
}
NUMBERS = st.integers(0, 30)
TALLIES = st.fixed_dictionaries(
    {source: st.fixed_dictionaries({raw: st.builds(Tally, NUMBERS) for raw in raws}) for source, raws in RAWS.items()}
)
PLACES = {(source, raw): place for place, (source, raw) in enumerate((s, r) for s, raws in RAWS.items() for r in raws)}
"""Each raw row has a place: the amounts are powers of two, so that no sum of some is the sum of others."""


def reported(now: dict[FigureSource, dict[tuple[str, ...], Tally]]) -> FigureReport:
    kept = {
        source: {
            raw: tally._replace(total=1_000_00 << PLACES[source, raw] if tally.number else 0)
            for raw, tally in found.items()
        }
        for source, found in now.items()
    }
    return report_tables(COLUMNS, [CountedTime(kept, {"decision": {3: 4}}), CountedTime({}, None)], {})


def told(report: FigureReport) -> str:
    found = sentences_of(report, has_bookings=True)
    return " ".join(one.sv for sentences in found.values() for one in sentences)


@given(TALLIES)
def test_what_is_told_of_a_total_is_the_total(now: dict[FigureSource, dict[tuple[str, ...], Tally]]) -> None:
    report = reported(now)
    said = told(report).replace("\N{NO-BREAK SPACE}", " ")
    came = sum(tally.number for tally in now[FigureSource.APPLICATIONS].values())
    first = re.match(r"(\d+) ansökning", said)
    assert first is None or int(first[1]) == came
    assert (first is None) == (came < 2)


@given(TALLIES)
def test_last_year_is_unknown_where_the_records_know_nothing(
    now: dict[FigureSource, dict[tuple[str, ...], Tally]],
) -> None:
    assert not re.search(r"mot \d+ ett år tidigare", told(reported(now)))


def test_of_nothing_it_is_said_that_there_is_nothing() -> None:
    nothing = {source: {raw: Tally() for raw in raws} for source, raws in RAWS.items()}
    said = told(reported(nothing))
    for words in ("Inga ansökningar kom in", "Inga ansökningar avgjordes", "Inga redovisningar skulle lämnas in."):
        assert words in said
    assert "Inget betalades ut, stoppades eller krävdes tillbaka." in said
    assert "Inga bokningar kom in." in said
    without = sentences_of(reported(nothing), has_bookings=False)
    assert [one.sv for one in without[ReportPart.BOOKINGS]] == ["Nämnden har inga bokningar i programmet."]
