"""The sharing of too little money: rows, running totals, what is left; and the starts that it can be counted from."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.kernel.money import KRONA, kronor
from vetting.kernel.problem import Problem
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

LONGEST_REASON: Final = 300
LARGEST: Final = 1_000_000_000_00
"""No association is proposed a milliard kronor."""


class AllocationField(StrEnum):
    """What can be said of a row."""

    AMOUNT = "amount"
    REASON = "reason"
    RELEASED = "released"
    """Why an amount that was reserved during a hearing is no longer held."""


class ScenarioKind(StrEnum):
    """What a scenario was counted from."""

    LAST_YEAR = "last_year"
    FORMULA = "formula"
    POINTS = "points"
    SHARE = "share"
    KEPT = "kept"


SCENARIO_WORDS: Final[Mapping[ScenarioKind, Words]] = {
    ScenarioKind.LAST_YEAR: _("Förra årets med en procentsats"),
    ScenarioKind.FORMULA: _("Efter bidragsformens beräkning"),
    ScenarioKind.POINTS: _("Efter poäng tills pengarna är slut"),
    ScenarioKind.SHARE: _("Lika andel av sökt"),
    ScenarioKind.KEPT: _("Sparad som tabellen stod"),
}


class RowLock(StrEnum):
    """Why a row is not written in."""

    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    LAID = "laid"
    """What is proposed lies before whoever decides: it is changed in its case, or taken back there first."""
    HEARING = "hearing"
    """It waits for the association's answer: an amount can be reserved, and nothing is proposed."""


WRITABLE: Final = frozenset({None, RowLock.HEARING})
"""Rows that are shared in the sheet."""
LOCK_WORDS: Final[Mapping[RowLock, Words]] = {
    RowLock.DECIDED: _("Beslutad"),
    RowLock.WITHDRAWN: _("Återkallad"),
    RowLock.LAID: _("Framlagd"),
    RowLock.HEARING: _("Möjlighet att yttra sig"),
}


class PriorityScore(NamedTuple):
    """How many of how many points, one criterion; None where nobody has said."""

    criterion_id: int
    points: float | None
    most: int
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationRow:
    """One application of the sheet. Amounts in öre.

    earlier: year -> what the association was granted then. proposed: what holds in the cell, None where nothing does.
    counted: what it takes of the money now, whatever the cell says: of what is decided, what was granted.
    """

    case_id: int
    name: str
    scheme_id: int | None
    applied: int | None
    last_year: int | None
    proposed: int | None
    reason: str
    released: str = ""
    lock: RowLock | None = None
    granted: int | None = None
    scores: tuple[PriorityScore, ...] = ()
    formula: int | None = None
    earlier: Mapping[int, int] = field(default_factory=dict)

    @property
    def counted(self) -> int:
        """What it takes of the money."""
        match self.lock:
            case RowLock.DECIDED:
                return self.granted or 0
            case RowLock.WITHDRAWN:
                return 0
            case RowLock.HEARING if self.released:
                return 0
            case _:
                return self.proposed or 0

    @property
    def points(self) -> float | None:
        """Its points, weighed and added up; None where nothing is scored."""
        said = [score.points * score.weight for score in self.scores if score.points is not None]
        return round(sum(said), 2) if said else None

    @property
    def change(self) -> int | None:
        """Against last year's; None where either is not known."""
        unsaid = self.proposed is None and self.lock not in {RowLock.DECIDED, RowLock.WITHDRAWN}
        if self.last_year is None or unsaid:
            return None
        return self.counted - self.last_year

    @property
    def lacks_reason(self) -> bool:
        """Less than what was applied for is proposed, and nothing says why."""
        is_less = self.proposed is not None and self.proposed < (self.applied or 0)
        return self.lock is None and is_less and not self.reason.strip()

    @property
    def is_reserved(self) -> bool:
        """Whether an amount is held while the association may answer."""
        return self.lock is RowLock.HEARING and bool(self.proposed) and not self.released

    @property
    def is_open(self) -> bool:
        """Whether the sheet is where it is shared."""
        return self.lock in WRITABLE


