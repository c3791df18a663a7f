"""A worked case in words: what a person reads before it is accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.engine.facts import IS_MISSING
from vetting.engine.proposal import PROPOSAL_WORDS, Proposal
from vetting.engine.reasons import ANSWER_WORDS, RESULT_WORDS
from vetting.engine.results import CriterionResult
from vetting.kernel.money import kronor
from vetting.kernel.text import Words, _, lower_first, same_in_both

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.engine.ruleset import RuleSet
    from vetting.engine.worked_cases import WorkedCase

_COLON = same_in_both(": ")
NOT_SAID = _("inte angivet")
_COUNTED: Final = {
    CriterionResult.MET: _("Uppfyllda krav: {count}"),
    CriterionResult.NOT_APPLICABLE: _("Krav som inte gäller fallet: {count}"),
}
"""Results that are told by how many they are."""


class CaseToRead(NamedTuple):
    """One worked case as it is read. like: the case that it is told against; empty where it is told whole."""

    case: WorkedCase
    like: str
    given: tuple[Words, ...]
    expected: tuple[Words, ...]


def cases_to_read(cases: Sequence[WorkedCase], ruleset: RuleSet) -> list[CaseToRead]:
    """The cases that nobody has accepted yet, as they are read."""
    return [item for item in cases_in_words(cases, ruleset) if not item.case.accepted]


def cases_in_words(cases: Sequence[WorkedCase], ruleset: RuleSet) -> list[CaseToRead]:
    """Every case: the first approved of each kind whole, others by what differs from it."""
    first: dict[object, WorkedCase] = {}
    for case in cases:
        if case.proposal in {Proposal.APPROVE, Proposal.REFER}:
            first.setdefault((case.kind, case.moment), case)
    told = []
    for case in cases:
        said, like = _what_it_says(case, ruleset), first.get((case.kind, case.moment))
        lines, named = list(said.values()), ""
        if like is not None and like is not case and like.on == case.on:
            before = _what_it_says(like, ruleset)
            other = [line for key, line in said.items() if before.get(key) != line]
            other += [_label_of(key, ruleset) + _COLON + NOT_SAID for key in before if key not in said]
            if len(other) < len(lines):
                lines, named = other, like.name
        told.append(CaseToRead(case, named, tuple(lines), _what_comes(case, ruleset)))
    return told


def _label_of(key: str, ruleset: RuleSet) -> Words:
    if key in ruleset.catalogue:
        return ruleset.catalogue[key].label
    return next((item.label for item in ruleset.criteria if item.id == key), same_in_both(key))


def _what_it_says(case: WorkedCase, ruleset: RuleSet) -> dict[str, Words]:
    """Fact or assessed criterion -> 'Antal medlemmar: 20'."""
    found = {
        name: _label_of(name, ruleset) + _COLON + ruleset.catalogue[name].in_words(value)
        for name, value in case.facts.values.items()
    }
    found |= {name: _label_of(name, ruleset) + _COLON + IS_MISSING for name in sorted(case.facts.absent)}
    return found | {
        name: _label_of(name, ruleset) + _COLON + lower_first(ANSWER_WORDS[answer.answer])
        for name, answer in case.assessments.items()
    }


def _what_comes(case: WorkedCase, ruleset: RuleSet) -> tuple[Words, ...]:
    """The proposal, the amount, and each criterion that does not come out as met."""
    lines = [_("Förslag: ") + PROPOSAL_WORDS[case.proposal]]
    if case.amount is not None:
        lines.append(_("Belopp enligt reglerna, före avdrag: ") + kronor(case.amount))
    if case.left is not None:
        lines.append(_("Sökt belopp efter avdrag: ") + kronor(case.left))
    lines += [
        _label_of(name, ruleset) + _COLON + lower_first(RESULT_WORDS[result])
        for name, result in case.results.items()
        if result not in _COUNTED
    ]
    for result, words in _COUNTED.items():
        count = sum(item is result for item in case.results.values())
        if count:
            lines.append(words.with_values(count=count))
    return tuple(lines)
