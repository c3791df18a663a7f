"""CSV as rows: UTF-8 or Windows-1252, semicolon, comma, tab or upright line."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from vetting.formats import limits
from vetting.formats.plain_cells import plain_row
from vetting.formats.refusals import FileReadingError
from vetting.kernel.tables import CellKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vetting.formats.plain_cells import PlainRow

LONGEST_FIELD: Final = 40_000
DELIMITERS: Final = ";\t,|"
TEXT: Final = CellKind.TEXT.value
_SAMPLE_LINES: Final = 40
_LOOKED_AT: Final = 200_000
"""Bytes of a text whose words are shown in each encoding."""


TWICE: Final = "utf-8-twice"
ENCODINGS: Final = ("utf-8", "cp1252", "cp850", "mac_roman", TWICE)
"""Encodings that can be chosen for a file; the last is UTF-8 that was read as Windows-1252 and saved as UTF-8 again."""
_READ_TWICE: Final = re.compile(r"Ã[\u0080-\u00bf\u2013\u2026\u201e\u0152\u0153\u0160\u0161]|Â[\u00a0\u00b4]|â€")
_IN_A_WORD: Final = re.compile(
    r"(?<=[A-Za-zåäöÅÄÖ])[†„”‚‡ŒŠ‰‹Ž™€…¢](?=[a-zåäö])|(?:^|(?<=[\s;,\t\"]))[™Ž…€](?=[a-zåäö]{2})"
    r"|(?<=[A-ZÅÄÖ])[™…€](?=[A-ZÅÄÖ])|(?<=[a-zåäö])[†Œ](?=[\s;,\"]|$)|\ufffd",
    re.MULTILINE,
)
"""Signs where a letter stands: what MS-DOS and old Macs keep å, ä and ö as, read as Windows-1252."""
_CLOSED: Final = re.compile(r"(?<=[a-zåäö])”(?=[\s;,]|$)", re.MULTILINE)
_OPENED: Final = re.compile(r"(?:^|(?<=[\s;,(]))[”“](?=\w)", re.MULTILINE)
"""MS-DOS keeps ö as the mark that ends a quotation."""
_MAC_O: Final = re.compile(r"(?<=[A-Za-z])š")
"""The byte of ö in Mac Roman, read as Windows-1252; š is also a letter in Slavic names."""
MOST_UNKNOWN: Final = 20
"""A file is no text where more than one of so many characters cannot be decoded."""
_REPLACED: Final = re.compile(r"(?<=\w)\ufffd|\ufffd(?=\w)")
_SWEDISH: Final = re.compile(r"(?<=[A-Za-z])[åäö]|[åäöÅÄÖ](?=[a-z])")


def in_utf_8(data: bytes, encoding: str) -> bytes:
    """A text that a person has said the encoding of, in UTF-8.

    Raises:
        FileReadingError: it is not in that.
    """
    try:
        if encoding == TWICE:
            return data.decode("utf-8-sig").encode("cp1252").decode("utf-8").encode()
        return data.decode("utf-8-sig" if encoding == "utf-8" else encoding).encode()
    except (UnicodeDecodeError, UnicodeEncodeError) as error:
        raise FileReadingError("not_in_encoding") from error


def words_by_encoding(data: bytes) -> dict[str, str]:
    """Encoding -> the first words of a text that are not plain letters, read in it; without those it cannot be in."""
    head = data[:_LOOKED_AT].rpartition(b"\n")[0] if len(data) > _LOOKED_AT else data
    found = {}
    for encoding in ENCODINGS:
        try:
            text = in_utf_8(head, encoding).decode()
        except FileReadingError:
            continue
        odd = [word for word in _BETWEEN_WORDS.split(text) if not word.isascii()]
        found[encoding] = " · ".join(list(dict.fromkeys(odd))[:_SHOWN_WORDS])
    return found


_BETWEEN_WORDS: Final = re.compile(r"[\s;,\"]+")
_SHOWN_WORDS: Final = 4


def decode_text(data: bytes) -> str:
    """The text, from UTF-8 (with or without mark), UTF-16 with mark, or Windows-1252.

    Raises:
        FileReadingError: the bytes are no text, or its letters are not to be believed.
    """
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise FileReadingError("csv_text") from error
    if b"\x00" in data:
        raise FileReadingError("csv_text")
    try:
        text = data.decode("utf-8-sig")
        doubt = "read_twice" if _READ_TWICE.search(text) else "garbled" if _REPLACED.search(text) else None
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")  # a few bytes mean nothing there: Å of MS-DOS and of old Macs
        if text.count("\ufffd") * MOST_UNKNOWN > len(text):
            raise FileReadingError("csv_text") from None
        doubt = _doubt(data, text)
    if doubt is not None:
        raise FileReadingError(doubt)
    return text


def _doubt(data: bytes, text: str) -> str | None:
    """Why the letters of a text that is not UTF-8 are not believed, read as Windows-1252; None where they are."""
    if _READ_TWICE.search(text):
        return "garbled"  # some of it is UTF-8, and some is not
    odd = len(_IN_A_WORD.findall(text)) + (0 if _OPENED.search(text) else len(_CLOSED.findall(text)))
    if not odd and (_SWEDISH.search(text) or not _MAC_O.search(text)):
        return None
    for encoding, code in (("cp850", "ms_dos"), ("mac_roman", "old_mac")):
        other = data.decode(encoding)
        if len(_SWEDISH.findall(other)) > len(_SWEDISH.findall(text)) and len(_IN_A_WORD.findall(other)) <= odd:
            return code
    return "garbled"


def delimiter_of(text: str) -> str:
    """The one of semicolon, tab, comma and upright line that parts most lines alike; a decimal comma never wins."""
    lines = [line for line in text.splitlines()[:_SAMPLE_LINES] if line.strip()]

    def fields_alike(delimiter: str) -> int:
        """How many fields the lines have that are parted into the most usual number."""
        counts = Counter(line.count(delimiter) for line in lines)
        del counts[0]
        return max((number * many for number, many in counts.items()), default=0)

    return max(DELIMITERS, key=fields_alike) if any(map(fields_alike, DELIMITERS)) else ";"


def csv_rows(data: bytes, most_characters: int) -> Callable[[], Iterator[PlainRow]]:
    """A way to read all rows, as often as wanted; every cell is a text.

    Raises:
        FileReadingError: no text, a field of more than 40,000 characters, or too many columns.
    """
    text = decode_text(data)
    csv.field_size_limit(LONGEST_FIELD)
    if len(text) > most_characters:
        raise FileReadingError("text")
    ways = (
        partial(_rows, text, delimiter_of(text), strict=True, quoting=csv.QUOTE_MINIMAL),
        # A quotation mark without its partner would swallow rows: then marks are ordinary signs.
        partial(_rows, text, delimiter_of(text), strict=False, quoting=csv.QUOTE_NONE),
    )
    for way in ways:
        try:
            for _ in way():
                pass
        except csv.Error:
            continue
        return way
    raise FileReadingError("csv_text")


def _rows(text: str, delimiter: str, *, strict: bool, quoting: Literal[0, 3]) -> Iterator[PlainRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict, quoting=quoting)
    for number, fields in enumerate(reader, start=1):
        if len(fields) > limits.COLUMNS:
            raise FileReadingError("columns")
        found = plain_row(number, enumerate(((TEXT, field) if field.strip() else None for field in fields), start=1))
        if found is not None:
            yield found
