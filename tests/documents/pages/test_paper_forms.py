"""The board's forms: given out as files, filled in at home, read when they come back, marked where they cannot be."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import docx
import pytest
from sqlalchemy import func, select

from tests.board import NUMBERS, clean_facts, rules
from tests.documents.pages.test_incoming import count, hand_in
from tests.formats import filled_forms, mails
from tests.formats.mails import PDF
from tests.page_fixtures import Somebody, board, kim, one_line
from tests.sent import fields
from vetting.boards.models.people import Board
from vetting.cases.models.cases import Case, occurrences
from vetting.cases.services import cases
from vetting.cases.services.screenings import facts_of_case
from vetting.documents.models.documents import Document
from vetting.documents.models.incoming import IncomingPost
from vetting.engine.facts import Facts
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Role
from vetting.kernel.store import trail
from vetting.kernel.store.session import open_reading

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["board", "kim"]


NAME = "Kulturföreningen Provkvarnen"
TYPED = {
    "name_in_application": NAME,
    "organisation_number": f"{NUMBERS[0][:6]}-{NUMBERS[0][6:]}",
    "amount_applied": "40 000",
    "purpose": "Dans och sång",
    "members_total": "34",
    "signed_by_role": "kassör",
    "signed_on": "2026-11-01",
}


def form_of(somebody: Somebody, kind: str = "application", file: str = "sv.docx") -> bytes:
    answer = somebody.get(f"/blanketter/{kind}/{file}")
    assert answer.status_code == 200
    found: bytes = answer.data
    return found


def filled(somebody: Somebody, typed: Mapping[str, str], kind: str = "application") -> bytes:
    return filled_forms.document(form_of(somebody, kind), typed)


def facts(somebody: Somebody, number: str) -> Facts:
    with open_reading(somebody.board.database) as s:
        return facts_of_case(s, somebody.board.case(number), rules().folder.book.catalogue)


def number_of(answer: object) -> str:
    return str(answer.headers["Location"]).rsplit("/", 1)[1]  # type: ignore[attr-defined]


def test_a_form_that_comes_back_is_a_case_with_what_stands_in_it(kim: Somebody) -> None:
    mail = mails.eml("Ansökan", files=[("Vår ansökan.docx", filled(kim, TYPED)), ("Stadgar.pdf", PDF)])
    address = hand_in(kim, ("a.eml", mail)).headers["Location"]
    page = kim.get(address).text
    assert "Det som står i blanketten" in page
    sent = fields(page)
    assert (sent["name"], sent["number"], sent["f-amount_applied"]) == (NAME, TYPED["organisation_number"], "40000")
    answer = kim.send(address, **sent | {"case": "ny"})
    assert answer.status_code == 303, answer.text
    found = facts(kim, number_of(answer)).values
    assert (found["amount_applied"], found["members_total"]) == (40_000_00, 34)
    assert (found["purpose"], found["signed_by_role"]) == ("Dans och sång", "kassör")
    assert kim.board.case(number_of(answer)).amount_applied == 40_000_00
    with open_reading(kim.board.database) as s:
        names = set(s.scalars(select(Document.name)))
        assert {"Vår ansökan.docx", "Stadgar.pdf"} <= names
        assert s.scalars(select(IncomingPost.form)).all() == [{}]


def test_what_cannot_be_read_is_marked_and_nothing_goes_in_until_a_person_has_looked(kim: Somebody) -> None:
    typed = TYPED | {"members_total": "många", "board_elected_on": "i våras", "organisation_number": "802999-0000"}
    address = hand_in(kim, ("ansökan.docx", filled(kim, typed))).headers["Location"]
    page = kim.get(address).text
    assert "2 uppgifter kunde inte läsas." in page
    assert "”många” är inte ett heltal." in page
    assert "”802999-0000” är inget organisationsnummer." in page
    sent = fields(page)
    refused = kim.send(address, **sent | {"case": "ny"})
    assert refused.status_code == 422
    assert "”många” är inte ett heltal." in refused.text
    assert count(kim) == 0
    corrected = sent | {"number": "", "f-members_total": "34", "f-board_elected_on": ""}
    answer = kim.send(address, **corrected | {"case": "ny"})
    assert answer.status_code == 303, answer.text
    found = facts(kim, number_of(answer))
    assert found.values["members_total"] == 34
    assert "board_elected_on" not in found.values


def test_a_form_can_be_put_in_as_a_file_only(kim: Somebody) -> None:
    address = hand_in(kim, ("ansökan.docx", filled(kim, TYPED))).headers["Location"]
    sent = fields(kim.get(address).text)
    del sent["form"]
    answer = kim.send(address, **sent | {"case": "ny"})
    assert "amount_applied" not in facts(kim, number_of(answer)).values


def test_papers_that_are_said_to_come_are_no_fact_and_are_missed_when_they_do_not(kim: Somebody) -> None:
    typed = TYPED | {"statutes_document": "x", "annual_minutes": "x"}
    mail = mails.eml("Ansökan", files=[("a.docx", filled(kim, typed)), ("Stadgar.pdf", PDF)])
    address = hand_in(kim, ("a.eml", mail)).headers["Location"]
    page = kim.get(address).text
    told = re.search(r"Enligt blanketten ska även[^<]*", page)
    assert told
    assert "Årsmötesprotokoll" in told[0]
    assert "Stadgar" not in told[0]
    answer = kim.send(address, **fields(page) | {"case": "ny"})
    found = facts(kim, number_of(answer)).values
    assert found["statutes_document"] is True
    assert "annual_minutes" not in found


def test_a_form_for_a_case_there_is_shows_what_stands_there_and_changes_only_what_was_filled_in(kim: Somebody) -> None:
    case = kim.board.receive(clean_facts())
    before = facts(kim, case.number).values
    typed = {"name_in_application": NAME, "amount_applied": "55 000"}
    address = hand_in(kim, ("a.docx", filled(kim, typed)), case=case.number).headers["Location"]
    page = kim.get(address).text
    assert f"I ärende {case.number} står nu:" in page
    answer = kim.send(address, **fields(page) | {"case": case.number})
    assert answer.status_code == 303, answer.text
    after = facts(kim, case.number).values
    assert after["amount_applied"] == 55_000_00
    changed = {name for name in before if before[name] != after.get(name)}
    assert changed <= {"amount_applied", "case_documents", "change_share"}
    assert count(kim) == 1


def test_a_form_of_another_association_goes_into_a_case_only_when_a_person_says_so(kim: Somebody) -> None:
    case = kim.board.receive(clean_facts())
    typed = {"name_in_application": "Helt Annan Förening", "amount_applied": "77 000"}
    address = hand_in(kim, ("a.docx", filled(kim, typed)), case=case.number).headers["Location"]
    page = kim.get(address).text
    assert "Helt Annan Förening" in page
    assert "Ärendet gäller en annan förening:" in page
    refused = kim.send(address, **fields(page) | {"case": case.number})
    assert refused.status_code == 422
    assert "Blanketten är ifylld för Helt Annan Förening" in refused.text
    assert facts(kim, case.number).values["amount_applied"] == 40_000_00
    answer = kim.send(address, **fields(refused.text) | {"case": case.number, "other_association": "1"})
    assert answer.status_code == 303, answer.text
    assert facts(kim, case.number).values["amount_applied"] == 77_000_00


def test_a_form_does_not_overwrite_what_a_colleague_wrote_meanwhile(kim: Somebody) -> None:
    case = kim.board.receive(clean_facts())
    typed = {"name_in_application": NAME, "amount_applied": "55 000"}
    address = hand_in(kim, ("a.docx", filled(kim, typed)), case=case.number).headers["Location"]
    seen = fields(kim.get(address).text)
    kim.board.do(cases.change_facts, case.number, Facts({"amount_applied": 30_000_00}), version=None, rules=rules())
    stale = kim.send(address, **seen | {"case": case.number})
    assert stale.status_code == 409
    assert facts(kim, case.number).values["amount_applied"] == 30_000_00


def test_a_second_form_is_told_and_kept_as_a_file(kim: Somebody) -> None:
    other = TYPED | {"amount_applied": "90 000"}
    mail = mails.eml("Två", files=[("en.docx", filled(kim, TYPED)), ("två.docx", filled(kim, other))])
    page = kim.get(hand_in(kim, ("a.eml", mail)).headers["Location"]).text
    assert "Det här är ytterligare en blankett. Den är inte inläst." in page
    assert fields(page)["f-amount_applied"] == "40000"


def test_a_report_belongs_to_a_decided_case_and_leaves_what_the_decision_rested_on(kim: Somebody) -> None:
    case = kim.board.approve()
    before = facts(kim, case.number).values
    typed = TYPED | {"amount_reported": "39 500", "used_for": "Två danskvällar"}
    address = hand_in(kim, ("redovisning.docx", filled(kim, typed, "report"))).headers["Location"]
    page = kim.get(address).text
    assert 'value="ny"' not in page
    assert case.number in page
    assert "Två danskvällar" in page
    nowhere = kim.send(address, **fields(page) | {"case": "ny"})
    assert nowhere.status_code == 422
    assert "En redovisning måste höra till ett ärende som redan finns." in nowhere.text
    answer = kim.send(address, **fields(page) | {"case": case.number})
    assert answer.status_code == 303, answer.text
    after = facts(kim, case.number).values
    assert after["amount_reported"] == 39_500_00
    assert after["report_document"] is True
    with open_reading(kim.board.database) as s:
        assert "facts_changed" in {entry.action for entry, _ in trail.of_case(s, case.id, most=50)}
    assert {name for name in before if before[name] != after.get(name)} <= {"case_documents"}


def test_a_booking_form_is_a_booking_with_its_time_whoever_hands_it_in(kim: Somebody) -> None:
    typed = {
        "name_in_application": NAME,
        "event_title": "Danskväll",
        "room": "Stora salen",
        "event_starts_at": "2026-12-04 18:00",
        "event_ends_at": "2026-12-04 21.00",
    }
    address = hand_in(kim, ("a.docx", filled(kim, typed, "booking")), kind="grant").headers["Location"]
    page = kim.get(address).text
    assert "Ny bokning" in page
    answer = kim.send(address, **fields(page) | {"case": "ny"})
    assert answer.status_code == 303, answer.text
    case = kim.board.case(number_of(answer))
    assert case.kind == CaseKind.BOOKING.value
    with open_reading(kim.board.database) as s:
        [use] = occurrences(s, case.id)
        assert use.room_name == "Stora salen"
        assert use.starts_at is not None
        assert use.ends_at is not None
        assert (use.ends_at - use.starts_at).total_seconds() == 3 * 3600


def test_premises_staff_give_out_and_take_in_the_booking_form_only(
    kim: Somebody,
) -> None:
    premises = Somebody(kim.board, kim.client.application, Role.PREMISES)
    page = premises.get("/blanketter").text
    assert "Bokningsförfrågan" in page
    assert "Ansökan om bidrag" not in page
    assert premises.get("/blanketter/application/sv.docx").status_code == 404
    assert premises.send("/blanketter/brevhuvud", letterhead="Vårt").status_code == 403
    address = hand_in(premises, ("a.docx", filled(kim, TYPED)), kind="booking").headers["Location"]
    assert "Det som står i blanketten" not in premises.get(address).text


@pytest.mark.parametrize("file", ["sv.doc", "de.docx", "sv", ".docx", "sv.docx.pdf"])
def test_a_form_that_there_is_not(kim: Somebody, file: str) -> None:
    assert kim.get(f"/blanketter/application/{file}").status_code == 404
    assert kim.get("/blanketter/annat/sv.docx").status_code == 404


def test_the_letterhead_stands_on_the_forms_and_is_kept_short(kim: Somebody) -> None:
    assert kim.send("/blanketter/brevhuvud", letterhead=" Björkviks nämnd \n\nTorggatan 1\n").status_code == 303
    with open_reading(kim.board.database) as s:
        assert s.get_one(Board, kim.board.board_id).letterhead == "Björkviks nämnd\nTorggatan 1"
    import io

    import docx

    lines = [paragraph.text for paragraph in docx.Document(io.BytesIO(form_of(kim))).paragraphs]
    assert lines[:2] == ["Björkviks nämnd", "Torggatan 1"]
    refused = kim.send("/blanketter/brevhuvud", letterhead="rad\n" * 9)
    assert refused.status_code == 422
    assert "Brevhuvudet är för långt." in refused.text


def test_a_form_with_changed_fields_is_read_as_far_as_it_goes_and_the_rest_is_told(kim: Somebody) -> None:
    found = docx.Document(io.BytesIO(filled(kim, TYPED | {"legal_form": "Fotbollsklubb"})))
    own = found.add_table(rows=3, cols=2)
    for row, (label, said) in zip(
        own.rows, [("Vår egen fråga", "vårt eget svar"), ("Ändamål", "annat"), ("", "bara ett svar")], strict=True
    ):
        row.cells[0].text, row.cells[1].text = label, said
    for table in found.tables[:-1]:
        for row in list(table.rows):
            if row.cells[0].text.startswith("Antal medlemmar"):
                table._tbl.remove(row._tr)
    for paragraph in found.paragraphs:
        for run in paragraph.runs:
            run.text = re.sub(r"(blankett-application-)\w{12}", r"\g<1>0123456789ab", run.text)
    address = hand_in(kim, ("a.docx", filled_forms.saved(found))).headers["Location"]
    page = kim.get(address).text
    assert "Blanketten är gjord efter andra regler" in page
    assert "vårt eget svar" in page
    assert "annat</li>" in one_line(page)
    assert "”Fotbollsklubb” är inget av valen." in page
    sent = fields(page)
    assert sent["f-purpose"] == "Dans och sång"
    assert "f-members_total" not in sent


def test_a_form_that_is_damaged_is_a_file_like_any_other(kim: Somebody) -> None:
    content = filled(kim, TYPED)
    for name, wrong in (("word/document.xml", b"<w:document"), ("word/document.xml", b""), ("word/footer1.xml", b"x")):
        damaged = filled_forms.with_part(content, name, wrong)
        address = hand_in(kim, ("ansökan.docx", damaged)).headers["Location"]
        page = kim.get(address)
        assert page.status_code == 200
        if name == "word/document.xml":
            assert "Det som står i blanketten" not in page.text
        assert "ansökan.docx" in page.text


def test_a_personal_number_in_a_form_is_masked_before_it_is_kept(kim: Somebody) -> None:
    typed = TYPED | {"purpose": "Ring 19850229-1234", "organisation_number": "850715-1231"}
    hand_in(kim, ("a.docx", filled(kim, typed)))
    with open_reading(kim.board.database) as s:
        kept = str(s.scalars(select(IncomingPost.form)).one())
        assert "1231" not in kept
        assert s.scalar(select(func.count()).select_from(Case)) == 0
