"""The board's registers as plain tables: stable headings, typed cells, the same on screen and in Excel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Cell = str | int | float | date | datetime | time | None
"""Money is whole öre; what kind of cell it is, its column says."""


class RegisterName(StrEnum):
    """Registers that there are."""

    APPROVALS = "approvals"
    REFUSALS = "refusals"
    PAYMENTS = "payments"
    PAYMENT_STOPS = "payment-stops"
    FOLLOW_UP = "follow-up"
    RECLAIMS = "reclaims"
    ASSOCIATIONS = "associations"
    OPINIONS = "opinions"
    DELEGATED = "delegated"
    DEVIATIONS = "deviations"
    BOOKINGS = "bookings"
    ROLES = "roles"


REGISTER_WORDS: Final[Mapping[RegisterName, Words]] = {
    RegisterName.APPROVALS: _("Beviljade bidrag och bokningar"),
    RegisterName.REFUSALS: _("Avslag och avvisningar"),
    RegisterName.PAYMENTS: _("Utbetalningar"),
    RegisterName.PAYMENT_STOPS: _("Utbetalningsstopp"),
    RegisterName.FOLLOW_UP: _("Uppföljning"),
    RegisterName.RECLAIMS: _("Återkrav"),
    RegisterName.ASSOCIATIONS: _("Föreningar"),
    RegisterName.OPINIONS: _("Referensgruppens ställningstaganden"),
    RegisterName.DELEGATED: _("Delegationsbeslut"),
    RegisterName.DEVIATIONS: _("Avvikelser från ordningen"),
    RegisterName.BOOKINGS: _("Bokningar kontrollerade"),
    RegisterName.ROLES: _("Behörigheter"),
}


class RegisterColumnKind(StrEnum):
    """What a column's cells are."""

    TEXT = "text"
    MONEY = "money"
    NUMBER = "number"
    DAY = "day"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class RegisterColumn:
    """One column: its heading, and what its cells are."""

    heading: Words
    kind: RegisterColumnKind = RegisterColumnKind.TEXT
    open: bool = False
    """May be changed in the workbook and sent back."""
    summed: bool = True
    """Whether the amounts of the column are of one kind, so that their sum says something."""
    options: tuple[str, ...] = ()
    """What can stand in its cells, where that is a choice."""

    @property
    def is_summed(self) -> bool:
        """Whether its sum is told."""
        return self.kind is RegisterColumnKind.MONEY and self.summed


Line = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class RegisterTable:
    """One sheet of a register."""

    title: Words
    columns: tuple[RegisterColumn, ...]
    rows: tuple[Line, ...]
    """All, or the first of many."""
    more: Iterable[tuple[Line, ...]] = ()
    """Those that follow, some at a time: read as they are written, once."""
    number: int = 0
    """How many rows there are to come in all, where they are read as they are written."""
    summed: bool = True
    leading: tuple[int, ...] = ()
    """The places of the columns that a reader needs first, in their order on the screen; none: all, as they stand."""
    brief: tuple[int, ...] = ()
    """Those of them that stand on a phone."""

    @property
    def parts(self) -> Iterator[tuple[Line, ...]]:
        """All rows, some at a time."""
        yield self.rows
        yield from self.more


MARK: Final = "✎ "
"""Before the heading of a column that may be changed."""
