"""What agrees and what differs between a name that is asked for and one that is known, in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from vetting.associations.domain.name_matching import likeness_of_words, masks_of
from vetting.associations.domain.name_words import (
    GENERIC,
    SMALL,
    abbreviate_words,
    foreign_letters,
    has_abbreviation,
    name_words,
    plain_name,
    spell_words,
    written_name,
    written_words,
)
from vetting.kernel.organisation_numbers import WITHOUT_RINGS
from vetting.kernel.text import Words, _, join_words, same_in_both

_WORD: Final = re.compile(r"[^\W_]+(?:\.[^\W_]+)*")
_SAME, _NEARLY = 1.0, 0.4
LOOKS_LIKE: Final = _("Namnet innehåller bokstäver ur ett annat alfabet som ser ut som våra: ")


@dataclass(frozen=True, slots=True)
class NameDifferences:
    """Words as they are written."""

    agree: tuple[str, ...]
    alike: tuple[tuple[str, str], ...]
    """Written in one way in what is asked for, in another in the name."""
    only_asked: tuple[str, ...]
    only_known: tuple[str, ...]


def word_differences(asked: str, known: str) -> NameDifferences:
    """Word by word; a word has one like it at most."""
    mine, theirs = _WORD.findall(asked), _WORD.findall(known)
    pairs = sorted(
        ((_alike(one, other), -at, -place) for at, one in enumerate(mine) for place, other in enumerate(theirs)),
        reverse=True,
    )
    taken: dict[int, tuple[int, float]] = {}
    for ratio, at, place in pairs:
        if ratio >= _NEARLY and -at not in taken and -place not in {other for other, _unused in taken.values()}:
            taken[-at] = (-place, ratio)
    met = {place for place, _unused in taken.values()}
    return NameDifferences(
        tuple(mine[at] for at, (_unused, ratio) in sorted(taken.items()) if ratio == _SAME),
        tuple((mine[at], theirs[place]) for at, (place, ratio) in sorted(taken.items()) if ratio < _SAME),
        tuple(word for at, word in enumerate(mine) if at not in taken),
        tuple(word for place, word in enumerate(theirs) if place not in met),
    )


def _alike(one: str, other: str) -> float:
    if written_name(one) == written_name(other):
        return _SAME
    mine, theirs = name_words(one), name_words(other)
    if not mine or not theirs:
        return 0.0
    if abbreviate_words(mine) == abbreviate_words(theirs):
        return 0.99
    word = "".join(mine)
    return min(likeness_of_words(word, masks_of(word), "".join(theirs)), 0.98)


def in_words(found: NameDifferences) -> Words:
    """Sentences: which words are the same, written differently, or only on one side."""
    parts = []
    if found.agree:
        parts.append(_("Samma ord: ") + _list_words(found.agree))
    if found.alike:
        pairs = ", ".join(f"”{one}” – ”{other}”" for one, other in found.alike)
        parts.append(_("Skrivs olika: ") + same_in_both(pairs))
    if found.only_asked:
        parts.append(_("Bara i det du skrev: ") + _list_words(found.only_asked))
    if found.only_known:
        parts.append(_("Bara i namnet: ") + _list_words(found.only_known))
    return join_words(part + same_in_both(".") for part in parts)


def _list_words(words: tuple[str, ...]) -> Words:
    return same_in_both(", ".join(words))


class NameRelation(StrEnum):
    """How two names stand to each other."""

    SAME = "same"
    """The names differ only in signs, capitals, accents or the order of their words."""
    PERHAPS = "perhaps"
    """They differ in an abbreviation, an article, a genitive, a small word or the form of association: a question."""
    OTHER = "other"


def relation_of_names(one: str, other: str) -> NameRelation:
    """How two names stand to each other. å, ä and ö are letters: names that differ in them are two names."""
    mine, theirs = written_name(one).split(), written_name(other).split()
    if sorted(mine) == sorted(theirs) != []:
        return NameRelation.SAME
    return NameRelation.PERHAPS if _perhaps(written_words(one), written_words(other)) else NameRelation.OTHER


def may_be_meant(typed: str, name: str) -> bool:
    """Whether who typed this may mean that name: å, ä and ö may be wanting where nothing typed has any of them."""
    if relation_of_names(typed, name) is not NameRelation.OTHER:
        return True
    return plain_name(typed) == written_name(typed) and _perhaps(name_words(typed), name_words(name))


def differ_in_rings(one: str, other: str) -> bool:
    """Whether two names would be one, or perhaps one, were å, ä and ö no letters of their own."""
    return relation_of_names(one, other) is NameRelation.OTHER and _perhaps(name_words(one), name_words(other))


def _perhaps(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Two that both are written out and differ are never one: different sports share an abbreviation."""
    mine, theirs = spell_words(mine), spell_words(theirs)
    if _key(mine) == _key(theirs) != ():
        return True
    alike = _key(abbreviate_words(mine)) == _key(abbreviate_words(theirs)) != ()
    return alike and not (has_abbreviation(mine) and has_abbreviation(theirs))


def same_name(one: str, other: str) -> bool:
    """Whether two names are one where the number is the same: article, genitive, small words and form may differ."""
    return _key(spell_words(written_words(one))) == _key(spell_words(written_words(other))) != ()


def may_be_same(one: str, other: str) -> bool:
    """Whether two names are the same or perhaps the same."""
    return relation_of_names(one, other) is not NameRelation.OTHER


def is_literal(one: str, other: str) -> bool:
    """Whether they are the same letter for letter, whatever the capitals and spaces."""
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split()) != ""


def _key(words: tuple[str, ...]) -> tuple[str, ...]:
    telling = [word for word in words if word.translate(WITHOUT_RINGS) not in SMALL | _FORM_WORDS]
    return tuple(sorted(telling or words))


_FORM_WORDS: Final = GENERIC & {"forening", "foreningen", "ideell", "ideella"}


def told_of_letters(name: str) -> Words | None:
    """That a name holds letters of another alphabet beside ours; None when it does not."""
    letters = foreign_letters(name)
    return LOOKS_LIKE + same_in_both(", ".join(letters) + ".") if letters else None
