"""Lists of cases that were downloaded and came back: what a person changed, and what others changed since."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from vetting.engine.cells import CellReading, read_as_it_stands, read_cell
from vetting.engine.facts import FactType, Value
from vetting.engine.stored_values import from_plain, to_plain
from vetting.imports.domain.layouts import folded_heading
from vetting.kernel.tables import Cell, CellKind
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from vetting.engine.facts import FactDefinition
    from vetting.kernel.tables import SheetRow
    from vetting.kernel.text import Language

OPEN_TYPES: Final = frozenset(
    {
        FactType.TEXT,
        FactType.URL,
        FactType.WHOLE_NUMBER,
        FactType.YEAR,
        FactType.NUMBER,
        FactType.MONEY,
        FactType.DATE,
        FactType.YES_NO,
        FactType.CHOICE,
        FactType.DOCUMENT,
    }
)
"""Facts whose values a cell holds and gives back unchanged."""
ABSENT: Final = {"absent": True}
"""As plain data: said not to be there."""
YES, NO = _("ja"), _("nej")
CASE_NUMBER: Final = "case"
LIST_SIGN: Final = _("Listans märke")


@dataclass(frozen=True, slots=True)
class OpenColumn:
    """A column that may be changed: its key, and how its cells are read."""

    key: str
    definition: FactDefinition
    as_it_stands: bool = False
    """Free text that no rule reads."""

    def read(self, cell: Cell, *, on: date) -> CellReading:
        """A cell of the column."""
        if self.as_it_stands:
            return read_as_it_stands(cell)
        return read_cell(self.definition, cell, on=on)


class CellComparison(StrEnum):
    """What came of one cell that a person changed."""

    CHANGE = "change"
    CONFLICT = "conflict"
    """Somebody else has changed the same since the list was downloaded."""
    SAME = "same"


def cell_value(definition: FactDefinition, plain: Any, language: Language) -> Value | None:  # noqa: ANN401 - JSON
    """What stands in the cell: money in öre, days as days, yes, no and options in words."""
    if plain is None:
        return None
    if plain == ABSENT:
        return NO.to(language)
    if definition.type in {FactType.YES_NO, FactType.DOCUMENT}:
        return (YES if plain else NO).to(language)
    if definition.type is FactType.CHOICE:
        return definition.options[plain].to(language) if plain in definition.options else str(plain)
    return from_plain(definition, plain)


def read_back(column: OpenColumn, plain: Any, *, on: date) -> Any:  # noqa: ANN401 - JSON
    """The value as its own cell would be read again: what cannot make the journey is not taken for a change."""
    definition = column.definition
    value = cell_value(definition, plain, "sv")
    if value is None:
        return None
    if definition.type is FactType.MONEY and isinstance(value, int):
        cell = Cell(CellKind.NUMBER, value / 100)
    elif definition.type is FactType.DATE:
        cell = Cell(CellKind.DAY, value)  # type: ignore[arg-type] # a date fact's value is a day
    elif isinstance(value, int | float) and not isinstance(value, bool):
        cell = Cell(CellKind.NUMBER, value)
    else:
        cell = Cell(CellKind.TEXT, str(value))
    read = column.read(cell, on=on)
    return cell_as_data(read.value, absent=read.absent)


def cell_as_data(value: Value | None, *, absent: bool) -> Any:  # noqa: ANN401 - JSON
    """What a cell said, as plain data."""
    return dict(ABSENT) if absent else None if value is None else to_plain(value)


def compare_cell(new: Any, sent: Any, now: Any) -> CellComparison:  # noqa: ANN401 - JSON
    """One cell: what came back, what was downloaded, and what stands there now."""
    if new in (sent, now):
        return CellComparison.SAME
    return CellComparison.CHANGE if now == sent else CellComparison.CONFLICT


def columns_in(row: SheetRow, headings: Mapping[str, str]) -> dict[str, int]:
    """Key -> column of a row that may hold the list's headings; where a heading stands twice, the first.

    headings: key -> heading as it was written.
    """
    texts: dict[str, int] = {}
    for column, cell in sorted(row.cells.items()):
        texts.setdefault(folded_heading(cell.text), column)
    return {key: texts[folded] for key, text in headings.items() if (folded := folded_heading(text)) in texts}


def in_words(definition: FactDefinition, plain: Any) -> Words:  # noqa: ANN401 - JSON
    """A value as a person reads it."""
    if plain is None:
        return _("tomt")
    return NO if plain == ABSENT else definition.in_words(from_plain(definition, plain))
