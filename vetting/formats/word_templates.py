"""Word documents by a board's own template, in a sandbox, and plain letters. Read and set in the child process."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any, Final

from defusedxml import ElementTree
from docx import Document
from docx.shared import Pt
from docxtpl import DocxTemplate
from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml.etree import XMLSyntaxError

from vetting.formats.clean_text import clean_xml_text
from vetting.formats.containers import inspect_document
from vetting.formats.refusals import FileReadingError
from vetting.formats.word_documents import add_sections, new_document
from vetting.kernel.own_templates import TEMPLATE_FIELDS, TemplateKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from xml.etree.ElementTree import Element

    from vetting.kernel.own_templates import TemplateFields

ALLOWED_NODES: Final = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.For,
    nodes.If,
    nodes.And,
    nodes.Or,
    nodes.Not,
)
"""A template says names, attributes, if and for; nothing that computes, calls or reads."""
_NOT_ALLOWED: Final[Mapping[type[nodes.Node], str]] = {
    **dict.fromkeys((nodes.Call, nodes.CallBlock, nodes.Macro), "call"),
    **dict.fromkeys((nodes.Filter, nodes.FilterBlock), "filter"),
    **dict.fromkeys((nodes.Compare, nodes.Operand, nodes.Test), "comparison"),
    **dict.fromkeys((nodes.Const, nodes.TemplateData, nodes.Tuple, nodes.List, nodes.Dict, nodes.Pair), "value"),
    **dict.fromkeys((nodes.Getitem, nodes.Slice), "place"),
    **dict.fromkeys((nodes.Assign, nodes.AssignBlock, nodes.NSRef), "assignment"),
    **dict.fromkeys(
        (
            *(nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow),
            *(nodes.Neg, nodes.Pos, nodes.Concat, nodes.CondExpr),
        ),
        "calculation",
    ),
}
"""What else a template may hold, by what a person would call it; everything that is not named is a command."""
_MARK: Final = re.compile(r"{{.*?}}|{%.*?%}", re.DOTALL)
_OPENS: Final = re.compile(r"{%[-+]?\s*(if|for)\b")
_CONTINUES: Final = re.compile(r"{%[-+]?\s*(else|elif\b.*|endif|endfor)\s*[-+]?%}", re.DOTALL)
_LEFT_OPEN: Final = re.compile(r"{[{%][^<]*")
LONGEST_MARK: Final = 120
FOOTNOTES: Final = "footnotes+xml"
DANGEROUS: Final = ("vbaproject", "activex", "embeddings/", "oleobject", "afchunk", ".bin")
_RELATION: Final = re.compile(
    r"http://(?:schemas\.openxmlformats\.org/(?:officeDocument|package)/2006|purl\.oclc\.org/ooxml/officeDocument"
    r"|schemas\.microsoft\.com/office/20\d\d(?:/\d\d)?)/relationships/([\w/-]+)"
)
RELATIONS: Final = frozenset(
    {
        "officeDocument",
        "extended-properties",
        "custom-properties",
        "metadata/core-properties",
        "metadata/thumbnail",
        "styles",
        "stylesWithEffects",
        "settings",
        "webSettings",
        "fontTable",
        "font",
        "theme",
        "numbering",
        "header",
        "footer",
        "footnotes",
        "endnotes",
        "comments",
        "commentsExtended",
        "commentsIds",
        "commentsExtensible",
        "people",
        "classificationlabels",
        "customXml",
        "customXmlProps",
        "image",
        "glossaryDocument",
    }
)
"""What a part may lead to inside the file; a hyperlink alone leads out of it."""
TYPES: Final = re.compile(
    r"application/(?:xml|vnd\.openxmlformats-(?:officedocument\.(?:wordprocessingml\.[\w.]+|theme|extended-properties"
    r"|custom-properties|customXmlProperties)\+xml|package\.core-properties\+xml"
    r"|officedocument\.obfuscatedFont)|vnd\.ms-(?:word|office)\.(?:stylesWithEffects|people|classificationlabels)\+xml)"
    r"|image/(?:png|jpeg|gif|bmp|tiff|x-emf|x-wmf)"
)
_LEADS_OUT: Final = re.compile(r"(?:https?://|mailto:)[^\s{}]+", re.IGNORECASE)
CODES: Final = frozenset(
    {
        "PAGE",
        "NUMPAGES",
        "SECTION",
        "SECTIONPAGES",
        "PAGEREF",
        "REF",
        "STYLEREF",
        "SEQ",
        "TOC",
        "DATE",
        "TIME",
        "CREATEDATE",
        "SAVEDATE",
        "PRINTDATE",
        "DOCPROPERTY",
        "TITLE",
        "SUBJECT",
        "FORMTEXT",
        "FORMCHECKBOX",
    }
)
"""Fields that Word works out from the document itself and the clock; every other may fetch, run or ask."""
_LINK: Final = re.compile(
    r"""\s*HYPERLINK(?:\s+"(?:https?://|mailto:)[^\s"{}]+")?(?:\s+\\[lothn](?:\s+"[^"{}]*")?)*\s*""", re.IGNORECASE
)
FETCHES: Final = frozenset(
    {
        "mailMerge",
        "attachedTemplate",
        "object",
        "OLEObject",
        "control",
        "altChunk",
        "subDoc",
        "frameset",
        "webVideoPr",
        "saveThroughXslt",
        "attachedSchema",
        "schemaLibrary",
        "entryMacro",
        "exitMacro",
        "scriptAnchor",
    }
)
LEADING: Final = frozenset({"href", "docLocation", "manifestLocation", "schemaLocation", "action"})
"""Attributes that lead somewhere past the lists of links."""
_VML: Final = "{urn:schemas-microsoft-com:vml}"
_PLACE: Final = "\ue000"
"""Stands where a paper's content goes, while the rest is filled in; no value has it."""


