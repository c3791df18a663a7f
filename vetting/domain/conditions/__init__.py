"""Conditions over facts: a tree of all, any and not over comparisons, in Kleene's three values."""

from vetting.domain.conditions.comparisons import Comparison
from vetting.domain.conditions.parsing import bound, parse_condition, settings_used
from vetting.domain.conditions.tree import (
    AllOf,
    AnyOf,
    Condition,
    Leaf,
    Not,
    Outcome,
    Verdict,
    compiled,
    counts_back,
    evaluate,
    facts_read,
    leaves_of,
)
from vetting.domain.conditions.wording import Reading, described, explained

__all__ = [
    "AllOf",
    "AnyOf",
    "Comparison",
    "Condition",
    "Leaf",
    "Not",
    "Outcome",
    "Reading",
    "Verdict",
    "bound",
    "compiled",
    "counts_back",
    "described",
    "evaluate",
    "explained",
    "facts_read",
    "leaves_of",
    "parse_condition",
    "settings_used",
]
