"""The pages of completion: chosen cases asked at once, the letters fetched, gaps noted, addresses kept."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import NUMBERS, booking_facts, clean_facts
from tests.factories import TODAY
from tests.page_fixtures import Somebody, board, kim
from tests.sent import fields
from vetting import clock
from vetting.casework.models.completions import Completion, CompletionBatch, Contact, GapNote
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.workspace.services.case_files import case_file

if TYPE_CHECKING:
    from typing import Any

__all__ = ["board", "kim"]


def lacking(kim: Somebody, place: int = 0) -> str:
    return kim.board.receive(clean_facts(NUMBERS[place], f"Föreningen {place}", accounts=None)).number


def kept(kim: Somebody, table: Any) -> list[Any]:
    with open_reading(kim.board.database) as s:
        return list(s.scalars(select(table).order_by(table.id)))


def test_what_is_ticked_is_asked_and_the_letters_are_fetched(kim: Somebody) -> None:
    one, other = lacking(kim), lacking(kim, 1)
    assert kim.send(f"/arenden/{one}/kontakt", email="kassor@forening.example", postal="").status_code == 303
    page = kim.get("/kompletteringar").text
    assert "kassor@forening.example" in page
    assert "adress saknas" in page
    assert fields(page)["number"] in {one, other}
    answer = kim.client.post(
        "/kompletteringar",
        data={"csrf_token": kim.token(), "act": "ask", "number": [one, other], "due_on": "", "text": "<b>Ring</b>"},
    )
    assert answer.status_code == 303, answer.text
    address = answer.headers["Location"]
    shown = kim.get(address).text
    assert "Skicka 2 brev" in shown
    assert "&lt;b&gt;Ring&lt;/b&gt;" in shown
    assert f"/brev?begaran={address.rsplit('/', 1)[-1]}" in shown
    waiting = kim.get(f"/brev?begaran={address.rsplit('/', 1)[-1]}").text
    keys = re.findall(r'name="letter" value="(\d+)"', waiting)
    assert len(keys) == 2
    assert kim.get("/brev?begaran=99").text.count('name="letter"') == 0
    data = {"csrf_token": kim.token(), "letter": keys}
    drafts = kim.client.post("/brev/hamta", data=data)
    assert drafts.mimetype == "application/zip"
    assert {name.rsplit(".", 1)[-1] for name in zipfile.ZipFile(io.BytesIO(drafts.data)).namelist()} == {"eml", "pdf"}
    gone = kim.client.post("/brev", data=data | {"way": "mail"}).text
    assert "1 brev är antecknat som skickat." in gone
    told = kim.get(address).text
    assert "Skicka 1 brev" in told
    assert "inte skickat" in told
    assert "attachment" in drafts.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"due_on": "i morgon"}, "datum"),
        ({"due_on": "2020-01-01"}, "Svarsdagen måste vara en kommande dag."),
        ({"number": []}, "Inget ärende är valt."),
    ],
)
def test_a_refused_act_keeps_what_was_typed_and_asks_nobody(kim: Somebody, typed: dict[str, Any], words: str) -> None:
    number = lacking(kim)
    given = {"csrf_token": kim.token(), "act": "ask", "number": [number], "due_on": "2026-12-24", "text": "Hälsningar"}
    answer = kim.client.post("/kompletteringar", data=given | typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert str(typed.get("text", "Hälsningar")) in answer.text
    assert kept(kim, CompletionBatch) == []


def test_a_gap_is_noted_on_the_case_and_a_wrong_one_told(kim: Somebody) -> None:
    number = lacking(kim)
    wrong = kim.send(f"/arenden/{number}/brist", fact="accounts", state="promised", promised_on="snart")
    assert wrong.status_code == 422
    assert "snart" in wrong.text
    ahead = f"{clock.now().year + 2}-01-02"  # the page counts from the machine's own day
    answer = kim.send(f"/arenden/{number}/brist", fact="accounts", state="promised", promised_on=ahead)
    assert answer.status_code == 303, answer.text
    [note] = kept(kim, GapNote)
    assert (note.fact, note.state, note.promised_on.isoformat()) == ("accounts", "promised", ahead)
    page = kim.get(f"/arenden/{number}").text
    assert "utlovad till" in page
    assert 'value="accounts" checked' not in page
    assert number not in fields(kim.get("/kompletteringar").text).values()


def test_the_case_shows_what_came_of_what_was_asked(kim: Somebody) -> None:
    number = lacking(kim)
    assert kim.send(f"/arenden/{number}/komplettering", fact="accounts", text="", due_on="").status_code == 303
    page = kim.get(f"/arenden/{number}").text
    assert "Begärd komplettering" in page
    assert "saknas" in page
    [row] = kept(kim, Completion)
    assert f"/kompletteringar/{row.batch_id}" in page
    paper = (b"%PDF-1.7 bokslut", "bokslut.pdf")
    assert kim.send(f"/arenden/{number}/handling", file=paper, type="accounts").status_code == 303
    assert "kom in" in kim.get(f"/arenden/{number}").text
    assert "Inget saknas längre" in kim.get("/kompletteringar").text


@pytest.mark.parametrize(("email", "postal"), [("inte en adress", ""), ("", "rad\n" * 7)])
def test_a_wrong_address_is_told_and_kept_on_the_page(kim: Somebody, email: str, postal: str) -> None:
    number = lacking(kim)
    answer = kim.send(f"/arenden/{number}/kontakt", email=email, postal=postal)
    assert answer.status_code == 422
    assert (email or "rad") in answer.text
    assert kept(kim, Contact) == []


def test_premises_staff_ask_of_bookings_only(kim: Somebody) -> None:
    premises = Somebody(kim.board, kim.client.application, Role.PREMISES)
    grant = lacking(kim)
    booking = kim.board.receive(booking_facts(NUMBERS[1], "Bokaren", event_purpose=None), kind=CaseKind.BOOKING).number
    page = premises.get("/kompletteringar").text
    assert grant not in page
    assert booking in page
    foreign = premises.client.post(
        "/kompletteringar", data={"csrf_token": premises.token(), "act": "ask", "number": [grant]}
    )
    assert foreign.status_code == 404
    assert kept(kim, CompletionBatch) == []


def test_a_round_is_looked_at_by_itself(kim: Somebody) -> None:
    inside = lacking(kim)
    outside = kim.board.receive(clean_facts(NUMBERS[1], "Utanför", accounts=None), round_id=None).number
    both, one = kim.get("/kompletteringar").text, kim.get(f"/kompletteringar?omgang={kim.board.round_id}").text
    assert inside in both
    assert outside in both
    assert inside in one
    assert outside not in one
    assert fields(one)["omgang"] == str(kim.board.round_id)


def test_a_refused_reminder_leaves_the_other_boxes_as_they_were(kim: Somebody) -> None:
    number = lacking(kim)
    refused = kim.client.post("/kompletteringar", data={"csrf_token": kim.token(), "act": "remind", "due_on": ""})
    assert refused.status_code == 422
    assert fields(refused.text)["number"] == number


def test_odd_fields_are_no_fault_of_ours(kim: Somebody) -> None:
    number = lacking(kim)
    for path, given in (
        ("/kompletteringar", {"number": "\x00", "act": "\x00", "due_on": "\x00"}),
        ("/kompletteringar", {"number": ["9" * 400, "", "BID-2026-9999"]}),
        ("/kompletteringar", {}),
        (f"/arenden/{number}/brist", {"fact": "\x00", "document": "9" * 40}),
        (f"/arenden/{number}/brist", {}),
        (f"/arenden/{number}/kontakt", {"email": "a\x00b", "postal": "\x00"}),
        ("/blanketter/brevhuvud", {"letterhead": "\x00"}),
    ):
        answer = kim.client.post(path, data={"csrf_token": kim.token(), **given})
        assert answer.status_code in {303, 404, 422}, (path, answer.status_code)
    for path in ("/kompletteringar?omgang=99999999999999999999&efter=x", "/kompletteringar?typ=%00&efter=-1"):
        assert kim.get(path).status_code in {200, 400}


def test_what_the_office_itself_says_is_not_asked_of_the_association(kim: Somebody) -> None:
    board = kim.board
    case = board.receive(clean_facts(NUMBERS[4], "Föreningen 4", accounts=None), round_id=None)
    with open_reading(board.database) as s:
        found = case_file(acting(s, board.staff[Role.CASEWORKER]), case.number, on=TODAY)
    assert {"accounts", "deadline"} <= {*found.missing}
    page = kim.get(f"/arenden/{case.number}").text
    form = page[page.index(f'action="/arenden/{case.number}/komplettering"') :].split("</form>")[0]
    assert 'value="accounts"' in form
    assert 'value="deadline"' not in form
