"""A board signed in by a real provider of OpenID Connect: groups, second factor, a proof anew, out at both ends."""

from __future__ import annotations

import base64
import re
import secrets
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyotp
import pytest
import requests
from playwright.sync_api import expect

from tests.browser.conftest import free_port, needed, start_server
from tests.browser.people import violations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.databases import Databases
    from tests.demonstration import FilledOnce

pytestmark = pytest.mark.long

SCRIPT = Path(__file__).parents[1] / "identity" / "real_provider.py"
PASSWORD = "korrekt häst batteri"
APP = base64.b32encode(b"0123456789abcdef").decode()
GROUPS = """\
groups:
  - group: vetting-norr-handlaggare
    board: norr
    roles: [caseworker]
  - group: vetting-norr-ekonomi
    board: norr
    roles: [auditor]
"""


@dataclass(frozen=True)
class World:
    address: str
    """Where the program is served."""
    provider: str


def _python() -> Path:
    """The provider's own Python, which `make test` installs."""
    found = Path(sys.prefix) / "provider" / "bin" / "python"
    if not found.exists():
        needed("The provider of tests (make .venv/provider.done)")
    return found


@contextmanager
def _world(databases: Databases, demonstration: FilledOnce, factors: str) -> Iterator[World]:
    folder = Path(tempfile.mkdtemp(dir=databases.folder))
    (folder / "grupper.yaml").write_text(GROUPS, encoding="utf-8")
    port, provider_port = free_port(), free_port()
    address, provider = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{provider_port}"
    arguments = [str(_python()), str(SCRIPT), str(provider_port), address, factors]
    process = subprocess.Popen(arguments, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"{provider}/.well-known/openid-configuration")
        server = start_server(
            port,
            demonstration.copy(folder),
            TESTS_CLOCK_SHIFT="0",  # the provider knows the real day only
            VETTING_OIDC_ISSUER=provider,
            VETTING_OIDC_CLIENT="vetting",
            VETTING_OIDC_SECRET="only-of-these-tests",  # the provider's of the tests
            VETTING_OIDC_SCOPES="openid profile groups",
            VETTING_OIDC_ROLES=str(folder / "grupper.yaml"),
        )
        _wait_for(f"{address}/logga-in/katalog")
        yield World(address, provider)
        server.terminate()
        server.wait(300)
    finally:
        process.kill()
        process.wait(300)


def _wait_for(address: str) -> None:
    for _ in range(600):
        try:
            requests.get(address, timeout=2).raise_for_status()
        except requests.RequestException:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the provider did not answer")


@pytest.fixture(scope="module")
def world(databases: Databases, demonstration: FilledOnce) -> Iterator[World]:
    with _world(databases, demonstration, "two") as found:
        yield found


@pytest.fixture(scope="module")
def by_password(databases: Databases, demonstration: FilledOnce) -> Iterator[World]:
    with _world(databases, demonstration, "one") as found:
        yield found


def starting(address: str) -> re.Pattern[str]:
    """Matches an address and all below it."""
    return re.compile(re.escape(address))


def send(page: Page) -> None:
    """Sends the form when all is loaded: the provider keeps its steps in a cookie, which a late picture's answer undoes."""
    page.wait_for_load_state("networkidle")
    page.locator("form button[type=submit], form input[type=submit]").first.click()


def sign_in(page: Page, world: World, login: str, *, code: bool = True) -> None:
    page.goto(f"{world.address}/logga-in?next=/register")
    page.get_by_role("link", name="Logga in med kommunens konto").click()
    page.locator("input[name=login]").fill(login)
    send(page)
    give_password(page, code=code)


def give_password(page: Page, *, code: bool) -> None:
    page.locator("input[name=password]").fill(PASSWORD)
    send(page)
    if code:
        _wait_for_a_fresh_code()
        page.locator("input[name=otp]").fill(pyotp.TOTP(APP).now())
        send(page)


def _wait_for_a_fresh_code() -> None:
    """The provider takes the code of the moment only."""
    left = 30 - time.time() % 30
    if left < 3:
        time.sleep(left)


