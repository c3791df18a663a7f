"""What a criterion of the library takes: told by its comparison, typed as people write, read as a rule file has it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.board import rules
from vetting.rules.domain.library_settings import LibrarySetting, read_setting, setting_as_typed, settings_of_criterion

BOOK = rules().folder.book


def setting(criterion: str, name: str) -> LibrarySetting:
    found = settings_of_criterion(BOOK.library[criterion], BOOK.catalogue)
    return next(item for item in found if item.name == name)


@pytest.mark.parametrize(
    ("criterion", "name", "words", "usual"),
    [
        ("aktiva-medlemmar-minst", "required_members", "Aktiva medlemmar: minst …", ""),
        ("nybildad", "span", "Föreningen bildades: högst … före ansökningsdagen", "1 år"),
        ("detaljerad-budget-over-troskel", "threshold", "Sökt belopp: mer än …", "300000"),
        ("sate-i-kommunen", "municipality", "Säte (kommun): …", ""),
        (
            "medlemmar-i-kommunen-andel",
            "required_share",
            "Medlemmar folkbokförda i kommunen, andel av antal medlemmar: minst …",
            "50 %",
        ),
    ],
)
def test_a_setting_is_told_by_what_it_is_the_limit_of(criterion: str, name: str, words: str, usual: str) -> None:
    found = setting(criterion, name)
    assert (found.words.sv, found.usual) == (words, usual)
    assert found.words.sv != found.words.en


def test_every_setting_of_the_library_has_words_of_its_own() -> None:
    for criterion in BOOK.library.values():
        found = settings_of_criterion(criterion, BOOK.catalogue)
        assert all(item.comparison is not None and "…" in item.words.sv for item in found), criterion.id
        assert len({item.words.sv for item in found}) == len(found), criterion.id


@pytest.mark.parametrize(
    ("criterion", "name", "typed", "value"),
    [
        ("aktiva-medlemmar-minst", "required_members", "20", 20),
        ("aktiva-medlemmar-minst", "required_members", "20 medlemmar", 20),
        ("medlemsavgift-minst", "fee", "50 kr", 50),
        ("nybildad", "span", "2 år", {"years": 2}),
        ("sammankomst", "shortest", "60 minuter", 60),
        ("deltagare-i-alder", "youngest_age", "7 år", 7),
        ("medlemmar-i-kommunen-andel", "required_share", "60 %", 0.6),
        ("sate-i-kommunen", "municipality", "Exempelby", "Exempelby"),
    ],
)
def test_what_is_typed_is_read_by_its_comparison_and_typed_again(
    criterion: str, name: str, typed: str, value: Any
) -> None:
    found = setting(criterion, name)

    read, problems = read_setting(found, typed, BOOK.catalogue, "setting")

    assert (read, problems) == (value, [])
    assert read_setting(found, setting_as_typed(value, found.comparison), BOOK.catalogue, "setting") == (value, [])


@pytest.mark.parametrize(
    ("criterion", "name", "typed"),
    [
        ("aktiva-medlemmar-minst", "required_members", "många"),
        ("nybildad", "span", "20"),
        ("medlemsavgift-minst", "fee", "femtio"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field(criterion: str, name: str, typed: str) -> None:
    read, problems = read_setting(setting(criterion, name), typed, BOOK.catalogue, "setting-x")

    assert read is None
    assert [problem.where for problem in problems] == ["setting-x"]
    assert typed in problems[0].what.sv
    assert problems[0].remedy.sv.startswith("Skriv")
