"""A board's own template: what it may say, what is refused, and what comes out; always in the child process."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import docx
import pytest

from vetting.domain.problem import UnreadableError
from vetting.files.letters import letter_docx, wrong_with_template
from vetting.services.letters import EXAMPLE


def template(*paragraphs: str, header: str = "") -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


GOOD = template(
    "{{ board }}", "{%p for line in to %}", "{{ line }}", "{%p endfor %}", "{{ subject }}", "{% if dnr %}Dnr {{ dnr }}{% endif %}",
    "{%p for line in lines %}", "{{ line }}", "{%p endfor %}", header="{{ board }} {{ date }}",
)  # fmt: skip


def texts(data: bytes) -> list[str]:
    document = docx.Document(io.BytesIO(data))
    header = [paragraph.text for paragraph in document.sections[0].header.paragraphs]
    return [*header, *(paragraph.text for paragraph in document.paragraphs)]


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.namelist():
            if item != name:
                new.writestr(item, old.read(item))
        new.writestr(name, content)
    return out.getvalue()


def test_a_template_is_filled_in_body_and_header() -> None:
    assert wrong_with_template(GOOD, "mall.docx") == []
    found = texts(letter_docx(EXAMPLE, GOOD, "sv"))
    assert found[0] == "Nämnden 2026-01-15"
    assert {"Föreningen", "Vägen 2", "Beslut", "Dnr EX 1", "Första raden.", "- två"} <= set(found)
    assert not any("{" in text for text in found)


def test_what_a_letter_says_is_text_and_never_markup_or_template() -> None:
    values = EXAMPLE | {"subject": "<w:p>{{ board }}</w:p> & 'x'", "lines": ["{% for x in y %}", "a\x00b"]}
    found = texts(letter_docx(values, GOOD, "sv"))
    assert "<w:p>{{ board }}</w:p> & 'x'" in found
    assert "{% for x in y %}" in found


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{{ boardd }}", "boardd"),
        ("{{ board.upper() }}", "call"),
        ("{{ board.__class__ }}", "__class__"),
        ("{{ board|upper }}", "filter"),
        ("{{ 2 ** 99999 }}", "pow"),
        ("{{ ''.join(lines) }}", "call"),
        ("{% set x = 1 %}", "assign"),
        ("{% include 'x' %}", "include"),
        ("{% import 'x' as y %}", "import"),
        ("{% macro m() %}{% endmacro %}", "macro"),
        ("{% for a in range(9999999) %}x{% endfor %}", "call"),
        ("{% for a in board %}x{% endfor %}", "board"),
        ("{% for a in lines %}{% for b in lines %}x{% endfor %}{% endfor %}", "for"),
        ("{% for a in lines recursive %}x{% endfor %}", "for"),
        ("{% for a in lines %}x", "end"),
        ("{{ board", "unexpected"),
        ("{{ cycler.__init__.__globals__ }}", "cycler"),
        ("{{ lines[0] }}", "getitem"),
    ],
)
def test_a_template_that_does_more_than_say_fields_is_refused_with_its_name(text: str, word: str) -> None:
    problems = wrong_with_template(template(text), "mall.docx")
    assert problems
    assert any(word in problem.what.en.lower() for problem in problems), problems
    with pytest.raises(UnreadableError):
        letter_docx(EXAMPLE, template(text), "sv")


def test_a_field_in_the_header_is_checked_too() -> None:
    assert wrong_with_template(template("x", header="{{ secret }}"), "mall.docx")


@pytest.mark.parametrize(
    "data",
    [
        b"", b"not a document", b"%PDF-1.7", with_part(GOOD, "word/vbaProject.bin", b"macro"),
        with_part(GOOD, "word/embeddings/oleObject1.bin", b"x"),
        with_part(GOOD, "word/_rels/settings.xml.rels",
                  b'<Relationships><Relationship Id="r" Type="attachedTemplate" Target="https://x.example/t.dotm" TargetMode="External"/></Relationships>'),
        with_part(GOOD, "docProps/core.xml", b"<x>{{ board }}</x>"),
    ],
)  # fmt: skip
def test_macros_embedded_objects_and_things_fetched_from_outside_are_refused(data: bytes) -> None:
    assert len(wrong_with_template(data, "mall.docx")) == 1


def test_without_a_template_the_letter_is_plain_and_has_its_list() -> None:
    document = docx.Document(io.BytesIO(letter_docx(EXAMPLE, None, "sv")))
    found: dict[str, Any] = {paragraph.text: paragraph.style for paragraph in document.paragraphs}
    assert found["Beslut"].name == "Heading 1"
    assert found["två"].name == "List Bullet"
    told = document.core_properties
    assert (told.title, told.language) == ("Beslut", "sv-SE")
    assert (told.author, told.comments, told.last_modified_by, told.created, told.modified) == ("", "", "", None, None)


def test_every_part_that_is_filled_in_is_checked_whatever_its_name() -> None:
    """A header is a header by its relation to the document, not by what its file is called."""
    good = template("x", header="{{ secret }}")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.namelist():
            content = old.read(item).replace(b"header1.xml", b"other1.xml")
            new.writestr(item.replace("header1.xml", "other1.xml"), content)
    assert b"other1.xml" in out.getvalue()
    assert wrong_with_template(out.getvalue(), "mall.docx")
