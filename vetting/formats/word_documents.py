"""A new Word document in A4: its title and language, and nothing of a tool or of a day that is not its own."""

from __future__ import annotations

from typing import Any, Final

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm

from vetting.formats.clean_text import clean_xml_text

LANGUAGES: Final = {"sv": "sv-SE", "en": "en-GB"}
NOT_ITS_OWN: Final = ("creator", "created", "modified", "lastModifiedBy", "description", "revision")
"""What the library's own empty document says of itself."""


def new_document(title: str, language: str) -> Any:  # noqa: ANN401 - python-docx's own type is a function
    """An empty document in A4."""
    document = docx.Document()
    properties = document.core_properties
    for told in list(properties._element):  # noqa: SLF001 - the library sets these and cannot take them away
        if told.tag.rpartition("}")[2] in NOT_ITS_OWN:
            properties._element.remove(told)  # noqa: SLF001 - the library sets these and cannot take them away
    properties.title, properties.language = clean_xml_text(title), LANGUAGES[language]
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), LANGUAGES[language])
    document.styles["Normal"].element.get_or_add_rPr().append(spoken)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    return document
