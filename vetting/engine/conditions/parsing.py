"""Conditions from data, with every mistake said where it stands."""

from __future__ import annotations

import difflib
import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final, assert_never

from vetting.engine.conditions.comparisons import (
    COMPARISONS,
    LEAP_YEAR,
    MEASURED_TYPES,
    OF_TWO,
    WITH_WHERE,
    Comparison,
    ComparisonKind,
    FactMeasure,
    FactReference,
    ListReference,
    LiteralValue,
    Operand,
    OperandShape,
    SettingReference,
    YearlyDay,
    measured_type,
)
from vetting.engine.conditions.contradictions import contradictions
from vetting.engine.conditions.tree import AllOf, AnyOf, Condition, ConditionLeaf, Not, leaves_of
from vetting.engine.facts import DAYS, LISTS, NUMBERS, TEXTS, Catalogue, FactDefinition, FactType
from vetting.engine.group_names import group_named
from vetting.engine.list_items import fields_of, summable_fields
from vetting.kernel.dates import Span
from vetting.kernel.text import OR, Words, _, list_words, same_in_both

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vetting.kernel.problem import Faults, Path

DEEPEST: Final = 8
MOST_LEAVES: Final = 100
_GROUPS: Final = ("all", "any", "not")
_SPAN_UNITS: Final = ("years", "months", "days")


def suggest_names(word: object, known: Mapping[str, Any] | tuple[str, ...] | list[str]) -> Words:
    """'Menade du X?' with the names that are like it, or the list when there are few."""
    close = difflib.get_close_matches(str(word), list(known), n=3, cutoff=0.5)
    if close:
        return _("Menade du {near}?", near=list_words((same_in_both(name) for name in close), OR))
    if len(known) <= 20:  # noqa: PLR2004 - a longer list helps nobody
        return _("Välj bland: {known}.", known=", ".join(known))
    return _("Kontrollera stavningen.")


def parse_condition(data: object, path: Path, faults: Faults, catalogue: Catalogue) -> Condition | None:
    """A condition from plain data, or None with the faults noted.

    Settings stay names until `bind_settings` gives them values.
    """
    before = len(faults)
    condition = _parse(data, path, faults, catalogue, depth=1)
    if condition is None or len(faults) > before:
        return None
    if _size(condition) > MOST_LEAVES:
        faults.add(
            path,
            _("Villkoret har fler än {MOST_LEAVES} jämförelser.", MOST_LEAVES=MOST_LEAVES),
            _("Dela upp det i flera kriterier."),
        )
        return None
    return condition


def _size(condition: Condition) -> int:
    """How many comparisons, those about the things in a list among them."""
    within = (leaf.comparison.where for leaf in leaves_of(condition))
    return len(leaves_of(condition)) + sum(_size(where) for where in within if where is not None)


def _parse(data: object, path: Path, faults: Faults, catalogue: Catalogue, *, depth: int) -> Condition | None:
    if depth > DEEPEST:
        faults.add(
            path,
            _("Villkoret är nästlat djupare än {DEEPEST} nivåer.", DEEPEST=DEEPEST),
            _("Dela upp det i flera kriterier."),
        )
        return None
    if not isinstance(data, Mapping) or not data:
        faults.add(path, _("Här ska ett villkor stå."), _("Skriv till exempel {fact: members_total, at_least: 5}."))
        return None
    group = next((key for key in _GROUPS if key in data), None)
    if group is None:
        return _parse_leaf(data, path, faults, catalogue, depth)
    if len(data) > 1:
        faults.add(path, _("'{group}' står tillsammans med annat.", group=group), _("Lägg resten inuti listan."))
        return None
    if group == "not":
        child = _parse(data["not"], (*path, "not"), faults, catalogue, depth=depth + 1)
        return Not(child) if child else None
    return _parse_group(group, data[group], (*path, group), faults, catalogue, depth)


