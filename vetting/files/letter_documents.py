"""Letters as Word documents: by the board's own template in a sandbox, or plain. Read and set in the child process."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any, Final

from docx.shared import Cm, Pt
from docxtpl import DocxTemplate
from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from vetting.domain.letters import FIELDS, LISTS
from vetting.files.clean_text import clean
from vetting.files.containers import inspect_document
from vetting.files.refusals import RefusedError
from vetting.files.word_documents import new_document

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ALLOWED: Final = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.For, nodes.If, nodes.And,
    nodes.Or, nodes.Not,
)  # fmt: skip
"""A template says names, attributes, if and for; nothing that computes, calls or reads."""
FOOTNOTES: Final = "footnotes+xml"
_LINK: Final = re.compile(rb"<Relationship\b[^>]*>")
DANGEROUS: Final = ("vbaproject", "activex", "embeddings/", "oleobject", "afchunk", ".bin")


def problems_in(data: bytes) -> list[dict[str, str]]:
    """What is wrong with a template: codes, and the names they are about.

    Raises:
        RefusedError: it is no Word document, or holds macros, embedded objects or addresses that are fetched.
    """
    _refuse_dangerous(data)
    environment = _environment()
    found: list[dict[str, str]] = []
    for text in _texts(data):
        try:
            tree = environment.parse(text)
        except TemplateSyntaxError as error:
            found.append({"code": "syntax", "name": str(error.message)[:120]})
            continue
        found += list(_wrong(tree))
    return [dict(pair) for pair in dict.fromkeys(tuple(sorted(item.items())) for item in found)]


def filled(template: bytes, values: Mapping[str, Any]) -> bytes:
    """The template with a letter's values; what stands in them is text and never markup.

    Raises:
        RefusedError: the template is not one that was checked.
    """
    if problems_in(template):
        raise RefusedError("template")
    document = DocxTemplate(io.BytesIO(template))
    document.render(_cleaned(values), jinja_env=_environment(), autoescape=True)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def plain(values: Mapping[str, Any], language: str) -> bytes:
    """A letter without a template of the board's own."""
    given = _cleaned(values)
    document = new_document(given["subject"], language)
    section = document.sections[0]
    section.left_margin = section.right_margin = Cm(2.3)
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


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: [clean(line) for line in value] if isinstance(value, list) else clean(str(value))
        for name, value in values.items()
    }


def _refuse_dangerous(data: bytes) -> None:
    inspect_document(data)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        names = [name.lower() for name in book.namelist()]
        if "word/document.xml" not in names:
            raise RefusedError("no_template")
        if any(part in name for name in names for part in DANGEROUS):
            raise RefusedError("template_active")
        for name in book.namelist():
            if name.endswith(".rels") and any(
                b"External" in link and b"/hyperlink" not in link for link in _LINK.findall(book.read(name))
            ):
                raise RefusedError("template_active")
            if name.startswith("docProps/") and (b"{{" in book.read(name) or b"{%" in book.read(name)):
                raise RefusedError("template_active")


def _texts(data: bytes) -> Iterator[str]:
    """The parts that are filled in, found and with their marks put together by docxtpl itself, whatever their names."""
    document = DocxTemplate(io.BytesIO(data))
    document.render_init()
    yield document.patch_xml(document.get_xml())
    for uri in (document.HEADER_URI, document.FOOTER_URI):
        for _, part in document.get_headers_footers(uri):
            yield document.patch_xml(document.get_part_xml(part))
    for part in document.docx.part.package.iter_parts():
        if part.content_type.endswith(FOOTNOTES):
            yield document.patch_xml(part.blob.decode("utf-8", "replace"))


def _wrong(tree: nodes.Template) -> Iterator[dict[str, str]]:
    named = [name for loop in tree.find_all(nodes.For) for name in loop.find_all(nodes.Name)]
    loops = {name.name for name in named if name.ctx == "store"}
    for node in _all(tree):
        if not isinstance(node, ALLOWED):
            yield {"code": "not_allowed", "name": type(node).__name__.lower()}
    for name in tree.find_all(nodes.Name):
        if name.ctx == "load" and name.name not in FIELDS and name.name not in loops:
            yield {"code": "unknown", "name": name.name}
    for attribute in tree.find_all(nodes.Getattr):
        yield {"code": "unknown", "name": attribute.attr}
    for loop in tree.find_all(nodes.For):
        inner = [found for part in loop.body for found in _all(part) if isinstance(found, nodes.For)]
        if loop.recursive or inner:
            yield {"code": "loop", "name": "for"}
        if not (isinstance(loop.iter, nodes.Name) and loop.iter.name in LISTS):
            yield {"code": "loop", "name": getattr(loop.iter, "name", "for")}


def _all(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _all(child)
