"""What stands in the letter that asks for what is missing, and in the one that reminds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from vetting.casework.domain.completion_letters import (
    CompletionLetterContent,
    compose_completion_letter,
)
from vetting.kernel.case_kinds import CaseKind

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


def test_a_letter_says_what_why_until_when_and_what_happens_otherwise(rules: RulesFolder) -> None:
    subject, lines = compose_completion_letter(ASKED, rules.book.catalogue, board="Nämnden", by="Kim Ek", language="sv")
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
    subject, lines = compose_completion_letter(ASKED, rules.book.catalogue, board="Nämnden", by="", language="en")
    assert subject == "Request for additional information, case BID-2026-0147"
    assert lines[0] == "We received your application on 1 November 2026."
    assert "Please send us what is missing by 4 December 2026." in lines
    assert lines[-2:] == ["Yours sincerely", "Nämnden"]


def test_a_reminder_says_which_day_has_been(rules: RulesFolder) -> None:
    asked = replace(ASKED, kind=CaseKind.BOOKING, purpose="", first_due_on=date(2026, 11, 18))
    subject, lines = compose_completion_letter(asked, rules.book.catalogue, board="Nämnden", by="", language="sv")
    assert subject.startswith("Påminnelse")
    assert lines[:4] == [
        "Vi har tagit emot er bokningsförfrågan, som kom in den 1 november 2026.",
        "Vi bad er att komplettera ärendet senast den 18 november 2026.",
        "",
        "Det här har inte kommit in än:",
    ]
