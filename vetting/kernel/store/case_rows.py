"""What hangs on a case: one question tells which tables hold rows of it, and those that do not are never asked."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, TypeVar

from sqlalchemy import UniqueConstraint, bindparam, exists, literal, select

from vetting.kernel.store.base import Base
from vetting.kernel.store.read_cache import ANSWERS, MOST, PAST_OBJECTS, WRITTEN

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, FromClause, Select, Table
    from sqlalchemy.orm import InstrumentedAttribute

    from vetting.kernel.store.session import Session

T = TypeVar("T")
R = TypeVar("R", bound=Base)
_KEY: Final = "case_key"
HOLDINGS: Final = "vetting_case_holdings"
"""In a session: case -> which tables hold rows of it."""
TOGETHER: Final = "vetting_cases_together"
"""In a session that reads: the cases that it goes through, and what has been read of them."""


class CaseHoldings(NamedTuple):
    """Which tables held rows of a case, and how often each table had been written then."""

    tables: frozenset[str]
    written: dict[str, int]


class KeyedCase(Protocol):
    """A case, as far as the kernel knows one."""

    @property
    def id(self) -> int: ...


C = TypeVar("C", bound=KeyedCase)


class PrefetchedCases(NamedTuple):
    """Cases of one list: whatever is asked of one of them is asked for all."""

    cases: Mapping[int, Any]
    rows: dict[tuple[object, ...], Mapping[int, Any]]


def prefetch_for_cases(session: Session, cases: Iterable[KeyedCase]) -> None:
    """A session that reads goes through these cases: what is asked of one of them, it asks once for all."""
    keys = {case.id: case for case in cases}
    session.info.pop(TOGETHER, None)
    if not keys or session.info.get(ANSWERS) is None or session.info.get(WRITTEN) is not None:
        return
    held: dict[int, CaseHoldings] = session.info.setdefault(HOLDINGS, {})
    for found in session.execute(_holdings_of_many(), {"cases": sorted(keys)}).mappings():
        held[found[_KEY]] = CaseHoldings(frozenset(name for name, holds in found.items() if holds is True), {})
    session.info[TOGETHER] = PrefetchedCases(keys, {})


def prefetched_answer(
    session: Session, key: tuple[object, ...], case: C, ask: Callable[[Sequence[C]], Mapping[int, T]]
) -> T | None:
    """What is asked of a case, asked once for all that the session goes through with it; None where it is by itself.

    key: tells the question from others. ask: the answer for each of the cases; of one that is left out there is none.
    """
    together: PrefetchedCases | None = session.info.get(TOGETHER)
    if together is None or together.cases.get(case.id) is not case:
        return None
    if key not in together.rows:
        together.rows[key] = ask(list(together.cases.values()))
    found: T | None = together.rows[key].get(case.id)
    return found


def _rows_together(
    session: Session,
    together: PrefetchedCases,
    table: type[R],
    in_order: tuple[InstrumentedAttribute[Any] | ColumnElement[Any], ...],
    where: ColumnElement[bool] | None,
) -> dict[int, list[R]]:
    key = (table, *map(str, in_order), str(where))
    if key not in together.rows:
        own = _owner(table.__table__)
        wanted = select(own, table).where(own.in_(sorted(together.cases))).order_by(*in_order)
        found: dict[int, list[Any]] = {}
        for case_id, row in session.execute(wanted if where is None else wanted.where(where)):
            found.setdefault(case_id, []).append(row)
        together.rows[key] = found
    rows: dict[int, list[R]] = dict(together.rows[key])
    return rows


def case_rows(
    session: Session,
    table: type[R],
    case_id: int,
    *in_order: InstrumentedAttribute[Any] | ColumnElement[Any],
    where: ColumnElement[bool] | None = None,
) -> Sequence[R]:
    """A case's rows of a table, in order: all, or those of a condition. Not asked where the case has none."""
    if not may_hold_rows(session, table, case_id):
        return []
    together: PrefetchedCases | None = session.info.get(TOGETHER)
    if together is not None and case_id in together.cases:
        return _rows_together(session, together, table, in_order, where).get(case_id, [])
    wanted = select(table).where(_owner(table.__table__) == case_id).order_by(*in_order)
    return session.scalars(wanted if where is None else wanted.where(where)).all()


def case_row(session: Session, table: type[R], case_id: int) -> R | None:
    """The only row that a case has in a table, where it has one."""
    found = case_rows(session, table, case_id)
    return found[0] if found else None


def may_hold_rows(session: Session, table: type[Base], case_id: int) -> bool:
    """Whether a case may have rows in a table; asked once for all tables, until one was written."""
    if session.info.get(ANSWERS) is None:  # a session that keeps nothing
        return True
    written: Counter[str] | None = session.info.get(WRITTEN)
    if written is not None:
        session.flush()  # what waits to be written counts as written
    held: dict[int, CaseHoldings] = session.info.setdefault(HOLDINGS, {})
    if case_id not in held:
        if len(held) >= MOST:
            held.clear()
        found = session.execute(_holdings(), {"case": case_id}).mappings().one()
        held[case_id] = CaseHoldings(frozenset(name for name, holds in found.items() if holds), dict(written or {}))
    known = held[case_id]
    name = table.__tablename__
    since = written is not None and any(written[place] != known.written.get(place, 0) for place in (name, PAST_OBJECTS))
    return since or name in known.tables or name not in _holdings().selected_columns


@cache
def _holdings() -> Select[*tuple[bool, ...]]:
    """For each table where the rows of a case are found by its key: whether it has any; made once."""
    return select(*_whether_held(bindparam("case")))


@cache
def _holdings_of_many() -> Select[*tuple[Any, ...]]:
    cases = Base.metadata.tables["cases"]
    key = cases.columns["id"]
    return select(key.label(_KEY), *_whether_held(key)).where(key.in_(bindparam("cases", expanding=True)))


def _whether_held(case: Any) -> Iterator[ColumnElement[bool]]:  # noqa: ANN401 - a parameter or a column
    for table in Base.metadata.sorted_tables:
        if "case_id" in table.columns and _is_found_by_case(table):
            rows = select(literal(1)).select_from(table).where(_owner(table) == case)
            yield exists(rows.correlate(Base.metadata.tables["cases"])).label(table.name)


def _is_found_by_case(table: Table) -> bool:
    indexed = [next(iter(index.columns)) for index in table.indexes]
    unique = [next(iter(key.columns)) for key in table.constraints if isinstance(key, UniqueConstraint)]
    return any(first is _owner(table) for first in [*indexed, *unique])


def _owner(table: FromClause) -> ColumnElement[int]:
    return table.columns["case_id"]
