"""Hypothesis strategies: conditions of depth four and facts of which a third of the leaves find nothing."""

from __future__ import annotations

from hypothesis import strategies as st

from vetting.engine.conditions import AllOf, AnyOf, Comparison, Condition, ConditionLeaf, Not
from vetting.engine.conditions.comparisons import FactMeasure, LiteralValue
from vetting.engine.facts import FactType, Value

DEPTH = 4
FACTS = tuple(f"number_{n}" for n in range(9))
LIMIT = 10
VALUES = st.integers(min_value=0, max_value=20)


def leaf(fact: str, comparison: str = "at_least", limit: int = LIMIT) -> ConditionLeaf:
    return ConditionLeaf(Comparison(FactMeasure.VALUE, fact, comparison, LiteralValue(limit)), FactType.WHOLE_NUMBER)


LEAVES = st.builds(
    leaf,
    st.sampled_from(FACTS),
    st.sampled_from(("at_least", "at_most", "equal")),
    VALUES,
)


def _deeper(children: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    lists = st.lists(children, min_size=1, max_size=3).map(tuple)
    return st.one_of(st.builds(AllOf, lists), st.builds(AnyOf, lists), st.builds(Not, children))


def conditions(depth: int = DEPTH) -> st.SearchStrategy[Condition]:
    """Trees of at most this many levels, many of them that deep."""
    if depth == 1:
        return LEAVES
    return _deeper(st.one_of(conditions(depth - 1), LEAVES))


@st.composite
def facts(draw: st.DrawFn) -> dict[str, Value]:
    """Values of about two facts in three: each third is missing."""
    missing = draw(st.sets(st.sampled_from(FACTS), min_size=len(FACTS) // 3, max_size=len(FACTS) // 3))
    return {fact: draw(VALUES) for fact in FACTS if fact not in missing}