def _parse_group(
    group: str, data: object, path: Path, faults: Faults, catalogue: Catalogue, depth: int
) -> Condition | None:
    if not isinstance(data, list) or not data:
        faults.add(
            path,
            _("Efter '{group}' ska en lista med villkor stå.", group=group),
            _("Skriv ett villkor per rad med streck framför."),
        )
        return None
    parsed = [_parse(child, (*path, place), faults, catalogue, depth=depth + 1) for place, child in enumerate(data)]
    children = tuple(child for child in parsed if child is not None)
    if len(children) < len(data):
        return None
    if group == "any":
        return AnyOf(children)
    for contradiction in contradictions(children, catalogue):
        faults.add(path, contradiction, _("Rätta en av gränserna."))
    return AllOf(children)


def _parse_leaf(
    data: Mapping[str, Any], path: Path, faults: Faults, catalogue: Catalogue, depth: int
) -> Condition | None:
    measures = [measure for measure in FactMeasure if measure.value in data]
    comparisons = [key for key in data if key in COMPARISONS]
    unknown = [key for key in data if key not in {*(m.value for m in FactMeasure), "of", "where", *COMPARISONS}]
    if unknown:
        faults.add(
            (*path, unknown[0]),
            _("'{name}' är ingen jämförelse.", name=unknown[0]),
            suggest_names(unknown[0], (*COMPARISONS, *_GROUPS, *(m.value for m in FactMeasure), "of", "where")),
        )
        return None
    if len(measures) == 1 and measures[0] in _ASKED_OF_ITEMS and not comparisons:
        data = {**data, "equal": True}
        comparisons = ["equal"]
    if len(measures) != 1 or len(comparisons) != 1:
        faults.add(
            path,
            _("Villkoret ska ha en uppgift och en jämförelse."),
            _("Skriv till exempel {fact: members_total, at_least: 5}."),
        )
        return None
    return _leaf_of_known_words(data, measures[0], comparisons[0], path, faults, catalogue, depth)


def _leaf_of_known_words(
    data: Mapping[str, Any],
    measure: FactMeasure,
    comparison: str,
    path: Path,
    faults: Faults,
    catalogue: Catalogue,
    depth: int,
) -> Condition | None:
    definition = known_fact(data[measure.value], (*path, measure.value), faults, catalogue)
    if definition is None:
        return None
    kind = COMPARISONS[comparison]
    added = _added_field(data, measure, definition, path, faults)
    fact_type = measured_type(measure, definition.type, added)
    if definition.type not in MEASURED_TYPES[measure] or fact_type not in kind.types:
        faults.add(
            (*path, comparison),
            _(
                "'{comparison}' passar inte uppgiften {id}, som är av typen {type}.",
                comparison=comparison,
                id=definition.id,
                type=definition.type,
            ),
            nearest_fitting(fact_type),
        )
        return None
    before = len(faults)
    whole, reference = _of(data, measure, kind, path, faults, catalogue)
    operand = _operand(data[comparison], kind, definition, fact_type, (*path, comparison), faults, catalogue)
    where = _where(data, measure, definition, path, faults, depth)
    if operand is None or len(faults) > before:
        return None
    field = added.id if added is not None else ""
    leaf = Comparison(measure, definition.id, comparison, operand, whole, reference, where, field)
    return ConditionLeaf(leaf, fact_type)


def _added_field(
    data: Mapping[str, Any], measure: FactMeasure, definition: FactDefinition, path: Path, faults: Faults
) -> FactDefinition | None:
    """The field that a sum adds up: the one after `of`, else the only one that can be added up."""
    if measure is not FactMeasure.SUM or definition.type not in MEASURED_TYPES[measure]:
        return None
    fields = {item.id: item for item in summable_fields(definition)}
    named = data.get("of")
    if named is None and len(fields) == 1:
        return next(iter(fields.values()))
    if isinstance(named, str) and named in fields:
        return fields[named]
    faults.add(
        (*path, "of") if "of" in data else path,
        _("'sum' av {id} behöver 'of': vilket fält som summeras.", id=definition.id),
        suggest_names(named, tuple(fields)) if fields else _("Listan har inget fält som kan summeras."),
    )
    return None


