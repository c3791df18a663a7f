"""A simple condition as rows that a person fills in - fact, comparison, value - and back."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from vetting.engine.conditions.comparisons import COMPARISONS, OperandShape
from vetting.engine.conditions.parsing import nearest_fitting
from vetting.engine.facts import DAYS, FactType
from vetting.kernel.dates import InvalidDayError, parse_day
from vetting.kernel.money import InvalidAmountError, parse_amount
from vetting.kernel.problem import Problem
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.engine.facts import Catalogue, FactDefinition

MOST_ROWS: Final = 4
_SPAN: Final = re.compile(r"(\d{1,5})\s*(år|years?|månad(?:er)?|months?|dag(?:ar)?|days?)", re.IGNORECASE)
_UNITS: Final = {"å": "years", "y": "years", "m": "months", "d": "days"}
YES: Final = frozenset({"ja", "yes", "true", "sant"})
NO: Final = frozenset({"nej", "no", "false", "falskt"})


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """One comparison as it is typed. `other` is a fact to compare with instead of a value."""

    fact: str = ""
    comparison: str = ""
    value: str = ""
    other: str = ""

    @property
    def blank(self) -> bool:
        """Whether nothing is filled in."""
        return not (self.fact or self.value or self.other)


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


def _row(leaf: object, catalogue: Catalogue) -> ConditionRow | None:
    if not isinstance(leaf, Mapping) or "fact" not in leaf or len(leaf) != 2:  # noqa: PLR2004 - a fact and a comparison
        return None
    definition = catalogue.get(str(leaf["fact"]))
    comparison = next((key for key in leaf if key in COMPARISONS), None)
    if definition is None or comparison is None:
        return None
    wanted = leaf[comparison]
    if isinstance(wanted, Mapping) and set(wanted) == {"fact"}:
        return ConditionRow(definition.id, comparison, "", str(wanted["fact"]))
    typed = _as_typed(wanted)
    return None if typed is None else ConditionRow(definition.id, comparison, typed)


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


def _leaf(row: ConditionRow, catalogue: Catalogue, where: str, problems: list[Problem]) -> Any:  # noqa: ANN401 - plain data
    definition = catalogue.get(row.fact)
    if definition is None:
        problems.append(Problem(f"fact-{where}", _("Ingen uppgift är vald."), _("Välj en uppgift.")))
        return None
    kind = COMPARISONS.get(row.comparison)
    if kind is None or definition.type not in kind.types:
        problems.append(
            Problem(
                f"comparison-{where}",
                _("Jämförelsen passar inte ”{label}”.", label=definition.label),
                nearest_fitting(definition.type),
            )
        )
        return None
    if row.other:
        return {"fact": row.fact, row.comparison: {"fact": row.other}}
    try:
        return {"fact": row.fact, row.comparison: parse_operand(definition, kind.shape, row.value)}
    except ValueError:
        problems.append(
            Problem(
                f"value-{where}",
                _("”{label}” går inte att jämföra med ”{item}”.", item=row.value[:40], label=definition.label),
                _how_to_write(definition, kind.shape),
            )
        )
        return None


def _how_to_write(definition: FactDefinition, shape: OperandShape) -> Words:
    if shape is OperandShape.SPAN:
        return _("Skriv till exempel 1 år, 6 månader eller 21 dagar.")
    if shape is OperandShape.YES_NO or definition.type is FactType.YES_NO:
        return _("Skriv ja eller nej.")
    if definition.options:
        names = ", ".join(definition.options)
        return _("Välj bland: {names}.", names=names)
    if shape in {OperandShape.PAIR, OperandShape.VALUES, OperandShape.WORDS}:
        return _("Skriv värdena med semikolon emellan.")
    if definition.type in DAYS:
        return _("Skriv dagen så här: 2026-03-15.")
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
            case FactType.WHOLE_NUMBER:
                return whole_number(typed)
            case FactType.NUMBER:
                return parse_finite_number(typed)
            case FactType.MONEY:
                ore = parse_amount(typed)
                return ore // 100 if ore % 100 == 0 else ore / 100
            case FactType.DATE | FactType.DATETIME:
                return parse_day(typed)
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


def parse_finite_number(typed: str) -> float:
    """A number that is one.

    Raises:
        ValueError: it is none, or not finite.
    """
    found = float(typed.replace(",", ".").replace(" ", ""))
    if not math.isfinite(found):
        raise ValueError(typed)
    return found


def _option(definition: FactDefinition, typed: str) -> str:
    """An option by its label in either language."""
    for name, label in definition.options.items():
        if typed.casefold() in {label.sv.casefold(), label.en.casefold()}:
            return name
    raise ValueError(typed)
