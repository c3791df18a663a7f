"""The tree of a condition and its three-valued evaluation: a condition is compiled once into nested closures."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from functools import lru_cache
from typing import Any, NamedTuple, assert_never

from vetting.engine.conditions.comparisons import (
    COMPARISONS,
    Comparison,
    FactMeasure,
    FactReference,
    LiteralValue,
    OperandShape,
    YearlyDay,
    make_comparable,
)
from vetting.engine.facts import NUMBERS, FactType, Item, Value
from vetting.engine.list_items import sum_of_items, values_of


class Verdict(IntEnum):
    """Kleene's three values. Unknown is an answer."""

    TRUE = 1
    UNKNOWN = 0
    FALSE = -1


@dataclass(frozen=True, slots=True, eq=False)
class ConditionLeaf:
    """One comparison, with the type of what is compared. Two equal leaves stay two leaves."""

    comparison: Comparison
    type: FactType
    facts: tuple[str, ...] = field(init=False, repr=False)
    """Every fact it reads."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", self.comparison.facts)


@dataclass(frozen=True, slots=True, eq=False)
class AllOf:
    """True when every child is."""

    children: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, eq=False)
class AnyOf:
    """True when a child is."""

    children: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Not:
    """True when the child is false."""

    child: Condition


Condition = ConditionLeaf | AllOf | AnyOf | Not


class ConditionOutcome(NamedTuple):
    """The value of a condition and the leaves that decided it.

    Of all / any, those are the leaves of every child that has the value of the whole.
    """

    verdict: Verdict
    leaves: tuple[ConditionLeaf, ...]


ConditionFunction = Callable[[Mapping[str, Value], frozenset[str], date | None], ConditionOutcome]
"""(values, facts recorded as absent, the as_of day) -> Outcome"""


@dataclass(frozen=True, slots=True)
class Logic:
    """How children combine. There is one in the product; tests hold others against it."""

    all_of: Callable[[tuple[ConditionFunction, ...]], ConditionFunction]
    any_of: Callable[[tuple[ConditionFunction, ...]], ConditionFunction]
    negation: Callable[[ConditionFunction], ConditionFunction]


TRUE, UNKNOWN, FALSE = Verdict.TRUE, Verdict.UNKNOWN, Verdict.FALSE


def _combine(decisive: Verdict, opposite: Verdict) -> Callable[[tuple[ConditionFunction, ...]], ConditionFunction]:
    """A combination that one `decisive` child settles, and that needs all children to be `opposite`."""

    def combine(checks: tuple[ConditionFunction, ...]) -> ConditionFunction:
        def check(values: Mapping[str, Value], absent: frozenset[str], day: date | None) -> ConditionOutcome:
            reached = opposite
            leaves: tuple[ConditionLeaf, ...] = ()
            for child in checks:
                verdict, deciding = child(values, absent, day)
                if verdict is reached:
                    leaves += deciding
                elif verdict is decisive or reached is opposite:
                    reached, leaves = verdict, deciding
            return ConditionOutcome(reached, leaves)

        return check

    return combine


def _negation(child: ConditionFunction) -> ConditionFunction:
    def check(values: Mapping[str, Value], absent: frozenset[str], day: date | None) -> ConditionOutcome:
        verdict, leaves = child(values, absent, day)
        if verdict is TRUE:
            return ConditionOutcome(FALSE, leaves)
        return ConditionOutcome(TRUE if verdict is FALSE else UNKNOWN, leaves)

    return check


KLEENE = Logic(all_of=_combine(FALSE, TRUE), any_of=_combine(TRUE, FALSE), negation=_negation)


@lru_cache(maxsize=4096)
def compiled_once(condition: Condition) -> ConditionFunction:
    """The condition as a function, remembered: for who comes again with the same condition."""
    return compile_condition(condition)


def compile_condition(condition: Condition, logic: Logic = KLEENE) -> ConditionFunction:
    """The condition as a function. Settings must have been given their values first (`bind_settings`)."""
    match condition:
        case ConditionLeaf():
            return _compiled_leaf(condition)
        case AllOf(children):
            return logic.all_of(tuple(compile_condition(child, logic) for child in children))
        case AnyOf(children):
            return logic.any_of(tuple(compile_condition(child, logic) for child in children))
        case Not(child):
            return logic.negation(compile_condition(child, logic))
    assert_never(condition)


def evaluate_condition(
    condition: Condition,
    values: Mapping[str, Value],
    *,
    absent: frozenset[str] = frozenset(),
    day: date | None = None,
    logic: Logic = KLEENE,
) -> ConditionOutcome:
    """The condition's outcome for these values."""
    return compile_condition(condition, logic)(values, absent, day)


