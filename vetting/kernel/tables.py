"""A foreign table as plain cells: what every file format is read into before anything is understood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple


class CellKind(StrEnum):
    """What a cell holds."""

    TEXT = "s"
    NUMBER = "n"
    DAY = "d"
    MOMENT = "t"
    YES_NO = "b"
    ERROR = "e"
    NOT_CALCULATED = "f"


class Cell(NamedTuple):
    """One cell. NOT_CALCULATED is a formula whose result was not saved; formulas are never evaluated."""

    kind: CellKind
    value: str | float | bool | date | datetime

    @property
    def text(self) -> str:
        """The cell as text, numbers without a superfluous '.0'."""
        value = self.value
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004 - exact in a float
            return str(int(value))
        return str(value)


RawCell = tuple[str, Any]
"""A cell's kind by its letter, and its value as plain data: days and moments as ISO text or as they are."""


def cell_of(raw: RawCell) -> Cell:
    """The cell."""
    kind, value = CellKind(raw[0]), raw[1]
    if isinstance(value, str) and kind is CellKind.DAY:
        return Cell(kind, date.fromisoformat(value))
    if isinstance(value, str) and kind is CellKind.MOMENT:
        return Cell(kind, datetime.fromisoformat(value))
    return Cell(kind, value)


class RawRow(NamedTuple):
    """A row whose cells are not looked at yet: what is not asked for is never made."""

    number: int
    cells: dict[int, RawCell]

    def row(self) -> SheetRow:
        """The row with its cells."""
        return SheetRow(self.number, {column: cell_of(raw) for column, raw in self.cells.items()})


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row by its number in the sheet (from 1); cells by column number (from 1), blank ones left out."""

    number: int
    cells: dict[int, Cell]

    def raw(self) -> RawRow:
        """The row with its cells as plain data."""
        return RawRow(self.number, {column: (cell.kind.value, cell.value) for column, cell in self.cells.items()})


class MergedArea(NamedTuple):
    """Cells merged into one: rows and columns from 1, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A named sheet with its rows that hold anything."""

    name: str
    rows: tuple[SheetRow, ...]
    merged: tuple[MergedArea, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    """Rows that a person who opens the file does not see; they are read all the same."""
    unread_cells: int = 0
    """Cells with an error or a formula without a saved result, where only their number is known."""


@dataclass(frozen=True, slots=True)
class ForeignWorkbook:
    """A foreign file: its visible sheets with content, and the names of the hidden ones, which are not read."""

    sheets: tuple[Sheet, ...]
    hidden: tuple[str, ...] = ()


def column_letters(column: int) -> str:
    """'A' for 1, 'AA' for 27."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
