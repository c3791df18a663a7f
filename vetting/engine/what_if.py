"""What other rules would have made of cases that were screened before: counted, and told for those that turn."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from vetting.engine.reasons import reason_for_finding
from vetting.engine.results import CriterionResult
from vetting.kernel.text import NO_WORDS, Words, same_in_both

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.engine.screening import Screening

MOST_TOLD = 1_000
"""So many turned cases are kept with their reasons; all are counted."""


class ChangeMeaning(StrEnum):
    """What it means that a case turns, the weightiest first."""

    PROPOSAL = "proposal"
    """Another proposal, because of what is known or was answered."""
    NEVER_ASKED = "never_asked"
    """Only because the new rules ask what nobody has asked this case."""
    WORDS = "words"
    """The same proposal: a criterion came out otherwise."""


@dataclass(slots=True)
class RuleTrialTally:
    """Counts over cases, and what is told of those that turn."""

    cases: int = 0
    without_screening: int = 0
    turned: int = 0
    proposals: Counter[str] = field(default_factory=Counter)
    """'approve>complete' -> how many cases, those that keep theirs among them."""
    criteria: Counter[str] = field(default_factory=Counter)
    """'criterion|met>not_met' -> how many cases."""
    before: Mapping[str, Words] = field(default_factory=dict)
    """Labels of criteria that the new rules may not have."""
    labels: dict[str, list[str]] = field(default_factory=dict)
    """Criterion -> its label in Swedish and English."""
    meanings: Counter[str] = field(default_factory=Counter)
    """Meaning -> how many cases turn in that way."""
    told: list[dict[str, Any]] = field(default_factory=list)

    def add(self, case: Mapping[str, str], old_results: Mapping[str, Any], old: str, new: Screening) -> None:
        """One case: what it came to then, and what it would come to now."""
        self.cases += 1
        self.proposals[f"{old}>{new.proposal.value}"] += 1
        every = _changed_criteria(old_results, new)
        for name, before, after, _ in every:
            self.criteria[f"{name}|{before}>{after}"] += 1
            self.labels.setdefault(name, self._label(name, new))
        changed = [(name, before, after) for name, before, after, matters in every if matters]
        if not changed and old == new.proposal.value:
            return
        self.turned += 1
        meaning = _meaning(changed, new, is_same=old == new.proposal.value)
        self.meanings[meaning.value] += 1
        if len(self.told) < MOST_TOLD:
            entry = {"before": old, "after": new.proposal.value, "meaning": meaning.value}
            self.told.append({**case, **entry, "criteria": self._told(changed, new)})

    def _label(self, name: str, new: Screening) -> list[str]:
        label = next((item.criterion.label for item in new.findings if item.criterion.id == name), None)
        label = label or self.before.get(name) or same_in_both(name)
        return [label.sv, label.en]

    def _told(self, changed: list[tuple[str, str, str]], new: Screening) -> list[dict[str, str]]:
        findings = {finding.criterion.id: finding for finding in new.findings}
        told = []
        for name, before, after in changed:
            finding = findings.get(name)
            reason = reason_for_finding(finding, new) if finding else NO_WORDS
            swedish, english = self._label(name, new)
            told.append(
                {
                    "criterion": name,
                    "before": before,
                    "after": after,
                    "label_sv": swedish,
                    "label_en": english,
                    "why_sv": reason.sv,
                    "why_en": reason.en,
                }
            )
        return told

    def as_data(self) -> dict[str, Any]:
        """Everything as JSON."""
        return {
            "cases": self.cases,
            "without_screening": self.without_screening,
            "turned": self.turned,
            "proposals": dict(self.proposals),
            "criteria": dict(self.criteria),
            "labels": self.labels,
            "meanings": dict(self.meanings),
            "told": self.told,
        }


def _meaning(changed: list[tuple[str, str, str]], new: Screening, *, is_same: bool) -> ChangeMeaning:
    findings = {finding.criterion.id: finding for finding in new.findings}
    unasked = {name for name, finding in findings.items() if finding.not_checked and not finding.missing}
    if changed and all(name in unasked for name, _before, _after in changed):
        return ChangeMeaning.NEVER_ASKED
    return ChangeMeaning.WORDS if is_same else ChangeMeaning.PROPOSAL


NOT_ASKED = "not_asked"
"""A criterion that one of the two does not have."""


NEITHER_AGAINST = {CriterionResult.MET.value, CriterionResult.NOTHING_FOUND.value}
"""Screenings made before the two were told apart kept the one as the other; nobody's case turns on it."""


def _changed_criteria(old: Mapping[str, Any], new: Screening) -> list[tuple[str, str, str, bool]]:
    """Criterion, then, now, and whether it matters: not when a new or lost point has no effect."""
    found = []
    seen = set()
    for finding in new.findings:
        name, result = finding.criterion.id, finding.result.value
        seen.add(name)
        before = old[name]["result"] if name in old else NOT_ASKED
        if before != result and {before, result} != NEITHER_AGAINST:
            found.append((name, before, result, name in old or finding.effect is not None))
    if len(seen) < len(old) or seen != old.keys():
        found += [
            (name, entry["result"], NOT_ASKED, entry["effect"] is not None)
            for name, entry in old.items()
            if name not in seen
        ]
    return found
