"""A grant's money by clicking, as the right people: two instalments, a batch, a stop between, a report, unused money."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pypdfium2
import pytest
from playwright.sync_api import expect

from tests.board import BoardAtWork
from tests.browser.people import violations
from tests.browser.test_legal_path import at_work, served
from vetting import clock
from vetting.casework.services import decisions
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.databases import Databases

pytestmark = pytest.mark.browser
CASE = "BID-2026-0001"


@pytest.fixture
def board(databases: Databases) -> BoardAtWork:
    return BoardAtWork.copied(databases, "sqlite")


def opened(page: Page, address: str, path: str) -> Page:
    page.goto(f"{address}{path}")
    assert violations(page) == []
    return page


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label).first.click()
    page.wait_for_load_state()


def downloaded(page: Page, link: str) -> bytes:
    with page.expect_download() as found:
        page.get_by_role("link", name=link).click()
    return Path(found.value.path()).read_bytes()


def test_a_grant_in_two_instalments_is_stopped_between_resumed_reported_and_partly_paid_back(
    browser: Browser, board: BoardAtWork
) -> None:
    board.receive()
    board.make_ready(CASE)
    board.do(decisions.declare_no_conflict, CASE, role=Role.DECISION_MAKER)
    later = clock.now().date() + timedelta(days=400)
    with served(board) as address:
        with at_work(browser, address, Role.CASEWORKER) as page:
            opened(page, address, f"/arenden/{CASE}/beslut")
            page.get_by_label("Bevilja", exact=True).check()
            page.get_by_label("Belopp (kr)").fill("40 000")
            page.get_by_label("Delbetalningar, en på varje rad").fill("60 %\nhälften")
            press(page, "Spara förslaget")
            expect(page.get_by_text("beloppet går inte att läsa").first).to_be_visible()
            page.get_by_label("Delbetalningar, en på varje rad").fill(f"60 %\n{later} resten; redovisning först")
            press(page, "Spara förslaget")
        with at_work(browser, address, Role.DECISION_MAKER) as page:
            opened(page, address, f"/arenden/{CASE}/beslut/bekrafta")
            expect(page.get_by_text("resten (redovisning först)")).to_be_visible()
            press(page, "Fatta beslut")
            expect(page.get_by_text("är fattat")).to_be_visible()
        board.ready_to_pay(account_checked=False)
        with at_work(browser, address, Role.FINANCE) as page:
            opened(page, address, "/utbetalningar")
            expect(page.get_by_text("Nytt konto, väntar på kontroll").first).to_be_visible()
            page.locator("summary").filter(has_text="Kontrollera kontot").first.click()
            page.get_by_label("Kontrollerat mot").first.select_option(label="Girots register över betalningsmottagare")
            page.get_by_role("radio").first.check()
            page.get_by_role("button", name="Kontot är kontrollerat").first.click()
            opened(page, address, "/utbetalningar/underlag")
            page.get_by_label("Planerade till och med").fill(f"{later + timedelta(days=9)}")
            press(page, "Gör ett utkast")
            assert violations(page) == []
            expect(page.get_by_role("cell", name="24 000 kr")).to_be_visible()  # the second part waits for a report
            press(page, "Lås och lämna till ekonomi")
            assert violations(page) == []
            rows = downloaded(page, "Exempel: valda kolumner som CSV").decode("utf-8-sig").split("\r\n")
            assert rows[1].split(",")[1:5:3] == [f"{CASE}-1", "24000.00"]
            sheet = openpyxl.load_workbook(io.BytesIO(downloaded(page, "Underlag, Excel"))).worksheets[0]
            assert 24_000 in [cell.value for cell in sheet[2]]
            paper = downloaded(page, "Underlag, PDF")
            text = pypdfium2.PdfDocument(paper)[0].get_textpage().get_text_bounded()
            assert f"{CASE}-1" in text
            assert "24 000" in text.replace("\u00a0", " ")
            assert downloaded(page, "Underlag, PDF") == paper
            opened(page, address, "/utbetalningar")
            page.get_by_role("row").filter(has_text="24 000").get_by_role("button", name="Markera betald").click()
            expect(page.get_by_text("är markerade som betalda")).to_be_visible()
            expect(page.get_by_text("Väntar på att redovisningen godkänns")).to_be_visible()
        with at_work(browser, address, Role.CASEWORKER) as page:
            opened(page, address, f"/arenden/{CASE}/redovisning")
            page.get_by_label("Kom som").select_option(label="Papper")
            page.get_by_label("Använt belopp (kr)").fill("20 000")
            page.get_by_label("Vad som har gjorts").fill("Kurser varje vecka, två färre än planerat.")
            press(page, "Den har kommit in")
            page.get_by_label("Godtagen med avvikelse").check()
            page.get_by_label("Avvikelsen, eller det som saknas").fill("Två kurser ställdes in.")
            press(page, "Spara granskningen")
            press(page, "Begär tillbaka")
            expect(page.get_by_text("4 000 kr").first).to_be_visible()
            assert violations(page) == []
        with at_work(browser, address, Role.DECISION_MAKER) as page:
            opened(page, address, "/utbetalningar")
            page.get_by_text("Stoppa", exact=False).first.click()
            page.get_by_label("Kravet det gäller").select_option(label="Ett villkor i beslutet, inget krav i reglerna")
            page.get_by_label("Motivering").fill("Årsmötet är inte hållet.")
            press(page, "Besluta om stopp")
            expect(page.get_by_text("Utbetalningen är stoppad.")).to_be_visible()
            page.get_by_text("Häv stoppet").first.click()
            page.get_by_label("Motivering").fill("Årsmötet hölls, och protokollet har kommit.")
            press(page, "Besluta att häva stoppet")
            expect(page.get_by_text("Stoppet är hävt.")).to_be_visible()
        with at_work(browser, address, Role.FINANCE) as page:
            opened(page, address, "/utbetalningar")
            page.get_by_role("row").filter(has_text="16 000").get_by_role("button", name="Markera betald").click()
            expect(page.get_by_text("Inget att betala.")).to_be_visible()
    with open_reading(board.database) as session:
        assert trail_verification.verify_trail(session).problems == []
