"""A new Word document in A4, with nothing of a tool or of a day that is not its own; and what is written into one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from vetting.formats.clean_text import clean_xml_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LANGUAGES: Final = {"sv": "sv-SE", "en": "en-GB"}
LINE: Final = 80
"""Characters of a table's size on a line."""
WIDEST: Final = 60
"""Characters that a column is never wider for."""
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
    section.left_margin = section.right_margin = Cm(2.3)
    return document


def add_sections(document: Any, sections: Sequence[Mapping[str, Any]], *, before: Any = None) -> None:  # noqa: ANN401 - python-docx's own types
    """Headings with their paragraphs and tables, at the end or before a paragraph.

    sections: of each heading, lines, listed, numbered, headings and rows of its table, in the document's language.
    A style that the document lacks is done without: the heading is bold, points have their number or dash.
    """
    for part in sections:
        _add_paragraph(document, part["heading"], "Heading 2", before)
        for place, line in enumerate(part["lines"], start=1):
            if part["numbered"]:
                _add_paragraph(document, line, "List Number", before, f"{place}. ")
            elif part["listed"]:
                _add_paragraph(document, line, "List Bullet", before, "– ")
            else:
                _add_paragraph(document, line, "", before)
        if part["headings"]:
            _add_table(document, part["headings"], part["rows"], before)


def _add_paragraph(document: Any, text: str, style: str, before: Any, sign: str = "") -> None:  # noqa: ANN401 - python-docx's own types
    """sign: what a point begins with where there is no style for it; a heading without a style is bold."""
    has = style in document.styles
    made = document.add_paragraph(style=style if has else None)
    run = made.add_run(clean_xml_text(text) if has else sign + clean_xml_text(text))
    if style and not sign and not has:
        run.bold, made.paragraph_format.keep_with_next = True, True
    if before is not None:
        before._p.addprevious(made._p)  # noqa: SLF001 - the library has no other way


def _add_table(document: Any, headings: Sequence[str], rows: Sequence[Sequence[str]], before: Any) -> None:  # noqa: ANN401 - python-docx's own types
    """A table whose first row is its headings, on every page that it goes on to."""
    made = document.add_table(rows=1, cols=len(headings))
    if "Table Grid" in document.styles:
        made.style = "Table Grid"
    else:
        _draw_lines(made)
    head = made.rows[0]
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    head._tr.get_or_add_trPr().append(repeated)  # noqa: SLF001 - the library has no other way
    said = [[clean_xml_text(text) for text in row] for row in rows]
    section = document.sections[0]
    widths = column_widths([headings, *said], section.page_width - section.left_margin - section.right_margin)
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
    _fill(head, headings, widths, bold=True)
    for row in said:
        _fill(made.add_row(), row, widths)
    if before is not None:
        before._p.addprevious(made._tbl)  # noqa: SLF001 - the library has no other way


def _fill(row: Any, texts: Sequence[str], widths: Sequence[int], *, bold: bool = False) -> None:  # noqa: ANN401 - python-docx's own type
    """One row that is never cut by the foot of a page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - the library has no other way
    for cell, text, width in zip(row.cells, texts, widths, strict=True):
        cell.width = width
        run = cell.paragraphs[0].add_run(text)
        run.bold, run.font.size = bold, Pt(9)


def column_widths(rows: Sequence[Sequence[str]], whole: int) -> list[int]:
    """How wide each column is, of a whole: its longest word has room, what is left goes to those with more to say."""
    columns = list(zip(*rows, strict=True))
    needs = [max(len(word) for text in column for word in (text or " ").split(" ")) + 3 for column in columns]
    wants = [
        max(min(max(len(text) for text in column), WIDEST), need) for column, need in zip(columns, needs, strict=True)
    ]
    more = sum(wants) - sum(needs)
    spare = max(min(LINE - sum(needs), more), 0)
    shares = [need + (spare * (want - need) / more if more else 0) for need, want in zip(needs, wants, strict=True)]
    return [int(whole * share / sum(shares)) for share in shares]


def _draw_lines(table: Any) -> None:  # noqa: ANN401 - python-docx's own type
    lines = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "auto")):
            line.set(qn(f"w:{name}"), value)
        lines.append(line)
    table._tbl.tblPr.append(lines)  # noqa: SLF001 - the library has no other way
