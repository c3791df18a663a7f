"""The words of an association's name, so that two ways of writing it can be compared."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from vetting.kernel.organisation_numbers import WITHOUT_RINGS, without_accents

if TYPE_CHECKING:
    from collections.abc import Sequence

LOOK_ALIKES: Final = str.maketrans(
    "авеёзікмнорстухѕјґԁһӏԛԝὰοαερτυικνχβημζııłđøðþ", "abee3ikmhopctyxsjrdhlqwaoaeptuiknxbhmziildodp"
)
"""Letters of other alphabets that look like ours, and letters that no accent makes."""
_AND: Final = {"&": " och ", "+": " och ", "æ": "ae", "œ": "oe", "’": "", "'": "", "´": "", "`": ""}
SHORT: Final = {
    "idrottsforening": "if",
    "idrottsforeningen": "if",
    "idrottsklubb": "ik",
    "idrottsklubben": "ik",
    "sportklubb": "sk",
    "sportklubben": "sk",
    "idrottssallskap": "is",
    "bollklubb": "bk",
    "bollklubben": "bk",
    "fotbollsklubb": "fk",
    "fotbollklubb": "fk",
    "fotbollsforening": "ff",
    "innebandyklubb": "ibk",
    "innebandyforening": "ibf",
    "handbollsklubb": "hk",
    "handbollklubb": "hk",
    "hockeyklubb": "hc",
    "ishockeyklubb": "hc",
    "ishockeyforening": "hf",
    "hockeyforening": "hf",
    "orienteringsklubb": "ok",
    "simsallskap": "ss",
    "simklubb": "sk",
    "ridklubb": "rk",
    "ryttarforening": "rf",
    "golfklubb": "gk",
    "tennisklubb": "tk",
    "bordtennisklubb": "btk",
    "skidklubb": "sk",
    "kulturforening": "kf",
    "gymnastikforening": "gf",
    "segelsallskap": "ss",
    "batklubb": "bk",
    "motorklubb": "mk",
    "brukshundklubb": "bhk",
    "konstakningsklubb": "kk",
    "lokalforening": "lf",
    "lokalavdelning": "la",
    "goif": "gif",
    "gymnastikochidrottsforening": "gif",
    "gymnastikochidrottsklubb": "gik",
    "allmannaidrottsklubb": "aik",
    "pensionarernasriksorganisation": "pro",
    "studieforbundetvuxenskolan": "sv",
    "arbetarekommun": "ak",
    "skolidrottsforening": "skolif",
    "fiskevardsomrade": "fvo",
    "fiskevardsomradesforening": "fvof",
    "fiskevardsomradeforening": "fvof",
    "hembygdsforening": "hbf",
    "bygdegardsforening": "bgf",
    "samfallighetsforening": "samf",
    "samfallighet": "samf",
}
"""Words, and words that follow on each other, with the abbreviation they usually have: several share one."""
SPELLINGS: Final = {
    "idrottsforeningen": "idrottsforening",
    "idrottsklubben": "idrottsklubb",
    "sportklubben": "sportklubb",
    "bollklubben": "bollklubb",
    "fotbollklubb": "fotbollsklubb",
    "handbollklubb": "handbollsklubb",
    "fiskevardsomradeforening": "fiskevardsomradesforening",
    "foreningen": "forening",
    "klubben": "klubb",
    "forbundet": "forbund",
    "sallskapet": "sallskap",
    "forsamlingen": "forsamling",
    "stiftelsen": "stiftelse",
    "studieforbundet": "studieforbund",
    "byalaget": "byalag",
    "gillet": "gille",
    "koren": "kor",
    "scoutkaren": "scoutkar",
    "teatern": "teater",
    "gruppen": "grupp",
    "kretsen": "krets",
    "orkestern": "orkester",
    "natverket": "natverk",
    "unionen": "union",
    "foren": "forening",
    "o": "och",
    "st": "sankt",
    "saint": "sankt",
    "ungd": "ungdom",
    "svensk": "svenska",
}
"""Words that are written in two ways and mean one thing."""
SMALL: Final = frozenset({"och", "o", "i", "av", "for", "pa", "med", "fran", "the", "of", "till", "de", "den", "nr"})
GENERIC: Final = frozenset(
    {
        "forening",
        "foreningen",
        "ideell",
        "ideella",
        "klubb",
        "klubben",
        "sektion",
        "sektionen",
        "huvudforening",
        "avdelning",
        "lokalavdelning",
        "lokalforening",
        "region",
        "distrikt",
        "krets",
        "ungdom",
        "fotboll",
        "innebandy",
        "ishockey",
        "hockey",
        "handboll",
        "gymnastik",
        "skidor",
        "friidrott",
        "badminton",
        "orientering",
        "bandy",
        "konstakning",
        "tenni",
        "bordtenni",
        "simning",
        "rodd",
        "rugby",
        "tyngdlyftning",
        "bowling",
        "volleyboll",
        "basket",
        "ridning",
        "alpin",
        "motion",
    }
)
"""Words that many names have beside the telling one, and that come and go when a name is written."""
_DEFINITE: Final = ("foreningen", "klubben", "sallskapet", "forbundet", "forsamlingen")
"""Endings of names that are written with and without the article."""
_LONGEST_PHRASE: Final = 3
_SHORTEST_CUT: Final = 8
_GENITIVE: Final = 5
"""Letters that a word has at least, of which a last s may be a genitive's."""


