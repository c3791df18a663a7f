"""A list from nobody knows where: handed in, mapped, looked at, taken in, taken back, and known the next time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.browser.people import ON_A_DESK, ON_A_PHONE, signed_in
from tests.browser.test_case_pages import check
from vetting.shipped import shipped_folder

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.long]
SAMPLES = shipped_folder("imports") / "samples"


def hand_in(page: Page, address: str, file: Path) -> None:
    page.goto(f"{address}/import")
    page.set_input_files("#file", file)
    page.get_by_role("button", name="Öppna listan").click()


@pytest.mark.parametrize("width", ON_A_PHONE)
def test_an_unknown_list_is_mapped_taken_in_taken_back_and_known_again(
    browser: Browser, address: str, tmp_path: Path, width: int
) -> None:
    """Without scripts, on a desk and on a phone."""
    name = f"Ett annat system {width}"
    with signed_in(browser, address, "caseworker.mitt", scripts=False, width=width) as page:
        for turn, who in enumerate(("Provby Gymnaster", "Provby Kören")):
            file = tmp_path / f"vecka {turn} {width}.csv"
            file.write_text(
                f"Bokande part {width};Lokalitet {width};Vilken dag {width};Från klockan\n{who} {width};Sal A;2026-12-01;18:00\n"
                f"Provby Schack {turn} {width};Sal B;2026-12-02;19:00\n",
                encoding="cp1252",
            )
            hand_in(page, address, file)
            if turn == 0:
                expect(page.get_by_text("Rubrikerna känns inte igen.")).to_be_visible()
                page.get_by_label("Listan innehåller").select_option("booking")
                page.get_by_role("button", name="Visa kolumnerna").click()
                page.get_by_label("Vad kolumn A betyder").select_option("name_in_application")
                page.get_by_label("Vad kolumn B betyder").select_option("room")
                page.get_by_label("Vad kolumn C betyder").select_option("event_starts_at")
                page.get_by_label("Spara kolumnerna under ett namn").fill(name)
                page.get_by_role("button", name="Provläs listan").click()
            expect(page.get_by_text(f"· {name}")).to_be_visible()
            page.get_by_role("button", name="Läs in 2 rader").click()
            expect(page.get_by_text("2 rader är inlästa.")).to_be_visible()
            page.locator("summary", has_text="Ångra inläsningen").first.click()
            page.get_by_role("button", name="Ångra inläsningen").first.click()
            expect(page.get_by_text("Ångrad").first).to_be_visible()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(path.name, marks=() if path.name == "ansokningar.xlsx" else pytest.mark.thorough)
        for path in sorted(SAMPLES.iterdir())
    ],
)
def test_each_shipped_sample_is_imported_by_clicking_undone_and_imported_again(
    browser: Browser, address: str, name: str
) -> None:
    with signed_in(browser, address, "caseworker.soder") as page:
        for _ in range(2):
            hand_in(page, address, SAMPLES / name)
            page.get_by_role("button", name="Läs in").click()
            expect(page.get_by_text("rader är inlästa.")).to_be_visible()
            page.locator("summary", has_text="Ångra inläsningen").first.click()
            page.get_by_role("button", name="Ångra inläsningen").first.click()


@pytest.mark.parametrize("width", [1280, 390])
def test_every_state_of_an_import_is_accessible(browser: Browser, address: str, tmp_path: Path, width: int) -> None:
    unknown = tmp_path / "okand.csv"
    unknown.write_text(
        "Vem;Ident\nFöreningen Prov Ett;802999-0234\nFöreningen Prov Två;802999-0341\n", encoding="utf-8"
    )
    broken = tmp_path / "trasig.xlsx"
    broken.write_bytes(b"PK\x03\x04")
    with signed_in(browser, address, "caseworker.norr", width=width) as page:
        for file in (unknown, broken, SAMPLES / "ansokningar.xlsx"):
            hand_in(page, address, file)
            check(page)
            page.get_by_role("button", name="Ta bort").click()


@pytest.mark.parametrize("width", ON_A_DESK)
def test_a_list_is_downloaded_changed_in_its_open_columns_and_sent_back(
    browser: Browser, address: str, tmp_path: Path, width: int
) -> None:
    with signed_in(browser, address, "caseworker.norr", width=width) as page:
        page.goto(f"{address}/arenden")
        with page.expect_download() as coming:
            page.get_by_role("button", name="Hämta som Excel").click()
        file = tmp_path / coming.value.suggested_filename
        coming.value.save_as(file)
        book = openpyxl.load_workbook(file)
        sheet = book.worksheets[0]
        at = {str(cell.value).removeprefix("✎ "): int(cell.column or 0) for cell in sheet[1]}
        number = str(sheet.cell(2, 1).value)
        sheet.cell(2, at["Diarienummer"]).value = f"PROV {width}"
        sheet.cell(2, at["Läge"]).value = "Beslutad"
        sheet.cell(3, 1).value = "BID-1999-0001"
        book.save(file)
        hand_in(page, address, file)
        expect(page.get_by_text(f"PROV {width}")).to_be_visible()
        expect(page.get_by_text("Läses inte: Org.nr, Omgång, Inkom, Frist, Läge, Förslag.")).to_be_visible()
        check(page)
        page.get_by_role("button", name="Ändra i 1 ärende").click()
        expect(page.get_by_text("1 ärende är ändrat.")).to_be_visible()
        check(page)
        page.goto(f"{address}/arenden/{number}")
        expect(page.get_by_text(f"PROV {width}").first).to_be_visible()
