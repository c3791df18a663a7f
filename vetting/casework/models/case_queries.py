"""Statements that ask of a case, written once and asked of one or of all that a list goes through together.

A statement that is put by itself is filled in with the case, which need not be stored; put for many it takes them from
their table. Whatever counts as a case's own thus stands in one place.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import JSON, BigInteger, Date, String, bindparam, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from vetting.casework.models.cases import Case
from vetting.kernel.store.base import Base
from vetting.kernel.store.case_rows import prefetched_answer
from vetting.kernel.store.read_cache import cached_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import ColumnElement, Row, ScalarSelect, Select
    from sqlalchemy.sql.compiler import SQLCompiler

    from vetting.kernel.store.session import Session


class QueriedCase(NamedTuple):
    """What a statement knows of the case that it asks of."""

    case: ColumnElement[int]
    board: ColumnElement[int]
    association: ColumnElement[int | None]
    received_on: ColumnElement[Any]
    name: ColumnElement[str]
    tied_to: ColumnElement[int | None]


_STORED: Final = Base.metadata.tables[Case.__tablename__].alias("asked")
_ONE: Final = QueriedCase(
    bindparam("case", type_=BigInteger),
    bindparam("board", type_=BigInteger),
    bindparam("association", type_=BigInteger),
    bindparam("received_on", type_=Date),
    bindparam("name", type_=String),
    bindparam("tied_to", type_=BigInteger),
)
_MANY: Final = QueriedCase(
    _STORED.c.id,
    _STORED.c.board_id,
    _STORED.c.association_id,
    _STORED.c.received_on,
    _STORED.c.name,
    _STORED.c.tied_to_id,
)


def query_case(
    session: Session, build: Callable[[QueriedCase], Select[*tuple[Any, ...]]], case: Case, **more: object
) -> Sequence[Row[Any]]:
    """The rows of a statement for a case; where a list goes through many together, the database is asked once for all.

    build: makes the statement, with no limit of rows. more: its other parameters, alike for all.
    """

    def of_all(cases: Sequence[Case]) -> dict[int, list[Row[Any]]]:
        found: dict[int, list[Row[Any]]] = {case.id: [] for case in cases}
        for row in session.execute(_for_many(build), {"cases": sorted(found), **more}):
            found[row.asked_case].append(row)
        return found

    together = prefetched_answer(session, (build, *sorted(more.items())), case, of_all)
    if together is not None:
        return together
    own = {"case": case.id, "board": case.board_id, "association": case.association_id, "tied_to": case.tied_to_id}
    return cached_rows(session, _for_one(build), own | {"received_on": case.received_on, "name": case.name, **more})


@cache
def _for_one(build: Callable[[QueriedCase], Select[*tuple[Any, ...]]]) -> Select[*tuple[Any, ...]]:
    return build(_ONE)


@cache
def _for_many(build: Callable[[QueriedCase], Select[*tuple[Any, ...]]]) -> Select[*tuple[Any, ...]]:
    wanted = _MANY.case.in_(bindparam("cases", expanding=True))
    return build(_MANY).add_columns(_MANY.case.label("asked_case")).where(wanted)


class _JsonRows(FunctionElement[Any]):
    """The rows of a subquery as one JSON list of lists."""

    type = JSON()
    inherit_cache = True


@compiles(_JsonRows, "sqlite")
def _json_rows_sqlite(element: _JsonRows, compiler: SQLCompiler, **how: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    return f"json_group_array(json_array({compiler.process(element.clauses, **how)}))"


@compiles(_JsonRows, "postgresql")
def _json_rows_postgresql(element: _JsonRows, compiler: SQLCompiler, **how: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    return f"coalesce(json_agg(json_build_array({compiler.process(element.clauses, **how)})), '[]')"


def json_rows_of(rows: Select[*tuple[Any, ...]]) -> ScalarSelect[Any]:
    """The rows of a statement as one value, a list of lists, in no order: within a row of something else.

    Only numbers and texts. The statement may be limited, and looks out to the case that is asked of.
    """
    found = rows.correlate(_STORED).subquery()
    return select(_JsonRows(*found.c)).scalar_subquery()
