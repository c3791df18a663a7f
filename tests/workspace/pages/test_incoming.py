"""The pages of mails and files: handed in, looked at, put in a case; every refusal keeps what was chosen."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from tests.board import NUMBERS
from tests.formats import mails
from tests.formats.mails import PDF
from tests.page_fixtures import Somebody, board, kim, somebody
from tests.sent import fields as sent_fields
from vetting.casework.models.cases import Case
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

__all__ = ["board", "kim"]

FILES = [("Stadgar.pdf", PDF), ("årsmöte.pdf", PDF + b"2"), ("budget.pdf", PDF + b"3")]


def hand_in(somebody: Somebody, *files: tuple[str, bytes], **fields: str) -> TestResponse:
    """As a browser sends several files under one name."""
    data: dict[str, Any] = {"csrf_token": somebody.token(), "kind": "grant", "case": "", **fields}
    data["files"] = [FileStorage(io.BytesIO(content), name, "files") for name, content in files]
    stream, _, boundary = stream_encode_multipart(data, threshold=50_000_000)
    return somebody.client.post(
        "/inkommet", data=stream.read(), content_type=f"multipart/form-data; boundary={boundary}"
    )


def ticked(page: str) -> dict[str, str]:
    """What the page's form would send when nothing is changed."""
    return {name: value for name, value in sent_fields(page).items() if name.startswith(("part-", "type-"))}


def count(kim: Somebody) -> int:
    with open_reading(kim.board.database) as s:
        return int(s.scalar(select(func.count()).select_from(Case)) or 0)


def test_a_mail_becomes_a_case_as_it_is_proposed(kim: Somebody) -> None:
    data = mails.eml(
        "Ansökan 2027", f"Org.nr {NUMBERS[2][:6]}-{NUMBERS[2][6:]}\n<script>alert(1)</script>", files=FILES
    )
    answer = hand_in(kim, ("ansökan.eml", data))
    assert answer.status_code == 303, answer.text
    address = answer.headers["Location"]
    page = kim.get(address).text
    assert "Ansökan 2027" in page
    assert "kim@provkvarnen.example" in page
    assert "<script>alert" not in page
    assert 'value="2026-11-19"' in page
    assert f'value="{NUMBERS[2]}"' in page
    fields = {"case": "ny", "name": "Föreningen Prov Tre", "number": NUMBERS[2], "received_on": "2026-11-19"}
    made = kim.send(address, **fields, **ticked(page))
    assert made.status_code == 303, made.text
    case = kim.get(made.headers["Location"]).text
    assert "Föreningen Prov Tre" in case
    assert case.count("/handlingar/") >= 4
    assert "Lade in ett mejl" in case
    gone = kim.get(address)
    assert gone.status_code == 200
    assert "Det ligger inte längre här." in gone.text
    assert kim.send(address, **fields).status_code == 409


def test_what_was_chosen_stays_when_something_is_to_be_corrected(kim: Somebody) -> None:
    address = hand_in(kim, ("a.eml", mails.eml(files=FILES))).headers["Location"]
    page = kim.get(address).text
    fields = ticked(page)
    first = min(name for name in fields if name.startswith("type-"))
    fields |= {first: "accounts", "case": "ny", "name": "Prov", "number": "123", "received_on": "i går"}
    refused = kim.send(address, **fields)
    assert refused.status_code == 422
    assert "”123” är inget organisationsnummer." in refused.text
    assert "”i går” är inget datum." in refused.text
    assert ticked(refused.text)[first] == "accounts"
    assert 'value="i går"' in refused.text
    assert count(kim) == 0


def test_several_mails_wait_in_a_list_and_can_be_thrown_away(kim: Somebody) -> None:
    answer = hand_in(kim, ("a.eml", mails.eml("Första")), ("b.eml", mails.eml("Andra")), ("c.pdf", PDF))
    assert answer.headers["Location"].endswith("/inkommet")
    page = kim.get("/inkommet").text
    assert all(text in page for text in ("Första", "Andra", "c.pdf"))
    assert kim.send("/inkommet/1/kasta").status_code == 303
    assert "Första" not in kim.get("/inkommet").text


def test_a_mail_on_a_case_goes_into_that_case(kim: Somebody) -> None:
    number = kim.board.receive().number
    assert "Lägg in ett mejl eller flera filer" in kim.get(f"/arenden/{number}").text
    address = hand_in(kim, ("a.eml", mails.eml("Komplettering", files=FILES)), case=number).headers["Location"]
    page = kim.get(address).text
    assert "Ny ansökan</label>" not in page
    made = kim.send(address, case=number, received_on="2026-11-19", **ticked(page))
    assert made.headers["Location"].endswith(number)
    assert count(kim) == 1


def test_files_that_cannot_be_used_say_why_and_what_to_do(kim: Somebody) -> None:
    broken = hand_in(kim, ("a.eml", b"ingenting"))
    assert broken.status_code == 422
    assert "Filen är inget sparat mejl." in broken.text
    nothing = hand_in(kim)
    assert nothing.status_code == 422
    assert "Ingen fil är vald." in nothing.text
    assert hand_in(kim, ("a.eml", mails.eml()), case="BID-2026-0099").status_code == 404
    left = kim.get(hand_in(kim, ("a.eml", mails.eml(files=[("arkiv.zip", b"PK\x03\x04")]))).headers["Location"]).text
    assert "Filen är av en typ som inte tas emot." in left
    assert "Mejlet som det kom" in left


def test_premises_staff_take_in_bookings_and_see_no_applications(kim: Somebody) -> None:
    hand_in(kim, ("a.eml", mails.eml("Om bidrag")))
    lo = somebody(kim.board, Role.PREMISES)
    assert "Om bidrag" not in lo.get("/inkommet").text
    assert lo.get("/inkommet/1").status_code == 404
    assert hand_in(lo, ("b.eml", mails.eml("Om lokal"))).status_code == 404
    assert hand_in(lo, ("b.eml", mails.eml("Om lokal")), kind="booking").status_code == 303
    assert "Om lokal" in lo.get("/inkommet").text


def test_a_list_and_a_mail_of_some_megabytes_are_taken_in(kim: Somebody) -> None:
    big = mails.eml(files=[("stor.pdf", PDF + b"x" * 6_000_000)])
    assert hand_in(kim, ("a.eml", big)).status_code == 303
    rows = "\n".join(f"Föreningen Prov {n};;{n}" for n in range(9_000))
    listed = kim.send("/import", file=(f"Förening;Org.nr;Medlemmar\n{rows}".encode(), "stor.csv"))
    assert listed.status_code == 303


def test_a_report_that_comes_by_mail_goes_into_its_decided_case(kim: Somebody) -> None:
    case = kim.board.approve()
    mail = mails.eml("Redovisning", f"Org.nr {NUMBERS[0]}", files=[("R.pdf", PDF)])
    address = hand_in(kim, ("a.eml", mail)).headers["Location"]
    page = kim.get(address).text
    assert f"I ärende {case.number}" in page
    answer = kim.send(address, **sent_fields(page) | {"case": case.number})
    assert answer.status_code == 303, answer.text
    assert "R.pdf" in kim.get(f"/arenden/{case.number}").text
