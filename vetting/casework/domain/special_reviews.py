"""A special review of an association: why it can be opened, and what can come of it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.engine.evidence import persons_in
from vetting.kernel.problem import Problem
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class SpecialReviewGround(StrEnum):
    """What gave rise to it."""

    TIP = "tip"
    FOLLOW_UP = "follow_up"
    SAMPLE = "sample"
    AUTHORITY = "authority"


REVIEW_GROUND_WORDS: Final[Mapping[SpecialReviewGround, Words]] = {
    SpecialReviewGround.TIP: _("Tips"),
    SpecialReviewGround.FOLLOW_UP: _("Uppföljning"),
    SpecialReviewGround.SAMPLE: _("Stickprov"),
    SpecialReviewGround.AUTHORITY: _("Uppgift från en myndighet"),
}


class SpecialReviewOutcome(StrEnum):
    """What comes of it. Each measure is a decision of its own, with its own gates."""

    NONE = "none"
    CONDITIONS = "conditions"
    STOP = "stop"
    RECLAIM = "reclaim"
    END = "end"


REVIEW_OUTCOME_WORDS: Final[Mapping[SpecialReviewOutcome, Words]] = {
    SpecialReviewOutcome.NONE: _("Ingen åtgärd"),
    SpecialReviewOutcome.CONDITIONS: _("Villkor"),
    SpecialReviewOutcome.STOP: _("Stopp av utbetalning föreslås"),
    SpecialReviewOutcome.RECLAIM: _("Återkrav föreslås"),
    SpecialReviewOutcome.END: _("Allt stöd föreslås upphöra"),
}


ANNOUNCED_WORDS: Final[Mapping[str, Words]] = {"yes": _("Anmält besök"), "no": _("Oanmält besök")}
"""Whether the association knew that a visit was coming."""
_THE_ROLE: Final = _("Skriv rollen i stället. En fördjupad kontroll gäller föreningen, inte personer.")


def wrong_with_text(field: str, text: str, known_names: Iterable[str]) -> list[Problem]:
    """A text without persons: nothing said, a personal number, or what may be a name."""
    if not text.strip():
        return [Problem(field, _("Texten saknas."), _("Skriv vad det gäller."))]
    return persons_in(field, text, known_names, _THE_ROLE)
