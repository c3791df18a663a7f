"""A board's form as a file, and a form that came back as its answers: read in a child process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from vetting.documents.domain.paper_forms import BY_HAND, RULES
from vetting.documents.domain.returned_forms import FormAnswer, form_mark
from vetting.formats import limits
from vetting.formats.document_types import DOCX, PDF, XLSX
from vetting.formats.form_documents import form_document
from vetting.formats.form_workbooks import ANSWER, FACT, LABEL, form_workbook
from vetting.formats.typesetting import typeset
from vetting.formats.workbook_reading import read_workbook, run_order
from vetting.kernel.problem import UnreadableError
from vetting.kernel.tables import CellKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.documents.domain.paper_forms import FormField, FormKind, PaperForm
    from vetting.kernel.tables import Cell, SheetRow
    from vetting.kernel.text import Language

MEDIA: Final[Mapping[str, str]] = {"docx": DOCX, "xlsx": XLSX, "pdf": PDF}
"""The endings that a form is given out with."""


def form_file(form: PaperForm, ending: str, language: Language) -> bytes:
    """The form as a file of one of MEDIA."""
    if ending == "docx":
        return form_document(form, language)
    if ending == "xlsx":
        return form_workbook(form, language)
    return typeset("form", _plain(form, language))


def _plain(form: PaperForm, language: Language) -> dict[str, Any]:
    return {
        "language": language,
        "title": form.title.to(language),
        "board": form.issued_by,
        "letterhead": form.letterhead.splitlines(),
        "intro": form.intro.to(language),
        "by_hand": BY_HAND.to(language),
        "information": [line for words in form.information for line in words.to(language).splitlines()],
        "footer": f"{RULES.to(language)}{form.rules.to(language)}. {form.mark}",
        "sections": [
            {
                "heading": part.heading.to(language),
                "help": part.help.to(language),
                "fields": [_plain_field(field, language) for field in part.fields],
            }
            for part in form.parts
        ],
    }


def _plain_field(field: FormField, language: Language) -> dict[str, Any]:
    return {
        "label": field.label.to(language),
        "help": field.help.to(language),
        "shape": field.shape.value,
        "options": [option.to(language) for option in field.options],
    }


def may_be_form(media_type: str) -> bool:
    """Whether a file can be a form that was filled in on a screen."""
    return media_type in {DOCX, XLSX}


def read_form(data: bytes, file: str, media_type: str) -> tuple[FormKind, str, list[FormAnswer]] | None:
    """(kind, rules, answers) of a form that came back; None for any other file, and for one that cannot be read."""
    try:
        texts, answers = _document(data, file) if media_type == DOCX else _workbook(data, file)
    except UnreadableError:
        return None
    found = form_mark(texts)
    return (*found, answers) if found is not None else None


def _document(data: bytes, file: str) -> tuple[list[str], list[FormAnswer]]:
    found: dict[str, Any] = next(iter(run_order({"task": "form", "seconds": limits.FORM_SECONDS}, data, file)))
    return found["texts"], [FormAnswer(*answer) for answer in found["answers"]]


def _workbook(data: bytes, file: str) -> tuple[list[str], list[FormAnswer]]:
    rows = [row for sheet in read_workbook(data, file).sheets for row in sheet.rows]
    return [_cell_text(row, LABEL) for row in rows], [
        FormAnswer(_cell_text(row, FACT), _cell_text(row, LABEL), _cell_text(row, ANSWER))
        for row in rows
        if row.cells.get(ANSWER)
    ]


def _cell_text(row: SheetRow, column: int) -> str:
    cell = row.cells.get(column)
    return _as_typed(cell) if cell is not None else ""


def _as_typed(cell: Cell) -> str:
    """As a person would type it: a decimal comma, yes and no as words, no seconds."""
    if cell.kind is CellKind.YES_NO:
        return "ja" if cell.value else "nej"
    if cell.kind is CellKind.NUMBER:
        return cell.text.replace(".", ",")
    return cell.text[:16] if cell.kind is CellKind.MOMENT else cell.text
