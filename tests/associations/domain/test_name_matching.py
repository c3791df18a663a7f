"""Is this the same association: names found again whatever a clerk makes of them, and never more than proposed."""

from __future__ import annotations

import csv
import itertools
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetting.associations.domain.name_differences import (
    NameRelation,
    in_words,
    may_be_meant,
    relation_of_names,
    same_name,
    told_of_letters,
    word_differences,
)
from vetting.associations.domain.name_matching import NameCollection, NameQuery
from vetting.associations.domain.name_words import (
    GENERIC,
    SHORT,
    SMALL,
    SPELLINGS,
    abbreviate_words,
    foreign_letters,
    name_words,
    plain_name,
    spell_words,
)
from vetting.kernel.organisation_numbers import fold_name

SAMPLE = Path(__file__).parents[4] / "shared" / "data" / "associations_sample.csv"

TOWN = (
    "Skogsbyns Idrottsförening",
    "Skogsbyns Ridklubb",
    "Norrbyns IK Fotboll",
    "Norrbyns IK Ishockey",
    "Sjöviks Byalag",
    "Sjöviks Bollklubb",
    "PRO Skogsbyn",
    "Kulturföreningen Provkvarnen",
    "Barnens rätt i Exempelstad",
    "Västra Sjöviks Bygdegårdsförening",
    "Norrbyns Gymnastik- och Idrottsförening",
    "Vävstugan",
    "Öde Vävstuga",
    "Exempelstads Ishockeyklubb",
    "Exempelstads Konstförening",
    "Åsens Hembygdsförening",
    "Föreningen Röda Tråden",
)


def board() -> NameCollection:
    names = NameCollection()
    for key, name in enumerate(TOWN):
        names.add(key, name, "Norrbyn" if key % 2 else "Skogsbyn")
    return names


def first(wanted: str, place: str = "") -> str:
    return TOWN[board().search(wanted, place=place)[0].key]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("skogsbyns idrotsförening", "Skogsbyns Idrottsförening"),
        ("Skogsbyn IF", "Skogsbyns Idrottsförening"),
        ("S k o g s b y n s Ridklubb", "Skogsbyns Ridklubb"),
        ("Skogsbyns Ridkl.", "Skogsbyns Ridklubb"),
        ("Norrbyns Gymnastik och IF", "Norrbyns Gymnastik- och Idrottsförening"),
        ("Norrbyns GIF", "Norrbyns Gymnastik- och Idrottsförening"),
        ("Asens hembygdsforening", "Åsens Hembygdsförening"),
        ("Provkvarnens kulturförening", "Kulturföreningen Provkvarnen"),
        ("Skogsbyns PRO", "PRO Skogsbyn"),
        ("Exempelstads ishockey klubb", "Exempelstads Ishockeyklubb"),
        ("Exmepelstads konstförening", "Exempelstads Konstförening"),
        ("bygdegårdsförening västra sjövik", "Västra Sjöviks Bygdegårdsförening"),
        ("Röda Tråden", "Föreningen Röda Tråden"),
        ("Норrbyns IK Fotboll", "Norrbyns IK Fotboll"),
    ],
)
def test_what_a_clerk_writes_finds_the_name_that_was_meant(written: str, meant: str) -> None:
    assert first(written) == meant


def test_the_same_place_makes_one_of_two_likelier() -> None:
    names = NameCollection()
    names.add(1, "Sportklubben Framåt", "Norrbyn")
    names.add(2, "Sportklubben Framåt", "Skogsbyn")
    assert [match.key for match in names.search("Framåt", place="Skogsbyn")] == [2, 1]
    assert [match.key for match in names.search("Framåt", place="Norrbyn")] == [1, 2]


def test_a_part_of_a_word_finds_the_name() -> None:
    assert first("Provkva") == "Kulturföreningen Provkvarnen"


def test_equal_names_come_in_the_order_they_were_added() -> None:
    names = NameCollection()
    for key in (7, 3, 5):
        names.add(key, "Vänföreningen")
    assert [match.key for match in names.search("Vänföreningen")] == [7, 3, 5]


@pytest.mark.parametrize("written", ["", " ", "...", "!?", "\x00", "–"])
def test_what_has_no_word_finds_nothing(written: str) -> None:
    assert board().search(written) == []


