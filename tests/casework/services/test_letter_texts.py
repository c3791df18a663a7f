"""Letters are files: one for each kind and language, with only what its content has; and the request to complete a case."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from jinja2 import meta

from vetting.casework.domain.completion_letters import CompletionLetterContent
from vetting.casework.domain.letters import (
    AgreementInLetter,
    HandoverContent,
    LetterContent,
    LetterKind,
    MoneyInLetter,
    ReclaimContent,
)
from vetting.casework.services.letter_texts import FOLDER, completion_text, letter_environment, letter_text
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.text import LANGUAGES
from vetting.shipped import shipped_folder

if TYPE_CHECKING:
    from vetting.rules.services.rule_files import RulesFolder

ASKED = CompletionLetterContent(
    kind=CaseKind.GRANT,
    number="BID-2026-0147",
    purpose="kurser på kvällar.\n- och annat",
    facts=["annual_minutes"],
    received_on=date(2026, 11, 1),
    text="Ring oss.",
    due_on=date(2026, 12, 4),
)

FILES = {path.name: path.read_text(encoding="utf-8") for path in shipped_folder(FOLDER).iterdir()}
NO_LONGER_WRITTEN = {LetterKind.SET_OFF}
"""Kinds of which only letters from before are kept."""
HAS = {
    "completion": {field.name for field in fields(CompletionLetterContent)} | {"grant", "signed", "board"},
    "handover": {field.name for field in fields(HandoverContent)},
    "handed_over": {field.name for field in fields(HandoverContent)},
    "copy": {"lines"},
}
OF_ANY = {field.name for field in fields(LetterContent)}


def test_each_kind_has_a_file_in_each_language_and_no_file_is_left_over() -> None:
    wanted = {f"{kind}.{language}.txt" for kind in set(LetterKind) - NO_LONGER_WRITTEN for language in LANGUAGES}
    parts = {name for text in FILES.values() for name in re.findall(r'{% include "([^"]+)" %}', text)}
    assert not wanted & parts
    assert FILES.keys() == wanted | parts


@pytest.mark.parametrize("supplied", [MoneyInLetter, AgreementInLetter])
def test_what_other_packages_supply_are_fields_of_the_content(supplied: type) -> None:
    assert set(supplied.__annotations__) <= OF_ANY


@pytest.mark.parametrize("name", FILES)
def test_a_file_takes_only_what_its_content_has(name: str) -> None:
    parsed = letter_environment("sv").parse(FILES[name])
    given = set(re.findall(r"{% set (\w+) =", FILES[name])) | ({"day"} if name.startswith("_reply_by.") else set())
    assert meta.find_undeclared_variables(parsed) <= HAS.get(name.split(".", maxsplit=1)[0], OF_ANY) | given
    of_reclaim = set(re.findall(r"\basked_back\.(\w+)", FILES[name]))
    assert of_reclaim <= {field.name for field in fields(ReclaimContent)}


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".sv.txt")])
def test_both_languages_ask_the_same_and_fill_in_the_same(name: str) -> None:
    def asked(text: str) -> list[str]:
        return [tag.replace(".sv.", ".en.") for tag in re.findall(r"{%.*?%}|{{.*?}}", text)]

    assert asked(FILES[name]) == asked(FILES[name.replace(".sv.", ".en.")])


def test_what_somebody_wrote_is_told_as_it_was_written() -> None:
    about = LetterContent(
        kind=LetterKind.REFUSAL,
        on=date(2026, 6, 1),
        board="Nämnden",
        number="BID-1",
        dnr="",
        name="Föreningen",
        purpose="{{ board }} <b>&amp;",
        grant=True,
        lines=("{% include 'copy.sv.txt' %}",),
    )
    told = letter_text(about, "sv")[1]
    assert told[:2] == ["Er ansökan har avslagits.", "Ändamål: {{ board }} <b>&amp;."]
    assert "{% include 'copy.sv.txt' %}" in told


def test_a_letter_says_what_why_until_when_and_what_happens_otherwise(rules: RulesFolder) -> None:
    subject, lines = completion_text(ASKED, rules.book.catalogue, board="Nämnden", by="Kim Ek", language="sv")
    assert subject == "Komplettering av ärende BID-2026-0147"
    assert lines == [
        "Vi har tagit emot er ansökan, som kom in den 1 november 2026.",
        "Ändamål: kurser på kvällar. - och annat.",
        "",
        "För att kunna pröva ärendet behöver vi det här:",
        f"- {rules.book.catalogue['annual_minutes'].wanted.sv}",
        "",
        "Ring oss.",
        "",
        "Skicka in kompletteringen senast den 4 december 2026.",
        "Ange ärendenummer BID-2026-0147 i svaret.",
        "",
        (
            "Det som kommer senare, men före beslutet, räknas också. Om kompletteringen inte kommer in kan ärendet avgöras "
            "på det underlag som finns."
        ),
        "Hör av er om något är oklart, eller om ni behöver mer tid.",
        "",
        "Med vänlig hälsning",
        "Kim Ek",
        "Nämnden",
    ]


def test_a_letter_in_english_is_english_throughout(rules: RulesFolder) -> None:
    subject, lines = completion_text(ASKED, rules.book.catalogue, board="Nämnden", by="", language="en")
    assert subject == "Request for additional information, case BID-2026-0147"
    assert lines[0] == "We received your application on 1 November 2026."
    assert "Please send us what is missing by 4 December 2026." in lines
    assert lines[-2:] == ["Yours sincerely", "Nämnden"]


def test_a_reminder_says_which_day_has_been(rules: RulesFolder) -> None:
    asked = replace(ASKED, kind=CaseKind.BOOKING, purpose="", first_due_on=date(2026, 11, 18))
    subject, lines = completion_text(asked, rules.book.catalogue, board="Nämnden", by="", language="sv")
    assert subject.startswith("Påminnelse")
    assert lines[:4] == [
        "Vi har tagit emot er bokningsförfrågan, som kom in den 1 november 2026.",
        "Vi bad er att komplettera ärendet senast den 18 november 2026.",
        "",
        "Det här har inte kommit in än:",
    ]
