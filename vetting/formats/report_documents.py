"""Reports as Word documents with headings, as a screen reader needs them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from vetting.formats.clean_text import clean_xml_text
from vetting.formats.word_documents import new_document

if TYPE_CHECKING:
    from vetting.decisions.domain.officer_reports import OfficerReport
    from vetting.kernel.text import Language


def report_document(report: OfficerReport, language: Language) -> bytes:
    """The report as .docx."""
    document = new_document(report.title.to(language), language)
    document.add_heading(clean_xml_text(report.title.to(language)), level=1)
    for line in report.top:
        document.add_paragraph(clean_xml_text(line.to(language)))
    for part in report.sections:
        document.add_heading(clean_xml_text(part.heading.to(language)), level=2)
        for line in part.lines:
            document.add_paragraph(clean_xml_text(line.to(language)), style="List Bullet" if part.listed else None)
    document.add_paragraph(clean_xml_text(report.signed.to(language)))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
