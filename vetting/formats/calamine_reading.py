"""Inside the child: cells by calamine. Reads .xls and .ods, and large .xlsx many times faster than openpyxl.

One far cell in a small file makes it ask for so much memory that the whole process ends: only ever in the child.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import python_calamine as calamine
from defusedxml import ElementTree

from vetting.formats.percent_cells import PercentCells
from vetting.formats.plain_cells import plain_row, plain_value, share_as_shown
from vetting.formats.refusals import FileReadingError
from vetting.kernel.tables import CellKind, MergedArea

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from vetting.formats.plain_cells import PlainRow

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class CalamineSheet:
    """One visible sheet."""

    name: str
    merged: tuple[MergedArea, ...]
    sheet: Any
    shares: PercentCells = field(default_factory=PercentCells)
    """Numbers that are shown as a share."""

    def rows(self) -> Iterator[PlainRow]:
        """Rows that hold anything."""
        start = self.sheet.start
        if start is None:
            return
        shift = start[1] + 1
        for number, values in enumerate(self.sheet.iter_rows(), start=1):
            cells = enumerate(map(plain_value, values), shift)
            found = plain_row(number, self._as_shown(number, cells) if self.shares.columns else cells)
            if found is not None:
                yield found

    def _as_shown(
        self, number: int, cells: Iterable[tuple[int, tuple[str, Any] | None]]
    ) -> Iterator[tuple[int, tuple[str, Any] | None]]:
        for column, found in cells:
            is_share = found is not None and found[0] == CellKind.NUMBER.value and (number, column) in self.shares
            yield column, share_as_shown(found[1]) if is_share and found is not None else found


def open_sheets(data: bytes) -> tuple[list[CalamineSheet], list[str]]:
    """The visible sheets, and the names of the hidden ones.

    Raises:
        FileReadingError: protected by a password, or broken.
    """
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        worksheets = [item for item in book.sheets_metadata if item.typ == calamine.SheetTypeEnum.WorkSheet]
        hidden = [item.name for item in worksheets if item.visible != calamine.SheetVisibleEnum.Visible]
        shown = [item.name for item in worksheets if item.name not in hidden]
        return [_open_sheet(name, book.get_sheet_by_name(name)) for name in shown], hidden
    except calamine.PasswordError as error:
        raise FileReadingError("encrypted") from error
    except calamine.CalamineError as error:
        raise FileReadingError("broken") from error


def _open_sheet(name: str, sheet: Any) -> CalamineSheet:  # noqa: ANN401 - calamine's own
    merged = sheet.merged_cell_ranges or ()
    areas = tuple(MergedArea(first[0] + 1, first[1] + 1, last[0] + 1, last[1] + 1) for first, last in merged)
    return CalamineSheet(name, areas, sheet)


def parts_of(data: bytes) -> Mapping[str, str]:
    """Sheet name -> its part in the zip of an .xlsx."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        within = "xl/" if "xl/workbook.xml" in archive.namelist() else ""
        book = ElementTree.fromstring(archive.read(f"{within}workbook.xml"), forbid_dtd=True)
        relations = ElementTree.fromstring(archive.read(f"{within}_rels/workbook.xml.rels"), forbid_dtd=True)
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    found = {}
    for sheet in book.iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}sheet"):
        target = targets.get(sheet.get(_RELATION), "")
        found[sheet.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"{within}{target}"
    return found
