"""The people of the demonstration, each in a browser of their own."""

from __future__ import annotations

import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

PASSWORD = "prova utan risk"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
FACTS = {
    "legal_form": "ideell_forening",
    "organisation_number_since": "2019-03-01",
    "statutes_document": "ja",
    "annual_minutes": "ja",
    "signed": "ja",
    "annual_meeting_held_on": "2026-03-15",
    "board_elected_on": "2026-03-15",
    "activity_report": "ja",
    "accounts": "ja",
    "audit_report": "ja",
    "audit_signed": "ja",
    "signed_by_role": "ordförande",
    "signed_on": "2026-10-01",
    "giro_holder_is_association": "ja",
    "amount_applied": "40 000",
    "members_total": "120",
    "avstand_valdsbejakande_uttryck_signed": "ja",
    "application_date": "2026-10-01",
    "statutes_text": "Alla är välkomna.",
    "separate_activity_has_objective_reason": "ja",
}
BOOKING = {
    "organiser_of_record": "Föreningen själv",
    "event_purpose": "körövning",
    "responsible_person": "ordföranden",
    "expected_visitors": "25",
    "organiser_is_booker": "ja",
    "external_speakers": "nej",
    "open_to_public": "nej",
    "booker_is_private": "nej",
    "event_title": "Körövning",
}


@contextmanager
def signed_in(
    browser: Browser, address: str, user: str, *, scripts: bool = True, width: int = 1280, anew: bool = False
) -> Iterator[Page]:
    """Somebody signed in, in a browser of their own. anew: with a session of their own, which they may end."""
    if anew:
        SIGNED_IN.pop((address, user), None)
    page = as_user(browser, address, user, java_script_enabled=scripts, viewport={"width": width, "height": 900})
    if anew:
        SIGNED_IN.pop((address, user), None)
    page.goto(address)
    yield page
    page.context.close()


def as_user(browser: Browser, address: str, user: str, password: str = PASSWORD, **look: Any) -> Page:
    """An empty page of a browser that is signed in: who has signed in at an address once is signed in there again."""
    saved = SIGNED_IN.get((address, user))
    context = browser.new_context(**look, **({"storage_state": saved} if saved else {}))
    if saved is None:
        token = TOKEN.search(context.request.get(f"{address}/logga-in").text())
        assert token
        answer = context.request.post(
            f"{address}/logga-in", form={"csrf_token": token[1], "login": user, "password": password}
        )
        assert answer.ok
        SIGNED_IN[address, user] = context.storage_state()
    return context.new_page()


ON_A_DESK = (1280, pytest.param(390, marks=pytest.mark.thorough))
ON_A_PHONE = (390, pytest.param(1280, marks=pytest.mark.thorough))
"""Where a walk is made most; the other width when it is thorough. How each page looks at both is tested page by page."""
SIGNED_IN: dict[tuple[str, str], Any] = {}
"""Address and login -> what the browser kept after signing in."""


AXE = (Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js").read_text(encoding="utf-8")
ASKED = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # what is in order is not described element by element
}


def violations(page: Page) -> list[str]:
    """What axe has against a page: each rule with the first element that breaks it."""
    page.evaluate(f"{AXE}\n;0")  # what a script ends in would be sent here
    found: list[str] = page.evaluate(
        "asked => axe.run(asked).then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html.slice(0, 200)))", ASKED
    )
    return found


def fill(page: Page, facts: dict[str, str]) -> None:
    """Fills the fields that the form has; it asks only for what the rules read."""
    for fact, value in facts.items():
        found = page.locator(f"#f-{fact}")
        if not found.count():
            continue
        if found.evaluate("e => e.tagName") == "SELECT":
            found.select_option(value)
        else:
            found.fill(value)


