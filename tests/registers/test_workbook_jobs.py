"""A register of many rows as Excel: asked for, made beside the pages with what the asker may see, fetched by them for a day."""

from __future__ import annotations

import io
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from sqlalchemy import delete, select

from tests.acting import acting
from tests.board import NUMBERS, BoardAtWork, clean_facts, rules
from tests.factories import NOW
from tests.page_fixtures import board, colleague, on_that_day, one_line, somebody
from vetting import clock
from vetting.kernel.register_tables import RegisterName
from vetting.kernel.roles import Role
from vetting.kernel.store.jobs import DONE, FAILED, STOPPED, Job
from vetting.kernel.store.session import open_reading, open_technical
from vetting.operations.jobs import recurring_work
from vetting.operations.jobs.worker import Worker
from vetting.people.models.people import RoleAssignment
from vetting.registers import RegisterSelection, register_sheets, sheets, workbook_jobs
from vetting.registers.models import MadeWorkbook, content_of_job

if TYPE_CHECKING:
    from tests.databases import Databases
    from tests.page_fixtures import Somebody

__all__ = ["board", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
OTHER = "Idrottsföreningen Provsprånget"
ADDRESS = "/register/approvals/excel?q=en&fran=2026-01-01"


@pytest.fixture(autouse=True)
def many_are_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_SUMMED", 1)
    monkeypatch.setattr(sheets, "PART", 1)


@pytest.fixture
def granted(board: BoardAtWork) -> list[str]:
    """The numbers of two approved applications, of two associations."""
    return approved(board)


def approved(board: BoardAtWork) -> list[str]:
    other = clean_facts(NUMBERS[1], OTHER, giro_number="5050-1055")
    return [board.approve().number, board.approve(other).number]


def asked_for(auditor: Somebody, address: str = ADDRESS) -> str:
    """The address of the page of the job that was begun."""
    answer = auditor.send(address)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def work(board: BoardAtWork) -> Job:
    """The worker does what waits; the job as it ended."""
    assert Worker(board.database, rules(), clock.now).run_next()
    with open_reading(board.database) as session:
        return session.scalars(select(Job).order_by(Job.id.desc())).first()  # type: ignore[return-value] # it has run


def cells_of(content: bytes) -> list[list[Any]]:
    return [
        [cell.value for cell in row]
        for sheet in openpyxl.load_workbook(io.BytesIO(content))
        for row in sheet.iter_rows()
    ]


@pytest.mark.both_engines
def test_the_file_of_a_job_has_the_rows_that_one_file_at_once_would_have(databases: Databases, engine: str) -> None:
    at_work = BoardAtWork.copied(databases, engine)
    with closing(at_work.database):
        numbers = approved(at_work)
        auditor, selection = at_work.staff[Role.AUDITOR], RegisterSelection(on=NOW.date())
        at_work.do(workbook_jobs.ask_for, RegisterName.APPROVALS, selection, role=Role.AUDITOR)
        job = work(at_work)
        assert (job.state, job.done, job.total, job.told["rows"]) == (DONE, 2, 2, 2)
        with open_reading(at_work.database) as session:
            content = content_of_job(session, job.id)
            grants, _bookings = register_sheets(
                acting(session, auditor), RegisterName.APPROVALS, selection, language="sv"
            )
            rows = [row for part in grants.parts for row in part]
        assert content is not None
        cells = cells_of(content)
        assert [cell for row in cells[1:3] for cell in row if cell in numbers] == numbers
        assert [cell for row in rows for cell in row if cell in numbers] == numbers
        assert ["Av", f"{auditor.name}, {auditor.function}"] in [row[:2] for row in cells]


def test_of_many_rows_the_page_begins_a_job_and_says_how_far_it_has_come_and_then_where_the_file_is(
    board: BoardAtWork, granted: list[str]
) -> None:
    auditor = somebody(board, Role.AUDITOR)
    shown = "/register/approvals?q=en&fran=2026-01-01"
    assert f'action="{ADDRESS.replace("&", "&amp;")}"' in auditor.get(shown).text
    at_once = auditor.get(ADDRESS)
    assert (at_once.status_code, at_once.headers["Location"]) == (303, shown)
    page = asked_for(auditor)
    assert asked_for(auditor) == page  # of the same rows one at a time
    assert asked_for(auditor, "/register/approvals/excel?q=e") != page
    assert "0 av … rader" in auditor.get(page).text
    assert auditor.get(f"{page}/fil").status_code == 404
    assert f'href="{page}"' in auditor.get(shown).text
    work(board)
    told = one_line(auditor.get(page).text)
    assert "2 rader, som det stod 20 nov 2026 10.00." in told
    assert "data-at-work" not in told
    file = auditor.get(f"{page}/fil")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert all(any(number in row for row in cells_of(file.data)) for number in granted)
    assert "Excelfilen från" in auditor.get(shown).text
    one = auditor.get("/register/approvals/excel?q=Provsprånget")
    assert one.status_code == 200  # few rows come at once


def test_a_file_made_anew_is_of_the_same_day_and_round(board: BoardAtWork, granted: list[str]) -> None:
    assert granted
    auditor, chosen = somebody(board, Role.AUDITOR), f"lage={NOW.date()}&omgang={board.round_id}"
    page = asked_for(auditor, f"/register/approvals/excel?{chosen}")
    work(board)
    told = auditor.get(page).text
    assert f'action="/register/approvals/excel?{chosen.replace("&", "&amp;")}"' in told
    assert f"Läget den {NOW.date()}" in one_line(told)


def test_nobody_else_comes_to_what_somebody_has_asked_for(board: BoardAtWork, granted: list[str]) -> None:
    assert granted
    page = asked_for(somebody(board, Role.AUDITOR))
    work(board)
    other = colleague(board, Role.AUDITOR, "alex")
    assert [other.get(page).status_code, other.get(f"{page}/fil").status_code] == [404, 404]
    assert other.send(f"{page}/stoppa").status_code == 404
    assert page not in other.get("/register/approvals?q=en&fran=2026-01-01").text


def test_what_is_stopped_on_its_way_keeps_no_file(
    board: BoardAtWork, granted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert granted
    auditor = somebody(board, Role.AUDITOR)
    page = asked_for(auditor)
    heard: list[tuple[int, int]] = []
    really = Worker.report_progress

    def stopped_after_one(worker: Worker, job: Job, done: int, total: int) -> bool:
        if heard:
            assert auditor.send(f"{page}/stoppa").status_code == 303
        heard.append((done, total))
        return really(worker, job, done, total)

    monkeypatch.setattr(Worker, "report_progress", stopped_after_one)
    job = work(board)
    assert heard == [(1, 2), (2, 2)]
    assert job.state == STOPPED
    with open_reading(board.database) as session:
        assert session.scalars(select(MadeWorkbook.id)).all() == []
    assert "Ingen fil skapades" in auditor.get(page).text
    assert asked_for(auditor) != page


def test_no_more_rows_are_read_for_what_is_stopped(board: BoardAtWork, granted: list[str]) -> None:
    assert granted
    wanted = RegisterSelection(on=NOW.date())
    job = board.do(workbook_jobs.ask_for, RegisterName.APPROVALS, wanted, role=Role.AUDITOR)
    heard: list[int] = []

    def stopped(done: int, _total: int) -> bool:
        heard.append(done)
        return False

    assert workbook_jobs.make_workbook(board.database, job, at=NOW, heard=stopped) == {}
    assert set(heard) == {1}


def test_who_has_left_the_board_gets_no_file(board: BoardAtWork, granted: list[str]) -> None:
    assert granted
    asked_for(somebody(board, Role.AUDITOR))
    with open_technical(board.database) as session:
        session.execute(delete(RoleAssignment).where(RoleAssignment.user_id == board.staff[Role.AUDITOR].id))
    assert work(board).state == FAILED
    with open_reading(board.database) as session:
        assert session.scalars(select(MadeWorkbook.id)).all() == []


def test_a_file_lies_for_a_day(board: BoardAtWork, granted: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert granted
    auditor = somebody(board, Role.AUDITOR)
    page = asked_for(auditor)
    work(board)
    late = NOW + timedelta(hours=24)
    monkeypatch.setattr(clock, "now", lambda: late - timedelta(minutes=1))
    auditor = somebody(board, Role.AUDITOR)
    assert auditor.get(f"{page}/fil").status_code == 200
    monkeypatch.setattr(clock, "now", lambda: late)
    auditor = somebody(board, Role.AUDITOR)
    assert auditor.get(f"{page}/fil").status_code == 404
    assert "kan inte hämtas längre" in auditor.get(page).text
    while recurring_work.do_due(board.database, at=late + timedelta(minutes=1)):
        pass
    with open_reading(board.database) as session:
        assert session.scalars(select(MadeWorkbook.id)).all() == []
