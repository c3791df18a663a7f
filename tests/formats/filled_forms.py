"""Forms as people send them back: filled in with Word, Excel, or a program that drops what it does not know."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import docx
import openpyxl
from docx.oxml.ns import qn

from vetting.formats.form_marks import TAG, W14
from vetting.formats.form_workbooks import ANSWER, FACT

if TYPE_CHECKING:
    from collections.abc import Mapping


def document(form: bytes, answers: Mapping[str, str]) -> bytes:
    """A .docx with its fields filled in the way Word does: the sign of an empty field goes, a box says that it is ticked."""
    found = docx.Document(io.BytesIO(form))
    for field in found.element.body.iter(qn("w:sdt")):
        about = field.find(qn("w:sdtPr"))
        fact = about.find(qn("w:tag")).get(qn("w:val")).removeprefix(TAG)
        if fact not in answers:
            continue
        box = about.find(f"{{{W14}}}checkbox")
        if box is not None:
            box.find(f"{{{W14}}}checked").set(f"{{{W14}}}val", "1")
        else:
            about.remove(about.find(qn("w:showingPlcHdr")))
        run = field.find(qn("w:sdtContent")).find(qn("w:r"))
        run.find(qn("w:t")).text = "☒" if box is not None else answers[fact]
    return saved(found)


def without_fields(form: bytes) -> bytes:
    """The same document from a program that keeps only the text of a field."""
    found = docx.Document(io.BytesIO(form))
    for field in list(found.element.body.iter(qn("w:sdt"))):
        place = field.getparent()
        for run in list(field.find(qn("w:sdtContent"))):
            place.insert(place.index(field), run)
        place.remove(field)
    return saved(found)


def workbook(form: bytes, answers: Mapping[str, Any], *, labels_only: bool = False) -> bytes:
    """A .xlsx with its cells filled in; labels_only: somebody has copied the columns to a sheet of their own."""
    book = openpyxl.load_workbook(io.BytesIO(form))
    sheet: Any = book.active
    for row in range(1, sheet.max_row + 1):
        fact = sheet.cell(row, FACT).value
        if fact in answers:
            sheet.cell(row, ANSWER).value = answers[fact]
        if labels_only:
            sheet.cell(row, FACT).value = None
    return saved(book)


def saved(found: Any) -> bytes:
    """Its bytes."""
    out = io.BytesIO()
    found.save(out)
    return out.getvalue()


def with_part(form: bytes, name: str, content: bytes) -> bytes:
    """The same package with one part exchanged."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(form)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, content if entry == name else old.read(entry))
    return out.getvalue()
