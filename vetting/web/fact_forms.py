"""Forms made of facts: each field is read as the same cell of a list would be, and nothing typed is lost."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeVar

from werkzeug.datastructures import MultiDict

from vetting.engine.cells import mask_in_cells, read_cell, rows_explained
from vetting.engine.facts import Facts, FactType, Item, ListRow, Support, Value, name_of_item
from vetting.engine.form_facts import LONG_TEXTS
from vetting.kernel.problem import UnreadableValueError
from vetting.kernel.tables import Cell, CellKind
from vetting.kernel.text import NO_WORDS, Words, _, same_in_both
from vetting.web import visitor
from vetting.web.forms import PostedForm, TypedField

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vetting.engine.facts import FactDefinition
    from vetting.kernel.problem import Problem

PREFIX = "f-"
OF_SCHEME = "s{scheme}-"
"""What the fields of one grant scheme begin with, in an application for several."""
KEYBOARD = {
    FactType.MONEY: "decimal",
    FactType.WHOLE_NUMBER: "numeric",
    FactType.YEAR: "numeric",
    FactType.NUMBER: "decimal",
    FactType.URL: "url",
}
YES, NO = "ja", "nej"
SHAPES = {
    FactType.YES_NO: "select",
    FactType.DOCUMENT: "select",
    FactType.CHOICE: "select",
    FactType.DATETIME: "moment",
}
SHORT = frozenset({*SHAPES, FactType.DATE})


SUPPORT_WRITTEN: Final = _("Givare och belopp, flera med semikolon emellan: Regionen 5 000 kr; Stiftelsen 2 000 kr.")


class FactField(TypedField):
    """A fact that is asked for: blank is missing, 'nej' on a paper is absent."""

    def __init__(self, definition: FactDefinition, **wtforms: object) -> None:
        long = definition.id in LONG_TEXTS and definition.type not in SHORT
        rows = definition.type is FactType.LIST_OF_ROWS
        super().__init__(
            _label(definition),
            hint=_help(definition),
            short=definition.type in SHORT,
            rows=4 if rows else 3 if long else 0,
            options=_options(definition),
            blank=_("Inget svar"),
            **wtforms,  # type: ignore[arg-type] # what the form gives its fields when it is made
        )
        self.definition, self.absent = definition, False
        self.shape = SHAPES.get(definition.type, "text")
        self.keyboard = "numeric" if definition.type is FactType.DATE else KEYBOARD.get(definition.type, "text")
        self.placeholder = _("ÅÅÅÅ-MM-DD") if definition.type is FactType.DATE else NO_WORDS

    @property
    def typed(self) -> str:
        """As it was typed; in rows a personal number is one that stands within a cell."""
        if self.raw_data is not None and self.definition.type is FactType.LIST_OF_ROWS:
            return mask_in_cells(self._raw(self.raw_data))
        return super().typed

    def process_formdata(self, valuelist: Sequence[object]) -> None:
        """Reads what was posted."""
        self.absent = False
        super().process_formdata(valuelist)

    def read(self, raw: str) -> Value | None:
        """The value; None where nothing is said."""
        if not raw:
            return None
        cell = Cell(CellKind.TEXT, raw.replace("T", " ", 1) if _is_moment(raw) else raw)
        found = read_cell(self.definition, cell, on=visitor.today())
        if found.told is not None:
            raise UnreadableValueError(*found.told)
        self.absent = found.absent
        return None if found.value == "" else found.value


def _label(definition: FactDefinition) -> Words:
    """What is asked, with the unit that the answer is in."""
    unit = _("kr") if definition.type is FactType.MONEY and not definition.unit.sv else definition.unit
    if unit.sv in {"", "%"}:
        return definition.label
    return definition.label + same_in_both(" (") + unit + same_in_both(")")


def _help(definition: FactDefinition) -> Words:
    """How what is several things is written, after what the fact says itself."""
    own = definition.help
    if definition.type is FactType.LIST_OF_SUPPORT:
        return own if own.sv else SUPPORT_WRITTEN
    if definition.type is not FactType.LIST_OF_ROWS:
        return own
    return own + same_in_both(" ") + rows_explained(definition) if own.sv else rows_explained(definition)


def _options(definition: FactDefinition) -> Mapping[str, Words]:
    match definition.type:
        case FactType.DOCUMENT:
            return {YES: _("Finns"), NO: _("Saknas")}
        case FactType.YES_NO:
            return {YES: _("Ja"), NO: _("Nej")}
        case _:
            return definition.options


class FactForm(PostedForm):
    """Fields of facts, as they were posted or with what is known."""

    @property
    def asked(self) -> dict[str, FactField]:
        """Fact -> its field."""
        return self.asked_under(PREFIX)

    def asked_under(self, prefix: str) -> dict[str, FactField]:
        return {
            field.definition.id: field
            for field in self.fields
            if isinstance(field, FactField) and field.short_name.startswith(prefix)
        }

    @property
    def facts(self) -> Facts:
        """What was said: a blank field is asked and missing."""
        return said_in(self.asked)

    def tell(self, problems: Iterable[Problem]) -> None:
        """Notes why it was refused; what names a fact stands at the fact's field."""
        asked = self.asked
        super().tell(replace(one, where=PREFIX + one.where) if one.where in asked else one for one in problems)


