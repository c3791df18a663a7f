"""Inside the child: what stands in the fields of a Word document, by their signs or by the labels beside them."""

from __future__ import annotations

import io
import zipfile
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from defusedxml import ElementTree

from vetting.formats.containers import BROKEN_FILE_ERRORS, inspect_document
from vetting.formats.form_marks import TAG, W14
from vetting.formats.refusals import FileReadingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from xml.etree.ElementTree import Element

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W14: Final = f"{{{W14}}}"
_FILES: Final = ("word/document.xml", "word/footer", "word/header")
LONGEST: Final = 20_000
MOST: Final = 1_000
MOST_CHARACTERS: Final = 300_000
MOST_TEXTS: Final = 5_000


def read_form(data: bytes) -> dict[str, Any]:
    """{"texts": [paragraph], "answers": [[fact, label, text]]} of a Word document.

    Raises:
        FileReadingError: it is broken, or unpacks to too much.
    """
    inspect_document(data)
    texts: list[str] = []
    answers: list[list[str]] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                if name.startswith(_FILES) and name.endswith(".xml"):
                    root = ElementTree.fromstring(archive.read(name), forbid_dtd=True)
                    texts += [_text(paragraph)[:LONGEST] for paragraph in root.iter(f"{_W}p")]
                    answers += _within(islice(_answers(root), MOST - len(answers)))
    except BROKEN_FILE_ERRORS as error:
        raise FileReadingError("broken") from error
    return {"texts": [text for text in texts if text.strip()][-MOST_TEXTS:], "answers": answers}


def _within(answers: Iterable[list[str]]) -> Iterator[list[str]]:
    """So many of them as are together no longer than any form that people fill in."""
    left = MOST_CHARACTERS
    for answer in answers:
        left -= sum(map(len, answer))
        if left < 0:
            return
        yield answer


def _answers(place: Element, label: str = "") -> Iterator[list[str]]:
    """Every field; a row of a table without one answers by its first cell, where another program took it away."""
    for child in place:
        if child.tag == f"{_W}sdt" and _tag(child):
            yield [_tag(child), label, _answer(child)]
        elif child.tag == f"{_W}tr":
            cells = child.findall(f"{_W}tc") or child.findall(f"{_W}sdt/{_W}sdtContent/{_W}tc")
            own = _first_line(cells[0]) if cells else ""
            inside = _answers(child, own)
            first = next(inside, None)
            if first is not None:
                yield first
                yield from inside
            elif len(cells) > 1 and own:
                yield ["", own, _lines(cells[1])]
        else:
            yield from _answers(child, label)


def _tag(field: Element) -> str:
    tag = field.find(f"{_W}sdtPr/{_W}tag")
    value = tag.get(f"{_W}val", "") if tag is not None else ""
    return value.removeprefix(TAG) if value.startswith(TAG) else ""


def _answer(field: Element) -> str:
    """What stands in it: nothing while it shows what to write."""
    box = field.find(f"{_W}sdtPr/{_W14}checkbox/{_W14}checked")
    if box is not None:
        return "x" if box.get(f"{_W14}val") in {"1", "true", "on"} else ""
    if field.find(f"{_W}sdtPr/{_W}showingPlcHdr") is not None:
        return ""
    content = field.find(f"{_W}sdtContent")
    return _lines(content) if content is not None else ""


def _lines(element: Element) -> str:
    paragraphs = list(element.iter(f"{_W}p"))
    found = "\n".join(map(_text, paragraphs)) if paragraphs else _text(element)
    return found.strip()[:LONGEST]


def _first_line(element: Element) -> str:
    return next((text for paragraph in element.iter(f"{_W}p") if (text := _text(paragraph).strip())), "")[:200]


def _text(element: Element) -> str:
    parts = []
    for found in element.iter():
        if found.tag == f"{_W}t":
            parts.append(found.text or "")
        elif found.tag in {f"{_W}br", f"{_W}cr"}:
            parts.append("\n")
        elif found.tag == f"{_W}tab":
            parts.append(" ")
    return "".join(parts)
