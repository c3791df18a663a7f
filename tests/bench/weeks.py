"""A week of bookings: its page beside a million past ones, and a list of 2,000 compared and judged."""

from __future__ import annotations

import csv
import io
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import python_calamine
from openpyxl import Workbook
from sqlalchemy import event, insert, select

from tests.bench.pages import FLAT, cpu, empty
from tests.board import NUMBERS, BoardAtWork, booking_facts, rules
from tests.factories import NOW
from tests.page_fixtures import somebody
from vetting.casework.models.cases import BookingRequest, Case, Occurrence
from vetting.casework.models.intake import RequestedTime
from vetting.casework.services import assessments
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.organisation_numbers import has_valid_check_digit
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.lists.models.staged_files import StagedFile
from vetting.lists.services import import_batches, list_reading, staged_files
from vetting.operations.database import schema

PAST: Final = (1_000, 1_000_000)
IN_WEEK: Final = 200
ROWS, CHANGED, NEW = 2_000, 60, 60
AIM_LIST: Final = 4.0
AIM_PAGE: Final = 9.0
AT_ONCE: Final = 20_000
WEEK: Final = "2026-W49"
MONDAY: Final = datetime(2026, 11, 30, 8, tzinfo=UTC)
HEADINGS: Final = (
    "Bokningsnr",
    "Lokal",
    "Förening",
    "Org.nr",
    "Arrangemang",
    "Syfte",
    "Arrangör",
    "Datum",
    "Från",
    "Till",
    "Antal besökare",
    "Ansvarig på plats",
)


def filled(folder: Path, past: int) -> BoardAtWork:
    """A board with so many past bookings, and two hundred in the week that have no questions."""
    board = BoardAtWork(schema.open_database(f"sqlite:///{folder / f'{past}.db'}")).build()
    use = RequestedTime(room_name="Salen", starts_at=MONDAY, ends_at=MONDAY + timedelta(hours=2))
    first = board.receive(booking_facts(NUMBERS[0]), kind=CaseKind.BOOKING, uses=(use,))
    board.do(assessments.record_nothing_found, first.number)
    like = board.receive(booking_facts(NUMBERS[0]), kind=CaseKind.BOOKING, uses=(use,)).number
    with open_reading(board.database) as session:
        case = session.scalars(select(Case).where(Case.number == like)).one()
        rows: dict[Any, Any] = {
            Case: {column.name: getattr(case, column.name) for column in Case.__table__.columns},
            BookingRequest: _plain(session, BookingRequest, case.id),
            Occurrence: _plain(session, Occurrence, case.id),
        }
    last = case.id
    with board.database.engine.begin() as connection:
        for start in range(0, past + IN_WEEK, AT_ONCE):
            places = range(start, min(start + AT_ONCE, past + IN_WEEK))
            for model, row in rows.items():
                connection.execute(insert(model), [_row(model, row, last + 1 + place, place, past) for place in places])
    return board


def _plain(session: Any, model: Any, key: int) -> dict[str, Any]:
    found = session.scalars(select(model).where(model.case_id == key)).one()
    return {column.name: getattr(found, column.name) for column in model.__table__.columns}


def _row(model: Any, like: dict[str, Any], key: int, place: int, past: int) -> dict[str, Any]:
    """One booking: the last of them in the week and open, the others confirmed in the weeks before."""
    ahead = place >= past
    starts = MONDAY + timedelta(hours=place % 150) if ahead else MONDAY - timedelta(hours=6 + place % 60_000)
    if model is Case:
        return like | {"id": key, "number": f"BOK-2026-{key:07}", "state": "requested" if ahead else "confirmed"}
    if model is BookingRequest:
        return like | {"id": key, "case_id": key}
    return like | {
        "id": key,
        "case_id": key,
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=2),
        "state": "requested" if ahead else "confirmed",
    }


def week_page(board: BoardAtWork, alone: float) -> float:
    """Seconds of CPU for one opening of the week."""
    robin = somebody(board, Role.PREMISES)
    asked: list[str] = []
    event.listen(board.database.reading, "before_cursor_execute", lambda *given: asked.append(given[2]))

    def open_page() -> None:
        if "utan frågor" not in robin.get(f"/bokningar/vecka/{WEEK}").text:
            raise RuntimeError(WEEK)

    open_page()
    asked.clear()
    open_page()
    questions = len(asked)
    took = min(cpu(open_page, 10))
    print(
        f"  week of {IN_WEEK}: {took * 1e3:.1f} ms, {took / alone:.0f}x an empty page (aim {AIM_PAGE:.0f}x), "
        f"{questions} questions to the database"
    )
    return took


