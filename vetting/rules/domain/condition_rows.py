"""A simple condition as rows that a person fills in - fact, comparison, value - and back."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from vetting.engine.conditions.comparisons import (
    COMPARISONS,
    MEASURED_TYPES,
    OF_TWO,
    FactMeasure,
    OperandShape,
    measured_type,
)
from vetting.engine.facts import DAYS, LISTS, FactType
from vetting.engine.list_items import fields_of, summable_fields
from vetting.kernel.dates import InvalidDayError, parse_day
from vetting.kernel.money import InvalidAmountError, in_kronor, parse_amount
from vetting.kernel.problem import Problem
from vetting.kernel.text import OR, Words, _, list_words
from vetting.rules.domain.language_reference import COMPARISON_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.engine.facts import Catalogue, FactDefinition

MOST_ROWS: Final = 12
"""Rows that a form has fields for; a page shows those that are filled in, and one more."""
_SPAN: Final = re.compile(
    r"(\d{1,5})\s*(år|years?|månad(?:er)?|months?|veck(?:a|or)|weeks?|dag(?:ar)?|days?)", re.IGNORECASE
)
_UNITS: Final = {"å": "years", "y": "years", "m": "months", "d": "days"}
YES: Final = frozenset({"ja", "yes", "true", "sant"})
NO: Final = frozenset({"nej", "no", "false", "falskt"})


class ListPart(NamedTuple):
    """Which things of a list: the list and its field with a full stop between, a comparison, a value."""

    where: str = ""
    test: str = ""
    against: str = ""


PARTS: Final = ("", "_2", "_3")
"""How the fields of each part of a row end: a row looks at so many fields of a list's things at once."""


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """One comparison as it is typed.

    other: a fact to compare with instead of a value; of a length of time the day that it counts back from. measure:
    what is taken of the fact, empty for its value. of: the second fact of a share, a sum or a difference; of the sum
    of a list with columns the column, after the list and a full stop. parts: of a list only the things whose fields
    compare so.
    """

    fact: str = ""
    comparison: str = ""
    value: str = ""
    other: str = ""
    measure: str = ""
    of: str = ""
    parts: tuple[ListPart, ...] = ()

    @property
    def blank(self) -> bool:
        """Whether nothing is filled in."""
        return not (self.fact or self.value or self.other)


ROW_MEASURES: Final = (FactMeasure.COUNT, FactMeasure.SUM, FactMeasure.SHARE, FactMeasure.PLUS, FactMeasure.MINUS)
"""What a row may take of a fact instead of its value."""


@dataclass(frozen=True, slots=True)
class ConditionRows:
    """A whole condition: `group` is all or any."""

    group: str
    rows: tuple[ConditionRow, ...]


def rows_of(data: object, catalogue: Catalogue) -> ConditionRows | None:
    """The condition as rows, or None when it goes deeper than that."""
    if data is None:
        return ConditionRows("all", ())
    if not isinstance(data, Mapping):
        return None
    group = next((key for key in ("all", "any") if key in data), None)
    leaves = data[group] if group else [data]
    if not isinstance(leaves, list) or len(leaves) > MOST_ROWS:
        return None
    rows = [_row(leaf, catalogue) for leaf in leaves]
    found = [row for row in rows if row is not None]
    return ConditionRows(group or "all", tuple(found)) if len(found) == len(rows) else None


def _row(leaf: object, catalogue: Catalogue) -> ConditionRow | None:  # noqa: PLR0911 - one return a shape
    if not isinstance(leaf, Mapping):
        return None
    measure = next((item for item in (FactMeasure.VALUE, *ROW_MEASURES) if item.value in leaf), None)
    comparison = next((key for key in leaf if key in COMPARISONS), None)
    if measure is None or comparison is None or set(leaf) - {measure.value, comparison, "of", "where"}:
        return None
    if "where" in leaf:
        return _row_with_part(leaf, catalogue)
    definition = catalogue.get(str(leaf[measure.value]))
    if definition is None:
        return None
    named = leaf.get("of")
    if measure is FactMeasure.SUM and named is not None:
        named = f"{definition.id}.{named}"
    of = str(named["fact"] if isinstance(named, Mapping) and set(named) == {"fact"} else named or "")
    taken = "" if measure is FactMeasure.VALUE else measure.value
    wanted = _options_by_name(leaf[comparison], definition)
    if isinstance(wanted, Mapping) and "fact" in wanted:
        return _row_of_other(ConditionRow(definition.id, comparison, "", "", taken, of if taken else ""), wanted)
    if isinstance(wanted, Mapping) and set(wanted) == {"each_year", "of"} and not taken:
        day = _as_typed({"each_year": wanted["each_year"]}) or ""
        return ConditionRow(definition.id, comparison, day, str(wanted["of"]))
    typed = "" if wanted is None else as_typed(wanted, share=measure is FactMeasure.SHARE)
    if typed is None:
        return None
    if taken:
        return ConditionRow(definition.id, comparison, typed, "", taken, of)
    return ConditionRow(definition.id, comparison, typed, of)


