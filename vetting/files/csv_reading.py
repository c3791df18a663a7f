"""CSV as a sheet: UTF-8 or Windows-1252, semicolon, comma or tab."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import TYPE_CHECKING, Final

from vetting.domain.tables import Cell, CellKind, Row, Sheet
from vetting.files import limits
from vetting.files.refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_FIELD: Final = 40_000
DELIMITERS: Final = ";\t,"
_SAMPLE_LINES: Final = 40


def decoded(data: bytes) -> str:
    """The text, from UTF-8 (with or without mark), UTF-16 with mark, or Windows-1252.

    Raises:
        RefusedError: the bytes are no text.
    """
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise RefusedError("csv_text") from error
    if b"\x00" in data:
        raise RefusedError("csv_text")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RefusedError("csv_text")


def delimiter_of(text: str) -> str:
    """The one of semicolon, tab and comma that parts most lines alike; a decimal comma never wins over them."""
    lines = [line for line in text.splitlines()[:_SAMPLE_LINES] if line.strip()]

    def fields_alike(delimiter: str) -> int:
        """How many fields the lines have that are parted into the most usual number."""
        counts = Counter(line.count(delimiter) for line in lines)
        del counts[0]
        return max((number * many for number, many in counts.items()), default=0)

    return max(DELIMITERS, key=fields_alike) if any(map(fields_alike, DELIMITERS)) else ";"


def read_csv(data: bytes) -> Sheet:
    """All rows as text cells.

    Raises:
        RefusedError: no text, a field of more than 40,000 characters, or too many cells.
    """
    text = decoded(data)
    csv.field_size_limit(LONGEST_FIELD)
    if len(text) > limits.TEXT_CHARACTERS:
        raise RefusedError("text")
    delimiter = delimiter_of(text)
    try:
        return _parsed(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        pass
    try:
        # A quotation mark without its partner would swallow rows: then marks are ordinary signs.
        return _parsed(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=csv.QUOTE_NONE))
    except csv.Error as error:
        raise RefusedError("csv_text") from error


def _parsed(reader: Iterable[list[str]]) -> Sheet:
    rows = []
    cells = 0
    for number, fields in enumerate(reader, start=1):
        if len(fields) > limits.COLUMNS:
            raise RefusedError("columns")
        found = {column: Cell(CellKind.TEXT, field) for column, field in enumerate(fields, start=1) if field.strip()}
        cells += len(found)
        if cells > limits.CELLS:
            raise RefusedError("cells")
        if found:
            rows.append(Row(number, found))
    return Sheet("CSV", tuple(rows))
