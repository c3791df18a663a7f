"""A text in every language: what it says, kept until it is told to somebody, and then in words of theirs.

The domain says what is to be told; how a language writes it (its sentences, days, numbers, lists) is its speaker's,
and the speakers are handed in at the start: here is nothing but the standard library.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime, time
    from decimal import Decimal
    from fractions import Fraction

Language = Literal["sv", "en"]
LANGUAGES: tuple[Language, ...] = ("sv", "en")
OFFICIAL: Final[Language] = "sv"
"""What a Swedish authority writes in: its registers and papers, and letters to whoever reads nothing else."""

NBSP = "\u00a0"


class ListStyle(StrEnum):
    """What stands before the last of several: 'och' or 'eller'."""

    AND = "standard"
    OR = "or"


AND, OR = ListStyle.AND, ListStyle.OR


class LanguageFormatter(Protocol):
    """How one language says things."""

    def sentence(self, context: str, text: str) -> str:
        """A sentence of the program, from its Swedish and the context that tells two meanings apart ('' for none)."""

    def day(self, value: date, *, in_full: bool) -> str:
        """'15 mars 2026'; the month in full or in short."""

    def weekday(self, value: date) -> str:
        """The day's name, in short."""

    def number(self, value: float | Decimal, pattern: str) -> str:
        """A number by a pattern of Unicode's: '#,##0.##'."""

    def listing(self, parts: Sequence[str], style: ListStyle) -> str:
        """'a, b och c'."""


_SPEAKERS: Final[dict[Language, LanguageFormatter]] = {}


def install_speaker(language: Language, speaker: LanguageFormatter) -> None:
    """From here on texts are told in that language by that speaker."""
    _SPEAKERS[language] = speaker


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

    def with_values(self, **values: object) -> Words:
        """The text with its {names} filled in, texts among the values in the language that it is told in."""
        return _WithValues(self, values)

    def __iter__(self) -> Iterator[str]:
        return iter((self.sv, self.en))

    def __eq__(self, other: object) -> bool:
        return (self.sv, self.en) == (other.sv, other.en) if isinstance(other, Words) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.sv)

    def __repr__(self) -> str:
        return f"Words({self.sv!r}, {self.en!r})"

    def __add__(self, other: object) -> Words:
        """One text after the other; only another Words can be added."""
        return _TextChain((self, other)) if isinstance(other, Words) else NotImplemented


class Sentence(Words):
    """A sentence of the program: its Swedish stands in the code, its other languages in a catalogue."""

    __slots__ = ("_context", "_text")

    def __init__(self, text: str, context: str) -> None:
        self._text, self._context = text, context

    def to(self, language: Language) -> str:
        """The sentence in one language."""
        return _SPEAKERS[language].sentence(self._context, self._text)


class _WithValues(Words):
    """A text and what is filled in to it."""

    __slots__ = ("_text", "_values")

    def __init__(self, text: Words, values: Mapping[str, object]) -> None:
        self._text, self._values = text, values

    def to(self, language: Language) -> str:
        """The text in one language, filled in."""
        told = {name: x.to(language) if isinstance(x, Words) else x for name, x in self._values.items()}
        return self._text.to(language).format_map(told)


class _TextChain(Words):
    """Texts after each other."""

    __slots__ = ("_parts",)

    def __init__(self, parts: tuple[Words, ...]) -> None:
        self._parts = parts

    def to(self, language: Language) -> str:
        return "".join(part.to(language) for part in self._parts)


class _Listing(Words):
    """Texts listed: 'a, b och c'."""

    __slots__ = ("_parts", "_style")

    def __init__(self, parts: tuple[Words, ...], style: ListStyle) -> None:
        self._parts, self._style = parts, style

    def to(self, language: Language) -> str:
        return _SPEAKERS[language].listing([part.to(language) for part in self._parts], self._style)


class _ByFunction(Words):
    """A text that is changed alike in each language."""

    __slots__ = ("_change", "_text")

    def __init__(self, text: Words, change: Callable[[str], str]) -> None:
        self._text, self._change = text, change

    def to(self, language: Language) -> str:
        return self._change(self._text.to(language))


class _RememberedText(Words):
    """A text that is put together once in each language."""

    __slots__ = ("_text", "_told")

    def __init__(self, text: Words) -> None:
        self._text = text
        self._told: dict[Language, str] = {}

    def to(self, language: Language) -> str:
        found = self._told.get(language)
        if found is None:
            found = self._told[language] = self._text.to(language)
        return found


