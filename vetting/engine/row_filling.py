"""Things in lists for cases that are made from rules: so many that meet what every criterion asks of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Final, TypeVar

from vetting.engine.conditions import Verdict
from vetting.engine.conditions.comparisons import Comparison, FactMeasure, LiteralValue
from vetting.engine.conditions.tree import compiled_once
from vetting.engine.facts import CaseDocument, FactDefinition, FactType, ListRow, Support
from vetting.engine.list_items import values_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from vetting.engine.conditions import Condition
    from vetting.engine.facts import Item, Value

    MakeRow = Callable[[FactDefinition, tuple[Condition, ...], tuple[Condition, ...]], dict[str, Value] | None]
    """(list, what its row is to meet, what it is not to meet) -> the fields of one; None where nobody knows how."""
    Row = Mapping[str, Value]

_Asked = TypeVar("_Asked")
_SomeRow = TypeVar("_SomeRow", bound="Row")

AT_LEAST: Final = frozenset({"at_least", "after", "equal", "between", "one_of"})
"""Comparisons that a list meets by having enough; the others by having few enough."""
MANY_ROWS: Final = 200
"""No made list is longer: nobody reads it."""


@dataclass(frozen=True, slots=True)
class RowPlan:
    """What all criteria together ask of a list.

    least: how many rows that meet a condition (None: any). each, never, some: what every row meets, none meets, and
    one does not meet. sums: (the rows that count, the column, whether at least so much, how much).
    """

    least: tuple[tuple[Condition | None, int], ...] = ()
    each: tuple[Condition, ...] = ()
    never: tuple[Condition, ...] = ()
    some: tuple[Condition, ...] = ()
    sums: tuple[tuple[Condition | None, str, bool, float], ...] = ()


def plan_with(plan: RowPlan, comparison: Comparison, target: float, *, holds: bool) -> RowPlan:
    """The plan so that one more comparison holds, or does not; target: what its count or sum is to be."""
    where = comparison.where
    enough = (comparison.comparison in AT_LEAST) == holds
    yes = _says_yes(comparison) == holds
    match comparison.measure:
        case FactMeasure.COUNT if enough:
            return replace(plan, least=_with_more(plan.least, (where, int(target))))
        case FactMeasure.SUM:
            least = _with_more(plan.least, (where, 1)) if enough else plan.least
            return replace(plan, least=least, sums=_with_more(plan.sums, (where, comparison.field, enough, target)))
        case FactMeasure.ANY_IN if yes:
            return replace(plan, least=_with_more(plan.least, (where, 1)))
        case _ if where is None:
            return plan
        case FactMeasure.ALL_IN if yes:
            return replace(plan, each=_with_more(plan.each, where), least=_with_more(plan.least, (None, 1)))
        case FactMeasure.ALL_IN:
            return replace(plan, some=_with_more(plan.some, where))
        case _:
            return replace(plan, never=_with_more(plan.never, where))


def _with_more(known: tuple[_Asked, ...], more: _Asked) -> tuple[_Asked, ...]:
    return known if more in known else (*known, more)


def _says_yes(comparison: Comparison) -> bool:
    return isinstance(comparison.operand, LiteralValue) and comparison.operand.value is True


def rows_of_plan(plan: RowPlan, definition: FactDefinition, make: MakeRow, on: date) -> Value | None:
    """Rows that meet the plan; None where nobody knows how to make one. on: the as_of day."""
    rows: list[dict[str, Value]] = []
    for where, many in plan.least:
        lacking = many - len(_that_meet(where, rows, on))
        if lacking > 0:
            made = make(definition, plan.each if where is None else (*plan.each, where), plan.never)
            if made is None or len(rows) + lacking > MANY_ROWS:
                return None
            rows += [dict(made) for _number in range(lacking)]
    for where in plan.some:
        if len(_that_meet(where, rows, on)) == len(rows):
            made = make(definition, (), (*plan.never, where))
            if made is None:
                return None
            rows.append(made)
    for where, column, enough, total in plan.sums:
        counted = _that_meet(where, rows, on)
        now = _total(counted, column)
        if counted and (now < total if enough else now > total):
            rows = next(_summed_to(rows, where, column, total, on), rows)
    return as_items(definition, rows)


def _that_meet(where: Condition | None, rows: Iterable[_SomeRow], on: date) -> list[_SomeRow]:
    """The rows that surely meet a condition."""
    return [row for row in rows if where is None or compiled_once(where)(row, frozenset(), on).verdict is Verdict.TRUE]


def _number_in(row: Row, column: str) -> float:
    value = row.get(column)
    return value if isinstance(value, int | float) else 0


def _total(rows: Iterable[Row], column: str) -> float:
    return sum(_number_in(row, column) for row in rows)


def _summed_to(
    rows: Iterable[Row], where: Condition | None, column: str, total: float, on: date
) -> Iterator[list[dict[str, Value]]]:
    """The rows so that those that count add up to a number: by one of them, by more of them, by less in each."""
    known = [dict(row) for row in rows]
    counted = _that_meet(where, known, on)
    if not counted:
        return
    first, now = counted[0], _total(counted, column)
    raised = {**first, column: _number_in(first, column) + total - now}
    if _that_meet(where, [raised], on):
        yield [raised if row is first else row for row in known]
    each = _number_in(first, column)
    if each > 0 and total > now and -(-(total - now) // each) <= MANY_ROWS:
        yield [*known, *(dict(first) for _number in range(int(-(-(total - now) // each))))]
    if each >= 0:
        shared = int(total // len(counted))
        yield [{**row, column: shared} if row in counted else row for row in known]


def as_items(definition: FactDefinition, rows: Iterable[Row]) -> Value:
    """The things of a list; two texts alike are told apart by a number."""
    made: list[Item] = []
    for row in rows:
        item = _as_item(definition, row)
        if isinstance(item, str) and item in made:
            item = next(f"{item} {number}" for number in range(2, MANY_ROWS + 2) if f"{item} {number}" not in made)
        made.append(item)
    return tuple(made)  # type: ignore[return-value] # of one kind


def _as_item(definition: FactDefinition, row: Row) -> Item:
    match definition.type:
        case FactType.LIST_OF_ROWS:
            known = ((name, row[name]) for name in definition.fields if name in row)
            return ListRow(tuple((name, value) for name, value in known if not isinstance(value, tuple)))
        case FactType.LIST_OF_SUPPORT:
            amount = row.get("amount")
            return Support(str(row.get("funder", "")), amount if isinstance(amount, int) else None)
        case FactType.LIST_OF_DOCUMENTS:
            return CaseDocument(str(row.get("type", "")), **{key: row.get(key) for key in ("dated", "arrived_on")})  # type: ignore[arg-type] # days
        case _:
            return str(row.get("name", ""))


def lists_against(
    comparison: Comparison,
    definition: FactDefinition,
    now: Iterable[Item],
    target: float,
    make: MakeRow,
    on: date,
) -> Iterator[Value]:
    """Lists that differ as little as can be from what is there, one of which may be what is wanted of a comparison.

    target: what its count or sum would be. Whoever asks tries them in turn.
    """
    where, rows = comparison.where, [dict(values_of(item)) for item in now]
    met = _that_meet(where, rows, on)
    others = [row for row in rows if row not in met]
    good = make(definition, () if where is None else (where,), ())
    bad = make(definition, (), (where,)) if where is not None else None
    several = [[dict(good) for _number in range(_so_many(target, met))]] if good is not None else []
    instead = [[dict(bad) for _number in range(max(len(met) - int(target), 0))]] if bad is not None else []
    if comparison.measure is FactMeasure.SUM:
        counted = rows if met or good is None else [*rows, good]
        found = list(_summed_to(counted, where, comparison.field, target, on))
    elif comparison.measure is FactMeasure.COUNT:
        kept = met[: max(int(target), 0)]
        found = [[*kept, *others, *more] for more in (*instead, *several, [])]
    else:
        found = [[*rows, made] for made in (good, bad) if made is not None]
        found += [[*met[:-1], *others, bad]] if bad is not None else []
    for made in (*found, others, met, []):
        if len(made) <= MANY_ROWS:
            yield as_items(definition, made)


def _so_many(target: float, met: list[dict[str, Value]]) -> int:
    return min(max(int(target) - len(met), 0), MANY_ROWS + 1)


def choices_near(definition: FactDefinition, now: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Choices among the options, what is chosen now with more first, then few before many."""
    others = [option for option in definition.options if option not in now]
    yield now
    yield from ((*now, other) for other in others)
    for many in range(len(definition.options) + 1):
        yield from combinations(definition.options, many)
