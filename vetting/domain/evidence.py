"""A person's assessment of a criterion, and when it still answers the question."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


class Answer(StrEnum):
    """What a person can answer. Nothing found is the ordinary answer to a value criterion."""

    MET = "met"
    NOTHING_FOUND = "nothing_found"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"


class Standing(StrEnum):
    """Whether an answer still answers the question, and if not, why not."""

    HOLDS = "holds"
    EXPIRED = "expired"
    REWORDED = "reworded"
    WITHDRAWN = "withdrawn"
    OVERTAKEN = "overtaken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One answer, by whom and on which day.

    fingerprint: of the criterion as it read then. signals: marks of the hits the person had before them (what
    fired and what it read, `Finding.signals`); a hit that is not among them is newer and speaks against.
    earlier: made in another case of the same association.
    """

    criterion: str
    answer: Answer
    by: str
    on: date
    fingerprint: str
    valid_until: date | None = None
    withdrawn: bool = False
    earlier: bool = False
    signals: frozenset[str] = frozenset()

    def standing(self, fingerprint: str, on: date, hits: frozenset[str]) -> Standing:
        """Whether it answers the criterion that day, given the hits that speak against it."""
        if self.withdrawn:
            return Standing.WITHDRAWN
        if not hits <= self.signals:
            return Standing.OVERTAKEN
        if self.fingerprint != fingerprint:
            return Standing.REWORDED
        if self.valid_until is not None and on > self.valid_until:
            return Standing.EXPIRED
        return Standing.HOLDS
