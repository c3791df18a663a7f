"""A written document as Word, with headings as a screen reader needs them or in a board's template, and as PDF."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from vetting.formats.clean_text import clean_xml_text
from vetting.formats.typesetting import typeset
from vetting.formats.word_documents import add_sections, column_widths, new_document
from vetting.formats.workbook_reading import bytes_from_child
from vetting.kernel.own_templates import TemplateKind

if TYPE_CHECKING:
    from vetting.kernel.text import Language
    from vetting.kernel.written_documents import DocumentTable, WrittenDocument


def document_docx(written: WrittenDocument, language: Language, template: bytes | None = None) -> bytes:
    """The document as .docx. template: the board's own for its papers; plain without one.

    Raises:
        UnreadableError: the board's template cannot be used; says why.
    """
    said = _content_of(written, language)
    if template is not None:
        values = said | {name: words.to(language) for name, words in written.facts.items()}
        return bytes_from_child(
            {"task": "template", "kind": TemplateKind.PAPER, "values": values}, template, "mall.docx"
        )
    document = new_document(said["title"], language)
    document.add_heading(clean_xml_text(said["title"]), level=1)
    for line in said["top"]:
        document.add_paragraph(clean_xml_text(line))
    add_sections(document, said["sections"])
    for line in said["signed"]:
        document.add_paragraph(clean_xml_text(line))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def document_pdf(written: WrittenDocument, language: Language) -> bytes:
    """The document as PDF."""
    return typeset("written_document", _content_of(written, language) | {"language": language})


def _content_of(written: WrittenDocument, language: Language) -> dict[str, Any]:
    """A document in one language, as texts alone."""
    return {
        "title": written.title.to(language),
        "top": [line.to(language) for line in written.top],
        "sections": [
            {
                "heading": part.heading.to(language),
                "listed": part.listed,
                "numbered": part.numbered,
                "headings": [one.to(language) for one in part.table.headings] if part.table else [],
                "rows": [list(row) for row in part.table.rows] if part.table else [],
                "widths": _widths_of(part.table, language) if part.table else [],
                "lines": [line.to(language) for line in part.lines],
            }
            for part in written.sections
        ],
        "signed": [line.to(language) for line in written.signed],
    }


def _widths_of(table: DocumentTable, language: Language) -> list[int]:
    return column_widths([[one.to(language) for one in table.headings], *table.rows], 1_000)
