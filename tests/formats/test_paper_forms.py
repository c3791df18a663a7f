"""Forms as files: filled in and read back field by field, and any other file is no form."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from typing import TYPE_CHECKING, Any

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn

from tests.formats import filled_forms
from vetting.documents.domain.paper_forms import FormKind, paper_form
from vetting.documents.domain.returned_forms import returned_form
from vetting.formats.document_types import DOCX, PDF, XLSX, media_type
from vetting.formats.paper_forms import MEDIA, form_file, may_be_form, read_form
from vetting.kernel.text import LANGUAGES, Language

if TYPE_CHECKING:
    from vetting.documents.domain.paper_forms import PaperForm
    from vetting.engine.ruleset import RuleSet
    from vetting.rules.services.rule_files import RulesFolder

TYPED = {
    "name_in_application": "Kulturföreningen Provkvarnen",
    "organisation_number": "802999-0234",
    "amount_applied": "40 000",
    "legal_form": "Ideell förening",
    "purpose": "Dans & <sång> {x} #let",
    "statutes_document": "x",
    "board_elected_on": "2026-02-12",
    "audit_signed": "Ja",
    "signed_by_role": "kassör",
}


@pytest.fixture
def ruleset(rules: RulesFolder) -> RuleSet:
    found = rules.book.resolved["grundkrav-bidrag"]
    assert found is not None
    return found


def made(ruleset: RuleSet, kind: FormKind = FormKind.APPLICATION) -> PaperForm:
    return paper_form(kind, ruleset, board="Björkviks nämnd", letterhead="=1+1\nTorggatan 1 #strong[nej] \x07")


def answers(content: bytes, media: str, ruleset: RuleSet) -> dict[str, str]:
    found = read_form(content, "blankett", media)
    assert found is not None
    kind, rules, given = found
    form = returned_form(kind, rules, given, ruleset)
    assert not form.by_other_rules
    return dict(form.typed) | dict.fromkeys(form.papers, "x")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(FormKind))
@pytest.mark.parametrize("ending", list(MEDIA))
def test_every_form_is_made_in_both_languages_and_an_empty_one_says_nothing(
    ruleset: RuleSet, kind: FormKind, language: Language, ending: str
) -> None:
    content = form_file(made(ruleset, kind), ending, language)
    assert media_type(content, f"a.{ending}") == MEDIA[ending]
    if ending == "pdf":
        assert not may_be_form(PDF)
    else:
        assert answers(content, MEDIA[ending], ruleset) == {}


def test_a_form_of_a_scheme_is_made_whatever_that_is_called(ruleset: RuleSet) -> None:
    of = "Kultur/idrott: [nya] *stöd*? \\ ett långt namn på en bidragsform"
    form = paper_form(FormKind.APPLICATION, ruleset, board="Björkviks nämnd", letterhead="", of=of)
    for ending in MEDIA:
        assert form_file(form, ending, "sv")
    book = openpyxl.load_workbook(io.BytesIO(form_file(form, "xlsx", "sv")))
    assert of in str(book.worksheets[0]["A1"].value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_form_gives_back_what_was_typed(ruleset: RuleSet, language: Language) -> None:
    blank = form_file(made(ruleset), "docx", language)
    filled = filled_forms.document(blank, TYPED)
    assert answers(filled, DOCX, ruleset) == TYPED | {"audit_signed": "Ja"}


def test_a_field_that_shows_what_to_write_in_words_of_another_program_is_empty(ruleset: RuleSet) -> None:
    blank = docx.Document(io.BytesIO(form_file(made(ruleset), "docx", "sv")))
    for run in blank.element.body.iter(qn("w:t")):
        if run.text == "Skriv här":
            run.text = "Klicka eller tryck här för att ange text."
    assert answers(filled_forms.saved(blank), DOCX, ruleset) == {}


def test_a_word_form_whose_fields_were_taken_away_is_read_by_its_labels(ruleset: RuleSet) -> None:
    filled = filled_forms.document(form_file(made(ruleset), "docx", "sv"), TYPED)
    assert answers(filled_forms.without_fields(filled), DOCX, ruleset) == TYPED


def test_an_excel_form_gives_back_days_numbers_and_words(ruleset: RuleSet) -> None:
    typed: dict[str, Any] = TYPED | {
        "amount_applied": 40000.5,
        "board_elected_on": date(2026, 2, 12),
        "audit_signed": True,
    }
    blank = form_file(made(ruleset), "xlsx", "sv")
    wanted = TYPED | {"amount_applied": "40000,5", "audit_signed": "ja"}
    assert answers(filled_forms.workbook(blank, typed), XLSX, ruleset) == wanted
    assert answers(filled_forms.workbook(blank, typed, labels_only=True), XLSX, ruleset) == wanted


def test_a_workbook_form_has_no_formula_and_only_its_answers_are_open(ruleset: RuleSet) -> None:
    book = openpyxl.load_workbook(io.BytesIO(form_file(made(ruleset), "xlsx", "sv")))
    cells = [cell for row in book.active.iter_rows() for cell in row]  # type: ignore[union-attr]
    assert not [cell for cell in cells if cell.data_type == "f"]
    opened = [cell for cell in cells if not cell.protection.locked]
    assert opened
    assert {cell.column for cell in opened} == {2}
    assert book.active.protection.sheet  # type: ignore[union-attr]


def test_a_printed_form_is_tagged_for_screen_readers_and_runs_nothing_from_its_data(ruleset: RuleSet) -> None:
    content = form_file(made(ruleset), "pdf", "sv")
    assert b"pdfuaid" in content
    assert re.search(rb"/Lang\s*\(sv", content)
    assert b"/StructTreeRoot" in content


@pytest.mark.parametrize("text", ["جمعية", "協会", "\U0001f3ad", "Ålgård\u0301", "\u202etxet", "a\x00b"])
def test_a_name_in_any_script_is_printed(ruleset: RuleSet, text: str) -> None:
    form = paper_form(FormKind.APPLICATION, ruleset, board=text, letterhead=text)
    assert form_file(form, "pdf", "sv").startswith(b"%PDF-")


@pytest.mark.parametrize("media", [DOCX, XLSX])
def test_any_other_file_is_no_form(ruleset: RuleSet, media: str) -> None:
    plain = docx.Document()
    plain.add_paragraph("Ansökan om bidrag, blankett-application-123")
    other = openpyxl.Workbook()
    other.active.append(["Ansökan", 1])  # type: ignore[union-attr]
    form = form_file(made(ruleset), "docx" if media == DOCX else "xlsx", "sv")
    for content in (
        filled_forms.saved(plain),
        filled_forms.saved(other),
        b"",
        b"PK\x03\x04",
        form[:4000],
        form[:-200],
        b"Ansokan",
        bytes(reversed(form)),
    ):
        assert read_form(content, "a", media) is None


def test_a_form_with_far_too_much_in_it_is_read_as_far_as_forms_go(ruleset: RuleSet) -> None:
    found = docx.Document(io.BytesIO(form_file(made(ruleset), "docx", "sv")))
    table = found.add_table(rows=100, cols=2)
    for row in table.rows:
        row.cells[0].text, row.cells[1].text = "Eget", "x" * 9_000
    read = read_form(filled_forms.saved(found), "a", DOCX)
    assert read is not None
    assert sum(len(answer.text) for answer in read[2]) <= 300_000


def test_a_hostile_document_is_no_form(ruleset: RuleSet) -> None:
    form = form_file(made(ruleset), "docx", "sv")
    laughs = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>'
    assert read_form(filled_forms.with_part(form, "word/document.xml", laughs), "a", DOCX) is None
    deep = b"<a>" * 200_000 + b"</a>" * 200_000
    assert read_form(filled_forms.with_part(form, "word/document.xml", deep), "a", DOCX) is None
    nested = b"<w:tbl><w:tr><w:tc>" * 400 + b"</w:tc></w:tr></w:tbl>" * 400
    space = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    rows = b"<w:document %s>%s</w:document>" % (space, nested)
    assert read_form(filled_forms.with_part(form, "word/document.xml", rows), "a", DOCX) is None
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a>" + b" " * (130 * 1024 * 1024) + b"</a>")
    assert read_form(out.getvalue(), "a", DOCX) is None
