"""What is taken in as a document: by what a file says that it is, and never with macros, whatever these are called."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import docx
import openpyxl
import pytest

from tests.formats.hostile import open_document
from vetting.formats import limits
from vetting.formats.document_types import DOCX, ODS, XLSX, media_type
from vetting.kernel.problem import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable


def word() -> bytes:
    out = io.BytesIO()
    docx.Document().save(out)
    return out.getvalue()


def excel() -> bytes:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def packed(data: bytes, *, types: tuple[str, str] = ("", ""), **parts: bytes) -> bytes:
    """A document with another list of types, and with more parts; "__" in a name is a slash."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "[Content_Types].xml" and types[0]:
                assert types[0].encode() in content
                content = content.replace(types[0].encode(), types[1].encode(), 1)
            new.writestr(name, content)
        for name, content in parts.items():
            new.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def told(kind: str, name: str = "/word/evil.dat") -> tuple[str, str]:
    return "</Types>", f'<Override PartName="{name}" ContentType="{kind}"/></Types>'


def crowded() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        for number in range(limits.ZIP_ENTRIES + 1):
            new.writestr(str(number), b"")
    return out.getvalue()


MACROS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "macros under another name": ("a.docx", lambda: packed(word(), types=told("application/vnd.ms-office.vbaProject"))),
    "a document made for macros": (
        "a.docx",
        lambda: packed(
            word(),
            types=(
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                "application/vnd.ms-word.document.macroEnabled.main+xml",
            ),
        ),
    ),
    "in capitals": ("a.docx", lambda: packed(word(), word__VBAPROJECT=b"x")),
    "a macro sheet": ("a.xlsx", lambda: packed(excel(), types=told("application/vnd.ms-excel.macrosheet+xml"))),
    "a text with Basic": ("a.odt", lambda: packed(open_document(kind="text"), Basic__Standard__Module1=b"x")),
    "a sheet with Python": ("a.ods", lambda: packed(open_document(), Scripts__python__x=b"import os")),
    "a master text": ("a.odt", lambda: open_document(kind="text-master")),
    "only words": ("a.docx", lambda: b"PK\x03\x04 word/document.xml"),
    "no list of types": ("a.docx", lambda: packed(word(), types=("<Types", "<!DOCTYPE x><Types"))),
    "more parts than are counted": ("a.docx", crowded),
}


@pytest.mark.guards("documents", "5.1.1")
@pytest.mark.parametrize("what", MACROS)
def test_what_runs_or_is_no_document_is_not_taken_in(what: str) -> None:
    name, made = MACROS[what]
    with pytest.raises(UnreadableError):
        media_type(made(), name)


def test_a_document_is_told_by_its_types_and_may_speak_of_macros() -> None:
    assert media_type(word(), "a.docx") == DOCX
    assert media_type(excel(), "a.xlsx") == XLSX
    assert media_type(open_document(), "a.ods") == ODS
    assert media_type(packed(word(), note=b"about vbaProject.bin"), "a.docx") == DOCX