@lru_cache(maxsize=4096)  # what somebody looks for is compared with a hundred names, word by word
def written_name(name: str) -> str:
    """Lower case, without signs or accents but å, ä and ö, look-alike letters as ours: 'Åmåls I.F.' is 'åmåls if'."""
    text = unicodedata.normalize("NFKC", name).casefold()
    for sign, written in _AND.items():
        text = text.replace(sign, written)
    letters = without_accents(text.translate(LOOK_ALIKES)).translate(LOOK_ALIKES)
    words = "".join(c if c.isalnum() else ("\0" if c == "." else " ") for c in letters).split()
    return " ".join(part for word in words for part in _split_dots(word))


def plain_name(name: str) -> str:
    """The written name with å, ä and ö as a and o, for searching."""
    return written_name(name).translate(WITHOUT_RINGS)


def _split_dots(word: str) -> list[str]:
    """'i.f.' is one word, 'omr.forening' are two."""
    parts = [part for part in word.split("\0") if part]
    return ["".join(parts)] if parts and all(len(part) == 1 for part in parts) else parts


@lru_cache(maxsize=4096)
def name_words(name: str) -> tuple[str, ...]:
    """The words of a name as they are looked for, in the order they stand, without the s of a genitive."""
    return tuple(_bare(word) for word in plain_name(name).split())


@lru_cache(maxsize=4096)
def written_words(name: str) -> tuple[str, ...]:
    """The words of a name as two names are compared: as for searching, with å, ä and ö."""
    return tuple(_bare(word) for word in written_name(name).split())


def _bare(word: str) -> str:
    """'kulturföreningen' is 'kulturförening', 'vedums' is 'vedum'."""
    if word.translate(WITHOUT_RINGS).endswith(_DEFINITE):
        return word[:-2]
    return word[:-1] if len(word) >= _GENITIVE and word[-1] == "s" else word


def spell_words(words: Sequence[str]) -> tuple[str, ...]:
    """The words, each as it is written in one of the ways it can be; nothing is shortened."""
    return tuple(SPELLINGS.get(word.translate(WITHOUT_RINGS)) or _whole(word) for word in words)


def _whole(word: str) -> str:
    """'hembygdsfören' and 'hembygdsför' are 'hembygdsförening': a word that was cut at its last part."""
    plain = word.translate(WITHOUT_RINGS)
    if len(word) < _SHORTEST_CUT:
        return word
    return f"{word}ing" if plain.endswith("foren") else f"{word}ening" if plain.endswith("sfor") else word


def has_abbreviation(words: Sequence[str]) -> bool:
    """Whether any of the words, alone or with those after it, has a usual abbreviation."""
    return any(
        "".join(words[at : at + number]).translate(WITHOUT_RINGS) in SHORT
        for at in range(len(words))
        for number in range(1, _LONGEST_PHRASE + 1)
    )


def abbreviate_words(words: Sequence[str]) -> tuple[str, ...]:
    """The words with each that has a usual abbreviation, alone or with those after it, as that.

    For ranking only: different sports share an abbreviation.
    """
    words = spell_words(words)
    found: list[str] = []
    at = 0
    while at < len(words):
        for number in range(_LONGEST_PHRASE, 0, -1):
            whole = "".join(words[at : at + number]).translate(WITHOUT_RINGS)
            if whole in SHORT:
                found.append(SHORT[whole])
                break
        else:
            number = 1
            found.append(words[at])
        at += number
    return tuple(found)


def foreign_letters(name: str) -> str:
    """The letters of a name that look like ours and are another alphabet's; empty where all are of one alphabet."""
    kinds = [(c, unicodedata.name(c, "").startswith("LATIN")) for c in name if c.isalpha()]
    if not any(latin for _, latin in kinds):
        return ""
    return "".join(dict.fromkeys(c for c, latin in kinds if not latin and ord(c.casefold()[0]) in LOOK_ALIKES))