@pytest.mark.parametrize("written", ["a", "Å", "Norrbyn", "x" * 300, "النور", "协会", "🎭🎭", "İstanbul ﬁ"])
def test_odd_questions_are_answered(written: str) -> None:
    assert all(0 < match.score <= 1.05 for match in board().search(written))


def test_names_in_other_scripts_are_found_by_them() -> None:
    names = board()
    names.add(100, "جمعية النور الثقافية")
    assert names.search("النور")[0].key == 100


def test_another_name_never_hides_one() -> None:
    """Adding names that have nothing to do with it leaves the name that was written first."""
    names = board()
    chance = random.Random(4)
    for key in range(1000, 3000):
        names.add(key, "".join(chance.choice("bcdfghjklm") for _ in range(9)) + " förening")
    assert TOWN[names.search("Sjöviks byalag")[0].key] == "Sjöviks Byalag"


def likeness_of_names(first: str, second: str) -> float:
    """How alike two names are, from 0 to 1, without other names to weigh their words against."""
    best = 0.0
    ways = [[way, abbreviate_words(way)] for way in (name_words(first), name_words(second))]
    for mine, theirs in zip(*ways, strict=True):
        if mine and theirs:
            asked = NameQuery(mine, [1.0 for word in mine], "")
            best = max(best, asked.likeness(theirs, [1.0 for word in theirs]))
    return best


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_lies_between_nothing_and_the_same(one: str, other: str) -> None:
    assert 0 <= likeness_of_names(one, other) <= 1 + 1e-9


@given(st.text(alphabet="abcdefåäö -.&", min_size=1, max_size=40))
def test_a_name_is_wholly_like_itself(name: str) -> None:
    assert likeness_of_names(name, name) == (pytest.approx(1) if name_words(name) else 0)


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(name: str) -> None:
    assert plain_name(plain_name(name)) == plain_name(name)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("Skogsbyns IF", "Skogsbyns Idrottsförening", False),
        ("Skogsbyns I.F.", "SKOGSBYNS IF", True),
        ("Kulturföreningen Hallonbacken", "Hallonbackens kulturförening", True),
        ("Kulturföreningen Hallonbacken", "Hallonbackens konstförening", False),
        ("Föreningen Röda Tråden", "Röda Tråden, ideell förening", True),
        ("Sjöviks Bollklubb", "Sjöviks BK", False),
        ("Sjöviks Bollklubb", "Sjöviks Bollklubb Ungdom", False),
        ("Norra Sjövik", "Södra Sjövik", False),
        ("Förening", "Klubb", False),
        ("", "", False),
    ],
)
def test_one_name_written_in_two_ways(one: str, other: str, is_same: bool) -> None:  # noqa: FBT001 - a table
    assert same_name(one, other) is is_same


def test_the_differences_are_told_word_by_word() -> None:
    found = word_differences("Norrbyns Ridkl. ungdom", "Norrbyns Ridklubb 1987")
    assert found.agree == ("Norrbyns",)
    assert found.alike == (("Ridkl", "Ridklubb"),)
    assert found.only_asked == ("ungdom",)
    assert found.only_known == ("1987",)
    told = in_words(found)
    assert told.sv == (
        "Samma ord: Norrbyns. Skrivs olika: ”Ridkl” – ”Ridklubb”. Bara i det du skrev: ungdom. Bara i namnet: 1987."
    )
    assert "Only in the name: 1987." in told.en


def test_a_word_has_one_like_it_at_most() -> None:
    found = word_differences("Sjövik Sjövik", "Sjövik")
    assert (found.agree, found.only_asked, found.only_known) == (("Sjövik",), ("Sjövik",), ())


def test_letters_of_another_alphabet_that_look_like_ours_are_told() -> None:
    assert foreign_letters("Kultuр") == "р"
    told = told_of_letters("Kultuрföreningen")
    assert told is not None
    assert "р" in told.sv


