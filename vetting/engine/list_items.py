"""What can be asked of one thing in a list: a partner, a support, a document of the case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from vetting.engine.facts import (
    SUMMABLE,
    CaseDocument,
    FactDefinition,
    FactLevel,
    FactSupplier,
    FactType,
    ListRow,
    Support,
)
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.engine.facts import Catalogue, Item, Value


def _field(name: str, kind: FactType, label: Words) -> FactDefinition:
    return FactDefinition(
        id=name, type=kind, label=label, level=FactLevel.APPLICATION, supplied_by=FactSupplier.APPLICANT
    )


def _fields(*fields: FactDefinition) -> Catalogue:
    return {field.id: field for field in fields}


_NAMED: Final = _fields(_field("name", FactType.TEXT, _("Namn")))
FIELDS: Final[Mapping[FactType, Catalogue]] = {
    FactType.LIST_OF_TEXT: _NAMED,
    FactType.LIST_OF_PARTNERS: _NAMED,
    FactType.LIST_OF_CASES: _NAMED,
    FactType.CHOICES: _NAMED,
    FactType.LIST_OF_SUPPORT: _fields(
        _field("funder", FactType.TEXT, _("Bidragsgivare")), _field("amount", FactType.MONEY, _("Belopp"))
    ),
    FactType.LIST_OF_DOCUMENTS: _fields(
        _field("type", FactType.TEXT, _("Handling")),
        _field("dated", FactType.DATE, _("Daterad")),
        _field("arrived_on", FactType.DATE, _("Inkom")),
    ),
}
"""The fields of one thing, by the type of the list."""


def fields_of(definition: FactDefinition) -> Catalogue:
    """The fields of one thing in a list."""
    return dict(definition.fields) if definition.type is FactType.LIST_OF_ROWS else FIELDS[definition.type]


def summable_fields(definition: FactDefinition) -> list[FactDefinition]:
    """The fields of one thing that can be added up."""
    return [item for item in fields_of(definition).values() if item.type in SUMMABLE]


def sum_of_items(value: object, field: str) -> Any:  # noqa: ANN401 - a number of its field's kind
    """The sum of a field of all things in a list; None where one of them has none, or it is no list."""
    found = [values_of(item).get(field) for item in value] if isinstance(value, tuple) else [None]
    known = [amount for amount in found if isinstance(amount, int | float)]
    return sum(known) if len(known) == len(found) else None


def values_of(item: Item) -> Mapping[str, Value]:
    """One thing's fields that are known; what is not known is missing, never false."""
    match item:
        case ListRow(fields=fields):
            return dict(fields)
        case Support() | CaseDocument():
            return {name: value for name, value in item._asdict().items() if value not in {None, ""}}
        case _:
            return {"name": item}
