"""Inside the child: writes a workbook back with added columns and sheets; the user's own cells stay as they are."""

from __future__ import annotations

import io
import math
import re
from copy import copy
from typing import TYPE_CHECKING, Any, Final

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from vetting.formats import limits
from vetting.formats.cell_reading import frames_of_sheets
from vetting.formats.clean_text import clean_xml_text
from vetting.formats.containers import inspect_workbook, kind_of, with_slashes
from vetting.formats.plain_cells import row_of
from vetting.formats.refusals import FileReadingError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl.worksheet.worksheet import Worksheet

    from vetting.kernel import tables
from vetting.kernel.organisation_numbers import mask_personal_numbers

_FILLS: Final = {"ok": "DAEDDD", "not": "F8E4E4", "assess": "FAE6C6", "unknown": "E8E8E9"}
_INK: Final = {"ok": "023409", "not": "590D0D", "assess": "3C2807", "unknown": "292C30"}
_NOT_IN_TITLE: Final = re.compile(r"[\[\]:*?/\\]")
_LAST_COLUMN: Final = 16_384
_LONGEST_CELL: Final = 32_000
_MOST_COMMENTS: Final = 20_000
_PROPOSED: Final = Side(style="dashed", color="8A8D91")
_WIDTH: Final = 20
_MISSING: Final = 2
"""The place of what is missing among the added columns."""
_FROZEN: Final = 4
"""A name further right does not stay: too little would be left to scroll."""
_LINE: Final = 15
_MOST_LINES: Final = 26
"""Excel shows no row higher than 409 points."""


def annotate_workbook(data: bytes, order: Mapping[str, Any]) -> bytes:
    """The workbook's bytes with what `vetting.lists.domain.annotations` says added.

    Raises:
        FileReadingError: the workbook cannot be opened.
    """
    book = _open(data)
    book.template = False
    sheet = book[order["sheet"]]
    _add_columns(sheet, order)
    for place, new in enumerate(order["sheets"]):
        _add_sheet(book, new, place + 1 + book.index(sheet))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def mark_corrections(data: bytes, order: Mapping[str, Any]) -> bytes:
    """The workbook's bytes with cells to correct coloured and commented, and a sheet that lists them last.

    Raises:
        FileReadingError: the workbook cannot be opened.
    """
    book = _open(data)
    book.template = False
    touched: set[Cell] = set()
    for name, marks in order["marks"].items():
        sheet = next(
            (sheet for sheet in book.worksheets if mask_personal_numbers(sheet.title) == name), book.worksheets[0]
        )
        for row, column, comment, tone in marks[:_MOST_COMMENTS]:
            cell = sheet.cell(row, column or _first_column(sheet, row))
            if isinstance(cell, Cell):
                cell.fill = PatternFill("solid", fgColor=_FILLS[tone])
                said = f"{cell.comment.text}\n" if cell.comment is not None and cell in touched else ""
                cell.comment = _comment(said + comment)
                touched.add(cell)
    for place, new in enumerate(order["sheets"]):
        _add_sheet(book, new, len(book.sheetnames) + place)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _first_column(sheet: Worksheet, row: int) -> int:
    """The first cell of a row that holds anything."""
    return next((cell.column for cell in sheet[row] if cell.value is not None), 1)


def _open(data: bytes) -> openpyxl.Workbook:
    if kind_of(data) == "xlsx" and inspect_workbook(data).kind == "xlsx":
        return openpyxl.load_workbook(io.BytesIO(with_slashes(data)), keep_links=False, rich_text=True)
    return _from_cells(data)


def _from_cells(data: bytes) -> openpyxl.Workbook:
    """What is no .xlsx is written as one: its cells, without their looks."""
    book = openpyxl.Workbook()
    book.properties.creator = ""
    coming = frames_of_sheets(data, limits.CASE_ROWS)
    heads = next(coming)["sheets"]
    sheets = [book.worksheets[0], *(book.create_sheet() for _ in heads[1:])]
    for sheet, head in zip(sheets, heads, strict=True):
        sheet.title = _NOT_IN_TITLE.sub("_", head["name"])[:31]
    for frame in coming:
        for row in map(row_of, frame["rows"]):
            for column, cell in row.cells.items():
                _put_value(sheets[frame["of"]].cell(row.number, column), cell)
    return book


def _put_value(place: Any, cell: tables.Cell) -> None:  # noqa: ANN401 - a cell or a merged one
    if isinstance(cell.value, str):
        _write(place, cell.value)
    else:
        place.value = cell.value


def _write(cell: Any, text: str) -> None:  # noqa: ANN401 - a cell or a merged one
    """A text that stays a text: never a formula, whatever it begins with."""
    shown = clean_xml_text(text)[:_LONGEST_CELL]
    cell.value = shown
    if isinstance(cell.value, str) and shown[:1] in {"=", "+", "-", "@"}:
        cell.data_type = "s"
        cell.quotePrefix = True


def _add_columns(sheet: Worksheet, order: Mapping[str, Any]) -> None:
    headings = order["headings"]
    heading_row = order["heading_row"]
    start = _free_columns(sheet, order["last_column"] + 1, len(headings), heading_row)
    _make_room(sheet, heading_row, headings)
    beside = sheet.cell(heading_row, order["last_column"])
    for place, heading in enumerate(headings):
        cell = sheet.cell(heading_row, start + place)
        _write(cell, heading)
        _style_heading(cell, beside)
        column = sheet.column_dimensions[get_column_letter(start + place)]
        column.width = 34 if place == _MISSING else _WIDTH
        if place in order["quiet"]:
            column.outlineLevel, column.hidden = 1, True
    comments = 0
    colours = _Colours(wrap=False)
    for row, cells in order["cells"].items():
        for place, (text, tone, comment) in enumerate(cells):
            cell = sheet.cell(int(row), start + place)
            _write(cell, text)
            colours.put(cell, tone)
            if comment and comments < _MOST_COMMENTS:
                cell.comment = _comment(comment)
                comments += 1
    _hold_headings(sheet, order, start + len(headings) - 1)


