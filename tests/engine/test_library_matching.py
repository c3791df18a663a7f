"""The library answers a typed condition with the criteria it is nearest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.board import rules
from tests.engine.labelled_lines import NONE, SAMPLE, UNSEEN, labelled_lines, labels
from vetting.engine.library_matching import CriterionSynonyms, KnownAs, LibraryIndex, parse_other_words, recall
from vetting.kernel.problem import Faults

if TYPE_CHECKING:
    from vetting.engine.library_matching import LibraryMatch

FEWEST = 80
"""Of a hundred lines, those whose right criterion is to be among the first three."""


def index() -> LibraryIndex:
    return rules().folder.index


def names(matches: list[LibraryMatch]) -> list[str]:
    return [match.criterion.id for match in matches]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("Föreningen ska ha minst 15 medlemmar", "medlemmar-minst"),
        ("Minst hälften av medlemmarna ska vara folkbokförda i kommunen", "medlemmar-i-kommunen-andel"),
        ("Revisorerna ska vara oberoende av styrelsen", "oberoende-revisor"),
        ("Ansökan ska skrivas under av firmatecknare", "firmatecknare-undertecknat"),
        ("Medlemsavgiften ska vara minst 100 kr om året", "medlemsavgift-minst"),
        ("Föreningen ska vara ansluten till Riksidrottsförbundet", "ansluten-till-riksorganisation"),
    ],
)
def test_a_condition_is_answered_with_its_criterion(typed: str, wanted: str) -> None:
    assert wanted in names(index().nearest(typed, 3))


def test_words_that_the_library_has_not_are_answered_with_nothing() -> None:
    assert index().nearest("zzzz qqqq") == []
    assert index().nearest("") == []
    assert index().nearest("och att det ska") == []


def test_an_ending_makes_no_difference() -> None:
    assert names(index().nearest("medlemsavgifterna"))[:1] == names(index().nearest("medlemsavgift"))[:1]


def test_no_more_than_what_is_asked_for_and_the_nearest_first() -> None:
    found = index().nearest("stadgar styrelse revisor årsmöte medlemmar", 4)

    assert len(found) == 4
    assert [match.nearness for match in found] == sorted((match.nearness for match in found), reverse=True)
    assert all(0 < match.nearness <= 1 for match in found)


def test_of_two_that_are_as_near_the_common_one_is_first() -> None:
    once = {name: KnownAs(0, known.says) for name, known in index().other_words.criteria.items()}
    rare, common = names(replace(index(), other_words=CriterionSynonyms(450, once)).nearest("medlemmar", 2))
    told = {**once, common: KnownAs(40, once[common].says)}

    assert names(replace(index(), other_words=CriterionSynonyms(450, told)).nearest("medlemmar", 2)) == [common, rare]


def test_what_was_labelled_names_criteria_of_the_library_and_keeps_what_was_disagreed_on() -> None:
    assert len(labels()) == 150
    assert {name for found in labels().values() for name in found} - {NONE} <= set(index().library)
    assert sum(len(found) == 2 for found in labels().values()) == 11


def test_the_right_one_is_among_the_first_three_of_published_lines() -> None:
    if not SAMPLE.is_file():
        pytest.skip(f"shared/data/{SAMPLE.name} is not here")
    right, every = recall(index(), labelled_lines())

    assert every == 88
    assert right * 100 >= FEWEST * every, f"{right} of {every}"


def test_of_lines_that_nothing_was_written_for_three_in_four_are_answered() -> None:
    if not SAMPLE.is_file():
        pytest.skip(f"shared/data/{SAMPLE.name} is not here")
    right, every = recall(index(), labelled_lines(UNSEEN))

    assert every == 49
    assert right * 4 >= 3 * every, f"{right} of {every}"


def test_other_words_of_no_criterion_are_a_mistake_with_a_remedy() -> None:
    faults = Faults()

    found = parse_other_words(
        {"of": 10, "criteria": {"medlemmar-mints": {"often": 3, "says": ["minst tio"]}, "nybildad": {"often": -1}}},
        faults,
        index().library,
    )

    assert found.of == 10
    assert [fault.path for fault in faults.found] == [
        ("criteria", "medlemmar-mints"),
        ("criteria", "nybildad", "often"),
    ]
    assert "medlemmar-minst" in faults.found[0].remedy.sv


def test_what_the_words_say_is_compared_with() -> None:
    alone = LibraryIndex(index().library, index().catalogue)
    assert "nybildad" not in names(alone.nearest("startbidrag", 1))
    assert names(index().nearest("startbidrag", 1)) == ["nybildad"]
