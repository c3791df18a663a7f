"""CSV as rows: UTF-8 or Windows-1252, semicolon, comma or tab."""

from __future__ import annotations

import csv
import io
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
DELIMITERS: Final = ";\t,"
TEXT: Final = CellKind.TEXT.value
_SAMPLE_LINES: Final = 40


def decode_text(data: bytes) -> str:
    """The text, from UTF-8 (with or without mark), UTF-16 with mark, or Windows-1252.

    Raises:
        FileReadingError: the bytes are no text.
    """
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise FileReadingError("csv_text") from error
    if b"\x00" in data:
        raise FileReadingError("csv_text")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileReadingError("csv_text")


def delimiter_of(text: str) -> str:
    """The one of semicolon, tab and comma that parts most lines alike; a decimal comma never wins over them."""
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