def problems_in(data: bytes, kind: TemplateKind) -> list[dict[str, str]]:
    """What is wrong with a template: codes, and the names they are about.

    Raises:
        FileReadingError: it is no Word document, or holds macros, embedded objects or addresses that are fetched.
    """
    _refuse_dangerous(data)
    environment, fields = _environment(), TEMPLATE_FIELDS[kind]
    found: list[dict[str, str]] = []
    said: set[str] = set()
    for text in _texts(data):
        try:
            tree = environment.parse(text)
        except TemplateSyntaxError:
            found.append(_unreadable(environment, text))
            continue
        found += list(_wrong(tree, fields))
        said |= {name.name for name in tree.find_all(nodes.Name)}
    if not found and fields.body and _body_paragraph(Document(io.BytesIO(data)), fields.body) is None:
        found.append({"code": "body", "name": fields.body})
    found += [{"code": "lacks", "name": name} for name in sorted(fields.needs - said)] if not found else []
    return [dict(pair) for pair in dict.fromkeys(tuple(sorted(item.items())) for item in found)]


def fill_template(template: bytes, kind: TemplateKind, values: Mapping[str, Any]) -> bytes:
    """The template with its values; what stands in them is text and never markup.

    values: of a paper with `sections` too, as `word_documents.add_sections` takes them.

    Raises:
        FileReadingError: the template is not one that was checked.
    """
    if any(problem["code"] != "lacks" for problem in problems_in(template, kind)):
        raise FileReadingError("template")
    fields, sections = TEMPLATE_FIELDS[kind], values.get("sections", ())
    said = _clean_values({name: values.get(name, "") for name in fields.words})
    document = _Template(io.BytesIO(template))
    document.render(said | {fields.body: _PLACE}, jinja_env=_environment(), autoescape=True)
    out = io.BytesIO()
    document.save(out)
    made = _with_content(out.getvalue(), sections) if fields.body else out.getvalue()
    _refuse_dangerous(made)  # what Word will read, whatever the filling in has put together
    return made


def _with_content(data: bytes, sections: Sequence[Mapping[str, Any]]) -> bytes:
    document = Document(io.BytesIO(data))
    place = next(found for found in document.paragraphs if found.text.strip() == _PLACE)
    add_sections(document, sections, before=place)
    place._p.getparent().remove(place._p)  # noqa: SLF001 - the library has no other way
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _body_paragraph(document: Any, body: str) -> Any:  # noqa: ANN401 - python-docx's own types
    """The one paragraph of the running text that says the body's field and nothing else; None where there is none."""
    said = "{{" + body + "}}"
    found = [paragraph for paragraph in document.paragraphs if "".join(paragraph.text.split()) == said]
    return found[0] if len(found) == 1 else None


