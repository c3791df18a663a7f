"""A round of sixty applications and two grant schemes, clicked from last year's copy to the letters for all."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.browser.people import PASSWORD, signed_in
from vetting import clock
from vetting.kernel.register_tables import MARK

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.long]
CHANGED = 1_000
"""What the board granted of one row, in kronor."""
MONEY, MOST = 1_100_000, 40_000
"""What there is to share, and the most that one is proposed, in kronor."""


def unfold(page: Page, summary: str) -> None:
    page.locator("summary", has_text=summary).click()


def kronor(text: str) -> int:
    """The last amount of a text."""
    found = re.findall(r"(\d[\d\s]*?)\s+kr", text)
    assert found, text
    return int(re.sub(r"\D", "", found[-1]))


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).first.click()


def test_a_round_from_last_years_copy_to_letters_for_all(browser: Browser, address: str) -> None:
    with signed_in(browser, address, "caseworker.mitt") as page:
        page.goto(f"{address}/omgangar")
        page.get_by_role("link", name=re.compile(r"^Vårens bidrag \d+$")).first.click()
        this = page.url
        follow(page, "Kopiera till nästa år")
        page.get_by_role("button", name="Lägg till omgången").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Vårens bidrag")
        assert page.url != this
        share_money(page, this)
        item = put_forward(page, this)
    with signed_in(browser, address, "decision-maker.mitt") as page:
        decided = enter_decision(page, item)
    with signed_in(browser, address, "caseworker.mitt") as page:
        granted, refused = tell_all(page, decided)
        approvals = rows_by_paragraph(page, f"{address}/register/approvals/excel", "§ 80")
        refusals = rows_by_paragraph(page, f"{address}/register/refusals/excel", "§ 80")
    assert sum(row["Beviljat kr"] for row in approvals) == granted
    assert len(refusals) == refused
    assert {row["Grund"] for row in refusals} == {"Pengarna räcker inte; Andra ansökningar går före"}
    assert any(row["Beviljat kr"] == CHANGED for row in approvals)


def share_money(page: Page, this: str) -> None:
    """What was applied for, at most 40 000 kronor and until the money ends; why some get less is said of each."""
    page.goto(f"{this}/fordelning")
    with page.expect_download() as told:
        page.get_by_role("link", name="Till Excel").click()
    book = openpyxl.load_workbook(io.BytesIO(told.value.path().read_bytes()))
    sheet = book.worksheets[0]
    head = [str(cell.value).removeprefix(MARK) for cell in sheet[1]]
    left: float = MONEY
    for cells in list(sheet.iter_rows(min_row=2))[:-1]:
        row = dict(zip(head, cells, strict=True))
        applied, state = row["Sökt kr"].value, str(row["Läge"].value)
        if any(word in state for word in ("Återkallad", "Beslutad")) or not isinstance(applied, int | float):
            continue
        amount = min(applied, MOST, left)
        left -= amount
        row["Förslag kr"].value = amount
        if amount < applied:
            row["Skäl"].value = "Andra ansökningar har fler poäng"
    changed = io.BytesIO()
    book.save(changed)
    unfold(page, "Tillbaka från Excel")
    page.get_by_label("Fördelningen från Excel").set_input_files(
        {"name": "fordelning.xlsx", "mimeType": "application/octet-stream", "buffer": changed.getvalue()}
    )
    page.get_by_role("button", name="Läs in").click()
    expect(page.get_by_text("Fördelningen är inläst.")).to_be_visible()
    expect(page.locator("input.miss")).to_have_count(0)


def put_forward(page: Page, this: str) -> str:
    page.goto(f"{this}/fordelning")
    page.get_by_role("button", name=re.compile(r"Lämna \d+ förslag")).click()
    page.goto(f"{this}/arende")
    expect(page.locator("main")).to_contain_text("att bevilja")
    page.get_by_role("button", name="Skickat till nämnden").click()
    expect(page.get_by_role("link", name="Som det skickades")).to_be_visible()
    return page.url


def enter_decision(page: Page, item: str) -> str:
    """One row is changed, one is sent back, and the rest are decided as proposed."""
    page.goto(item)
    changed = page.get_by_role("link", name=re.compile("^Ändrades"))
    changed.nth(0).click()
    page.get_by_label("Annat belopp").check()
    page.get_by_label("Belopp, kr").fill(str(CHANGED))
    page.get_by_label("Skälen, som i protokollet").fill("Nämnden vill att fler får del av pengarna.")
    page.get_by_role("button", name="Spara").click()
    page.get_by_role("link", name=re.compile("^Ändrades")).nth(1).click()
    page.get_by_label("Återremitterat").check()
    page.get_by_label("Skälen, som i protokollet").fill("Nämnden vill veta mer om samverkan.")
    page.get_by_role("button", name="Spara").click()
    page.get_by_label("Sammanträdesdag").first.fill(clock.now().date().isoformat())
    page.get_by_label("Paragraf i protokollet").first.fill("§ 80")
    page.get_by_label("Jag är inte jävig").check()
    page.get_by_role("button", name="Skriv in beslutet").click()
    expect(page.get_by_role("heading", name=re.compile("1 ansökan är återremitterad"))).to_be_visible()
    follow(page, "Till protokollet och breven")
    return page.url


def tell_all(page: Page, decided: str) -> tuple[int, int]:
    """The days of the minutes, the extract, and a letter to each, written by a job and noted as sent by post.

    Returns what is granted together, in kronor, and how many were refused.
    """
    page.goto(decided)
    today = clock.now().date().isoformat()
    page.get_by_label("Justerat").fill(today)
    page.get_by_label("Anslaget uppe").fill(today)
    page.get_by_role("button", name="Spara dagarna").click()
    page.locator("input[name=extract]").set_input_files(
        {"name": "utdrag.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}
    )
    page.get_by_role("button", name="Lämna in").click()
    page.get_by_role("button", name=re.compile(r"Skriv \d+ brev")).click()
    expect(page.get_by_role("link", name="Läs och skicka breven")).to_be_visible()
    told = page.locator(".head p").first.inner_text()
    follow(page, "Läs och skicka breven")
    page.get_by_role("button", name="Skickade med posten").click()
    expect(page.get_by_role("status")).to_contain_text("brev är antecknade som skickade")
    page.goto(decided)
    many = re.search(r"(\d+) ansökningar är beslutade. (\d+) beviljas", told)
    assert many
    expect(page.locator("main")).to_contain_text(f"{many[1]} är skrivna, {many[1]} har skickats, av {many[1]}.")
    return kronor(told), int(many[1]) - int(many[2])


def rows_by_paragraph(page: Page, workbook: str, paragraph: str) -> list[dict[str, Any]]:
    """The rows of a register's first sheet with one paragraph, by their headings, read back from its workbook."""
    if not page.request.get(workbook).headers["content-type"].endswith("sheet"):  # it is asked for once more who one is
        page.goto(workbook)
        page.get_by_label("Lösenord").fill(PASSWORD)
        page.get_by_role("button", name="Fortsätt").click()
    sheet = openpyxl.load_workbook(io.BytesIO(page.request.get(workbook).body())).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    head = [str(name) for name in next(row for row in rows if row and "§" in row)]
    return [dict(zip(head, row, strict=True)) for row in rows if row[head.index("§")] == paragraph]
