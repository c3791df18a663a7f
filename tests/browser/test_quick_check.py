"""The quick check at the counter, by keyboard only: a key, a number, Enter; a question copied; somebody new added."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.people import ON_A_DESK, signed_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.mark.parametrize("width", ON_A_DESK)
def test_a_check_at_the_counter_by_keyboard_only(browser: Browser, address: str, width: int) -> None:
    with signed_in(browser, address, "premises.norr", width=width) as page:
        page.goto(f"{address}/bokningar")
        page.keyboard.press("/")
        page.keyboard.type("802999-0010")
        page.keyboard.press("Enter")
        page.wait_for_selector("#answer-heading")
        assert page.locator("#answer-heading").inner_text().endswith("arrangemanget: uppgifter saknas, fråga")
        page.focus("#f-organiser_of_record")
        for text in ("Föreningen själv", "Körövning", "Exempelperson", "20"):
            page.keyboard.type(text)
            page.keyboard.press("Tab")
        with page.expect_navigation():
            page.get_by_role("button", name="Kontrollera med de här uppgifterna").press("Enter")
        assert page.locator("#f-event_purpose").input_value() == "Körövning"
        question = page.locator("#question").input_value()
        assert question.startswith("Hej! För att kunna gå vidare behöver vi: ")
        assert "väntat antal" not in question  # it has been said
        with page.expect_navigation():
            page.get_by_role("button", name="Spara kontrollen").press("Enter")
        assert page.locator("#kept-heading").is_visible()
        assert page.get_by_role("link", name="Pensionärsföreningen Tänkeholm").count() >= 1


@pytest.mark.long
def test_somebody_new_is_added_with_the_questions_on_the_same_page_without_scripts(
    browser: Browser, address: str
) -> None:
    with signed_in(browser, address, "premises.norr", scripts=False) as page:
        page.goto(f"{address}/snabbkoll?q=kulturf%C3%B6reningen")
        page.get_by_role("link", name="Ingen av dem: lägg till föreningen").click()
        page.wait_for_selector("#f-name_in_application")
        page.locator("#f-name_in_application").fill("Kulturföreningen Nyponbacken")
        page.locator("#f-expected_visitors").fill("massor")
        page.get_by_role("button", name="Lägg till och skapa ärende").click()
        page.wait_for_selector("#errors")
        assert page.locator("#f-expected_visitors").input_value() == "massor"
        page.locator("#f-expected_visitors").fill("20")
        page.get_by_role("button", name="Lägg till och skapa ärende").click()
        page.wait_for_url("**/arenden/BOK-*")
        assert "Kulturföreningen Nyponbacken" in page.locator("h1").inner_text()


@pytest.mark.long
def test_the_key_is_turned_off_by_whoever_is_troubled_by_it(browser: Browser, address: str) -> None:
    with signed_in(browser, address, "premises.norr") as page:
        page.goto(f"{address}/bokningar")
        page.get_by_role("button", name="Tangenter: / söker, n är nästa").click()
        page.wait_for_load_state()
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") != "find"