@pytest.mark.parametrize("name", ["Kulturföreningen", "Союз", "Föreningen 协会", "Česká škola", ""])
def test_names_of_one_alphabet_and_letters_that_look_like_none_of_ours_are_not(name: str) -> None:
    assert told_of_letters(name) is None


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("Skogsbyns IF", "Skogsbyns Idrottsförening", NameRelation.PERHAPS),
        ("Högbo GIF", "Högbo Gymnastik- och Idrottsförening", NameRelation.PERHAPS),
        ("Provby Alpina Simklubb", "Provby Alpina Skidklubb", NameRelation.OTHER),
        ("Provby Bollklubb", "Provby Båtklubb", NameRelation.OTHER),
        ("Provby Simsällskap", "Provby Segelsällskap", NameRelation.OTHER),
        ("Provby Sportklubb", "Provby SK", NameRelation.PERHAPS),
        ("Provby SK", "Provby sk", NameRelation.SAME),
        ("Provby S.K.", "SK Provby", NameRelation.SAME),
        ("Café Provby", "Cafe Provby", NameRelation.SAME),
        ("Malå Idrottsklubb", "Mala Idrottsklubb", NameRelation.OTHER),
        ("Vänga Hembygdsförening", "Vånga Hembygdsförening", NameRelation.OTHER),
        ("Hällaryds IF", "Hallaryds Idrottsförening", NameRelation.OTHER),
    ],
)
def test_an_abbreviation_proposes_and_never_identifies(one: str, other: str, found: NameRelation) -> None:
    assert relation_of_names(one, other) is relation_of_names(other, one) is found
    assert same_name(one, other) is (found is NameRelation.SAME)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kulturföreningen Hallonbacken", "Kulturförening Hallonbacken"),
        ("Hallonbackens Teater", "Hallonbacken Teater"),
        ("Hallonbacken Förening", "Hallonbacken"),
        ("Ideella föreningen Hallonbacken", "Hallonbacken"),
    ],
)
def test_article_genitive_and_form_ask_unless_the_number_is_the_same(one: str, other: str) -> None:
    assert relation_of_names(one, other) is relation_of_names(other, one) is NameRelation.PERHAPS
    assert same_name(one, other)
    assert fold_name(one) != fold_name(other)


def test_letters_may_be_wanting_where_nothing_typed_has_any() -> None:
    assert may_be_meant("Mala Idrottsklubb", "Malå Idrottsklubb")
    assert may_be_meant("mala ik", "Malå Idrottsklubb")
    assert not may_be_meant("Malå Idrottsklubb", "Mala Idrottsklubb")
    assert not may_be_meant("Malä Idrottsklubb", "Malå Idrottsklubb")


def test_no_two_words_that_share_an_abbreviation_are_one_name() -> None:
    by_short: dict[str, list[str]] = {}
    for whole, short in SHORT.items():
        by_short.setdefault(short, []).append(whole)
    pairs = [pair for wholes in by_short.values() for pair in itertools.combinations(wholes, 2)]
    apart = [(one, other) for one, other in pairs if spell_words(name_words(one)) != spell_words(name_words(other))]
    assert len(apart) > 9
    for one, other in apart:
        assert relation_of_names(f"Provby {one}", f"Provby {other}") is NameRelation.OTHER, (one, other)


def telling(name: str) -> list[str]:
    """The words of a name that say something, without article and the s of a genitive."""
    return sorted(word for word in spell_words(name_words(name)) if word not in SMALL)


def test_no_two_names_of_a_municipality_answer_for_each_other() -> None:
    """The real registers, where they are at hand."""
    if not SAMPLE.exists():
        pytest.skip("the sample of registers is not here")
    with SAMPLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    by_place: dict[str, dict[str, str]] = {}
    for row in rows:
        by_place.setdefault(row["municipality"], {}).setdefault(row["name"].strip(), row["org_number"])
    alike = []
    for names in by_place.values():
        seen: dict[tuple[str, ...], list[str]] = {}
        for name in names:
            seen.setdefault(tuple(sorted(abbreviate_words(name_words(name)))), []).append(name)
        for group in seen.values():
            alike += [
                pair
                for pair in itertools.combinations(group, 2)
                if same_name(*pair) and telling(pair[0]) != telling(pair[1]) and names[pair[0]] != names[pair[1]]
            ]
    assert alike == []


def test_word_lists_are_written_as_the_words_they_are_compared_with() -> None:
    for words in (SPELLINGS, SPELLINGS.values(), SHORT, GENERIC, SMALL):
        assert [word for word in words if plain_name(word).replace(" ", "") != word] == []


@pytest.mark.parametrize("written", ["Hembygdsfören. Linden", "Hembygdsför. Linden", "Hembygdsfören Linden"])
def test_a_cut_word_is_the_whole_one(written: str) -> None:
    assert spell_words(name_words(written)) == spell_words(name_words("Hembygdsförening Linden"))
