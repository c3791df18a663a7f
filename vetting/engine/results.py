"""How a criterion came out, by whom, and why."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.engine.conditions.tree import ConditionLeaf, Verdict
from vetting.engine.proposal import Attention, Proposal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.engine.criteria import Criterion, ReductionStep
    from vetting.engine.evidence import Assessment


class CriterionResult(StrEnum):
    """How a criterion came out."""

    MET = "met"
    NOTHING_FOUND = "nothing_found"
    """A person has looked and found nothing: it holds nothing back, and is no statement about the association."""
    NOT_MET = "not_met"
    UNKNOWN = "unknown"
    NEEDS_ASSESSMENT = "needs_assessment"
    NOT_APPLICABLE = "not_applicable"


HOLDS_NOTHING_BACK: Final = frozenset({CriterionResult.MET, CriterionResult.NOTHING_FOUND})
"""What opens the gates."""


class ResultAuthor(StrEnum):
    """Who answered. What was computed and what a person assessed never look alike."""

    COMPUTED = "computed"
    PERSON = "person"
    EARLIER = "earlier assessment"


class ResultReason(StrEnum):
    """Why the result is what it is."""

    CONDITION = "condition"
    ONLY_IF = "only_if"
    NOT_SET = "not set"
    NOT_SELECTED = "not selected"
    PRIVATE_PERSON = "private person"
    NO_ASSOCIATION = "no association"
    OWN_UNIT = "own unit"
    NO_SIGNAL = "no signal"
    SIGNAL_UNKNOWN = "signal unknown"
    SIGNAL = "signal"
    ASKS_ABOUT = "asks about"
    NEW = "new"
    EXPIRED = "expired"
    OTHER_KIND = "other kind"
    WITHDRAWN = "withdrawn"
    AGAINST = "against"
    ALWAYS = "always"
    ASKED = "asked"
    ANSWERED = "answered"


class CriterionEvaluation(NamedTuple):
    """A criterion's result, and what decided it."""

    result: CriterionResult
    leaves: tuple[ConditionLeaf, ...]
    reason: ResultReason
    hits: frozenset[str] = frozenset()


class Finding(NamedTuple):
    """One criterion's result, what decided it, and what it does to the proposal."""

    criterion: Criterion
    result: CriterionResult
    reason: ResultReason
    author: ResultAuthor = ResultAuthor.COMPUTED
    leaves: tuple[ConditionLeaf, ...] = ()
    effect: Proposal | None = None
    attention: Attention = Attention.NONE
    missing: tuple[str, ...] = ()
    not_checked: tuple[str, ...] = ()
    answer: Assessment | None = None
    full_price: bool = False
    reduction: ReductionStep | None = None
    """How much less is granted for it; the proposal is as without."""
    signals: frozenset[str] = frozenset()
    """Marks of the hits that speak to it, to be kept with a person's answer."""


RESULTS: Final[Mapping[Verdict, CriterionResult]] = {
    Verdict.TRUE: CriterionResult.MET,
    Verdict.UNKNOWN: CriterionResult.UNKNOWN,
    Verdict.FALSE: CriterionResult.NOT_MET,
}
"""What a condition's value makes of the criterion."""
