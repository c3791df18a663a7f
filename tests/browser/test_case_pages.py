"""Every page of the road: no axe violation, no sideways scroll, every target large enough, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import expect

from tests.browser.people import PAGES, as_user, violations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser
LOOKS: tuple[tuple[int, Literal["light", "dark"]], ...] = (
    (1280, "light"),
    (390, "dark"),
    (1280, "dark"),
    (390, "light"),
)
ANOTHER_OF_ITS_KIND = {
    "queue-none",
    "case-doubted",
    "bookings",
    "new-booking",
    "booking",
    "check-answer",
    "check-several",
    "check-new",
    "check-open",
    "association-unsure",
    "association-premises",
    "case-unsure",
    "order-read",
    "people-manager",
    "personal-data-read",
    "delegated",
    "associations-register",
    "board-sheet-of-two",
    "refusals",
    "meeting-case",
    "meeting-opening",
    "letter-preview",
    "projected",
    "report-unread",
    "report-deviates",
    "approvals",
    "reclaim-register",
    "rules-new-criterion",
    "missing",
    "payments-made",
    "grant-change-waits",
    "deviations",
}
"""Pages drawn by a template that another page of the list is drawn by: other rows, another reader, another state."""


class Readers:
    """One page for each person and language, which goes from address to address."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.pages: dict[tuple[str, str], Page] = {}

    def opened(self, name: str, width: int, colours: Literal["light", "dark"], language: str = "sv") -> Page:
        user, path = PAGES[name]
        page = self.pages.get((user, language)) or self._begun(user, language)
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=colours)
        answer = page.goto(self.address + path)
        assert answer
        assert answer.status == {"forbidden": 403, "missing": 404}.get(name, 200)
        return page

    def _begun(self, user: str, language: str) -> Page:
        page = as_user(self.browser, self.address, user) if user else self.browser.new_context().new_page()
        if language == "en":
            page.goto(f"{self.address}/tillganglighet")
            page.locator("button[name=language]").first.evaluate("button => button.click()")
        self.pages[user, language] = page
        return page


@pytest.fixture(scope="module")
def readers(browser: Browser, address: str) -> Iterator[Readers]:
    found = Readers(browser, address)
    yield found
    for page in found.pages.values():
        page.context.close()


def check(page: Page) -> None:
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    small = page.evaluate("""() => [...document.querySelectorAll('a, button, summary, .opt, input, select')].filter(e => e.offsetParent
        && !e.closest('p, li, td, dd, h2') && !e.matches('.skip, [aria-hidden=true], input[type=radio], input[type=checkbox]'))
        .filter(e => { const b = e.getBoundingClientRect(); return b.width && (b.height < 24 || b.width < 24); })
        .map(e => e.outerHTML.slice(0, 120))""")
    assert small == []
    spilt = page.evaluate("""() => [...document.querySelectorAll('.ds-button, .st')].filter(e => e.offsetParent
        && e.scrollWidth > e.clientWidth + 1).map(e => e.textContent.trim())""")
    assert spilt == []


@pytest.mark.parametrize(
    ("place", "name"),
    [
        pytest.param(place, name, marks=pytest.mark.long if name in ANOTHER_OF_ITS_KIND else ())
        for place, name in enumerate(PAGES)
    ],
)
def test_a_page_is_for_everybody(readers: Readers, place: int, name: str) -> None:
    width, colours = LOOKS[place % 4]
    page = readers.opened(name, width, colours)
    for details in page.locator("details.fi, details.folded").all()[:6]:
        if details.is_visible():
            details.evaluate("e => { e.open = true }")
    for shut in page.locator("a[data-opens]").all()[:3]:
        if shut.is_visible():
            shut.click()
            expect(page.locator("summary:focus")).to_be_visible()
    check(page)


@pytest.mark.long
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.thorough if place % 10 else ()) for place, name in enumerate(PAGES)]
)
def test_a_page_in_english_has_no_swedish_and_is_for_everybody_too(readers: Readers, name: str) -> None:
    page = readers.opened(name, 390, "light", "en")
    assert page.locator("html").get_attribute("lang") == "en"
    text = page.locator("nav.nav, h1, h2, label, button").all_inner_texts()
    assert [
        word for line in text for word in line.split() if word in {"och", "är", "inte", "Ärende", "Spara", "Läge"}
    ] == []
    check(page)


@pytest.mark.long
@pytest.mark.parametrize("name", ["queue", "case", "draft", "meeting"])
def test_the_keyboard_reaches_every_control(readers: Readers, name: str) -> None:
    page = readers.opened(name, 1280, "light")
    wanted = page.evaluate("""() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
        .filter(e => e.checkVisibility() && !(e.tabIndex < 0 && [...document.links].some(o => o.href === e.href && o.tabIndex >= 0))
        && (!e.matches('input[type=radio]') || e.checked || ![...document.getElementsByName(e.name)].some(o => o.checked)
        && document.getElementsByName(e.name)[0] === e)).length""")
    reached: set[str] = set()
    for _ in range(wanted + 25):
        page.keyboard.press("Tab")
        mark = page.evaluate("""() => { const e = document.activeElement; if (e === document.body) return '';
            e.dataset.reached = e.dataset.reached || String(Math.random()); return e.dataset.reached; }""")
        if not mark and reached:
            break
        reached.add(mark)
    assert len(reached) >= wanted * 0.95, (len(reached), wanted)


def shut_points(page: Page) -> Locator:
    """The control points that wait for a person, as they stand closed in the line that they share."""
    shared = page.locator("details.several", has_text="Kräver bedömning")
    if shared.get_attribute("open") is None:
        shared.locator("> summary").click()
    return shared.locator("div.fi a")


OPENED = "details.fi:not(.several)"


def test_a_point_opens_in_its_place_and_what_is_typed_in_another_stays(browser: Browser, address: str) -> None:
    page = as_user(browser, address, "caseworker.norr")
    page.goto(f"{address}/arenden/BID-2026-0023")
    text = "Det jag redan har skrivit."
    for _ in range(2):
        shut_points(page).first.focus()
        page.keyboard.press("Enter")
        expect(page.locator(f"{OPENED} summary:focus")).to_be_visible()
        if page.locator(OPENED).count() == 1:
            page.get_by_label("Motivering").fill(text)
    assert page.locator(OPENED).count() == 2
    assert [box.input_value() for box in page.get_by_label("Motivering").all()].count(text) == 1
    page.keyboard.press("Enter")
    assert page.locator(f"{OPENED}[open]").count() == 1
    assert page.url.endswith("/arenden/BID-2026-0023")
    page.context.close()


def test_without_scripts_a_heading_opens_the_page_with_its_point_or_its_form(browser: Browser, address: str) -> None:
    page = as_user(browser, address, "caseworker.norr", java_script_enabled=False)
    page.goto(f"{address}/arenden/BID-2026-0023")
    shut_points(page).first.click()
    expect(page.locator(f"{OPENED}[open]").get_by_label("Motivering")).to_be_visible()
    page.get_by_role("link", name="Lägg till en handling").click()
    expect(page.locator("#document-file")).to_be_visible()
    assert page.locator(OPENED).count() == 0
    page.context.close()


def test_whoever_is_signed_out_when_a_point_is_opened_is_asked_to_sign_in(browser: Browser, address: str) -> None:
    page = as_user(browser, address, "caseworker.norr")
    page.goto(f"{address}/arenden/BID-2026-0023")
    point = shut_points(page).first
    page.context.clear_cookies()
    point.click()
    expect(page.get_by_label("Lösenord")).to_be_visible()
    page.context.close()
