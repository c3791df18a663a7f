"""Forms as Word documents to fill in on a screen or print: each answer is a content control."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from docx.shared import Cm, Pt, RGBColor

from vetting.engine.paper_forms import BY_HAND, CHOOSE, HERE, RULES, TICK, FieldShape
from vetting.formats.clean_text import clean_xml_text
from vetting.formats.word_documents import LANGUAGES, new_document

if TYPE_CHECKING:
    from vetting.engine.paper_forms import FormField, FormSection, PaperForm
    from vetting.kernel.text import Language

EMPTY_BOX: Final = "☐"
W14: Final = "http://schemas.microsoft.com/office/word/2010/wordml"
"""Namespace of check boxes in Word documents."""
_GREY: Final = RGBColor(0x5A, 0x5F, 0x66)
_INK: Final = RGBColor(0x1E, 0x22, 0x27)
_LABEL, _ANSWER = Cm(7), Cm(9.5)


def form_document(form: PaperForm, language: Language) -> bytes:
    """The form as .docx."""
    document = new_document(form.title.to(language), language)
    _set_up(document)
    if form.letterhead:
        for line in form.letterhead.splitlines():
            _small(document.add_paragraph(), clean_xml_text(line))
    document.add_heading(form.title.to(language), level=1)
    if form.issued_by:
        _small(document.add_paragraph(), clean_xml_text(form.issued_by))
    document.add_paragraph(clean_xml_text(form.intro.to(language)))
    for section in form.parts:
        _section(document, section, language, ticks=section.fields[0].shape is FieldShape.TICK)
    table = _table(document)
    _row(table, BY_HAND.to(language), "")
    table.rows[-1].height = Cm(1.6)
    for words in form.information:
        for line in words.to(language).splitlines():
            _small(document.add_paragraph(), clean_xml_text(line))
    _small(document.add_paragraph(), f"{RULES.to(language)}{clean_xml_text(form.rules.to(language))}.")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _set_up(document: Any) -> None:  # noqa: ANN401 - python-docx's own type is a function
    section = document.sections[0]
    section.left_margin = section.right_margin = Cm(2.25)
    section.top_margin = section.bottom_margin = Cm(2)
    for name in ("Heading 1", "Heading 2"):
        document.styles[name].font.color.rgb = _INK
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(11)


def _section(document: Any, section: FormSection, language: Language, *, ticks: bool) -> None:  # noqa: ANN401 - what the library hands out has no type
    document.add_heading(clean_xml_text(section.heading.to(language)), level=2)
    if section.help.sv:
        _small(document.add_paragraph(), clean_xml_text(section.help.to(language)))
    if ticks:
        _small(document.add_paragraph(), TICK.to(language))
    table = _table(document)
    for field in section.fields:
        _row(table, field.label.to(language), field.help.to(language))
        table.rows[-1].cells[1].paragraphs[0]._p.append(_control(field, language))  # noqa: SLF001 - python-docx has no content controls


def _table(document: Any) -> Any:  # noqa: ANN401 - what the library hands out has no type
    table = document.add_table(rows=0, cols=2)
    table.style = "Table Grid"
    table.autofit = False
    return table


def _row(table: Any, label: str, help_: str) -> None:  # noqa: ANN401 - what the library hands out has no type
    row = table.add_row()
    unbroken = OxmlElement("w:cantSplit")
    row._tr.get_or_add_trPr().append(unbroken)  # noqa: SLF001 - python-docx has no word for it
    row.height = Cm(0.8)
    first, second = row.cells
    first.width, second.width = _LABEL, _ANSWER
    first.paragraphs[0].add_run(clean_xml_text(label))
    if help_:
        _small(first.add_paragraph(), clean_xml_text(help_))


def _small(paragraph: Any, text: str) -> None:  # noqa: ANN401 - what the library hands out has no type
    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb = Pt(9), _GREY
    paragraph.paragraph_format.space_after = Pt(2)


def _control(field: FormField, language: Language) -> Any:  # noqa: ANN401 - what the library hands out has no type
    """A content control inside the line: its label and how it is filled in."""
    label = field.label.to(language)
    control = OxmlElement("w:sdt")
    about = OxmlElement("w:sdtPr")
    about.append(_with("w:alias", label[:60]))
    if field.shape is FieldShape.TICK:
        about.append(_box())
        control.extend((about, _content(EMPTY_BOX)))
        return control
    about.append(OxmlElement("w:showingPlcHdr"))
    about.append(_kind(field, language))
    empty = CHOOSE if field.shape is FieldShape.CHOICE else HERE
    control.extend((about, _content(empty.to(language), faint=True)))
    return control


def _kind(field: FormField, language: Language) -> Any:  # noqa: ANN401 - what the library hands out has no type
    match field.shape:
        case FieldShape.CHOICE:
            listed = OxmlElement("w:dropDownList")
            for option in field.options:
                item = OxmlElement("w:listItem")
                item.set(qn("w:displayText"), clean_xml_text(option.to(language)))
                item.set(qn("w:value"), clean_xml_text(option.to(language)))
                listed.append(item)
            return listed
        case FieldShape.DAY:
            day = OxmlElement("w:date")
            day.extend(
                _with(name, value)
                for name, value in (
                    ("w:dateFormat", "yyyy-MM-dd"),
                    ("w:lid", LANGUAGES[language]),
                    ("w:storeMappedDataAs", "date"),
                    ("w:calendar", "gregorian"),
                )
            )
            return day
        case _:
            text = OxmlElement("w:text")
            if field.shape is FieldShape.TEXT:
                text.set(qn("w:multiLine"), "1")
            return text


def _box() -> Any:  # noqa: ANN401 - what the library hands out has no type
    return parse_xml(
        f'<w14:checkbox xmlns:w14="{W14}"><w14:checked w14:val="0"/>'
        '<w14:checkedState w14:val="2612" w14:font="MS Gothic"/>'
        '<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox>'
    )


def _content(text: str, *, faint: bool = False) -> Any:  # noqa: ANN401 - what the library hands out has no type
    look = '<w:rPr><w:color w:val="5A5F66"/></w:rPr>' if faint else '<w:rPr><w:sz w:val="28"/></w:rPr>'
    content = parse_xml(f"<w:sdtContent {nsdecls('w')}><w:r>{look}<w:t/></w:r></w:sdtContent>")
    content[0][1].text = text
    return content


def _with(name: str, value: str) -> Any:  # noqa: ANN401 - what the library hands out has no type
    element = OxmlElement(name)
    element.set(qn("w:val"), value)
    return element
