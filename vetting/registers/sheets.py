"""A sheet of a register: whole for a workbook, a page at a time on the screen, with sums that the database makes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar

from sqlalchemy import func, select

from vetting.kernel.chunking import in_chunks
from vetting.kernel.register_tables import RegisterColumnKind
from vetting.registers.columns import as_whole_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sqlalchemy import Select

    from vetting.kernel.register_tables import Cell, Line, RegisterTable
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session
    from vetting.kernel.text import Language
    from vetting.registers.columns import RegisterSelection, SheetDefinition
    from vetting.registers.money_totals import MoneyTotals

Row = TypeVar("Row")
PAGE: Final = 50
SHORT: Final = 16
"""A text of more letters than this may be cut in a row."""
PART: Final = 1_000
"""Rows that are read at a time for a workbook."""
MOST_SUMMED: Final = 2_000
"""Rows that are counted and summed while somebody waits, and written to a workbook; more is a job."""


class ScreenLayout(NamedTuple):
    """Where the columns of a sheet stand on the screen, by their places."""

    leading: Sequence[int]
    brief: Sequence[int]
    """Those that stand on a phone."""
    cut: Sequence[int]
    """Those with a text too long for its place: the whole of it stands behind the fold."""
    folded: Sequence[int]
    same: Sequence[tuple[int, Cell]]
    """What is alike in all rows, with its value."""

    @property
    def behind(self) -> Sequence[int]:
        """What opens under a row: on a phone also what stands in it elsewhere."""
        return [*(place for place in self.leading[1:] if place not in self.brief or place in self.cut), *self.folded]


class RegisterPage(NamedTuple):
    """Some rows of a sheet, and what is true of all that were chosen."""

    table: RegisterTable
    number: int
    """How many were chosen; one more than `MOST_SUMMED` where there are more than that."""
    totals: Sequence[int | None]
    """The sum of each column of money, in öre; None under the others, and everywhere of too many rows."""
    following: int | None
    """The number of the next page."""
    money: MoneyTotals | None = None
    """What the grants of the rows come to, where the register is of that."""

    @property
    def too_many(self) -> bool:
        """Whether there are more than are counted."""
        return self.number > MOST_SUMMED

    @property
    def layout(self) -> ScreenLayout:
        """Which columns stand in a row, which behind its fold, and what is said once."""
        places = range(len(self.table.columns))
        leading = self.table.leading or tuple(places)
        rest = [place for place in places if place not in leading]
        values = {place: {row[place] for row in self.table.rows} for place in rest}
        whole = self.number == len(self.table.rows) > 1
        same = {place: next(iter(found)) for place, found in values.items() if whole and len(found) == 1}
        folded = [place for place in rest if place not in same and values[place] - {None, ""}]
        told = [(place, value) for place, value in same.items() if value not in {None, ""}]
        cut = [place for place in leading if any(len(str(row[place] or "")) > SHORT for row in self.table.rows)]
        cut = [place for place in cut if self.table.columns[place].kind is RegisterColumnKind.TEXT]
        return ScreenLayout(leading, self.table.brief or leading[:3], cut, folded, told)


@dataclass(frozen=True, slots=True)
class RegisterSheet(Generic[Row]):
    """A sheet: its columns, the question for its rows, and the one for their keys in the order of the screen."""

    definition: SheetDefinition[Row]
    rows: Callable[[Session, RegisterSelection], list[Row]]
    """By day, the first first, or by name; of some keys where the selection has them."""
    keys: Callable[[RegisterSelection, Person], Select[int]]
    newest_first: bool = True
    money: Callable[[Session, RegisterSelection, Iterable[int]], MoneyTotals] | None = None
    """What the rows of some keys come to, where they are grants or payments."""
    has_day_of_use: bool = False
    """Whether its rows are of bookings, which have a day when the room is used."""

    def whole(self, session: Session, selection: RegisterSelection, language: Language) -> RegisterTable:
        """All its rows, the oldest first or by name; many are read some at a time, as they are written."""
        found = list(session.scalars(self.keys(selection, session.person)))
        parts = self._parts(session, selection, language, found[::-1] if self.newest_first else found)
        return replace(self.definition.table((), language), rows=next(parts, ()), more=parts, number=len(found))

    def _parts(
        self, session: Session, selection: RegisterSelection, language: Language, keys: list[int]
    ) -> Iterator[tuple[Line, ...]]:
        for some in in_chunks(keys, PART):
            rows = self.rows(session, replace(selection, keys=tuple(some)))
            yield self.definition.table(rows, language).rows

    def page(self, session: Session, selection: RegisterSelection, language: Language, *, number: int) -> RegisterPage:
        keys = self.keys(selection, session.person)
        found = session.scalars(keys.limit(PAGE + 1).offset((number - 1) * PAGE)).all()
        rows = self.rows(session, replace(selection, keys=tuple(found[:PAGE]))) if found else []
        table = self.definition.table(rows[::-1] if self.newest_first else rows, language)
        count, totals = self._totals(session, selection)
        money = self.money_of(session, selection) if 0 < count <= MOST_SUMMED else None
        return RegisterPage(table, count, totals, number + 1 if len(found) > PAGE else None, money)

    def money_of(self, session: Session, selection: RegisterSelection) -> MoneyTotals | None:
        if self.money is None:
            return None
        return self.money(session, selection, session.scalars(self.keys(selection, session.person)).all())

    def _totals(self, session: Session, selection: RegisterSelection) -> tuple[int, list[int | None]]:
        """How many there are, and the sums, by the database."""
        columns = self.definition.headings
        summed = {
            place: column.total(selection, session.person) for place, column in enumerate(columns) if column.total
        }
        number = _count(session, self.keys(selection, session.person))
        if number > MOST_SUMMED or not summed:
            return number, [None] * len(columns)
        keys: Any = self.keys(selection, session.person).limit(MOST_SUMMED)
        each = keys.add_columns(*(amount.label(f"s{place}") for place, amount in summed.items()))
        some = each.subquery()
        row = session.execute(select(*(func.sum(some.c[f"s{place}"]) for place in summed))).one()
        sums = {place: as_whole_number(total) or 0 for place, total in zip(summed, row, strict=True)}
        return number, [sums.get(place) for place in range(len(columns))]


def is_long(session: Session, keys: Select[int]) -> bool:
    """Whether there are more rows than somebody waits for."""
    return _count(session, keys) > MOST_SUMMED


def _count(session: Session, keys: Select[int]) -> int:
    """How many rows there are, counted no further than one past what somebody waits for."""
    some = keys.order_by(None).limit(MOST_SUMMED + 1)
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0
