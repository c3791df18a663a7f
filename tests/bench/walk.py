"""A board with years of cases, walked by clicking: every kind of page that each of its people reaches by links."""

from __future__ import annotations

import re
import sys
import time
from collections import Counter, deque
from datetime import date, timedelta
from html import unescape
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import event, func, insert, or_, select

from tests import demonstration
from tests.databases import Databases
from tests.page_fixtures import TOKEN
from vetting import clock
from vetting.app.application import create_app
from vetting.casework.models.cases import Case
from vetting.config import Config
from vetting.kernel.organisation_numbers import fold_name
from vetting.kernel.store.engine import connect_database
from vetting.operations.cli.memory import settle_memory
from vetting.operations.database import schema
from vetting.operations.database.tables import metadata
from vetting.operations.jobs import recurring_work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient
    from sqlalchemy import ColumnElement, Connection, Table

    from vetting.kernel.store.engine import Database

SIZE: Final = 100_000
AIM: Final = 0.300
"""Seconds that a page may take, whatever the number of cases."""
BOARD: Final = "norr"
ROLES: Final = (
    "caseworker",
    "premises",
    "group-secretary",
    "group-member",
    "decision-maker",
    "finance",
    "registrar",
    "manager",
    "rules-owner",
    "auditor",
    "administrator",
)
PASSWORD: Final = "prova utan risk"
OVER: Final = ("decided", "payment", "reporting", "confirmed", "refused", "rescinded")
"""States of the cases that are copied: years in which all went on as in the demonstration."""
WEEKS: Final = 520
APART: Final = 100_000
"""From the ids of one copy to those of the next: no table of the demonstration has so many rows."""
LINK: Final = re.compile(r'<a\b[^>]*?href="(/[^"#]*)')
NOT_WALKED: Final = re.compile(r"/static/|\.(pdf|xlsx|docx|ics|csv|json)|/fil\b|/excel|/original")
EACH: Final = 2
"""Pages of one kind that each person opens."""
SLOWEST: Final = 15


class OpenedPage(NamedTuple):
    """A page that somebody came to by a link: how long it took the second time, what it asked, and its size."""

    seconds: float
    role: str
    path: str
    statements: int
    size: int


