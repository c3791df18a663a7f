"""What SQLite is told that its counts do not tell it: it has none, and takes each index to be worth as much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute
    from sqlalchemy.sql.compiler import SQLCompiler


class _WithoutIndex(FunctionElement[Any]):
    """A column as it is; in SQLite one that no index helps to find."""

    inherit_cache = True


@compiles(_WithoutIndex)
def _as_it_is(element: _WithoutIndex, compiler: SQLCompiler, **how: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    return compiler.process(element.clauses, **how)


@compiles(_WithoutIndex, "sqlite")
def _without_index_sqlite(element: _WithoutIndex, compiler: SQLCompiler, **how: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    return f"+{compiler.process(element.clauses, **how)}"


def avoid_index(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """A column that rows are not to be found by: almost all have the value that is asked for.

    PostgreSQL knows from its counts, and would be misled by an expression in place of the column.
    """
    found = _WithoutIndex(column)
    found.type = column.type
    return found
