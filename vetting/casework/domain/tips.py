"""A tip about an association: its number in the diary, its day and the question it raises; what it said is there."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.casework.domain.special_reviews import wrong_with_text
from vetting.kernel.problem import Problem
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

LONGEST_NUMBER: Final = 40
LONGEST_QUESTION: Final = 200
"""A question, never what was told: that is in the diary."""


class TipOutcome(StrEnum):
    """What came of it."""

    NOTHING = "nothing"
    FOLLOWED = "followed"


TIP_OUTCOME_WORDS: Final[Mapping[TipOutcome, Words]] = {
    TipOutcome.NOTHING: _("Ledde inte till något"),
    TipOutcome.FOLLOWED: _("Prövas i ett ärende eller en fördjupad kontroll"),
}


def tip_mark(key: int) -> str:
    """What is kept with an answer that was given with the tip at hand."""
    return f"tip:{key}"


def wrong_with_tip(
    number: str,
    came_on: date | None,
    question: str,
    criteria: Sequence[str],
    *,
    offered: Collection[str],
    known_names: Iterable[str],
    today: date,
) -> list[Problem]:
    """What is missing or cannot be: no number, a day ahead, a text that tells or names, a requirement of no rules."""
    problems = []
    if not number.strip() or len(number.strip()) > LONGEST_NUMBER:
        problems.append(
            Problem("number", _("Tipsets nummer i diariet saknas."), _("Diarieför tipset först, och skriv numret."))
        )
    if came_on is None or came_on > today:
        problems.append(
            Problem("came_on", _("Dagen saknas eller ligger i framtiden."), _("Skriv dagen då tipset kom in."))
        )
    if len(question.strip()) > LONGEST_QUESTION:
        problems.append(
            Problem(
                "question",
                _("Frågan är längre än {most} tecken.", most=LONGEST_QUESTION),
                _("Skriv frågan. Vad tipset säger står i diariet."),
            )
        )
    problems += wrong_with_text("question", question, known_names)
    if not criteria or not set(criteria) <= set(offered):
        problems.append(Problem("criteria", _("Inget krav är valt."), _("Välj minst ett krav som frågan rör.")))
    return problems