class AllocationOrder(StrEnum):
    """How the rows are ordered."""

    POINTS = "poang"
    NAME = "namn"
    APPLIED = "sokt"
    CHANGE = "andring"
    PROPOSED = "forslag"


ORDER_WORDS: Final[Mapping[AllocationOrder, Words]] = {
    AllocationOrder.POINTS: _("Nämndens poäng"),
    AllocationOrder.NAME: _("Förening"),
    AllocationOrder.APPLIED: _("Sökt"),
    AllocationOrder.CHANGE: _("Ändring mot i fjol"),
    AllocationOrder.PROPOSED: _("Förslag"),
}
_KEYS: Final[Mapping[AllocationOrder, Callable[[AllocationRow], tuple[float, ...]]]] = {
    AllocationOrder.POINTS: lambda row: (row.points is None, -(row.points or 0)),
    AllocationOrder.NAME: lambda _row: (),
    AllocationOrder.APPLIED: lambda row: (-(row.applied or 0),),
    AllocationOrder.CHANGE: lambda row: (row.change is None, row.change or 0),
    AllocationOrder.PROPOSED: lambda row: (-row.counted,),
}


def in_order(rows: Iterable[AllocationRow], order: AllocationOrder) -> list[AllocationRow]:
    """The rows as somebody wants them; those alike by name."""
    key = _KEYS[order]
    return sorted(rows, key=lambda row: (*key(row), row.name.casefold(), row.case_id))


def running_totals(rows: Iterable[AllocationRow], start: int = 0) -> dict[int, int]:
    """Case -> what it and all rows above take together. start: what rows that are not shown take."""
    found, total = {}, start
    for row in rows:
        total += row.counted
        found[row.case_id] = total
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationSums:
    """What there is, what is proposed and to how many, what is left; of one part of the round or of all. In öre.

    budget, left: None where it is not known. reserved: of what is proposed, what is held for rows that wait.
    """

    budget: int | None
    applied: int
    proposed: int
    receivers: int
    reserved: int
    without_amount: int
    withdrawn: int = 0
    """What was applied for and taken back: no part of what is applied for."""

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
        withdrawn=sum(row.applied or 0 for row in listed if row.lock is RowLock.WITHDRAWN),
        proposed=sum(row.counted for row in listed) + hidden,
        receivers=sum(1 for row in listed if row.counted > 0),
        reserved=sum(row.counted for row in listed if row.is_reserved),
        without_amount=sum(1 for row in listed if row.is_open and row.proposed is None),
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


HUNDRED, THOUSAND = 100 * KRONA, 1_000 * KRONA


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioSettings:
    """How a scenario is counted. percent: of LAST_YEAR, what is added to it; rounding: down to whole such, in öre.

    floor: no one gets less, else nothing; ceiling: no one gets more. Both in öre.
    """

    kind: ScenarioKind
    percent: float = 0
    floor: int = 0
    ceiling: int | None = None
    rounding: int = THOUSAND


def count_scenario(
    rows: Sequence[AllocationRow], settings: ScenarioSettings, money: int | None
) -> dict[int, int | None]:
    """Case -> what a scenario gives it; None where what it is counted from is not known. Rows that are locked are left.

    money: what there is for these rows; None where that is not known.
    """
    open_rows = [row for row in rows if row.lock is None]
    match settings.kind:
        case ScenarioKind.LAST_YEAR:
            return {row.case_id: _like_last_year(row, settings) for row in open_rows}
        case ScenarioKind.FORMULA:
            return {
                row.case_id: None if row.formula is None else _within(row.formula, row, settings) for row in open_rows
            }
        case ScenarioKind.POINTS:
            return _by_points(open_rows, settings, money)
        case ScenarioKind.SHARE:
            return _like_share(open_rows, settings, money)
        case ScenarioKind.KEPT:
            return {row.case_id: row.proposed for row in open_rows}


