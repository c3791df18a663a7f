"""A person's assessment of a criterion, and when it still answers the question."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.domain.association import holds_personal_number
from vetting.domain.problem import Problem
from vetting.domain.words import Words

if TYPE_CHECKING:
    from datetime import date

    from vetting.domain.criteria import Criterion


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What "not met" rests on: an act or statement. There is no room for an opinion, a faith or an origin."""

    act: str
    role: str
    inside_activity: bool | None
    happened: str
    source: str
    verified: bool | None
    may_be_shown: bool | None
    document_id: int | None = None
    special_reasons: str = ""
    proportionality: str = ""


def wrong_with(answer: Answer, reasons: str, evidence: Evidence | None, criterion: Criterion) -> list[Problem]:
    """What stands in the way of an answer; each names its field of the form."""
    found = [
        Problem(name, PERSONAL_NUMBER_WRITTEN, REMOVE_IT)
        for name, text in _texts(reasons, evidence).items()
        if holds_personal_number(text)
    ]
    if answer is not Answer.NOT_MET:
        return found
    if not reasons.strip():
        found.append(Problem("reasons", Words("Motiveringen saknas.", "The reasons are missing."),
                             Words("Skriv vad i underlaget bedömningen bygger på.",
                                   "Write what in the material the assessment rests on.")))  # fmt: skip
    if criterion.value_criterion:
        found += _wrong_with_evidence(evidence)
    return found


PERSONAL_NUMBER_WRITTEN: Final = Words("Texten innehåller ett personnummer.", "The text holds a personal number.")
REMOVE_IT: Final = Words("Ta bort det. Funktionen räcker.", "Remove it. The function is enough.")


def _texts(reasons: str, evidence: Evidence | None) -> dict[str, str]:
    if evidence is None:
        return {"reasons": reasons}
    return {
        "reasons": reasons, "act": evidence.act, "role": evidence.role, "happened": evidence.happened,
        "source": evidence.source, "special_reasons": evidence.special_reasons,
        "proportionality": evidence.proportionality,
    }  # fmt: skip


def _wrong_with_evidence(evidence: Evidence | None) -> list[Problem]:
    given = evidence or Evidence(
        act="", role="", inside_activity=None, happened="", source="", verified=None, may_be_shown=None
    )
    texts = {
        "act": (given.act, Words("Handlingen eller uttalandet saknas.", "The act or statement is missing."),
                Words("Skriv vad som gjordes eller sades.", "Write what was done or said.")),
        "role": (given.role, Words("Rollen saknas.", "The role is missing."),
                 Words("Skriv personens roll, inte namnet.", "Write the person's role, not the name.")),
        "happened": (given.happened, Words("Tidpunkten saknas.", "The time is missing."),
                     Words("Skriv när det hände.", "Write when it happened.")),
        "source": (given.source, Words("Källan saknas.", "The source is missing."),
                   Words("Skriv var det framgår.", "Write where it can be seen.")),
    }  # fmt: skip
    found = [Problem(name, what, remedy) for name, (text, what, remedy) in texts.items() if not text.strip()]
    rules = {
        "inside_activity": (given.inside_activity,
                            Words("Bara det som skett inom föreningens verksamhet kan ge ”ej uppfyllt”.",
                                  "Only what happened within the association's activity can give “not met”."),
                            Words("Svara ja, eller välj ett annat svar.", "Answer yes, or choose another answer.")),
        "verified": (given.verified,
                     Words("En muntlig eller obekräftad uppgift kan inte ge ”ej uppfyllt”.",
                           "Oral or unverified information cannot give “not met”."),
                     Words("Bekräfta den först, eller välj ett annat svar.", "Verify it first, or answer otherwise.")),
        "may_be_shown": (given.may_be_shown,
                         Words("Det som föreningen inte får se kan inte ge ”ej uppfyllt”.",
                               "What the association may not see cannot give “not met”."),
                         Words("Svara ja, eller välj ett annat svar.", "Answer yes, or choose another answer.")),
    }  # fmt: skip
    found += [Problem(name, what, remedy) for name, (value, what, remedy) in rules.items() if value is not True]
    return found
