"""Conditions over facts: a tree of all, any and not over comparisons, in Kleene's three values."""

from vetting.engine.conditions.comparisons import Comparison
from vetting.engine.conditions.parsing import bind_settings, parse_condition, settings_used
from vetting.engine.conditions.tree import (
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
from vetting.engine.conditions.wording import ConditionReading, describe_condition, explain_condition

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
