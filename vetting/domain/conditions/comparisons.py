"""The comparisons a rule may use, which facts each fits, and what each asks in words."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from vetting.domain.conditions.folding import folded_text, words_of
from vetting.domain.facts import DAYS, LISTS, NUMBERS, TEXTS, FactType, Item, Value, named
from vetting.domain.words import NO_WORDS, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vetting.domain.conditions.tree import Condition


class Measure(StrEnum):
    """What is taken of the fact before it is compared."""

    VALUE = "fact"
    COUNT = "count"
    SUM = "sum"
    SHARE = "share"
    ANY_IN = "any_in"
    ALL_IN = "all_in"


class Shape(StrEnum):
    """What stands after a comparison in a rule."""

    YES_NO = "true or false"
    VALUE = "a value"
    PAIR = "two values"
    VALUES = "a list of values"
    SPAN = "a length of time"
    WORDS = "a list of words"


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the rule, or given by the board as a setting."""

    value: Any


@dataclass(frozen=True, slots=True)
class Setting:
    """A value that the board sets."""

    name: str


@dataclass(frozen=True, slots=True)
class OtherFact:
    """The value of another fact of the same type."""

    fact: str


@dataclass(frozen=True, slots=True)
class ListNamed:
    """The entries of a list that the rule set holds under a name."""

    name: str


Operand = Literal | Setting | OtherFact | ListNamed


@dataclass(frozen=True, slots=True)
class Comparison:
    """One leaf of a condition: a measure of a fact, a comparison, and what it is compared with.

    whole: for a share, the fact that `fact` is a part of. reference: the day a span counts back from,
    as a fact; without it the criterion's as_of day. where: a condition over the fields of one thing in a
    list (`items.FIELDS`): those that meet it are counted or summed, or asked whether any or all do.
    """

    measure: Measure
    fact: str
    comparison: str
    operand: Operand
    whole: str | None = None
    reference: str | None = None
    where: Condition | None = None

    @property
    def facts(self) -> tuple[str, ...]:
        """Every fact this comparison reads."""
        other = self.operand.fact if isinstance(self.operand, OtherFact) else None
        return tuple(fact for fact in (self.fact, self.whole, other, self.reference) if fact)


ORDERED: Final = NUMBERS | DAYS
_ANY_TYPE: Final = frozenset(FactType)
_EQUALS: Final = NUMBERS | TEXTS | DAYS | {FactType.YES_NO, FactType.CHOICE, FactType.ORGANISATION_NUMBER}

Predicate = Callable[[Any, Any], bool]


@dataclass(frozen=True, slots=True)
class ComparisonKind:
    """One word of the rule language: what it fits, what stands after it, and how it reads."""

    shape: Shape
    types: frozenset[FactType]
    holds: Predicate
    asks: Words
    """With {limit} for the operand: the requirement."""
    asks_not: Words
    """The requirement when it stands under `not`."""


def _equal(value: Value, wanted: Value) -> bool:
    if isinstance(value, str) and isinstance(wanted, str):
        return value == wanted or folded_text(value) == folded_text(wanted)
    one, other = alike(value, wanted)
    return bool(one == other)


def alike(value: Any, other: Any) -> tuple[Any, Any]:  # noqa: ANN401 - days, moments and all else
    """Two moments as they are; a moment beside a day as its day."""
    if isinstance(value, datetime) and isinstance(other, datetime):
        return value, other
    return (
        value.date() if isinstance(value, datetime) else value,
        other.date() if isinstance(other, datetime) else other,
    )


def _between(value: Any, pair: tuple[Any, Any]) -> bool:  # noqa: ANN401
    day = alike(value, pair[0])[0]
    return bool(pair[0] <= day <= pair[1])


def _one_of(value: Value, wanted: tuple[Value, ...]) -> bool:
    return any(_equal(value, candidate) for candidate in wanted)


def _contains(value: Value, wanted: str) -> bool:
    if isinstance(value, str):
        return folded_text(wanted) in folded_text(value)
    return any(folded_text(text) == folded_text(wanted) for text in texts_in(value))


def _matches_list(value: Value, entries: tuple[str, ...]) -> bool:
    return any(True for _ in matching_entries(value, entries))


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
        return tuple(named(item) for item in items)
    return (str(value),)


def _on_days(compare: Callable[[Any, Any], bool]) -> Predicate:
    return lambda value, limit: compare(*alike(value, limit))


def _not_older(value: Any, limit: date) -> bool:  # noqa: ANN401
    one, other = alike(value, limit)
    return bool(one >= other)


_DAY_WORDS: Final = {
    "at_least": (Words("tidigast {limit}", "{limit} or later"), Words("före {limit}", "before {limit}")),
    "at_most": (Words("senast {limit}", "{limit} or earlier"), Words("efter {limit}", "after {limit}")),
}

