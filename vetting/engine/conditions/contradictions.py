"""Conditions that no value can meet: two limits on one fact that shut each other out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vetting.engine.conditions.comparisons import FactMeasure, LiteralValue
from vetting.engine.conditions.tree import Condition, ConditionLeaf
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vetting.engine.facts import Catalogue


def contradictions(children: tuple[Condition, ...], catalogue: Catalogue) -> Iterator[Words]:
    """What contradicts itself among the children of one `all`, each told once per fact."""
    by_fact: dict[str, list[tuple[str, Any]]] = {}
    for child in children:
        if isinstance(child, ConditionLeaf) and child.comparison.measure is FactMeasure.VALUE:
            operand = child.comparison.operand
            if isinstance(operand, LiteralValue):
                by_fact.setdefault(child.comparison.fact, []).append((child.comparison.comparison, operand.value))
    for fact, limits in by_fact.items():
        if len(limits) > 1 and not _possible(limits):
            label = catalogue[fact].label
            yield _("Inget värde på ”{label}” ({fact}) kan uppfylla alla gränserna.", label=label, fact=fact)


def _possible(limits: list[tuple[str, Any]]) -> bool:
    presence = {value for comparison, value in limits if comparison == "present"}
    if len(presence) > 1 or (False in presence and len(limits) > len(presence)):
        return False
    allowed = [set(_allowed_values(comparison, value)) for comparison, value in limits if comparison in _EXACT]
    candidates = set.intersection(*allowed) if allowed else None
    if candidates is not None:
        return any(all(_within(value, *limit) for limit in limits) for value in candidates)
    lows = [value for comparison, value in limits if comparison in {"at_least", "after"}]
    lows += [value[0] for comparison, value in limits if comparison == "between"]
    highs = [value for comparison, value in limits if comparison in {"at_most", "before"}]
    highs += [value[1] for comparison, value in limits if comparison == "between"]
    return not lows or not highs or bool(max(lows) <= min(highs))


_EXACT = frozenset({"equal", "one_of"})


def _allowed_values(comparison: str, value: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a fact's value, of its own type
    return (value,) if comparison == "equal" else tuple(value)


def _within(value: Any, comparison: str, limit: Any) -> bool:  # noqa: ANN401 - a fact's value, of its own type
    match comparison:
        case "at_least":
            return bool(value >= limit)
        case "at_most":
            return bool(value <= limit)
        case "before":
            return bool(value < limit)
        case "after":
            return bool(value > limit)
        case "between":
            return bool(limit[0] <= value <= limit[1])
        case _:
            return True
