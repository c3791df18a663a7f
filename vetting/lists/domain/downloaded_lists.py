"""Lists of cases that were downloaded and come back: their columns, their cells, and the rows as they are read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from vetting.engine.cells import CellReading, read_as_it_stands, read_cell
from vetting.engine.facts import FactDefinition, FactLevel, FactSupplier, FactType, Value
from vetting.engine.stored_values import from_plain, to_plain
from vetting.kernel.problem import Problem
from vetting.kernel.tables import Cell, CellKind, cell_of
from vetting.kernel.text import Words, _
from vetting.kernel.typed_text import tidy_text
from vetting.lists.domain.list_rows import IntakeRemark, told_of
from vetting.rules.domain.layouts import ASSOCIATION, CASE_NUMBER, KIND_WORDS, Layout, ListKind, folded_heading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from vetting.kernel.tables import RawRow
    from vetting.kernel.text import Language
    from vetting.lists.domain.headings import ColumnReading
    from vetting.lists.domain.list_rows import IntakeProgress, ReadRow

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
DNR: Final = "dnr"
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


REGISTRY_NUMBER: Final = OpenColumn(
    DNR,
    FactDefinition(
        id=DNR, type=FactType.TEXT, label=_("Diarienummer"), level=FactLevel.APPLICATION, supplied_by=FactSupplier.STAFF
    ),
    as_it_stands=True,
)
"""The one open column that is no fact."""


class CellComparison(StrEnum):
    """Outcome of one cell that a list says otherwise than before."""

    CHANGE = "change"
    CONFLICT = "conflict"
    """Another user has changed the same since the list was downloaded."""
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
    return dict(ABSENT) if read.absent else to_plain(read.value)


def compare_cell(new: Any, sent: Any, now: Any) -> CellComparison:  # noqa: ANN401 - JSON
    """One cell: what came back, what was downloaded, and what stands there now."""
    if new in (sent, now):
        return CellComparison.SAME
    return CellComparison.CHANGE if now == sent else CellComparison.CONFLICT


def in_words(definition: FactDefinition, plain: Any) -> Words:  # noqa: ANN401 - JSON
    """A value as a person reads it."""
    if plain is None:
        return _("tomt")
    return NO if plain == ABSENT else definition.in_words(from_plain(definition, plain))


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadedColumns:
    """Columns of a downloaded list: [(key, heading, open)] as it was written, and how the open ones are read."""

    written: Sequence[tuple[str, str, bool]]
    opened: Sequence[OpenColumn]
    on: date

    @property
    def layout(self) -> Layout:
        """The headings by which the list is known again."""
        wanted = {CASE_NUMBER, ASSOCIATION, *(column.key for column in self.opened)}
        headings = {folded_heading(heading): key for key, heading, _open in reversed(self.written) if key in wanted}
        return Layout(name="", kind=ListKind.CHANGES, title=KIND_WORDS[ListKind.CHANGES], headings=headings)


class DownloadedRowReader:
    """Reads the rows of a downloaded list that comes back: one case a row, known by its number."""

    not_asked: frozenset[str] = frozenset()

    def __init__(self, columns: ColumnReading, listed: DownloadedColumns, taking: IntakeProgress, part: int) -> None:
        self.columns, self.listed, self.taking, self.part = columns, listed, taking, part
        self.at = {fact: column for column, fact in columns.facts.items()}

    def heading_problems(self) -> Iterator[Problem]:
        """Open columns that were taken out of the file: nothing in them changes."""
        known = {column.key for column in self.listed.opened}
        for key, heading, _open in self.listed.written:
            if key in known and key not in self.at:
                yield Problem(
                    f"{self.columns.shown_sheet}!{self.columns.heading_row}",
                    _("Kolumnen ”{heading}” finns inte kvar. Inget i den ändras.", heading=heading),
                    _("Lägg tillbaka kolumnen om du vill ändra något i den."),
                )

    def read(self, row: RawRow) -> tuple[ReadRow | None, list[IntakeRemark]]:
        """The row with what its open columns say; None where it names no case, or one that has been read."""
        if not row.cells:
            return None, []
        self.taking.rows += 1
        number = self._text(row, CASE_NUMBER).upper()
        here = (self.columns.shown_sheet, row.number)
        sheet, first = self.taking.numbers.setdefault(number, here) if number else here
        if not number or (sheet, first) != here:
            self.taking.refused += 1
            shown = str(first) if sheet == self.columns.shown_sheet else f"{sheet}!{first}"
            what = _("Ärendet står redan på rad {first}.", first=shown) if number else _NO_NUMBER
            remedy = _("Behåll en av raderna.") if number else _WRITE_BACK
            return None, [self._told(row, CASE_NUMBER, what, remedy, stops=True)]
        values: dict[str, Any] = {}
        absent, emptied, told = [], [], []
        for column in self.listed.opened:
            if column.key not in self.at:
                continue
            raw = row.cells.get(self.at[column.key])
            read = column.read(cell_of(raw), on=self.listed.on) if raw is not None else CellReading()
            if read.told is not None and read.value is None:
                told.append(self._told(row, column.key, *read.told))
            elif read.absent and column.key != DNR:
                absent.append(column.key)
            elif read.value is None or read.value == "":
                emptied.append(column.key)
            else:
                values[column.key] = to_plain(read.value)
        self.taking.place += 1
        said = {"values": values, "absent": absent, "emptied": emptied}
        return {
            "sheet": self.columns.shown_sheet,
            "row": row.number,
            "part": self.part,
            "place": self.taking.place,
            "serial": None,
            "year": 0,
            "name": number,
            "name_key": "",
            "number": None,
            "source": "",
            "title": self._text(row, ASSOCIATION),
            "of_case": said,
        }, told

    def _text(self, row: RawRow, key: str) -> str:
        raw = row.cells.get(self.at.get(key, 0))
        return tidy_text(cell_of(raw).text) if raw is not None else ""

    def _told(self, row: RawRow, key: str, what: Words, remedy: Words, *, stops: bool = False) -> IntakeRemark:
        problem = Problem(self.columns.where(row.number, self.at[key]), what, remedy)
        return replace(told_of(self.columns.shown_sheet, row, problem), stops=stops)


_NO_NUMBER: Final = _("Raden har inget ärendenummer ur den hämtade listan.")
_WRITE_BACK: Final = _("Skriv tillbaka numret. Nya ärenden läses in med en egen lista.")


def row_without_case(sheet: str, row: int) -> IntakeRemark:
    """Tells that a row's number is that of no case of its kind in the board."""
    return IntakeRemark(sheet, row, 0, "", Problem(f"{sheet}!{row}", _NO_NUMBER, _WRITE_BACK), stops=True)
