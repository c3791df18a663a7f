"""The legal path in a real browser: a meeting of 78 cases counted in clicks, a refusal and a grant walked by six people."""

from __future__ import annotations

import io
import re
import threading
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import docx
import pypdfium2
import pytest
from playwright.sync_api import expect
from waitress import wasyncore
from waitress.server import create_server

from tests.board import GROUP, BoardAtWork, clean_facts
from tests.browser.people import as_user
from vetting import clock
from vetting.app.application import create_app
from vetting.casework.services import meetings
from vetting.config import Config
from vetting.kernel.organisation_numbers import has_valid_check_digit
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading
from vetting.kernel.working_days import first_open

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.databases import Databases

pytestmark = pytest.mark.browser
VALUE = "demokratisk-rattsstat"


def number(place: int) -> str:
    start = f"802999{place:03}"
    return next(start + str(digit) for digit in range(10) if has_valid_check_digit(start + str(digit)))


@pytest.fixture
def board(databases: Databases) -> BoardAtWork:
    return BoardAtWork.copied(databases, "sqlite", way="group", ruleset=GROUP)


@contextmanager
def served(board: BoardAtWork) -> Iterator[str]:
    server = create_server(create_app(Config(), board.database), host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        # The browser may hold a connection that it opened ahead: the loop ends when those are closed, too.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map, ignore_all=True))
        thread.join(timeout=300)
        assert not thread.is_alive()
        server.task_dispatcher.shutdown()


class Clicks:
    """A page whose clicks are counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def click(self, locator: Any) -> None:
        self.count += 1
        locator.click()


@contextmanager
def at_work(browser: Browser, address: str, role: Role) -> Iterator[Page]:
    page = as_user(
        browser, address, f"{role.value}.norr", "korrekt häst batteri", viewport={"width": 1280, "height": 900}
    )
    page.goto(address)
    yield page
    page.context.close()


@pytest.mark.long
def test_a_meeting_of_seventy_and_eight_takes_two_clicks_a_case(browser: Browser, board: BoardAtWork) -> None:
    now = clock.now()
    for place in range(78):
        case = board.receive(clean_facts(number(place), f"Förening {place:02}"))
        board.do(meetings.refer_to_group, case.number, "" if place < 70 else "Räcker underlaget?")
    board.do(meetings.call_meeting, now + timedelta(hours=1), "rum 3", role=Role.GROUP_SECRETARY)
    with served(board) as address, at_work(browser, address, Role.GROUP_SECRETARY) as page:
        counted = Clicks(page)
        page.goto(f"{address}/moten/1")
        counted.click(page.get_by_label("Jag är inte jävig"))
        counted.click(page.get_by_role("button", name="Lämna svaret"))
        counted.click(page.get_by_role("button", name="Spara närvaro"))
        counted.click(page.get_by_role("button", name="Ingen erinran mot listan"))
        before = counted.count
        for place in range(70, 78):
            expect(page.get_by_role("heading", name=f"Förening {place}")).to_be_visible()
            started = counted.count
            counted.click(page.get_by_label("Tillstyrker", exact=True))
            page.get_by_label("Skäl, till minnesanteckningarna").fill("Verksamheten når många unga.")
            counted.click(page.get_by_role("button", name="Spara, till punkt"))
            assert counted.count - started == 2
        assert before == 4
        page.get_by_label("Minnesanteckningar").fill("Nästa möte om en månad.")
        counted.click(page.get_by_role("button", name="Mötet är hållet"))
        assert counted.count == 4 + 8 * 2 + 1
        page.get_by_role("button", name="Godkänn och lås").click()
        expect(page.get_by_text("godkända").first).to_be_visible()
        assert page.get_by_role("button", name="Mötet är hållet").count() == 0
    with open_reading(board.database) as s:
        assert trail_verification.verify_trail(s).problems == []


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def press_next(page: Page, name: str) -> None:
    """An act of the next step, or of what else may be done."""
    wanted = page.locator(".next").get_by_role("button", name=name, exact=True)
    if not wanted.count() or not wanted.first.is_visible():
        page.get_by_text("Annat du kan göra").click()
    wanted.first.click()


def refer(page: Page, question: str) -> None:
    page.locator(".next").get_by_role("link", name="Lämna till referensgruppen").click()
    page.get_by_label("Fråga till gruppen").first.fill(question)
    press(page, "Lämna till referensgruppen")


def assess_not_met(page: Page, address: str, case: str) -> None:
    """The evidence form as it is filled in, with what is asked when words and names stand in it."""
    page.goto(f"{address}/arenden/{case}?punkt={VALUE}")
    point = page.locator(f"details#{VALUE}")
    point.get_by_label("Ej uppfyllt", exact=True).check()
    point.get_by_label("Motivering", exact=True).fill("Rösträtten begränsades efter medlemmarnas åsikter.")
    answers: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
        ("Vad hände?", (("Agerande eller uttalande", "Två medlemmar nekades att rösta."), ("Agerande", ""))),
        ("Vem var det", (("Av vem, i vilken roll", "årsmötets ordförande"), ("Skedde det inom", "Ja"))),
        ("När?", (("När", "mars 2026"),)),
        (
            "Vilken källa?",
            (("Källa", "årsmötesprotokollet"), ("Sida eller paragraf", "§ 4"), ("Är uppgiften bekräftad", "Ja")),
        ),
        ("Får föreningen se uppgiften?", (("Får föreningen se uppgiften", "Ja"),)),
        ("Vad talar för föreningen?", (("Vad talar för föreningen?", "Föreningen har i övrigt följt stadgarna."),)),
        ("Finns särskilda skäl?", (("Hur de särskilda skälen har vägts", "Inget avståndstagande har gjorts."),)),
        ("Räcker en mindre ingripande åtgärd?", (("Varför det inte räcker", "Villkor prövades utan resultat."),)),
    )
    for number, (question, fields) in enumerate(answers):
        asked = point.locator("details.question", has=page.locator("summary", has_text=question))
        expect(point.locator("details.question[open]")).to_have_count(1)  # one at a time
        for label, text in fields:
            if text == "Ja":
                asked.locator("fieldset", has_text=label).get_by_label("Ja", exact=True).check()
            elif text:
                asked.get_by_label(label, exact=True).fill(text)
            else:
                asked.get_by_label(label, exact=True).check()
        if number < len(answers) - 1:
            asked.get_by_role("button", name="Nästa fråga").click()
    point.get_by_role("button", name="Spara bedömning").click()
    point = page.locator(f"details#{VALUE}")
    expect(page.locator(".errs").first).to_contain_text("åsikt")
    point.get_by_label("Bedömningen bygger på agerandet").check()
    point.get_by_role("button", name="Spara bedömning").click()
    expect(page.locator(f"#{VALUE}")).to_contain_text("Bedömt:")


def heard_by_the_group(browser: Browser, address: str, advice: str) -> None:
    for role in (Role.GROUP_SECRETARY, Role.GROUP_MEMBER, Role.VBE_COORDINATOR):
        with at_work(browser, address, role) as page:
            page.goto(f"{address}/moten/1/jav")
            page.get_by_label("Jag är inte jävig").check()
            press(page, "Lämna svaret och öppna handlingarna")
            if role is Role.GROUP_MEMBER:
                with page.expect_download() as download:
                    page.get_by_role("link", name="Handlingar (PDF)").click()
                paper = pypdfium2.PdfDocument(download.value.path().read_bytes())
                assert any("BID-2026-0001" in mark.get_title() for mark in paper.get_toc())
    with at_work(browser, address, Role.GROUP_SECRETARY) as page:
        page.goto(f"{address}/moten/1")
        press(page, "Spara närvaro, till punkt 2")
        page.get_by_label(advice, exact=True).check()
        page.get_by_label("Skäl, till minnesanteckningarna").fill("Så bedömer gruppen.")
        page.get_by_role("button", name="Spara, till punkt 3").click()


def decide(browser: Browser, address: str, case: str) -> None:
    with at_work(browser, address, Role.DECISION_MAKER) as page:
        page.goto(f"{address}/att-besluta/{case}")
        press(page, "Nej, jag är inte jävig")
        page.get_by_role("link", name="Granska och besluta").click()
        press(page, "Fatta beslut")
        expect(page.locator("h1").first).to_have_text("Beslut")


def call_the_group(browser: Browser, address: str) -> None:
    """The secretary calls a meeting for tomorrow."""
    with at_work(browser, address, Role.GROUP_SECRETARY) as page:
        page.goto(f"{address}/moten")
        page.get_by_label("Tid", exact=True).fill(f"{clock.now() + timedelta(days=1):%Y-%m-%dT18:00}")
        press(page, "Kalla")


@pytest.mark.long
def test_a_refusal_on_a_value_criterion_is_walked_by_six_people(browser: Browser, board: BoardAtWork) -> None:
    case = board.receive().number
    with served(board) as address:
        call_the_group(browser, address)
        with at_work(browser, address, Role.CASEWORKER) as page:
            assess_not_met(page, address, case)
            page.goto(f"{address}/arenden/{case}")
            for name in ("Nej, jag är inte jävig", "Inget har framkommit", "Grundkontroll klar"):
                press_next(page, name)
            page.locator(".next").get_by_role("link", name="Skriv brevet till föreningen").click()
            until = first_open(clock.now().date() + timedelta(days=14))
            page.locator("#communicate-reply_by").fill(until.isoformat())
            press(page, "Skriv brevet till föreningen")
            expect(page.get_by_text("Det är inte skickat än")).to_be_visible()
            press(page, "Överlämnat")
            page.goto(f"{address}/arenden/{case}")
            page.get_by_text("Anteckna svar").first.click()
            page.get_by_label("Vad föreningen svarade").first.fill("Vi har ändrat ordningen.")
            page.get_by_label("Hur svaret har vägts in").first.fill("Ändringen gäller inte än.")
            press(page, "Spara svaret")
            page.goto(f"{address}/arenden/{case}")
            refer(page, "Räcker det som hänt?")
        heard_by_the_group(browser, address, "Avstyrker")
        with at_work(browser, address, Role.CASEWORKER) as page:
            page.goto(f"{address}/arenden/{case}/beslut")
            page.get_by_label("Avslå", exact=True).check()
            page.get_by_label("Motivering").fill("Två medlemmar nekades att rösta vid årsmötet.")
            page.get_by_label("Ett krav är inte uppfyllt").check()
            press(page, "Spara förslaget")
            page.goto(f"{address}/arenden/{case}")
            press_next(page, "Markera klar för beslut")
        decide(browser, address, case)
        with at_work(browser, address, Role.CASEWORKER) as page:
            page.goto(f"{address}/arenden/{case}/brev")
            page.get_by_role("link", name="Beslut: avslag").click()
            press(page, "Skriv brevet")
            with page.expect_download() as download:
                page.get_by_role("link", name="Hämta som Word").click()
            words = "\n".join(p.text for p in docx.Document(io.BytesIO(download.value.path().read_bytes())).paragraphs)
            assert "Två medlemmar nekades att rösta vid årsmötet." in words
            press(page, "Överlämnat")
        with at_work(browser, address, Role.REGISTRAR) as page:
            page.goto(f"{address}/beslut/1")
            expect(page.get_by_text("Beslutet är skickat").first).to_be_visible()
            expect(page.get_by_text("Inte anmält till nämnden").first).to_be_visible()
            page.goto(f"{address}/delegation/anmal")
            page.get_by_label("Paragraf i protokollet").fill("§ 5")
            press(page, "Anteckna som anmälda")
            page.goto(f"{address}/beslut/1")
            page.get_by_label("Vad har hänt?").select_option("announced")
            press(page, "Anteckna")
            expect(page.get_by_text("Överklagandetiden löper").first).to_be_visible()
        with at_work(browser, address, Role.AUDITOR) as page:
            page.goto(f"{address}/arenden/{case}?oppna=events")
            events = page.locator(".tl").last.inner_text()
            for words in (
                "Bedömde",
                "Lämnade till referensgruppen",
                "Referensgruppen yttrade sig",
                "Lade fram underlaget",
                "Antecknade föreningens svar",
                "Beslutade",
                "Skrev ett brev",
                "Skickade ett brev",
            ):
                assert words in events, words
    with open_reading(board.database) as s:
        assert trail_verification.verify_trail(s).problems == []
        assert board.case(case).state == "decided"


def test_a_grant_is_decided_in_the_list_after_the_group(browser: Browser, board: BoardAtWork) -> None:
    case = board.receive().number
    with served(board) as address:
        call_the_group(browser, address)
        with at_work(browser, address, Role.CASEWORKER) as page:
            page.goto(f"{address}/arenden/{case}")
            press(page, "Granskat: inget hinder")
            refer(page, "Något att tillägga?")
        heard_by_the_group(browser, address, "Tillstyrker")
        with at_work(browser, address, Role.CASEWORKER) as page:
            page.goto(f"{address}/arenden/{case}/beslut")
            page.get_by_label("Bevilja", exact=True).check()
            page.get_by_label("Belopp (kr)").fill("40 000")
            page.get_by_label("Motivering").fill("")
            press(page, "Spara förslaget")
            expect(page.get_by_label("Motivering")).to_have_value(re.compile("visar inget som talar emot"))
            page.goto(f"{address}/arenden/{case}")
            press_next(page, "Markera klar för beslut")
        with at_work(browser, address, Role.DECISION_MAKER) as page:
            page.goto(f"{address}/att-besluta/{case}")
            press(page, "Nej, jag är inte jävig")
            page.goto(f"{address}/att-besluta")
            page.get_by_label("Besluta enligt förslaget:").check()
            press(page, "Besluta de valda enligt förslaget")
            expect(page.get_by_text("1 ärende är beslutat enligt förslaget.")).to_be_visible()
    assert board.case(case).state == "payment"
