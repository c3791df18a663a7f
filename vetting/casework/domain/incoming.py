"""What a mail or a bundle of files says of itself: case numbers, organisation numbers, which paper a file is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from vetting.engine.conditions.folding import words_of
from vetting.engine.facts import FactType
from vetting.kernel.organisation_numbers import NumberKind, fold_name, read_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vetting.engine.facts import FactDefinition

_CASE: Final = re.compile(r"(?<![A-ZÅÄÖ0-9])(BID|BOK|SGR)[- –](20\d\d)[- –](\d{1,6})(?!\d)", re.IGNORECASE)
_DNR: Final = re.compile(r"(?<![A-ZÅÄÖ0-9])([A-ZÅÄÖ]{2,8})[ -]?(20\d\d)[/:](\d{1,6})(?!\d)", re.IGNORECASE)
_NUMBER: Final = re.compile(r"(?<![\d-])(?:16)?(\d{6})[ -]?(\d{4})(?![\d-])")
MOST: Final = 20
LONGEST_LINE: Final = 90
SHORT: Final = 3
"""A word so short names a file only where it stands alone."""


def case_numbers(text: str) -> list[str]:
    """'BID-2026-0147' wherever it stands, however it is written; each once, in order."""
    found = (f"{m[1].upper()}-{m[2]}-{int(m[3]):04}" for m in _CASE.finditer(text))
    return list(dict.fromkeys(found))[:MOST]


def registry_numbers(text: str) -> list[str]:
    """'EXN 2026/236' wherever it stands."""
    return list(dict.fromkeys(f"{m[1].upper()} {m[2]}/{m[3]}" for m in _DNR.finditer(text)))[:MOST]


def organisation_numbers(text: str) -> list[str]:
    """Ten digits each, where the check digit is right; personal numbers are none."""
    read = (read_number(m[1] + m[2]) for m in _NUMBER.finditer(text))
    return list(dict.fromkeys(found.digits for found in read if found.kind is NumberKind.ORGANISATION))[:MOST]


def name_keys(texts: Iterable[str]) -> list[str]:
    """Folded lines that may be the name of an association: short, and of more than one letter."""
    lines = (part.strip() for text in texts for line in text.splitlines() for part in re.split(r"[,;|<>()\"]", line))
    keys = (fold_name(line) for line in lines if 3 < len(line) <= LONGEST_LINE)  # noqa: PLR2004 - shorter is no name
    return list(dict.fromkeys(key for key in keys if len(key) > 3))[:200]  # noqa: PLR2004 - shorter is no name


def paper_type(name: str, papers: Sequence[FactDefinition]) -> str:
    """Which of the papers a file is, by its name; empty when it does not say, or says two things alike."""
    words = words_of(name.rsplit(".", 1)[0].replace("_", " "))
    best: dict[int, set[str]] = {}
    for paper in papers:
        known = [paper.label.sv, paper.label.en, *paper.known_as]
        score = max((_says(words, phrase) for phrase in known), default=0)
        if score:
            best.setdefault(score, set()).add(paper.id)
    top = best[max(best)] if best else set()
    return top.pop() if len(top) == 1 else ""


def _says(words: Sequence[str], phrase: str) -> int:
    """How much of a name a phrase explains: all of its words must be there."""
    wanted = words_of(phrase)
    together = "".join(words)
    if not wanted:
        return 0
    for word in wanted:
        if word not in words and (len(word) <= SHORT or word not in together):
            return 0
    return sum(map(len, wanted))


def is_paper(definition: FactDefinition) -> bool:
    """Whether a fact is a paper that can come with a mail."""
    return definition.type is FactType.DOCUMENT
