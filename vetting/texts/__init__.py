"""The texts of the product: written in Swedish where they are told, in every other language in a catalogue here."""

from __future__ import annotations

from functools import cache, partial
from gettext import GNUTranslations, translation
from pathlib import Path

from vetting.kernel.text import LANGUAGES, OFFICIAL, Language, install_catalogue

FOLDER = Path(__file__).parent
"""Holds <language>/LC_MESSAGES/messages.po and .mo; Swedish needs none, it is the text itself."""


@cache
def _catalogue(language: Language) -> GNUTranslations:
    return translation("messages", FOLDER, [language])


def install_catalogues() -> None:
    """Every language beside Swedish can be told; a catalogue is read when something is told in its language."""
    for language in LANGUAGES:
        if language != OFFICIAL:
            install_catalogue(language, partial(_look_up, language))


def _look_up(language: Language, context: str, text: str) -> str:
    known = _catalogue(language)
    return known.pgettext(context, text) if context else known.gettext(text)
