"""A text in Swedish and English, and how numbers, dates and lists are written in each."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

Language = Literal["sv", "en"]
LANGUAGES: tuple[Language, ...] = ("sv", "en")
OFFICIAL: Final[Language] = "sv"
"""What a Swedish authority writes in: its registers and papers, and letters to whoever reads nothing else."""

NBSP = "\u00a0"
MONTHS_SV = ("jan", "feb", "mars", "apr", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


Lookup = Callable[[str, str], str]
"""A sentence's context, empty where it needs none, and the sentence in Swedish -> in another language."""
_CATALOGUES: Final[dict[str, Lookup]] = {}


def install_catalogue(language: Language, lookup: Lookup) -> None:
    """From here on sentences are told in that language too; without it they are told in Swedish."""
    _CATALOGUES[language] = lookup


class Words:
    """A text in each language, given in both: what a board wrote, or a name. A board's own may be Swedish only.

    Sentences of the program are `Sentence`s.
    """

    __slots__ = ("_en", "_sv")

    def __init__(self, sv: str, en: str) -> None:
        self._sv, self._en = sv, en

    def to(self, language: Language) -> str:
        """The text in one language."""
        return self._sv if language == "sv" else self._en

    @property
    def sv(self) -> str:
        """The text in Swedish."""
        return self.to("sv")

    @property
    def en(self) -> str:
        """The text in English."""
        return self.to("en")

    def __iter__(self) -> Iterator[str]:
        return iter((self.sv, self.en))

    def __eq__(self, other: object) -> bool:
        return (self.sv, self.en) == (other.sv, other.en) if isinstance(other, Words) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.sv)

    def __repr__(self) -> str:
        return f"Words({self.sv!r}, {self.en!r})"

    def __add__(self, other: object) -> Words:
        """Both languages joined; only another Words can be added."""
        return _TextChain((self, other)) if isinstance(other, Words) else NotImplemented


class Sentence(Words):
    """A sentence of the program: its Swedish stands in the code, its other languages in a catalogue.

    It is put into words when it is told; until then it keeps what is filled in, texts among it in every language.
    """

    __slots__ = ("_context", "_text", "_values")

    def __init__(self, text: str, context: str, values: Mapping[str, object]) -> None:
        self._text, self._context, self._values = text, context, values

    def to(self, language: Language) -> str:
        """The sentence in one language, filled in."""
        lookup = _CATALOGUES.get(language)
        text = self._text if language == "sv" or lookup is None else lookup(self._context, self._text)
        if not self._values:
            return text
        told = {name: x.to(language) if isinstance(x, Words) else x for name, x in self._values.items()}
        return text.format_map(told)


class _TextChain(Words):
    """Texts after each other."""

    __slots__ = ("_parts",)

    def __init__(self, parts: tuple[Words, ...]) -> None:
        self._parts = parts

    def to(self, language: Language) -> str:
        return "".join(part.to(language) for part in self._parts)


def _(text: str, /, **values: object) -> Words:
    """A sentence in Swedish, with {names} filled in where values are given; its English stands in the catalogue."""
    return Sentence(text, "", values)


def in_context(context: str, text: str, /, **values: object) -> Words:
    """A sentence that Swedish says alike for two things: the context tells translators which is meant."""
    return Sentence(text, context, values)


NO_WORDS = Words("", "")


def same_in_both(text: str) -> Words:
    """A text that reads alike in both languages: a number, a name, an id."""
    return Words(text, text)


def lower_first(words: Words) -> Words:
    """For use inside a sentence. An abbreviation keeps its capitals."""
    return Words(_lower_first(words.sv), _lower_first(words.en))


def upper_first(words: Words) -> Words:
    """For the beginning of a sentence."""
    return Words(words.sv[:1].upper() + words.sv[1:], words.en[:1].upper() + words.en[1:])


def _lower_first(text: str) -> str:
    second_is_capital = len(text) > 1 and text[1].isupper()
    return text if second_is_capital else text[:1].lower() + text[1:]


def join_words(parts: Iterable[Words], separator: Words | None = None) -> Words:
    """Texts after each other with a separator (a space when none is given)."""
    between = separator or same_in_both(" ")
    kept = [part for part in parts if part.sv or part.en]
    return Words(between.sv.join(part.sv for part in kept), between.en.join(part.en for part in kept))


def list_words(parts: Iterable[Words], last: Words) -> Words:
    """'a, b och c': commas, and a word before the last."""
    items = list(parts)
    if len(items) < 2:  # noqa: PLR2004 - one item needs no comma
        return join_words(items)
    head = join_words(items[:-1], same_in_both(", "))
    return head + same_in_both(" ") + last + same_in_both(" ") + items[-1]


AND = _("och")
OR = _("eller")


FIVE_DIGITS: Final = 10_000


def number_in_words(value: float) -> Words:
    """Thousands apart from five digits on, as a year has four; decimals as each language writes them."""
    if isinstance(value, int) or float(value).is_integer():
        grouped = f"{int(value):,}" if abs(value) >= FIVE_DIGITS else str(int(value))
        return Words(grouped.replace(",", NBSP), grouped)
    text = f"{value:,.2f}".rstrip("0")
    swedish = text.replace(",", NBSP).replace(".", ",")
    return Words(swedish, text)


WEEKDAYS: Final = (
    _("mån"),
    _("tis"),
    _("ons"),
    _("tors"),
    _("fre"),
    _("lör"),
    _("sön"),
)
"""From Monday, in short."""


def day_in_words(value: date) -> Words:
    """'15 mars 2026' and '15 Mar 2026'."""
    return Words(
        f"{value.day} {MONTHS_SV[value.month - 1]} {value.year}",
        f"{value.day} {MONTHS_EN[value.month - 1]} {value.year}",
    )


LONG_MONTHS_SV = (
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
)
LONG_MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def long_day(value: date) -> Words:
    """'15 november 2026' and '15 November 2026', as letters write it."""
    return Words(
        f"{value.day} {LONG_MONTHS_SV[value.month - 1]} {value.year}",
        f"{value.day} {LONG_MONTHS_EN[value.month - 1]} {value.year}",
    )


def count_in_words(count: int, one: Words, many: Words) -> Words:
    """'1 rad', '3 rader': the number with the word that fits it."""
    return number_in_words(count) + same_in_both(NBSP) + (one if count == 1 else many)
