"""The comparisons a rule may use, which facts each fits, and what each asks in words."""

from __future__ import annotations

import operator
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from vetting.engine.conditions.folding import folded_text, words_of
from vetting.engine.facts import DAYS, LISTS, NUMBERS, TEXTS, FactType, Item, Value, name_of_item
from vetting.kernel.text import NO_WORDS, Words, _, same_in_both

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vetting.engine.conditions.tree import Condition
    from vetting.engine.facts import FactDefinition
    from vetting.kernel.dates import Span


class FactMeasure(StrEnum):
    """What is taken of the fact before it is compared."""

    VALUE = "fact"
    COUNT = "count"
    SUM = "sum"
    SHARE = "share"
    PLUS = "plus"
    MINUS = "minus"
    ANY_IN = "any_in"
    ALL_IN = "all_in"


class OperandShape(StrEnum):
    """What stands after a comparison in a rule."""

    YES_NO = "true or false"
    VALUE = "a value"
    PAIR = "two values"
    VALUES = "a list of values"
    SPAN = "a length of time"
    WORDS = "a list of words"


@dataclass(frozen=True, slots=True)
class LiteralValue:
    """A value written in the rule, or given by the board as a setting."""

    value: Any


@dataclass(frozen=True, slots=True)
class SettingReference:
    """A value that the board sets."""

    name: str


@dataclass(frozen=True, slots=True)
class FactReference:
    """The value of another fact of the same type; of a day, so long after it. Before it: a length of less than none."""

    fact: str
    later: Span | None = None

    def of(self, value: Any) -> Any:  # noqa: ANN401 - a fact's value, of its own type
        """What is compared with, of the other fact's value."""
        if self.later is None or not isinstance(value, date):
            return value
        return self.later.after(value.date() if isinstance(value, datetime) else value)


@dataclass(frozen=True, slots=True)
class ListReference:
    """The entries of a list that the rule set holds under a name."""

    name: str


LEAP_YEAR: Final = 2024
"""A year that has every day."""


@dataclass(frozen=True, slots=True)
class YearlyDay:
    """A day that comes back each year: of the year that is compared, or of a fact's year and some years after it."""

    month: int
    day: int
    year_of: str | None = None
    years_after: int = 0

    def in_year(self, year: int) -> date:
        """The day in a year; 29 February is the 28th where there is none."""
        year += self.years_after
        last = monthrange(year, self.month)[1]
        return date(year, self.month, min(self.day, last))


Operand = LiteralValue | SettingReference | FactReference | ListReference | YearlyDay


@dataclass(frozen=True, slots=True)
class Comparison:
    """One leaf of a condition: a measure of a fact, a comparison, and what it is compared with.

    whole: the other fact of a share, a sum or a difference. reference: the day a span counts back from,
    as a fact; without it the criterion's as_of day. where: a condition over the fields of one thing in a
    list (`items.FIELDS`): those that meet it are counted or summed, or asked whether any or all do.
    """

    measure: FactMeasure
    fact: str
    comparison: str
    operand: Operand
    whole: str | None = None
    reference: str | None = None
    where: Condition | None = None
    field: str = ""
    """Of a sum over rows: the field that is added up."""

    @property
    def facts(self) -> tuple[str, ...]:
        """Every fact this comparison reads."""
        other = self.operand.fact if isinstance(self.operand, FactReference) else None
        other = self.operand.year_of if isinstance(self.operand, YearlyDay) else other
        return tuple(fact for fact in (self.fact, self.whole, other, self.reference) if fact)


ORDERED_TYPES: Final = NUMBERS | DAYS
_ANY_TYPE: Final = frozenset(FactType)
_EQUALS: Final = NUMBERS | TEXTS | DAYS | {FactType.YES_NO, FactType.CHOICE, FactType.ORGANISATION_NUMBER}

Predicate = Callable[[Any, Any], bool]


@dataclass(frozen=True, slots=True)
class ComparisonKind:
    """One word of the rule language: what it fits, what stands after it, and how it reads."""

    shape: OperandShape
    types: frozenset[FactType]
    holds: Predicate
    asks: Words
    """With {limit} for the operand: the requirement."""
    asks_not: Words
    """The requirement when it stands under `not`."""


