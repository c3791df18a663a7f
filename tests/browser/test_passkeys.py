"""A passkey in a browser with an authenticator: made, signed in with, asked for anew, taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.people import violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.long

PASSWORD = "prova utan risk"


def with_authenticator(browser: Browser, **look: Any) -> tuple[Page, Any, str]:
    page = browser.new_context(**look).new_page()
    protocol = page.context.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    made = protocol.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )
    return page, protocol, made["authenticatorId"]


def sign_in(page: Page, site: str, login: str = "registrar.norr") -> None:
    page.goto(f"{site}/logga-in?next=/register")
    page.locator("#login").fill(login)
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button[type=submit]").last.click()


def test_a_passkey_is_made_and_signs_in_and_proves_and_goes(browser: Browser, address: str) -> None:
    site = address.replace("127.0.0.1", "localhost")  # a passkey is for a name, never for a number
    page, protocol, device = with_authenticator(browser, viewport={"width": 390, "height": 844})
    sign_in(page, site)
    page.goto(f"{site}/losenord/tva-steg")
    page.locator("#passkey-name").fill("Jobbdatorn")
    page.get_by_role("button", name="Lägg till en passnyckel").click()
    page.wait_for_selector("main li code")
    assert page.locator("main li code").count() == 10
    page.goto(f"{site}/losenord/tva-steg")
    assert "Jobbdatorn" in page.locator("main").inner_text()
    assert violations(page) == []
    page.get_by_role("button", name="Logga ut").click()

    sign_in(page, site)
    assert page.url.startswith(f"{site}/logga-in/kod")
    assert violations(page) == []
    page.get_by_role("button", name="Logga in med passnyckel").click()
    page.wait_for_url(f"{site}/register")
    page.goto(f"{site}/bekrafta?next=/i-dag")
    assert violations(page) == []
    page.get_by_role("button", name="Bekräfta med passnyckel").click()
    page.wait_for_url(f"{site}/i-dag")

    stranger, _protocol, _device = with_authenticator(browser)  # another device: the password is not enough
    sign_in(stranger, site)
    stranger.get_by_role("button", name="Logga in med passnyckel").click()
    stranger.wait_for_selector("form [role=alert]:not([hidden])")
    stranger.goto(f"{site}/i-dag")
    assert stranger.url.startswith(f"{site}/logga-in")

    [made] = protocol.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    assert made["rpId"] == "localhost"
    page.goto(f"{site}/losenord/tva-steg")
    page.get_by_role("button", name="Ta bort").click()
    page.get_by_role("button", name="Logga ut").click()
    sign_in(page, site)
    assert page.url == f"{site}/register"


def test_without_scripts_there_is_no_form_for_a_passkey(browser: Browser, address: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    sign_in(page, address, "caseworker.mitt")
    page.goto(f"{address}/losenord/tva-steg")
    assert not page.get_by_role("button", name="Lägg till en passnyckel").is_visible()
    assert "Passnycklar kräver JavaScript." in page.locator("main").inner_text()
