# ruff: noqa: SLF001 - see _parsed
"""Inside the child: a foreign file's cells as plain data. Cached values only; a formula is never evaluated."""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import openpyxl
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.styles.numbers import BUILTIN_FORMATS_MAX_SIZE as FIRST_OWN_FORMAT
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import WorkSheetParser

from vetting.domain.tables import Area, CellKind
from vetting.files import calamine_reading, limits
from vetting.files.containers import inspect_workbook, kind_of
from vetting.files.csv_reading import csv_rows
from vetting.files.plain_cells import plain, plain_value
from vetting.files.refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vetting.files.plain_cells import PlainRow

ROWS_AT_A_TIME: Final = 500
Frame = dict[str, Any]
"""A piece of the answer."""


def frames(data: bytes, most_rows: int) -> Iterator[Frame]:
    """First all visible sheets with content, with their first rows; then the rows of each, piece by piece.

    {"hidden": names, "sheets": [{"name", "merged", "hidden_rows", "unread_cells", "top"}]}, then
    {"of": place of the sheet, "rows": rows} as often as it takes.

    Raises:
        RefusedError: the file cannot be used.
    """
    budget = _Budget(most_rows)
    sheets, hidden = _sheets(data, budget)
    tops = [(sheet, list(islice(sheet.rows(), limits.TOP_ROWS))) for sheet in sheets]
    told = [(sheet, top) for sheet, top in tops if top]
    if not told:
        raise RefusedError("no_sheet")
    yield {
        "hidden": hidden,
        "sheets": [
            {
                "name": sheet.name[: limits.SHEET_NAME],
                "merged": [list(area) for area in sheet.merged],
                "hidden_rows": sheet.hidden_rows,
                "unread_cells": sheet.unread_cells,
                "top": top,
            }
            for sheet, top in told
        ],
    }
    for place, (sheet, _) in enumerate(told):
        for rows in _in_pieces(sheet.rows(), budget):
            yield {"of": place, "rows": rows}


def _in_pieces(rows: Iterator[PlainRow], budget: _Budget) -> Iterator[list[PlainRow]]:
    piece: list[PlainRow] = []
    for row in rows:
        budget.count(row)
        piece.append(row)
        if len(piece) == ROWS_AT_A_TIME:
            yield piece
            piece = []
    if piece:
        yield piece


class _Budget:
    """Counts what is read, over all sheets."""

    def __init__(self, most_rows: int) -> None:
        self.most_rows, self.most_cells = most_rows, limits.cells_of(most_rows)
        self.most_characters = limits.characters_of(most_rows)
        self.rows = self.cells = self.characters = 0

    def count(self, row: PlainRow) -> None:
        """One more row that holds anything."""
        values = row[2]
        self.rows += 1
        self.cells += len(values)
        self.characters += sum(len(value) for value in values if isinstance(value, str))
        if self.rows > self.most_rows:
            raise RefusedError("rows" if self.most_rows == limits.CASE_ROWS else "many_rows")
        if self.cells > self.most_cells:
            raise RefusedError("cells" if self.most_rows == limits.CASE_ROWS else "many_cells")
        if self.characters > self.most_characters:
            raise RefusedError("text")