@pytest.mark.guards("a directory that lies, or somebody who lies in its name", "7.6.1")
def test_a_group_gives_its_role_the_directorys_second_factor_counts_and_out_is_out_at_both_ends(
    browser: Browser, world: World
) -> None:
    page = browser.new_context().new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if "Content Security" in message.text else None)
    sign_in(page, world, "kim")
    expect(page).to_have_url(f"{world.address}/register")
    assert "Kim Ek" in page.locator("header").inner_text()
    page.goto(f"{world.address}/arenden")
    assert page.locator("h1").inner_text() != "Du har inte behörighet till sidan."
    page.goto(f"{world.address}/bekrafta?next=/i-dag")
    assert violations(page) == []
    page.get_by_role("link", name="Bekräfta med kommunens konto").click()
    give_password(page, code=True)
    expect(page).to_have_url(f"{world.address}/i-dag")
    page.locator("header.top summary:visible").click()
    page.get_by_role("button", name="Logga ut").click()
    expect(page).to_have_url(starting(f"{world.address}/logga-in"))
    assert violations(page) == []
    page.goto(f"{world.address}/logga-in/katalog")
    expect(page).to_have_url(starting(world.provider))
    assert page.locator("input[name=login]").count() == 1  # nobody is signed in there
    page.goto(f"{world.address}/i-dag")
    expect(page).to_have_url(starting(f"{world.address}/logga-in"))
    assert said == []


def test_whose_groups_give_nothing_is_told_and_not_let_in(browser: Browser, world: World) -> None:
    page = browser.new_context().new_page()
    sign_in(page, world, "utan")
    assert "Ingen av dina grupper i kommunens katalog ger en roll här." in page.locator("main").inner_text()
    assert violations(page) == []
    page.goto(f"{world.address}/i-dag")
    expect(page).to_have_url(starting(f"{world.address}/logga-in"))


def test_a_group_that_is_renamed_ends_the_role_at_the_next_sign_in(browser: Browser, world: World) -> None:
    page = browser.new_context().new_page()
    sign_in(page, world, "lo")
    expect(page).to_have_url(f"{world.address}/register")
    page.context.request.get(f"{world.provider}/for-tests/groups/vetting-norr-ekonomi?to={secrets.token_hex(4)}")
    again = browser.new_context().new_page()
    sign_in(again, world, "lo")
    assert "Ingen av dina grupper" in again.locator("main").inner_text()
    page.goto(f"{world.address}/register")
    expect(page).to_have_url(starting(f"{world.address}/logga-in"))  # the session from before is worth nothing either


def test_without_a_second_factor_at_the_directory_an_app_is_connected_where_the_board_demands_it(
    browser: Browser, by_password: World
) -> None:
    admin = browser.new_context().new_page()
    admin.goto(f"{by_password.address}/logga-in")
    admin.locator("#login").fill("administrator.norr")
    admin.locator("#password").fill("prova utan risk")
    admin.locator("main form button[type=submit]").click()
    expect(admin).not_to_have_url(starting(f"{by_password.address}/logga-in"))
    admin.goto(f"{by_password.address}/ordning")
    admin.locator("#factor-heading").click()
    admin.get_by_label("Handläggare", exact=True).check()
    admin.get_by_role("button", name="Kräv två steg").click()
    expect(admin.get_by_text("Kravet gäller från nästa sida")).to_be_visible()
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    sign_in(page, by_password, "kim", code=False)
    expect(page).to_have_url(f"{by_password.address}/losenord/tva-steg")
    assert violations(page) == []
    key = page.locator("main code").inner_text().replace("-", "")
    page.locator("#code").fill(pyotp.TOTP(key).now())
    page.get_by_role("button", name="Koppla appen").click()
    assert page.locator("main li code").count() == 10
    assert violations(page) == []
    page.locator("header.top summary:visible").click()
    page.get_by_role("button", name="Logga ut").click()
    expect(page).to_have_url(starting(f"{by_password.address}/logga-in"))  # by way of the provider, which ends its own
    sign_in(page, by_password, "kim", code=False)
    expect(page).to_have_url(starting(f"{by_password.address}/logga-in/kod"))
    assert violations(page) == []
    page.locator("#code").fill(pyotp.TOTP(key).at(time.time() + 30))  # the one of now has been used
    page.get_by_role("button", name="Logga in").click()
    expect(page).to_have_url(f"{by_password.address}/register")
