"""`make shots`: pictures of every page in both widths, languages and colours, into build/shots."""

from __future__ import annotations

import sys
import tempfile
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.browser.conftest import FLAGS, chromium, free_port, start_server
from tests.browser.people import PAGES, PASSWORD
from tests.demonstration import fill
from vetting.shipped import shipped_folder

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

OUT = Path("build/shots")
README_PICTURES = Path("docs/user/pictures")
OF_README = ("queue", "week", "meeting-case")
"""Pages whose pictures stand in the README, 1280 wide and light."""
SAMPLES = shipped_folder("imports") / "samples"
WIDTHS = (1280, 390)
SHOTS: tuple[str, ...] = ("ask", "refused", "applications", "screened-bookings", "accessibility", "unknown")


def open_page(page: Page, address: str, name: str) -> None:
    """Brings the browser to one of the pages as a person gets there."""
    page.goto(f"{address}/tillganglighet" if name == "accessibility" else f"{address}/prova")
    if name == "unknown":
        page.goto(f"{address}/finns-inte")
    if name == "refused":
        page.locator("main button[type=submit]").click()
        page.wait_for_selector("#errors")
    if name in {"applications", "screened-bookings"}:
        upload(page, "ansokningar.xlsx" if name == "applications" else "bokningar.xlsx")
        page.locator("details.fi").first.locator("summary").first.click()


def open_as(page: Page, address: str, name: str) -> None:
    """One of the pages of the road, as the person whose page it is."""
    user, path = PAGES[name]
    page.goto(f"{address}/logga-in")
    if user:
        page.locator("#login").fill(user)
        page.locator("#password").fill(PASSWORD)
        page.locator("main button[type=submit]").click()
    page.goto(address + path)


def upload(page: Page, sample: str, rules: str = "farsta-2021-med-grundkrav") -> None:
    """Chooses rules and file and sends the form."""
    page.locator("select[name=rules]").select_option(rules)
    page.locator("input[type=file]").set_input_files(SAMPLES / sample)
    page.locator("main button[type=submit]").click()
    page.wait_for_selector("details.fi")


def take_pictures_of_readme(browser: Browser, address: str) -> None:
    """Writes the pictures of the README, the first screen of each page."""
    README_PICTURES.mkdir(parents=True, exist_ok=True)
    for name in OF_README:
        context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light")
        page = context.new_page()
        open_as(page, address, name)
        for _week in range(60 if name == "week" else 0):  # the year is filled as on the day of the tests
            if page.get_by_text("Inga bokningar den här veckan.").count() == 0:
                break
            page.get_by_role("link", name="Veckan före").click()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=README_PICTURES / f"{name}.png")
        context.close()


def main() -> int:
    """Writes the pictures; 1 when there is no browser."""
    found = chromium()
    if found is None:
        sys.stderr.write("Chromium is not installed here.\n")
        return 1
    OUT.mkdir(parents=True, exist_ok=True)
    port = free_port()
    server = start_server(port, fill(Path(tempfile.mkdtemp())).path)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=found, headless=True, args=list(FLAGS))
            for name, width, language in product((*SHOTS, *PAGES), WIDTHS, ("sv", "en")):
                dark = name in {"screened-bookings", "case-doubted", "queue-none"} or (
                    name == "ask" and width == WIDTHS[1]
                )
                context = browser.new_context(
                    viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
                )
                page = context.new_page()
                address = f"http://127.0.0.1:{port}"
                if language == "en":
                    page.goto(f"{address}/prova")
                    page.locator("button[name=language]").first.evaluate("button => button.click()")
                if name in PAGES:
                    open_as(page, address, name)
                else:
                    open_page(page, address, name)
                page.wait_for_load_state("networkidle")
                page.screenshot(
                    path=OUT / f"{name}-{width}-{language}{'-dark' if dark else ''}.png", full_page=width > 1000
                )
                context.close()
            take_pictures_of_readme(browser, f"http://127.0.0.1:{port}")
            browser.close()
    finally:
        server.terminate()
    return 0


if __name__ == "__main__":
    sys.exit(main())
