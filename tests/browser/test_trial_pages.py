"""The pages in a real browser: axe finds nothing, no sideways scroll, the whole job by keyboard and without JavaScript."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.browser import shots
from tests.browser.people import violations
from tests.browser.shots import SAMPLES, SHOTS, open_page, upload

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

# Each kind of page, with widths and colours spread over them; Swedish, and every one in English once.
ROUNDS = [
    (name, width, colours, language)
    for place, name in enumerate(SHOTS)
    for width, colours, language in (
        ((390, "dark", "sv"), (1280, "light", "en")) if place % 2 else ((1280, "dark", "sv"), (390, "light", "en"))
    )
]


ROWS = 20
"""As many rows of a list have all that a page can show of one; sixty take axe three times as long."""


@pytest.fixture(scope="module")
def short_lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples, cut short."""
    folder = tmp_path_factory.mktemp("short")
    for name in ("ansokningar.xlsx", "bokningar.xlsx"):
        book = openpyxl.load_workbook(SAMPLES / name)
        book.worksheets[0].delete_rows(ROWS + 2, book.worksheets[0].max_row)
        book.save(folder / name)
    return folder


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def shown(page: Page, address: str, name: str, width: int, colours: str, language: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
    if language == "en":
        page.goto(f"{address}/prova")
        page.get_by_role("button", name="English").click()
        page.wait_for_selector("html[lang=en]")
    open_page(page, address, name)


@pytest.mark.parametrize(
    ("name", "width", "colours", "language"),
    [pytest.param(*one, marks=pytest.mark.long if one[-1] == "en" else ()) for one in ROUNDS],
)
def test_axe_finds_nothing_and_the_page_never_scrolls_sideways(
    page: Page,
    address: str,
    name: str,
    width: int,
    colours: str,
    language: str,
    short_lists: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shots, "SAMPLES", short_lists)
    shown(page, address, name, width, colours, language)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_axe_would_find_something(page: Page, address: str) -> None:
    page.goto(f"{address}/prova")
    page.evaluate("document.querySelector('label[for=rules]').remove()")
    assert any("select-name" in found for found in violations(page))


@pytest.mark.long
@pytest.mark.parametrize("width", [320, 640, 768, 1024, 1920])
def test_no_width_scrolls_sideways(page: Page, address: str, width: int) -> None:
    shown(page, address, "applications", width, "light", "sv")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.long
def test_text_spacing_clips_no_button_or_tag(page: Page, address: str) -> None:
    shown(page, address, "applications", 390, "light", "sv")
    page.evaluate("""() => { const sheet = new CSSStyleSheet(); sheet.replaceSync(
        '* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }');
        document.adoptedStyleSheets = [sheet]; }""")
    clipped = page.evaluate("""() => [...document.querySelectorAll('.ds-button, .st, .opt')].filter(e => e.offsetParent
        && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)).map(e => e.textContent.trim())""")
    assert clipped == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.long
@pytest.mark.parametrize("name", ["ask", "applications"])
def test_targets_are_large_enough(page: Page, address: str, name: str) -> None:
    shown(page, address, name, 390, "light", "sv")
    small = page.evaluate("""() => [...document.querySelectorAll('a, button, summary, .opt')].filter(e => e.offsetParent
        && !e.closest('p') && !e.matches('.skip')).map(e => [e.textContent.trim().slice(0, 40), e.getBoundingClientRect()])
        .filter(([, box]) => box.height < 24 || box.width < 24).map(([text]) => text)""")
    assert small == []


def focused(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("""() => { const e = document.activeElement, s = getComputedStyle(e);
        const frame = e.closest('.opt') ? getComputedStyle(e.closest('.opt')) : s;
        return {tag: e.tagName, name: e.name || '', text: (e.textContent || '').trim().slice(0, 60), id: e.id,
                outline: frame.outlineStyle !== 'none' && parseFloat(frame.outlineWidth) >= 2}; }""")
    return found


@pytest.mark.long
def test_the_keyboard_reaches_everything_in_order_and_the_focus_is_seen(page: Page, address: str) -> None:
    page.goto(f"{address}/prova")
    reached = []
    for _ in range(20):
        page.keyboard.press("Tab")
        where = focused(page)
        if where["tag"] == "BODY":
            break
        reached.append(where)
    assert reached[0]["text"] == "Hoppa till innehållet"
    names = [where["name"] for where in reached]
    assert names.index("rules") < names.index("file") < names.index("kind")
    assert any(where["text"] == "Granska listan" for where in reached)
    assert [where for where in reached if not where["outline"]] == []


@pytest.mark.long
def test_the_job_by_keyboard_only(page: Page, address: str) -> None:
    page.goto(f"{address}/prova")
    page.locator("select[name=rules]").focus()
    page.keyboard.type("Farsta 2021 med")
    page.locator("input[type=file]").set_input_files(SAMPLES / "ansokningar.xlsx")
    page.get_by_role("button", name="Granska listan").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("details.fi")
    page.locator("details.fi summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Antal medlemmar: 4. Krav: minst 5.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Hämta Excelfilen").focus()
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "ansokningar granskad.xlsx"


def test_the_job_without_javascript(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/prova")
    upload(page, "bokningar.xlsx")
    expect(page.get_by_role("heading", name="20 rader kräver en bedömning")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Hämta Excelfilen").click()
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    assert book.sheetnames[:2] == ["Vecka 48", "Översikt"]
    context.close()


@pytest.mark.long
def test_the_rows_are_filtered_by_what_is_to_be_done(page: Page, address: str) -> None:
    page.goto(f"{address}/prova")
    upload(page, "ansokningar.xlsx")
    expect(page.locator("details.fi:visible")).to_have_count(33)
    page.locator("details.group > summary").click()
    expect(page.locator("details.fi:visible")).to_have_count(60)
    page.get_by_role("radio", name="Kräver en bedömning 9").check()
    expect(page.locator("details.fi:visible")).to_have_count(9)
    expect(page.locator(".group:visible")).to_have_count(1)
    page.get_by_role("radio", name="Celler att rätta 6").check()
    expect(page.locator("details.fi:visible")).to_have_count(6)
    page.get_by_role("radio", name="Uppgifter saknas 18").check()
    expect(page.locator("details.fi:visible")).to_have_count(18)
    page.get_by_label("Alla 60").check()
    expect(page.locator("details.fi:visible")).to_have_count(60)


def test_the_browser_asks_no_other_host_and_logs_no_error(page: Page, address: str) -> None:
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(f"{address}/prova")
    upload(page, "ansokningar.xlsx")
    assert [url for url in asked if not url.startswith(address)] == []
    assert errors == []


def test_a_refused_form_says_so_first(page: Page, address: str) -> None:
    shown(page, address, "refused", 390, "light", "sv")
    summary = page.get_by_role("alert")
    expect(summary).to_be_visible()
    summary.get_by_role("link").first.click()
    assert focused(page)["id"] == "rules"


def test_the_language_and_the_colours_are_remembered(page: Page, address: str) -> None:
    page.goto(f"{address}/prova")
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="dark").click()
    page.goto(f"{address}/tillganglighet")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("html").get_attribute("data-color-scheme") == "dark"
    expect(page.get_by_role("heading", name="Accessibility")).to_be_visible()


def test_the_first_visit_is_light(page: Page, address: str) -> None:
    """At most 150 KB as sent to a browser that takes compressed files; measured as gzip would make them."""
    import gzip

    bodies: list[bytes] = []
    page.on("response", lambda response: bodies.append(response.body()))
    page.goto(f"{address}/prova", wait_until="networkidle")
    sizes = [len(body) if body[:4] == b"wOF2" else len(gzip.compress(body)) for body in bodies]
    assert len(sizes) >= 5
    assert sum(sizes) <= 150 * 1024