def _compiled_leaf(leaf: ConditionLeaf) -> ConditionFunction:
    comparison = leaf.comparison
    kind = COMPARISONS[comparison.comparison]
    outcomes = (ConditionOutcome(TRUE, (leaf,)), ConditionOutcome(UNKNOWN, (leaf,)), ConditionOutcome(FALSE, (leaf,)))
    if comparison.comparison == "present":
        return _presence(comparison, outcomes)
    if comparison.where is not None:
        return _of_items(comparison, comparison.where, outcomes)
    plain = comparison.measure is FactMeasure.VALUE and isinstance(comparison.operand, LiteralValue)
    if plain and kind.shape is not OperandShape.SPAN and _compares_directly(leaf):
        exact = comparison.comparison == "equal" and leaf.type in _EXACT
        return _against_literal(comparison, operator.eq if exact else kind.holds, outcomes)
    if (
        comparison.measure is FactMeasure.VALUE
        and isinstance(comparison.operand, FactReference)
        and leaf.type in NUMBERS
    ):
        return _against_fact(comparison.fact, comparison.operand.fact, kind.holds, outcomes)
    return _in_general(comparison, outcomes)


_EXACT = NUMBERS | {FactType.YES_NO, FactType.CHOICE, FactType.ORGANISATION_NUMBER}
"""Values that are equal only when they are the same; texts are folded first."""


def _compares_directly(leaf: ConditionLeaf) -> bool:
    return leaf.type is not FactType.DATETIME or leaf.comparison.comparison not in {"at_least", "at_most"}


def _against_literal(
    comparison: Comparison,
    holds: Callable[[Any, Any], bool],
    outcomes: tuple[ConditionOutcome, ConditionOutcome, ConditionOutcome],
) -> ConditionFunction:
    true, unknown, false = outcomes
    fact = comparison.fact
    limit = _literal(comparison)

    def check(values: Mapping[str, Value], absent: frozenset[str], day: date | None) -> ConditionOutcome:  # noqa: ARG001 - the signature of every check
        value = values.get(fact)
        if value is None:
            return unknown
        return true if holds(value, limit) else false

    return check


def _against_fact(
    fact: str,
    other: str,
    holds: Callable[[Any, Any], bool],
    outcomes: tuple[ConditionOutcome, ConditionOutcome, ConditionOutcome],
) -> ConditionFunction:
    true, unknown, false = outcomes

    def check(values: Mapping[str, Value], absent: frozenset[str], day: date | None) -> ConditionOutcome:  # noqa: ARG001 - the signature of every check
        value, limit = values.get(fact), values.get(other)
        if value is None or limit is None:
            return unknown
        return true if holds(value, limit) else false

    return check


def _presence(
    comparison: Comparison, outcomes: tuple[ConditionOutcome, ConditionOutcome, ConditionOutcome]
) -> ConditionFunction:
    true, unknown, false = outcomes
    there, not_there = (true, false) if _literal(comparison) else (false, true)
    fact = comparison.fact

    def check(values: Mapping[str, Value], absent: frozenset[str], day: date | None) -> ConditionOutcome:  # noqa: ARG001 - the signature of every check
        if fact in values:
            return there
        return not_there if fact in absent else unknown

    return check


