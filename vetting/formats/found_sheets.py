"""Inside the child: a sheet as each reader of workbooks finds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vetting.formats.plain_cells import PlainRow
    from vetting.kernel.tables import MergedArea


@dataclass(slots=True)
class FoundSheet:
    """One visible sheet, whose rows that hold anything can be read as often as wanted."""

    name: str
    rows: Callable[[], Iterator[PlainRow]]
    merged: tuple[MergedArea, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    unread_cells: int = 0
