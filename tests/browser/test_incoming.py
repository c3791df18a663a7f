"""An e-mail with three attachments becomes a case in four clicks; on a desk and on a phone, with and without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.people import signed_in
from tests.browser.test_case_pages import check
from tests.formats import mails
from tests.formats.mails import PDF

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.long]


@pytest.mark.parametrize(("width", "scripts"), [pytest.param(1280, False, marks=pytest.mark.thorough), (390, True)])
def test_a_mail_with_three_attachments_is_a_case_in_four_clicks(
    browser: Browser,
    address: str,
    tmp_path: Path,
    width: int,
    scripts: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    files = [
        ("Stadgar.pdf", PDF + b"%d" % width),
        ("Årsmötesprotokoll.pdf", PDF + b"a%d" % width),
        ("Budget 2027.pdf", PDF),
    ]
    text = f"Hej!\nHär kommer vår ansökan.\n\nProvby Mejlare {width}\nOrg.nr 802999-9{width % 900:03}"
    mail = tmp_path / "Ansökan om bidrag.eml"
    mail.write_bytes(mails.eml(f"Ansökan {width}", text, files=files, sender=f"Prov <prov{width}@x.example>"))
    with signed_in(browser, address, "caseworker.mitt", scripts=scripts, width=width) as page:
        page.goto(f"{address}/arenden")
        page.get_by_role("link", name="Ny ansökan").click()  # one
        page.get_by_label("Sparat mejl, eller filer").set_input_files(mail)  # two
        page.get_by_role("button", name="Läs mejlet eller filerna").click()  # three
        expect(page.get_by_text("Stadgar.pdf").first).to_be_visible()
        if scripts:
            check(page)
        page.get_by_label("Föreningens namn").fill(f"Provby Mejlare {width}")
        page.get_by_role("button", name="Lägg in").click()  # four
        expect(page.get_by_role("heading", name=f"Provby Mejlare {width}").first).to_be_visible()
        expect(page.locator("#documents").get_by_title("Årsmötesprotokoll.pdf")).to_be_visible()


def test_what_waits_and_what_is_gone_are_accessible_pages(browser: Browser, address: str, tmp_path: Path) -> None:
    mail = tmp_path / "a.eml"
    mail.write_bytes(mails.eml("En fråga", files=[("arkiv.zip", b"PK\x03\x04")]))
    with signed_in(browser, address, "caseworker.mitt") as page:
        page.goto(f"{address}/inkommet")
        page.get_by_label("Sparat mejl, eller filer").set_input_files(mail)
        page.get_by_role("button", name="Läs mejlet eller filerna").click()
        expect(page.get_by_text("Filen är av en typ som inte tas emot.")).to_be_visible()
        check(page)
        here = page.url
        page.goto(f"{address}/inkommet")
        check(page)
        page.goto(here)
        page.get_by_role("button", name="Ta bort").click()
        page.goto(here)
        expect(page.get_by_text("Det ligger inte längre här.")).to_be_visible()
        check(page)
