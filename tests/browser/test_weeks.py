"""The demonstration's month by clicking: the few looked at, the rest confirmed, the answers back, one taken back."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.browser.people import BOOKING, ON_A_DESK, ON_A_PHONE, fill, signed_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.long]


def counted(page: Page, heading: str) -> int:
    return int(page.locator(f"#{heading} .cnt").inner_text())


def confirm_the_rest(page: Page) -> None:
    """All without questions; one that was judged again meanwhile, for what was confirmed before, is confirmed then."""
    page.locator("#no_conflict").check()
    page.get_by_role("button", name="Bekräfta de valda").click()
    expect(page.get_by_role("status")).to_contain_text(re.compile(r"\d+ bokningar är bekräftade"))
    if page.locator("#errors").count():
        expect(page.locator("#errors")).to_contain_text("Ärendet har ändrats medan du arbetade")
        for left in page.locator("#case input").all():  # nobody has seen it as it is now: not chosen by itself
            left.check()
        page.locator("#no_conflict").check()
        page.get_by_role("button", name="Bekräfta de valda").click()
        expect(page.get_by_role("status")).to_contain_text("är bekräfta")


def opened(page: Page, said: str) -> Locator:
    """The booking of the card in which it is said, opened in its place."""
    card = page.locator("section.booker", has_text=said).first
    if not card.locator("details.bk").count():
        card.locator("div.bk a").first.click()
    return card.locator("details.bk").first


def test_the_week_is_answered_in_place_and_the_answers_taken_back(browser: Browser, address: str) -> None:
    with signed_in(browser, address, "premises.norr") as page:
        page.goto(address)
        page.get_by_role("link", name="Bokningar", exact=True).click()
        events, value, plain = (counted(page, heading) for heading in ("q-event", "q-value", "plain-heading"))
        assert events + value >= 8
        assert plain >= 15
        stroke = page.get_by_role("button", name="Inget har framkommit om de valda: bekräfta")
        asked = page.locator("form", has=stroke)
        asked.locator("li label").first.click()
        name = asked.locator("li b").first.inner_text()
        stroke.click()
        expect(page.locator("#errors")).to_contain_text("inte är jävig")
        expect(asked.get_by_role("checkbox").first).to_be_checked()  # what was ticked is not lost
        asked.get_by_label("Jag är inte jävig").check()
        stroke.click()
        expect(page.get_by_role("status")).to_contain_text("1 bokning är bekräftad")
        assert counted(page, "q-value") == value - 1
        expect(asked).not_to_contain_text(name)
        lacking = opened(page, "Musikföreningen")
        lacking.get_by_text("Fråga bokaren, fyll i svaret").click()
        assert "Hej! För att kunna gå vidare" in lacking.get_by_label("Text att kopiera").input_value()
        lacking.get_by_label("Syfte med arrangemanget").fill("Årsmöte för medlemmar")
        lacking.get_by_role("button", name="Spara svaret").click()
        expect(page.locator("section.booker", has_text="Musikföreningen")).to_have_count(0)
        assert counted(page, "q-event") == events - 1
        expect(page.locator("h1")).to_contain_text(
            f"{counted(page, 'q-event') + counted(page, 'q-value')} bokare att gå igenom"
        )
        lecture = opened(page, "Föreläsning")
        lecture.get_by_label("Jag är inte jävig och har följt rutinen").check()
        lecture.get_by_role("button", name="Bekräfta").click()
        expect(page.locator("#errors")).to_contain_text("varför kravet är uppfyllt")
        lecture = opened(page, "Föreläsning")
        lecture.get_by_label("Varför det är uppfyllt").fill("Programmet och föreläsaren är kända från i våras.")
        lecture.get_by_text("Med villkor").click()
        lecture.get_by_label("Villkor, ett på varje rad").fill("Städa lokalen.\nHögst 40 personer.")
        lecture.get_by_label("Jag är inte jävig och har följt rutinen").check()
        page.evaluate("window.stays = true")
        before = counted(page, "q-event")
        lecture.get_by_role("button", name="Bekräfta").click()
        expect(page.get_by_role("status")).to_contain_text("1 bokning är bekräftad")
        expect(page.get_by_role("status")).to_be_focused()
        assert page.evaluate("window.stays"), "the whole page was loaded anew"
        assert counted(page, "q-event") == before - 1
        confirm_the_rest(page)
        assert page.locator("#plain-heading").count() == 0
        with page.expect_download() as download:
            page.get_by_role("link", name="Hämta svaren (Excel)").click()
        sheet = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).worksheets[0]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert rows[0] == ["Bokningsnr", "Svar"]
        assert {row[1] for row in rows[1:]} == {"Bekräftad", "Bekräftad med villkor", "Svar kommer"}
        assert sum(row[1] == "Bekräftad" for row in rows[1:]) >= plain
        page.get_by_role("link", name="Lista att skriva ut").click()
        expect(page.locator("h1")).to_contain_text("Bokningar vecka")
        assert page.locator("tbody tr").count() == len(rows) - 1


def test_the_kind_of_one_who_books_is_said_once_and_an_own_unit_is_asked_nothing(
    browser: Browser, address: str
) -> None:
    with signed_in(browser, address, "premises.norr", width=390) as page:
        page.goto(f"{address}/bokningar/bokare")
        left = int(page.locator("h2 .cnt").first.inner_text())
        page.get_by_label("Kören Mönsterdalen").select_option(label="Egen enhet")
        page.get_by_role("button", name="Spara slagen").click()
        expect(page.locator("#errors")).to_contain_text("Kören Mönsterdalen har numret")
        expect(page.get_by_label("Kören Mönsterdalen")).to_have_value("own_unit")  # what was chosen is not lost
        page.get_by_label("Kören Mönsterdalen").select_option(label="Studieförbund")
        page.get_by_role("button", name="Spara slagen").click()
        expect(page.get_by_role("status")).to_contain_text("1 slag är sparat.")
        assert int(page.locator("h2 .cnt").first.inner_text()) == left - 1
        page.get_by_label("De andra som visas är föreningar").check()
        page.get_by_role("button", name="Spara slagen").click()
        expect(page.get_by_role("status")).to_contain_text(f"{left - 1} slag är sparade.")
        assert page.locator("h2 .cnt").first.inner_text() == "0"
        expect(page.locator("summary", has_text=f"{left} angivna")).to_be_visible()
        expect(page.get_by_label("Kören Mönsterdalen")).to_have_value("study_association")


@pytest.mark.parametrize("width", ON_A_DESK)
def test_last_weeks_refusal_and_the_one_taken_back_can_be_followed(browser: Browser, address: str, width: int) -> None:
    with signed_in(browser, address, "caseworker.norr", width=width) as page:
        page.goto(f"{address}/bokningar/vecka")
        page.get_by_role("link", name="Veckan före").click()
        page.locator("#answered-heading").wait_for()
        page.get_by_text("besvarade").last.click()
        row = page.locator("li.two").filter(has_text="Avbokad av förvaltningen")
        row.get_by_role("link").last.click()  # another test may have taken back one more
        expect(page.locator(".ident")).to_contain_text("Avbokad av förvaltningen")
        page.get_by_role("link", name=re.compile("Beslut")).first.click()
        expect(page.locator("main")).to_contain_text("Det strider mot avtalets villkor: Lokalen får inte lånas")
        page.goto(f"{address}/bokningar/vecka")
        page.get_by_role("link", name="Veckan före").click()
        page.get_by_text("besvarade").last.click()
        page.locator("li.two").filter(has_text="Nekad").get_by_role("link").click()
        page.get_by_role("link", name=re.compile("Beslut")).first.click()
        expect(page.locator("main")).to_contain_text("uppmanar besökarna att störa ett annat möte")


def test_a_confirmed_booking_is_taken_back_only_with_all_that_it_needs(browser: Browser, address: str) -> None:
    with signed_in(browser, address, "decision-maker.norr", width=390) as page:
        page.goto(f"{address}/arenden/BOK-2026-0021")  # one whose terms are agreed on
        page.get_by_text("Annat du kan göra").click()
        page.get_by_role("link", name="Ta tillbaka bokningen").click()
        page.get_by_role("button", name="Besluta att ta tillbaka bokningen").click()
        for text in (
            "Grunden saknas",
            "Villkoret som beslutet bygger på",
            "vad som har hänt",
            "inte fått yttra sig",
            "något mildare",
            "jäv",
        ):
            expect(page.locator("#errors")).to_contain_text(text)
        page.get_by_role("button", name="Nej, jag är inte jävig").click()
        page.get_by_label("Uppgifterna vid bokningen var felaktiga").check()
        page.locator("#term").select_option(index=4)
        page.get_by_label("Vad har hänt?").fill("Arrangören är känd för sin ideologi, och lokalen hyrdes ut vidare.")
        page.get_by_label("Om bokaren inte har hörts").fill("Arrangemanget börjar om en timme.")
        page.get_by_label("Varför räcker ingen mindre ingripande åtgärd?").fill("En annan tid har erbjudits.")
        page.get_by_role("button", name="Besluta att ta tillbaka bokningen").click()
        expect(page.locator("#errors")).to_contain_text("åsikt")
        assert page.get_by_label("Vad har hänt?").input_value().startswith("Arrangören är känd")
        page.get_by_label("Vad har hänt?").fill("Lokalen hyrdes ut vidare mot betalning, enligt annonsen.")
        page.get_by_role("button", name="Besluta att ta tillbaka bokningen").click()
        expect(page.locator("h1").first).to_have_text("Beslut")
        expect(page.locator("main")).to_contain_text("ta tillbaka bokningen")


def asks_for(page: Page, day: str, first: str, last: str) -> None:
    page.locator("#room_id").select_option(label="Ateljén")
    for field, text in (("day", day), ("from_clock", first), ("until_clock", last)):
        page.locator(f"#{field}").fill(text)
    page.locator("#f-name_in_application").fill("Kören Exempelbacken")
    fill(page, BOOKING)


def test_a_series_is_booked_a_clash_is_told_and_a_time_left_out(browser: Browser, address: str) -> None:
    with signed_in(browser, address, "premises.mitt", width=390) as page:
        page.goto(f"{address}/lokaler/boka")
        asks_for(page, "2027-03-01", "18", "20.00")
        page.locator("#until").fill("2027-03-22")
        page.get_by_role("button", name="Se om lokalen är ledig").click()
        expect(page.get_by_role("status")).to_contain_text("ledig alla 4 tiderna")
        page.get_by_role("button", name="Boka", exact=True).click()
        page.wait_for_url("**/arenden/BOK-*")
        page.goto(f"{address}/lokaler/boka")
        asks_for(page, "2027-03-08", "19:00", "21:00")
        page.get_by_role("button", name="Boka", exact=True).click()
        expect(page.locator("#errors")).to_contain_text("Lokalen är upptagen")
        expect(page.locator("main")).to_contain_text("Lediga lokaler då:")
        assert page.locator("#day").input_value() == "2027-03-08"
        page.goto(f"{address}/lokaler/vecka/2027-W10")
        page.get_by_role("link", name="Kören Exempelbacken").click()
        page.get_by_text("Stryk tiden").nth(1).click()
        page.get_by_label("Varför", exact=True).nth(1).fill("Golvet slipas.")
        page.get_by_role("button", name="Stryk", exact=True).click()
        expect(page.locator("main")).to_contain_text("struken: Golvet slipas.")


@pytest.mark.parametrize("width", ON_A_PHONE)
def test_a_deviation_is_noted_as_an_act_in_a_minute(browser: Browser, address: str, width: int) -> None:
    with signed_in(browser, address, "premises.norr", width=width) as page:
        page.goto(f"{address}/arenden/BOK-2026-0001/avvikelse")  # one that was held last week, whatever day it is
        page.get_by_label("Skada eller städning").check()
        page.get_by_label("Beskriv vad som hände").fill("Städaren Sven Svensson sa att golvet var blött.")
        page.get_by_role("button", name="Anteckna").click()
        expect(page.locator("#errors")).to_contain_text("namn på en person")
        page.get_by_label("Beskriv vad som hände").fill("Golvet var blött och två stolar trasiga.")
        page.get_by_role("button", name="Anteckna").click()
        page.wait_for_url("**/arenden/BOK-2026-0001")
        expect(page.locator("main")).to_contain_text("två stolar trasiga")
        page.locator("summary").filter(has_text="Återta").last.click()
        page.get_by_role("button", name="Återta avvikelsen").filter(visible=True).click()
        expect(page.locator("#errors")).to_contain_text("Det står inte varför.")
        page.get_by_label("Vad som var fel").filter(visible=True).fill("Det gällde en annan lokal.")
        page.get_by_role("button", name="Återta avvikelsen").filter(visible=True).click()
        expect(page.locator("main")).to_contain_text("återtagen")
        expect(page.locator("main s").last).to_contain_text("två stolar trasiga")


@pytest.mark.parametrize("width", ON_A_DESK)
def test_the_quick_check_books_a_room_and_tells_when_it_is_taken(browser: Browser, address: str, width: int) -> None:
    with signed_in(browser, address, "premises.mitt", width=width) as page:
        for place, name in enumerate(("Byalaget Snabbkolla", "Byalaget Andrahand")):
            page.goto(f"{address}/snabbkoll?q={name} {width}&typ=bokning&ny=1")
            fill(page, BOOKING)
            page.locator("#f-event_starts_at").fill(f"2027-04-0{1 if width == 1280 else 2}T22:00")
            page.get_by_label("Till", exact=True).fill("01.00")
            page.get_by_role("button", name="Lägg till och skapa ärende").click()
            expect(page.locator("#errors")).to_contain_text("Ingen lokal är vald")
            page.locator("#room_id").select_option(index=1)
            page.get_by_role("button", name="Lägg till och skapa ärende").click()
            if place:
                expect(page.locator("#errors")).to_contain_text("Lokalen är upptagen")
                expect(page.locator("#errors")).to_contain_text("Lediga lokaler då:")
                assert page.get_by_label("Till", exact=True).input_value() == "01.00"
            else:
                assert "/arenden/BOK-" in page.url, page.locator("main").inner_text()
        page.goto(f"{address}/lokaler/vecka/2027-W13")
        expect(page.locator("main")).to_contain_text("22.00–24.00")
        expect(page.locator("main")).to_contain_text("00.00–01.00")


def test_a_room_that_is_refused_keeps_what_was_typed(browser: Browser, address: str) -> None:
    with signed_in(browser, address, "administrator.norr", width=390) as page:
        page.goto(f"{address}/lokaler")
        page.locator("#new-name").fill("Kammaren Typsta")
        page.locator("#new-buffer_minutes").fill("30")
        page.locator("#new-opens-2").fill("kl åtta")
        page.get_by_role("button", name="Spara lokalen").last.click()
        expect(page.locator("#errors")).to_contain_text("inget klockslag")
        link = page.locator("#errors a").first
        assert page.locator(link.get_attribute("href") or "").input_value() == "kl åtta"
        assert page.locator("#new-buffer_minutes").input_value() == "30"
        page.locator("#new-opens-2").fill("08:00")
        page.locator("#new-closes-2").fill("22:00")
        page.get_by_role("button", name="Spara lokalen").last.click()
        expect(page.locator("main")).to_contain_text("Kammaren Typsta")
