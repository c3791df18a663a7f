"""What a person would see of an answer: the words of a page, the cells of a workbook, the text of a document."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import pypdfium2
from lxml import etree, html
from openpyxl import load_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator

SPOKEN = ("aria-label", "title", "alt", "placeholder")
FIELDS = frozenset({"input", "button", "select", "textarea"})
OF_ONE_REQUEST = frozenset({"csrf_token"})
GOES = {"a": "href", "form": "action"}
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "body",
        "button",
        "caption",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "head",
        "header",
        "html",
        "label",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "optgroup",
        "option",
        "p",
        "pre",
        "section",
        "select",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "title",
        "tr",
        "ul",
    ]
)


def text_of(content: bytes, kind: str) -> str:
    """The visible text of an answer of a media type, one thing a line."""
    if content.startswith(b"PK"):
        return "\n".join(_packed(content))
    if content.startswith(b"%PDF"):
        return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))
    if kind == "text/html":
        return text_of_element(html.fromstring(content.decode()))
    return content.decode("utf-8", "backslashreplace")


def text_of_element(tree: html.HtmlElement) -> str:
    """The visible text of a page or a part of it, one thing a line; headings with their level, fields with their ids."""
    return "\n".join(_page(tree))


def _page(tree: html.HtmlElement) -> Iterator[str]:
    """Lines of a page: a block begins one; what is spoken, filled in and where links and forms go stands in brackets."""
    line: list[str] = []
    for element, begins in _walk(tree):
        tag = element.tag
        if tag in BLOCKS:
            yield from _flushed(line)
        if not begins:
            line.append(element.tail or "")
            continue
        if re.fullmatch("h[1-6]", str(tag)):
            line.append("#" * int(tag[1]) + " ")
        line.extend(f" [{element.get(name)}] " for name in SPOKEN if element.get(name))
        if tag != "link" and element.get(GOES.get(str(tag), "href")):
            line.append(f" <{element.get(GOES.get(str(tag), 'href'))}> ")
        if tag in FIELDS and (element.get("name") or element.get("id")):
            line.append(_field(element))
        if tag == "option":
            line.append(f" [{element.get('value', '')}{' x' * ('selected' in element.attrib)}] ")
        line.append(element.text or "")
    yield from _flushed(line)


def _field(element: html.HtmlElement) -> str:
    """A field's name, value, kind and id; the token of a form is of one request."""
    name, value = element.get("name", ""), element.get("value", "")
    value = "…" if name in OF_ONE_REQUEST else value
    ticked = " x" * ("checked" in element.attrib)
    kind, place = element.get("type", str(element.tag)), element.get("id", "")
    return f" [{kind} {name}={value}{ticked}{f' #{place}' if place else ''}] "


def _walk(tree: html.HtmlElement) -> Iterator[tuple[html.HtmlElement, bool]]:
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if isinstance(element.tag, str) and element.tag not in {"script", "style"}:
            yield element, event == "start"
        elif event == "end" and element.tail:
            element.text = None
            yield element, False


def _flushed(line: list[str]) -> Iterator[str]:
    shown = re.sub(r"[ \t\r\n]+", " ", "".join(line)).strip()
    line.clear()
    if shown:
        yield shown


def _packed(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        names = sorted(packed.namelist())
        if "xl/workbook.xml" in names:
            yield from _workbook(content)
        elif "word/document.xml" in names:
            yield from _document(packed)
        else:
            for name in names:
                yield f"== {name}"
                yield text_of(packed.read(name), "text/html" if name.endswith(".html") else "text/plain")


def _workbook(content: bytes) -> Iterator[str]:
    book = load_workbook(io.BytesIO(content))
    for sheet in book.worksheets:
        yield f"-- {sheet.title} {sheet.dimensions} frozen {sheet.freeze_panes} filter {sheet.auto_filter.ref}"
        for row in sheet.iter_rows():
            cells = [f"{cell.value!r}{f' ({cell.comment.text})' if cell.comment else ''}" for cell in row]
            yield "\t".join(cells)


def _document(packed: zipfile.ZipFile) -> Iterator[str]:
    for name in sorted(packed.namelist()):
        if re.fullmatch(r"word/(document|header\d*|footer\d*|comments|footnotes)\.xml", name):
            yield f"-- {name}"
            for paragraph in etree.fromstring(packed.read(name)).iter("{*}p"):
                yield "".join(paragraph.itertext("{*}t"))