def _within(amount: int, row: AllocationRow, settings: ScenarioSettings) -> int:
    """Rounded down, at most the ceiling and what was applied for; nothing where that is less than the floor."""
    most = min(
        amount,
        row.applied if row.applied is not None else amount,
        settings.ceiling if settings.ceiling is not None else amount,
    )
    rounded = most // settings.rounding * settings.rounding
    if rounded < settings.floor:
        return settings.floor if row.applied is not None and settings.floor <= most else 0
    return rounded


def _like_last_year(row: AllocationRow, settings: ScenarioSettings) -> int | None:
    if row.last_year is None:
        return 0
    return _within(int(row.last_year * (100 + Fraction(str(settings.percent))) / 100), row, settings)


def _like_share(rows: Sequence[AllocationRow], settings: ScenarioSettings, money: int | None) -> dict[int, int | None]:
    """Each the same share of what it applied for."""
    applied = sum(row.applied or 0 for row in rows)
    if money is None or not applied:
        return dict.fromkeys((row.case_id for row in rows), None)
    there = min(max(money, 0), applied)
    return {
        row.case_id: None if row.applied is None else _within(row.applied * there // applied, row, settings)
        for row in rows
    }


def _by_points(rows: Sequence[AllocationRow], settings: ScenarioSettings, money: int | None) -> dict[int, int | None]:
    """Those with the most points get what they applied for, up to the ceiling, until the money ends.

    Of those with equal points all get the same share where it does not suffice for them all: no one goes before
    another because of the alphabet. Who has no points gets nothing said.
    """
    found: dict[int, int | None] = {row.case_id: None for row in rows}
    if money is None:
        return found
    left = max(money, 0)
    scored = sorted({row.points for row in rows if row.points is not None}, reverse=True)
    for points in scored:
        alike = [row for row in rows if row.points == points]
        wanted = {row.case_id: _within(row.applied or 0, row, settings) for row in alike}
        total = sum(wanted.values())
        if total > left:
            wanted = {row.case_id: _within(wanted[row.case_id] * left // total, row, settings) for row in alike}
        if sum(wanted.values()) > left:  # the floor is more than there is for all of them
            wanted = dict.fromkeys(wanted, 0)
        found |= wanted
        left = left - total if total <= left else 0  # what rounding leaves goes to nobody with fewer points
    return found


class ScenarioEffect(NamedTuple):
    """A scenario against last year: its sum, what is left, how many get more (new ones too), less, anything."""

    total: int
    left: int | None
    more: int
    less: int
    receivers: int
    changes: tuple[tuple[int, int], ...]
    """(case, change against last year) of those that had a grant last year."""


def amounts_of_scenario(rows: Sequence[AllocationRow], amounts: Mapping[int, int | None]) -> dict[int, int]:
    """Case -> what a scenario gives it; rows that are locked, or that it says nothing of, count as they stand."""
    given = {row.case_id: row.counted for row in rows}
    said = {row.case_id: amounts.get(row.case_id) for row in rows if row.lock is None}
    return given | {key: amount for key, amount in said.items() if amount is not None}


def effect_of(rows: Sequence[AllocationRow], amounts: Mapping[int, int | None], budget: int | None) -> ScenarioEffect:
    """What a scenario does; rows that are locked, or that it says nothing of, count as they stand: they are left."""
    given = amounts_of_scenario(rows, amounts)
    changes = tuple((row.case_id, given[row.case_id] - row.last_year) for row in rows if row.last_year is not None)
    total = sum(given.values())
    new = sum(1 for row in rows if row.last_year is None and given[row.case_id] > 0)
    return ScenarioEffect(
        total,
        None if budget is None else budget - total,
        new + sum(1 for _case, change in changes if change > 0),
        sum(1 for _case, change in changes if change < 0),
        sum(1 for amount in given.values() if amount > 0),
        changes,
    )
