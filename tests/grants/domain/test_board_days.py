"""A pasted list of meetings and closed weeks: days, columns with or without headings, and lines that say neither."""

from __future__ import annotations

from datetime import date

from vetting.grants.domain.board_days import MOST_LINES, read_closed_periods, read_meetings
from vetting.grants.domain.round_calendar import ClosedPeriod, MeetingDays


def test_one_day_on_a_line_is_a_meeting_in_whatever_order() -> None:
    found, problems = read_meetings("2027-03-18\n\n18 februari 2027\n15/4 2027\n2027-03-18")
    assert problems == []
    assert [item.on for item in found] == [date(2027, 2, 18), date(2027, 3, 18), date(2027, 4, 15)]


def test_columns_are_read_by_their_headings() -> None:
    text = "Stoppdag\tOrdförandeberedning\tSammanträde\tKallelse skickas\n2027-02-01\tx\t2027-02-18\t2027-02-11"
    text = text.replace("Ordförandeberedning", "Beredning").replace("\tx\t", "\t2027-02-04\t")
    [found], problems = read_meetings(text)
    assert problems == []
    assert found == MeetingDays(
        on=date(2027, 2, 18), stop_on=date(2027, 2, 1), presidium_on=date(2027, 2, 4), summons_on=date(2027, 2, 11)
    )


def test_a_column_of_something_else_is_passed_over() -> None:
    [found], problems = read_meetings("Sammanträde;Plats;Stoppdag\n2027-02-18;Stora salen;2027-02-01")
    assert problems == []
    assert found.stop_on == date(2027, 2, 1)


def test_without_headings_the_columns_are_the_usual_ones() -> None:
    [found], _problems = read_meetings("2027-02-18; 2027-02-01; ; 2027-02-11")
    assert (found.stop_on, found.presidium_on, found.summons_on) == (date(2027, 2, 1), None, date(2027, 2, 11))


def test_each_line_that_cannot_be_read_is_told_by_its_number() -> None:
    found, problems = read_meetings("2027-02-18\nigår\n; 2027-02-01\n2027-03-18; 2027-04-01")
    assert [item.on for item in found] == [date(2027, 2, 18)]
    assert [problem.what.sv.split(":")[0] for problem in problems] == ["Rad 2", "Rad 3", "Rad 4"]
    assert read_meetings("2027-02-18\n" * (MOST_LINES + 1))[1]


def test_closed_weeks_are_weeks_or_days() -> None:
    found, problems = read_closed_periods("v. 29–31 2027\nvecka 52 2027\n2027-06-07 – 2027-06-09\n2027-05-14")
    assert problems == []
    assert found == [
        ClosedPeriod(date(2027, 5, 14), date(2027, 5, 14)),
        ClosedPeriod(date(2027, 6, 7), date(2027, 6, 9)),
        ClosedPeriod(date(2027, 7, 19), date(2027, 8, 8)),
        ClosedPeriod(date(2027, 12, 27), date(2028, 1, 2)),
    ]


def test_closed_weeks_that_are_none_are_told() -> None:
    found, problems = read_closed_periods("v 60 2027\n2027-08-01 – 2027-07-01\nsommaren\n2027-01-01 till 2027-12-31")
    assert found == []
    assert len(problems) == 4


def test_columns_that_mean_the_same_or_have_no_heading_are_told_and_nothing_is_guessed() -> None:
    assert read_meetings("Datum;Datum för stopp\n2027-02-18;2027-02-01")[1]
    assert read_meetings("2027-02-18;2027-02-01;2027-02-02;2027-02-03;2027-02-04")[1]
    assert read_closed_periods("v. 1 9999")[1]
