"""A form made from facts: each field is read as the same cell of a list would be, and nothing typed is lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vetting.engine.asked_facts import LONG_TEXTS
from vetting.engine.cells import read_cell
from vetting.engine.facts import Facts, FactType, Item, Support, Value, name_of_item
from vetting.kernel.tables import Cell, CellKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from vetting.engine.facts import FactDefinition
    from vetting.kernel.text import Words

PREFIX = "f-"
KEYBOARD = {
    FactType.MONEY: "decimal",
    FactType.WHOLE_NUMBER: "numeric",
    FactType.NUMBER: "decimal",
    FactType.URL: "url",
}


@dataclass(frozen=True, slots=True)
class FactField:
    """One field with what was typed and what is wrong with it."""

    definition: FactDefinition
    raw: str
    error: tuple[Words, Words] | None = None

    @property
    def name(self) -> str:
        """The field's name and id on the page."""
        return PREFIX + self.definition.id

    @property
    def shape(self) -> str:
        """How it is drawn: yes_no, choice, date, moment, long or text."""
        match self.definition.type:
            case FactType.YES_NO | FactType.DOCUMENT:
                return "yes_no"
            case FactType.CHOICE:
                return "choice"
            case FactType.DATE:
                return "date"
            case FactType.DATETIME:
                return "moment"
            case _:
                return "long" if self.definition.id in LONG_TEXTS else "text"

    @property
    def keyboard(self) -> str:
        """What a phone's keyboard should show."""
        return KEYBOARD.get(self.definition.type, "text")


@dataclass(slots=True)
class FactForm:
    """Fields of facts, read from a posted form or from what is known."""

    fields: dict[str, FactField] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)

    @property
    def errors(self) -> list[FactField]:
        """The fields that could not be read."""
        return [item for item in self.fields.values() if item.error]


def read_form(definitions: Iterable[FactDefinition], posted: Mapping[str, str], *, on: date) -> FactForm:
    """What a person typed, as facts: a blank field is asked and missing, 'nej' on a paper is absent."""
    form = FactForm()
    values: dict[str, Value] = {}
    absent: set[str] = set()
    for definition in definitions:
        raw = posted.get(PREFIX + definition.id, "").strip()
        error = None
        if raw:
            found = read_cell(
                definition, Cell(CellKind.TEXT, raw.replace("T", " ", 1) if _is_moment(raw) else raw), on=on
            )
            error = found.told
            if found.value is not None and found.value != "" and not error:
                values[definition.id] = found.value
            elif found.absent:
                absent.add(definition.id)
        form.fields[definition.id] = FactField(definition, raw, error)
    form.facts = Facts(values, frozenset(absent))
    return form


def _is_moment(raw: str) -> bool:
    return len(raw) >= 16 and raw[10:11] == "T" and raw[:4].isdigit()  # noqa: PLR2004 - 2026-11-20T18:00


def filled_form(definitions: Iterable[FactDefinition], facts: Facts) -> FactForm:
    """The fields with what is known."""
    form = FactForm(facts=facts)
    for definition in definitions:
        if definition.id in facts.absent:
            raw = "nej"
        elif definition.id in facts.values:
            raw = as_typed(definition, facts.values[definition.id])
        else:
            raw = ""
        form.fields[definition.id] = FactField(definition, raw)
    return form


def as_typed(definition: FactDefinition, value: Value) -> str:
    """A value as a person would type it into its field."""
    match definition.type:
        case FactType.YES_NO | FactType.DOCUMENT:
            return "ja" if value else "nej"
        case FactType.MONEY:
            whole, rest = divmod(int(value), 100) if isinstance(value, int) else (0, 0)
            return f"{whole},{rest:02}" if rest else str(whole)
        case FactType.DATETIME:
            return f"{value:%Y-%m-%dT%H:%M}"
        case FactType.DATE:
            return f"{value:%Y-%m-%d}"
        case _ if isinstance(value, tuple):
            return "; ".join(_item(item) for item in value)
        case FactType.NUMBER:
            return str(value).replace(".", ",")
        case _:
            return str(value)


def _item(item: Item) -> str:
    if isinstance(item, Support) and item.amount is not None:
        return f"{item.funder} {item.amount // 100} kr"
    return name_of_item(item)
