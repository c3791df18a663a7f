"""A written document as Word, with headings as a screen reader needs them, and as PDF."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from vetting.formats.clean_text import clean_xml_text
from vetting.formats.typesetting import typeset
from vetting.formats.word_documents import new_document

if TYPE_CHECKING:
    from vetting.kernel.text import Language
    from vetting.kernel.written_documents import WrittenDocument


def document_docx(written: WrittenDocument, language: Language) -> bytes:
    """The document as .docx."""
    document = new_document(written.title.to(language), language)
    document.add_heading(clean_xml_text(written.title.to(language)), level=1)
    for line in written.top:
        document.add_paragraph(clean_xml_text(line.to(language)))
    for part in written.sections:
        document.add_heading(clean_xml_text(part.heading.to(language)), level=2)
        for line in part.lines:
            document.add_paragraph(clean_xml_text(line.to(language)), style="List Bullet" if part.listed else None)
    for line in written.signed:
        document.add_paragraph(clean_xml_text(line.to(language)))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


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
                    "lines": [line.to(language) for line in part.lines],
                }
                for part in written.sections
            ],
            "signed": [line.to(language) for line in written.signed],
        },
    )
