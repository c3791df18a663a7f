"""Forms as files: made in both languages, whatever their texts hold."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import docx
import pytest

from vetting.engine.paper_forms import FormKind, paper_form
from vetting.formats.document_types import media_type
from vetting.formats.paper_forms import MEDIA, form_file
from vetting.kernel.text import LANGUAGES, Language

if TYPE_CHECKING:
    from vetting.engine.paper_forms import PaperForm
    from vetting.engine.ruleset import RuleSet
    from vetting.rules.services.rule_files import RulesFolder


@pytest.fixture
def ruleset(rules: RulesFolder) -> RuleSet:
    found = rules.book.resolved["grundkrav-bidrag"]
    assert found is not None
    return found


def made(ruleset: RuleSet, kind: FormKind = FormKind.APPLICATION) -> PaperForm:
    return paper_form(kind, ruleset, board="Björkviks nämnd", letterhead="=1+1\nTorggatan 1 #strong[nej] \x07")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(FormKind))
@pytest.mark.parametrize("ending", list(MEDIA))
def test_every_form_is_made_in_both_languages(
    ruleset: RuleSet, kind: FormKind, language: Language, ending: str
) -> None:
    content = form_file(made(ruleset, kind), ending, language)
    assert media_type(content, f"a.{ending}") == MEDIA[ending]


def test_a_form_of_a_scheme_is_made_whatever_that_is_called(ruleset: RuleSet) -> None:
    of = "Kultur/idrott: [nya] *stöd*? \\ ett långt namn på en bidragsform"
    form = paper_form(FormKind.APPLICATION, ruleset, board="Björkviks nämnd", letterhead="", of=of)
    for ending in MEDIA:
        assert form_file(form, ending, "sv")
    [title, *_] = docx.Document(io.BytesIO(form_file(form, "docx", "sv"))).paragraphs
    assert of in title.text


def test_a_printed_form_is_tagged_for_screen_readers_and_runs_nothing_from_its_data(ruleset: RuleSet) -> None:
    content = form_file(made(ruleset), "pdf", "sv")
    assert b"pdfuaid" in content
    assert re.search(rb"/Lang\s*\(sv", content)
    assert b"/StructTreeRoot" in content


@pytest.mark.parametrize("text", ["جمعية", "協会", "\U0001f3ad", "Ålgård\u0301", "\u202etxet", "a\x00b"])
def test_a_name_in_any_script_is_printed(ruleset: RuleSet, text: str) -> None:
    form = paper_form(FormKind.APPLICATION, ruleset, board=text, letterhead=text)
    assert form_file(form, "pdf", "sv").startswith(b"%PDF-")
