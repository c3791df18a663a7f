"""The whole road as five people, in a real browser, through pages only; both workbooks are opened and read back."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.browser.people import BOOKING, FACTS, PASSWORD, fill, signed_in
from vetting.kernel.organisation_numbers import has_valid_check_digit

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser


def number(place: int) -> str:
    start = f"802999{place:03}"
    return next(start + str(digit) for digit in range(10) if has_valid_check_digit(start + str(digit)))


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


PROPOSE = re.compile(r"^Föreslå bevilja ")
DECIDE = re.compile(r"^Fatta beslut:")


class Clicks:
    """Counts what somebody presses; nothing is typed."""

    def __init__(self) -> None:
        self.made = 0

    def press(self, where: Locator) -> None:
        where.first.click()
        self.made += 1


def sign(page: Page) -> None:
    """Opens what the board wants opened in this case, and signs that nothing stands in the way."""
    opened = page.locator(".next").get_by_role("link", name=re.compile(r"^Öppna \d"))
    while opened.count():
        opened.click()
        if page.get_by_role("link", name="Nästa sida").count():
            page.get_by_role("link", name="Nästa sida").first.click()
        page.locator(".crumbs a").first.click()
    press(page, "Granskat: inget hinder")


def heading(page: Page) -> str:
    return page.locator("h1").first.inner_text()


def case_number(page: Page) -> str:
    found = re.search(r"(BID|BOK)-\d{4}-\d{4}", page.url)
    assert found, page.url + page.locator("main").inner_text()[:400]
    return found[0]


def apply(page: Page, address: str, name: str, org: str, round_name: str) -> str:
    """A new application by form."""
    page.goto(f"{address}/arenden/ny")
    page.locator("#f-name_in_application").fill(name)
    page.locator("#f-organisation_number").fill(org)
    page.locator("#round_id").select_option(label=round_name)
    fill(page, FACTS | {"giro_number": f"{org[2:6]}-{org[6:]}"})
    press(page, "Spara och kontrollera")
    return case_number(page)


def table(page: Page) -> openpyxl.Workbook:
    with page.expect_download() as download:
        page.get_by_role("link", name="Hämta som Excel").click()
    return openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))


def rows(book: openpyxl.Workbook, sheet: str) -> list[dict[str, object]]:
    found = list(book[sheet].iter_rows(values_only=True))
    return [dict(zip(map(str, found[0]), row, strict=True)) for row in found[1:]]


@pytest.mark.parametrize(
    "scripts",
    [
        pytest.param(True, id="with-javascript", marks=pytest.mark.thorough),
        pytest.param(False, id="without-javascript"),
    ],
)
def test_a_grant_and_a_booking_walk_the_whole_road(
    browser: Browser, address: str, tmp_path: Path, *, scripts: bool
) -> None:
    name, org = ("Kören Nyskriven", number(901)) if scripts else ("Kören Handskriven", number(902))
    paper = tmp_path / "bokslut.pdf"
    paper.write_bytes(f"%PDF-1.7 {name}".encode())

    # a caseworker takes it in, looks through it and puts it before the group
    with signed_in(browser, address, "caseworker.norr", scripts=scripts) as page:
        case = apply(page, address, name, org, "Verksamhetsbidrag i år")
        assert heading(page) == name
        expect(page.locator(".standing").get_by_text("Behöver bedömas")).to_be_visible()
        page.get_by_text("Lägg till en handling").click()
        page.locator("#document-file").set_input_files(paper)
        page.locator("#document-type").select_option("accounts")
        press(page, "Lägg till")
        expect(page.locator("#documents").get_by_title("bokslut.pdf")).to_be_visible()
        sign(page)
        assert not page.get_by_role("button", name="Markera klar för beslut").count()  # the group is heard first
        page.locator(".next").get_by_role("link", name="Lämna till referensgruppen").click()
        page.get_by_label("Fråga till gruppen").fill("Räcker underlaget om verksamheten?")
        press(page, "Lämna till referensgruppen")
        expect(page.get_by_text("Hos referensgruppen").first).to_be_visible()

    # a member answers on conflicts before anything opens, and reads
    with signed_in(browser, address, "group-member.norr", scripts=scripts) as page:
        page.get_by_role("link", name="Möten", exact=True).click()
        page.locator("main").get_by_role("link", name=re.compile(r"\d{4} \d\d\.\d\d")).first.click()
        if heading(page) == "Är du jävig i något ärende?":
            press(page, "Lämna svaret och öppna handlingarna")
            expect(
                page.get_by_role("alert").get_by_text("Du har inte svarat om jäv i de andra ärendena.")
            ).to_be_visible()
            page.get_by_label("Jag är inte jävig i de ärenden där jag inte har angett något.").check()
            press(page, "Lämna svaret och öppna handlingarna")
        page.locator(".agenda").get_by_role("link", name=name).click()
        page.get_by_role("link", name="Öppna ärendet").click()
        assert heading(page) == name
        assert not page.get_by_role("button", name="Grundkontroll klar").count()

    # the secretary records what the group advises
    with signed_in(browser, address, "group-secretary.norr", scripts=scripts) as page:
        page.get_by_role("link", name="Möten", exact=True).click()
        page.locator("main").get_by_role("link", name=re.compile(r"\d{4} \d\d\.\d\d")).first.click()
        if heading(page) == "Är du jävig i något ärende?":
            page.get_by_label("Jag är inte jävig i de ärenden där jag inte har angett något.").check()
            press(page, "Lämna svaret och öppna handlingarna")
        page.get_by_label("Elis Berg").check()  # the coordinator, who is to take part in the review
        press(page, "Spara närvaro, till punkt 2")
        page.locator(".agenda").get_by_role("link", name=name).click()
        page.get_by_label("Tillstyrker", exact=True).check()
        page.get_by_label("Skäl, till minnesanteckningarna").fill("Underlaget räcker.")
        page.get_by_role("button", name="Spara, till punkt").click()
        page.locator(".agenda").get_by_role("link", name=name).click()
        expect(page.get_by_text("Underlaget räcker.")).to_be_visible()
        page.get_by_role("link", name="Anteckningar", exact=True).click()
        expect(page.get_by_text("Gruppens råd: Tillstyrker.").first).to_be_visible()

    # the caseworker proposes and says it is ready
    with signed_in(browser, address, "caseworker.norr", scripts=scripts) as page:
        page.goto(f"{address}/arenden/{case}/beslut")
        assert "visar inget som talar emot" in page.get_by_label("Motivering").input_value()
        page.goto(f"{address}/arenden/{case}")
        page.get_by_role("button", name=PROPOSE).click()
        expect(page.get_by_text("Ärendet ligger hos beslutsfattaren.")).to_be_visible()
        expect(page.locator(".next").get_by_text("Ligger hos beslutsfattaren.")).to_be_visible()

    # someone competent decides, on a page of its own
    with signed_in(browser, address, "decision-maker.norr", scripts=scripts) as page:
        page.goto(f"{address}/att-besluta")
        page.get_by_role("link", name=name).click()
        if page.get_by_role("button", name="Nej, jag är inte jävig").count():
            press(page, "Nej, jag är inte jävig")
        expect(page.get_by_text("Beslutet binder nämnden")).to_be_visible()
        page.get_by_role("button", name=DECIDE).click()
        assert heading(page) == "Att besluta"
        page.goto(f"{address}/arenden/{case}")
        page.get_by_role("link", name=re.compile(r"^Beslut \d")).click()
        assert heading(page) == "Beslut"
        expect(
            page.get_by_text("på delegation från Norrbyns stadsdelsnämnd (punkt 4.2) beslutar att bevilja")
        ).to_be_visible()
        expect(page.get_by_text("Bidraget kan krävas tillbaka")).to_be_visible()
        expect(page.get_by_text("laglighetsprövning")).to_be_visible()

    # it is sent, and finance finds the account in the giro's register, and pays
    with signed_in(browser, address, "caseworker.norr", scripts=scripts) as page:
        page.goto(f"{address}/arenden/{case}")
        page.get_by_role("link", name=re.compile(r"^Beslut \d")).click()
        page.get_by_label("Vad har hänt?").select_option(label="Beslutet är skickat")
        press(page, "Anteckna")
    with signed_in(browser, address, "finance.norr", scripts=scripts) as page:
        page.goto(f"{address}/utbetalningar")
        row = page.get_by_role("row").filter(has_text=name)
        if row.get_by_text("Kontrollera kontot").count():
            row.get_by_text("Kontrollera kontot").click()
            row.get_by_role("radio").first.check()
            row.get_by_label("Kontrollerat mot").select_option(label="Girots register över betalningsmottagare")
            row.get_by_role("button", name="Kontot är kontrollerat").click()
        page.get_by_role("button", name=f"Markera betald {name}").click()
        assert not page.get_by_role("button", name=f"Markera betald {name}").count()

    # a part is asked back: told, answered, decided, paid
    with signed_in(browser, address, "caseworker.norr", scripts=scripts) as page:
        page.goto(f"{address}/arenden/{case}")
        page.get_by_text("Annat du kan göra").click()
        page.get_by_role("link", name="Öppna återkrav").click()
        page.get_by_label("Grund", exact=True).select_option("not_for_purpose")
        page.get_by_label("Belopp (kr)").fill("10 000")
        page.get_by_label("Konstaterat genom").select_option("board_decision")
        page.get_by_label("Beslutets eller domens datum").fill("2026-11-01")
        page.get_by_label("Nummer eller paragraf").fill("§ 41")
        page.get_by_label("Motivering").fill("Redovisningen visar det.")
        press(page, "Öppna återkrav")
        reclaim = heading(page)
        assert reclaim.startswith("ATK-")
        press(page, "Skickat till föreningen")
        page.get_by_label("Vad föreningen svarade").fill("Vi betalar.")
        press(page, "Spara svaret")
    with signed_in(browser, address, "decision-maker.norr", scripts=scripts) as page:
        page.goto(f"{address}/aterkrav/{reclaim}")
        page.get_by_label("Paragraf i protokollet").fill("§ 44")  # the board's own decision
        page.get_by_label("Hur föreningens svar bedöms").fill("Föreningen håller med.")
        press(page, "Besluta om återkrav")
        expect(page.get_by_text("· Beslutat").first).to_be_visible()
    with signed_in(browser, address, "finance.norr", scripts=scripts) as page:
        page.goto(f"{address}/aterkrav/{reclaim}")
        page.get_by_label("Belopp (kr)").fill("4 000")
        press(page, "Anteckna inbetalning")
        expect(page.get_by_text("6\u00a0000\u00a0kr")).to_be_visible()

    # the booking
    with signed_in(browser, address, "premises.norr", scripts=scripts) as page:
        page.goto(f"{address}/bokningar/ny")
        page.locator("#f-name_in_application").fill(name)
        page.locator("#f-organisation_number").fill(org)
        page.locator("#room").fill("Stora salen")
        for field in ("#f-event_starts_at", "#starts_at"):
            if page.locator(field).count():
                page.locator(field).fill("2026-12-10T18:00")
        fill(page, BOOKING)
        press(page, "Spara och kontrollera")
        booking = case_number(page)
        expect(page.get_by_text("1. Föreningens verksamhet")).to_be_visible()
        while page.get_by_role("link", name="Se över punkten").count():
            page.get_by_role("link", name="Se över punkten").click()
            point = page.locator("details.fi:not(.several)")
            point.get_by_label("Uppfyllt", exact=True).check()
            point.get_by_role("button", name="Spara bedömning").click()
        sign(page)
        page.goto(f"{address}/arenden/{booking}/beslut")
        page.get_by_label("Bekräfta", exact=True).check()
        press(page, "Spara förslaget")
        page.goto(f"{address}/arenden/{booking}")
        press(page, "Markera klar för beslut")
    with signed_in(browser, address, "decision-maker.norr", scripts=scripts) as page:
        page.goto(f"{address}/arenden/{booking}/beslut")
        press(page, "Nej, jag är inte jävig")
        page.goto(f"{address}/arenden/{booking}/beslut/bekrafta")
        press(page, "Fatta beslut")
        expect(page.get_by_role("heading", name="Bekräfta")).to_be_visible()

    # the registers, as the board gets them
    with signed_in(browser, address, "caseworker.norr", scripts=scripts) as page:
        page.goto(f"{address}/register/approvals")
        approvals = table(page)
        page.goto(f"{address}/register/reclaims")
        reclaims = table(page)
    granted = next(row for row in rows(approvals, "Beviljade bidrag") if row["Ärendenr"] == case)
    assert (granted["Förening"], granted["Beviljat kr"], granted["Utbetalt kr"], granted["Återkrav kr"]) == (
        name,
        40000,
        40000,
        10000,
    )
    assert granted["Referensgrupp (utfall)"] == "tillstyrker"
    assert granted["Förbehåll stopp/återkrav (ja/nej)"] == "ja"
    booked = next(row for row in rows(approvals, "Godkända bokningar") if row["Ärendenr"] == booking)
    assert (booked["Lokal"], booked["Förening/arrangör"]) == ("Stora salen", name)
    asked = next(row for row in rows(reclaims, "Återkrav") if row["Återkravsnr"] == reclaim)
    assert (asked["Återkrävt kr"], asked["Inbetalt kr"], asked["Kvar kr"]) == (10000, 4000, 6000)


def test_a_clean_application_is_three_clicks_by_the_officer_and_three_by_who_decides_without_typing(
    browser: Browser, address: str
) -> None:
    name = "Kören Den Första"
    with signed_in(browser, address, "caseworker.mitt") as page:
        case = apply(page, address, name, number(911), "Verksamhetsbidrag i år")
        page.goto(f"{address}/arenden?alla=1&q=Den+F%C3%B6rsta")
        clicks = Clicks()
        clicks.press(page.get_by_role("link", name=name, exact=True))
        clicks.press(page.get_by_role("button", name="Granskat: inget hinder"))
        clicks.press(page.get_by_role("button", name=PROPOSE))
        expect(page.get_by_text("Ärendet ligger hos beslutsfattaren.")).to_be_visible()
        assert clicks.made == 3
    with signed_in(browser, address, "decision-maker.mitt") as page:
        page.goto(f"{address}/att-besluta/{case}")
        if page.get_by_role("button", name="Nej, jag är inte jävig").count():  # once for the whole round
            press(page, "Nej, jag är inte jävig")
        page.goto(address)
        clicks = Clicks()
        clicks.press(page.locator(".todo").get_by_role("link", name="Läs och besluta"))
        clicks.press(page.get_by_role("link", name=name))
        clicks.press(page.get_by_role("button", name=DECIDE))
        expect(page.get_by_role("heading", name="Att besluta")).to_be_visible()
        assert clicks.made == 3
        page.goto(f"{address}/arenden/{case}")
        expect(page.get_by_role("link", name=re.compile(r"^Beslut \d"))).to_be_visible()


@pytest.mark.long
def test_many_without_questions_are_signed_in_one_stroke_and_the_others_named(browser: Browser, address: str) -> None:
    with signed_in(browser, address, "caseworker.norr") as page:
        page.goto(f"{address}/arenden?klara=1")
        rows = page.locator("table.rows tbody tr:not(.grp)")
        clear = page.locator("input[data-clear]").count()
        assert clear >= 3
        page.goto(f"{address}/arenden?alla=1")
        rows.filter(has_text="saknas").first.locator("input").check()
        page.get_by_role("button", name="Signera: granskat, inget hinder").click()
        expect(page.get_by_text("1 ärende hoppades över")).to_be_visible()
        page.goto(f"{address}/arenden?klara=1")
        clicks = Clicks()
        clicks.press(page.get_by_label("Välj alla utan frågor"))
        expect(page.get_by_text(f"{clear} valda")).to_be_visible()
        clicks.press(page.get_by_role("button", name="Signera: granskat, inget hinder"))
        expect(page.get_by_text(f"Granskat: inget hinder i {clear} ärenden.")).to_be_visible()
        assert clicks.made == 2
        expect(page.get_by_role("button", name="Signera: granskat, inget hinder")).to_have_count(0)


@pytest.mark.long
def test_a_stroke_proposes_within_the_frame_of_the_round_and_names_what_does_not_fit(
    browser: Browser, address: str
) -> None:
    with signed_in(browser, address, "caseworker.mitt") as page:
        page.goto(f"{address}/arenden?alla=1")
        strip = page.get_by_text("söker tillsammans")
        expect(strip).to_contain_text(re.compile(r"1\s100\s000\s+kr är kvar av 1\s100\s000\s+kr"))
        for box in page.locator("table.rows tbody input[type=checkbox]").all():
            box.check()
        page.get_by_role("button", name="Föreslå att bevilja sökt belopp").click()
        receipt = page.get_by_text("Föreslaget: bevilja")
        expect(receipt).to_be_visible()
        proposed = int(re.sub(r"\D", "", re.findall(r"bevilja ([\d\s]+)kr", receipt.inner_text())[0]))
        assert 1_000_000 < proposed <= 1_100_000
        expect(page.get_by_text(re.compile(r"av 1\s100\s000\s+kr är beviljat eller föreslaget")).first).to_be_visible()
        expect(page.get_by_text("Beloppet ryms inte i ramen för Vårens bidrag").first).to_be_visible()


@pytest.mark.long
def test_a_long_text_is_there_after_signing_in_again(browser: Browser, address: str) -> None:
    """The session ends on the server while somebody types: the text is kept, and goes where it was meant for."""
    text = "Föreningen ringde och berättade att protokollet kommer i nästa vecka, med underskrifter."
    with signed_in(browser, address, "caseworker.norr", anew=True) as page:
        page.goto(f"{address}/arenden/BID-2026-0024")
        cookies = page.context.cookies()
        other = page.context.new_page()
        other.goto(f"{address}/arenden")
        other.locator("details.usr summary").click()
        other.get_by_role("button", name="Logga ut").click()
        expect(other).to_have_url(f"{address}/logga-in")
        page.context.add_cookies(cookies)  # type: ignore[arg-type] # as they were: a browser that knows nothing of the end
        page.locator("#notes summary").click()
        page.locator("#note-text").fill(text)
        page.get_by_role("button", name="Tjänsteanteckning").click()
        page.get_by_label("Användarnamn").fill("caseworker.norr")
        page.get_by_label("Lösenord").fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Logga in").click()
        expect(page.get_by_role("heading", name="Din text finns kvar")).to_be_visible()
        press(page, "Skicka igen")
        expect(page.get_by_text(text).first).to_be_visible()
        assert heading(page) != "Din text finns kvar"


@pytest.mark.long
def test_two_people_on_one_case_the_second_keeps_the_text(browser: Browser, address: str) -> None:
    with signed_in(browser, address, "caseworker.soder") as page:
        page.goto(f"{address}/arenden/BID-2026-0014")
        other = page.context.new_page()
        other.goto(f"{address}/arenden/BID-2026-0014")
        page.locator(".fi.several summary").first.click()
        page.locator(".fi.several .fi a").first.click()
        point = page.locator(".fi.several details.fi").first
        expect(point).to_be_visible()
        sign(other)
        if not point.get_by_label("Uppfyllt", exact=True).is_visible():  # another test has answered for the association
            point.get_by_text("Bedöm på nytt eller ta tillbaka").click()
        point.get_by_label("Uppfyllt", exact=True).check()
        point.get_by_label("Motivering").fill("Min egen text som inte får försvinna.")
        point.get_by_role("button", name="Spara bedömning").click()
        expect(page.get_by_text("ändrade ärendet").first).to_be_visible()
        assert (
            page.locator("details.fi[open]:not(.several)").first.get_by_label("Motivering").input_value()
            == "Min egen text som inte får försvinna."
        )
        page.locator("details.happened summary").click()
        expect(page.locator(".tl").get_by_text(re.compile("^Granskat: inget hinder ")).first).to_be_visible()


@pytest.mark.long
def test_a_file_of_300_megabytes_is_answered_in_words(browser: Browser, address: str, tmp_path: Path) -> None:
    """The whole body is taken off the wire and thrown away: a broken connection would show nothing to read."""
    huge = tmp_path / "inspelning.pdf"
    with huge.open("wb") as file:
        file.truncate(300 * 1024 * 1024)
    with signed_in(browser, address, "caseworker.norr") as page:
        page.goto(f"{address}/arenden/BID-2026-0026")
        page.get_by_text("Lägg till en handling").click()
        page.locator("#document-file").set_input_files(huge)
        page.locator("#document-type").select_option("accounts")
        with page.expect_navigation() as answer:
            press(page, "Lägg till")
        assert answer.value.status == 413
        assert "stor" in page.locator("main").inner_text()
        page.goto(f"{address}/arenden/BID-2026-0026")
        assert not page.get_by_text("inspelning.pdf").count()
