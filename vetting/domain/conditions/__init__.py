"""Conditions over facts: a tree of all, any and not over comparisons, in Kleene's three values."""

from vetting.domain.conditions.comparisons import Comparison
from vetting.domain.conditions.parsing import bind_settings, parse_condition, settings_used
from vetting.domain.conditions.tree import (
    AllOf,
    AnyOf,
    Condition,
    ConditionLeaf,
    ConditionOutcome,
    Not,
    Verdict,
    compile_condition,
    counts_back,
    evaluate_condition,
    facts_read,
    leaves_of,
)
from vetting.domain.conditions.wording import ConditionReading, describe_condition, explain_condition

__all__ = [
    "AllOf",
    "AnyOf",
    "Comparison",
    "Condition",
    "ConditionLeaf",
    "ConditionOutcome",
    "ConditionReading",
    "Not",
    "Verdict",
    "bind_settings",
    "compile_condition",
    "counts_back",
    "describe_condition",
    "evaluate_condition",
    "explain_condition",
    "facts_read",
    "leaves_of",
    "parse_condition",
    "settings_used",
]
