"""The texts of pages in the visitor's language: the only module that knows Flask-Babel, which carries no types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from babel.support import Translations
from flask_babel import Babel, LazyString
from flask_babel import gettext as _gettext
from flask_babel import lazy_gettext as _lazy_gettext
from jinja2.ext import Extension
from jinja2.lexer import Token
from markupsafe import Markup

from vetting.kernel.text import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from jinja2.lexer import TokenStream

    from vetting.kernel.text import Language

__all__ = ["LazyString", "gettext", "install_translations", "lazy_gettext"]

TEXTS: Final = "plain_texts"


def install_translations(app: Flask, language: Callable[[], Language]) -> None:
    """Gives the templates their texts; `language` tells the visitor's."""
    Babel(app, locale_selector=language)
    folder = app.config["BABEL_TRANSLATION_DIRECTORIES"]
    known = {name: Translations.load(folder, [name]) for name in LANGUAGES}

    def one(text: str) -> str:
        return str(known[language()].ugettext(text))

    def several(text: str, texts: str, number: int) -> str:
        return str(known[language()].ungettext(text, texts, number))

    # Flask-Babel's own look for the visitor's locale at every text.
    app.jinja_env.install_gettext_callables(one, several, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals[TEXTS] = _PageTexts(one, language)
    app.jinja_env.add_extension(PlainTexts)


class _PageTexts:
    """The texts of pages that nothing is filled in to, each translated once."""

    def __init__(self, one: Callable[[str], str], language: Callable[[], Language]) -> None:
        self._one, self._language = one, language
        self._known: dict[Language, dict[str, Markup]] = {name: {} for name in LANGUAGES}

    def __getitem__(self, text: str) -> Markup:
        known = self._known[self._language()]
        if text not in known:
            known[text] = Markup(self._one(text)) % {}  # noqa: S704 - the texts are ours
        return known[text]


class PlainTexts(Extension):
    """Makes _("a text") in a template a look in a table: a page has hundreds of them."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """The tokens of a template, with each of those calls as such a look."""
        tokens = list(stream)
        place = 0
        while place < len(tokens):
            four = tokens[place : place + 4]
            if [token.type for token in four] == ["name", "lparen", "string", "rparen"] and four[0].value == "_":
                yield Token(four[0].lineno, "name", TEXTS)
                yield Token(four[1].lineno, "lbracket", "[")
                yield four[2]
                yield Token(four[3].lineno, "rbracket", "]")
                place += 4
            else:
                yield tokens[place]
                place += 1


def gettext(text: str, **values: object) -> str:
    """The text in the visitor's language, %(names)s filled in."""
    return str(_gettext(text, **values))


def lazy_gettext(text: str) -> str:
    """For texts that stand in a class: translated when they are shown."""
    lazy: str = _lazy_gettext(text)
    return lazy
