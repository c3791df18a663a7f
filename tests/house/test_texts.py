"""Texts: none stands outside the catalogue, each has its English, and what is compiled is what is written."""

from __future__ import annotations

import re

import pytest

from tests.house.catalogues import PO, collected, compiled, lacking, translated
from tests.house.test_building import source, templates

LONGEST_LINE = 140
ALIKE = {", version {version}.", "Delegation", "Form", "Id", "Import", "Period", "Person", "Status", "Text", "Version"}
"""Texts that both languages write the same."""


@pytest.mark.parametrize("name", templates())
def test_no_text_of_a_page_stands_outside_the_catalogue(name: str) -> None:
    whole = re.sub(r"{% set attributes %}.*?{% endset %}", " ", source(name), flags=re.DOTALL)
    whole = re.sub(r"{% trans .*?{% endtrans %}", " ", whole, flags=re.DOTALL)
    text = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", " ", whole, flags=re.DOTALL)
    bare = re.sub(r"<svg.*?</svg>|<[^>]+>|<!doctype html>", " ", text, flags=re.DOTALL)
    allowed = re.sub(r"English|Svenska", "", bare)
    assert not re.search(r"[A-Za-zÅÄÖåäö]{2,}", allowed), allowed.split()
    assert not re.search(r'(?:aria-label|placeholder|alt|content)="[A-ZÅÄÖ][^"{]*"', text)


def test_every_text_of_the_pages_has_english() -> None:
    known = translated()
    assert {message.id for message in collected() if message.id} == {message.id for message in known if message.id}
    assert lacking(known) == []


def test_the_compiled_catalogue_is_the_one_of_its_source() -> None:
    assert PO.with_suffix(".mo").read_bytes() == compiled(translated())


def test_no_english_text_is_the_swedish_one() -> None:
    same = {message.id for message in translated() if message.id and message.id == message.string}
    assert {text for text in same if re.search(r"[a-zåäö]", re.sub(r"{\w+}", "", str(text)))} == ALIKE


@pytest.mark.parametrize("name", templates())
def test_no_line_of_a_template_is_longer_than_140_columns(name: str) -> None:
    assert [line.strip() for line in source(name).splitlines() if len(line) > LONGEST_LINE] == []


NOT_SAID = (
    "titta till",
    "titta igen",
    "titta på",
    "tittat på",
    "att titta",
    "tar tillbaka ärendet",
    "sökanden tar tillbaka",
    "kasta",
    "kastad",
    "kastat",
    "samlingslista",
    "fröet",
    "underkänd",
    "felaktig begäran",
)
"""Words that nobody says at the office, or that say more of an association than is so."""


def test_no_page_uses_a_word_that_an_officer_would_not() -> None:
    told = [form for message in translated() for form in ([message.id] if isinstance(message.id, str) else message.id)]
    wrong = re.compile(r"\b(?:" + "|".join(NOT_SAID) + r")", re.IGNORECASE)
    assert [text for text in told if wrong.search(text)] == []
