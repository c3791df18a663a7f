"""How like two texts are: by the runs of words that they have in common."""

from __future__ import annotations

from typing import Final

RUN_LENGTH: Final = 5
"""Words that follow on each other; shorter runs are in every report."""
FEWEST: Final = 40
"""Words that a text has at least, for its likeness to say anything."""


def similarity_of_texts(one: str, other: str) -> float | None:
    """The share of their runs of words that both have, from 0 to 1; None where one of them is too short to tell."""
    mine, theirs = _runs(one), _runs(other)
    if not mine or not theirs:
        return None
    return len(mine & theirs) / len(mine | theirs)


def _runs(text: str) -> set[tuple[str, ...]]:
    words = text.casefold().split()
    if len(words) < FEWEST:
        return set()
    return {tuple(words[at : at + RUN_LENGTH]) for at in range(len(words) - RUN_LENGTH + 1)}
