"""Reports as Word documents with headings, as a screen reader needs them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import docx
from docx.shared import Cm

from vetting.files.annotate import clean

if TYPE_CHECKING:
    from vetting.domain.officer_reports import Report
    from vetting.domain.words import Language


def report_document(report: Report, language: Language) -> bytes:
    """The report as .docx."""
    document = docx.Document()
    properties = document.core_properties
    properties.author, properties.title = "", clean(report.title.to(language))
    properties.language = {"sv": "sv-SE", "en": "en-GB"}[language]
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    document.add_heading(clean(report.title.to(language)), level=1)
    for line in report.top:
        document.add_paragraph(clean(line.to(language)))
    for part in report.sections:
        document.add_heading(clean(part.heading.to(language)), level=2)
        for line in part.lines:
            document.add_paragraph(clean(line.to(language)), style="List Bullet" if part.listed else None)
    document.add_paragraph(clean(report.signed.to(language)))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
