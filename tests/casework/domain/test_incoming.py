"""What a mail says without being asked: numbers, names, and which paper a file is by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vetting.casework.domain.incoming import (
    case_numbers,
    is_paper,
    name_keys,
    organisation_numbers,
    paper_type,
    registry_numbers,
)

if TYPE_CHECKING:
    from vetting.rules.services.rule_files import RulesFolder


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Gäller BID-2026-0147.", ["BID-2026-0147"]),
        ("ärende bid 2026 147", ["BID-2026-0147"]),
        ("BOK–2026–12 och BID-2026-0001", ["BOK-2026-0012", "BID-2026-0001"]),
        ("FORBID-2026-0147", []),
        ("BID-2026-01470000", []),
        ("BID-2026-0147 och BID-2026-147", ["BID-2026-0147"]),
        ("", []),
    ],
)
def test_a_case_number_is_found_however_it_is_written(text: str, found: list[str]) -> None:
    assert case_numbers(text) == found


def test_registry_and_organisation_numbers_are_found_and_personal_numbers_are_not() -> None:
    assert registry_numbers("Dnr EXN 2026/236, se EXN2026/7") == ["EXN 2026/236", "EXN 2026/7"]
    text = "Org.nr 802999-0234, fel 802999-0235, 165560360793, tel 08-1234567890, 850229-1234, konto 1234567890123"
    assert organisation_numbers(text) == ["8029990234", "5560360793"]


def test_lines_that_may_be_a_name_are_looked_for_whole() -> None:
    keys = name_keys(["Hej!\nMed vänlig hälsning\nKim Ek, Kulturföreningen Provkvarnen\n"])
    assert "kulturföreningen provkvarnen" in keys
    assert all(len(key) > 3 for key in keys)


@pytest.mark.parametrize(
    ("name", "paper"),
    [
        ("Stadgar 2024.pdf", "statutes_document"),
        ("våra_stadgar_antagna.PDF", "statutes_document"),
        ("Årsmötesprotokoll 2026.pdf", "annual_minutes"),
        ("protokoll-årsmöte.pdf", "annual_minutes"),
        ("Verksamhetsberättelse.docx", "activity_report"),
        ("VB 2025.pdf", "activity_report"),
        ("Revisionsberättelse 2025.pdf", "audit_report"),
        ("Bokslut och balansräkning.pdf", "accounts"),
        ("scan0001.pdf", ""),
        ("IMG_2034.jpg", ""),
        ("stadgar och budget.pdf", "statutes_document"),
        ("", ""),
    ],
)
def test_a_paper_is_told_by_the_name_of_its_file_or_not_at_all(rules: RulesFolder, name: str, paper: str) -> None:
    papers = [fact for fact in rules.book.catalogue.values() if is_paper(fact)]
    assert paper_type(name, papers) == paper


def test_a_name_that_says_two_things_alike_is_left_to_a_person(rules: RulesFolder) -> None:
    papers = [rules.book.catalogue[name] for name in ("activity_plan", "budget")]
    assert paper_type("vp och budget.pdf", papers) == "budget"
    alike = [rules.book.catalogue[name] for name in ("statutes_document", "statutes_document")]
    assert paper_type("stadgar.pdf", alike) == "statutes_document"
