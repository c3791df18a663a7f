"""Registers as workbooks: typed cells, no formulas, ready to print, nothing about anybody in the file's properties."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, NamedStyle, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties

from vetting.formats.clean_text import clean_xml_text
from vetting.kernel.register_tables import MARK, RegisterColumnKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from vetting.kernel.register_tables import Cell, RegisterColumn, RegisterTable
    from vetting.kernel.text import Language

FORMATS: Final = {
    RegisterColumnKind.TEXT: "@",
    RegisterColumnKind.MONEY: "#,##0.00",
    RegisterColumnKind.NUMBER: "General",
    RegisterColumnKind.DAY: "yyyy-mm-dd",
    RegisterColumnKind.CLOCK: "hh:mm",
}
WIDTHS: Final = {
    RegisterColumnKind.TEXT: 18,
    RegisterColumnKind.MONEY: 14,
    RegisterColumnKind.NUMBER: 10,
    RegisterColumnKind.DAY: 12,
    RegisterColumnKind.CLOCK: 8,
}
OF_TIME: Final = frozenset({RegisterColumnKind.DAY, RegisterColumnKind.CLOCK})
WIDEST: Final = 46
MANY, NARROW, NARROWEST = 15, 20, 9
"""A sheet of more columns than this has narrower ones."""
A4: Final = 9
MOST_ACROSS, READABLE = 14, 75
"""More columns than this are printed on several sheets, in per cent of 11 points: 8 points are read."""
FORMULA_SIGNS: Final = frozenset("=+-@\t\r")
OPEN: Final = PatternFill("solid", fgColor="CFE2F7")
LONGEST_CHOICE: Final = 255
"""Excel's own limit on a list inside a cell."""
TOTALS: Final = {"sv": "Summa", "en": "Total"}
PAGE: Final = {"sv": "Sida &P av &N", "en": "Page &P of &N"}


def register_workbook(
    tables: Sequence[RegisterTable],
    about: Callable[[Sequence[int]], Iterable[tuple[str, str]]],
    title: str,
    language: Language,
) -> bytes:
    """The tables as sheets, and a last sheet that says what was exported, when, by whom and under which rules.

    about: the last sheet's lines, told how many rows each of the others got. Rows are written as they are read: what is
    kept in memory is the file, and some rows at a time.
    """
    book = Workbook(write_only=True)
    book.properties.creator = ""
    book.properties.lastModifiedBy = ""
    styles = {kind: NamedStyle(name=f"v-{kind.value}", number_format=form) for kind, form in FORMATS.items()}
    for style in styles.values():
        style.alignment = Alignment(vertical="top", wrap_text=True)
        book.add_named_style(style)
    written = [_sheet(book.create_sheet(table.title.to(language)[:31]), table, language) for table in tables]
    _about(book.create_sheet(title[:31]), about(written), language)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(sheet: Any, table: RegisterTable, language: Language) -> int:  # noqa: ANN401 - a write-only sheet has no public type
    """How many rows were written."""
    last = get_column_letter(len(table.columns))
    sheet.freeze_panes = "A2"
    _to_print(
        sheet, language, len(table.columns)
    )  # a write-only sheet is told how it is printed before its rows, or not at all
    widths = [_width(table, place, language) for place in range(len(table.columns))]
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    headings = [column.heading.to(language) for column in table.columns]
    sheet.row_dimensions[1].height = _height(zip(headings, widths, strict=True), BOLD)
    sheet.append([_column_heading(sheet, column, language) for column in table.columns])
    cells = [_ColumnCells(sheet, column.kind) for column in table.columns]
    written = 0
    totals = [0 if column.is_summed else None for column in table.columns]
    for part in table.parts:
        for line, row in enumerate(part, start=written + 2):
            texts = [(value, width) for value, width in zip(row, widths, strict=True) if isinstance(value, str)]
            sheet.row_dimensions[line].height = _height(texts, PLAIN)
            sheet.append([own.filled(value) for value, own in zip(row, cells, strict=True)])
            del sheet.row_dimensions[line]
        written += len(part)
        for place, total in enumerate(totals):
            if total is not None:
                totals[place] = total + sum(row[place] for row in part if isinstance(row[place], int))  # type: ignore[misc] # checked beside
    sheet.auto_filter.ref = f"A1:{last}{written + 1}"
    _offer(sheet, table, written)
    if table.summed and any(total is not None for total in totals):
        _sum_up(sheet, totals, language)
    return written


LINE_POINTS: Final = 15
PLAIN, BOLD = 1.05, 1.25
"""How wide a letter is, counted in digits."""


def _width(table: RegisterTable, place: int, language: Language) -> float:
    """Wide enough for the longest word of the heading and, up to a limit, for the longest text of the first rows."""
    column = table.columns[place]
    word = max(len(word) for word in _words(column.heading.to(language))) * BOLD + 2
    if column.kind is not RegisterColumnKind.TEXT:
        return max(WIDTHS[column.kind], word)
    longest = max((len(str(row[place] or "")) for row in table.rows), default=0) * PLAIN + 2
    return max(NARROWEST, word, min(WIDEST if len(table.columns) <= MANY else NARROW, longest))


