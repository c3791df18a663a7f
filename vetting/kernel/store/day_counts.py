"""Days between two columns, counted by the database; each has its own words for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler


class days_between(FunctionElement[int]):  # noqa: N801 - named as the functions of the database are
    """Days from the first to the second; None where one of them is not known."""

    name = "days_between"
    type = BigInteger()
    inherit_cache = True


@compiles(days_between, "sqlite")
def _on_sqlite(element: days_between, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401 - the compiler's own
    first, last = (compiler.process(clause, **more) for clause in element.clauses)
    return f"CAST(julianday({last}) - julianday({first}) AS INTEGER)"


@compiles(days_between, "postgresql")
def _on_postgresql(element: days_between, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401 - as above
    first, last = (compiler.process(clause, **more) for clause in element.clauses)
    return f"(CAST({last} AS DATE) - CAST({first} AS DATE))"