def _in_general(
    comparison: Comparison, outcomes: tuple[ConditionOutcome, ConditionOutcome, ConditionOutcome]
) -> ConditionFunction:
    true, unknown, false = outcomes
    holds = COMPARISONS[comparison.comparison].holds
    # Only where another fact is named (`of`) is a day on the wrong side not met; counted from the application, a
    # newer paper is within.
    forward = comparison.comparison == "within" and comparison.reference is not None

    def check(values: Mapping[str, Value], absent: frozenset[str], day: date | None) -> ConditionOutcome:  # noqa: ARG001 - the signature of every check
        value = measure_fact(comparison, values)
        limit = limit_of(comparison, values, day)
        if value is None or limit is None:
            return unknown
        if forward and _lies_after(value, _reference_day(comparison, values, day)):
            return false
        return true if holds(*make_comparable(value, limit)) else false

    return check


def _lies_after(value: Any, reference: date | None) -> bool:  # noqa: ANN401 - a day, or a moment
    """Whether a day lies on the other side of the one that a length of time is counted back from."""
    return reference is not None and bool(operator.gt(*make_comparable(value, reference)))


def measure_fact(comparison: Comparison, values: Mapping[str, Value]) -> Any:  # noqa: ANN401 - a fact's value, of its own type
    """What is compared: the value, count, sum or share; None where something of it is missing."""
    value = values.get(comparison.fact)
    if value is None:
        return None
    match comparison.measure:
        case FactMeasure.VALUE:
            return value
        case FactMeasure.COUNT:
            return len(value) if isinstance(value, tuple) else None
        case FactMeasure.SUM:
            return sum_of_items(value, comparison.field)
        case FactMeasure.SHARE:
            return _share(value, values.get(comparison.whole or ""))
        case FactMeasure.PLUS | FactMeasure.MINUS:
            return _of_two(comparison.measure, value, values.get(comparison.whole or ""))
        case FactMeasure.ANY_IN | FactMeasure.ALL_IN:
            return None
    assert_never(comparison.measure)


def items_that_count(where: Condition, value: Value | None, day: date | None) -> Value | None:
    """The things of a list that meet what is asked of each; None where that is not known of one of them."""
    asked = compiled_once(where)
    items: tuple[Item, ...] = value if isinstance(value, tuple) else ()
    verdicts = [(item, asked(values_of(item), frozenset(), day).verdict) for item in items]
    if not isinstance(value, tuple) or any(verdict is Verdict.UNKNOWN for _item, verdict in verdicts):
        return None
    return tuple(item for item, verdict in verdicts if verdict is Verdict.TRUE)  # type: ignore[return-value] # of one kind


def _of_items(
    comparison: Comparison, where: Condition, outcomes: tuple[ConditionOutcome, ConditionOutcome, ConditionOutcome]
) -> ConditionFunction:
    """A count, sum, any or all of the things in a list that meet a condition."""
    true, unknown, false = outcomes
    asked = compile_condition(where)
    answer = _ITEM_ANSWERS[comparison.measure]
    holds = COMPARISONS[comparison.comparison].holds

    def check(values: Mapping[str, Value], absent: frozenset[str], day: date | None) -> ConditionOutcome:  # noqa: ARG001 - the signature of every check
        items = values.get(comparison.fact)
        limit = limit_of(comparison, values, day)
        if not isinstance(items, tuple) or limit is None:
            return unknown
        verdicts = [(item, asked(values_of(item), frozenset(), day).verdict) for item in items]
        possible = {holds(found, limit) for found in answer(verdicts, comparison.field)}
        if len(possible) != 1:
            return unknown
        return true if possible.pop() else false

    return check


_AnsweredItems = list[tuple[Item, Verdict]]


