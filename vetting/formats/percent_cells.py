"""Inside the child: which cells of a large .xlsx show their number as a share; calamine gives the bare number."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Final

from defusedxml import ElementTree

from vetting.formats import limits

if TYPE_CHECKING:
    from collections.abc import Iterator

STYLES: Final = "xl/styles.xml"
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_BUILT_IN: Final = frozenset({"9", "10"})
"""0 % and 0.00 %: formats that no file spells out."""
_CHUNK: Final = 1024 * 1024
_LONGEST: Final = 600
"""No cell's own tag is longer; so much is looked through again with the next chunk."""
_PLACE: Final = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')


class PercentCells:
    """Places of cells, a bit each: a column of shares in a large list costs no memory to speak of."""

    def __init__(self) -> None:
        self.columns: dict[int, bytearray] = {}

    def add(self, row: int, column: int) -> None:
        """One more; both count from 1. What lies beyond what is read is left out."""
        if row <= limits.ROW_ELEMENTS and column <= limits.COLUMNS:
            bits = self.columns.setdefault(column, bytearray())
            bits.extend(bytes(max(0, row // 8 + 1 - len(bits))))
            bits[row // 8] |= 1 << row % 8

    def __contains__(self, place: tuple[int, int]) -> bool:
        """Whether the cell at (row, column) is one."""
        row, column = place
        bits = self.columns.get(column, b"")
        return row // 8 < len(bits) and bool(bits[row // 8] >> row % 8 & 1)


def share_cells(data: bytes, part: str) -> PercentCells:
    """The cells of a sheet's part whose style shows a share."""
    found = PercentCells()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        styles = _styles_of_shares(archive) if part in archive.namelist() else []
        if styles:
            with archive.open(part) as opened:
                for row, column in places_in(iter(lambda: opened.read(_CHUNK), b""), styles):
                    found.add(row, column)
    return found


def _styles_of_shares(archive: zipfile.ZipFile) -> list[str]:
    """The places of the cell styles that show a number as a share."""
    if STYLES not in archive.namelist():
        return []
    styles = ElementTree.fromstring(archive.read(STYLES), forbid_dtd=True)
    codes = {one.get("numFmtId"): one.get("formatCode", "") for one in styles.iter(f"{_MAIN}numFmt")}
    shares = _BUILT_IN | {key for key, code in codes.items() if "%" in code}
    cells = styles.find(f"{_MAIN}cellXfs")
    return [str(place) for place, one in enumerate(cells if cells is not None else ()) if one.get("numFmtId") in shares]


def places_in(chunks: Iterator[bytes], styles: list[str]) -> Iterator[tuple[int, int]]:
    """(row, column) of the cells with one of these styles, in a sheet that comes in pieces; some of them twice."""
    wanted = "|".join(styles).encode()
    cell = re.compile(rb'<(?:\w{1,20}:)?c\b[^>]{0,400}?\bs="(?:' + wanted + rb')"[^>]{0,400}>')
    tail = b""
    for chunk in chunks:
        seen = tail + chunk
        for found in cell.finditer(seen):
            place = _PLACE.search(found[0])
            if place is not None:
                yield int(place[2]), _column(place[1])
        tail = seen[-_LONGEST:]


def _column(letters: bytes) -> int:
    """'A' is 1, 'AA' 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
