"""The texts of the product and how each language writes: Swedish in the code, other languages in a catalogue here.

A new language is a folder here with its catalogue, and its name among the languages and the locales.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from gettext import NullTranslations, translation
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vetting.kernel.text import LANGUAGES, OFFICIAL, Language, install_speaker

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from babel import Locale

    from vetting.kernel.text import ListStyle

FOLDER = Path(__file__).parent
"""Holds <language>/LC_MESSAGES/messages.po and .mo; Swedish needs none, it is the text itself."""
LOCALES: Final = {"sv": "sv_SE", "en": "en_GB"}
"""Whose days, numbers and lists a language writes."""
MINUS: Final = "\u2212"


class CatalogueSpeaker:
    """Says things in one language: sentences by its catalogue, days, numbers and lists by Babel, loaded when needed."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self.number = lru_cache(maxsize=4_096)(self._number)
        self.day = lru_cache(maxsize=4_096)(self._day)

    @cached_property
    def _catalogue(self) -> NullTranslations:
        official = self._language == OFFICIAL
        return NullTranslations() if official else translation("messages", FOLDER, [self._language])

    @cached_property
    def _locale(self) -> Locale:
        from babel import Locale  # noqa: PLC0415 - read when something is told, not at the start

        return Locale.parse(LOCALES[self._language])

    def sentence(self, context: str, text: str) -> str:
        """A sentence of the program, from its Swedish."""
        return self._catalogue.pgettext(context, text) if context else self._catalogue.gettext(text)

    def _day(self, value: date, *, in_full: bool) -> str:
        month: str = self._locale.months["format"]["wide" if in_full else "abbreviated"][value.month]
        return f"{value.day} {month.rstrip('.')} {value.year}"

    def weekday(self, value: date) -> str:
        """The day's name, in short."""
        name: str = self._locale.days["format"]["abbreviated"][value.weekday()]
        return name

    def _number(self, value: float | Decimal, pattern: str) -> str:
        from babel.numbers import format_decimal  # noqa: PLC0415 - read when something is told, not at the start

        return format_decimal(value, pattern, self._locale).replace(MINUS, "-")

    def listing(self, parts: Sequence[str], style: ListStyle) -> str:
        """'a, b och c'."""
        from babel.lists import format_list  # noqa: PLC0415 - read when something is told, not at the start

        return format_list(parts, "or" if style == "or" else "standard", self._locale)


def install_speakers() -> None:
    """Every language can be told from here on."""
    for language in LANGUAGES:
        install_speaker(language, CatalogueSpeaker(language))
