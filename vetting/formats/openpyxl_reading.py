# ruff: noqa: SLF001 - see _parsed
"""Inside the child: cells of a small .xlsx by openpyxl, with merged areas and formulas that were never calculated."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, Final

import openpyxl
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.styles.numbers import BUILTIN_FORMATS_MAX_SIZE as FIRST_OWN_FORMAT
from openpyxl.utils.escape import unescape
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import WorkSheetParser

from vetting.formats import limits
from vetting.formats.found_sheets import FoundSheet
from vetting.formats.plain_cells import plain_row, plain_value, share_as_shown
from vetting.formats.refusals import FileReadingError
from vetting.kernel.tables import CellKind, MergedArea

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vetting.formats.plain_cells import PlainRow


def open_sheets(data: bytes, *, formulas: bool) -> tuple[list[FoundSheet], list[str]]:
    """The visible sheets, and the names of the hidden ones. formulas: whether some cell may hold one."""
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


def _parse_rows(sheet: Any, beside: FoundSheet | None = None) -> Iterator[tuple[int, list[dict[str, Any]]]]:  # noqa: ANN401 - openpyxl keeps it untyped
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


def _areas(parser: Any) -> tuple[MergedArea, ...]:  # noqa: ANN401 - what the library hands out has no type
    merged = parser.merged_cells.mergeCell if parser.merged_cells is not None else ()
    return tuple(MergedArea(cells.min_row, cells.min_col, cells.max_row, cells.max_col) for cells in merged)


def _rows(sheet: Any, formulas: set[tuple[int, int]], beside: FoundSheet) -> Iterator[PlainRow]:  # noqa: ANN401 - what the library hands out has no type
    shares, units = _percent_styles(sheet.parent), _unit_styles(sheet.parent)
    for read, (number, cells) in enumerate(_parse_rows(sheet, beside), start=1):
        if read > limits.ROW_ELEMENTS:
            raise FileReadingError("rows")
        row = plain_row(
            number, ((cell["column"], _plain_cell(cell, number, formulas, shares, units)) for cell in cells)
        )
        if row is not None:
            yield row


def _formula_cells(book: openpyxl.Workbook) -> dict[str, set[tuple[int, int]]]:
    return {
        sheet.title: {
            (number, cell["column"])
            for number, found in _parse_rows(sheet)
            for cell in found
            if cell["data_type"] == "f"
        }
        for sheet in book.worksheets
    }


def _percent_styles(book: Any) -> set[int]:  # noqa: ANN401 - what the library hands out has no type
    """The cell styles that show a number as a share."""
    codes = enumerate(_formats(book, builtin=True))
    return {place for place, code in codes if "%" in code}


def _unit_styles(book: Any) -> dict[int, str]:  # noqa: ANN401 - what the library hands out has no type
    """The cell styles that show a number in another unit than kronor; Excel's own ones go by its language."""
    found = {}
    for place, code in enumerate(_formats(book, builtin=False)):
        match = _UNIT.search(_LOCALE.sub(r"\1", code))
        if match:
            found[place] = match[0].strip('"')
    return found


_LOCALE: Final = re.compile(r"\[\$([^\]-]{0,10})(?:-[^\]]{0,20})?\]")
"""The sign of a currency as Excel keeps it: [$€-2], [$kr-41D]."""
_UNIT: Final = re.compile(r"€|£|\$|\b(?:tkr|kkr|mkr|mnkr|tsek|msek|EUR|USD|GBP|DKK|NOK)\b", re.IGNORECASE)


def _formats(book: Any, *, builtin: bool) -> Iterator[str]:  # noqa: ANN401 - what the library hands out has no type
    """The number format of each cell style."""
    own = book._number_formats
    for style in book._cell_styles:
        place = style.numFmtId - FIRST_OWN_FORMAT
        named = BUILTIN_FORMATS.get(style.numFmtId, "") if builtin else ""
        yield own[place] if 0 <= place < len(own) else named


def _plain_cell(
    cell: dict[str, Any], number: int, formulas: set[tuple[int, int]], shares: set[int], units: Mapping[int, str]
) -> tuple[str, Any] | None:
    value = cell["value"]
    if cell["data_type"] == "n" and isinstance(value, int | float) and cell["style_id"] in shares:
        return share_as_shown(value)
    if cell["data_type"] == "n" and isinstance(value, int | float) and cell["style_id"] in units:
        return CellKind.TEXT.value, f"{value:.12g} {units[cell['style_id']]}"
    if cell["data_type"] == "e" and value is not None:
        return CellKind.ERROR.value, str(value)
    found = plain_value(unescape(value) if isinstance(value, str) else value)
    if found is None and cell["data_type"] == "n" and (number, cell["column"]) in formulas:
        return CellKind.NOT_CALCULATED.value, ""
    return found