class _Day(Words):
    """A day of the calendar."""

    __slots__ = ("_in_full", "_value")

    def __init__(self, value: date, *, in_full: bool) -> None:
        self._value, self._in_full = value, in_full

    def to(self, language: Language) -> str:
        return _SPEAKERS[language].day(self._value, in_full=self._in_full)


class _Weekday(Words):
    """The name of a day of the week."""

    __slots__ = ("_value",)

    def __init__(self, value: date) -> None:
        self._value = value

    def to(self, language: Language) -> str:
        return _SPEAKERS[language].weekday(self._value)


class _Number(Words):
    """A number, by a pattern."""

    __slots__ = ("_pattern", "_value")

    def __init__(self, value: float | Decimal, pattern: str) -> None:
        self._value, self._pattern = value, pattern

    def to(self, language: Language) -> str:
        return _SPEAKERS[language].number(self._value, self._pattern)


def _(text: str, /, **values: object) -> Words:
    """A sentence in Swedish, with {names} filled in where values are given; its English stands in the catalogue."""
    return Sentence(text, "").with_values(**values) if values else Sentence(text, "")


def in_context(context: str, text: str, /, **values: object) -> Words:
    """A sentence that Swedish says alike for two things: the context tells translators which is meant."""
    return Sentence(text, context).with_values(**values) if values else Sentence(text, context)


NO_WORDS = Words("", "")


def same_in_both(text: str) -> Words:
    """A text that reads alike in both languages: a number, a name, an id."""
    return Words(text, text)


def changed_words(words: Words, change: Callable[[str], str]) -> Words:
    """The text, changed in each language by the same function."""
    return _ByFunction(words, change)


def remember_text(words: Words) -> Words:
    """The text, put together once in each language: for what is kept and told again and again."""
    return _RememberedText(words)


def lower_first(words: Words) -> Words:
    """For use inside a sentence. An abbreviation keeps its capitals."""
    return _ByFunction(words, _lower_first)


def upper_first(words: Words) -> Words:
    """For the beginning of a sentence."""
    return _ByFunction(words, _upper_first)


def _lower_first(text: str) -> str:
    second_is_capital = len(text) > 1 and text[1].isupper()
    return text if second_is_capital else text[:1].lower() + text[1:]


def _upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def join_words(parts: Iterable[Words], separator: str = " ") -> Words:
    """Texts after each other with a separator; what says nothing is left out."""
    kept: list[Words] = []
    for part in parts:
        if part.sv:
            kept += [same_in_both(separator), part] if kept else [part]
    return _TextChain(tuple(kept))


def list_words(parts: Iterable[Words], style: ListStyle) -> Words:
    """'a, b och c'."""
    return _Listing(tuple(parts), style)


FIVE_DIGITS: Final = 10_000


def number_in_words(value: float) -> Words:
    """Thousands apart from five digits on, as a year has four; decimals as each language writes them."""
    if isinstance(value, int) or float(value).is_integer():
        return _Number(int(value), "#,##0" if abs(value) >= FIVE_DIGITS else "0")
    return _Number(value, "#,##0.##")


def percent_in_words(share: Fraction | float, decimals: int) -> Words:
    """A share of one: '50 %', '12,5 %', with at most so many decimals."""
    return number_in_words(round(float(share * 100), decimals)) + _(" %")


def figure(value: Decimal | int, *, decimals: bool) -> Words:
    """An amount's figures, thousands apart: '40 000', '12 500,50'."""
    return _Number(value, "#,##0.00" if decimals else "#,##0")


def day_in_words(value: date) -> Words:
    """'15 mars 2026' and '15 Mar 2026'."""
    return _Day(value, in_full=False)


def long_day(value: date) -> Words:
    """'15 november 2026' and '15 November 2026', as letters write it."""
    return _Day(value, in_full=True)


def weekday_in_words(value: date) -> Words:
    """'mån' and 'Mon'."""
    return _Weekday(value)


def clock_in_words(value: datetime | time) -> Words:
    """'18.00' and '18:00'."""
    return _("{clock:%H.%M}", clock=value)


def count_in_words(count: int, one: Words, many: Words) -> Words:
    """'1 rad', '3 rader': the number with the word that fits it."""
    return number_in_words(count) + same_in_both(NBSP) + (one if count == 1 else many)
