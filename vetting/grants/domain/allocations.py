"""The sharing of a round's money: its rows, what each takes of the money, and what is left."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.money import kronor
from vetting.kernel.problem import Problem
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

LONGEST_REASON: Final = 300
LARGEST: Final = 1_000_000_000_00
"""No association is proposed a milliard kronor."""
MOST_POINTS: Final = 10_000


class RowLock(StrEnum):
    """Why nothing is proposed from a row."""

    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    LAID = "laid"
    """What is proposed lies before whoever decides: it is changed in its case, or taken back there first."""
    HEARING = "hearing"
    """It waits for the association's answer: an amount can be set aside, and nothing is proposed."""


WRITABLE: Final = frozenset({None, RowLock.HEARING})
"""Rows that are shared in the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowValues:
    """What is written in a row. proposed: in öre, None where nothing is."""

    proposed: int | None = None
    reason: str = ""
    points: float | None = None

    @property
    def digest(self) -> str:
        """The same for the same values: whoever writes tells with it what they saw."""
        points = None if self.points is None else float(self.points)
        return hashlib.sha256(repr((self.proposed, self.reason, points)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationRow:
    """One application. Amounts in öre.

    last_year: what the association was granted then, by_list: told by a list of what was decided before the program.
    granted: of what is decided, what was.
    """

    case_id: int
    number: str
    name: str
    scheme_id: int | None
    applied: int | None
    last_year: int | None
    by_list: bool = False
    written: RowValues
    lock: RowLock | None = None
    granted: int | None = None

    @property
    def counted(self) -> int:
        """What it takes of the money now, whatever is written: of what is decided, what was granted."""
        match self.lock:
            case RowLock.DECIDED:
                return self.granted or 0
            case RowLock.WITHDRAWN:
                return 0
            case _:
                return self.written.proposed or 0

    @property
    def set_aside(self) -> int:
        """What is held for it while it is not ready to be proposed."""
        return self.counted if self.lock is RowLock.HEARING else 0

    @property
    def lacks_reason(self) -> bool:
        """Less than what was applied for is proposed, and nothing says why."""
        proposed = self.written.proposed
        is_less = proposed is not None and (proposed == 0 or proposed < (self.applied or 0))
        return self.lock is None and is_less and not self.written.reason

    @property
    def is_open(self) -> bool:
        """Whether it is written in."""
        return self.lock in WRITABLE

    @property
    def may_be_proposed(self) -> bool:
        """Whether it says what is to be proposed, and why where that is less than what was applied for."""
        proposed = self.written.proposed
        fits = proposed is not None and (self.applied is None or proposed <= self.applied)
        return self.lock is None and fits and not self.lacks_reason


class AllocationOrder(StrEnum):
    """How the rows are ordered."""

    POINTS = "poang"
    NAME = "namn"


ORDER_WORDS: Final[Mapping[AllocationOrder, Words]] = {
    AllocationOrder.POINTS: _("Poäng"),
    AllocationOrder.NAME: _("Förening"),
}


def in_order(rows: Iterable[AllocationRow], order: AllocationOrder) -> list[AllocationRow]:
    """The rows by points, the most first, or by name; those alike by name."""

    def key(row: AllocationRow) -> tuple[float, str, int]:
        points = row.written.points if order is AllocationOrder.POINTS else 0
        return (float("inf") if points is None else -points, row.name.casefold(), row.case_id)

    return sorted(rows, key=key)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationSums:
    """What there is, what is applied for, what is proposed and to how many; in öre.

    budget, left: None where it is not known. set_aside: of what is proposed, what is held for rows that are not ready.
    """

    budget: int | None
    applied: int
    proposed: int
    receivers: int
    set_aside: int
    without_amount: int

    @property
    def left(self) -> int | None:
        """What is left; less than nothing where the sums pass the budget."""
        return None if self.budget is None else self.budget - self.proposed


def sums_of(rows: Iterable[AllocationRow], budget: int | None, *, hidden: int = 0) -> AllocationSums:
    """The sums of some rows. hidden: what rows that are not shown to this person take."""
    listed = list(rows)
    return AllocationSums(
        budget=budget,
        applied=sum(row.applied or 0 for row in listed if row.lock is not RowLock.WITHDRAWN),
        proposed=sum(row.counted for row in listed) + hidden,
        receivers=sum(1 for row in listed if row.counted > 0),
        set_aside=sum(row.set_aside for row in listed),
        without_amount=sum(1 for row in listed if row.is_open and row.written.proposed is None),
    )


def wrong_with_amount(amount: int, applied: int | None) -> Iterator[Problem]:
    """An amount that nobody can be proposed. applied: None where it is not known."""
    if amount < 0:
        yield Problem("amount", _("Beloppet är mindre än noll."), _("Skriv 0 för inget bidrag."))
    elif amount > LARGEST:
        yield Problem("amount", _("Beloppet är orimligt stort."), _("Skriv beloppet i kronor."))
    elif applied is not None and amount > applied:
        most = kronor(applied)
        yield Problem("amount", _("Beloppet är större än det sökta."), _("Skriv högst {most}.", most=most))


def wrong_with_row(values: RowValues, applied: int | None) -> Iterator[Problem]:
    """What cannot be written in a row, each at its column."""
    if values.proposed is not None:
        yield from wrong_with_amount(values.proposed, applied)
    if len(values.reason) > LONGEST_REASON:
        yield Problem("reason", _("Skälet är för långt."), _("Skriv högst {most} tecken.", most=LONGEST_REASON))
    if values.points is not None and not 0 <= values.points <= MOST_POINTS:
        yield Problem("points", _("Poängen är orimliga."), _("Skriv ett tal från 0 till {most}.", most=MOST_POINTS))
