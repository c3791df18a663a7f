"""The texts of pages in the visitor's language: the only module that knows Flask-Babel, which carries no types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import Babel, LazyString
from flask_babel import gettext as _gettext
from flask_babel import lazy_gettext as _lazy_gettext

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

__all__ = ["LazyString", "gettext", "lazy_gettext", "translate"]


def translate(app: Flask, language: Callable[[], str]) -> None:
    """Gives the templates their texts; `language` tells the visitor's."""
    Babel(app, locale_selector=language)


def gettext(text: str, **values: object) -> str:
    """The text in the visitor's language, %(names)s filled in."""
    return str(_gettext(text, **values))


def lazy_gettext(text: str) -> str:
    """For texts that stand in a class: translated when they are shown."""
    lazy: str = _lazy_gettext(text)
    return lazy
