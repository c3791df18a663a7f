"""The catalogue of facts that rules may read, and Facts: what is known of one case. Missing stays missing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple, assert_never

from vetting.kernel import money, organisation_numbers
from vetting.kernel import text as words
from vetting.kernel.privacy import Privacy
from vetting.kernel.text import AND, Words, _, in_context, lower_first, same_in_both

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

NAME: Final = "name_in_application"
NUMBER: Final = "organisation_number"
CUSTOMER_NUMBER: Final = "customer_number"
WHO: Final = frozenset({NAME, NUMBER, CUSTOMER_NUMBER})
"""The facts that say who it is; none is kept of a private person."""


class FactType(StrEnum):
    """Types of a fact's value."""

    TEXT = "text"
    WHOLE_NUMBER = "whole_number"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    DATETIME = "datetime"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    DOCUMENT = "document"
    URL = "url"
    ORGANISATION_NUMBER = "organisation_number"
    LIST_OF_TEXT = "list_of_text"
    LIST_OF_PARTNERS = "list_of_partners"
    LIST_OF_SUPPORT = "list_of_support"
    LIST_OF_CASES = "list_of_cases"
    LIST_OF_DOCUMENTS = "list_of_documents"
    LIST_OF_ROWS = "list_of_rows"
    """Rows with fields of the fact's own: costs by kind, activities with their days."""
    YEAR = "year"


NUMBERS: Final = frozenset({FactType.WHOLE_NUMBER, FactType.NUMBER, FactType.MONEY, FactType.YEAR})
DAYS: Final = frozenset({FactType.DATE, FactType.DATETIME})
LISTS: Final = frozenset(
    {
        FactType.LIST_OF_TEXT,
        FactType.LIST_OF_PARTNERS,
        FactType.LIST_OF_SUPPORT,
        FactType.LIST_OF_CASES,
        FactType.LIST_OF_DOCUMENTS,
        FactType.LIST_OF_ROWS,
        FactType.CHOICES,
    }
)
OF_A_ROW: Final = frozenset(
    {
        FactType.TEXT,
        FactType.WHOLE_NUMBER,
        FactType.NUMBER,
        FactType.MONEY,
        FactType.DATE,
        FactType.YEAR,
        FactType.YES_NO,
        FactType.CHOICE,
    }
)
"""What a field of a row can hold."""
SUMMABLE: Final = frozenset({FactType.WHOLE_NUMBER, FactType.NUMBER, FactType.MONEY})
TEXTS: Final = frozenset({FactType.TEXT, FactType.URL})


class FactLevel(StrEnum):
    """What a fact or a criterion is about."""

    ASSOCIATION = "association"
    APPLICATION = "application"
    ACTIVITY = "activity"
    EVENT = "event"
    PARTNER = "partner"
    FINANCE = "finance"


class FactSupplier(StrEnum):
    """Who can give a fact: it decides whether a gap is something to ask the association for."""

    APPLICANT = "applicant"
    STAFF = "staff"
    IMPORT = "import"
    COMPUTED = "computed"


class Support(NamedTuple):
    """Support from elsewhere: who gives it, and öre where the amount is known."""

    funder: str
    amount: int | None = None


class CaseDocument(NamedTuple):
    """A document of the case: the paper it is (a fact of type document, or empty), its date, and when it came."""

    type: str
    dated: date | None = None
    arrived_on: date | None = None


Scalar = str | int | float | bool | date | datetime


class ListRow(NamedTuple):
    """One row of a list with fields of its own: the fields that are known, in the list's order."""

    fields: tuple[tuple[str, Scalar], ...]


