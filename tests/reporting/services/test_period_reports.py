"""The report of a period: every figure is what the registers say, opens its cases, and stays as it was sent."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, insert, select

from tests.acting import acting
from tests.board import NUMBERS, board, booking_facts, clean_facts, group_board, refused
from tests.casework.domain.test_exact_checks import granted
from tests.factories import NOW, TODAY
from tests.house.test_registers import filled, readers, sheets
from tests.money.services.test_reports import told
from vetting import clock
from vetting.casework.domain.advice import Advice, ConflictGround
from vetting.casework.models.cases import Case
from vetting.casework.models.meetings import Review
from vetting.casework.services.after_decision import reconsider_case
from vetting.casework.services.meetings import recuse_person
from vetting.grants.models.rounds import lines
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.register_tables import RegisterName
from vetting.kernel.roles import Person, Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading
from vetting.money.domain.reports import ReportFinding
from vetting.money.models.reports import GrantReport
from vetting.money.services.report_lists import ReportList, count_reports, listed_reports
from vetting.money.services.reports import read_report, receive_report
from vetting.registers import RegisterSelection, register_pages
from vetting.reporting.domain.figures import FIGURES, FigureGroup, FigureSource
from vetting.reporting.domain.period_reports import TOTAL, Measure
from vetting.reporting.domain.periods import SHIPPED_PERIODS, PeriodRule, TimeWindow
from vetting.reporting.domain.report_content import content_from_json, content_to_json
from vetting.reporting.models.kept_reports import find_report_snapshot, kept_reports
from vetting.reporting.models.overview_figures import money_of_year
from vetting.reporting.services.period_reports import (
    cases_of_figure,
    change_periods,
    changes_since,
    count_report,
    find_period,
    keep_report,
    period_rules,
)
from vetting.workspace.services.queues import count_late_reports

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from vetting.kernel.store.session import Session
    from vetting.reporting.domain.period_reports import ReportTable
    from vetting.reporting.domain.report_content import CountedReport
    from vetting.reporting.services.period_reports import FigureCases

__all__ = ["board", "filled", "group_board"]
YEAR = TODAY.year
CODE = f"{YEAR}-VB"


def counted(session: Session, by: Person, code: str = CODE, on: date = TODAY) -> CountedReport:
    return count_report(acting(session, by), find_period(acting(session, by), code, on=on), on=on)


def report(board: BoardAtWork, code: str = CODE, role: Role = Role.MANAGER, on: date = TODAY) -> CountedReport:
    with open_reading(board.database) as s:
        return counted(s, board.staff[role], code, on)


def table(content: CountedReport, group: FigureGroup) -> ReportTable | None:
    tables = {table.group: table for section in content.sections for table in section.tables}
    return tables.get(group)


def number(
    content: CountedReport, group: FigureGroup, code: str = TOTAL, measure: Measure = Measure.NUMBER
) -> int | None:
    found = table(content, group)
    if found is None:
        return 0
    line = found.total if code == TOTAL else found.line(code)
    return line.now(measure) if line is not None else 0


# -- what the registers say ----------------------------------------------------------------------------------------


def lines_of(session: Session, by: Person, name: RegisterName, sheet: int = 0) -> list[dict[str, Any]]:
    """The rows of a register, each as heading -> cell."""
    found = sheets(session, name, by)
    headings = [column.heading.sv for column in found[sheet].columns]
    return [dict(zip(headings, line, strict=True)) for part in found[sheet].parts for line in part]


def within(day: object, window: TimeWindow) -> bool:
    return isinstance(day, date) and window.first <= day <= window.last


def figures_of_registers(filled: Session, today: date) -> set[FigureGroup]:
    """The groups of figures that were compared with the rows of the registers, in every board and period."""
    seen: set[FigureGroup] = set()
    for by in readers(filled):
        answered: Counter[str] = Counter()
        for year, part in itertools.product((today.year - 1, today.year), ("T1", "T2", "VB")):
            content = counted(filled, by, f"{year}-{part}", today)
            window = content.columns[0].window
            approvals = lines_of(filled, by, RegisterName.APPROVALS)
            refusals = lines_of(filled, by, RegisterName.REFUSALS)
            given = [row for row in approvals if within(row["Beslutsdatum"], window)]
            turned_down = [row for row in refusals if within(row["Beslutsdatum"], window)]
            wanted: dict[tuple[FigureGroup, str, Measure], int] = {}
            outcomes = FigureGroup.OUTCOMES
            wanted[outcomes, TOTAL, Measure.NUMBER] = len(given) + len(turned_down)
            wanted[outcomes, TOTAL, Measure.MONEY] = sum(row["Beviljat kr"] or 0 for row in given)
            wanted[outcomes, "refused", Measure.NUMBER] = sum(row["Beslut"] == "Avslå" for row in turned_down)
            wanted[outcomes, "dismissed", Measure.NUMBER] = sum(row["Beslut"] == "Avvisa" for row in turned_down)
            wanted[FigureGroup.GROUNDS, TOTAL, Measure.NUMBER] = len(turned_down)
            criterion = sum("Ett krav är inte uppfyllt" in row["Grund"] for row in turned_down)
            wanted[FigureGroup.GROUNDS, "criterion", Measure.NUMBER] = criterion
            opinions = [row for row in lines_of(filled, by, RegisterName.OPINIONS) if within(row["Möte"], window)]
            advice = FigureGroup.FOLLOWED_ADVICE
            wanted[advice, "followed", Measure.NUMBER] = sum(row["Följt (ja/nej)"] == "ja" for row in opinions)
            wanted[advice, "departed", Measure.NUMBER] = sum(row["Följt (ja/nej)"] == "nej" for row in opinions)
            wanted[advice, TOTAL, Measure.NUMBER] = len(opinions)
            payments = lines_of(filled, by, RegisterName.PAYMENTS)
            paid = [row for row in payments if within(row["Betald"], window)]
            wanted[FigureGroup.PAID, TOTAL, Measure.NUMBER] = len(paid)
            wanted[FigureGroup.PAID, TOTAL, Measure.MONEY] = sum(row["Belopp kr"] for row in paid)
            stops = lines_of(filled, by, RegisterName.PAYMENT_STOPS)
            stopped = sum(within(row["Beslutat"], window) for row in stops)
            wanted[FigureGroup.STOPS, "payment_stop", Measure.NUMBER] = stopped
            lifted = sum(within(row["Hävt datum"], window) for row in stops)
            wanted[FigureGroup.STOPS, "payment_release", Measure.NUMBER] = lifted
            reclaims = lines_of(filled, by, RegisterName.RECLAIMS)
            claims = [row for row in reclaims if within(row["Beslut"], window) and row["Status"] != "Upphävt"]
            wanted[FigureGroup.CLAIMS, TOTAL, Measure.NUMBER] = len(claims)
            wanted[FigureGroup.CLAIMS, TOTAL, Measure.MONEY] = sum(row["Återkrävt kr"] for row in claims)
            due = [
                row for row in lines_of(filled, by, RegisterName.FOLLOW_UP) if within(row["Redovisning senast"], window)
            ]
            came = [row for row in due if row["Inkom"] is not None]
            in_time = sum(row["Inkom"] <= row["Redovisning senast"] for row in came)
            wanted[FigureGroup.IN_TIME, "in_time", Measure.NUMBER] = in_time
            wanted[FigureGroup.IN_TIME, "late", Measure.NUMBER] = len(came) - in_time
            left = {row["Ärendenr"]: row["Kvar kr"] for row in approvals}
            neither = [row for row in due if row["Inkom"] is None and row["Genomgången"] is None]
            missing = sum(not left[row["Ärendenr"]] for row in neither)
            wanted[FigureGroup.IN_TIME, "missing", Measure.NUMBER] = missing
            if part == "VB":
                for code in ("confirmed", "refused", "rescinded", "cancelled", "other"):
                    answered[code] += number(content, FigureGroup.ANSWERED, code) or 0
                answered["came in"] += number(content, FigureGroup.SHOWN) or 0
            told = {key: number(content, *key) for key in wanted}
            assert told == wanted, (by.board, year, part)
            seen |= {group for (group, _code, _measure), value in wanted.items() if value}
        bookings = [row["Beslut"] for row in lines_of(filled, by, RegisterName.BOOKINGS)]  # of both years
        assert answered["confirmed"] == bookings.count("Bekräftad")
        assert answered["refused"] == bookings.count("Nekad")
        assert answered["rescinded"] == bookings.count("Avbokad av förvaltningen")
        cancelled = bookings.count("Avbokad")
        waiting = len(bookings) - sum(
            map(bookings.count, ("Bekräftad", "Nekad", "Avbokad av förvaltningen", "Avbokad"))
        )
        not_told = answered["came in"] - len(bookings)  # nobody has answered anything in them
        assert answered["other"] - waiting == not_told - (answered["cancelled"] - cancelled)
        seen |= {FigureGroup.ANSWERED} if bookings else set()
    return seen


def test_every_figure_is_what_the_registers_say(filled: Session) -> None:
    seen = figures_of_registers(filled, clock.now().date())
    assert seen >= {group for group in FIGURES if FIGURES[group].source is not FigureSource.TIMES} - NOT_IN_REGISTERS


NOT_IN_REGISTERS = {
    FigureGroup.RECEIVED,
    FigureGroup.PROPOSALS,
    FigureGroup.HEARD,
    FigureGroup.APPEALED,
    FigureGroup.RECOVERED,
    FigureGroup.COVERAGE,
    FigureGroup.SIGNALS,
    FigureGroup.SHOWN,
}


def late_reports(filled: Session, today: date) -> int:
    """How many late reports every page and the register tell alike; of a grant that is not paid none is owed."""
    seen = 0
    for manager in readers(filled):
        by = replace(manager, roles=frozenset({Role.CASEWORKER, Role.AUDITOR}))
        late = {
            row.case.number for row in listed_reports(acting(filled, by), ReportList.LATE, today, after=None, most=500)
        }
        assert count_reports(acting(filled, by), today)[ReportList.LATE] == len(late)
        assert count_late_reports(acting(filled, by), today)[0] == len(late)
        left = {row["Ärendenr"]: row["Kvar kr"] for row in lines_of(filled, by, RegisterName.APPROVALS)}
        told = {
            row["Ärendenr"]
            for row in lines_of(filled, by, RegisterName.FOLLOW_UP)
            if row["Redovisning senast"] < today
            and row["Inkom"] is row["Genomgången"] is None
            and not left[row["Ärendenr"]]
        }
        assert told == late
        seen += len(late)
    return seen


def test_late_reports_are_as_many_on_every_page_and_in_the_register(filled: Session) -> None:
    assert late_reports(filled, clock.now().date() + timedelta(days=60))


def money_of_budget_years(filled: Session, today: date) -> int:
    """What was granted by all budget years, where pages and register agree, in öre."""
    seen = 0
    for by in readers(filled):
        for year in {line.year for line in lines(filled, by.board_id)}:
            money = money_of_year(acting(filled, by), by, year)
            asked = RegisterSelection(on=today, year=year)
            given: dict[str, Any] = {"sheet": 1, "page": 1, "language": "sv"}
            approved, paid = (
                register_pages(filled, name, asked, **given)[1].money
                for name in (RegisterName.APPROVALS, RegisterName.PAYMENTS)
            )
            granted_sum = sum(line.granted for line in money)
            assert (approved.whole if approved else 0) == granted_sum
            assert (paid.paid if paid else 0) == sum(line.paid for line in money)  # of what holds no more, too
            seen += granted_sum
    return seen


def test_the_money_of_a_budget_year_is_that_of_the_registers(filled: Session) -> None:
    assert money_of_budget_years(filled, clock.now().date())


def test_every_figure_opens_as_many_cases_as_it_counts(filled: Session) -> None:
    """A case that is counted twice is shown once; of all others each is there."""
    today = clock.now().date()
    once = {FigureGroup.RECEIVED, FigureGroup.PROPOSALS, FigureGroup.OUTCOMES, FigureGroup.SHOWN, FigureGroup.IN_TIME}
    by = readers(filled)[0]
    content = counted(filled, by, f"{today.year}-VB", today)
    window, opened = content.columns[0].window, 0
    for section in content.sections:
        for one in section.tables:
            for line in (*one.lines, *([one.total] if one.total is not None else [])):
                found = cases_of_figure(acting(filled, by), one.group, line.code, window)
                told = line.now() or 0
                assert found.unseen == 0
                assert bool(found.seen) == bool(told), (one.group, line.code)
                assert found.seen == told if one.group in once else found.seen <= told
                assert len(filled.scalars(found.wanted).all()) == found.seen
                opened += 1
    assert opened > 30


# -- what a board does ---------------------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_a_report_counts_what_came_in_and_what_was_decided(group_board: BoardAtWork) -> None:
    board = group_board
    for place in range(3):
        board.receive(clean_facts(NUMBERS[place], f"Föreningen {place}"))
    board.receive(booking_facts(NUMBERS[4], "Bokaren"), kind=CaseKind.BOOKING)
    content = report(board)
    assert number(content, FigureGroup.RECEIVED) == 3
    assert number(content, FigureGroup.RECEIVED, measure=Measure.MONEY) == 3 * 40_000_00
    assert number(content, FigureGroup.SHOWN) == 1
    assert number(content, FigureGroup.OUTCOMES) == 0
    assert [content.until, content.ended, len(content.columns)] == [TODAY, False, 2]
    assert content_from_json(content_to_json(content)) == content


@pytest.mark.both_engines
def test_what_was_before_the_first_case_is_unknown_and_never_nothing(board: BoardAtWork) -> None:
    board.receive()
    content = report(board)
    found = table(content, FigureGroup.RECEIVED)
    assert found is not None
    assert found.total is not None
    assert list(found.total.cells[Measure.NUMBER]) == [1, None]
    earlier = report(board, f"{YEAR - 1}-VB")
    said = [one.sv for section in earlier.sections for one in section.sentences]
    assert "Hur många ansökningar som kom in är okänt." in said
    assert "Inga ansökningar kom in." not in " ".join(said)
    assert "Nämnden har inga bokningar i programmet." in said


def test_a_small_number_is_told_as_any_other(board: BoardAtWork) -> None:
    for place in range(3):
        board.receive(clean_facts(NUMBERS[place], f"Föreningen {place}"))
    content = report(board)
    assert number(content, FigureGroup.RECEIVED) == 3
    said = " ".join(one.sv for section in content.sections for one in section.sentences)
    assert "3 ansökningar kom in om sammanlagt 120 000 kr" in said.replace("\N{NO-BREAK SPACE}", " ")


def test_a_figure_is_the_boards_whole_and_its_cases_are_those_that_one_may_see(board: BoardAtWork) -> None:
    first = board.receive(clean_facts(NUMBERS[0], "Föreningen Ett")).number
    board.receive(clean_facts(NUMBERS[1], "Föreningen Två"))
    board.do(recuse_person, first, ConflictGround.CLOSE_PERSON)
    assert number(report(board, role=Role.CASEWORKER), FigureGroup.RECEIVED) == 2

    def behind(role: Role, group: FigureGroup = FigureGroup.RECEIVED, cell: str = TOTAL) -> FigureCases:
        with open_reading(board.database) as s:
            window = TimeWindow(date(YEAR, 1, 1), TODAY)
            return cases_of_figure(acting(s, board.staff[role]), group, cell, window)

    assert behind(Role.CASEWORKER)[1:] == (1, 1)
    assert behind(Role.MANAGER)[1:] == (2, 0)
    for role in (Role.FINANCE, Role.PREMISES, Role.ADMINISTRATOR):
        with pytest.raises(Refused):
            behind(role)
    with pytest.raises(Refused):
        behind(Role.MANAGER, FigureGroup.OUTCOMES, "finns-inte")


@pytest.mark.both_engines
def test_a_report_that_had_to_be_completed_counts_from_when_it_first_came(board: BoardAtWork) -> None:
    """Its day is the first one, too: what is asked for afterwards moves nothing between the times of a report."""
    granted(board, 5)
    day = TODAY + timedelta(days=5)
    with open_reading(board.database) as s:
        case = s.scalars(select(Case.number)).one()

    def came(on: date) -> dict[str, int | None]:
        found = table(report(board, on=on), FigureGroup.IN_TIME)
        return {line.code: line.now() for line in found.lines} if found is not None else {}

    later = {"at": NOW + timedelta(days=40)}
    assert came(day) == {"missing": 1}
    board.do(receive_report, case, told())
    asked = {"complete_by": day + timedelta(days=30), "version": None}
    board.do(read_report, case, ReportFinding.INCOMPLETE, "Vad hyran gällde.", **asked)
    assert came(day) == {"incomplete": 1}, "what has come is not whole, whatever day it came"
    board.do(receive_report, case, told(received_on=TODAY + timedelta(days=40)), **later)
    assert came(day) == {"in_time": 1}
    with open_reading(board.database) as s:
        row = s.scalars(select(GrantReport)).one()
        assert (row.first_received_on, row.received_on) == (TODAY, TODAY + timedelta(days=40))


@pytest.mark.both_engines
def test_an_opinion_is_met_by_what_was_decided_after_it_and_by_nothing_before(board: BoardAtWork) -> None:
    case = board.approve()
    met = []
    for moment in (NOW - timedelta(hours=1), NOW + timedelta(hours=1)):
        row = {
            "board_id": board.board_id,
            "case_id": case.id,
            "question": "Ska föreningen få bidrag?",
            "conditions": [],
            "outcome": Advice.ADVISES_AGAINST.value,
            "treated_at": moment,
        }
        with board.database.engine.begin() as connection:
            connection.execute(insert(Review).values(row))
        found = table(report(board), FigureGroup.FOLLOWED_ADVICE)
        assert found is not None
        met.append({line.code: line.now() for line in found.lines})
    assert met == [{"departed": 1}, {"departed": 1, "undecided": 1}]


@pytest.mark.both_engines
def test_what_was_sent_stays_and_what_has_changed_since_is_told(board: BoardAtWork) -> None:
    case = board.approve()
    kept = board.do(keep_report, CODE, report(board), role=Role.MANAGER)
    board.receive(clean_facts(NUMBERS[1], "Föreningen Sen"))
    board.do(reconsider_case, case.number, "Ny uppgift.", role=Role.DECISION_MAKER)
    with open_reading(board.database) as s:
        row = find_report_snapshot(s, board.board_id, kept.id)
        assert row is not None
        before = content_from_json(row.content)
        assert number(before, FigureGroup.RECEIVED) == 1
        assert (row.docx[:2], row.xlsx[:2]) == (b"PK", b"PK")
        changed = changes_since(acting(s, board.staff[Role.MANAGER]), row)
        assert (changed[0].reported, changed[0].now) == (1, 2)
        assert find_report_snapshot(s, board.board_id + 1, kept.id) is None
        assert [one.code for one in kept_reports(s, board.board_id)] == [CODE]
        assert trail_verification.verify_trail(s).problems == []
    assert refused(board, keep_report, CODE, report(board), role=Role.AUDITOR)[0] is Obstacle.FORBIDDEN


@pytest.mark.parametrize(
    ("code", "obstacle"),
    [
        (f"{YEAR + 1}-T1", Obstacle.INVALID),
        ("2026-X", Obstacle.MISSING),
        ("T1", Obstacle.MISSING),
        ("", Obstacle.MISSING),
    ],
)
def test_a_period_that_has_not_begun_or_is_none_is_told(board: BoardAtWork, code: str, obstacle: Obstacle) -> None:
    with pytest.raises(Refused) as found:
        report(board, code)
    assert (found.value.obstacle, [one.where for one in found.value.problems]) == (obstacle, ["period"])


def test_a_board_without_any_case_has_a_report_that_says_so(board: BoardAtWork) -> None:
    content = report(board)
    said = [one.sv for section in content.sections for one in section.sentences]
    assert "Inga ansökningar kom in" in said[0]
    assert all(not section.tables for section in content.sections)


def test_periods_are_the_boards_choice_and_what_was_sent_keeps_its_name(board: BoardAtWork) -> None:
    board.receive()
    kept = board.do(keep_report, CODE, report(board))
    whole = [PeriodRule("H1", 6, 30), PeriodRule("H2", 12, 31)]
    board.do(change_periods, whole)
    with open_reading(board.database) as s:
        assert period_rules(s, board.board_id) == tuple(whole)
        row = find_report_snapshot(s, board.board_id, kept.id)
        assert row is not None
        assert row.code == CODE
    assert report(board, f"{YEAR}-H2").columns[0].window.first == date(YEAR, 7, 1)
    assert refused(board, change_periods, [*whole, PeriodRule("H1", 3, 1)]) == (Obstacle.INVALID, ["periods"])
    assert refused(board, change_periods, list(SHIPPED_PERIODS), role=Role.AUDITOR)[0] is Obstacle.FORBIDDEN


def test_of_a_period_that_goes_on_last_year_is_counted_to_the_same_day(board: BoardAtWork) -> None:
    board.receive()
    content = report(board)
    assert content.columns[-1].window.last == TODAY.replace(year=YEAR - 1)
    later = report(board, on=date(YEAR + 1, 3, 1))
    assert later.ended
    assert later.columns[-1].window.last == date(YEAR - 1, 12, 31)


def test_the_work_can_be_followed_and_stopped(board: BoardAtWork) -> None:
    board.receive()
    heard: list[tuple[int, int]] = []

    def hear(done: int, total: int) -> bool:
        heard.append((done, total))
        return done < 5

    by = board.staff[Role.MANAGER]
    with open_reading(board.database) as s:
        period = find_period(acting(s, by), CODE, on=TODAY)
        with pytest.raises(Refused):
            count_report(acting(s, by), period, on=TODAY, heard=hear)
    assert [done for done, _total in heard] == [1, 2, 3, 4, 5]
    assert {total for _done, total in heard} == {2 * len(FigureSource)}
    with open_reading(board.database) as s:
        assert s.scalar(select(func.count(Case.id))) == 1