def _equal(value: Value, wanted: Value) -> bool:
    if isinstance(value, str) and isinstance(wanted, str):
        return value == wanted or folded_text(value) == folded_text(wanted)
    one, other = make_comparable(value, wanted)
    return bool(one == other)


def make_comparable(value: Any, other: Any) -> tuple[Any, Any]:  # noqa: ANN401 - days, moments and all else
    """Two moments as they are; a moment beside a day as its day."""
    if isinstance(value, datetime) and isinstance(other, datetime):
        return value, other
    return (
        value.date() if isinstance(value, datetime) else value,
        other.date() if isinstance(other, datetime) else other,
    )


def _between(value: Any, pair: tuple[Any, Any]) -> bool:  # noqa: ANN401 - a fact's value, of its own type
    day = make_comparable(value, pair[0])[0]
    return bool(pair[0] <= day <= pair[1])


def _one_of(value: Value, wanted: tuple[Value, ...]) -> bool:
    return any(_equal(value, candidate) for candidate in wanted)


def _contains(value: Value, wanted: str) -> bool:
    if isinstance(value, str):
        return folded_text(wanted) in folded_text(value)
    return any(folded_text(text) == folded_text(wanted) for text in texts_in(value))


def _matches_list(value: Value, entries: tuple[str, ...]) -> bool:
    return any(True for _unused in matching_entries(value, entries))


def matching_entries(value: Value, entries: tuple[str, ...]) -> Iterator[str]:
    """The list entries that a text, or a list of texts, mentions.

    An entry is a word, a word with * at its end, or a phrase; folded, matched on word borders. No
    regular expressions: the time taken grows with the text only.
    """
    texts = [" ".join(words_of(text)) for text in texts_in(value)]
    for entry in entries:
        wanted = " ".join(words_of(entry.removesuffix("*")))
        ending = "" if entry.endswith("*") else " "
        if wanted and any(f" {wanted}{ending}" in f" {text} " for text in texts):
            yield entry


def texts_in(value: Value) -> tuple[str, ...]:
    """The texts of a text or list fact."""
    if isinstance(value, tuple):
        items: tuple[Item, ...] = value
        return tuple(name_of_item(item) for item in items)
    return (str(value),)


def _on_days(compare: Callable[[Any, Any], bool]) -> Predicate:
    return lambda value, limit: compare(*make_comparable(value, limit))


def _same_year(value: Any, other: Any) -> bool:  # noqa: ANN401 - a day, or a moment
    return bool(value.year == other.year)


def _not_older(value: Any, limit: date) -> bool:  # noqa: ANN401 - a fact's value, of its own type
    one, other = make_comparable(value, limit)
    return bool(one >= other)


_DAY_WORDS: Final = {
    "at_least": (_("tidigast {limit}"), _("före {limit}")),
    "at_most": (_("senast {limit}"), _("efter {limit}")),
}

