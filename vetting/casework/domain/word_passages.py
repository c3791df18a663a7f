"""Where words of a list stand in papers: the place, and a few words on each side. Rules read no more of a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.engine.conditions.comparisons import matching_entries
from vetting.engine.conditions.folding import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FACT: Final = "papers_text"
AROUND: Final = 12
"""Words on each side of a hit."""
MOST: Final = 20
"""Passages; more of them ask no more than the first."""


def find_passages(pages: Iterable[tuple[str, str]], entries: tuple[str, ...]) -> tuple[str, ...]:
    """Passages with a word of the lists, each with its place, in the order the papers come.

    pages: (place, text), as 'stadgar.pdf, s. 2'.
    """
    found: list[str] = []
    for place, text in pages:
        for entry in matching_entries(text, entries):
            found += [f"{place}: {passage}" for passage in _around(text, entry)]
            if len(found) >= MOST:
                return tuple(dict.fromkeys(found))[:MOST]
    return tuple(dict.fromkeys(found))


def _around(text: str, entry: str) -> Iterator[str]:
    """The first place in a text where an entry stands."""
    wanted = words_of(entry.removesuffix("*"))
    tokens = text.split()
    written = [(place, word) for place, token in enumerate(tokens) for word in words_of(token)]
    for at in range(len(written) - len(wanted) + 1):
        if all(_same(word, written[at + step][1], entry, step, wanted) for step, word in enumerate(wanted)):
            first, last = written[at][0], written[at + len(wanted) - 1][0]
            yield " ".join(tokens[max(0, first - AROUND) : last + AROUND + 1])
            return


def _same(word: str, found: str, entry: str, step: int, wanted: list[str]) -> bool:
    ends_open = entry.endswith("*") and step == len(wanted) - 1
    return found.startswith(word) if ends_open else found == word