FIRST: Final[Mapping[TemplateKind, tuple[str, ...]]] = {
    TemplateKind.LETTER: (
        *("{%p for line in letterhead %}", "{{ line }}", "{%p endfor %}"),
        *("{%p for line in to %}", "{{ line }}", "{%p endfor %}"),
        *("{{ date }}", "{% if dnr %}Dnr {{ dnr }}{% endif %}", "{{ subject }}"),
        *("{%p for line in lines %}", "{{ line }}", "{%p endfor %}"),
    ),
    TemplateKind.PAPER: (
        *("{{ kind }}", "{{ date }}", "{% if dnr %}Dnr {{ dnr }}{% endif %}", "{{ title }}"),
        *("{{ content }}", "{%p for line in signed %}", "{{ line }}", "{%p endfor %}"),
    ),
}
"""What a board may begin its own template from."""


def first_template(kind: TemplateKind) -> bytes:
    """A plain template with the fields that one needs, for a board to make its own of."""
    document = new_document("", "sv")
    document.sections[0].header.paragraphs[0].text = "{{ board }}"
    for line in FIRST[kind]:
        titled = line in {"{{ title }}", "{{ subject }}"}
        document.add_paragraph(line, style="Heading 1" if titled else None)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def plain_letter(values: Mapping[str, Any], language: str) -> bytes:
    """A letter without a template of the board's own."""
    given = _clean_values(values)
    document = new_document(given["subject"], language)
    for line in [*given["letterhead"], "", *given["to"], "", given["date"]]:
        document.add_paragraph(line).paragraph_format.space_after = Pt(0)
    document.add_heading(given["subject"], level=1)
    for line in given["lines"]:
        if line.startswith("- "):
            document.add_paragraph(line[2:], style="List Bullet")
        else:
            document.add_paragraph(line).paragraph_format.space_after = Pt(4)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(autoescape=True)


def _clean_values(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: [_clean(line) for line in value] if isinstance(value, list) else _clean(str(value))
        for name, value in values.items()
    }


def _clean(text: str) -> str:
    return clean_xml_text(text).replace(_PLACE, "")


def _refuse_dangerous(data: bytes) -> None:
    inspect_document(data)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        names = book.namelist()
        if "word/document.xml" not in names:
            raise FileReadingError("no_template")
        if any(part in name.lower() for name in names for part in DANGEROUS):
            raise FileReadingError("template_active")
        for name in names:
            if name.startswith("docProps/") and any(sign in book.read(name) for sign in (b"{{", b"{%")):
                raise FileReadingError("template_active")
            if name.lower().endswith(".rels") and not all(map(_may_lead, _parse_part(book.read(name)).iter())):
                raise FileReadingError("template_active")
    reached = {str(part.partname).lstrip("/").casefold(): part for part in _parts(data)}
    if not _are_all_reached(names, set(reached)):
        raise FileReadingError("template_active")
    for part in reached.values():
        if not TYPES.fullmatch(part.content_type):
            raise FileReadingError("template_active")
        if part.content_type.endswith("xml"):
            root = _parse_part(part.blob)
            if any(map(_acts, root.iter())) or not all(map(_is_harmless, _codes(root))):
                raise FileReadingError("template_active")


def _are_all_reached(names: list[str], reached: set[str]) -> bool:
    """Whether nothing lies in the file that nothing leads to: under the same name in other letters, or none at all."""
    folded = [name.casefold() for name in names if not name.endswith("/")]
    lists = {name for name in folded if name.endswith(".rels") or name == "[content_types].xml"}
    return len(set(folded)) == len(folded) and set(folded) - lists <= reached


def _parts(data: bytes) -> Iterator[Any]:
    """Every part that something in the file leads to, with the type that the file itself says."""
    try:
        yield from Document(io.BytesIO(data)).part.package.iter_parts()
    except (KeyError, ValueError, TypeError, AttributeError, XMLSyntaxError) as error:
        raise FileReadingError("broken") from error


def _parse_part(part: bytes) -> Element:
    try:
        return ElementTree.fromstring(part, forbid_dtd=True)
    except (ElementTree.ParseError, ValueError) as error:
        raise FileReadingError("broken") from error


def _may_lead(link: Element) -> bool:
    """Whether a line of a list of links is one of those that a letter needs."""
    if not link.tag.endswith("}Relationship"):
        return link.tag.endswith("}Relationships")
    kind = _RELATION.fullmatch(link.get("Type", ""))
    target = link.get("Target", "")
    if kind is None:
        return False
    if link.get("TargetMode", "Internal") == "Internal":
        return kind[1] in RELATIONS or (kind[1] == "hyperlink" and target.startswith("#"))
    return kind[1] == "hyperlink" and _LEADS_OUT.fullmatch(target) is not None