COMPARISONS: Final[Mapping[str, ComparisonKind]] = {
    "present": ComparisonKind(
        OperandShape.YES_NO, _ANY_TYPE, lambda _value, _wanted: True, _("ska finnas"), _("ska inte finnas")
    ),
    "equal": ComparisonKind(OperandShape.VALUE, _EQUALS, _equal, same_in_both("{limit}"), _("inte {limit}")),
    "at_least": ComparisonKind(
        OperandShape.VALUE, ORDERED_TYPES, operator.ge, _("minst {limit}"), _("mindre än {limit}")
    ),
    "at_most": ComparisonKind(OperandShape.VALUE, ORDERED_TYPES, operator.le, _("högst {limit}"), _("mer än {limit}")),
    "between": ComparisonKind(
        OperandShape.PAIR, ORDERED_TYPES, _between, _("mellan {limit}"), _("inte mellan {limit}")
    ),
    "one_of": ComparisonKind(
        OperandShape.VALUES, _EQUALS - {FactType.YES_NO}, _one_of, same_in_both("{limit}"), _("inte {limit}")
    ),
    "contains": ComparisonKind(
        OperandShape.VALUE, TEXTS | LISTS, _contains, _("innehåller ”{limit}”"), _("innehåller inte ”{limit}”")
    ),
    "matches_list": ComparisonKind(
        OperandShape.WORDS,
        TEXTS | LISTS,
        _matches_list,
        _("nämner något av orden {limit}"),
        _("nämner inget av orden {limit}"),
    ),
    "before": ComparisonKind(OperandShape.VALUE, DAYS, _on_days(operator.lt), _("före {limit}"), _("tidigast {limit}")),
    "after": ComparisonKind(OperandShape.VALUE, DAYS, _on_days(operator.gt), _("efter {limit}"), _("senast {limit}")),
    "same_year": ComparisonKind(
        OperandShape.VALUE, DAYS, _same_year, _("samma år som {limit}"), _("inte samma år som {limit}")
    ),
    # No upper end: minutes newer than the application are not too old. A day still to come is refused by `past` of
    # the fact, when the cell is read.
    "within": ComparisonKind(
        OperandShape.SPAN, DAYS, _not_older, _("högst {limit} före {day}"), _("mer än {limit} före {day}")
    ),
    "older_than": ComparisonKind(
        OperandShape.SPAN,
        DAYS,
        lambda value, limit: not _not_older(value, limit),
        _("mer än {limit} före {day}"),
        _("högst {limit} före {day}"),
    ),
    "at_least_old": ComparisonKind(
        OperandShape.SPAN, DAYS, _on_days(operator.le), _("minst {limit} före {day}"), _("mindre än {limit} före {day}")
    ),
}


def requirement_template(comparison: str, fact_type: FactType, *, negated: bool) -> Words:
    """The requirement's words, with {limit} and {day} still to fill."""
    if fact_type in DAYS and comparison in _DAY_WORDS:
        return _DAY_WORDS[comparison][negated]
    kind = COMPARISONS[comparison]
    return kind.asks_not if negated else kind.asks


def measured_type(measure: FactMeasure, fact_type: FactType, field: FactDefinition | None = None) -> FactType:
    """The type that a measure of a fact has: a count is a whole number, a share a number. field: what is added up."""
    match measure:
        case FactMeasure.VALUE:
            return fact_type
        case FactMeasure.COUNT:
            return FactType.WHOLE_NUMBER
        case FactMeasure.SUM:
            return field.type if field is not None else FactType.MONEY
        case FactMeasure.SHARE:
            return FactType.NUMBER
        case FactMeasure.PLUS | FactMeasure.MINUS:
            return FactType.WHOLE_NUMBER if fact_type is FactType.YEAR else fact_type
        case FactMeasure.ANY_IN | FactMeasure.ALL_IN:
            return FactType.YES_NO


MEASURED_TYPES: Final[Mapping[FactMeasure, frozenset[FactType]]] = {
    FactMeasure.VALUE: _ANY_TYPE,
    FactMeasure.COUNT: LISTS,
    FactMeasure.SUM: frozenset({FactType.LIST_OF_SUPPORT, FactType.LIST_OF_ROWS}),
    FactMeasure.SHARE: NUMBERS,
    FactMeasure.PLUS: NUMBERS,
    FactMeasure.MINUS: NUMBERS,
    FactMeasure.ANY_IN: LISTS,
    FactMeasure.ALL_IN: LISTS,
}
OF_TWO: Final = frozenset({FactMeasure.SHARE, FactMeasure.PLUS, FactMeasure.MINUS})
"""The measures of two facts: the other stands after `of`."""
WITH_WHERE: Final = frozenset({FactMeasure.COUNT, FactMeasure.SUM, FactMeasure.ANY_IN, FactMeasure.ALL_IN})
"""The measures that may look at a part of a list; the last two must say which."""

MEASURE_WORDS: Final[Mapping[FactMeasure, Words]] = {
    FactMeasure.VALUE: NO_WORDS,
    FactMeasure.COUNT: _("Antal: "),
    FactMeasure.SUM: _("Summa: "),
    FactMeasure.SHARE: NO_WORDS,
    FactMeasure.PLUS: NO_WORDS,
    FactMeasure.MINUS: NO_WORDS,
    FactMeasure.ANY_IN: NO_WORDS,
    FactMeasure.ALL_IN: NO_WORDS,
}