_ASKED_OF_ITEMS: Final = (FactMeasure.ANY_IN, FactMeasure.ALL_IN)


def _where(
    data: Mapping[str, Any], measure: FactMeasure, definition: FactDefinition, path: Path, faults: Faults, depth: int
) -> Condition | None:
    """The condition over the fields of one thing in a list."""
    if "where" not in data:
        if measure in _ASKED_OF_ITEMS:
            faults.add(
                path,
                _("'{measure}' behöver 'where': vad som ska gälla för posterna i listan.", measure=measure),
                _("Lägg till till exempel where: {fact: amount, at_least: 1000}."),
            )
        return None
    if measure not in WITH_WHERE:
        faults.add((*path, "where"), _("'where' hör till count, sum, any_in och all_in."), _("Ta bort fältet."))
        return None
    return _parse(data["where"], (*path, "where"), faults, fields_of(definition), depth=depth + 1)


def nearest_fitting(fact_type: FactType) -> Words:
    """Which comparisons fit a type."""
    fitting = ", ".join(name for name, kind in COMPARISONS.items() if fact_type in kind.types)
    return _("Här passar: {fitting}.", fitting=fitting)


def known_fact(name: object, path: Path, faults: Faults, catalogue: Catalogue) -> FactDefinition | None:
    """The fact's definition, or None with a fault that offers the nearest names."""
    definition = catalogue.get(name) if isinstance(name, str) else None
    if definition is None:
        faults.add(path, _("Uppgiften '{name}' finns inte.", name=name), suggest_names(name, catalogue))
    return definition


def _of(
    data: Mapping[str, Any],
    measure: FactMeasure,
    kind: ComparisonKind,
    path: Path,
    faults: Faults,
    catalogue: Catalogue,
) -> tuple[str | None, str | None]:
    """The fact after `of`: the whole of a share, or the day that a span counts back from."""
    named = data.get("of") if measure is not FactMeasure.SUM else None
    if isinstance(named, Mapping):
        named = named.get("fact")
    if named is None:
        if measure in OF_TWO:
            faults.add(
                path,
                _("'{measure}' behöver 'of', den andra uppgiften.", measure=measure.value),
                _("Lägg till till exempel of: members_total."),
            )
        return None, None
    definition = known_fact(named, (*path, "of"), faults, catalogue)
    if definition is None:
        return None, None
    of_two = measure in OF_TWO
    fits = definition.type in (NUMBERS if of_two else DAYS)
    if measure in {FactMeasure.PLUS, FactMeasure.MINUS}:
        mine = catalogue[data[measure.value]].type
        fits = definition.type is mine or (definition.type in NUMBERS and FactType.MONEY not in {mine, definition.type})
    if not fits or (not of_two and kind.shape is not OperandShape.SPAN):
        faults.add(
            (*path, "of"),
            _("'of: {named}' passar inte här.", named=named),
            _(
                "'of' hör till share, plus och minus (ett tal av samma slag) och till within, older_than och "
                "at_least_old (en dag)."
            ),
        )
        return None, None
    return (named, None) if of_two else (None, named)