def _acts(element: Element) -> bool:
    """Whether an element fetches, embeds or runs something."""
    leads = any(value and _local(name) in LEADING for name, value in element.attrib.items())
    return leads or _local(element.tag) in FETCHES or (element.tag.startswith(_VML) and "src" in element.attrib)


def _local(name: str) -> str:
    """A name without its namespace: there are two for the same words."""
    return name.rsplit("}", 1)[-1]


def _codes(root: Element) -> Iterator[str]:
    """Every field's code, put together from its runs; one inside another's code is a sign that no code has."""
    begun: list[tuple[str, bool]] = []
    for found in root.iter():
        said = {_local(name): value for name, value in found.attrib.items()}
        match _local(found.tag), said.get("fldCharType"):
            case "fldSimple", _:
                yield said.get("instr", "")
            case "t", _ if begun and not begun[-1][1]:
                begun[-1] = (begun[-1][0] + (found.text or ""), False)
            case "instrText" | "delInstrText", _:
                code, told = begun.pop() if begun else ("{", False)
                begun.append((code + (found.text or ""), told))
            case "fldChar", "begin":
                if begun and not begun[-1][1]:
                    begun[-1] = (begun[-1][0] + "{", False)
                begun.append(("", False))
            case "fldChar", "separate" if begun:
                begun[-1] = (begun[-1][0], True)
            case "fldChar", "end" if begun:
                yield begun.pop()[0]
    yield from (code for code, _ in begun)


def _is_harmless(code: str) -> bool:
    words = code.split()
    return bool(words) and not set("{}") & set(code) and (words[0].upper() in CODES or bool(_LINK.fullmatch(code)))


class _Template(DocxTemplate):  # type: ignore[misc] # carries no types
    """A template whose body, headers, footers and notes are filled in; what is told of the file stays as it is."""

    def render_properties(self, context: object, jinja_env: object = None) -> None:
        """Nothing: properties are no template."""


def _texts(data: bytes) -> Iterator[str]:
    """The parts that are filled in, found and with their marks put together by docxtpl itself, whatever their names."""
    document = _Template(io.BytesIO(data))
    document.render_init()
    yield document.patch_xml(document.get_xml())
    for uri in (document.HEADER_URI, document.FOOTER_URI):
        for _, part in document.get_headers_footers(uri):
            yield document.patch_xml(document.get_part_xml(part))
    for part in document.docx.part.package.iter_parts():
        if part.content_type.endswith(FOOTNOTES):
            yield document.patch_xml(part.blob.decode("utf-8", "replace"))


def _unreadable(environment: ImmutableSandboxedEnvironment, text: str) -> dict[str, str]:
    """The first mark that is not closed or not readable; where each is, an if or for and its end do not go together."""
    left_open = _LEFT_OPEN.search(_MARK.sub("", text))
    if left_open:
        return {"code": "syntax", "name": left_open[0][:LONGEST_MARK]}
    for mark in _MARK.findall(text):
        opens = _OPENS.match(mark)
        try:
            if not _CONTINUES.fullmatch(mark):
                environment.parse(f"{mark}{{% end{opens[1]} %}}" if opens else mark)
        except TemplateSyntaxError:
            return {"code": "syntax", "name": mark[:LONGEST_MARK]}
    return {"code": "pair", "name": ""}


def _wrong(tree: nodes.Template, fields: TemplateFields) -> Iterator[dict[str, str]]:
    named = [name for loop in tree.find_all(nodes.For) for name in loop.find_all(nodes.Name)]
    loops = {name.name for name in named if name.ctx == "store"}
    for node in _all(tree):
        if not isinstance(node, ALLOWED_NODES):
            yield {"code": _NOT_ALLOWED.get(type(node), "command"), "name": ""}
    for name in tree.find_all(nodes.Name):
        if name.ctx == "load" and name.name not in fields.words and name.name not in loops:
            yield {"code": "unknown", "name": name.name}
    for attribute in tree.find_all(nodes.Getattr):
        yield {"code": "unknown", "name": attribute.attr}
    for loop in tree.find_all(nodes.For):
        inner = [found for part in loop.body for found in _all(part) if isinstance(found, nodes.For)]
        if loop.recursive or inner:
            yield {"code": "loop", "name": "for"}
        if not (isinstance(loop.iter, nodes.Name) and loop.iter.name in fields.lists):
            yield {"code": "loop", "name": getattr(loop.iter, "name", "for")}


def _all(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _all(child)