Item = str | Support | CaseDocument | ListRow
"""One thing in a list."""
Value = Scalar | tuple[str, ...] | tuple[Support, ...] | tuple[CaseDocument, ...] | tuple[ListRow, ...]
"""A fact's value. Money is whole öre. A document is True when the paper is in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactDefinition:
    """One entry of rules/facts.yaml."""

    id: str
    type: FactType
    label: Words
    level: FactLevel
    supplied_by: FactSupplier
    help: Words = words.NO_WORDS
    ask_for: Words = words.NO_WORDS
    smallest: float | None = None
    largest: float | None = None
    unit: Words = words.NO_WORDS
    privacy: Privacy = Privacy.PUBLIC
    options: Mapping[str, Words] = field(default_factory=dict)
    fields: Mapping[str, FactDefinition] = field(default_factory=dict)
    """Of a list of rows: the fields of one row, in their order."""
    past: bool = False
    """A day that lies behind us: a later one is a mistake."""
    known_as: tuple[str, ...] = ()
    """Of a paper: what files that hold it are called, beside its label."""
    of_board: bool = field(default=False, compare=False)
    """Whether a board has added it: nothing is known of it but what the board says."""

    @property
    def wanted(self) -> Words:
        """What to ask somebody for, inside a sentence: 'stadgar', 'datum för årsmötet'."""
        if self.ask_for.sv:
            return self.ask_for
        if self.type is FactType.YES_NO:
            return _("ja eller nej på: ") + lower_first(self.label)
        return lower_first(self.label)

    @property
    def may_be_below_nought(self) -> bool:
        """Whether a sum of money may be negative, as what a year left over may: only where its limits say so."""
        return self.type is FactType.MONEY and self.smallest is not None and self.smallest < 0

    def in_words(self, value: Value) -> Words:
        """The value as a person reads it, personal numbers masked."""
        return words.changed_words(value_in_words(self, value), organisation_numbers.mask_personal_numbers)

    def change_in_words(self, before: Value | None, after: Value | None) -> Words:
        """'Antal medlemmar: 77, nu 330'; None is what was not there."""
        was = self.in_words(before) if before is not None else WAS_MISSING
        now = self.in_words(after) if after is not None else IS_MISSING
        return self.label + same_in_both(": ") + was + _NOW + now


WAS_MISSING, IS_MISSING = _("saknades"), in_context("in a sentence", "saknas")
_NOW: Final = _(", nu ")
Catalogue = dict[str, FactDefinition]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one case.

    values: fact id -> value. absent: facts recorded as not there ("nej" for a paper).
    not_asked: facts the source had no place for. unreadable: something stood there that could not be read.
    Everything else is asked and missing.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    not_asked: frozenset[str] = frozenset()
    unreadable: frozenset[str] = frozenset()
    today: Mapping[str, Value] = field(default_factory=dict)
    """What the records say otherwise today than when the application came: read by criteria that count from today."""
    raised: Mapping[str, Mapping[str, Words]] = field(default_factory=dict)
    """Criterion -> mark -> what raises its question from outside, as a tip does: it is no answer."""

    def as_of_today(self) -> Facts:
        return replace(self, values={**self.values, **self.today}) if self.today else self

    def with_values(self, more: Mapping[str, Value]) -> Facts:
        """These facts and some more; a given value takes the place of an older one."""
        return Facts(
            {**self.values, **more},
            self.absent - more.keys(),
            self.not_asked - more.keys(),
            self.unreadable - more.keys(),
            self.today,
            self.raised,
        )

    def without(self, names: Collection[str]) -> Facts:
        """These facts without some, as if nobody had spoken of them."""
        gone = frozenset(names)
        return Facts(
            {name: value for name, value in self.values.items() if name not in gone},
            self.absent - gone,
            self.not_asked - gone,
            self.unreadable - gone,
            {name: value for name, value in self.today.items() if name not in gone},
            self.raised,
        )


_YES, _NO = _("ja"), _("nej")


def value_in_words(definition: FactDefinition, value: Value) -> Words:  # noqa: PLR0911 - one return a type
    """A value in both languages; lists of more than five items are counted."""
    match definition.type:
        case FactType.YES_NO:
            return _YES if value else _NO
        case FactType.DOCUMENT:
            return _("finns")
        case FactType.MONEY:
            return money.kronor(_whole(value))
        case FactType.WHOLE_NUMBER | FactType.NUMBER | FactType.YEAR:
            return _number_in_words(definition, value)
        case FactType.DATE | FactType.DATETIME:
            return _day_in_words(value)
        case FactType.CHOICE:
            return _option(definition, str(value))
        case FactType.ORGANISATION_NUMBER:
            return same_in_both(organisation_numbers.format_number(str(value)))
        case FactType.TEXT | FactType.URL:
            return same_in_both(shorten_text(str(value)))
        case (
            FactType.CHOICES
            | FactType.LIST_OF_TEXT
            | FactType.LIST_OF_PARTNERS
            | FactType.LIST_OF_SUPPORT
            | FactType.LIST_OF_CASES
            | FactType.LIST_OF_DOCUMENTS
        ):
            return _list_in_words(definition, value)
        case FactType.LIST_OF_ROWS:
            return _rows_in_words(definition, value)
    assert_never(definition.type)


def _number_in_words(definition: FactDefinition, value: Value) -> Words:
    if definition.type is FactType.YEAR:
        return same_in_both(str(_whole(value)))
    if definition.unit.sv == "%":
        return _with_unit(words.number_in_words(round(_number(value) * 100, 1)), definition.unit)
    return _with_unit(words.number_in_words(_number(value)), definition.unit)


def name_of_item(item: Item) -> str:
    match item:
        case Support(funder=name) | CaseDocument(type=name):
            return name
        case ListRow(fields=fields):
            return " ".join(str(value) for _name, value in fields if isinstance(value, str))
        case str():
            return item
    assert_never(item)


def _option(definition: FactDefinition, value: str) -> Words:
    return lower_first(definition.options.get(value, same_in_both(value)))


def _list_in_words(definition: FactDefinition, value: Value) -> Words:
    items = value if isinstance(value, tuple) else (str(value),)
    if not items:
        return _("inga")
    if len(items) > 5:  # noqa: PLR2004 - a longer list is no reading in a reason
        return words.number_in_words(len(items)) + _(" st")
    names = [name_of_item(item) for item in items]
    if definition.options:
        return words.list_words([_option(definition, name) for name in names], AND)
    return words.list_words([same_in_both(shorten_text(name)) for name in names], AND)


def _rows_in_words(definition: FactDefinition, value: Value) -> Words:
    """'Lokalhyra, 20 000 kr; Musiker, 5 000 kr'; a list of more than twenty rows is counted."""
    rows = [item for item in value if isinstance(item, ListRow)] if isinstance(value, tuple) else []
    if not rows:
        return _("inga rader")
    if len(rows) > MOST_ROWS_SHOWN:
        return words.number_in_words(len(rows)) + _(" rader")
    return words.join_words((row_in_words(definition, row) for row in rows), "; ")


def row_in_words(definition: FactDefinition, row: ListRow) -> Words:
    """'Lokalhyra, 20 000 kr': the known fields of one row, in their order."""
    known = [value_in_words(definition.fields[name], item) for name, item in row.fields if name in definition.fields]
    return words.join_words(known, ", ") if known else same_in_both("–")


MOST_ROWS_SHOWN: Final = 20


def _day_in_words(value: Value) -> Words:
    if isinstance(value, datetime):
        return words.day_in_words(value) + same_in_both(" ") + words.clock_in_words(value)
    if isinstance(value, date):
        return words.day_in_words(value)
    raise TypeError(value)


def _with_unit(shown: Words, unit: Words) -> Words:
    return shown + same_in_both(words.NBSP) + unit if unit.sv else shown


def _whole(value: Value) -> int:
    if isinstance(value, int):
        return value
    raise TypeError(value)


def _number(value: Value) -> float:
    if isinstance(value, int | float):
        return value
    raise TypeError(value)


LONGEST_SHOWN = 120


def shorten_text(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SHOWN else line[: LONGEST_SHOWN - 1].rstrip() + "…"