def grown(database: Database, size: int) -> int:
    """Copies the cases that are over, with all that hangs on them, until there are so many; how many there are."""
    with database.engine.begin() as connection:
        rows = _over(connection)
        cases = rows[metadata.tables["cases"]]
        if not database.is_sqlite:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for copy in range(1, size // len(cases) + 1):
            for table, some in rows.items():
                connection.execute(insert(table), [_copied(table, row, copy, rows) for row in some])
        demonstration.count_on(connection)
    schema.count_rows(database)
    while recurring_work.do_due(database, at=clock.now()):
        pass
    with database.engine.connect() as connection:
        return connection.execute(select(func.count(Case.id))).scalar_one()


def _over(connection: Connection) -> dict[Table, list[dict[str, Any]]]:
    """What is copied: the first board's cases that are over, their associations, and the rows that are theirs."""
    wanted = select(Case.id, Case.association_id).where(Case.board_id == 1, Case.state.in_(OVER))
    found = connection.execute(wanted).all()
    cases, associations = [row[0] for row in found], {row[1] for row in found} - {None}
    rows = {}
    for table in metadata.sorted_tables:
        columns = table.columns
        of_them: ColumnElement[bool]
        if table.name == "associations":
            of_them = columns["id"].in_(associations)
        elif table.name == "cases":
            of_them = columns["id"].in_(cases)
        elif table.name == "association_names":
            of_them = columns["association_id"].in_(associations)
        elif table.name == "ledger_entries":
            reclaims = metadata.tables["reclaims"].columns
            of_them = columns["reclaim_id"].in_(select(reclaims["id"]).where(reclaims["case_id"].in_(cases)))
        elif "case_id" in columns and columns["case_id"].foreign_keys:
            of_them = or_(*(columns[name].in_(cases) for name in ("case_id", "made_in_case_id") if name in columns))
        else:
            continue
        some = [dict(row) for row in connection.execute(select(table).where(of_them)).mappings()]
        if some:
            rows[table] = some
    return rows


def _copied(table: Table, row: dict[str, Any], copy: int, rows: dict[Table, list[dict[str, Any]]]) -> dict[str, Any]:
    """The row once more, some weeks earlier, of the same copy's case and association."""
    made = dict(row)
    back = timedelta(weeks=1 + copy % WEEKS)
    for column in table.columns:
        value = row[column.name]
        if value is None:
            continue
        of_copy = any(key.column.table in rows for key in column.foreign_keys)
        if column.primary_key or of_copy or column.name == "screening_id":
            made[column.name] = value + copy * APART
        elif isinstance(value, date):
            made[column.name] = value - back
    if table.name == "cases":
        made["number"] = f"{row['number'][:4]}{made['received_on'].year}-{made['id']}"
        made["state"] = "closed" if row["kind"] == "grant" else row["state"]
        made["look_again_at"] = None
    elif table.name == "reclaims":
        made["number"] = f"ATK-{made['opened_at'].year}-{made['id']}"
    elif table.name == "completions":
        made["batch_id"] = None  # not years of letters in one envelope
    elif table.name == "payments":
        made["paid_on"] = made["paid_on"] or made["planned_on"]
    elif table.name in {"associations", "association_names"}:
        made["name"] = f"{row['name']} {copy}"
        made["folded"] = fold_name(made["name"])
        if table.name == "associations":
            made["number"] = None
    return made


def walked(database: Database) -> Iterator[OpenedPage]:
    """Every page that is reached, by each of the board's people."""
    app = create_app(Config(), database)
    asked: list[str] = []
    event.listen(database.reading, "before_cursor_execute", lambda *given: asked.append(given[2]))
    for role in ROLES:
        client = app.test_client()
        token = TOKEN.search(client.get("/logga-in").text)
        fields = {"csrf_token": token[1] if token else "", "login": f"{role}.{BOARD}", "password": PASSWORD}
        start = client.post("/logga-in", data=fields).headers["Location"]
        yield from _walk(client, role, start, asked)


def _walk(client: FlaskClient, role: str, start: str, asked: list[str]) -> Iterator[OpenedPage]:
    waiting, seen, opened = deque([start]), {start}, Counter[str]()
    while waiting:
        path = waiting.popleft()
        kind = re.sub(r"[0-9][\w-]*", "#", path)
        if opened[kind] >= EACH:
            continue
        opened[kind] += 1
        page = client.get(path)
        if page.status_code in {302, 303}:
            links = [page.headers["Location"]]
        elif page.status_code != HTTPStatus.OK:
            print(f"  {page.status_code} {path} ({role})")
            links = []
        else:
            asked.clear()
            began = time.perf_counter()
            size = len(client.get(path).data)
            yield OpenedPage(time.perf_counter() - began, role, path, len(asked), size)
            links = [unescape(link) for link in LINK.findall(page.text)] if page.mimetype == "text/html" else []
        for link in links:
            if link not in seen and not NOT_WALKED.search(link):
                seen.add(link)
                waiting.append(link)


def main(size: int = SIZE) -> None:
    """Prints the slowest pages on both engines."""
    with TemporaryDirectory() as folder:
        databases = Databases(Path(folder))
        filled = demonstration.fill(Path(folder))
        try:
            for engine in ("PostgreSQL", "SQLite"):
                address = f"sqlite:///{filled.path}"
                if engine == "PostgreSQL":
                    address = databases.postgresql()
                    schema.open_database(address).close()
                    demonstration.put_into(address, filled.path)
                database = connect_database(address)
                cases = grown(database, size)
                settle_memory()
                pages = sorted(walked(database), reverse=True)
                over = sum(page.seconds > AIM for page in pages)
                print(
                    f"a board with {cases} cases walked on {engine}: {len(pages)} pages, {over} over {AIM * 1e3:.0f} ms"
                )
                for page in pages[:SLOWEST]:
                    print(
                        f"  {page.seconds * 1e3:5.0f} ms, {page.statements:3} statements, {page.size / 1e3:5.0f} kB: "
                        f"{page.path} ({page.role})"
                    )
                database.close()
        finally:
            databases.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE)