def said_in(asked: Mapping[str, FactField]) -> Facts:
    return Facts(
        {name: field.data for name, field in asked.items() if field.raw_data is not None and field.data is not None},
        frozenset(name for name, field in asked.items() if field.absent),
    )


F = TypeVar("F", bound=FactForm)
NOTHING_MORE: Final[Mapping[int, Iterable[FactDefinition]]] = MappingProxyType({})


def fact_form(
    definitions: Iterable[FactDefinition],
    base: type[F],
    schemes: Mapping[int, Iterable[FactDefinition]] = NOTHING_MORE,
) -> type[F]:
    """The form that asks for some facts of the catalogue, beside what it asks itself.

    schemes: the key of a grant scheme -> what is asked of it alone.
    """
    fields = {PREFIX + item.id: FactField(item) for item in definitions}
    for key, own in schemes.items():
        fields |= {OF_SCHEME.format(scheme=key) + item.id: FactField(item) for item in own}
    return type(base.__name__, (base,), dict(fields))


def read_form(definitions: Iterable[FactDefinition], posted: Mapping[str, str], *, key: str = "") -> FactForm:
    """What a person typed, read, with what is wrong."""
    form = fact_form(definitions, FactForm)(MultiDict(posted), key=key)
    form.validate()
    return form


def known_facts(definitions: Iterable[FactDefinition], facts: Facts) -> dict[str, str]:
    """What is known, as it stands in the fields of a form."""
    given = {}
    for definition in definitions:
        if definition.id in facts.absent:
            given[PREFIX + definition.id] = NO
        elif definition.id in facts.values:
            given[PREFIX + definition.id] = as_typed(definition, facts.values[definition.id])
    return given


def _is_moment(raw: str) -> bool:
    return len(raw) >= 16 and raw[10:11] == "T" and raw[:4].isdigit()  # noqa: PLR2004 - 2026-11-20T18:00


def as_typed(definition: FactDefinition, value: Value) -> str:
    """A value as a person would type it into its field."""
    match definition.type:
        case FactType.YES_NO | FactType.DOCUMENT:
            return YES if value else NO
        case FactType.MONEY:
            whole, rest = divmod(int(value), 100) if isinstance(value, int) else (0, 0)
            return f"{whole},{rest:02}" if rest else str(whole)
        case FactType.DATETIME:
            return f"{value:%Y-%m-%dT%H:%M}"
        case FactType.DATE:
            return f"{value:%Y-%m-%d}"
        case FactType.LIST_OF_ROWS if isinstance(value, tuple):
            return "\n".join(_row(definition, row) for row in value if isinstance(row, ListRow))
        case _ if isinstance(value, tuple):
            return "; ".join(_item(item) for item in value)
        case FactType.NUMBER:
            return str(value).replace(".", ",")
        case _:
            return str(value)


def _row(definition: FactDefinition, row: ListRow) -> str:
    known = dict(row.fields)
    cells = [as_typed(field, known[name]) if name in known else "-" for name, field in definition.fields.items()]
    return "; ".join(cells)


def _item(item: Item) -> str:
    if isinstance(item, Support) and item.amount is not None:
        return f"{item.funder} {item.amount // 100} kr"
    return name_of_item(item)