def _row_of_other(row: ConditionRow, wanted: Mapping[str, Any]) -> ConditionRow | None:
    """A comparison with another fact, or with a day so long after or before it."""
    if set(wanted) == {"fact"}:
        return replace(row, other=str(wanted["fact"]))
    way = next((key for key in _WAYS if set(wanted) == {"fact", key}), None)
    length = _as_typed(wanted[way]) if way is not None else None
    return replace(row, other=str(wanted["fact"]), value=f"{length} {_WAYS[way]}") if way and length else None


_WAYS: Final = {"after": "efter", "before": "före"}


def _row_with_part(leaf: Mapping[str, Any], catalogue: Catalogue) -> ConditionRow | None:
    """A row about some of the things in a list: those where one of their fields compares with a value."""
    whole = _row({key: value for key, value in leaf.items() if key != "where"}, catalogue)
    if whole is None or catalogue[whole.fact].type not in LISTS:
        return None
    parts = parts_of_list(leaf["where"], catalogue[whole.fact])
    return replace(whole, parts=parts) if parts is not None else None


def parts_of_list(where: object, definition: FactDefinition) -> tuple[ListPart, ...] | None:
    """What is asked of each thing in a list, as parts; None where it goes deeper than that."""
    if where is None:
        return ()
    rows = rows_of(where, fields_of(definition))
    if rows is None or len(rows.rows) > len(PARTS) or (rows.group != "all" and len(rows.rows) > 1):
        return None
    if any(row.measure or row.other for row in rows.rows):
        return None
    return tuple(ListPart(f"{definition.id}.{row.fact}", row.comparison, row.value) for row in rows.rows)


def _options_by_name(wanted: object, definition: FactDefinition) -> object:
    """The options that are asked for by what they are called, where that is read as them again."""
    if isinstance(wanted, list):
        return [_options_by_name(item, definition) for item in wanted]
    name = definition.options[wanted].sv if isinstance(wanted, str) and wanted in definition.options else ""
    try:
        return name if name and name not in definition.options and _option(definition, name) == wanted else wanted
    except ValueError:
        return wanted


def as_typed(wanted: object, *, share: bool) -> str | None:
    """A value of a rule file as a person types it, '50 %' of a share; None for what no field can hold."""
    return _as_percent(wanted) if share else _as_typed(wanted)


def _as_percent(wanted: object) -> str | None:
    if isinstance(wanted, list):
        parts = [_as_percent(item) for item in wanted]
        return None if None in parts else "; ".join(part or "" for part in parts)
    if isinstance(wanted, bool) or not isinstance(wanted, int | float):
        return None
    return f"{round(wanted * 100, 4):g} %".replace(".", ",")


def _as_typed(wanted: object) -> str | None:
    if isinstance(wanted, bool):
        return "ja" if wanted else "nej"
    if isinstance(wanted, date):
        return wanted.isoformat()
    if isinstance(wanted, str):
        return wanted if wanted == " ".join(wanted.split()) and ";" not in wanted else None
    if isinstance(wanted, int | float):
        return None if "e" in repr(wanted) else repr(wanted).replace(".", ",")
    if isinstance(wanted, list):
        parts = [_as_typed(item) for item in wanted]
        return None if None in parts else "; ".join(part or "" for part in parts)
    if isinstance(wanted, Mapping) and len(wanted) == 1:
        ((unit, number),) = wanted.items()
        if unit == "each_year":
            month, day = str(number).split("-")
            return f"{int(day)} {_MONTHS[int(month) - 1]} varje år"
        words = {"years": "år", "months": "månader", "days": "dagar"}
        return f"{number} {words[unit]}" if unit in words else None
    return None


