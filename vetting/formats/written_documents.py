"""A written document as Word, with headings as a screen reader needs them, and as PDF."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from vetting.formats.clean_text import clean_xml_text
from vetting.formats.typesetting import typeset
from vetting.formats.word_documents import new_document

if TYPE_CHECKING:
    from vetting.kernel.text import Language
    from vetting.kernel.written_documents import DocumentSection, DocumentTable, WrittenDocument


def document_docx(written: WrittenDocument, language: Language) -> bytes:
    """The document as .docx."""
    document = new_document(written.title.to(language), language)
    document.add_heading(clean_xml_text(written.title.to(language)), level=1)
    for line in written.top:
        document.add_paragraph(clean_xml_text(line.to(language)))
    for part in written.sections:
        document.add_heading(clean_xml_text(part.heading.to(language)), level=2)
        for line in part.lines:
            document.add_paragraph(clean_xml_text(line.to(language)), style=_style_of(part))
        if part.table is not None:
            _add_table(document, part.table, language)
    for line in written.signed:
        document.add_paragraph(clean_xml_text(line.to(language)))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _style_of(part: DocumentSection) -> str | None:
    if part.numbered:
        return "List Number"
    return "List Bullet" if part.listed else None


def _add_table(document: Any, table: DocumentTable, language: Language) -> None:  # noqa: ANN401 - python-docx's own type
    """A table whose first row is its headings, on every page that it goes on to."""
    made = document.add_table(rows=1, cols=len(table.headings))
    made.style = "Table Grid"
    head = made.rows[0]
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    head._tr.get_or_add_trPr().append(repeated)  # noqa: SLF001 - the library has no other way
    for cell, heading in zip(head.cells, table.headings, strict=True):
        cell.paragraphs[0].add_run(clean_xml_text(heading.to(language))).bold = True
    for row in table.rows:
        cells = made.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            cell.text = clean_xml_text(text)


def document_pdf(written: WrittenDocument, language: Language) -> bytes:
    """The document as PDF."""
    return typeset(
        "written_document",
        {
            "title": written.title.to(language),
            "language": language,
            "top": [line.to(language) for line in written.top],
            "sections": [
                {
                    "heading": part.heading.to(language),
                    "listed": part.listed,
                    "numbered": part.numbered,
                    "headings": [one.to(language) for one in part.table.headings] if part.table else [],
                    "rows": [list(row) for row in part.table.rows] if part.table else [],
                    "lines": [line.to(language) for line in part.lines],
                }
                for part in written.sections
            ],
            "signed": [line.to(language) for line in written.signed],
        },
    )