COMPARISONS: Final[Mapping[str, ComparisonKind]] = {
    "present": ComparisonKind(
        Shape.YES_NO,
        _ANY_TYPE,
        lambda _value, _wanted: True,
        Words("ska finnas", "must be there"),
        Words("ska inte finnas", "must not be there"),
    ),
    "equal": ComparisonKind(
        Shape.VALUE,
        _EQUALS,
        _equal,
        Words("{limit}", "{limit}"),
        Words("inte {limit}", "not {limit}"),
    ),
    "at_least": ComparisonKind(
        Shape.VALUE,
        ORDERED,
        operator.ge,
        Words("minst {limit}", "at least {limit}"),
        Words("mindre än {limit}", "less than {limit}"),
    ),
    "at_most": ComparisonKind(
        Shape.VALUE,
        ORDERED,
        operator.le,
        Words("högst {limit}", "at most {limit}"),
        Words("mer än {limit}", "more than {limit}"),
    ),
    "between": ComparisonKind(
        Shape.PAIR,
        ORDERED,
        _between,
        Words("mellan {limit}", "between {limit}"),
        Words("inte mellan {limit}", "not between {limit}"),
    ),
    "one_of": ComparisonKind(
        Shape.VALUES,
        _EQUALS - {FactType.YES_NO},
        _one_of,
        Words("{limit}", "{limit}"),
        Words("inte {limit}", "not {limit}"),
    ),
    "contains": ComparisonKind(
        Shape.VALUE,
        TEXTS | LISTS,
        _contains,
        Words("innehåller ”{limit}”", "contains “{limit}”"),
        Words("innehåller inte ”{limit}”", "does not contain “{limit}”"),
    ),
    "matches_list": ComparisonKind(
        Shape.WORDS,
        TEXTS | LISTS,
        _matches_list,
        Words("nämner något av orden {limit}", "mentions one of the words {limit}"),
        Words("nämner inget av orden {limit}", "mentions none of the words {limit}"),
    ),
    "before": ComparisonKind(
        Shape.VALUE,
        DAYS,
        _on_days(operator.lt),
        Words("före {limit}", "before {limit}"),
        Words("tidigast {limit}", "{limit} or later"),
    ),
    "after": ComparisonKind(
        Shape.VALUE,
        DAYS,
        _on_days(operator.gt),
        Words("efter {limit}", "after {limit}"),
        Words("senast {limit}", "{limit} or earlier"),
    ),
    "within": ComparisonKind(
        Shape.SPAN,
        DAYS,
        _not_older,
        Words("högst {limit} före {day}", "at most {limit} before {day}"),
        Words("mer än {limit} före {day}", "more than {limit} before {day}"),
    ),
    "older_than": ComparisonKind(
        Shape.SPAN,
        DAYS,
        lambda value, limit: not _not_older(value, limit),
        Words("mer än {limit} före {day}", "more than {limit} before {day}"),
        Words("högst {limit} före {day}", "at most {limit} before {day}"),
    ),
    "at_least_old": ComparisonKind(
        Shape.SPAN,
        DAYS,
        _on_days(operator.le),
        Words("minst {limit} före {day}", "at least {limit} before {day}"),
        Words("mindre än {limit} före {day}", "less than {limit} before {day}"),
    ),
}


def asks(comparison: str, fact_type: FactType, *, negated: bool) -> Words:
    """The requirement's words, with {limit} and {day} still to fill."""
    if fact_type in DAYS and comparison in _DAY_WORDS:
        return _DAY_WORDS[comparison][negated]
    kind = COMPARISONS[comparison]
    return kind.asks_not if negated else kind.asks


def measured_type(measure: Measure, fact_type: FactType) -> FactType:
    """The type that a measure of a fact has: a count is a whole number, a share a number."""
    match measure:
        case Measure.VALUE:
            return fact_type
        case Measure.COUNT:
            return FactType.WHOLE_NUMBER
        case Measure.SUM:
            return FactType.MONEY
        case Measure.SHARE:
            return FactType.NUMBER
        case Measure.ANY_IN | Measure.ALL_IN:
            return FactType.YES_NO


MEASURED_TYPES: Final[Mapping[Measure, frozenset[FactType]]] = {
    Measure.VALUE: _ANY_TYPE,
    Measure.COUNT: LISTS,
    Measure.SUM: frozenset({FactType.LIST_OF_SUPPORT}),
    Measure.SHARE: NUMBERS,
    Measure.ANY_IN: LISTS,
    Measure.ALL_IN: LISTS,
}
WITH_WHERE: Final = frozenset({Measure.COUNT, Measure.SUM, Measure.ANY_IN, Measure.ALL_IN})
"""The measures that may look at a part of a list; the last two must say which."""

MEASURE_WORDS: Final[Mapping[Measure, Words]] = {
    Measure.VALUE: NO_WORDS,
    Measure.COUNT: Words("Antal: ", "Number of: "),
    Measure.SUM: Words("Summa: ", "Sum of: "),
    Measure.SHARE: NO_WORDS,
    Measure.ANY_IN: NO_WORDS,
    Measure.ALL_IN: NO_WORDS,
}
