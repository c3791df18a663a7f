"""What kind of file some bytes are, and whether a workbook's zip is safe to open. By content, never by name."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import Final

from defusedxml import ElementTree

from vetting.formats import limits
from vetting.formats.refusals import FileReadingError

_MAGIC: Final = (
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"BM", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
    (b"%PDF", "pdf"),
    (b"{\\rtf", "word"),
    (b"\x1f\x8b", "other"),
    (b"Rar!", "other"),
    (b"7z\xbc\xaf", "other"),
    (b"MZ", "other"),
    (b"\x7fELF", "other"),
    (b"SQLite", "other"),
)
OLE: Final = b"\xd0\xcf\x11\xe0"
_ENCRYPTED_STREAM: Final = "EncryptedPackage".encode("utf-16-le")
_OLD_WORKBOOK: Final = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_OLD_WORD: Final = "WordDocument".encode("utf-16-le")
_ODS: Final = b"application/vnd.oasis.opendocument.spreadsheet"
_DECLARATIONS: Final = (b"<!DOCTYPE", b"<!ENTITY", b"<!doctype", b"<!entity")
_FORMULA: Final = re.compile(rb"<(?:\w{1,20}:)?f[ />]")
_HIDDEN_ROW: Final = re.compile(rb'<(?:\w{1,20}:)?row\b[^>]{0,400}?\bhidden="(?:1|true)"[^>]{0,400}>')
_ROW_NUMBER: Final = re.compile(rb'\br="([0-9]{1,7})"')
_NO_VALUE: Final = re.compile(rb'\bt="e"[ >]|</f>(?:<v></v>|<v ?/>)?</c>|<f\b[^>]{0,400}/>(?:<v></v>|<v ?/>)?</c>')
_STRICT: Final = b"purl.oclc.org/ooxml"
BROKEN_FILE_ERRORS: Final = (ElementTree.ParseError, ValueError, zipfile.BadZipFile, KeyError, EOFError, OSError)
"""What reading a part of a packed file ends in when the file is not what it says."""
_CHUNK: Final = 256 * 1024
_AROUND: Final = b"\x00\xff\xfe\xef\xbb\xbf \t\r\n"
_EBCDIC, _UTF_7 = b"\x4c\x6f\xa7\x94", b"+ADw"
_ENCODING: Final = re.compile(rb"""<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([^"']{0,40})""")
_PLAIN: Final = frozenset({b"utf-8", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252"})
"""Encodings in which ASCII is itself."""
_MARKUP: Final = (".xml", ".rels", ".vml")
_KEPT: Final = 900
"""What is looked for in markup is never longer; so much of a chunk is looked through again with the next."""


@dataclass(slots=True)
class ContainerInspection:
    """What a look through a zip told: 'xlsx' or 'ods', and of each sheet's part what is not read cell by cell."""

    kind: str
    formulas: bool = False
    sheet_bytes: int = 0
    hidden_rows: dict[str, list[int]] = field(default_factory=dict)
    unread_cells: dict[str, int] = field(default_factory=dict)
    """Errors, and formulas whose result was not saved."""


def kind_of(data: bytes) -> str:
    """'xlsx' (any zip), 'xls' or 'csv'.

    Raises:
        FileReadingError: anything else, with what it is.
    """
    if not data.strip():
        raise FileReadingError("empty")
    if data[:4] == b"PK\x03\x04":
        return "xlsx"
    if data[:4] == OLE:
        return _old_kind(data)
    for magic, code in _MAGIC:
        if data.startswith(magic) and (magic not in {b"BM", b"MZ"} or b"\x00" in data[:512]):
            raise FileReadingError(code)
    return "csv"


def _old_kind(data: bytes) -> str:
    """Of Office's old container: only a workbook goes in."""
    if _ENCRYPTED_STREAM in data:
        raise FileReadingError("encrypted")
    if any(stream in data for stream in _OLD_WORKBOOK):
        return "xls"
    raise FileReadingError("word" if _OLD_WORD in data else "other")


def inspect_workbook(data: bytes) -> ContainerInspection:
    """Reads every part of the zip once, counting bytes as they come; what the headers declare may lie.

    Raises:
        FileReadingError: not a workbook, encrypted, broken, too large unpacked, with doubled parts or with
            document type declarations.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read_through(archive, ContainerInspection(_checked_kind(archive)))
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise FileReadingError("broken") from error


def inspect_document(data: bytes) -> None:
    """The same look through a Word document.

    Raises:
        FileReadingError: encrypted, broken, too large unpacked, with doubled parts or with document type declarations.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _checked_names(archive)
            _read_through(archive, ContainerInspection("docx"))
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise FileReadingError("broken") from error


def _checked_names(archive: zipfile.ZipFile) -> list[str]:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(names) > limits.ZIP_ENTRIES:
        raise FileReadingError("unpacked")
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileReadingError("encrypted")
    if len(set(names)) < len(names):
        raise FileReadingError("broken")
    return names


def _checked_kind(archive: zipfile.ZipFile) -> str:
    names = _checked_names(archive)
    if "xl/workbook.bin" in names:
        raise FileReadingError("binary_excel")
    if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
        return "xlsx"
    if "content.xml" in names and "mimetype" in names:
        with archive.open("mimetype") as part:
            if part.read(100).startswith(_ODS):
                return "ods"
        raise FileReadingError("word")
    raise FileReadingError("word" if "word/document.xml" in names else "other")


def _read_through(archive: zipfile.ZipFile, found: ContainerInspection) -> ContainerInspection:
    unpacked = 0
    for entry in archive.infolist():
        is_markup = entry.filename.lower().endswith(_MARKUP)
        tail = b""
        begun = False
        with archive.open(entry) as part:
            while chunk := part.read(_CHUNK):
                unpacked += len(chunk)
                if unpacked > limits.UNPACKED_BYTES:
                    raise FileReadingError("unpacked")
                if not begun:
                    begun, is_markup = True, is_markup or _looks_like_markup(chunk)
                    if _looks_like_markup(chunk) and not _is_plain(chunk):
                        raise FileReadingError("entities")
                if not is_markup:
                    continue
                _look_at(entry.filename, tail, chunk, found)
                tail = chunk[-_KEPT:]
    return found


def _looks_like_markup(head: bytes) -> bool:
    """Whatever the part is called: a library goes by the type that the file tells, not by a name."""
    return head[:64].translate(None, _AROUND)[:1] == b"<" or head.startswith((_EBCDIC, _UTF_7))


def _is_plain(head: bytes) -> bool:
    """Whether every sign of markup is the byte it looks like, so that a declaration can be seen."""
    begins = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    told = _ENCODING.match(begins)
    return begins[:1] == b"<" and b"\x00" not in begins[:4] and (told is None or told[1].lower() in _PLAIN)


def _look_at(name: str, tail: bytes, chunk: bytes, found: ContainerInspection) -> None:
    seen = tail + chunk
    if any(word in seen for word in _DECLARATIONS):
        raise FileReadingError("entities")
    if name == "xl/workbook.xml" and _STRICT in seen:
        raise FileReadingError("strict")
    if name == "META-INF/manifest.xml" and b"encryption-data" in seen:
        raise FileReadingError("encrypted")
    if not name.startswith("xl/worksheets/"):
        return
    found.sheet_bytes += len(chunk)
    found.formulas = found.formulas or _FORMULA.search(seen) is not None
    if b"hidden=" in seen:
        rows = found.hidden_rows.setdefault(name, [])
        for match in _HIDDEN_ROW.finditer(seen):
            number = _ROW_NUMBER.search(match[0])
            if match.end() > len(tail) and number:
                rows.append(int(number[1]))
    missing = sum(match.end() > len(tail) for match in _NO_VALUE.finditer(seen))
    found.unread_cells[name] = found.unread_cells.get(name, 0) + missing
