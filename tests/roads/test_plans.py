"""What the lists ask the database: no question goes through all of a table that grows with the years."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from tests.board import judged_again
from tests.page_fixtures import somebody
from vetting.kernel.roles import Role

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from vetting.kernel.store.engine import Database

GROWS = {
    "assessments",
    "association_names",
    "associations",
    "cases",
    "communications",
    "decision_events",
    "decisions",
    "documents",
    "given_facts",
    "ledger_entries",
    "marks",
    "payments",
    "reclaims",
    "reviews",
    "screenings",
    "trail",
}
IN_ORDER_OF = {"ix_associations_name_id", "ix_associations_merged_into_id"}
"""Indexes that a list is read along, or counted along, so many rows and no more."""
PAGES = (
    (Role.DECISION_MAKER, "/att-besluta"),
    (Role.FINANCE, "/utbetalningar"),
    (Role.FINANCE, "/utbetalningar?efter=2020-01-01_1"),
    (Role.FINANCE, "/utbetalningar?betalda=1"),
    (Role.FINANCE, "/utbetalningar?betalda=1&efter=2099-01-01_9"),
    (Role.FINANCE, "/aterkrav"),
    (Role.MANAGER, "/register/approvals"),
    (Role.MANAGER, "/register/reclaims"),
    (Role.MANAGER, "/register/associations"),
    (Role.MANAGER, "/register/delegated"),
    (Role.CASEWORKER, "/foreningar"),
    (Role.CASEWORKER, "/foreningar?q=prov"),
    (Role.CASEWORKER, "/foreningar/1"),
    (Role.CASEWORKER, "/arenden/BID-2026-0001"),
    (Role.REGISTRAR, "/delegation/anmal"),
)


def plan_of(database: Database, statement: str, given: Any) -> list[str]:
    """How the database would go about it: its lines."""
    with database.engine.connect() as connection:
        if database.is_sqlite:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
            return [str(row[-1]) for row in rows]
        connection.exec_driver_sql("SET enable_seqscan = off")  # of few rows it would rather read them all
        return [str(row[0]) for row in connection.exec_driver_sql(f"EXPLAIN {statement}", given)]


def gone_through(lines: list[str], names: dict[str, str]) -> list[str]:
    """The lines that go through all of a table that grows. names: alias -> table."""
    found = []
    for line in lines:
        hit = re.search(r"\bSCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?|Seq Scan on (\w+)", line)
        if hit is None:
            continue
        table = names.get(hit[1] or hit[3], hit[1] or hit[3])
        if table in GROWS and hit[2] not in IN_ORDER_OF:
            found.append(line)
    return found


@pytest.mark.parametrize(("role", "path"), PAGES, ids=[path for _role, path in PAGES])
def test_no_list_goes_through_all_of_a_table(board: BoardAtWork, role: Role, path: str) -> None:
    board.approve()
    judged_again(board)
    asked: list[tuple[str, Any]] = []
    person = somebody(board, role)
    person.get(path)
    event.listen(board.database.reading, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
    assert person.get(path).status_code == 200
    wrong = {}
    for statement, given in asked:
        if not statement.startswith(("SELECT", "WITH")):
            continue
        names = {alias: table for table, alias in re.findall(r"\b(\w+) AS (\w+)", statement)}
        lines = gone_through(plan_of(board.database, statement, given), names)
        if lines:
            wrong[statement] = lines
    assert [(lines, statement[-300:]) for statement, lines in wrong.items()] == []
