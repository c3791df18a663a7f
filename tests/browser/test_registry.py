"""The registrar's Monday in a real browser: the day's mail to the list and back, everything on one, sixty ended."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.board import SMALL, BoardAtWork, clean_facts
from tests.browser.people import signed_in
from tests.browser.test_legal_path import Clicks, at_work, number, served
from vetting import clock
from vetting.casework.domain.cases import CaseState
from vetting.casework.domain.document_statuses import DocumentStatus
from vetting.casework.models.cases import Case
from vetting.casework.models.letters import Letter
from vetting.casework.services import cases, documents
from vetting.casework.services.documents import NewDocument
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading
from vetting.operations.demonstration.mail import PAPERS
from vetting.people.domain.delegation import ENDING

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.databases import Databases

pytestmark = [pytest.mark.browser, pytest.mark.long]
KINDS = [DocumentStatus.ARRIVED] * 8 + [DocumentStatus.DRAWN_UP] * 2 + [DocumentStatus.SENT, DocumentStatus.WORKING]


@pytest.fixture
def board(databases: Databases) -> BoardAtWork:
    return BoardAtWork.copied(databases, "sqlite", way="small", ruleset=SMALL)


def mail_of_a_day(board: BoardAtWork) -> list[str]:
    """Twelve documents of all kinds in four cases of today."""
    now = clock.now()
    numbers = []
    for place in range(4):
        facts = clean_facts(number(place), f"Förening {place}")
        numbers.append(board.receive(facts, round_id=None).number)
    for place, status in enumerate(KINDS):
        new = NewDocument(
            name=f"fil {place}.txt",
            media_type="text/plain",
            content=f"Handling {place}".encode(),
            type="",
            dated=None,
            arrived_on=now.date(),
            state=status,
            title=f"Handling {place}",
        )
        board.do(documents.add_document, numbers[place % 4], new, at=now)
    return numbers


def hand_back(page: Page, address: str, book: openpyxl.Workbook, filled: Path) -> None:
    """The list goes back with its numbers."""
    book.save(filled)
    page.goto(f"{address}/diarium")
    page.get_by_label("Ifylld diarieföringslista").set_input_files(filled)
    page.get_by_role("button", name="Läs in numren").click()


def test_a_days_mail_goes_to_the_list_and_its_numbers_come_back(
    browser: Browser, board: BoardAtWork, tmp_path: Path
) -> None:
    numbers = mail_of_a_day(board)
    with served(board) as address, at_work(browser, address, Role.REGISTRAR) as page:
        page.goto(f"{address}/i-dag")
        expect(page.get_by_text("står inte i någon diarieföringslista")).to_be_visible()
        page.get_by_role("link", name="Gör listan").click()
        expect(page.get_by_role("heading", name="Ärenden utan diarienummer 4")).to_be_visible()
        page.get_by_label("Från", exact=True).fill("2020-01-01")
        page.get_by_role("button", name="Gör listan").click()
        expect(page.get_by_role("heading", name="Diarieföringslista")).to_be_visible()
        with page.expect_download() as fetched:
            page.get_by_role("link", name="Hämta listan (Excel)").click()
        book = openpyxl.load_workbook(io.BytesIO(fetched.value.path().read_bytes()))
        sheet = book.worksheets[0]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        assert len(rows) == 4 + 11  # four applications, eleven documents: working material stands in no list
        with page.expect_download() as zipped:
            page.get_by_role("link", name="Hämta med filerna (zip)").click()
        names = zipfile.ZipFile(zipped.value.path()).namelist()
        assert [name.split(" ")[1:3] for name in names[:-1]] == [[row[0], str(row[1])] for row in rows]
        for row in sheet.iter_rows(min_row=2):
            row[2].value = f"EXN 2026/{300 + numbers.index(str(row[0].value))}"
            row[3].value = str(row[1].value)
        hand_back(page, address, book, tmp_path / "ifylld.xlsx")
        expect(page.get_by_text("4 ärenden fick diarienummer, 15 handlingar fick nummer.")).to_be_visible()
        assert page.get_by_role("heading", name="Ärenden utan diarienummer").count() == 0
        page.locator("#find").fill("EXN 2026/302")
        page.locator("#find").press("Enter")
        expect(page.get_by_role("heading", name="Förening 2")).to_be_visible()
    with open_reading(board.database) as s:
        assert trail_verification.verify_trail(s).problems == []


def test_everything_on_an_association_is_answered_by_four_clicks(browser: Browser, board: BoardAtWork) -> None:
    numbers = mail_of_a_day(board)
    board.do(cases.add_note, numbers[1], "Kassören, 19850101-1234, ringde.", official=True, at=clock.now())
    with served(board) as address, at_work(browser, address, Role.REGISTRAR) as page:
        counted = Clicks(page)
        page.goto(f"{address}/foreningar")
        page.locator("main input[type=search]").fill("Förening 1")
        page.locator("main input[type=search]").press("Enter")
        counted.click(page.get_by_role("link", name="Förening 1"))
        counted.click(page.get_by_role("link", name="Alla handlingar"))
        expect(page.get_by_role("heading", name="Allt om föreningen")).to_be_visible()
        expect(page.get_by_text("något som liknar ett personnummer")).to_be_visible()
        with page.expect_download() as listed:
            counted.click(page.get_by_role("link", name="Hämta listan (Excel)"))
        rows = openpyxl.load_workbook(io.BytesIO(listed.value.path().read_bytes())).worksheets[0].max_row - 1
        with page.expect_download() as zipped:
            counted.click(page.get_by_role("link", name="Hämta allt (zip)"))
        archive = zipfile.ZipFile(io.BytesIO(zipped.value.path().read_bytes()))
        assert len(archive.namelist()) == rows + 1 == 6
        assert counted.count == 4


def proposed(page: Page, address: str, which: str, why: str) -> None:
    """All of the first page of the queue that are ticked are proposed to be ended."""
    page.goto(f"{address}/arenden?alla=1")
    for box in page.locator("input[name=number]").all():
        box.check()
    page.get_by_role("button", name="Avskriv …").click()
    page.get_by_label(which).check()
    page.get_by_label("Vad har hänt?").fill(why)
    page.get_by_role("button", name="Föreslå att avskriva").click()


def test_sixty_withdrawn_and_lapsed_cases_end_in_one_stroke_with_letters(browser: Browser, board: BoardAtWork) -> None:
    board.delegate(Role.DECISION_MAKER, kinds=[ENDING], point="5.1")
    for place in range(60):
        case = board.receive(clean_facts(number(place), f"Förening {place:02}"))
        if place < 30:
            board.do(cases.withdraw_case, case.number, at=clock.now())
    with served(board) as address:
        with at_work(browser, address, Role.CASEWORKER) as page:
            proposed(page, address, "Det som ansökan gällde är inte längre aktuellt", "Projektet är inställt.")
            expect(page.get_by_text("30 ärenden är föreslagna att avskrivas.")).to_be_visible()
        with at_work(browser, address, Role.DECISION_MAKER) as page:
            page.goto(f"{address}/i-dag")
            expect(page.get_by_text("60 ärenden", exact=True)).to_be_visible()
            page.get_by_role("link", name="Avskriv").first.click()
            page.get_by_role("button", name="Avskriv de ikryssade").click()
            expect(page.get_by_text("60 ärenden är avskrivna")).to_be_visible()
        with at_work(browser, address, Role.CASEWORKER) as page:
            page.goto(f"{address}/brev")
            for box in page.locator("input[name=letter]").all():
                box.check()
            with page.expect_download() as fetched:
                page.get_by_role("button", name="Hämta breven (zip)").click()
            assert zipfile.ZipFile(fetched.value.path()).namelist() == ["att-skriva-ut.pdf"]
    with open_reading(board.database) as s:
        found = s.query(Case.state).all()
        assert {state for (state,) in found} == {CaseState.DISCONTINUED}
        assert s.query(Letter).count() == 60


def test_the_demonstrations_mail_of_the_day_goes_the_same_way(browser: Browser, address: str, tmp_path: Path) -> None:
    with signed_in(browser, address, "registrar.norr") as page:
        page.goto(f"{address}/i-dag")
        page.get_by_role("link", name="Gör listan").click()
        page.get_by_role("button", name="Gör listan").click()
        with page.expect_download() as fetched:
            page.get_by_role("link", name="Hämta listan (Excel)").click()
        book = openpyxl.load_workbook(io.BytesIO(fetched.value.path().read_bytes()))
        sheet, titles = (
            book.worksheets[0],
            {paper.title for paper in PAPERS if paper.status is not DocumentStatus.WORKING},
        )
        mail = [row for row in sheet.iter_rows(min_row=2) if row[6].value in titles]
        assert len(PAPERS) == 12
        assert {str(row[6].value) for row in mail} == titles
        assert {str(row[5].value) for row in mail} == {"Inkommen", "Upprättad här", "Skickad"}
        for place, row in enumerate(mail):
            row[3].value = f"{place + 1}"
        hand_back(page, address, book, tmp_path / "ifylld.xlsx")
        expect(page.get_by_text("11 handlingar fick nummer.")).to_be_visible()
        case, dnr = str(mail[0][0].value), str(mail[0][2].value)
        page.locator("#find").fill(dnr)
        page.locator("#find").press("Enter")
        page.goto(f"{address}/arenden/{case}/handlingar")
        expect(page.get_by_role("link", name=str(mail[0][6].value)).first).to_be_visible()
        assert dnr in page.content()