def condition_of(
    group: str, rows: Sequence[ConditionRow], catalogue: Catalogue, where: str
) -> tuple[Any, list[Problem]]:
    """The condition as data, None when every row is blank, and what could not be understood, by the rows' names."""
    problems: list[Problem] = []
    leaves = []
    for number, row in enumerate(rows):
        if not row.blank:
            leaves.append(_leaf(row, catalogue, f"{where}-{number}", problems))
    if problems or not leaves:
        return None, problems
    return (leaves[0] if len(leaves) == 1 else {group: leaves}), []


def _fitting_words(fact_type: FactType) -> Words:
    """Which comparisons fit a type, as the form says them."""
    fitting = [words for name, words in COMPARISON_NAMES.items() if fact_type in COMPARISONS[name].types]
    return _("Här passar: {fitting}.", fitting=list_words(fitting, OR))


def _leaf(row: ConditionRow, catalogue: Catalogue, where: str, problems: list[Problem]) -> Any:  # noqa: ANN401 - plain data
    definition = catalogue.get(row.fact)
    if definition is None:
        what = _("Raden har ett värde, men ingen uppgift är vald.")
        problems.append(Problem(f"fact-{where}", what, _("Välj en uppgift, eller töm radens värden.")))
        return None
    measure = FactMeasure(row.measure) if row.measure in set(ROW_MEASURES) else FactMeasure.VALUE
    wrong = _wrong_with_measure(row, measure, definition, catalogue, where)
    if wrong is not None:
        problems.append(wrong)
        return None
    added = _added_field(row, measure, definition)
    measured = measured_type(measure, definition.type, added)
    if measured is not definition.type:
        definition = replace(definition, type=measured, smallest=None, largest=None)
    kind = COMPARISONS.get(row.comparison)
    if kind is None or definition.type not in kind.types:
        problems.append(
            Problem(
                f"comparison-{where}",
                _("Jämförelsen passar inte ”{label}”.", label=definition.label),
                _fitting_words(definition.type),
            )
        )
        return None
    taken: dict[str, Any] = {measure.value: row.fact} | ({"of": row.of} if measure in OF_TWO else {})
    if added is not None and row.of:
        taken["of"] = added.id
    if any(part.where for part in row.parts):
        is_counted = measure in {FactMeasure.COUNT, FactMeasure.SUM}
        asked = where_of_parts(row.parts, catalogue[row.fact] if is_counted else None, where, problems)
        if asked is None:
            return None
        taken["where"] = asked
    counted_from = {"of": {"fact": row.other}} if row.other and kind.shape is OperandShape.SPAN else {}
    try:
        if row.other and not counted_from:
            wanted = _with_other(row, definition)
        else:
            wanted = parse_operand(definition, kind.shape, row.value)
    except ValueError:
        problems.append(
            Problem(
                f"value-{where}",
                _("”{label}” går inte att jämföra med ”{item}”.", item=row.value[:40], label=definition.label),
                _how_to_write(definition, kind.shape),
            )
        )
        return None
    if measure is FactMeasure.SHARE or (definition.type is FactType.NUMBER and definition.unit.sv == "%"):
        if _above_the_whole(row.value, wanted):
            problems.append(no_share(f"value-{where}", row.value))
            return None
        wanted = as_share(row.value, wanted)
    return {**taken, row.comparison: wanted, **counted_from}


def _with_other(row: ConditionRow, definition: FactDefinition) -> dict[str, Any]:
    """What stands for another fact: itself, a day so long after or before it, or a yearly day of its year.

    Raises:
        ValueError: a value stands beside it that says none of these.
    """
    typed = " ".join(row.value.split())
    if not typed:
        return {"fact": row.other}
    if definition.type not in DAYS:
        raise ValueError(typed)
    yearly = _yearly(typed)
    if yearly is not None:
        return yearly | {"of": row.other}
    length, _space, way = typed.rpartition(" ")
    ways = {"efter": "after", "after": "after", "före": "before", "before": "before"}
    if way.casefold() in ways:
        return {"fact": row.other, ways[way.casefold()]: parse_span(length)}
    return {"fact": row.other, "after": parse_span(typed)}


def _above_the_whole(said: str, wanted: Any) -> bool:  # noqa: ANN401 - plain data
    """Whether somebody wrote '150 %': more than the whole, and not one and a half per cent."""
    values = wanted if isinstance(wanted, list) else [wanted]
    return _is_percent(said) and any(isinstance(item, int | float) and item > 1 for item in values)


def _is_percent(said: str) -> bool:
    return "%" in said or "procent" in said


def no_share(where: str, said: str) -> Problem:
    """What is told of a share that is more than the whole."""
    return Problem(where, _("”{said}” är ingen andel.", said=said[:40]), _("Skriv till exempel 30 %."))


