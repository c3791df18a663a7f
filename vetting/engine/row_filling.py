"""Rows of lists for cases that are made from rules: so many that meet what every criterion asks of each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from vetting.engine.conditions import Verdict
from vetting.engine.conditions.comparisons import Comparison, FactMeasure, LiteralValue
from vetting.engine.conditions.tree import compiled_once
from vetting.engine.facts import ListRow
from vetting.engine.list_items import values_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from vetting.engine.conditions import Condition
    from vetting.engine.facts import FactDefinition, Value

    MakeRow = Callable[[FactDefinition, tuple[Condition, ...], tuple[Condition, ...]], dict[str, Value] | None]
    """(list, what its row is to meet, what it is not to meet) -> the fields of one; None where nobody knows how."""

AT_LEAST: Final = frozenset({"at_least", "after", "equal", "between", "one_of"})
"""Comparisons that a list meets by having enough; the others by having few enough."""


@dataclass(frozen=True, slots=True)
class RowPlan:
    """What all criteria together ask of a list: how many rows, what each or none meets, what columns add up to.

    sums: column -> (whether at least so much, how much).
    """

    least: int = 0
    each: tuple[Condition, ...] = ()
    never: tuple[Condition, ...] = ()
    sums: Mapping[str, tuple[bool, float]] = field(default_factory=dict)


def plan_with(plan: RowPlan, comparison: Comparison, target: float) -> RowPlan:
    """The plan so that one more comparison holds, whose measure is to be target."""
    where = () if comparison.where is None else (comparison.where,)
    enough = comparison.comparison in AT_LEAST
    match comparison.measure:
        case FactMeasure.COUNT if enough:
            return replace(plan, least=max(plan.least, int(target)), each=_with_more(plan.each, where))
        case FactMeasure.SUM:
            sums = {**plan.sums, comparison.field: (enough, target)}
            return replace(
                plan, least=max(plan.least, 1), each=_with_more(plan.each, where if enough else ()), sums=sums
            )
        case FactMeasure.ANY_IN if _says_yes(comparison):
            return replace(plan, least=max(plan.least, 1), each=_with_more(plan.each, where))
        case FactMeasure.ALL_IN if _says_yes(comparison):
            return replace(plan, each=_with_more(plan.each, where))
        case _:
            return replace(plan, never=_with_more(plan.never, where))


def _with_more(known: tuple[Condition, ...], more: tuple[Condition, ...]) -> tuple[Condition, ...]:
    return (*known, *(item for item in more if item not in known))


def _says_yes(comparison: Comparison) -> bool:
    return isinstance(comparison.operand, LiteralValue) and comparison.operand.value is True


def rows_of_plan(plan: RowPlan, definition: FactDefinition, make: MakeRow) -> tuple[ListRow, ...] | None:
    """Rows that meet the plan; None where nobody knows how to make one."""
    values = make(definition, plan.each, plan.never)
    if values is None:
        return None
    rows = [dict(values) for _number in range(plan.least)]
    for column, (enough, total) in plan.sums.items():
        _add_up(rows, column, total, enough=enough)
    return tuple(as_row(definition, row) for row in rows)


def _add_up(rows: list[dict[str, Value]], column: str, total: float, *, enough: bool) -> None:
    """Changes a column so that it adds up to enough, or to no more than that."""
    now = sum(_number_in(row, column) for row in rows)
    if not rows or (now >= total if enough else now <= total):
        return
    if enough:
        rows[0][column] = _number_in(rows[0], column) + total - now
        return
    for row in rows:
        row[column] = int(total // len(rows))


def as_row(definition: FactDefinition, values: Mapping[str, Value]) -> ListRow:
    """One row of a list, its fields in their order."""
    known = ((name, values[name]) for name in definition.fields if name in values)
    return ListRow(tuple((name, value) for name, value in known if not isinstance(value, tuple)))


def rows_against(
    comparison: Comparison,
    definition: FactDefinition,
    rows: tuple[ListRow, ...],
    target: float,
    make: MakeRow,
    on: date,
) -> tuple[ListRow, ...] | None:
    """The rows so that a comparison just fails: its measure is target. None where nobody knows how.

    on: the as_of day.
    """
    where = comparison.where
    if comparison.measure is FactMeasure.SUM:
        return _summed_to(comparison.field, definition, rows, target, make)
    met = [row for row in rows if where is None or meets(where, row, on)]
    others = [row for row in rows if row not in met]
    says_yes = _says_yes(comparison)
    wanted = {
        FactMeasure.COUNT: int(target),
        FactMeasure.ANY_IN: 0 if says_yes else 1,
        FactMeasure.ALL_IN: len(rows) - 1 if says_yes else len(rows),
    }.get(comparison.measure, 0)
    lacking, spare = max(wanted - len(met), 0), max(len(met) - wanted, 0)
    more = make(definition, () if where is None else (where,), ()) if lacking else {}
    instead = make(definition, (), (where,)) if spare and where is not None else {}
    if wanted < 0 or more is None or instead is None:
        return None
    added = [as_row(definition, more)] * lacking + ([as_row(definition, instead)] * spare if where is not None else [])
    return (*met[:wanted], *others, *added)


def _summed_to(
    column: str, definition: FactDefinition, rows: tuple[ListRow, ...], target: float, make: MakeRow
) -> tuple[ListRow, ...] | None:
    """The rows with a column that adds up to a number; one row where there was none."""
    changed: list[dict[str, Value]] = [dict(row.fields) for row in rows]
    if not changed:
        made = make(definition, (), ())
        if made is None:
            return None
        changed = [made]
    changed[0][column] = _number_in(changed[0], column) + target - sum(_number_in(row, column) for row in changed)
    return tuple(as_row(definition, row) for row in changed)


def _number_in(row: Mapping[str, Value], column: str) -> float:
    value = row.get(column)
    return value if isinstance(value, int | float) else 0


def meets(where: Condition, row: ListRow, on: date) -> bool:
    """Whether a row surely meets a condition."""
    return compiled_once(where)(values_of(row), frozenset(), on).verdict is Verdict.TRUE
