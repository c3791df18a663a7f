"""Forms as workbooks: a line each, what is asked beside what is answered, and the fact's id in a hidden column."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Protection, Side
from openpyxl.workbook.child import INVALID_TITLE_REGEX
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from vetting.documents.domain.paper_forms import BY_HAND, RULES, FieldShape
from vetting.formats.clean_text import clean_xml_text
from vetting.formats.workbook_writing import LONGEST_CHOICE, OPEN
from vetting.kernel.text import _, same_in_both

if TYPE_CHECKING:
    from vetting.documents.domain.paper_forms import FormField, FormSection, PaperForm
    from vetting.kernel.text import Language

LABEL, ANSWER, HELP, FACT = range(1, 5)
_LONGEST_NAME: Final = 31
"""Of a sheet: no program opens one with more signs in its name."""
_WIDTHS: Final = {"A": 42, "B": 44, "C": 40, "D": 4}
_LINE: Final = Side(style="thin", color="8A8D91")
_TICKED: Final = same_in_both("x")
_TICK: Final = _("Skriv x för det som gäller.")
_MANY_LINES: Final = 60
_SIGNS_A_LINE: Final = 110
"""Of a text across the columns, at least."""


def form_workbook(form: PaperForm, language: Language) -> bytes:
    """The form as .xlsx."""
    book = Workbook()
    book.properties.creator, book.properties.lastModifiedBy = "", ""
    book.properties.title = clean_xml_text(form.title.to(language))
    sheet: Any = book.active
    sheet.title = INVALID_TITLE_REGEX.sub("", form.title.to(language))[:_LONGEST_NAME]
    for letter, width in _WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    sheet.column_dimensions["D"].hidden = True
    for line in form.letterhead.splitlines():
        _say(sheet, line)
    _say(sheet, form.title.to(language), bold=True, size=16)
    if form.issued_by:
        _say(sheet, form.issued_by)
    _say(sheet, form.intro.to(language))
    sheet.merge_cells(start_row=sheet.max_row, end_row=sheet.max_row, start_column=1, end_column=HELP)
    sheet.row_dimensions[sheet.max_row].height = 32
    for section in form.parts:
        _section(sheet, section, language)
    sheet.append([BY_HAND.to(language)])
    sheet.row_dimensions[sheet.max_row].height = 40
    for words in form.information:
        _say(sheet, words.to(language))
        sheet.merge_cells(start_row=sheet.max_row, end_row=sheet.max_row, start_column=1, end_column=HELP)
        sheet.row_dimensions[sheet.max_row].height = 15 * (1 + len(words.to(language)) // _SIGNS_A_LINE)
    _say(sheet, f"{RULES.to(language)}{form.rules.to(language)}. {form.mark}")
    sheet.protection.sheet = True
    _to_print(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _say(sheet: Any, text: str, *, bold: bool = False, size: int = 11) -> None:  # noqa: ANN401 - a sheet has no public type
    sheet.append([clean_xml_text(text)])
    cell = sheet.cell(sheet.max_row, LABEL)
    cell.data_type = "s"
    cell.font = Font(name="Calibri", bold=bold, size=size)
    cell.alignment = Alignment(vertical="top", wrap_text=bool(not bold and len(text) > _MANY_LINES))


def _section(sheet: Any, section: FormSection, language: Language) -> None:  # noqa: ANN401 - what the library hands out has no type
    sheet.append([])
    _say(sheet, section.heading.to(language), bold=True, size=13)
    if section.help.sv:
        _say(sheet, section.help.to(language))
    for field in section.fields:
        _field(sheet, field, language)


def _field(sheet: Any, field: FormField, language: Language) -> None:  # noqa: ANN401 - what the library hands out has no type
    hint = _TICK if field.shape is FieldShape.TICK else field.help
    sheet.append([clean_xml_text(field.label.to(language)), None, clean_xml_text(hint.to(language)), field.fact])
    row = sheet.max_row
    for column in (LABEL, ANSWER, HELP):
        cell = sheet.cell(row, column)
        cell.data_type = "s" if column != ANSWER else cell.data_type
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        cell.font = Font(name="Calibri", size=11 if column != HELP else 9)
    answer = sheet.cell(row, ANSWER)
    answer.fill, answer.protection = OPEN, Protection(locked=False)
    answer.border = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
    answer.number_format = "yyyy-mm-dd" if field.shape is FieldShape.DAY else "@"
    if field.shape is FieldShape.TEXT:
        sheet.row_dimensions[row].height = 64
    _offer(sheet, row, field, language)


def _offer(sheet: Any, row: int, field: FormField, language: Language) -> None:  # noqa: ANN401 - what the library hands out has no type
    """What can be chosen, where it fits in a cell's own list; anything else may be written all the same."""
    options = (_TICKED,) if field.shape is FieldShape.TICK else field.options
    listed = ",".join(option.to(language) for option in options)
    if not options or len(listed) > LONGEST_CHOICE or listed.count(",") >= len(options) or '"' in listed:
        return
    offered = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True, showErrorMessage=False)
    offered.add(f"B{row}")
    sheet.add_data_validation(offered)


def _to_print(sheet: Any) -> None:  # noqa: ANN401 - what the library hands out has no type
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
