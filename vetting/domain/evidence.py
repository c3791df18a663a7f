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


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One answer, by whom and on which day.

    fingerprint: of the criterion as it read then. signals: those the person had before them; a newer one
    speaks against. earlier: made in another case of the same association.
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

    def holds(self, fingerprint: str, on: date, fired: frozenset[str]) -> bool:
        """Whether it answers the criterion that day, given the signals that speak against it."""
        return (
            not self.withdrawn
            and self.fingerprint == fingerprint
            and (self.valid_until is None or on <= self.valid_until)
            and fired <= self.signals
        )
