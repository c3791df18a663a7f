"""What kind of document some bytes are: told by the content, of a packed one by its list of types."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Final

from defusedxml import ElementTree

from vetting.formats import limits
from vetting.kernel.problem import Problem, UnreadableError
from vetting.kernel.text import Words, _

DOCUMENT_BYTES: Final = 10 * 1024 * 1024
PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT, ODS = "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet"
TEXT: Final = "text/plain"
MAIL, OUTLOOK = "message/rfc822", "application/vnd.ms-outlook"
"""A mail as it came, kept only where something in it could not be taken out."""
ENDINGS: Final = {
    PDF: ("pdf",),
    PNG: ("png",),
    JPEG: ("jpg", "jpeg"),
    DOCX: ("docx",),
    XLSX: ("xlsx",),
    ODT: ("odt",),
    ODS: ("ods",),
    TEXT: ("txt", "csv", "eml"),
}
_MAIN: Final = {f"{DOCX}.main+xml": DOCX, f"{XLSX}.main+xml": XLSX}
_MACROS: Final = re.compile(r"macroenabled|vbaproject|vbadata|macrosheet|activex|keymapcustomizations", re.IGNORECASE)
_SCRIPTS: Final = ("basic/", "scripts/", "dialogs/")
"""Where OpenDocument keeps its macros."""
_ENTRY: Final = b"PK\x01\x02"
_MOST_TOLD: Final = 1024 * 1024
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    ElementTree.ParseError,
)
_ALL: Final = "PDF, Word (.docx), Excel (.xlsx), OpenDocument (.odt, .ods), PNG, JPEG, text"


def media_type(content: bytes, name: str) -> str:
    """The media type of a document.

    Raises:
        UnreadableError: empty, too large, of no kind that is taken in, or of another kind than its name says.
    """
    if not content:
        raise _type_refusal(name, _("Filen är tom."), _("Välj en annan fil."))
    if len(content) > DOCUMENT_BYTES:
        raise _type_refusal(name, _("Filen är större än 10 MB."), _("Skanna med lägre upplösning eller dela upp den."))
    found = _told_by_content(content)
    if found is None:
        raise _type_refusal(name, _("Filen är av en typ som inte tas emot."), _("Spara den som {ALL}.", ALL=_ALL))
    ending = name.rsplit(".", 1)[-1].casefold() if "." in name else ""
    if ending not in ENDINGS[found]:
        kind = ENDINGS[found][0]
        raise _type_refusal(
            name,
            _("Filen heter .{item} men innehållet är {kind}.", item=ending[:12], kind=kind),
            _("Se efter att det är rätt fil och ge den rätt namn."),
        )
    return found


def _told_by_content(content: bytes) -> str | None:
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"PK\x03\x04"):
        return _packed_type(content)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text or text.lstrip("\ufeff").lstrip()[:1] == "<" else TEXT


def _packed_type(content: bytes) -> str | None:
    """An office document by the types that it tells itself; one with macros is none, whatever they are called."""
    if content.count(_ENTRY) > limits.ZIP_ENTRIES:
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            names = [name.casefold() for name in book.namelist()]
            if "mimetype" in names:
                kind = _told_in(book, "mimetype").decode("ascii", "replace").strip()
                return kind if kind in {ODT, ODS} and not any(name.startswith(_SCRIPTS) for name in names) else None
            told = ElementTree.fromstring(_told_in(book, "[Content_Types].xml"), forbid_dtd=True)
    except _BROKEN:
        return None
    types = [line.get("ContentType", "") for line in told]
    if any(_MACROS.search(said) for said in (*types, *names)):
        return None
    kinds = {_MAIN[said] for said in types if said in _MAIN}
    return kinds.pop() if len(kinds) == 1 else None


def _told_in(book: zipfile.ZipFile, name: str) -> bytes:
    with book.open(name) as part:
        told = part.read(_MOST_TOLD + 1)
    if len(told) > _MOST_TOLD:
        raise ValueError(name)
    return told


def _type_refusal(name: str, what: Words, remedy: Words) -> UnreadableError:
    return UnreadableError(Problem(name, what, remedy))
