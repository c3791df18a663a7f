"""Questions that a page or an act asks from several places: the database is asked once, until the answer may differ."""

from __future__ import annotations

from functools import cache, wraps
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, TypeVar, TypeVarTuple

from sqlalchemy import ColumnClause, Table
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql import visitors

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import ClauseElement, Row, Select
    from sqlalchemy.orm import QueryContext
    from sqlalchemy.orm import Session as OrmSession

    from vetting.kernel.store.base import Base
    from vetting.kernel.store.session import Session

HELD_ROWS_KEY: Final = "vetting_held"
P = ParamSpec("P")
T = TypeVar("T")
Ts = TypeVarTuple("Ts")
ANSWERS: Final = "vetting_answers"
"""In a session: what has been asked -> the answer."""
WRITTEN: Final = "vetting_written"
"""In a session that writes: how often each table, and each column of one, was written."""
PAST_OBJECTS: Final = "*"
"""What is written past the objects may be any table."""
TOUCHED: Final = frozenset({"cases.number", "cases.version"})
"""Columns that every act writes, and that no answer is another by: a number never changes, a version is compared."""
MOST: Final = 500
"""Answers that are kept: a page asks fewer, and whoever goes through many cases keeps no more."""


def cached_query(
    *reads: type[Base] | InstrumentedAttribute[Any],
) -> Callable[[Callable[Concatenate[Session, P], T]], Callable[Concatenate[Session, P], T]]:
    """The same question to the same session has the same answer; nobody changes what they get.

    reads: the tables that the answer comes from, or columns of a table of which no others matter. A session that
    writes asks anew once one of them was written; where none is named it asks each time.
    """
    places = tuple(map(_place, reads))

    def once(ask: Callable[Concatenate[Session, P], T]) -> Callable[Concatenate[Session, P], T]:
        @wraps(ask)
        def answered(session: Session, /, *given: P.args, **named: P.kwargs) -> T:
            key = (ask, given, tuple(named.items()))
            return _answer(session, key, places, lambda: ask(session, *given, **named))

        return answered

    return once


def cached_rows(session: Session, statement: Select[*Ts], filled: Mapping[str, Any]) -> Sequence[Row[*Ts]]:
    """The rows of a statement that is made once, with its parameters; asked anew once what it reads was written."""
    key = (statement, tuple(sorted(filled.items())))
    return _answer(session, key, _places_of(statement), lambda: session.execute(statement, filled).all())


def prime_query_cache(
    session: Session, ask: Callable[Concatenate[Session, P], T], answers: Mapping[tuple[Any, ...], T]
) -> None:
    """A question of many, asked for all of them at once: what came of it stands as if each had been asked by itself.

    Only where a session reads; one that writes asks each time as before.
    """
    kept: dict[Any, tuple[object, object]] | None = session.info.get(ANSWERS)
    if kept is None or session.info.get(WRITTEN) is not None:
        return
    question = getattr(ask, "__wrapped__")  # noqa: B009 - it is there of a function that `cached_query` made
    if len(kept) + len(answers) > MOST:
        kept.clear()
    kept.update({(question, given, ()): (None, answer) for given, answer in answers.items()})


def _answer(session: Session, key: object, places: tuple[str, ...], ask: Callable[[], T]) -> T:
    answers: dict[Any, tuple[object, T]] | None = session.info.get(ANSWERS)
    written: Counter[str] | None = session.info.get(WRITTEN)
    if answers is None or (written is not None and not places):
        return ask()
    if written is not None:
        session.flush()  # what waits to be written counts as written
    state = [written[place] for place in (*places, PAST_OBJECTS)] if written is not None else None
    if key not in answers or answers[key][0] != state:
        if len(answers) >= MOST:
            answers.clear()
        answers[key] = state, ask()
    return answers[key][1]


def _place(read: type[Base] | InstrumentedAttribute[Any]) -> str:
    if isinstance(read, InstrumentedAttribute):
        return f"{read.class_.__table__.name}.{read.key}"
    return str(read.__tablename__)


@cache
def _places_of(statement: ClauseElement) -> tuple[str, ...]:
    """The columns that a statement names, and the tables that it takes whole."""
    found = set()
    for part in visitors.iterate(statement):
        if isinstance(part, Table):
            found.add(str(part.name))
        elif isinstance(part, ColumnClause) and part.table is not None:
            table: Any = part.table
            while not isinstance(table, Table) and table is not None:
                table = getattr(table, "element", None)
            if table is not None:  # a column of a statement within is one of a table there
                found.add(f"{table.name}.{part.name}")
    return tuple(sorted(found))


def count_written(written: Counter[str], change: Mapping[str, Any]) -> None:
    """Counts one change of a row: a new or removed one is one of every column. That it was changed is no change."""
    table, before = change["table"], change.get("before", {})
    names = change["after"] if change["op"] == "update" else {**change["after"], **before}
    columns = {f"{table}.{name}" for name in names}
    if change["op"] == "update":
        columns -= TOUCHED
    if columns:
        written.update([table, *columns])


def pin_row(row: object, context: QueryContext) -> None:
    """A session keeps hold of a row that it has read, so that asking for it by its key is no question any more."""
    pin_rows(context.session, [row])


def pin_rows(session: OrmSession, rows: Iterable[object]) -> None:
    """A session keeps hold of these rows."""
    session.info.setdefault(HELD_ROWS_KEY, set()).update(rows)
