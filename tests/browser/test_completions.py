"""Chosen cases asked for what they lack in one act, and the letters fetched; with and without scripts, desk and phone."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.people import signed_in
from tests.browser.test_case_pages import check

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.long]


@pytest.mark.parametrize(
    ("board", "width", "scripts"),
    [("soder", 1280, False), pytest.param("soder", 390, True, marks=pytest.mark.thorough)],
)
def test_many_are_asked_and_their_letters_fetched(
    browser: Browser,
    address: str,
    board: str,
    width: int,
    scripts: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    with signed_in(browser, address, f"caseworker.{board}", scripts=scripts, width=width) as page:
        page.goto(f"{address}/kompletteringar")
        page.goto(f"{address}/arenden/{page.locator('input[name=number]').nth(1).input_value()}")
        page.locator("dd a", has_text="Kontakt").click()
        page.get_by_label("E-post").fill("kontakt@forening.example")
        page.get_by_role("button", name="Spara adressen").click()
        expect(page.get_by_text("kontakt@forening.example").first).to_be_visible()
        page.goto(f"{address}/arenden")
        page.get_by_role("link", name="Att begära").click()
        if scripts:
            check(page)
        chosen = page.locator("#ask-number input[name=number]")
        assert chosen.count() > 1
        chosen.first.uncheck(force=True)  # its label lies over it, and is what is clicked
        left = chosen.first.input_value()
        page.locator("#ask-text").fill("Ring gärna.")
        page.get_by_role("button", name="Begär komplettering för de valda").click()
        expect(page.get_by_role("heading", name="Begäran om komplettering")).to_be_visible()
        expect(page.get_by_text(left)).to_have_count(0)
        if scripts:
            check(page)
        page.get_by_role("link", name="Skicka").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Brev att skicka")
        if scripts:
            check(page)
        with page.expect_download() as begun:
            page.get_by_role("button", name="Hämta breven (zip)").click()
        names = zipfile.ZipFile(io.BytesIO(begun.value.path().read_bytes())).namelist()
        assert {name.rpartition(".")[2] for name in names} == {"eml"}
        page.get_by_role("button", name="Skickade med e-post").click()
        expect(page.get_by_role("status")).to_contain_text("skicka")
        page.goto(f"{address}/kompletteringar")
        assert page.locator("#ask-number input[name=number]").input_value() == left
