"""Server CPU of the pages that are opened most, against an empty Flask page; at 1,000 and at 100,000 cases."""

from __future__ import annotations

import time
from datetime import date, timedelta
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from flask import Flask
from sqlalchemy import event, insert, select

from tests.board import NUMBERS, BoardAtWork
from tests.page_fixtures import somebody
from vetting.associations.models.associations import CURRENT, Association, AssociationName
from vetting.cases.models.cases import Case
from vetting.database import schema
from vetting.kernel.organisation_numbers import fold_name
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

SIZES: Final = (1_000, 100_000)
TIMES, AIMS = 60, {"queue": 9.0, "quick check": 6.0, "case": 12.0}
PATHS: Final = {
    "queue": "/arenden",
    "quick check": f"/snabbkoll?q={NUMBERS[0]}&typ=bokning",
    "case": "/arenden/BID-2026-0001",
}
FLAT: Final = 1.3
OPEN: Final = 1_000
"""Cases that are handled now; the others are closed, as years go by."""
AT_ONCE: Final = 5_000


def filled(folder: Path, size: int) -> BoardAtWork:
    """A board with so many cases: one walked by the services, the others alike by plain inserts."""
    board = BoardAtWork(schema.open_database(f"sqlite:///{folder / f'{size}.db'}")).build()
    number = board.receive().number
    board.make_ready(number)
    with open_reading(board.database) as session:
        like = session.scalars(select(Case).where(Case.number == number)).one()
        case = {column.name: getattr(like, column.name) for column in Case.__table__.columns}
        first = session.scalars(select(Association)).one()
        known = {column.name: getattr(first, column.name) for column in Association.__table__.columns}
    rows: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    names: list[dict[str, Any]] = []
    for place in range(2, size + 1):
        who = 2 + (place - 2) % (size * 2 // 5)
        if who == len(others) + 2:
            name = f"Föreningen Prov {who}"
            others.append(known | {"id": who, "number": None, "name": name, "folded": fold_name(name)})
            names.append(
                {"association_id": who, "name": name, "folded": fold_name(name), "kind": CURRENT, "source": ""}
            )
        rows.append(
            case
            | {
                "id": place,
                "number": f"BID-2026-{place:06}",
                "name": f"Föreningen Prov {who}",
                "state": "in_progress" if place <= OPEN else "closed",
                "association_id": who,
                "due_on": date(2026, 12, 1) + timedelta(days=place % 90),
            }
        )
    with board.database.engine.begin() as connection:
        for model, made in ((Association, others), (AssociationName, names), (Case, rows)):
            for start in range(0, len(made), AT_ONCE):
                connection.execute(insert(model), made[start : start + AT_ONCE])
    return board


def cpu(ask: Callable[[], object], times: int = TIMES) -> float:
    """Seconds of CPU one takes, the best of five rounds."""
    ask()
    found = []
    for _ in range(5):
        before = time.process_time()
        for _ in range(times // 5):
            ask()
        found.append((time.process_time() - before) / (times // 5))
    return min(found)


def empty() -> FlaskClient:
    app = Flask("empty")
    app.add_url_rule("/", view_func=lambda: "<!doctype html><title>Empty</title><p>Nothing.")
    return app.test_client()


def measured(board: BoardAtWork, name: str, path: str, alone: float) -> float:
    """Seconds of CPU for one opening of a page; prints them beside the empty one."""
    kim = somebody(board, Role.CASEWORKER)
    asked: list[str] = []
    event.listen(board.database.reading, "before_cursor_execute", lambda *given: asked.append(given[2]))

    def open_page() -> None:
        if kim.get(path).status_code != HTTPStatus.OK:
            raise RuntimeError(path)

    open_page()
    asked.clear()
    open_page()
    questions = len(asked)
    took = cpu(open_page)
    ratio = f"{took / alone:.0f}x an empty page (aim {AIMS[name]:.0f}x)"
    print(f"  {name}: {took * 1e3:.1f} ms, {ratio}, {questions} questions to the database")
    return took


def main() -> None:
    """Prints each page's ratio, its questions to the database, and how it grows."""
    nothing = empty()
    alone = cpu(lambda: nothing.get("/"), 1_000)
    print(f"an empty page: {alone * 1e6:.0f} µs")
    taken: dict[str, list[float]] = {name: [] for name in PATHS}
    with TemporaryDirectory() as folder:
        for size in SIZES:
            board = filled(Path(folder), size)
            print(f"at {size} cases:")
            for name, path in PATHS.items():
                taken[name].append(measured(board, name, path, alone))
            board.database.close()
    for name, (small, large) in taken.items():
        print(f"{name}: {large / small:.2f}x from {SIZES[0]} to {SIZES[1]} cases (aim {FLAT}x)")


if __name__ == "__main__":
    main()
