"""Pages read no more of the database with the years: as much at 20,000 cases, nearly all of them closed, as at 2,000."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from tests.bench.pages import PAGES, MeasuredPage, filled
from tests.page_fixtures import somebody

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.board import BoardAtWork
    from tests.databases import Databases

pytestmark = pytest.mark.long

SMALL, LARGE = 2_000, 20_000
GROWS = 1.6
"""How many times as much a page may read where there is ten times as much to read."""
STEP = 100
"""Instructions of SQLite between two counts."""
LITTLE = 3_000
"""Instructions, or rows, below which a page is not compared."""
SLOW: dict[str, str] = {
    "quick check by name": "every name is gone through: a part of a word is looked for",
    "search": "every name is gone through: a part of a word is looked for",
    "register of approvals": "a register is all of its rows until its page ends",
    "register of reclaims": "a register is all of its rows until its page ends",
}
STATEMENTS: dict[str, int] = {
    "queue": 24,
    "queue with closed": 21,
    "quick check": 14,
    "quick check by name": 5,
    "case": 34,
    "to decide": 27,
    "payments": 22,
    "paid": 15,
    "reclaims": 5,
    "register of approvals": 12,
    "register of reclaims": 9,
    "register of associations": 11,
    "overview": 9,
    "associations": 3,
    "search": 6,
    "association": 22,
}
"""Statements that a page asks at 20,000 cases, BEGIN among them: a figure may only fall."""
ON_POSTGRESQL = {
    "overview": "all cases of the generated board are of one round, which is read through",
    "reclaims": "one in twenty of its grants is claimed back, and all of these are open",
}


def steps_on_sqlite(board: BoardAtWork, page: MeasuredPage) -> tuple[int, int]:
    """Instructions that SQLite works through for one opening of a page, and statements."""
    counted = [0]
    statements = [0]

    def count() -> int:
        counted[0] += STEP
        return 0

    def begin(connection: Any, *_: Any) -> None:
        connection.connection.driver_connection.set_progress_handler(count, STEP)
        statements[0] += 1

    kim = somebody(board, page.role)
    assert kim.get(page.path).status_code == 200
    event.listen(board.database.reading, "before_cursor_execute", begin)
    try:
        counted[0] = statements[0] = 0
        kim.get(page.path)
    finally:
        event.remove(board.database.reading, "before_cursor_execute", begin)
    return counted[0], statements[0]


def rows_on_postgresql(board: BoardAtWork, page: MeasuredPage) -> tuple[int, int]:
    """Rows that PostgreSQL reads for one opening of a page, and statements."""
    asked: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
        asked.append((statement, given))

    kim = somebody(board, page.role)
    assert kim.get(page.path).status_code == 200
    event.listen(board.database.reading, "before_cursor_execute", keep)
    try:
        kim.get(page.path)
    finally:
        event.remove(board.database.reading, "before_cursor_execute", keep)
    with board.database.engine.connect() as connection:
        for setting in ("enable_seqscan = off", "random_page_cost = 1"):  # of so few rows it would rather read them all
            connection.exec_driver_sql(f"SET {setting}")
        plans: list[Any] = [
            connection.exec_driver_sql(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}", given).scalar()
            for statement, given in asked
            if statement.lstrip().startswith(("SELECT", "WITH"))
        ]
    return round(sum(sum(rows_of(plan[0]["Plan"])) for plan in plans)), len(asked)


def rows_of(plan: dict[str, Any]) -> Iterator[float]:
    """Rows that each node reads of a table, those that it leaves out too."""
    if "Relation Name" in plan:
        left_out = sum(plan.get(name, 0) for name in ("Rows Removed by Filter", "Rows Removed by Index Recheck"))
        yield (plan["Actual Rows"] + left_out) * plan["Actual Loops"]
    for below in plan.get("Plans", ()):
        yield from rows_of(below)


@pytest.mark.both_engines
def test_no_page_reads_more_with_the_years(databases: Databases, engine: str) -> None:
    left_out = SLOW if engine == "sqlite" else SLOW | ON_POSTGRESQL
    read: dict[str, list[int]] = {name: [] for name in PAGES if name not in left_out}
    asked: dict[str, int] = {}
    for size in (SMALL, LARGE):
        address = databases.sqlite() if engine == "sqlite" else databases.postgresql()
        board = filled(address, size)
        counted = steps_on_sqlite if engine == "sqlite" else rows_on_postgresql
        for name, page in PAGES.items():
            rows, asked[name] = counted(board, page)
            read.get(name, []).append(rows)
        board.database.close()
    grown = {name: found for name, found in read.items() if found[1] > max(GROWS * found[0], LITTLE)}
    assert grown == {}, read
    assert {name: number for name, number in asked.items() if number > STATEMENTS[name]} == {}, asked