def _words(text: str) -> list[str]:
    return text.replace("/", "/ ").split() or [""]


def _height(texts: Iterable[tuple[str, float]], letter: float) -> float:
    return LINE_POINTS * max((_lines(text, width, letter) for text, width in texts), default=1)


def _lines(text: str, width: float, letter: float) -> int:
    """How many lines a text takes in a column: words are broken only where one is longer than a line."""
    if (len(text) + text.count("/") + 1) * letter <= width and "\n" not in text:
        return 1
    lines = 0
    for paragraph in text.split("\n"):
        lines, room = lines + 1, 0.0
        for word in _words(paragraph):
            wide = (len(word) + 1) * letter
            if room and room + wide > width:
                lines, room = lines + 1, 0.0
            room += wide
            lines, room = lines + int(room // width) if room > width else lines, min(room, width)
    return lines


def _column_heading(sheet: Any, column: RegisterColumn, language: Language) -> Any:  # noqa: ANN401 - openpyxl keeps it untyped
    """One that may be changed has a sign and a colour."""
    if not column.open:
        return _heading(sheet, column.heading.to(language))
    cell = _heading(sheet, MARK + column.heading.to(language))
    cell.fill = OPEN
    return cell


def _offer(sheet: Any, table: RegisterTable, rows: int) -> None:  # noqa: ANN401 - openpyxl keeps it untyped
    """What can be chosen, in the cell's own list; anything else may be written and is told of when it comes back."""
    for place, column in enumerate(table.columns, start=1):
        listed = ",".join(column.options)
        if not rows or not column.options or len(listed) > LONGEST_CHOICE or listed.count(",") >= len(column.options):
            continue
        offered = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True, showErrorMessage=False)
        letters = get_column_letter(place)
        offered.add(f"{letters}2:{letters}{rows + 1}")
        sheet.data_validations.append(offered)


def _sum_up(sheet: Any, totals: Sequence[int | None], language: Language) -> None:  # noqa: ANN401 - openpyxl keeps it untyped
    sheet.append([])
    cells = [_ColumnCells(sheet, RegisterColumnKind.MONEY).filled(total) for total in totals]
    sheet.append([_heading(sheet, TOTALS[language]), *cells[1:]])


def _to_print(sheet: Any, language: Language, columns: int) -> None:  # noqa: ANN401 - openpyxl keeps it untyped
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.page_margins = PageMargins(left=0.3, right=0.3, top=0.4, bottom=0.5)
    if columns > MOST_ACROSS:
        sheet.page_setup.scale = READABLE
        sheet.page_setup.pageOrder = "overThenDown"
        sheet.print_title_cols = "A:A"
    else:
        sheet.page_setup.fitToWidth = 1
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.oddFooter.center.text = PAGE[language]


def _about(sheet: Any, about: Iterable[tuple[str, str]], language: Language) -> None:  # noqa: ANN401 - openpyxl keeps it untyped
    _to_print(sheet, language, 2)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 70
    for name, value in about:
        sheet.append([_heading(sheet, name), _ColumnCells(sheet, RegisterColumnKind.TEXT).filled(value)])


def _heading(sheet: Any, text: str) -> Any:  # noqa: ANN401 - openpyxl keeps it untyped
    cell = WriteOnlyCell(sheet, clean_xml_text(text))
    cell.font = Font(name="Calibri", bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


class _ColumnCells:
    """The cells of one column, one after the other: each is written before the next is filled."""

    def __init__(self, sheet: Any, kind: RegisterColumnKind) -> None:  # noqa: ANN401 - openpyxl keeps it untyped
        self.kind = kind
        self.plain, self.quoted = WriteOnlyCell(sheet), WriteOnlyCell(sheet)
        self.plain.style = self.quoted.style = f"v-{kind.value}"
        self.quoted.quotePrefix = True

    def filled(self, value: Cell) -> Any:  # noqa: ANN401 - openpyxl keeps it untyped
        """A typed cell; a text stays a text, whatever it begins with."""
        cell = self.plain
        if isinstance(value, str):
            clean = clean_xml_text(value) or None
            if value[:1] in FORMULA_SIGNS and clean is not None:
                cell = self.quoted
            cell.value = clean
            if cell is self.quoted:
                cell.data_type = "s"
        elif self.kind is RegisterColumnKind.MONEY and isinstance(value, int):
            cell.value = value / 100
        elif isinstance(value, date | time) and self.kind not in OF_TIME:
            cell.value = _in_letters(value)  # with another column's looks it would be a number of days
        else:
            cell.value = value.replace(tzinfo=None) if isinstance(value, datetime | time) else value
        return cell


def _in_letters(value: date | time) -> str:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ", "minutes")
    return value.isoformat("minutes") if isinstance(value, time) else value.isoformat()
