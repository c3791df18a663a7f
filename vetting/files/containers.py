"""What kind of file some bytes are, and whether a workbook's zip is safe to open. By content, never by name."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Final

from vetting.files import limits
from vetting.files.refusals import RefusedError

_MAGIC: Final = (
    (b"\x89PNG", "picture"), (b"\xff\xd8\xff", "picture"), (b"GIF8", "picture"), (b"BM", "picture"),
    (b"II*\x00", "picture"), (b"MM\x00*", "picture"), (b"%PDF", "pdf"), (b"{\\rtf", "word"), (b"\x1f\x8b", "other"),
    (b"Rar!", "other"), (b"7z\xbc\xaf", "other"), (b"MZ", "other"), (b"\x7fELF", "other"), (b"SQLite", "other"),
)  # fmt: skip
_OLE: Final = b"\xd0\xcf\x11\xe0"
_ENCRYPTED_STREAM: Final = "EncryptedPackage".encode("utf-16-le")
_DECLARATIONS: Final = (b"<!DOCTYPE", b"<!ENTITY", b"<!doctype", b"<!entity")
_FORMULA: Final = re.compile(rb"<(?:\w{1,20}:)?f[ />]")
_STRICT: Final = b"purl.oclc.org/ooxml"
_CHUNK: Final = 256 * 1024
_MARKUP: Final = (".xml", ".rels", ".vml")


def kind_of(data: bytes) -> str:
    """'xlsx' or 'csv'.

    Raises:
        RefusedError: anything else, with what it is.
    """
    if not data.strip():
        raise RefusedError("empty")
    if data[:4] == b"PK\x03\x04":
        return "xlsx"
    if data[:4] == _OLE:
        raise RefusedError("encrypted" if _ENCRYPTED_STREAM in data else "old_excel")
    for magic, code in _MAGIC:
        if data.startswith(magic) and (magic not in {b"BM", b"MZ"} or b"\x00" in data[:512]):
            raise RefusedError(code)
    return "csv"


def inspect_workbook(data: bytes) -> bool:
    """Reads every part of the zip once, counting bytes as they come; what the headers declare may lie.

    Returns whether a sheet holds formulas.

    Raises:
        RefusedError: not a workbook, encrypted, broken, too large unpacked, with doubled parts or with
            document type declarations.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_names(archive)
            return _read_through(archive)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise RefusedError("broken") from error


def _check_names(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(names) > limits.ZIP_ENTRIES:
        raise RefusedError("unpacked")
    if any(entry.flag_bits & 1 for entry in entries):
        raise RefusedError("encrypted")
    if len(set(names)) < len(names):
        raise RefusedError("broken")
    if "xl/workbook.bin" in names:
        raise RefusedError("binary_excel")
    if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
        return
    if "content.xml" in names:
        raise RefusedError("open_document")
    raise RefusedError("word" if "word/document.xml" in names else "other")


def _read_through(archive: zipfile.ZipFile) -> bool:
    unpacked = 0
    formulas = False
    for entry in archive.infolist():
        is_sheet = entry.filename.startswith("xl/worksheets/")
        is_markup = entry.filename.lower().endswith(_MARKUP)
        tail = b""
        with archive.open(entry) as part:
            while chunk := part.read(_CHUNK):
                unpacked += len(chunk)
                if unpacked > limits.UNPACKED_BYTES:
                    raise RefusedError("unpacked")
                if not is_markup:
                    continue
                if not tail and chunk[:2] in {b"\xff\xfe", b"\xfe\xff"}:
                    raise RefusedError("entities")
                seen = tail + chunk
                if any(word in seen for word in _DECLARATIONS):
                    raise RefusedError("entities")
                formulas = formulas or (is_sheet and _FORMULA.search(seen) is not None)
                if entry.filename == "xl/workbook.xml" and _STRICT in seen:
                    raise RefusedError("strict")
                tail = chunk[-32:]
    return formulas
