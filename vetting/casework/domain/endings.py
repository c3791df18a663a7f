"""What is said of a case that ends without being tried: in its decision in Swedish, in its letter in both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.kernel.decision_outcomes import DecisionGround
from vetting.kernel.text import OFFICIAL, Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping

ENDING_SENTENCES: Final[Mapping[DecisionGround, Words]] = {
    DecisionGround.WITHDRAWN: _("Sökanden har återkallat ansökan."),
    DecisionGround.LAPSED: _("Det som ansökan gällde är inte längre aktuellt."),
    DecisionGround.DOUBLE: _("Ansökan är en dubblett."),
    DecisionGround.DISSOLVED: _("Föreningen finns inte längre."),
}
"""What a decision says of its ground."""
TOLD_WITH_MORE: Final = frozenset({DecisionGround.LAPSED, DecisionGround.DISSOLVED})
"""Grounds that say nothing of what has happened: somebody writes it."""


def _sentence(ground: DecisionGround, twin: str) -> Words:
    return _("Ansökan är en dubblett av {number}.", number=twin) if twin else ENDING_SENTENCES[ground]


def ending_reasons(ground: DecisionGround, text: str, *, twin: str = "") -> str:
    """The reasons of the decision, as they are kept. twin: the number of the case that it doubles."""
    return f"{_sentence(ground, twin).to(OFFICIAL)} {text.strip()}".strip()


def ending_in_words(ground: DecisionGround, reasons: str) -> tuple[Words, str]:
    """(what the ground says, what somebody wrote beside it) of reasons that were kept."""
    written = reasons.partition(". ")[2]
    return _sentence(ground, twin_named(ground, reasons)), written.strip()


def twin_named(ground: DecisionGround, reasons: str) -> str:
    """The number of the case that is said to be doubled in reasons that were kept; empty where none is."""
    last = reasons.partition(". ")[0].rstrip(".").rpartition(" ")[2]
    return last if ground is DecisionGround.DOUBLE and "-" in last else ""
