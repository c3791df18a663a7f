"""The values that a criterion of the library takes: each told by the comparison it is the limit of, and read by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, assert_never

from vetting.engine.conditions.comparisons import COMPARISONS, OF_TWO, FactMeasure, SettingReference
from vetting.engine.conditions.tree import AllOf, AnyOf, ConditionLeaf, Not
from vetting.engine.conditions.wording import comparison_with_a_gap
from vetting.kernel.problem import Problem
from vetting.kernel.text import Words, same_in_both
from vetting.rules.domain.condition_rows import ConditionRow, as_typed, condition_of, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vetting.engine.conditions import Condition
    from vetting.engine.conditions.comparisons import Comparison
    from vetting.engine.criteria import Criterion
    from vetting.engine.facts import Catalogue


@dataclass(frozen=True, slots=True)
class LibrarySetting:
    """One value that the board gives. words: 'Aktiva medlemmar: minst …'; usual: what the library has, as typed."""

    name: str
    words: Words
    usual: str
    comparison: Comparison | None


def settings_of_criterion(criterion: Criterion, catalogue: Catalogue) -> list[LibrarySetting]:
    """The settings in the order they are written."""
    wanted = criterion.data.get("settings")
    given: Mapping[str, Any] = wanted if isinstance(wanted, Mapping) else {}
    leaves = {
        leaf.comparison.operand.name: (leaf, negated)
        for condition in reversed(criterion.conditions)
        for leaf, negated in _leaves(condition, negated=False)
        if isinstance(leaf.comparison.operand, SettingReference) and leaf.comparison.fact in catalogue
    }
    found = []
    for name, value in given.items():
        leaf, negated = leaves.get(name, (None, False))
        words = comparison_with_a_gap(leaf, catalogue, negated=negated) if leaf is not None else same_in_both(name)
        comparison = leaf.comparison if leaf is not None else None
        found.append(LibrarySetting(name, words, setting_as_typed(value, comparison), comparison))
    return found


def _leaves(condition: Condition, *, negated: bool) -> Iterator[tuple[ConditionLeaf, bool]]:
    """Each comparison, and whether the opposite of it is asked."""
    match condition:
        case ConditionLeaf():
            yield condition, negated
        case Not(child):
            yield from _leaves(child, negated=not negated)
        case AllOf(children) | AnyOf(children):
            for child in children:
                yield from _leaves(child, negated=negated)
        case _:
            assert_never(condition)


def with_values_in_place(data: Any, given: Mapping[str, Any]) -> Any:  # noqa: ANN401 - plain data
    """Plain data with each `{setting: name}` that has a value replaced by it."""
    if isinstance(data, Mapping):
        name = data.get("setting") if set(data) == {"setting"} else None
        if name is not None and given.get(name) is not None:
            return given[name]
        return {key: with_values_in_place(value, given) for key, value in data.items()}
    return [with_values_in_place(value, given) for value in data] if isinstance(data, list) else data


def with_gaps(condition: Any, catalogue: Catalogue) -> Any:  # noqa: ANN401 - plain data
    """A condition whose settings have no value yet: a blank to fill in, where it is one that rows can show."""
    gaps = _without_settings(condition)
    return condition if gaps == condition or rows_of(gaps, catalogue) is None else gaps


def _without_settings(data: Any) -> Any:  # noqa: ANN401 - plain data
    if isinstance(data, Mapping):
        return None if set(data) == {"setting"} else {key: _without_settings(value) for key, value in data.items()}
    return [_without_settings(value) for value in data] if isinstance(data, list) else data


def setting_as_typed(value: object, comparison: Comparison | None) -> str:
    """A value as a person would type it: '50 %', '1 år'; empty of none."""
    share = comparison is not None and comparison.measure is FactMeasure.SHARE
    return "" if value is None else as_typed(value, share=share) or str(value)


def read_setting(setting: LibrarySetting, typed: str, catalogue: Catalogue, where: str) -> tuple[Any, list[Problem]]:
    """What was typed as it is written in a rule file, or what is wrong with it and how it is written."""
    comparison = setting.comparison
    if comparison is None:
        return typed, []
    measure = "" if comparison.measure is FactMeasure.VALUE else comparison.measure.value
    of = comparison.whole or "" if comparison.measure in OF_TWO else ""
    row = ConditionRow(comparison.fact, comparison.comparison, typed, "", measure, of)
    leaf, problems = condition_of("all", [row], catalogue, "setting")
    if problems:
        return None, [Problem(where, problem.what, problem.remedy) for problem in problems]
    return next(value for key, value in leaf.items() if key in COMPARISONS), []