def as_share(said: str, wanted: Any) -> Any:  # noqa: ANN401 - plain data
    """A share as it is written: '50' is a half as '50 %' is; what has its sign is read already."""
    if isinstance(wanted, list):
        return [as_share(said, item) for item in wanted]
    is_number = isinstance(wanted, int | float) and not isinstance(wanted, bool)
    return round(wanted / 100, 6) if is_number and wanted > 1 and not _is_percent(said) else wanted


def _wrong_with_measure(
    row: ConditionRow, measure: FactMeasure, definition: FactDefinition, catalogue: Catalogue, where: str
) -> Problem | None:
    """What of a fact cannot be taken so; None where it can."""
    if definition.type not in MEASURED_TYPES[measure]:
        return Problem(
            f"measure-{where}",
            _("”{label}” kan inte räknas på det sättet.", label=definition.label),
            _("Antal och summa hör till listor; andel, tillsammans med och minus hör till tal och belopp."),
        )
    if measure in OF_TWO and row.of not in catalogue:
        return Problem(
            f"of-{where}",
            _("Den andra uppgiften är inte vald."),
            _("Välj vilken uppgift den ska räknas tillsammans med."),
        )
    if measure is FactMeasure.SUM and _added_field(row, measure, definition) is None:
        what = _("Listan har inte exakt en kolumn som kan summeras.")
        return Problem(f"of-{where}", what, _("Välj vilken kolumn som ska summeras."))
    return None


def _added_field(row: ConditionRow, measure: FactMeasure, definition: FactDefinition) -> FactDefinition | None:
    """The column that a sum adds up: the one that is chosen, else the only one that can be."""
    if measure is not FactMeasure.SUM:
        return None
    fields = summable_fields(definition)
    named = row.of.partition(".")[2]
    return next((item for item in fields if item.id == named), fields[0] if len(fields) == 1 else None)


def where_of_parts(
    parts: Sequence[ListPart], definition: FactDefinition | None, where: str, problems: list[Problem]
) -> Any:  # noqa: ANN401 - plain data
    """What is asked of each thing in a list, as data; None with what could not be understood, at its own fields.

    definition: the list that is counted; None where none is.
    """
    asked = []
    for part, ending in zip(parts, PARTS, strict=False):
        fact, _stop, field = part.where.partition(".")
        if not part.where:
            continue
        if definition is None or fact != definition.id or definition.type not in LISTS:
            remedy = _("Välj ”antal i listan” eller ”summan i listan”, och en kolumn i samma lista.")
            problems.append(Problem(f"where{ending}-{where}", _("Kolumnen hör inte till det som räknas."), remedy))
            return None
        told: list[Problem] = []
        asked.append(_leaf(ConditionRow(field, part.test, part.against), fields_of(definition), where, told))
        names = {"fact": "where", "comparison": "test", "value": "against"}
        for problem in told:
            name, _dash, rest = problem.where.partition("-")
            problems.append(Problem(f"{names.get(name, name)}{ending}-{rest}", problem.what, problem.remedy))
    if None in asked:
        return None
    return asked[0] if len(asked) == 1 else {"all": asked}


def _how_to_write(definition: FactDefinition, shape: OperandShape) -> Words:
    if shape is OperandShape.SPAN:
        return _("Skriv till exempel 1 år, 6 månader eller 21 dagar.")
    if shape is OperandShape.YES_NO or definition.type is FactType.YES_NO:
        return _("Skriv ja eller nej.")
    if definition.options:
        names = list_words(definition.options.values(), OR)
        return _("Välj bland: {names}.", names=names)
    if shape in {OperandShape.PAIR, OperandShape.VALUES, OperandShape.WORDS}:
        return _("Skriv värdena med semikolon emellan.")
    if definition.type in DAYS:
        return _("Skriv dagen så här: 2026-03-15, 25 februari varje år, eller 14 dagar efter en annan uppgift.")
    if definition.type is FactType.MONEY and not definition.may_be_below_nought:
        return _("Skriv ett belopp. Om beloppet kan vara negativt: ange ett minsta värde under noll för uppgiften.")
    return _("Skriv ett tal.")


