"""Cells as they travel from the child: one letter a kind, and the values beside; blank cells have no value."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from vetting.formats import limits
from vetting.kernel.tables import CellKind, RawRow, SheetRow

if TYPE_CHECKING:
    from collections.abc import Iterable

PlainRow = list[Any]
"""[row number, kinds, values]: kinds has a letter for each column from the first, '.' where it is blank."""
BLANK: Final = "."
HALF_A_SECOND: Final = timedelta(milliseconds=500)


def plain_row(number: int, cells: Iterable[tuple[int, tuple[str, Any] | None]]) -> PlainRow | None:
    """A row from (column, cell) in order of the columns; None when all is blank."""
    kinds: list[str] = []
    values: list[Any] = []
    for column, found in cells:
        if found is None or column > limits.COLUMNS:
            continue
        if len(kinds) < column - 1:
            kinds.extend(BLANK * (column - 1 - len(kinds)))
        kinds.append(found[0])
        values.append(found[1])
    return [number, "".join(kinds), values] if values else None


def plain_value(value: Any) -> tuple[str, Any] | None:  # noqa: ANN401, PLR0911 - one return a kind of cell
    """(letter, JSON value) of a cell; None when it is blank."""
    if value is None:
        return None
    if isinstance(value, str):
        return (CellKind.TEXT.value, value) if value.strip() else None
    if isinstance(value, bool):
        return CellKind.YES_NO.value, value
    if isinstance(value, int | float):
        return CellKind.NUMBER.value, value
    if isinstance(value, datetime):
        value = (value + HALF_A_SECOND).replace(microsecond=0)
        if value.time() == time():
            return CellKind.DAY.value, value.date().isoformat()
        return CellKind.MOMENT.value, value.isoformat()
    if isinstance(value, date):
        return CellKind.DAY.value, value.isoformat()
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return CellKind.TEXT.value, f"{minutes // 60:02}:{minutes % 60:02}"
    if isinstance(value, time):
        return CellKind.TEXT.value, str(value)[:5]
    return CellKind.TEXT.value, str(value)


def share_as_shown(value: float) -> tuple[str, Any]:
    """A number that is shown as a share: what a person sees in the cell."""
    return CellKind.TEXT.value, f"{value * 100:.10g} %"


def raw_row(found: PlainRow) -> RawRow:
    """The row as the domain has it, its cells not looked at yet."""
    number, kinds, values = found
    if len(kinds) == len(values):  # no cell is blank
        return RawRow(number, dict(enumerate(zip(kinds, values, strict=True), 1)))
    given = iter(values)
    return RawRow(number, {column: (kind, next(given)) for column, kind in enumerate(kinds, 1) if kind != BLANK})


def row_of(found: PlainRow) -> SheetRow:
    """The row with its cells."""
    return raw_row(found).row()
