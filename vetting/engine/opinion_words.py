"""Words of opinion, faith or origin, and what may be the name of a person: each puts a question to whoever writes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from vetting.engine.conditions.comparisons import matching_entries
from vetting.kernel.problem import Problem
from vetting.kernel.text import _, same_in_both

if TYPE_CHECKING:
    from collections.abc import Iterable

OPINION_WORDS: Final = (
    "åsikt*",
    "uppfattning*",
    "övertygelse*",
    "ideologi*",
    "värdering*",
    "sympati*",
    "sympatis*",
    "tror på",
    "troende",
    "tro",
    "religion*",
    "religiös*",
    "kristen*",
    "kristna",
    "kyrkans lära",
    "muslim*",
    "islam*",
    "jude*",
    "judisk*",
    "judar*",
    "hindu*",
    "buddh*",
    "ateis*",
    "sekt",
    "fundamentalis*",
    "konservativ*",
    "liberal*",
    "socialis*",
    "kommunis*",
    "nationalis*",
    "anarkis*",
    "feminis*",
    "vänstern",
    "högern",
    "vänsterextrem*",
    "högerextrem*",
    "extremis*",
    "radikal*",
    "utländsk*",
    "invandrar*",
    "härkomst",
    "ursprung",
    "etnisk*",
    "ras",
    "hudfärg",
    "läggning",
    "opinion*",
    "belief*",
    "faith",
    "religious*",
    "christian*",
    "jewish",
    "extremist*",
    "immigrant*",
    "ethnic*",
    "nazis*",
    "nynazis*",
    "fascis*",
    "rasis*",
    "antisemit*",
    "tycker",
    "tyckt*",
)
"""An entry is a word, a word with * at its end, or a phrase, as in the lists of the rules."""
_WORD: Final = r"[A-ZÅÄÖÉ][a-zåäöéü]+(?:-[A-ZÅÄÖÉ][a-zåäöéü]+)?"
_NAME: Final = re.compile(rf"(?<![.!?:]\s)(?<!^)\b({_WORD})((?:\s+{_WORD})+)")
_AT_START: Final = re.compile(rf"(?:^|[.!?:]\s+)({_WORD}\s+{_WORD})")


def opinion_words_in(text: str) -> tuple[str, ...]:
    """The words that speak of opinion, faith or origin, as they stand in the list, without the star."""
    return tuple(dict.fromkeys(entry.removesuffix("*") for entry in matching_entries(text, OPINION_WORDS)))


def asked_of_opinion(text: str, *, answered: bool, own: Iterable[str] = ()) -> list[Problem]:
    """Words of opinion against somebody raise a question, answered before anything is kept: acts, not opinions.

    own: what the rule itself says, its label and sources. Words that stand there are the board's, nobody's opinion.
    """
    theirs = {word.casefold() for said in own for word in _LETTERS.findall(said)}
    entries = opinion_words_in(text)
    words = [
        word
        for word in dict.fromkeys(_LETTERS.findall(text))
        if not _is_own(word.casefold(), theirs) and any(matching_entries(word, OPINION_WORDS))
    ]
    words += [entry for entry in entries if " " in entry]
    if not words or answered:
        return []
    return [
        Problem(
            "acts_not_opinions",
            _("Texten talar om åsikt, tro eller ursprung: ") + same_in_both(", ".join(words)) + same_in_both("."),
            _("Skriv vad som gjordes eller sades. Behövs orden, intyga att du bygger på agerandet, inte på åsikten."),
        )
    ]


_LETTERS: Final = re.compile(r"[^\W\d_]+")


_STEM: Final = 6


def _is_own(word: str, own: Iterable[str]) -> bool:
    """Whether it is one of the rule's own words, in whatever form."""
    return any(word == other or (len(other) >= _STEM and word.startswith(other[:-2])) for other in own)


def names_in(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """Two words or more with capitals after each other, which no known name holds: perhaps a person's name.

    known: names of associations, boards and rooms. It is a question, never an answer: places are found too.
    """
    for name in sorted(known, key=len, reverse=True):
        if name:
            text = text.replace(name, " … ")
    found = [first + rest for first, rest in _NAME.findall(text)] + _AT_START.findall(text)
    return tuple(dict.fromkeys(" ".join(name.split()) for name in found))