def _operand(
    data: object,
    kind: ComparisonKind,
    definition: FactDefinition,
    fact_type: FactType,
    path: Path,
    faults: Faults,
    catalogue: Catalogue,
) -> Operand | None:
    if isinstance(data, Mapping) and set(data) == {"setting"}:
        return SettingReference(str(data["setting"]))
    if isinstance(data, Mapping) and set(data) == {"list"} and kind.shape in {OperandShape.WORDS, OperandShape.VALUES}:
        return ListReference(str(data["list"]))
    if isinstance(data, Mapping) and "each_year" in data:
        return _yearly_day(data, kind, fact_type, path, faults, catalogue)
    if isinstance(data, Mapping) and "fact" in data and set(data) <= {"fact", *_SHIFTS}:
        other = known_fact(data["fact"], (*path, "fact"), faults, catalogue)
        later = _shift(data, fact_type, path, faults)
        if other is None or isinstance(later, InvalidValue):
            return None
        if kind.shape is OperandShape.VALUE and _alike(other.type, fact_type):
            return FactReference(other.id, later)
        faults.add(
            path,
            _("Uppgiften {id} är av typen {type} och kan inte jämföras här.", id=other.id, type=other.type),
            _("Välj en uppgift av typen {fact_type}.", fact_type=fact_type),
        )
        return None
    value = parse_literal(data, kind.shape, fact_type, definition)
    value = _not_a_group(value, definition) if faults.policy else value
    if isinstance(value, InvalidValue):
        faults.add(path, value.what, value.remedy)
        return None
    return LiteralValue(value)


_SHIFTS: Final = ("after", "before")


def _shift(data: Mapping[str, Any], fact_type: FactType, path: Path, faults: Faults) -> Span | InvalidValue | None:
    """How long after another day, of `after: {days: 14}`; before it is the same with a length of less than none."""
    named = [key for key in _SHIFTS if key in data]
    if not named:
        return None
    span = _span(data[named[0]])
    if len(named) > 1 or fact_type not in DAYS or isinstance(span, InvalidValue):
        wrong = InvalidValue(
            _("'after' och 'before' är en tid efter eller före en annan dag."),
            _("Skriv till exempel {fact: deadline, after: {days: 14}}."),
        )
        faults.add((*path, named[0]), wrong.what, wrong.remedy)
        return wrong
    return span if named == ["after"] else Span(-span.years, -span.months, -span.days)


MOST_YEARS: Final = 9
_MONTH_AND_DAY: Final = re.compile(r"(\d{1,2})-(\d{1,2})")


def _yearly_day(
    data: Mapping[str, Any],
    kind: ComparisonKind,
    fact_type: FactType,
    path: Path,
    faults: Faults,
    catalogue: Catalogue,
) -> YearlyDay | None:
    """{each_year: 02-25}, with the fact that says of which year, and how many years after it."""
    found = _MONTH_AND_DAY.fullmatch(str(data["each_year"]))
    month, day = (int(found[1]), int(found[2])) if found else (0, 0)
    after = data.get("years_after", 0)
    unknown = set(data) - {"each_year", "of", "years_after"}
    fits = fact_type in DAYS and kind.shape is OperandShape.VALUE and not unknown
    is_day = 1 <= month <= 12 and 1 <= day <= monthrange(LEAP_YEAR, month)[1]  # noqa: PLR2004 - the months
    if not fits or not is_day or isinstance(after, bool) or not isinstance(after, int) or abs(after) > MOST_YEARS:
        faults.add(
            path,
            _("'each_year' passar inte här, eller är ingen dag."),
            _("Skriv månad och dag, till exempel {each_year: 02-25}."),
        )
        return None
    year_of = None
    if "of" in data:
        other = known_fact(data["of"], (*path, "of"), faults, catalogue)
        if other is None or other.type not in DAYS:
            faults.add((*path, "of"), _("'of' ska vara en dag."), _("Välj till exempel decision_planned_on."))
            return None
        year_of = other.id
    return YearlyDay(month, day, year_of, after)


_FREE_TEXT: Final = TEXTS | LISTS - {FactType.CHOICES, FactType.LIST_OF_SUPPORT, FactType.LIST_OF_ROWS}


def _not_a_group(value: Any, definition: FactDefinition) -> Any:  # noqa: ANN401 - a fact's value, of its own type
    """Wrong, where words to look for in what people have written are the name of a religion, people or party."""
    if definition.type not in _FREE_TEXT:
        return value
    words = value if isinstance(value, tuple) else (value,)
    for word in words:
        group = group_named(word) if isinstance(word, str) else None
        if group is not None:
            return InvalidValue(
                _("'{word}' är namnet på {group}, och det säger inget om agerande.", word=word, group=group),
                _("Skriv det uttryck eller den organisation som det gäller, eller ta bort ordet."),
            )
    return value


