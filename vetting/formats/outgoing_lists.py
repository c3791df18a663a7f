"""Lists for other systems as CSV (RFC 4180)."""

from __future__ import annotations

import csv
import io
import re
from datetime import time
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from vetting.kernel.money import KRONA
from vetting.kernel.register_tables import RegisterColumnKind

if TYPE_CHECKING:
    from vetting.kernel.register_tables import Cell, RegisterColumn, RegisterTable
    from vetting.kernel.text import Language

_FORMULA: Final = re.compile(r"[=+@\t\r]|-(?![0-9.,]+$)")


def register_csv(table: RegisterTable, language: Language) -> bytes:
    """A sheet of a register as CSV (RFC 4180) in UTF-8: amounts as 12500.50, days as 2026-11-27, no sums."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.heading.to(language) for column in table.columns])
    for part in table.parts:
        writer.writerows(
            [_cell_text(column, value) for column, value in zip(table.columns, row, strict=True)] for row in part
        )
    return out.getvalue().encode("utf-8-sig")


def _cell_text(column: RegisterColumn, value: Cell) -> str:
    if value is None:
        return ""
    if column.kind is RegisterColumnKind.MONEY and isinstance(value, int):
        return f"{Decimal(value) / KRONA:.2f}"
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return _plain(str(value))


def _one_line(cell: str) -> str:
    return cell.replace("\r", " ").replace("\n", " ")


def _plain(cell: str) -> str:
    return as_text_cell(_one_line(cell))


def as_text_cell(cell: str) -> str:
    """The cell, after an apostrophe where a spreadsheet would run it as a formula; a negative amount is none."""
    return f"'{cell}" if _FORMULA.match(cell) else cell
