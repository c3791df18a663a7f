"""What kind of document some bytes are: told by the content, never by the name alone; nothing is opened."""

from __future__ import annotations

from typing import Final

from vetting.domain.problem import Problem, UnreadableError
from vetting.domain.words import Words

DOCUMENT_BYTES: Final = 10 * 1024 * 1024
_OPENDOCUMENT: Final = b"mimetypeapplication/vnd.oasis.opendocument."
PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT, ODS = "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet"
TEXT: Final = "text/plain"
MAIL, OUTLOOK = "message/rfc822", "application/vnd.ms-outlook"
"""A mail as it came, kept only where something in it could not be taken out."""
ENDINGS: Final = {
    PDF: ("pdf",), PNG: ("png",), JPEG: ("jpg", "jpeg"), DOCX: ("docx",), XLSX: ("xlsx",), ODT: ("odt",),
    ODS: ("ods",), TEXT: ("txt", "csv", "eml"),
}  # fmt: skip
_ALL: Final = "PDF, Word (.docx), Excel (.xlsx), OpenDocument (.odt, .ods), PNG, JPEG, text"


def media_type(content: bytes, name: str) -> str:
    """The media type of a document.

    Raises:
        UnreadableError: empty, too large, of no kind that is taken in, or of another kind than its name says.
    """
    if not content:
        raise _refused(name, Words("Filen är tom.", "The file is empty."),
                       Words("Välj en annan fil.", "Choose another file."))  # fmt: skip
    if len(content) > DOCUMENT_BYTES:
        raise _refused(name, Words("Filen är större än 10 MB.", "The file is larger than 10 MB."),
                       Words("Skanna med lägre upplösning eller dela upp den.",
                             "Scan with lower resolution or split it."))  # fmt: skip
    found = _told_by_content(content)
    if found is None:
        raise _refused(name, Words("Filen är av en typ som inte tas emot.", "The file is of a type not taken in."),
                       Words(f"Spara den som {_ALL}.", f"Save it as {_ALL}."))  # fmt: skip
    ending = name.rsplit(".", 1)[-1].casefold() if "." in name else ""
    if ending not in ENDINGS[found]:
        kind = ENDINGS[found][0]
        raise _refused(
            name,
            Words(f"Filen heter .{ending[:12]} men innehållet är {kind}.",
                  f"The file is called .{ending[:12]} but its content is {kind}."),
            Words("Se efter att det är rätt fil och ge den rätt namn.",
                  "See that it is the right file and give it the right name."),
        )  # fmt: skip
    return found


def _told_by_content(content: bytes) -> str | None:
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"PK\x03\x04"):
        return _packed(content)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text or text.lstrip()[:1] == "<" else TEXT


def _packed(content: bytes) -> str | None:
    """Office documents by the names inside; one with macros is not taken in."""
    if b"vbaProject.bin" in content:
        return None
    if _OPENDOCUMENT in content[:200]:
        kind = content[:200].split(_OPENDOCUMENT, 1)[1]
        return ODT if kind.startswith(b"text") else ODS if kind.startswith(b"spreadsheet") else None
    if b"word/document.xml" in content:
        return DOCX
    return XLSX if b"xl/workbook.xml" in content else None


def _refused(name: str, what: Words, remedy: Words) -> UnreadableError:
    return UnreadableError(Problem(name, what, remedy))
