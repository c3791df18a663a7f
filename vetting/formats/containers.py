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
_LOOKED_AT: Final = 4096
_TEXTS: Final = tuple(
    (re.compile(sign, re.IGNORECASE | re.DOTALL), code)
    for sign, code in (
        (r"(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body|meta|table|style|div)\b", "web_page"),
        (r"<\?xml.{0,3000}?<html\b", "web_page"),
        (
            r"(?:<\?xml.{0,2000}?)?<(?:\w{1,20}:)?workbook\b.{0,2000}?urn:schemas-microsoft-com:office:spreadsheet",
            "xml_2003",
        ),
        (r"(?:<\?xml.{0,2000}?)?<(?:\w{1,20}:)?document\b.{0,500}?urn:iso:std:iso:20022", "payment_file"),
        (r"<\?xml\b|<(?:\w{1,20}:)?\w{1,40}\s+xmlns", "xml"),
        (r"#FLAGGA\b", "sie"),
        (r"BEGIN:VCALENDAR\b", "calendar"),
        (r"BEGIN:VCARD\b", "contacts"),
        (
            (
                r"(?:Return-Path|Received|From|Delivered-To|MIME-Version|Message-ID|X-[\w-]{1,40}): ?\S.{0,3000}?\n"
                r"[\w-]{1,40}: "
            ),
            "mail",
        ),
        (r"[{\[]\s*[\"{\[]", "json"),
        (r"(?:01AUTOGIRO|01\d{8}AUTOGIRO|11\d{10}\d{6}LEVERANT|00\d{6,12}.{0,40}PLUSGIRO)", "payment_file"),
    )
)
"""How other kinds of text begin, and what each is."""
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
_NEVER_READ: Final = "customXml/"
"""Parts that no reader of cells opens: what Power Query and document systems keep beside the workbook."""
_INTO_CUSTOM: Final = re.compile(
    rb'<Relationship\b(?=[^>]{0,600}?Target="[^"]{0,200}customXml)[^>]{0,600}?Type="([^"]{0,200})"'
)
_SHEET: Final = re.compile(r"(?:xl/)?(?:worksheets/.{1,200}|sheet\d{1,5}\.xml)")
"""A sheet's part; some programs keep all parts in the root."""
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
    other = _other_text(data[:_LOOKED_AT])
    if other is not None:
        raise FileReadingError(other)
    return "csv"


def _other_text(head: bytes) -> str | None:
    """The code of a text format that is no table (web page, XML 2003, SIE, ...); None where it may be a table."""
    text = head.decode("utf-16" if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else "latin-1", "ignore")
    text = text.removeprefix("\xef\xbb\xbf").lstrip("\ufeff \t\r\n")
    return next((code for sign, code in _TEXTS if sign.match(text)), None)


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


def part_name(name: str) -> str:
    """A part's name with slashes, as the format has it; some programs write them the other way, and Excel opens it."""
    return name.replace("\\", "/")


def with_slashes(data: bytes) -> bytes:
    """The zip file with backslashes in the names of its parts made slashes; unchanged where there are none.

    Raises:
        FileReadingError: broken.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if not any("\\" in entry.filename for entry in archive.infolist()):
                return data
            made = io.BytesIO()
            with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as anew:
                for entry in archive.infolist():
                    anew.writestr(part_name(entry.filename), archive.read(entry))
            return made.getvalue()
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
    names = [part_name(entry.filename) for entry in entries]
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
    if "[Content_Types].xml" in names and any(name.startswith("xl/") or name == "workbook.xml" for name in names):
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
        name = part_name(entry.filename)
        is_markup = name.lower().endswith(_MARKUP)
        is_read = not name.startswith(_NEVER_READ)
        tail = b""
        begun = False
        with archive.open(entry) as part:
            while chunk := part.read(_CHUNK):
                unpacked += len(chunk)
                if unpacked > limits.UNPACKED_BYTES:
                    raise FileReadingError("unpacked")
                if not begun:
                    begun, is_markup = True, is_markup or _looks_like_markup(chunk)
                    if is_read and _looks_like_markup(chunk) and not _is_plain(chunk):
                        raise FileReadingError("entities")
                if not is_markup or not is_read:
                    continue
                _look_at(name, tail, chunk, found)
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
    if name.endswith(".rels") and any(b"customXml" not in part[1] for part in _INTO_CUSTOM.finditer(seen)):
        raise FileReadingError("entities")  # a part that is said to be read by nobody is to be read as another
    if name in {"xl/workbook.xml", "workbook.xml"} and _STRICT in seen:
        raise FileReadingError("strict")
    if name == "META-INF/manifest.xml" and b"encryption-data" in seen:
        raise FileReadingError("encrypted")
    if _SHEET.fullmatch(name) is None:
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
