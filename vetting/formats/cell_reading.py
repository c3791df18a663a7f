"""Inside the child: a foreign file's cells as plain data. Cached values only; a formula is never evaluated."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from vetting.formats import calamine_reading, limits
from vetting.formats.containers import inspect_workbook, kind_of, with_slashes
from vetting.formats.csv_reading import csv_rows
from vetting.formats.found_sheets import FoundSheet
from vetting.formats.percent_cells import share_cells
from vetting.formats.refusals import FileReadingError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vetting.formats.plain_cells import PlainRow

ROWS_AT_A_TIME: Final = 500
Frame = dict[str, Any]
"""A piece of the answer."""


def frames_of_sheets(data: bytes, most_rows: int) -> Iterator[Frame]:
    """First all visible sheets with content, with their first rows; then the rows of each, piece by piece.

    {"hidden": names, "sheets": [{"name", "merged", "hidden_rows", "unread_cells", "top"}]}, then
    {"of": place of the sheet, "rows": rows} as often as it takes.

    Raises:
        FileReadingError: the file cannot be used.
    """
    budget = _Budget(most_rows)
    sheets, hidden = _sheets(data, budget)
    tops = [(sheet, list(islice(sheet.rows(), limits.TOP_ROWS))) for sheet in sheets]
    told = [(sheet, top) for sheet, top in tops if top]
    if not told:
        raise FileReadingError("no_sheet")
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
        values = row[2]
        self.rows += 1
        self.cells += len(values)
        self.characters += sum(len(value) for value in values if isinstance(value, str))
        if self.rows > self.most_rows:
            raise FileReadingError("rows" if self.most_rows == limits.CASE_ROWS else "many_rows")
        if self.cells > self.most_cells:
            raise FileReadingError("cells" if self.most_rows == limits.CASE_ROWS else "many_cells")
        if self.characters > self.most_characters:
            raise FileReadingError("text")


def _sheets(data: bytes, budget: _Budget) -> tuple[list[FoundSheet], list[str]]:
    kind = kind_of(data)
    if kind == "csv":
        return [FoundSheet("CSV", csv_rows(data, budget.most_characters))], []
    if kind == "xls":
        return _by_calamine(data)
    inspected = inspect_workbook(data)
    data = with_slashes(data)
    if inspected.kind == "ods":
        return _by_calamine(data)
    if inspected.sheet_bytes <= limits.SMALL_SHEETS:
        from vetting.formats import openpyxl_reading  # noqa: PLC0415 - large, and most lists are not for it

        return openpyxl_reading.open_sheets(data, formulas=inspected.formulas)
    parts = calamine_reading.parts_of(data)
    sheets, hidden = _by_calamine(data, parts)
    for sheet in sheets:
        part = parts.get(sheet.name, "")
        sheet.hidden_rows = tuple(inspected.hidden_rows.get(part, ()))
        sheet.unread_cells = inspected.unread_cells.get(part, 0)
    return sheets, hidden


def _by_calamine(data: bytes, parts: Mapping[str, str] | None = None) -> tuple[list[FoundSheet], list[str]]:
    """parts: of an .xlsx, where each sheet lies in it."""
    found, hidden = calamine_reading.open_sheets(data)
    if parts is not None:
        found = [replace(sheet, shares=share_cells(data, parts.get(sheet.name, ""))) for sheet in found]
    return [FoundSheet(sheet.name, sheet.rows, sheet.merged) for sheet in found], hidden
