# ruff: noqa: SLF001 - see _parsed
"""Inside the child: a workbook's cells as plain data. Cached values only; a formula is never evaluated."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import WorkSheetParser

from vetting.domain.tables import CellKind, Sheet
from vetting.files import limits
from vetting.files.containers import inspect_workbook, kind_of
from vetting.files.csv_reading import read_csv
from vetting.files.refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

PlainCell = list[Any]
PlainRow = list[Any]


def sheets_as_data(data: bytes, most_rows: int = limits.CASE_ROWS) -> list[dict[str, Any]]:
    """[{name, rows: [[row number, [[column, kind, value], ...]], ...]}], visible sheets with content only.

    Raises:
        RefusedError: the file cannot be used.
    """
    if kind_of(data) == "csv":
        return [_sheet_as_data(read_csv(data), most_rows)]
    formulas = inspect_workbook(data)
    budget = _Budget()
    values = _open(data, data_only=True)
    not_calculated = _formula_cells(_open(data, data_only=False)) if formulas else {}
    sheets = []
    for sheet in values.worksheets:
        if sheet.sheet_state != "visible":
            continue
        rows = list(_rows(sheet, not_calculated.get(sheet.title, set()), budget))
        if rows:
            sheets.append({"name": sheet.title, "rows": rows})
    if not sheets:
        raise RefusedError("no_sheet")
    return sheets


def _open(data: bytes, *, data_only: bool) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=data_only, keep_links=False)


class _Budget:
    """Counts what is read, over all sheets."""

    def __init__(self) -> None:
        self.rows = self.filled_rows = self.cells = self.characters = 0

    def row(self) -> None:
        self.rows += 1
        if self.rows > limits.ROW_ELEMENTS:
            raise RefusedError("rows")

    def filled(self, cells: list[PlainCell]) -> None:
        self.filled_rows += 1
        self.cells += len(cells)
        self.characters += sum(len(cell[2]) for cell in cells if isinstance(cell[2], str))
        if self.filled_rows > limits.CASE_ROWS:
            raise RefusedError("rows")
        if self.cells > limits.CELLS:
            raise RefusedError("cells")
        if self.characters > limits.TEXT_CHARACTERS:
            raise RefusedError("text")


def _parsed(sheet: Any) -> Iterator[tuple[int, list[dict[str, Any]]]]:  # noqa: ANN401 - openpyxl keeps it untyped
    """Rows as they stand in the file: no padding up to a far cell, whatever the sheet says of its size.

    openpyxl's public iterator pads every gap with empty cells, a million rows up to one far cell. The
    version is pinned, so its parser can be used as it is.
    """
    if not isinstance(sheet, ReadOnlyWorksheet):
        return
    inner: Any = sheet
    with inner._get_source() as source:
        parser = WorkSheetParser(
            source,
            inner._shared_strings,
            data_only=inner.parent.data_only,
            epoch=inner.parent.epoch,
            date_formats=inner.parent._date_formats,
            timedelta_formats=inner.parent._timedelta_formats,
        )
        yield from parser.parse()


def _rows(sheet: Any, formulas: set[tuple[int, int]], budget: _Budget) -> Iterator[PlainRow]:  # noqa: ANN401
    for number, found in _parsed(sheet):
        budget.row()
        cells = []
        for cell in found:
            if cell["column"] > limits.COLUMNS:
                continue
            plain = _plain(cell)
            if plain is None and cell["data_type"] == "n" and (number, cell["column"]) in formulas:
                plain = [cell["column"], CellKind.NOT_CALCULATED.value, ""]
            if plain is not None:
                cells.append(plain)
        if cells:
            budget.filled(cells)
            yield [number, cells]


def _formula_cells(book: openpyxl.Workbook) -> dict[str, set[tuple[int, int]]]:
    return {
        sheet.title: {
            (number, cell["column"]) for number, found in _parsed(sheet) for cell in found if cell["data_type"] == "f"
        }
        for sheet in book.worksheets
    }


def _plain(cell: dict[str, Any]) -> PlainCell | None:  # noqa: PLR0911 - one return a kind of cell
    column, value = cell["column"], cell["value"]
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if cell["data_type"] == "e":
        return [column, CellKind.ERROR.value, str(value)]
    if isinstance(value, bool):
        return [column, CellKind.YES_NO.value, value]
    if isinstance(value, datetime):
        if value.time() == time():
            return [column, CellKind.DAY.value, value.date().isoformat()]
        return [column, CellKind.MOMENT.value, value.replace(microsecond=0).isoformat()]
    if isinstance(value, date):
        return [column, CellKind.DAY.value, value.isoformat()]
    if isinstance(value, time | timedelta):
        return [column, CellKind.TEXT.value, str(value)[:5]]
    if isinstance(value, int | float):
        return [column, CellKind.NUMBER.value, value]
    return [column, CellKind.TEXT.value, str(value)]


def _sheet_as_data(sheet: Sheet, most_rows: int) -> dict[str, Any]:
    if not sheet.rows:
        raise RefusedError("no_sheet")
    if len(sheet.rows) > most_rows:
        raise RefusedError("rows")
    return {
        "name": sheet.name,
        "rows": [
            [row.number, [[column, cell.kind.value, cell.value] for column, cell in row.cells.items()]]
            for row in sheet.rows
        ],
    }