def a_list(*, changed: int = 0, new: int = 0) -> list[tuple[str, ...]]:
    """Two thousand bookings of 400 associations; some at another hour, some instead of others."""
    numbers = [_number(n) for n in range(400)]
    found: list[tuple[str, ...]] = []
    for place in range(ROWS):
        number = f"N{place}" if place >= ROWS - new else f"B{place}"
        hour = 9 if place < changed else 10 + place % 9
        day = (MONDAY + timedelta(days=place % 7)).date().isoformat()
        who = place % 400
        found.append(
            (
                number,
                f"Sal {place % 40}",
                f"Föreningen Prov {who}",
                numbers[who],
                "Kurs",
                "kurs för medlemmar",
                f"Föreningen Prov {who}",
                day,
                f"{hour:02}:00",
                f"{hour + 1:02}:00",
                "20",
                "ledaren",
            )
        )
    return found


def _number(serial: int) -> str:
    body = f"802{serial:06}"
    return next(f"{body}{digit}" for digit in range(10) if has_valid_check_digit(f"{body}{digit}"))


def as_csv(rows: list[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([HEADINGS, *rows])
    return out.getvalue().encode()


def take_in(board: BoardAtWork, data: bytes, name: str) -> tuple[float, float, dict[str, Any]]:
    """Read, compared, confirmed; and judged: seconds of the first and of all, and what was found."""
    by = board.staff[Role.PREMISES]
    began = time.perf_counter()
    key = staged_files.hand_in(board.database, data, name, round_id=None, by=by, at=NOW)
    list_reading.read_staged_file(board.database, key, rules(), at=NOW)
    batch = board.do(import_batches.confirm_import, key, good_only=True, role=Role.PREMISES)
    stored = time.perf_counter() - began
    import_batches.screen_batch(board.database, batch.id, at=NOW, heard=lambda *_: True)
    took = time.perf_counter() - began
    with open_reading(board.database) as session:
        return stored, took, dict(session.get_one(StagedFile, key).counts)


def bare(folder: Path, rows: list[tuple[str, ...]]) -> float:
    """The same cells by calamine and one insert: seconds."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Bokningar")
    for row in (HEADINGS, *rows):
        sheet.append(row)
    book.save(folder / "lista.xlsx")
    database = schema.open_database(f"sqlite:///{folder / 'bare.db'}")
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE bare ({', '.join(f'c{n} text' for n in range(len(HEADINGS)))})")
    began = time.perf_counter()
    read = python_calamine.CalamineWorkbook.from_path(folder / "lista.xlsx").get_sheet_by_index(0).to_python()[1:]
    with database.engine.begin() as connection:
        raw: Any = connection.connection.dbapi_connection
        raw.executemany(f"INSERT INTO bare VALUES ({', '.join('?' * len(HEADINGS))})", read)
    took = time.perf_counter() - began
    database.close()
    if len(read) != len(rows):
        raise RuntimeError(len(read))
    return took


def weekly_list(folder: Path) -> None:
    """Prints what a list of 2,000 takes that says mostly the same as the last."""
    board = BoardAtWork(schema.open_database(f"sqlite:///{folder / 'lists.db'}")).build()
    bare_import, first, _ = take_in(board, as_csv(a_list()), "förra.csv")
    _, again, counts = take_in(board, as_csv(a_list(changed=CHANGED, new=NEW)), "veckans.csv")
    if (counts["changed"], counts["good"], counts["same"]) != (CHANGED, NEW, ROWS - CHANGED - NEW):
        raise RuntimeError(counts)
    alone = bare(folder, a_list())
    print(f"a list of {ROWS}, all new: read and stored {bare_import:.2f} s, judged as well {first:.2f} s")
    print(
        f"a list of {ROWS}, {CHANGED} changed and {NEW} new, compared and judged: {again:.2f} s, "
        f"{again / bare_import:.1f}x its bare import (aim {AIM_LIST:.0f}x), "
        f"{again / alone:.0f}x calamine and one insert ({alone * 1e3:.0f} ms)"
    )
    board.database.close()


def main() -> None:
    """Prints the page's ratio and how it grows, and the list's."""
    nothing = empty()
    alone = min(cpu(lambda: nothing.get("/"), 1_000))
    taken = []
    with TemporaryDirectory() as folder:
        for past in PAST:
            board = filled(Path(folder), past)
            print(f"beside {past} past bookings:")
            taken.append(week_page(board, alone))
            board.database.close()
        print(f"week: {taken[1] / taken[0]:.2f}x from {PAST[0]} to {PAST[1]} past bookings (aim {FLAT}x)")
        weekly_list(Path(folder))


if __name__ == "__main__":
    main()
