"""Help: a short page for each task and the words of the field, read from the Markdown files of `docs/user`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from markdown_it import MarkdownIt

from vetting.engine.conditions.folding import folded_text
from vetting.formats.yaml_reading import read_file
from vetting.shipped import shipped_folder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from markdown_it.token import Token

    from vetting.kernel.text import Language

FOLDER: Final = "docs/user"
WORDS: Final = "ord"
"""The file of the field's words; every other file is the help of a task."""
_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False})


class HelpPage(NamedTuple):
    """How a task is done, in one language.

    A file has the title as its heading, then whose task it is in italics, then the steps.
    """

    key: str
    title: str
    whose: str
    steps: str
    """As HTML, without any tag that stood in the file."""
    searched: str
    """All that is searched in: the file, and words by which one looks for it that do not stand there."""


class FieldTerm(NamedTuple):
    """A word of the field, and what it means here."""

    term: str
    means: str


@cache
def _read_index() -> Mapping[str, Mapping[str, Any]]:
    path = shipped_folder(FOLDER) / "pages.yaml"
    return dict(read_file(path, path.name).data)


def _tokens(key: str, language: Language) -> tuple[str, Sequence[Token]]:
    text = (shipped_folder(FOLDER) / language / f"{key}.md").read_text(encoding="utf-8")
    return text, _MARKDOWN.parse(text)


@cache
def help_pages(language: Language) -> Mapping[str, HelpPage]:
    """Key of a page -> its help, in the order in which they are listed."""
    found = {}
    for key, listed in _read_index().items():
        text, tokens = _tokens(key, language)
        title, whose = (token.content for token in tokens[:6] if token.type == "inline")
        steps = _MARKDOWN.renderer.render(tokens[6:], _MARKDOWN.options, {})
        also = listed.get("found_by", {}).get(language, "")
        found[key] = HelpPage(key, title, whose.strip("*"), steps, _bare(f"{text} {also}"))
    return found


@cache
def field_terms(language: Language) -> Sequence[FieldTerm]:
    """The words of the field, as listed in their file: each '**word**: what it means'."""
    _text, tokens = _tokens(WORDS, language)
    told = (token.content for token in tokens[3:] if token.type == "inline")
    parted = (line.removeprefix("**").partition("**: ") for line in told)
    return tuple(FieldTerm(term, " ".join(means.split())) for term, _, means in parted)


@cache
def _help_of() -> Mapping[str, str]:
    return {endpoint: key for key, listed in _read_index().items() for endpoint in listed["about"]}


def endpoints_with_help() -> AbstractSet[str]:
    """Modules of pages, and single pages, that a help is about."""
    return _help_of().keys()


def help_about(endpoint: str | None) -> str:
    """The key of the help about a page; empty where none is."""
    named = endpoint or ""
    return _help_of().get(named) or _help_of().get(named.partition(".")[0], "")


def _bare(text: str) -> str:
    """As one types in a hurry, without rings and dots."""
    return folded_text(text).translate(str.maketrans("åäöé", "aaoe"))


def find_help(wanted: str, language: Language) -> tuple[list[HelpPage], list[FieldTerm]]:
    """Pages and words in which every word that is looked for stands; all of them where nothing is."""
    words = _bare(wanted).split()
    pages = [page for page in help_pages(language).values() if all(word in page.searched for word in words)]
    terms = [term for term in field_terms(language) if all(word in _bare(" ".join(term)) for word in words)]
    return pages, terms