def parse_operand(definition: FactDefinition, shape: OperandShape, text: str) -> Any:  # noqa: ANN401 - plain data
    """What was typed, as it is written in a rule file.

    Raises:
        ValueError: it is no such value.
    """
    typed = " ".join(text.split())
    match shape:
        case OperandShape.YES_NO:
            return _yes_no(typed)
        case OperandShape.SPAN:
            return parse_span(typed)
        case OperandShape.VALUE:
            return plain_value(definition, typed)
        case OperandShape.PAIR | OperandShape.VALUES:
            return [plain_value(definition, part.strip()) for part in typed.split(";") if part.strip()]
        case OperandShape.WORDS:
            words = [part.strip() for part in typed.split(";") if part.strip()]
            if not words:
                raise ValueError(text)
            return words


def _yes_no(typed: str) -> bool:
    if typed.casefold() in YES:
        return True
    if typed.casefold() in NO:
        return False
    raise ValueError(typed)


def parse_span(typed: str) -> dict[str, int]:
    """'1 år' as it is written in a rule file.

    Raises:
        ValueError: it is no length of time.
    """
    match = _SPAN.fullmatch(typed)
    if match is None:
        raise ValueError(typed)
    if match[2][0].casefold() in {"v", "w"}:
        return {"days": int(match[1]) * 7}
    return {_UNITS[match[2][0].casefold()]: int(match[1])}


def plain_value(definition: FactDefinition, typed: str) -> Any:  # noqa: ANN401 - one return a type
    """One value of a fact as it is written in a rule file; money in kronor.

    Raises:
        ValueError: it is no such value.
    """
    if not typed:
        raise ValueError(typed)
    try:
        match definition.type:
            case FactType.YES_NO:
                return _yes_no(typed)
            case FactType.WHOLE_NUMBER | FactType.YEAR:
                return whole_number(_COUNTED.sub("", typed))
            case FactType.NUMBER:
                return parse_finite_number(typed)
            case FactType.MONEY:
                ore = parse_amount(typed, below_nought=definition.may_be_below_nought)
                return in_kronor(ore)
            case FactType.DATE | FactType.DATETIME:
                return _yearly(typed) or parse_day(typed)
            case FactType.CHOICE | FactType.CHOICES if typed not in definition.options:
                return _option(definition, typed)
            case FactType.DOCUMENT:
                return _yes_no(typed)
            case _:
                return typed
    except (InvalidDayError, InvalidAmountError) as error:
        raise ValueError(typed) from error


_DIGITS: Final = re.compile(r"-?[0-9]{1,15}")


def whole_number(typed: str) -> int:
    """A whole number of at most fifteen digits.

    Raises:
        ValueError: it is no such number.
    """
    if not _DIGITS.fullmatch(typed.replace(" ", "")):
        raise ValueError(typed)
    return int(typed.replace(" ", ""))


_COUNTED: Final = re.compile(
    r"\s*(?:kr|kronor|st|stycken|personer|medlemmar|deltagare|år|minuter|timmar|gånger|procent|%)\.?$", re.IGNORECASE
)
"""What people write after a number."""
_PERCENT: Final = re.compile(r"(.+?)\s*(?:%|procent)", re.IGNORECASE)
_MONTHS: Final = (
    *("januari", "februari", "mars", "april", "maj", "juni"),
    *("juli", "augusti", "september", "oktober", "november", "december"),
)
_YEARLY: Final = re.compile(r"(\d{1,2})\s*(?:/\s*(\d{1,2})|\s([a-zåäö]+))(?:\s+varje\s+år)?", re.IGNORECASE)


def _yearly(typed: str) -> dict[str, str] | None:
    """'25 februari varje år' or '25/2 varje år' as it is written in a rule file."""
    match = _YEARLY.fullmatch(typed)
    if match is None:
        return None
    name = (match[3] or "").casefold()
    month = int(match[2]) if match[2] else next((place for place, one in enumerate(_MONTHS, 1) if one == name), 0)
    if not month and not match[0].casefold().endswith("år"):
        return None  # '14 dagar' is no day
    if not month:
        raise ValueError(typed)
    return {"each_year": f"{month:02}-{int(match[1]):02}"}


def parse_finite_number(typed: str) -> float:
    """A number that is one; '50 %' is a half.

    Raises:
        ValueError: it is none, or not finite.
    """
    share = _PERCENT.fullmatch(typed)
    found = float((share[1] if share else _COUNTED.sub("", typed)).replace(",", ".").replace(" ", ""))
    if not math.isfinite(found):
        raise ValueError(typed)
    return found / 100 if share else found


def _option(definition: FactDefinition, typed: str) -> str:
    """An option by its label in either language."""
    for name, label in definition.options.items():
        if typed.casefold() in {label.sv.casefold(), label.en.casefold()}:
            return name
    raise ValueError(typed)
