"""Claims by clicking, as the right people: one disputed, partly waived and set off; one to Kronofogden, written off."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.board import NUMBERS, BoardAtWork
from tests.browser import people
from tests.browser.people import as_user
from tests.browser.test_legal_path import at_work, served
from tests.browser.test_money_road import opened, press
from tests.money.services.test_payment_holds import granted, pay, planned
from vetting import clock
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.databases import Databases

pytestmark = [pytest.mark.browser, pytest.mark.long]
CLAIM = "ATK-2026-0001"


@pytest.fixture
def board(databases: Databases) -> BoardAtWork:
    return BoardAtWork.copied(databases, "sqlite")


@contextmanager
def later(days: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """So many days on; whoever works then has signed in then."""
    now = clock.now()
    people.SIGNED_IN.clear()
    with monkeypatch.context() as moved:
        moved.setattr(clock, "now", lambda: now + timedelta(days=days))
        yield


def fold(page: Page, words: str) -> None:
    """Opens what is folded under some words."""
    page.locator("summary").filter(has_text=words).first.click()


def claim(page: Page, address: str, case: str, amount: str, why: str) -> None:
    """A claim on a paid grant, told to the association."""
    opened(page, address, f"/arenden/{case}/aterkrav")
    page.get_by_label("Grund").select_option(label="Felaktiga uppgifter")
    page.get_by_label("Belopp (kr)").fill(amount)
    page.get_by_label("Motivering, med beräkning").fill(why)
    press(page, "Öppna återkrav")
    press(page, "Skickat till föreningen")
    expect(page.get_by_text("Det är antecknat att underlaget är skickat")).to_be_visible()


def decided(page: Page, address: str, number: str) -> None:
    opened(page, address, f"/aterkrav/{number}")
    if page.get_by_role("button", name="Nej, jag är inte jävig").count():
        press(page, "Nej, jag är inte jävig")
        opened(page, address, f"/aterkrav/{number}")
    if page.get_by_label("Hur föreningens svar bedöms").count():
        press(page, "Besluta om återkrav")
        expect(page.get_by_text("det står inte hur svaret bedöms").first).to_be_visible()
        page.get_by_label("Hur föreningens svar bedöms").fill("Listan visar andra deltagare än de som redovisats.")
    press(page, "Besluta om återkrav")
    expect(page.get_by_text("Återkravet är beslutat.")).to_be_visible()


def test_a_claim_is_disputed_partly_waived_set_off_and_settled(
    browser: Browser, board: BoardAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = granted(board)
    assert pay(board, planned(board, case)[0]) is None
    coming = granted(board, doubled_because="Ett nytt projekt.")
    board.delegate(Role.DECISION_MAKER, user_id=board.somebody(Role.DECISION_MAKER, "annan").id)
    with served(board) as address:
        with at_work(browser, address, Role.CASEWORKER) as page:
            opened(page, address, f"/arenden/{case.number}/aterkrav")
            page.get_by_label("Grund").select_option(label="Felaktiga uppgifter")
            page.get_by_label("Belopp (kr)").fill("50 000")
            page.get_by_label("Motivering, med beräkning").fill("Hela bidraget och mer.")
            press(page, "Öppna återkrav")
            expect(page.get_by_text("Inget är sparat")).to_be_visible()  # more than was paid
            claim(page, address, case.number, "20 000", "Hälften av deltagarna fanns inte.")
            page.get_by_label("Vad föreningen svarade").fill("Vi bestrider: deltagarna stod på en annan lista.")
            press(page, "Spara svaret")
            expect(page.get_by_text("Vi bestrider")).to_be_visible()
        with later(30, monkeypatch), at_work(browser, address, Role.DECISION_MAKER) as page:
            decided(page, address, CLAIM)
            fold(page, "Efterge eller sätt ned")
            page.get_by_label("Belopp att efterge (kr)").fill("5 000")
            page.get_by_label("Särskilda skäl").fill("En del av listan kom fram.")
            press(page, "Besluta om eftergift")
            expect(page.get_by_text("Inget är sparat")).to_be_visible()  # not by whoever decided the claim
        with later(31, monkeypatch):
            page = as_user(browser, address, "annan.norr", "korrekt häst batteri")
            opened(page, address, f"/aterkrav/{CLAIM}")
            fold(page, "Efterge eller sätt ned")
            press(page, "Nej, jag är inte jävig")
            opened(page, address, f"/aterkrav/{CLAIM}")
            fold(page, "Efterge eller sätt ned")
            page.get_by_label("Belopp att efterge (kr)").fill("5 000")
            page.get_by_label("Särskilda skäl").fill("En del av listan kom fram.")
            press(page, "Besluta om eftergift")
            expect(page.get_by_text("15 000 kr").first).to_be_visible()
            page.context.close()
        with later(80, monkeypatch):
            with at_work(browser, address, Role.CASEWORKER) as page:
                opened(page, address, f"/aterkrav/{CLAIM}")
                fold(page, "Kvitta mot en kommande utbetalning")
                page.get_by_label("Utbetalning", exact=True).select_option(index=0)
                page.get_by_label("Belopp att kvitta (kr)").fill("15 001")
                page.get_by_label("Grund", exact=True).fill("Nämndens beslut § 12")
                press(page, "Kvitta")
                expect(page.get_by_text("varken mer än fordran eller mer än utbetalningen").first).to_be_visible()
                page.get_by_label("Belopp att kvitta (kr)").fill("15 000")
                press(page, "Kvitta")
                expect(page.get_by_text("Kvittningen är antecknad.")).to_be_visible()
            with at_work(browser, address, Role.FINANCE) as page:
                opened(page, address, "/utbetalningar")
                row = page.get_by_role("row").filter(has_text=coming.number)
                expect(row.get_by_text("15 000 kr kvittas, 25 000 kr betalas")).to_be_visible()
                row.get_by_role("button", name="Markera betald").click()
                expect(page.get_by_text("är markerade som betalda")).to_be_visible()
                opened(page, address, f"/aterkrav/{CLAIM}")
                expect(page.get_by_text("Kvittat mot utbetalning")).to_be_visible()
                expect(page.get_by_text("Betalt", exact=False).first).to_be_visible()
    with open_reading(board.database) as session:
        assert trail_verification.verify_trail(session).problems == []


def test_a_claim_goes_to_kronofogden_and_is_written_off(
    browser: Browser, board: BoardAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = granted(board, number=NUMBERS[1], name="Teaterföreningen Provscenen")
    assert pay(board, planned(board, case)[0]) is None
    with served(board) as address:
        with at_work(browser, address, Role.CASEWORKER) as page:
            claim(page, address, case.number, "40 000", "Verksamheten har inte funnits.")
        with later(30, monkeypatch), at_work(browser, address, Role.DECISION_MAKER) as page:
            decided(page, address, CLAIM)
        with later(90, monkeypatch), at_work(browser, address, Role.FINANCE) as page:
            opened(page, address, f"/aterkrav/{CLAIM}")
            for step, number, text in (
                ("Fakturerat", "880140", ""),
                ("Till Kronofogden", "01-1234-26", ""),
                ("Utfall hos Kronofogden", "", "Föreningen saknar tillgångar."),
            ):
                fold(page, "Anteckna en uppgift ur reskontran eller en kontakt")
                page.get_by_label("Vad", exact=True).select_option(label=step)
                page.get_by_role("textbox", name="Nummer").fill(number)
                page.get_by_label("Anteckning").fill(text)
                page.get_by_role("button", name="Anteckna", exact=True).click()
                expect(page.get_by_text("Det är antecknat.")).to_be_visible()
        with later(91, monkeypatch), at_work(browser, address, Role.DECISION_MAKER) as page:
            opened(page, address, f"/aterkrav/{CLAIM}")
            fold(page, "Skriv av fordran i bokföringen")
            page.get_by_label("Varför den skrivs av").fill("Kronofogden fann inga tillgångar.")
            press(page, "Besluta om avskrivning")
            expect(page.get_by_text("Avskrivet som fordran")).to_be_visible()
            for words in ("01-1234-26", "880140", "Föreningen saknar tillgångar."):
                expect(page.get_by_text(words).first).to_be_visible()
    with open_reading(board.database) as session:
        assert trail_verification.verify_trail(session).problems == []