def _hold_headings(sheet: Worksheet, order: Mapping[str, Any], last: int) -> None:
    """Headings and names stay while one scrolls, and rows can be filtered; what the sheet has of its own is left."""
    heading_row, name = order["heading_row"], order["name_column"]
    if sheet.freeze_panes is None:
        sheet.freeze_panes = f"{get_column_letter(name + 1 if 0 < name <= _FROZEN else 1)}{heading_row + 1}"
    if not sheet.auto_filter.ref and not sheet.tables:
        end = max(map(int, order["cells"]), default=heading_row)
        sheet.auto_filter.ref = f"A{heading_row}:{get_column_letter(last)}{end}"


def _free_columns(sheet: Worksheet, start: int, count: int, heading_row: int) -> int:
    """The first place from `start` where so many columns beside each other are empty."""
    occupied = {column for (_, column), cell in sheet._cells.items() if cell.value is not None}  # noqa: SLF001 - openpyxl has no public way
    occupied |= {
        column
        for cells in sheet.merged_cells.ranges
        if cells.max_row >= heading_row
        for column in range(cells.min_col, cells.max_col + 1)
    }
    for column in sorted(occupied):
        if start <= column < start + count:
            start = column + 1
    if start + count > _LAST_COLUMN:
        raise FileReadingError("too_large")
    return start


def _style_heading(cell: Any, beside: Any) -> None:  # noqa: ANN401 - a cell or a merged one
    if isinstance(beside, Cell) and beside.has_style:
        cell.font, cell.fill, cell.border = copy(beside.font), copy(beside.fill), copy(beside.border)
    else:
        cell.font = _font(cell, bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _make_room(sheet: Worksheet, heading_row: int, headings: list[str]) -> None:
    """The heading row grows so that the added headings can be read; it never shrinks."""
    lines = max(_lines(heading, _WIDTH) for heading in headings)
    present = sheet.row_dimensions[heading_row].height or 0
    sheet.row_dimensions[heading_row].height = max(present, _LINE * lines)


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column so wide."""
    return sum(max(1, math.ceil(len(line) * 1.1 / width)) for line in text.split("\n"))


class _Colours:
    """The look of each tone, made once and shared: a hundred thousand cells need no look of their own."""

    def __init__(self, *, wrap: bool) -> None:
        self.wrap = wrap
        self.known: dict[tuple[str, bool], Any] = {}

    def put(self, cell: Any, tone: str, *, bold: bool = False) -> None:  # noqa: ANN401 - a cell or a merged one
        """Gives a new cell its tone; text that a formula could begin with keeps its mark."""
        marked = bool(cell.quotePrefix)
        if marked or (tone, bold) not in self.known:
            self._format(cell, tone, bold=bold)
            if not marked:
                self.known[tone, bold] = cell._style  # noqa: SLF001 - openpyxl has no public way to share a style
        else:
            cell._style = self.known[tone, bold]  # noqa: SLF001 - openpyxl has no public way

    def _format(self, cell: Any, tone: str, *, bold: bool) -> None:  # noqa: ANN401 - openpyxl keeps it untyped
        cell.alignment = Alignment(wrap_text=self.wrap, vertical="top")
        if tone in _FILLS:
            cell.fill = PatternFill("solid", fgColor=_FILLS[tone])
            cell.border = Border(left=_PROPOSED, right=_PROPOSED, top=_PROPOSED, bottom=_PROPOSED)
        if tone in _INK or bold:
            cell.font = _font(cell, bold=bold, color=_INK.get(tone))


def _font(cell: Any, **changes: Any) -> Font:  # noqa: ANN401 - openpyxl's own
    """The workbook's own font, changed: a new one without a name would be shown in another face."""
    base = cell.font
    return Font(name=base.name or "Calibri", size=base.size or 11, **changes)


def _comment(text: str) -> Comment:
    comment = Comment(clean_xml_text(text)[:2000], "")
    comment.width, comment.height = 360, 60 + 20 * (len(text) // 50)
    return comment


def _add_sheet(book: openpyxl.Workbook, new: Mapping[str, Any], place: int) -> None:
    sheet = book.create_sheet(_free_title(book, new["title"]), place)
    colours = _Colours(wrap=True)
    for number, cells in enumerate(new["rows"], start=1):
        for column, (text, tone, _) in enumerate(cells, start=1):
            cell = sheet.cell(number, column)
            _write(cell, text)
            heading = number == 1 if new["table"] else column == 1
            colours.put(cell, tone, bold=heading)
            if new["table"] and column == 1 and text.isdigit() and number > 1:
                cell.value = int(text)
        widest = (_lines(text, new["widths"][column]) for column, (text, _, _) in enumerate(cells))
        sheet.row_dimensions[number].height = _LINE * min(max(widest), _MOST_LINES)
    for column, width in enumerate(new["widths"], start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    if new["table"]:
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(new['widths']))}{len(new['rows'])}"
        sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _free_title(book: openpyxl.Workbook, wanted: str) -> str:
    titles = {title.casefold() for title in book.sheetnames}
    candidates = [wanted[:31], *(f"{wanted[:27]} {number}" for number in range(2, 100))]
    return next(title for title in candidates if title.casefold() not in titles)
