"""CSV as a sheet: UTF-8 or Windows-1252, semicolon, comma or tab."""

from __future__ import annotations

import csv
import io
from typing import Final

from vetting.domain.tables import Cell, CellKind, Row, Sheet
from vetting.files import limits
from vetting.files.refusals import RefusedError

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

    def lines_parted(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in lines]
        return sum(count > 0 for count in counts), sum(counts)

    best = max(DELIMITERS, key=lambda delimiter: (lines_parted(delimiter)[0], -DELIMITERS.index(delimiter)))
    return best if lines_parted(best)[1] else ";"


def read_csv(data: bytes) -> Sheet:
    """All rows as text cells.

    Raises:
        RefusedError: no text, a field of more than 40,000 characters, or too many cells.
    """
    text = decoded(data)
    csv.field_size_limit(LONGEST_FIELD)
    rows = []
    cells = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    try:
        for number, fields in enumerate(reader, start=1):
            found = {
                column: Cell(CellKind.TEXT, field)
                for column, field in enumerate(fields[: limits.COLUMNS], start=1)
                if field.strip()
            }
            cells += len(found)
            if cells > limits.CELLS:
                raise RefusedError("cells")
            if found:
                rows.append(Row(number, found))
    except csv.Error as error:
        raise RefusedError("csv_text") from error
    return Sheet("CSV", tuple(rows))
