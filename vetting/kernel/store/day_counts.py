"""Days between two columns, and the day in Sweden of a moment, by the database; each has its own words for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Date
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from vetting.kernel.dates import HERE
from vetting.kernel.store.engine import DAY_FUNCTION

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


class day_in_sweden(FunctionElement[Any]):  # noqa: N801 - as above
    """The day of a moment as Sweden counts it; None where that is not known."""

    name = "day_in_sweden"
    type = Date()
    inherit_cache = True


@compiles(day_in_sweden, "sqlite")
def _day_on_sqlite(element: day_in_sweden, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401 - as above
    (moment,) = (compiler.process(clause, **more) for clause in element.clauses)
    return f"{DAY_FUNCTION}({moment})"


@compiles(day_in_sweden, "postgresql")
def _day_on_postgresql(element: day_in_sweden, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401 - as above
    (moment,) = (compiler.process(clause, **more) for clause in element.clauses)
    return f"CAST({moment} AT TIME ZONE '{HERE.key}' AS DATE)"
