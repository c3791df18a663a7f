"""Who is who, by clicking: a search with faults, a merge and its undo, a name settled; desk and phone, with and without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.people import signed_in
from tests.browser.test_case_pages import check

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.long]


@pytest.mark.parametrize(("width", "scripts"), [pytest.param(1280, True, marks=pytest.mark.thorough), (390, False)])
def test_two_records_are_made_one_and_taken_apart(
    browser: Browser,
    address: str,
    width: int,
    scripts: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    with signed_in(browser, address, "caseworker.norr", width=width, scripts=scripts) as page:
        page.goto(f"{address}/foreningar")
        page.locator("#q").fill("kvinoforenign tänkeholm")
        page.locator("main").get_by_role("button", name="Sök").click()
        expect(page.locator("#found-heading ~ *, .list li").first).to_be_visible()
        page.get_by_role("link", name="Kvinnoföreningen Tänkeholm").click()
        page.get_by_role("link", name="Jämför och slå ihop").click()
        if scripts:
            check(page)
        page.get_by_role("button", name="Slå ihop posterna").click()
        expect(page.get_by_role("link", name="BID-2026-0031")).to_be_visible()
        expect(page.get_by_text("skrivs också så").first).to_be_visible()
        page.goto(f"{address}/foreningar/41")  # the old address leads to the one that holds
        expect(page.get_by_role("heading", name="Kvinnoföreningen Tänkeholm")).to_be_visible()
        if scripts:
            check(page)
        page.get_by_role("button", name="Ångra sammanslagningen").click()
        expect(page.get_by_role("link", name="BID-2026-0031")).to_have_count(0)
        page.get_by_role("button", name="Inte samma förening").click()
        expect(page.get_by_text("Det står inte hur du vet det.").first).to_be_visible()
        page.get_by_label("Vad som skiljer dem").fill("Olika styrelser.")
        page.get_by_role("button", name="Inte samma förening").click()
        expect(page.get_by_text("Olika styrelser.")).to_be_visible()
        page.get_by_role("button", name="Ta tillbaka").click()
        expect(page.get_by_role("link", name="Jämför och slå ihop")).to_be_visible()


def test_a_name_that_nobody_has_seen_is_settled_from_the_case(browser: Browser, address: str) -> None:
    with signed_in(browser, address, "caseworker.norr") as page:
        page.goto(f"{address}/arenden/BID-2026-0032")
        page.get_by_role("link", name="Se efter vem det är").click()
        page.get_by_label("tidigare namn").check(force=True)
        page.get_by_role("button", name="Spara").click()
        expect(page.get_by_text("tidigare namn").first).to_be_visible()
        page.goto(f"{address}/arenden/BID-2026-0032")
        expect(page.get_by_role("link", name="Se efter vem det är")).to_have_count(0)