def _alike(one: FactType, other: FactType) -> bool:
    return one is other or (one in DAYS and other in DAYS)


class InvalidValue:
    """A value that cannot stand where it stands."""

    def __init__(self, what: Words, remedy: Words) -> None:
        self.what, self.remedy = what, remedy


def parse_literal(data: object, shape: OperandShape, fact_type: FactType, definition: FactDefinition) -> Any:  # noqa: ANN401 - a fact's value, of its own type
    """A value of a rule or setting as the comparison needs it; money from kronor to öre.

    Returns Wrong where the value has another type, lies outside the fact's range, or is not among
    its options.
    """
    match shape:
        case OperandShape.YES_NO:
            return data if isinstance(data, bool) else _wrong(data, _("true eller false"))
        case OperandShape.SPAN:
            return _span(data)
        case OperandShape.VALUE:
            return _scalar(data, fact_type, definition)
        case OperandShape.WORDS:
            return _texts(data)
        case OperandShape.PAIR | OperandShape.VALUES:
            return _several(data, shape, fact_type, definition)
    assert_never(shape)


def _several(data: object, shape: OperandShape, fact_type: FactType, definition: FactDefinition) -> Any:  # noqa: ANN401 - a fact's value, of its own type
    if not isinstance(data, list) or not data:
        return _wrong(data, _("en lista, till exempel [1, 10]"))
    values = [_scalar(item, fact_type, definition) for item in data]
    wrong = next((value for value in values if isinstance(value, InvalidValue)), None)
    if wrong is not None:
        return wrong
    if shape is OperandShape.PAIR and (len(values) != 2 or values[0] > values[1]):  # noqa: PLR2004 - a pair
        return _wrong(data, _("två värden, det minsta först"))
    return tuple(values)


def _texts(data: object) -> Any:  # noqa: ANN401 - a fact's value, of its own type
    if isinstance(data, list) and data and all(isinstance(item, str) and item.strip(" *") for item in data):
        return tuple(data)
    return _wrong(data, _("en lista med ord"))


def _span(data: object) -> Any:  # noqa: ANN401 - a fact's value, of its own type
    fits = (
        isinstance(data, Mapping)
        and data
        and all(key in _SPAN_UNITS for key in data)
        and all(isinstance(n, int) and not isinstance(n, bool) and 0 < n <= 36500 for n in data.values())  # noqa: PLR2004 - a hundred years
    )
    if not fits or not isinstance(data, Mapping):
        return _wrong(data, _("en tid, till exempel {years: 1}"))
    return Span(**data)


def _scalar(data: object, fact_type: FactType, definition: FactDefinition) -> Any:  # noqa: ANN401 - a fact's value, of its own type
    value = _parse_value(data, fact_type)
    if isinstance(value, InvalidValue):
        return value
    if fact_type is FactType.CHOICE and definition.options and value not in definition.options:
        return InvalidValue(
            _("'{value}' är inget av valen för {id}.", value=value, id=definition.id),
            suggest_names(value, definition.options),
        )
    if definition.type is fact_type and fact_type in NUMBERS:
        return _in_range(value, definition)
    return value


def _in_range(value: float, definition: FactDefinition) -> Any:  # noqa: ANN401 - a fact's value, of its own type
    shown = value / 100 if definition.type is FactType.MONEY else value
    low, high = definition.smallest, definition.largest
    if (low is not None and shown < low) or (high is not None and shown > high):
        return InvalidValue(
            _(
                "{name} kan aldrig vara {shown:g}: värdet ligger mellan {low:g} och {high:g}.",
                shown=shown,
                name=definition.id,
                low=low,
                high=high,
            )
            if low is not None and high is not None
            else _("{name} kan aldrig vara {shown:g}.", shown=shown, name=definition.id),
            _("Skriv ett värde inom gränserna."),
        )
    return value


