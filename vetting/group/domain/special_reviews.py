"""A special review of an association: why it can be opened, and what can come of it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.engine.evidence import persons_in
from vetting.kernel.problem import Problem
from vetting.kernel.text import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class SpecialReviewGround(StrEnum):
    """What gave rise to it."""

    TIP = "tip"
    FOLLOW_UP = "follow_up"
    SAMPLE = "sample"
    AUTHORITY = "authority"


REVIEW_GROUND_WORDS: Final[Mapping[SpecialReviewGround, Words]] = {
    SpecialReviewGround.TIP: Words("Tips", "Tip"),
    SpecialReviewGround.FOLLOW_UP: Words("Uppföljning", "Follow-up"),
    SpecialReviewGround.SAMPLE: Words("Stickprov", "Random sample"),
    SpecialReviewGround.AUTHORITY: Words("Uppgift från en myndighet", "Information from an authority"),
}


class SpecialReviewOutcome(StrEnum):
    """What comes of it. Each measure is a decision of its own, with its own gates."""

    NONE = "none"
    CONDITIONS = "conditions"
    STOP = "stop"
    RECLAIM = "reclaim"


REVIEW_OUTCOME_WORDS: Final[Mapping[SpecialReviewOutcome, Words]] = {
    SpecialReviewOutcome.NONE: Words("Ingen åtgärd", "No measure"),
    SpecialReviewOutcome.CONDITIONS: Words("Villkor", "Conditions"),
    SpecialReviewOutcome.STOP: Words("Stopp av utbetalning föreslås", "A payment stop is proposed"),
    SpecialReviewOutcome.RECLAIM: Words("Återkrav föreslås", "A reclaim is proposed"),
}


_THE_ROLE: Final = Words(
    "Skriv rollen i stället. En fördjupad kontroll gäller föreningen, inte personer.",
    "Write the role instead. A review is about the association, not persons.",
)


def wrong_with_text(field: str, text: str, known_names: Iterable[str]) -> list[Problem]:
    """A text without persons: nothing said, a personal number, or what may be a name."""
    if not text.strip():
        return [
            Problem(
                field,
                Words("Texten saknas.", "The text is missing."),
                Words("Skriv vad det gäller.", "Write what it is about."),
            )
        ]
    return persons_in(field, text, known_names, _THE_ROLE)
