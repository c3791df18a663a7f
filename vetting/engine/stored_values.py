"""A fact's value as plain JSON data, and back by the fact's type."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from vetting.engine.facts import CaseDocument, FactType, ListRow, Support

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.engine.facts import FactDefinition, Item, Value


def to_plain(value: Value | None) -> Any:  # noqa: ANN401 - JSON
    """Dates as ISO text, lists as lists, support as pairs, rows by their fields; the rest as it is."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_item(item) for item in value]
    return value


def _item(item: Item) -> Any:  # noqa: ANN401 - JSON
    if isinstance(item, ListRow):
        return {name: to_plain(value) for name, value in item.fields}
    return list(map(to_plain, item)) if isinstance(item, Support | CaseDocument) else item


def from_plain(definition: FactDefinition, data: Any) -> Value:  # noqa: ANN401 - a fact's value, of its own type
    """The value again."""
    if isinstance(data, list):
        if definition.type is FactType.LIST_OF_SUPPORT:
            return tuple(Support(funder, amount) for funder, amount in data)
        if definition.type is FactType.LIST_OF_DOCUMENTS:
            return tuple(CaseDocument(kind, _day(dated), _day(arrived)) for kind, dated, arrived in data)
        if definition.type is FactType.LIST_OF_ROWS:
            return tuple(_row(definition, item) for item in data)
        return tuple(str(item) for item in data)
    if definition.type is FactType.DATETIME:
        return datetime.fromisoformat(data)
    if definition.type is FactType.DATE:
        return date.fromisoformat(data)
    value: Value = data
    return value


def _row(definition: FactDefinition, data: Mapping[str, Any]) -> ListRow:
    """A row again; a field that the list has no longer is left out."""
    fields = definition.fields
    known = ((name, from_plain(fields[name], value)) for name, value in data.items() if name in fields)
    return ListRow(tuple((name, value) for name, value in known if not isinstance(value, tuple)))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
