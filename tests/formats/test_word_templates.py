"""A board's own template: what it may say, what is refused, and what comes out; always in the child process."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import docx
import pytest

from vetting.formats.letters import letter_docx
from vetting.formats.own_templates import wrong_with_template as wrong_with
from vetting.formats.word_templates import first_template
from vetting.formats.written_documents import document_docx
from vetting.kernel.own_templates import TemplateKind
from vetting.kernel.problem import Problem, UnreadableError
from vetting.kernel.text import same_in_both
from vetting.kernel.written_documents import DocumentSection, DocumentTable, WrittenDocument
from vetting.people.services.own_templates import EXAMPLE_LETTER as EXAMPLE


def wrong_with_template(data: bytes, name: str) -> list[Problem]:
    return wrong_with(data, TemplateKind.LETTER, name)


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
    "{{ board }}",
    "{%p for line in to %}",
    "{{ line }}",
    "{%p endfor %}",
    "{{ subject }}",
    "{% if dnr %}Dnr {{ dnr }}{% endif %}",
    "{%p for line in lines %}",
    "{{ line }}",
    "{%p endfor %}",
    header="{{ board }} {{ date }}",
)


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


@pytest.mark.guards("1.3.7")
@pytest.mark.long
@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{{ boardd }}", "boardd"),
        ("{{ board.upper() }}", "call"),
        ("{{ board.__class__ }}", "__class__"),
        ("{{ board|upper }}", "filter"),
        ("{{ 2 ** 99999 }}", "calculation"),
        ("{{ ''.join(lines) }}", "call"),
        ("{% set x = 1 %}", "assignment"),
        ("{% include 'x' %}", "command"),
        ("{% import 'x' as y %}", "command"),
        ("{% macro m() %}{% endmacro %}", "call"),
        ("{% for a in range(9999999) %}x{% endfor %}", "call"),
        ("{% for a in board %}x{% endfor %}", "board"),
        ("{% for a in lines %}{% for b in lines %}x{% endfor %}{% endfor %}", "for"),
        ("{% for a in lines recursive %}x{% endfor %}", "for"),
        ("{% for a in lines %}x", "has no end"),
        ("x{% endif %}", "has no end"),
        ("{{ board.}}", "{{ board.}}"),
        ("{% iff board %}x{% endif %}", "{% iff board %}"),
        ("{{ board == 'x' }}", "comparison"),
        ("{{ board ~ name }}", "calculation"),
        ("{{ 'x' }}", "fixed value"),
        ("{{ board", "{{ board"),
        ("{{ cycler.__init__.__globals__ }}", "cycler"),
        ("{{ lines[0] }}", "square brackets"),
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


@pytest.mark.long
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a document",
        b"%PDF-1.7",
        with_part(GOOD, "word/vbaProject.bin", b"macro"),
        with_part(GOOD, "word/embeddings/oleObject1.bin", b"x"),
        with_part(
            GOOD,
            "word/_rels/settings.xml.rels",
            b'<Relationships><Relationship Id="r" Type="attachedTemplate" Target="https://x.example/t.dotm" TargetMode="External"/></Relationships>',
        ),
        with_part(GOOD, "docProps/core.xml", b"<x>{{ board }}</x>"),
    ],
)
def test_macros_embedded_objects_and_things_fetched_from_outside_are_refused(data: bytes) -> None:
    assert len(wrong_with_template(data, "mall.docx")) == 1


WORD = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINKS = "word/_rels/document.xml.rels"


def edited(data: bytes, name: str, old: str, new: str, **parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
        for item in before.namelist():
            content = before.read(item)
            if item == name:
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode(), 1)
            after.writestr(item, content)
        for part, content in parts.items():
            after.writestr(part.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


def linked(line: str) -> bytes:
    return edited(GOOD, LINKS, "</Relationships>", f"{line}</Relationships>")


def typed(kind: str) -> bytes:
    """A part with an innocent name, led to by an innocent link, of a type that does something."""
    line = f'<Relationship Id="x" Type="{WORD}/customXml" Target="evil.dat"/>'
    data = edited(
        linked(line),
        "[Content_Types].xml",
        "</Types>",
        f'<Override PartName="/word/evil.dat" ContentType="{kind}"/></Types>',
    )
    return with_part(data, "word/evil.dat", b"\xd0\xcf\x11\xe0")


def with_field(*pieces: str, simple: str = "") -> bytes:
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    code = (
        f'<w:fldSimple w:instr="{simple}"><w:r><w:t>x</w:t></w:r></w:fldSimple>'
        if simple
        else f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{runs}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    return edited(GOOD, "word/document.xml", "</w:p>", f"{code}</w:p>")


@pytest.mark.guards("letter templates")
@pytest.mark.long
@pytest.mark.parametrize(
    "line",
    [
        f'<Relationship Id="x" Type="{WORD}/image" Target="http://x.example/x.png" TargetMode="External"/>',
        f'<Relationship Id="x" Type="{WORD}/attachedTemplate" Target="http://x.example/hyperlink" TargetMode="External"/>',
        f'<Relationship Id="x" Type="{WORD}/image" Target="http://x.example/x?a&gt;b" TargetMode="External"/>',
        f'<Relationship Id="x" Type="{WORD}/image" Target="http://x.example/x?a>b" TargetMode="External"/>',
        f'<Relationship Id="x" Type="{WORD}/image" Target="http://x.example/x" TargetMode="&#69;xternal"/>',
        (
            '<p:Relationship xmlns:p="http://schemas.openxmlformats.org/package/2006/relationships" Id="x" '
            f'Type="{WORD}/image" Target="http://x.example/x" TargetMode="External"/>'
        ),
        f'<Relationship Id="x" Type="{WORD}/hyperlink" Target="file://x.example/share" TargetMode="External"/>',
        f'<Relationship Id="x" Type="{WORD}/hyperlink" Target="https://x.example/{{{{ board }}}}" TargetMode="External"/>',
        f'<Relationship Id="x" Type="{WORD}/aFChunk" Target="evil.htm"/>',
        '<Relationship Id="x" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="evil.dat"/>',
        f'<Relationship Id="x" Type="{WORD}/oleObject" Target="evil.dat"/>',
        "<broken",
    ],
)
def test_what_a_template_leads_to_is_read_as_xml_and_allowed_by_its_kind(line: str) -> None:
    assert len(wrong_with_template(linked(line), "mall.docx")) == 1


@pytest.mark.long
@pytest.mark.parametrize(
    "kind",
    [
        "application/vnd.ms-office.vbaProject",
        "application/vnd.openxmlformats-officedocument.oleObject",
        "text/html",
        "application/vnd.ms-word.keyMapCustomizations+xml",
        "image/svg+xml",
    ],
)
def test_a_part_is_allowed_by_its_type_whatever_it_is_called(kind: str) -> None:
    assert len(wrong_with_template(typed(kind), "mall.docx")) == 1


@pytest.mark.guards("letter templates")
@pytest.mark.long
@pytest.mark.parametrize(
    "pieces",
    [
        ('INCLUDETEXT "http://x.example/x"',),
        ("INC", 'LUDEPICTURE "http://x.example/x"'),
        ('DDEAUTO cmd.exe "/c calc"',),
        ('HYPERLINK "file://x.example"',),
        ('LINK Excel.Sheet.8 "x"',),
        ("{{ board }}",),
        ("IMPORT x",),
        ("MACROBUTTON x y",),
        ("PAGE {{ board }}",),
        ("",),
    ],
)
def test_a_field_that_fetches_runs_or_is_filled_in_is_refused(pieces: tuple[str, ...]) -> None:
    assert len(wrong_with_template(with_field(*pieces), "mall.docx")) == 1
    if pieces[0] and len(pieces) == 1:
        simple = pieces[0].replace('"', "&quot;")
        assert len(wrong_with_template(with_field(simple=simple), "mall.docx")) == 1


@pytest.mark.long
@pytest.mark.parametrize(
    "part",
    [
        '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:imagedata src="http://x.example/x.png"/></v:shape></w:pict></w:r>',
        '<w:subDoc xmlns:r="x" r:id="y"/>',
        "<w:r><w:object/></w:r>",
    ],
)
def test_an_element_that_fetches_or_embeds_is_refused(part: str) -> None:
    assert len(wrong_with_template(edited(GOOD, "word/document.xml", "</w:p>", f"{part}</w:p>"), "mall.docx")) == 1


@pytest.mark.long
@pytest.mark.parametrize(
    "name",
    [
        "word/DOCUMENT.XML",
        "WORD/document.xml",
        "word/_rels/DOCUMENT.xml.rels",
        "word/other.xml",
        "payload.exe",
        "word%2Fx.xml",
    ],
)
def test_nothing_lies_in_a_template_that_nothing_leads_to(name: str) -> None:
    assert len(wrong_with_template(with_part(GOOD, name, b"<x/>"), "mall.docx")) == 1


STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"


@pytest.mark.long
@pytest.mark.parametrize(
    "part",
    [
        f'<s:fldSimple xmlns:s="{STRICT}" s:instr="DDEAUTO x"/>',
        f'<s:r xmlns:s="{STRICT}"><s:fldChar s:fldCharType="begin"/><s:instrText>DDEAUTO x</s:instrText></s:r>',
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:t>DDEAUTO x</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>',
        '<w:hyperlink w:docLocation="file://x.example/x"/>',
        "<w:r><w:ffData><w:entryMacro w:val='x'/></w:ffData></w:r>",
        '<v:fill xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" o:href="file://x"/>',
    ],
)
def test_other_words_for_the_same_are_refused_too(part: str) -> None:
    assert len(wrong_with_template(edited(GOOD, "word/document.xml", "</w:p>", f"{part}</w:p>"), "mall.docx")) == 1


def test_a_mail_merge_in_the_settings_is_refused() -> None:
    merge = '<w:mailMerge><w:connectString w:val="Provider=x"/></w:mailMerge></w:settings>'
    data = edited(GOOD, "word/settings.xml", "</w:settings>", merge)
    assert len(wrong_with_template(data, "mall.docx")) == 1


@pytest.mark.parametrize(
    "pieces",
    [
        ("PAGE",),
        (" NUM", "PAGES  "),
        ('HYPERLINK "https://exempel.se/kontakt"',),
        ('DATE \\@ "yyyy-MM-dd"',),
    ],
)
def test_what_letters_need_is_let_through(pieces: tuple[str, ...]) -> None:
    link = f'<Relationship Id="x" Type="{WORD}/hyperlink" Target="mailto:namnd@exempel.se" TargetMode="External"/>'
    data = edited(with_field(*pieces), LINKS, "</Relationships>", f"{link}</Relationships>")
    assert wrong_with_template(data, "mall.docx") == []
    assert "Dnr EX 1" in texts(letter_docx(EXAMPLE, data, "sv"))


@pytest.mark.guards("letter templates")
@pytest.mark.parametrize("title", ["&#123;&#123; 7*191 &#125;&#125;", "{% for a in range(9) %}x{% endfor %}"])
def test_what_a_file_tells_of_itself_is_never_filled_in(title: str) -> None:
    """The properties lie in a part of another name, so that nothing but the filling in could find them."""
    named = docx.Document(io.BytesIO(GOOD))
    named.core_properties.title = "PLATS"
    out, moved = io.BytesIO(), io.BytesIO()
    named.save(out)
    with zipfile.ZipFile(out) as before, zipfile.ZipFile(moved, "w") as after:
        for item in before.namelist():
            content = before.read(item).replace(b"docProps/core.xml", b"props/core.xml")
            content = content.replace(b"PLATS", title.encode())
            after.writestr(item.replace("docProps/core.xml", "props/core.xml"), content)
    made = letter_docx(EXAMPLE, moved.getvalue(), "sv")
    told = docx.Document(io.BytesIO(made)).core_properties.title
    assert told == title.replace("&#123;", "{").replace("&#125;", "}")


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


@pytest.mark.parametrize("kind", list(TemplateKind))
def test_the_template_to_begin_from_can_be_used_as_it_is(kind: TemplateKind) -> None:
    assert wrong_with(first_template(kind), kind, "mall.docx") == []
    made = document_docx(WRITTEN, "sv", first_template(TemplateKind.PAPER))
    assert {"Förslag", "att avslå", "Förvaltningschef"} <= set(texts(made))
    assert "Dnr EX 1" in texts(letter_docx(EXAMPLE, first_template(TemplateKind.LETTER), "sv"))


# papers to the board


PAPER = template(
    "{{ kind }} {{ dnr }} {{ date }} {{ meeting }}",
    "{{ title }}",
    "{%p for line in top %}",
    "{{ line }}",
    "{%p endfor %}",
    "{{ content }}",
    "{%p for line in signed %}",
    "{{ line }}",
    "{%p endfor %}",
    "Besöksadress: Gatan 1",
    header="{{ board }}",
)
WRITTEN = WrittenDocument(
    same_in_both("Fördelning {{ board }} \ue000"),
    [same_in_both("Nämnden")],
    [
        DocumentSection(
            same_in_both("Förslag"), [same_in_both("att bevilja"), same_in_both("att avslå")], numbered=True
        ),
        DocumentSection(same_in_both("Bakgrund"), [same_in_both("Text & <mer>")]),
        DocumentSection(
            same_in_both("Bilaga 1"), (), table=DocumentTable([same_in_both("Förening")], [["Föreningen A"], ["B"]])
        ),
    ],
    [same_in_both("Förvaltningschef")],
    {"board": same_in_both("Nämnden norr"), "dnr": same_in_both("KF 2026/1")},
)


def test_a_paper_takes_its_place_in_the_boards_template_between_what_the_template_says() -> None:
    assert wrong_with(PAPER, TemplateKind.PAPER, "mall.docx") == []
    document = docx.Document(io.BytesIO(document_docx(WRITTEN, "sv", PAPER)))
    assert [paragraph.text for paragraph in document.paragraphs] == [
        " KF 2026/1  ",
        "Fördelning {{ board }} ",
        "Nämnden",
        "Förslag",
        "att bevilja",
        "att avslå",
        "Bakgrund",
        "Text & <mer>",
        "Bilaga 1",
        "Förvaltningschef",
        "Besöksadress: Gatan 1",
    ]
    assert document.sections[0].header.paragraphs[0].text == "Nämnden norr"
    styles = {paragraph.text: paragraph.style.name for paragraph in document.paragraphs if paragraph.style is not None}
    assert (styles["Förslag"], styles["att bevilja"]) == ("Heading 2", "List Number")
    (table,) = document.tables
    assert [cell.text for row in table.rows for cell in row.cells] == ["Förening", "Föreningen A", "B"]
    order = [element.tag.rpartition("}")[2] for element in document.element.body]
    assert order.index("tbl") == 9


def test_a_template_without_the_usual_styles_still_numbers_its_points_and_draws_its_table() -> None:
    document = docx.Document(io.BytesIO(PAPER))
    for name in ("Heading 2", "List Number", "Table Grid"):
        style = document.styles[name].element
        style.getparent().remove(style)
    out = io.BytesIO()
    document.save(out)
    made = docx.Document(io.BytesIO(document_docx(WRITTEN, "sv", out.getvalue())))
    said = [paragraph.text for paragraph in made.paragraphs]
    assert {"1. att bevilja", "2. att avslå"} <= set(said)
    assert next(one for one in made.paragraphs if one.text == "Förslag").runs[0].bold
    assert "w:tblBorders" in made.tables[0]._tbl.xml


@pytest.mark.long
@pytest.mark.parametrize(
    "data",
    [
        template("{{ title }}"),
        template("Se {{ content }} här"),
        template("{{ content }}", "{{ content }}"),
        template("x", header="{{ content }}"),
        template("{{ content }}", "{{ lines }}"),
    ],
)
def test_a_paper_template_without_its_place_or_with_a_letters_field_is_refused(data: bytes) -> None:
    (problem,) = wrong_with(data, TemplateKind.PAPER, "mall.docx")
    assert "content" in problem.what.sv + problem.remedy.sv
    with pytest.raises(UnreadableError):
        document_docx(WRITTEN, "sv", data)


def test_a_letter_template_without_its_text_is_refused_with_its_fields() -> None:
    [problem] = wrong_with_template(template("{{ board }}", "{{ subject }}"), "mall.docx")
    assert "lines" in problem.what.sv
    assert "letterhead" in problem.remedy.sv
    assert wrong_with_template(template("{%p for line in lines %}", "{{ line }}", "{%p endfor %}"), "mall.docx") == []
