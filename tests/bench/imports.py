"""A list of 100,000 rows and 20 columns taken in, against calamine and one bulk insert of the same cells; one judged."""

from __future__ import annotations

import resource
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import python_calamine
from openpyxl import Workbook
from sqlalchemy import event, func, select

from tests.board import BoardAtWork, rules
from tests.databases import Databases
from tests.factories import NOW
from vetting.casework.models.cases import Case
from vetting.casework.services import rescreening
from vetting.kernel.organisation_numbers import has_valid_check_digit
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.lists.services import import_batches, list_reading, staged_files
from vetting.operations.cli.memory import settle_memory
from vetting.operations.database import schema

if TYPE_CHECKING:
    from vetting.kernel.store.engine import Database

ROWS: Final = 100_000
JUDGED: Final = 5_000
"""Rows of the list whose cases are judged too, when they have come and when a new day begins."""
HEADINGS = (
    "Förening",
    "Org.nr",
    "Form",
    "Säte",
    "Medlemmar",
    "Medlemmar i fjol",
    "Stadgar bifogade",
    "Årsmötesprotokoll bifogat",
    "Årsmötesdatum",
    "Styrelse vald",
    "Protokoll undertecknat",
    "Bokslut",
    "Rev.ber.",
    "Verks.ber.",
    "Bankgiro",
    "Sökt kr",
    "Avser",
    "Målgrupp för verksamheten",
    "Kommun",
    "Firmatecknare",
)


def made(folder: Path, rows: int = ROWS) -> bytes:
    """The list: associations that come back, days, amounts, papers; made anew each time."""
    associations = rows * 2 // 5
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Ansökningar")
    sheet.append(HEADINGS)
    numbers = [_number(n) for n in range(associations)]
    met, elected = date(2026, 1, 1), date(2025, 1, 1)
    for n in range(rows):
        who = n % associations
        sheet.append(
            (
                f"Föreningen Prov {who}",
                numbers[who],
                "ideell förening",
                f"Ort {n % 300}",
                n % 2000,
                n % 1990,
                "ja",
                "nej",
                met + timedelta(days=n % 200),
                elected + timedelta(days=n % 300),
                "ja",
                "ja",
                "ja",
                "ja",
                f"{n % 9999}-{n % 9973:04}",
                n % 1000 * 100,
                f"kurs {n % 5000}",
                "barn",
                "Provby",
                "ordförande",
            )
        )
    book.save(folder / f"{rows}.xlsx")
    return (folder / f"{rows}.xlsx").read_bytes()


def _number(serial: int) -> str:
    """An organisation number that is right in its form; nobody's."""
    body = f"802{serial:06}"
    return next(f"{body}{digit}" for digit in range(10) if has_valid_check_digit(f"{body}{digit}"))


def bare(database: Database, path: Path) -> tuple[float, int]:
    """Calamine and one bulk insert into one table; and the sum of what was applied for, in kronor."""
    columns = ", ".join(f"c{n} text" for n in range(len(HEADINGS)))
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE bare ({columns})")
    began = time.perf_counter()
    rows = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1:]
    with database.engine.begin() as connection:
        raw: Any = connection.connection.dbapi_connection
        if database.is_sqlite:
            marks = ", ".join("?" * len(HEADINGS))
            raw.executemany(f"INSERT INTO bare VALUES ({marks})", [[_plain(cell) for cell in row] for row in rows])
        else:
            with raw.cursor() as cursor, cursor.copy("COPY bare FROM STDIN") as copy:
                for row in rows:
                    copy.write_row([str(cell) for cell in row])
    return time.perf_counter() - began, int(sum(float(str(row[15])) for row in rows))


def _plain(cell: object) -> object:
    return cell if isinstance(cell, str | int | float) else str(cell)


def taken_in(database: Database, data: bytes) -> tuple[float, int, int]:
    """The whole way until every case stands: seconds, cases, kronor."""
    board = BoardAtWork(database).build()
    by = board.staff[Role.CASEWORKER]
    began = time.perf_counter()
    key = staged_files.hand_in(database, data, "stor.xlsx", round_id=board.round_id, by=by, at=NOW)
    list_reading.read_staged_file(database, key, rules(), at=NOW)
    board.do(import_batches.confirm_import, key, good_only=False)
    import_batches.move_on(database, key, at=NOW, heard=lambda _done, _total: True)
    taken = time.perf_counter() - began
    with open_reading(database) as session:
        number, ore = session.execute(select(func.count(Case.id), func.sum(Case.amount_applied))).one()
    return taken, int(number), int(ore or 0) // 100


def judged(database: Database, data: bytes, engine: str) -> None:
    """Prints what it takes that the cases of a list are judged: all of them new, and on the next day."""
    seconds, cases, _ = taken_in(database, data)
    asked: list[str] = []
    for where in (database.reading, database.writing):
        event.listen(where, "before_cursor_execute", lambda *given: asked.append(given[2]))
    print(f"a list of {cases} rows on {engine}: taken in in {seconds:.1f} s")
    for what in ("judged when they have come", "judged again on the next day"):
        asked.clear()
        began, cpu = time.perf_counter(), time.process_time()
        rescreening.rescreen_all(database, at=NOW)
        took, spent = time.perf_counter() - began, time.process_time() - cpu
        print(
            f"  {what}: {spent / cases * 1e3:.2f} ms of CPU a case (aim 1 ms), {took:.1f} s in all, "
            f"{len(asked) / cases * 500:.0f} statements for 500 (aim 15)"
        )
        rescreening.note_new_day(database)


def main() -> None:
    """Prints the ratio of the third row of the table of speed aims on both engines, and the memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data, some = made(folder), made(folder, JUDGED)
        databases = Databases(folder)
        rules()
        settle_memory()
        for engine in ("SQLite", "PostgreSQL"):
            database = schema.open_database(databases.sqlite() if engine == "SQLite" else databases.postgresql())
            seconds, kronor = bare(database, folder / f"{ROWS}.xlsx")
            taken, cases, summed = taken_in(database, data)
            if (cases, summed) != (ROWS, kronor):
                raise SystemExit(f"the two do not agree: {cases} cases, {summed} and {kronor} kronor")
            own, child = (
                resource.getrusage(who).ru_maxrss / 1024
                for who in (
                    resource.RUSAGE_SELF,
                    resource.RUSAGE_CHILDREN,
                )
            )
            print(
                f"import of {ROWS} rows x {len(HEADINGS)} on {engine}: {taken / seconds:.1f}x calamine and one bulk insert "
                f"(aim 3x), {taken:.1f} s against {seconds:.1f} s; memory {own:.0f} MB and {child:.0f} MB in the child"
            )
            database.close()
            database = schema.open_database(databases.sqlite() if engine == "SQLite" else databases.postgresql())
            judged(database, some, engine)
            database.close()
        databases.stop()