def _how_many(answered: _AnsweredItems, _field: str = "") -> Iterable[int]:
    """Every number that the count may have, given what is not known of some."""
    surely = sum(verdict is TRUE for _, verdict in answered)
    return range(surely, surely + sum(verdict is UNKNOWN for _, verdict in answered) + 1)


def _how_much(answered: _AnsweredItems, field: str) -> Iterable[float]:
    """The sum, or nothing when it cannot be told which amounts belong to it."""
    if any(verdict is UNKNOWN for _, verdict in answered):
        return ()
    total = sum_of_items(tuple(item for item, verdict in answered if verdict is TRUE), field)
    return () if total is None else (total,)


def _any_of_them(answered: _AnsweredItems, _field: str) -> Iterable[bool]:
    counts = _how_many(answered)
    return {number > 0 for number in counts}


def _all_of_them(answered: _AnsweredItems, _field: str) -> Iterable[bool]:
    return {number == len(answered) for number in _how_many(answered)}


_ITEM_ANSWERS: dict[FactMeasure, Callable[[_AnsweredItems, str], Iterable[Any]]] = {
    FactMeasure.COUNT: _how_many,
    FactMeasure.SUM: _how_much,
    FactMeasure.ANY_IN: _any_of_them,
    FactMeasure.ALL_IN: _all_of_them,
}


def counts_back(condition: Condition) -> bool:
    """Whether it reads the as_of day, itself or of the things in a list."""
    return any(
        (COMPARISONS[leaf.comparison.comparison].shape is OperandShape.SPAN and leaf.comparison.reference is None)
        or (leaf.comparison.where is not None and counts_back(leaf.comparison.where))
        for leaf in leaves_of(condition)
    )


def _of_two(measure: FactMeasure, one: Value, other: Value | None) -> float | None:
    """The sum or the difference of two numbers."""
    if not isinstance(one, int | float) or not isinstance(other, int | float):
        return None
    return one + other if measure is FactMeasure.PLUS else one - other


def _share(part: Value, whole: Value | None) -> float | None:
    if isinstance(part, int | float) and isinstance(whole, int | float) and whole:
        return part / whole
    return None


def limit_of(comparison: Comparison, values: Mapping[str, Value], day: date | None) -> Any:  # noqa: ANN401 - a fact's value, of its own type
    """What it is compared with; None where that is missing."""
    operand = comparison.operand
    if isinstance(operand, FactReference):
        return operand.of(values.get(operand.fact))
    if isinstance(operand, YearlyDay):
        of = values.get(operand.year_of or comparison.fact)
        return operand.in_year(of.year) if isinstance(of, date) else None
    limit = _literal(comparison)
    if COMPARISONS[comparison.comparison].shape is not OperandShape.SPAN:
        return limit
    counted_from = _reference_day(comparison, values, day)
    return limit.before(counted_from) if counted_from else None


def _reference_day(comparison: Comparison, values: Mapping[str, Value], day: date | None) -> date | None:
    if comparison.reference is None:
        return day
    given = values.get(comparison.reference)
    if isinstance(given, datetime):
        return given.date()
    return given if isinstance(given, date) else None


def _literal(comparison: Comparison) -> Any:  # noqa: ANN401 - a fact's value, of its own type
    if not isinstance(comparison.operand, LiteralValue):
        raise TypeError(comparison)
    return comparison.operand.value


def leaves_of(condition: Condition) -> tuple[ConditionLeaf, ...]:
    """All leaves, in the order they are written."""
    match condition:
        case ConditionLeaf():
            return (condition,)
        case AllOf(children) | AnyOf(children):
            return tuple(leaf for child in children for leaf in leaves_of(child))
        case Not(child):
            return leaves_of(child)
    assert_never(condition)


def facts_read(condition: Condition) -> tuple[str, ...]:
    """Every fact the condition reads, once each, in the order they are written."""
    return tuple(dict.fromkeys(fact for leaf in leaves_of(condition) for fact in leaf.facts))
