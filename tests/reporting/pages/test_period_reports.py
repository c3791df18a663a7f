"""The pages of reports: ready to paste, with cases behind, files read back, kept, waited for."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import docx
import openpyxl
import pytest

from tests.board import NUMBERS, booking_facts, clean_facts
from tests.factories import NOW, TODAY
from tests.page_fixtures import board, kim, on_that_day, one_line, somebody
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Role
from vetting.operations.jobs.worker import Worker
from vetting.reporting.services import report_jobs
from vetting.rules.services.rulebook import load_rules
from vetting.shipped import shipped_folder

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
CODE = f"{TODAY.year}-VB"
PAGE = f"/rapport/{CODE}"


@pytest.fixture
def three(board: BoardAtWork) -> BoardAtWork:
    """A board with three applications."""
    for place in range(3):
        board.receive(clean_facts(NUMBERS[place], f"Föreningen {place}"))
    return board


def test_each_figure_leads_to_its_cases_for_who_sees_them(three: BoardAtWork, kim: Somebody) -> None:
    page = one_line(kim.get(PAGE).text)
    assert "120 000" in page
    address = re.search(rf'href="({PAGE}/tal/inkomna/total[^"]*)"', page)
    assert address
    cases = kim.get(address[1]).text
    assert "3 ärenden" in cases
    assert all(f"Föreningen {place}" in cases for place in range(3))
    finance = somebody(three, Role.FINANCE)
    told = finance.get(PAGE).text
    assert "120 000" in one_line(told)
    assert f"{PAGE}/tal/" not in told
    assert finance.get(address[1]).status_code == 403


def test_the_files_say_what_the_page_says_with_numbers_as_numbers(three: BoardAtWork, kim: Somebody) -> None:
    three.receive(booking_facts(NUMBERS[3], "Bokaren"), kind=CaseKind.BOOKING)
    for place in range(7):
        three.receive(clean_facts("", f"Gruppen {place}"), round_id=None)
    written = docx.Document(io.BytesIO(kim.get(f"{PAGE}.docx").data))
    said = " ".join(paragraph.text for paragraph in written.paragraphs)
    assert f"Uppföljning {CODE}" in said
    assert "10\N{NO-BREAK SPACE}ansökningar kom in" in said
    cells = [[cell.text for cell in row.cells] for row in written.tables[0].rows]
    assert cells[-1][:2] == ["Summa", "10"]
    book = openpyxl.load_workbook(io.BytesIO(kim.get(f"{PAGE}.xlsx").data))
    assert book.sheetnames[:2] == ["Meningar", "Ansökningar"]
    rows = list(book["Ansökningar"].iter_rows(values_only=True))
    total = next(row for row in rows if row[1] == "Summa")
    assert total[2] == 10
    assert total[3] == "okänt"
    assert isinstance(total[4], int | float)
    bookings = [row for row in book["Bokningar"].iter_rows(values_only=True) if row[1] == "Summa"]
    assert bookings[0][2] == 1


def shown_on(page: str) -> str:
    found = re.search(r'name="shown" value="(\d+)"', page)
    assert found
    return found[1]


def test_what_was_sent_is_kept_with_its_files_and_told_when_it_differs(three: BoardAtWork) -> None:
    manager = somebody(three, Role.MANAGER)
    page = manager.get(PAGE).text
    three.receive(booking_facts(NUMBERS[3], "Bokaren"), kind=CaseKind.BOOKING)
    stale = manager.send(f"{PAGE}/skickad", shown=shown_on(page))
    assert stale.status_code == 409
    assert "Siffrorna har ändrats" in stale.text
    answer = manager.send(f"{PAGE}/skickad", shown=shown_on(manager.get(PAGE).text))
    assert answer.status_code == 303
    sent = str(answer.headers["Location"])
    assert "Sparad som den skickades" in manager.get(sent).text
    before = manager.get(f"{sent}.xlsx").data
    assert "Ändrat sedan" not in manager.get(PAGE).text
    three.receive(clean_facts(NUMBERS[4], "Föreningen Sen"))
    page = one_line(manager.get(PAGE).text)
    assert "Ändrat sedan rapporten skickades" in page
    assert "3 → 4" in page
    assert manager.get(f"{sent}.xlsx").data == before
    auditor = somebody(three, Role.AUDITOR)
    assert auditor.get(sent).status_code == 200
    assert auditor.send(f"{PAGE}/skickad").status_code == 403


def test_the_periods_are_typed_and_what_is_none_is_told(kim: Somebody) -> None:
    page = kim.get("/rapport").text
    assert CODE in page
    answer = kim.send("/rapport/perioder", periods="H1 06-31")
    assert answer.status_code == 422
    assert "H1 06-31" in answer.text
    assert kim.send("/rapport/perioder", periods="H1 06-30\nH2 12-31").status_code == 303
    page = kim.get("/rapport").text
    assert f"{TODAY.year}-H2" in page
    assert CODE not in page
    assert kim.get(PAGE).status_code == 404


def test_a_period_ahead_is_told_and_one_that_is_none_is_not_found(kim: Somebody) -> None:
    ahead = kim.get(f"/rapport/{TODAY.year + 1}-T1")
    assert ahead.status_code == 422
    assert "har inte börjat" in ahead.text
    for none in (
        "2026-X",
        "igår",
        f"{CODE}/tal/finns-inte/total",
        f"{CODE}/tal/utfall/finns-inte",
        f"{CODE}/tal/utfall/total?tid=9",
    ):
        assert kim.get(f"/rapport/{none}").status_code == 404


def test_of_many_cases_a_job_counts_the_report(
    three: BoardAtWork, kim: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_jobs, "MOST_AT_ONCE", 2)
    page = kim.get(PAGE).text
    assert "räknas fram i bakgrunden" in page
    assert kim.get(f"{PAGE}.docx").status_code == 303
    assert kim.send(f"{PAGE}/rakna").status_code == 303
    assert kim.send(f"{PAGE}/rakna").status_code == 303  # one at a time
    assert "Pågår" in kim.get(PAGE).text
    assert kim.send(f"{PAGE}/stoppa").status_code == 303
    assert "Räkna fram" in kim.get(PAGE).text
    kim.send(f"{PAGE}/rakna")
    rules = load_rules(shipped_folder("rules"), shipped_folder("imports"))
    worker = Worker(three.database, rules, lambda: NOW)
    assert worker.run_next()
    done = one_line(kim.get(PAGE).text)
    assert "Räkna om" in done
    assert "Inkomna ansökningar efter bidragsform" in done
    assert kim.get(f"{PAGE}.docx").status_code == 200