def _parse_value(data: object, fact_type: FactType) -> Any:  # noqa: ANN401 - a fact's value, of its own type
    is_number = isinstance(data, int | float) and not isinstance(data, bool)
    if fact_type in {FactType.WHOLE_NUMBER, FactType.YEAR}:
        whole = is_number and isinstance(data, int)
        return data if whole else _wrong(data, _("ett heltal"))
    if fact_type is FactType.MONEY:
        if is_number and isinstance(data, int | float):
            return round(data * 100)
        return _wrong(data, _("ett belopp i kronor"))
    if fact_type is FactType.NUMBER:
        return data if is_number else _wrong(data, _("ett tal"))
    if fact_type in DAYS:
        return data if isinstance(data, date) else _wrong(data, _("ett datum som 2026-03-15"))
    if fact_type is FactType.YES_NO:
        return data if isinstance(data, bool) else _wrong(data, _("true eller false"))
    return data if isinstance(data, str) and data else _wrong(data, _("en text"))


def _wrong(data: object, wanted: Words) -> InvalidValue:
    shown = str(data) if not isinstance(data, str) else f"'{data}'"
    return InvalidValue(
        _("{item} går inte att jämföra med.", item=shown[:60]), _("Här ska {wanted} stå.", wanted=wanted)
    )


def settings_used(condition: Condition) -> frozenset[str]:
    """The names of the settings a condition needs."""
    return frozenset(operand.name for operand in _operands(condition) if isinstance(operand, SettingReference))


def lists_used(condition: Condition) -> frozenset[str]:
    """The names of the lists a condition needs."""
    return frozenset(operand.name for operand in _operands(condition) if isinstance(operand, ListReference))


def _operands(condition: Condition) -> Iterator[Operand]:
    for leaf in leaves_of(condition):
        yield leaf.comparison.operand
        if leaf.comparison.where is not None:
            yield from _operands(leaf.comparison.where)


@dataclass(frozen=True, slots=True)
class ConditionNames:
    """What a condition's names stand for, and where a value that does not fit is told."""

    settings: Mapping[str, Any]
    lists: Mapping[str, tuple[str, ...]]
    path: Path
    faults: Faults


def bind_settings(condition: Condition, given: ConditionNames, catalogue: Catalogue) -> Condition:
    """The condition with the board's settings and lists in place; a value that does not fit is a fault."""
    match condition:
        case ConditionLeaf(comparison, fact_type):
            definition = catalogue[comparison.fact]
            where = comparison.where and bind_settings(comparison.where, given, fields_of(definition))
            operand = _bound_operand(comparison, fact_type, definition, given)
            if operand is comparison.operand and where is comparison.where:
                return condition
            return ConditionLeaf(replace(comparison, operand=operand, where=where), fact_type)
        case AllOf(children):
            return AllOf(tuple(bind_settings(child, given, catalogue) for child in children))
        case AnyOf(children):
            return AnyOf(tuple(bind_settings(child, given, catalogue) for child in children))
        case Not(child):
            return Not(bind_settings(child, given, catalogue))
    assert_never(condition)


def _bound_operand(
    comparison: Comparison, fact_type: FactType, definition: FactDefinition, given: ConditionNames
) -> Operand:
    operand = comparison.operand
    kind = COMPARISONS[comparison.comparison]
    if isinstance(operand, SettingReference) and operand.name in given.settings:
        value = parse_literal(given.settings[operand.name], kind.shape, fact_type, definition)
        value = _not_a_group(value, definition) if given.faults.policy else value
        if isinstance(value, InvalidValue):
            given.faults.add((*given.path, "settings", operand.name), value.what, value.remedy)
            return operand
        return LiteralValue(value)
    if isinstance(operand, ListReference) and operand.name in given.lists:
        return LiteralValue(given.lists[operand.name])
    return operand