CASE, CLOSED, DOUBTED, BOOKED = "BID-2026-0016", "BID-2025-0001", "BID-2026-0030", "BOK-2026-0002"
PAGES: dict[str, tuple[str, str]] = {
    "login": ("", "/logga-in"),
    "queue": ("caseworker.norr", "/arenden"),
    "queue-none": ("caseworker.norr", "/arenden?q=finns+inte"),
    "choose-schemes": ("caseworker.norr", "/arenden/ny?omgang=3"),
    "new-several": ("caseworker.norr", "/arenden/ny?omgang=3&bidragsform=1&bidragsform=2"),
    "new-grant": ("caseworker.norr", "/arenden/ny"),
    "case": ("caseworker.norr", f"/arenden/{CASE}"),
    "case-doubted": ("caseworker.norr", f"/arenden/{DOUBTED}"),
    "facts": ("caseworker.norr", f"/arenden/{CASE}/uppgifter"),
    "bookings": ("premises.norr", "/bokningar"),
    "week": ("premises.norr", "/bokningar/vecka"),
    "bookers": ("premises.norr", "/bokningar/bokare"),
    "week-answered": ("decision-maker.norr", "/bokningar/vecka/2026-W01"),
    "letting": ("administrator.norr", "/uthyrning"),
    "letting-outside": ("premises.norr", "/uthyrning/rutin"),
    "information-form": ("premises.norr", "/uthyrning/informationsblankett"),
    "rooms": ("administrator.norr", "/lokaler"),
    "rooms-week": ("premises.norr", "/lokaler/vecka/2026-W48"),
    "room-log": ("premises.norr", "/lokaler/1/logg"),
    "door-list": ("premises.norr", "/lokaler/dorrlista/2026-11-20"),
    "room-new": ("premises.mitt", "/lokaler/boka"),
    "deviation": ("premises.norr", f"/arenden/{BOOKED}/avvikelse"),
    "take-back": ("decision-maker.norr", f"/arenden/{BOOKED}/avboka"),
    "new-booking": ("premises.norr", "/bokningar/ny"),
    "booking": ("premises.norr", f"/arenden/{BOOKED}"),
    "check": ("premises.norr", "/snabbkoll"),
    "check-answer": ("premises.norr", "/snabbkoll?q=802999-0010&typ=bokning"),
    "check-several": ("caseworker.norr", "/snabbkoll?q=kulturföreningen&typ=bidrag"),
    "check-new": ("premises.norr", "/snabbkoll?q=finns+inte+alls"),
    "check-open": ("caseworker.norr", "/snabbkoll?q=802999-0010&typ=bokning&disk=0"),
    "associations": ("caseworker.norr", "/foreningar?q=tankeholms+kvinofor"),
    "association": ("caseworker.norr", "/foreningar/39"),
    "association-unsure": ("caseworker.norr", "/foreningar/40"),
    "association-premises": ("premises.norr", "/foreningar/1"),
    "merge": ("caseworker.norr", "/foreningar/40/sla-ihop/41"),
    "case-unsure": ("caseworker.norr", "/arenden/BID-2026-0032"),
    "papers": ("caseworker.norr", "/handlingar?q=protokoll&forening=39"),
    "order": ("administrator.norr", "/ordning"),
    "order-read": ("caseworker.mitt", "/ordning"),
    "setup": ("administrator.norr", "/kom-igang"),
    "people": ("administrator.norr", "/personer"),
    "people-manager": ("manager.norr", "/personer"),
    "password": ("caseworker.norr", "/losenord"),
    "trail": ("auditor.norr", "/spar"),
    "reads": ("manager.norr", "/spar/last"),
    "personal-data": ("administrator.norr", "/personuppgifter"),
    "personal-data-read": ("caseworker.mitt", "/personuppgifter"),
    "two-steps": ("caseworker.norr", "/losenord/tva-steg"),
    "proof": ("caseworker.norr", "/bekrafta"),
    "delegation": ("administrator.norr", "/delegation"),
    "unreported": ("registrar.norr", "/delegation/anmal"),
    "opinions": ("manager.norr", "/register/opinions"),
    "delegated": ("manager.norr", "/register/delegated"),
    "associations-register": ("manager.norr", "/register/associations"),
    "schemes": ("rules-owner.norr", "/bidragsformer"),
    "new-scheme": ("rules-owner.norr", "/bidragsformer/ny"),
    "scheme": ("rules-owner.norr", "/bidragsformer/1"),
    "letting-kinds": ("rules-owner.norr", "/uthyrningsformer"),
    "letting-kind": ("rules-owner.norr", "/uthyrningsformer/1"),
    "rounds": ("caseworker.norr", "/omgangar"),
    "budget-lines": ("caseworker.norr", "/omgangar/budget"),
    "budget-line": ("caseworker.norr", "/omgangar/budget/1"),
    "new-round": ("caseworker.norr", "/omgangar/ny"),
    "round": ("caseworker.norr", "/omgangar/2"),
    "change-round": ("caseworker.norr", "/omgangar/2/andra"),
    "allocation": ("caseworker.norr", "/omgangar/2/fordelning"),
    "outside-decisions": ("caseworker.norr", "/omgangar/tidigare-beslut"),
    "board-item": ("caseworker.norr", "/omgangar/2/arende"),
    "board-decision": ("caseworker.mitt", "/namndens-beslut/1"),
    "board-appeals": ("caseworker.mitt", "/namndens-beslut/1/overklaganden"),
    "board-sheet-of-two": ("caseworker.mitt", "/omgangar/17/fordelning"),
    "refusals": ("caseworker.mitt", "/register/refusals"),
    "imports": ("caseworker.norr", "/import"),
    "incoming": ("caseworker.norr", "/inkommet"),
    "completions": ("caseworker.norr", "/kompletteringar"),
    "completion-letters": ("caseworker.norr", "/kompletteringar/1"),
    "forms": ("caseworker.norr", "/blanketter"),
    "meetings": ("group-secretary.norr", "/moten"),
    "conflicts": ("group-secretary.norr", "/moten/4/jav"),
    "help": ("", "/hjalp"),
    "help-page": ("caseworker.norr", "/hjalp/ansokan"),
    "meeting": ("auditor.norr", "/moten/3"),
    "meeting-case": ("group-secretary.norr", "/moten/3?punkt=3"),
    "meeting-opening": ("group-secretary.norr", "/moten/3?punkt=1"),
    "notes": ("group-secretary.norr", "/moten/3/anteckningar"),
    "letters": ("caseworker.norr", "/arenden/BID-2025-0003/brev"),
    "letter-preview": ("caseworker.norr", "/arenden/BID-2025-0001/brev?typ=approval&om=1"),
    "own-templates": ("administrator.norr", "/mallar"),
    "systems": ("administrator.norr", "/system"),
    "officer-report": ("caseworker.norr", f"/arenden/{DOUBTED}/tjansteutlatande"),
    "to-decide-one": ("decision-maker.norr", f"/att-besluta/{DOUBTED}"),
    "due": ("caseworker.norr", "/frister"),
    "watches": ("caseworker.norr", "/bevakningar"),
    "registry": ("registrar.norr", "/diarium"),
    "working-material": ("registrar.norr", "/diarium/arbetsmaterial"),
    "records": ("registrar.norr", "/arenden/BID-2025-0001/handlingar?rad=note-1"),
    "association-records": ("registrar.norr", "/foreningar/1/handlingar"),
    "endings": ("decision-maker.norr", "/avskrivningar"),
    "ending-new": ("caseworker.norr", f"/avskrivningar/ny?number={CASE}"),
    "letters-waiting": ("caseworker.norr", "/brev"),
    "watch-new": ("caseworker.norr", f"/bevakningar/ny?arende={CASE}"),
    "special-reviews": ("caseworker.norr", "/kontroller"),
    "special-review": ("caseworker.norr", "/kontroller/SGR-2026-0001"),
    "followed_associations": ("caseworker.norr", "/uppfoljning/foreningar"),
    "samples": ("caseworker.norr", "/uppfoljning/stickprov"),
    "sample": ("manager.norr", "/uppfoljning/stickprov/STP-2026-0001"),
    "activities": ("caseworker.norr", "/uppfoljning/aktiviteter"),
    "activity": ("manager.norr", "/uppfoljning/aktivitet/7"),
    "grant_routine": ("manager.norr", "/rutin/bidrag"),
    "overview": ("manager.norr", "/oversikt"),
    "overview-cases": ("manager.norr", "/oversikt/steg/received"),
    "period-reports": ("manager.norr", "/rapport"),
    "period-report": ("manager.norr", "/rapport/2026-VB"),
    "period-report-sent": ("auditor.norr", "/rapport/skickad/1"),
    "figure-cases": ("manager.norr", "/rapport/2026-VB/tal/inkomna/total"),
    "tips": ("caseworker.norr", "/foreningar/1/tips"),
    "special-review-new": ("caseworker.norr", "/foreningar/1/kontroll"),
    "projected": ("auditor.norr", "/moten/3?lage=projektor&punkt=3"),
    "to-decide": ("decision-maker.norr", "/att-besluta"),
    "draft": ("decision-maker.norr", f"/arenden/{DOUBTED}/beslut"),
    "decision": ("caseworker.norr", "/beslut/1"),
    "payments": ("finance.norr", "/utbetalningar"),
    "follow-up": ("caseworker.norr", "/uppfoljning"),
    "report-late": ("caseworker.norr", "/arenden/BID-2025-0001/redovisning"),
    "report-unread": ("caseworker.norr", "/arenden/BID-2025-0006/redovisning"),
    "report-deviates": ("caseworker.norr", "/arenden/BID-2025-0005/redovisning"),
    "new-reclaim": ("caseworker.norr", "/arenden/BID-2025-0003/aterkrav"),
    "reclaims": ("caseworker.norr", "/aterkrav"),
    "reclaim": ("finance.norr", "/aterkrav/ATK-2026-0002"),
    "registers": ("manager.norr", "/register"),
    "approvals": ("manager.norr", "/register/approvals"),
    "reclaim-register": ("manager.norr", "/register/reclaims"),
    "why": ("caseworker.norr", f"/arenden/{CASE}/varfor/medlemmar-minst"),
    "rules": ("rules-owner.norr", "/regler"),
    "rule-version": ("rules-owner.norr", "/regler/version/2"),
    "rules-shipped": ("rules-owner.norr", "/regler/medfoljande/farsta-2021"),
    "rules-new": ("rules-owner.norr", "/regler/nytt"),
    "rules-draft": ("manager.norr", "/regler/utkast/2"),
    "rules-text": ("rules-owner.norr", "/regler/utkast/2/text"),
    "rules-criterion": ("rules-owner.norr", "/regler/utkast/2/kriterium/0"),
    "rules-new-criterion": ("rules-owner.norr", "/regler/utkast/2/kriterium/ny"),
    "rules-library": (
        "rules-owner.norr",
        "/regler/utkast/2/bibliotek?villkor=Minst%2015%20medlemmar%0AS%C3%A4te%20i%20kommunen",
    ),
    "rules-amount": ("rules-owner.norr", "/regler/utkast/2/belopp"),
    "rules-fact": ("rules-owner.norr", "/regler/utkast/2/uppgift"),
    "rules-list": ("rules-owner.norr", "/regler/utkast/2/lista"),
    "rules-case": ("rules-owner.norr", "/regler/utkast/2/typfall/0"),
    "rules-cases-unread": ("rules-owner.norr", "/regler/utkast/2/typfall"),
    "rules-form": ("rules-owner.norr", "/regler/utkast/2/formular"),
    "rules-form-preview": ("rules-owner.norr", "/regler/utkast/2/formular/visa"),
    "rules-about": ("rules-owner.norr", "/regler/utkast/2/om"),
    "rules-trial": ("rules-owner.norr", "/regler/prov/2"),
    "rules-review": ("manager.norr", "/regler/utkast/2/granska"),
    "rules-moves": ("caseworker.soder", "/regler/version/5/arenden"),
    "forbidden": ("administrator.norr", "/arenden"),
    "missing": ("caseworker.norr", "/arenden/BID-2026-9999"),
    "payments-made": ("finance.norr", "/utbetalningar?betalda=1"),
    "payment-bases": ("finance.norr", "/utbetalningar/underlag"),
    "payment-basis": ("finance.norr", "/utbetalningar/underlag/UTB-2026-0001"),
    "support": ("caseworker.norr", "/foreningar/5/stod"),
    "grant-change": ("caseworker.norr", "/arenden/BID-2025-0003/andring"),
    "grant-change-waits": ("decision-maker.norr", "/arenden/BID-2025-0001/andring"),
    "deviations": ("manager.norr", "/register/deviations"),
}
"""Name -> who opens it, and where: every page of the road."""