@dataclass(slots=True)
class FoundSheet:
    """One visible sheet, whose rows that hold anything can be read as often as wanted."""

    name: str
    rows: Callable[[], Iterator[PlainRow]]
    merged: tuple[Area, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    unread_cells: int = 0


def _sheets(data: bytes, budget: _Budget) -> tuple[list[FoundSheet], list[str]]:
    kind = kind_of(data)
    if kind == "csv":
        return [FoundSheet("CSV", csv_rows(data, budget.most_characters))], []
    if kind == "xls":
        return _by_calamine(data)
    inspected = inspect_workbook(data)
    if inspected.kind == "ods":
        return _by_calamine(data)
    if inspected.sheet_bytes <= limits.SMALL_SHEETS:
        return _by_openpyxl(data, formulas=inspected.formulas)
    sheets, hidden = _by_calamine(data)
    parts = calamine_reading.parts_of(data)
    for sheet in sheets:
        part = parts.get(sheet.name, "")
        sheet.hidden_rows = tuple(inspected.hidden_rows.get(part, ()))
        sheet.unread_cells = inspected.unread_cells.get(part, 0)
    return sheets, hidden


def _by_calamine(data: bytes) -> tuple[list[FoundSheet], list[str]]:
    found, hidden = calamine_reading.open_sheets(data)
    return [FoundSheet(sheet.name, sheet.rows, sheet.merged) for sheet in found], hidden


def _by_openpyxl(data: bytes, *, formulas: bool) -> tuple[list[FoundSheet], list[str]]:
    values = _open(data, data_only=True)
    not_calculated = _formula_cells(_open(data, data_only=False)) if formulas else {}
    sheets = [
        _read_whole(sheet, not_calculated.get(sheet.title, set()))
        for sheet in values.worksheets
        if sheet.sheet_state == "visible"
    ]
    return sheets, [sheet.title for sheet in values.worksheets if sheet.sheet_state != "visible"]


def _read_whole(sheet: Any, formulas: set[tuple[int, int]]) -> FoundSheet:  # noqa: ANN401 - openpyxl keeps it untyped
    """Merged cells stand after the rows in the file: a small sheet is read whole before anything is told of it."""
    found = FoundSheet(sheet.title, lambda: iter(()))
    rows = list(_rows(sheet, formulas, found))
    found.rows = lambda: iter(rows)
    return found


def _open(data: bytes, *, data_only: bool) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=data_only, keep_links=False)


def _parsed(sheet: Any, beside: FoundSheet | None = None) -> Iterator[tuple[int, list[dict[str, Any]]]]:  # noqa: ANN401 - openpyxl keeps it untyped
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
    if beside is not None:
        beside.merged = _areas(parser)
        beside.hidden_rows = tuple(
            int(row) for row, given in parser.row_dimensions.items() if given.get("hidden") in {"1", "true"}
        )


def _areas(parser: Any) -> tuple[Area, ...]:  # noqa: ANN401
    merged = parser.merged_cells.mergeCell if parser.merged_cells is not None else ()
    return tuple(Area(cells.min_row, cells.min_col, cells.max_row, cells.max_col) for cells in merged)


def _rows(sheet: Any, formulas: set[tuple[int, int]], beside: FoundSheet) -> Iterator[PlainRow]:  # noqa: ANN401
    shares = _percent_styles(sheet.parent)
    for read, (number, cells) in enumerate(_parsed(sheet, beside), start=1):
        if read > limits.ROW_ELEMENTS:
            raise RefusedError("rows")
        row = plain(number, ((cell["column"], _plain_cell(cell, number, formulas, shares)) for cell in cells))
        if row is not None:
            yield row


def _formula_cells(book: openpyxl.Workbook) -> dict[str, set[tuple[int, int]]]:
    return {
        sheet.title: {
            (number, cell["column"]) for number, found in _parsed(sheet) for cell in found if cell["data_type"] == "f"
        }
        for sheet in book.worksheets
    }


def _percent_styles(book: Any) -> set[int]:  # noqa: ANN401
    """The cell styles that show a number as a share."""
    own = book._number_formats
    formats = [
        own[style.numFmtId - FIRST_OWN_FORMAT]
        if 0 <= style.numFmtId - FIRST_OWN_FORMAT < len(own)
        else BUILTIN_FORMATS.get(style.numFmtId, "")
        for style in book._cell_styles
    ]
    return {place for place, code in enumerate(formats) if "%" in code}


def _plain_cell(
    cell: dict[str, Any], number: int, formulas: set[tuple[int, int]], shares: set[int]
) -> tuple[str, Any] | None:
    value = cell["value"]
    if cell["data_type"] == "n" and isinstance(value, int | float) and cell["style_id"] in shares:
        return CellKind.TEXT.value, f"{value * 100:.10g} %"  # what a person sees in the cell
    if cell["data_type"] == "e" and value is not None:
        return CellKind.ERROR.value, str(value)
    found = plain_value(value)
    if found is None and cell["data_type"] == "n" and (number, cell["column"]) in formulas:
        return CellKind.NOT_CALCULATED.value, ""
    return found
