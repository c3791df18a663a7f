"""Properties of three-valued logic, and a mutant of two-valued logic that they must catch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import VALUES, conditions, facts
from vetting.engine.conditions import (
    AllOf,
    AnyOf,
    Condition,
    ConditionLeaf,
    ConditionOutcome,
    Not,
    Verdict,
    evaluate_condition,
    leaves_of,
)
from vetting.engine.conditions.tree import KLEENE, ConditionFunction, Logic

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from vetting.engine.facts import Value

TWO_VALUED_MEMORY: dict[Verdict, Verdict] = {Verdict.UNKNOWN: Verdict.FALSE}


def _decided(check: ConditionFunction) -> ConditionFunction:
    """The mutant: what is unknown is taken for false."""

    def two_valued(values: Mapping[str, Value], absent: frozenset[str], day: date | None) -> ConditionOutcome:
        outcome = check(values, absent, day)
        return ConditionOutcome(TWO_VALUED_MEMORY.get(outcome.verdict, outcome.verdict), outcome.leaves)

    return two_valued


TWO_VALUED = Logic(
    all_of=lambda checks: KLEENE.all_of(tuple(map(_decided, checks))),
    any_of=lambda checks: KLEENE.any_of(tuple(map(_decided, checks))),
    negation=lambda check: KLEENE.negation(_decided(check)),
)


def a_fact_that_is_not_read_changes_nothing(
    condition: Condition, known: dict[str, Value], value: int, logic: Logic
) -> None:
    before = evaluate_condition(condition, known, logic=logic)
    after = evaluate_condition(condition, {**known, "not_read": value}, logic=logic)
    assert before == after


def what_is_settled_stays_settled(
    condition: Condition, known: dict[str, Value], more: dict[str, Value], logic: Logic
) -> None:
    before = evaluate_condition(condition, known, logic=logic).verdict
    after = evaluate_condition(condition, {**more, **known}, logic=logic).verdict
    assert before is Verdict.UNKNOWN or before is after


def the_deciding_leaves_alone_give_the_same_value(condition: Condition, known: dict[str, Value], logic: Logic) -> None:
    outcome = evaluate_condition(condition, known, logic=logic)
    kept = _pruned(condition, {id(leaf) for leaf in outcome.leaves})
    assert kept is not None
    assert evaluate_condition(kept, known, logic=logic).verdict is outcome.verdict


def _pruned(condition: Condition, kept: set[int]) -> Condition | None:
    if isinstance(condition, ConditionLeaf):
        return condition if id(condition) in kept else None
    if isinstance(condition, Not):
        child = _pruned(condition.child, kept)
        return Not(child) if child else None
    children = tuple(found for found in (_pruned(child, kept) for child in condition.children) if found)
    return type(condition)(children) if children else None


def de_morgan_holds(parts: tuple[Condition, ...], known: dict[str, Value], logic: Logic) -> None:
    negated = tuple(Not(part) for part in parts)
    not_all = evaluate_condition(Not(AllOf(parts)), known, logic=logic).verdict
    assert not_all is evaluate_condition(AnyOf(negated), known, logic=logic).verdict
    not_any = evaluate_condition(Not(AnyOf(parts)), known, logic=logic).verdict
    assert not_any is evaluate_condition(AllOf(negated), known, logic=logic).verdict


def double_negation_is_no_negation(condition: Condition, known: dict[str, Value], logic: Logic) -> None:
    twice = evaluate_condition(Not(Not(condition)), known, logic=logic)
    assert twice == evaluate_condition(condition, known, logic=logic)


PARTS = st.lists(conditions(3), min_size=1, max_size=3).map(tuple)
MANY = settings(max_examples=300, deadline=None)


def _unread(logic: Logic) -> Callable[[], None]:
    return MANY(
        given(conditions(), facts(), VALUES)(lambda c, k, v: a_fact_that_is_not_read_changes_nothing(c, k, v, logic))
    )


def _settled(logic: Logic) -> Callable[[], None]:
    return MANY(given(conditions(), facts(), facts())(lambda c, k, m: what_is_settled_stays_settled(c, k, m, logic)))


def _deciding(logic: Logic) -> Callable[[], None]:
    return MANY(given(conditions(), facts())(lambda c, k: the_deciding_leaves_alone_give_the_same_value(c, k, logic)))


def _de_morgan(logic: Logic) -> Callable[[], None]:
    return MANY(given(PARTS, facts())(lambda p, k: de_morgan_holds(p, k, logic)))


def _double(logic: Logic) -> Callable[[], None]:
    return MANY(given(conditions(), facts())(lambda c, k: double_negation_is_no_negation(c, k, logic)))


PROPERTIES = {"unread": _unread, "settled": _settled, "deciding": _deciding, "de_morgan": _de_morgan, "double": _double}


@pytest.mark.parametrize("name", PROPERTIES)
def test_kleene_logic_has_the_property(name: str) -> None:
    PROPERTIES[name](KLEENE)()


def test_the_properties_catch_two_valued_logic() -> None:
    """Two-valued logic keeps de Morgan's laws, but a missing fact that it took for false comes back to bite."""
    with pytest.raises(AssertionError):
        PROPERTIES["settled"](TWO_VALUED)()


def depth(condition: Condition) -> int:
    if isinstance(condition, ConditionLeaf):
        return 1
    children = (condition.child,) if isinstance(condition, Not) else condition.children
    return 1 + max(map(depth, children))


def test_the_generators_reach_depth_four_and_leave_a_third_of_the_leaves_unknown() -> None:
    """Over many draws: no tree is deeper than four, many are that deep, and about a third of the leaves find nothing."""
    depths: list[int] = []
    unknown: list[bool] = []

    @settings(max_examples=400, deadline=None, database=None)
    @given(conditions(), facts())
    def draw(condition: Condition, known: dict[str, Value]) -> None:
        depths.append(depth(condition))
        unknown.extend(leaf.comparison.fact not in known for leaf in leaves_of(condition))

    draw()
    assert max(depths) == 4
    assert depths.count(4) > len(depths) / 10
    assert 0.2 < sum(unknown) / len(unknown) < 0.5
