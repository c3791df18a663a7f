"""Lists for other systems as text: separated (RFC 4180) or of fixed width, in the letters that the system reads."""

from __future__ import annotations

import csv
import io
import re
from datetime import time
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from vetting.kernel.money import KRONA
from vetting.kernel.problem import Problem, UnreadableError
from vetting.kernel.register_tables import RegisterColumnKind
from vetting.kernel.text import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.kernel.register_tables import Cell, RegisterColumn, RegisterTable
    from vetting.kernel.text import Language

_FORMULA: Final = re.compile(r"[=+@\t\r]|-(?![0-9.,]+$)")


def separated_text(headings: Sequence[str], rows: Sequence[Sequence[str]], separator: str, encoding: str) -> bytes:
    """The rows with a separator, CRLF after each; no headings where none are given.

    Raises:
        UnreadableError: a letter is not among those of the encoding; says which and where.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    if headings:
        writer.writerow(headings)
    writer.writerows([[_plain(cell) for cell in row] for row in rows])
    return _encode_text(out.getvalue(), encoding)


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


def fixed_text(rows: Sequence[Sequence[str]], encoding: str) -> bytes:
    """The rows one cell after another, CRLF after each.

    Raises:
        UnreadableError: a letter is not among those of the encoding; says which and where.
    """
    return _encode_text("".join("".join(_one_line(cell) for cell in row) + "\r\n" for row in rows), encoding)


def _one_line(cell: str) -> str:
    return cell.replace("\r", " ").replace("\n", " ")


def _plain(cell: str) -> str:
    """No cell that a spreadsheet would read as a formula; a negative amount is none."""
    tidy = _one_line(cell)
    return f"'{tidy}" if _FORMULA.match(tidy) else tidy


def _encode_text(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise UnreadableError(
            Problem(
                f"{line}",
                _("Tecknet ”{sign}” finns inte i {encoding}.", sign=text[error.start], encoding=encoding),
                _("Välj en annan teckenkodning i filens layout."),
            )
        ) from error
