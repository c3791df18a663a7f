"""The sheet with its script: keys as in a sheet, a pasted column, sums that follow, one's latest taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.people import signed_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.long]
SHEET = "/omgangar/2/fordelning"
PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text", text);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def amounts(page: Page) -> list[Locator]:
    return page.locator("input[name^='amount-']").all()


def test_a_sheet_is_written_by_keys_alone_and_its_sums_follow(browser: Browser, address: str) -> None:
    with signed_in(browser, address, "caseworker.norr") as page:
        page.goto(f"{address}{SHEET}")
        cells = amounts(page)
        cells[0].focus()
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.keyboard.type("12345")
            page.keyboard.press("Enter")
        expect(cells[1]).to_be_focused()
        expect(page.locator("tbody tr").first.locator("td").last).to_have_text("12\u00a0345")
        page.keyboard.press("ArrowUp")
        expect(cells[0]).to_be_focused()
        expect(page.locator("#saved")).to_contain_text("Sparat")
        page.reload()
        expect(amounts(page)[0]).to_have_value("12\u00a0345")


def test_a_pasted_column_fills_the_cells_below_and_a_word_in_it_is_told_there(browser: Browser, address: str) -> None:
    with signed_in(browser, address, "caseworker.norr") as page:
        page.goto(f"{address}{SHEET}")
        names = [cell.get_attribute("name") for cell in amounts(page)]
        amounts(page)[2].focus()
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.evaluate(PASTE, "1000\n2000\n3 000\n")
        page.reload()
        kept = [page.locator(f"input[name='{name}']").input_value().replace("\u00a0", " ") for name in names[2:5]]
        assert kept == ["1 000", "2 000", "3 000"]
        amounts(page)[0].focus()
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.evaluate(PASTE, "4000\nmycket\n")
        wrong = page.locator(f"input[name='{names[1]}']")
        expect(wrong).to_have_attribute("aria-invalid", "true")
        expect(wrong).to_have_value("mycket")
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            wrong.fill("5000")
            wrong.press("Enter")
        expect(wrong).not_to_have_attribute("aria-invalid", "true")


def test_more_than_the_budget_is_told_at_once_and_is_taken_back(browser: Browser, address: str) -> None:
    with signed_in(browser, address, "caseworker.norr") as page:
        page.goto(f"{address}{SHEET}")
        expect(page.locator("#left b")).not_to_be_empty()
        before = page.locator("#proposed").inner_text()
        cell = amounts(page)[6]
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            cell.fill("9999999")
            cell.press("Enter")
        expect(page.locator(".ferr")).to_contain_text("Beloppet är större än det sökta.")
        expect(page.locator("#proposed")).to_have_text(before)  # what is not kept is not counted
        cell.fill("")
        cell.press("Enter")
        asked = page.locator("tr[data-case]:has(input[name^='amount-']) .so").all_inner_texts()
        amounts(page)[0].focus()
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.evaluate(PASTE, "\n".join(asked) + "\n")
        expect(page.locator("#left")).to_have_class("late")
        expect(page.locator("#proposed")).not_to_have_text(before)
        expect(page.locator("#left")).to_contain_text("över")
        page.get_by_role("button", name="Ångra mitt senaste").click()
        expect(page.locator("#left")).not_to_have_class("late")


def test_a_second_window_of_the_same_person_writes_nothing_over(browser: Browser, address: str) -> None:
    with signed_in(browser, address, "caseworker.norr") as page:
        page.goto(f"{address}{SHEET}")
        other = page.context.new_page()
        other.goto(f"{address}{SHEET}")
        for window, typed in ((page, "7000"), (page, "7100"), (other, "8000")):  # one's own next word is no conflict
            cell = amounts(window)[3]
            with window.expect_response(lambda answer: answer.request.method == "POST"):
                cell.fill(typed)
                cell.press("Enter")
        expect(page.locator(".ferr")).to_have_count(0)
        expect(other.locator(".ferr")).to_contain_text("7100")
        expect(amounts(other)[3]).to_have_value("8000")
        reasons = other.locator("#reasons")
        before = reasons.inner_text()
        why = other.locator("input[name^='reason-'].miss").first
        with other.expect_response(lambda answer: answer.request.method == "POST"):
            why.fill("Lägre poäng")
            why.press("Enter")
        expect(reasons).not_to_have_text(before)
