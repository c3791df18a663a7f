"""Server CPU of the pages that are opened most, against an empty Flask page; at 1,000, 10,000 and 100,000 cases."""

from __future__ import annotations

import statistics
import time
from datetime import date, timedelta
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from flask import Flask
from sqlalchemy import event, insert, select

from tests.board import NUMBERS, BoardAtWork, clean_facts
from tests.page_fixtures import somebody
from vetting import clock
from vetting.associations.models.associations import CURRENT, Association, AssociationName
from vetting.casework.models.cases import Case
from vetting.casework.models.decisions import Decision, DecisionDraft
from vetting.casework.services import rescreening
from vetting.kernel.organisation_numbers import fold_name
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.money.domain.reclaims import EstablishedBy, ReclaimGround, ReclaimState
from vetting.money.models.payments import Payment
from vetting.money.models.reclaims import Reclaim
from vetting.operations.database import schema
from vetting.operations.jobs import recurring_work

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from vetting.kernel.store.base import Base

SIZES: Final = (1_000, 10_000, 100_000)
TIMES: Final = 60
FLAT: Final = 1.3
OPEN: Final = 600
"""Cases that are handled now; the others are closed, as years go by."""
TO_DECIDE: Final = 40
TO_PAY: Final = 200
RECLAIMED: Final = 20
"""Every so manieth paid grant is claimed back."""
FIRST_OTHER: Final = 3
"""The association after the two that are walked."""
AT_ONCE: Final = 5_000


class MeasuredPage(NamedTuple):
    """A page that somebody opens; the statements it may ask and the times an empty page it may take, where aimed at."""

    role: Role
    path: str
    statements: int | None = None
    ratio: float | None = None


PAGES: Final = {
    "queue": MeasuredPage(Role.CASEWORKER, "/arenden", ratio=9),
    "queue with closed": MeasuredPage(Role.CASEWORKER, "/arenden?avslutade=1"),
    "quick check": MeasuredPage(Role.CASEWORKER, f"/snabbkoll?q={NUMBERS[0]}&typ=bokning", ratio=6),
    "quick check by name": MeasuredPage(Role.CASEWORKER, "/snabbkoll?q=proven+347&typ=bokning"),
    "case": MeasuredPage(Role.CASEWORKER, "/arenden/BID-2026-0001", statements=20, ratio=12),
    "to decide": MeasuredPage(Role.DECISION_MAKER, "/att-besluta", statements=12),
    "payments": MeasuredPage(Role.FINANCE, "/utbetalningar", statements=12),
    "paid": MeasuredPage(Role.FINANCE, "/utbetalningar?betalda=1", statements=12),
    "reclaims": MeasuredPage(Role.FINANCE, "/aterkrav", statements=12),
    "register of approvals": MeasuredPage(Role.MANAGER, "/register/approvals", statements=12),
    "register of reclaims": MeasuredPage(Role.MANAGER, "/register/reclaims", statements=12),
    "register of associations": MeasuredPage(Role.MANAGER, "/register/associations", statements=12),
    "overview": MeasuredPage(Role.MANAGER, "/oversikt", statements=25),
    "associations": MeasuredPage(Role.CASEWORKER, "/foreningar", statements=12),
    "search": MeasuredPage(Role.CASEWORKER, "/foreningar?q=proven+347", statements=12),
    "association": MeasuredPage(Role.CASEWORKER, "/foreningar/5", statements=12),
}


def columns_of(row: Base) -> dict[str, Any]:
    """A row as it can be put in again."""
    return {column.key: getattr(row, column.key) for column in type(row).__mapper__.column_attrs}


def filled(address: str, size: int) -> BoardAtWork:
    """A board with so many cases: one ready and one paid, walked by the services; the others alike by plain inserts."""
    board = BoardAtWork(schema.open_database(address)).build()
    number = board.receive().number
    board.make_ready(number)
    board.propose(number)
    given = board.approve(clean_facts(NUMBERS[1], "Föreningen Betald")).number
    with open_reading(board.database) as session:
        like = session.scalars(select(Case).where(Case.number == number)).one()
        case, known = columns_of(like), columns_of(session.scalars(select(Association)).first() or Association())
        draft = columns_of(session.scalars(select(DecisionDraft).where(DecisionDraft.case_id == like.id)).one())
        paid = session.scalars(select(Case).where(Case.number == given)).one()
        decision = columns_of(session.scalars(select(Decision).where(Decision.case_id == paid.id)).one())
        payment = columns_of(session.scalars(select(Payment).where(Payment.case_id == paid.id)).one())
    made: dict[type[Base], list[dict[str, Any]]] = {
        model: [] for model in (Association, AssociationName, Case, DecisionDraft, Decision, Payment, Reclaim)
    }
    for place in range(paid.id + 1, size + 1):
        who = FIRST_OTHER + (place - FIRST_OTHER) % (size * 2 // 5)
        if who == len(made[Association]) + FIRST_OTHER:
            name = f"Föreningen Prov {who}"
            made[Association].append(known | {"id": who, "number": None, "name": name, "name_key": fold_name(name)})
            made[AssociationName].append(
                {"association_id": who, "name": name, "name_key": fold_name(name), "kind": CURRENT, "source": ""}
            )
        ready, at_work = place <= TO_DECIDE, place <= OPEN
        received = date(2026, 10, 1) if at_work else date(2025, 12, 31) - timedelta(days=place % 2_000)
        made[Case].append(
            case
            | {
                "id": place,
                "number": f"BID-{received.year}-{place:06}",
                "name": f"Föreningen Prov {who}",
                "state": "ready" if ready else "in_progress" if at_work else "closed",
                "association_id": who,
                "received_on": received,
                "due_on": date(2026, 12, 1) + timedelta(days=place % 90),
            }
        )
        if ready:
            made[DecisionDraft].append(draft | {"id": place, "case_id": place})
        if not at_work:
            day = received + timedelta(days=40)
            made[Decision].append(decision | {"id": place, "case_id": place, "decided_on": day})
            unpaid = place <= OPEN + TO_PAY
            made[Payment].append(
                payment
                | {"id": place, "case_id": place, "decision_id": place, "planned_on": day}
                | {"paid_on": None if unpaid else day}
            )
            if not unpaid and place % RECLAIMED == 0:
                made[Reclaim].append(_reclaim(board, place, day))
    with board.database.engine.begin() as connection:
        for model, rows in made.items():
            for start in range(0, len(rows), AT_ONCE):
                connection.execute(insert(model), rows[start : start + AT_ONCE])
    schema.count_rows(board.database)
    while recurring_work.do_due(board.database, at=clock.now()):
        pass
    rescreening.rescreen_all(board.database, at=clock.now())
    return board


def _reclaim(board: BoardAtWork, place: int, day: date) -> dict[str, Any]:
    return {
        "board_id": board.board_id,
        "number": f"ATK-{day.year}-{place:06}",
        "case_id": place,
        "decision_id": place,
        "ground": ReclaimGround.NOT_REPORTED,
        "amount": 10_000_00,
        "established_by": EstablishedBy.BOARD_DECISION,
        "established_on": day,
        "reference": "Redovisningen",
        "reservation": True,
        "reasons": "En del av medlen har inte använts.",
        "state": ReclaimState.COMMUNICATED,
        "contacts": [],
        "opened_at": clock.now(),
        "by_user_id": 1,
    }


def cpu(ask: Callable[[], object], times: int = TIMES) -> list[float]:
    """Seconds of CPU that one takes, in each of five rounds; fewer rounds of what takes long."""
    before = time.process_time()
    ask()
    slow = time.process_time() - before > 0.2
    found = []
    for _ in range(2 if slow else 5):
        before = time.process_time()
        each = 1 if slow else times // 5
        for _ in range(each):
            ask()
        found.append((time.process_time() - before) / each)
    return sorted(found)


def empty() -> FlaskClient:
    """A page with nothing in it."""
    app = Flask("empty")
    app.add_url_rule("/", view_func=lambda: "<!doctype html><title>Empty</title><p>Nothing.")
    return app.test_client()


def same_bytes(size: int) -> FlaskClient:
    """A page of so many bytes that asks nothing."""
    app, body = Flask("bytes"), "<!doctype html><title>Full</title><p>" + "å" * (size // 2)
    app.add_url_rule("/", view_func=lambda: body)
    return app.test_client()


def measured(board: BoardAtWork, name: str, page: MeasuredPage, alone: float) -> float:
    """Seconds of CPU for one opening of a page; prints them beside the empty one and one of the same bytes."""
    kim = somebody(board, page.role)
    asked: list[str] = []
    sizes: list[int] = []
    event.listen(board.database.reading, "before_cursor_execute", lambda *given: asked.append(given[2]))

    def open_page() -> None:
        answer = kim.get(page.path)
        if answer.status_code != HTTPStatus.OK:
            raise RuntimeError(page.path)
        sizes.append(len(answer.data))

    open_page()
    asked.clear()
    open_page()
    questions = len(asked)
    packed = len(kim.client.get(page.path, headers={"Accept-Encoding": "br"}).data)
    took = cpu(open_page)
    full = same_bytes(sizes[-1])
    floor = min(cpu(lambda: full.get("/")))
    aims = [f"{page.ratio:.0f}x" for _ in (1,) if page.ratio] + [
        f"{page.statements} statements" for _ in (1,) if page.statements
    ]
    print(
        f"  {name}: {took[0] * 1e3:.1f} / {statistics.median(took) * 1e3:.1f} / {took[-1] * 1e3:.1f} ms, "
        f"{took[0] / alone:.0f}x an empty page, {took[0] / floor:.0f}x its bytes; {questions} statements, "
        f"{sizes[-1] / 1000:.0f} kB, {packed / 1000:.1f} kB on the wire" + (f" (aim {', '.join(aims)})" if aims else "")
    )
    return took[0]


def main() -> None:
    """Prints of each page its least, median and largest time, its ratios, statements and bytes, and how it grows."""
    nothing = empty()
    alone = min(cpu(lambda: nothing.get("/"), 1_000))
    print(f"an empty page: {alone * 1e6:.0f} µs")
    taken: dict[str, list[float]] = {name: [] for name in PAGES}
    with TemporaryDirectory() as folder:
        for size in SIZES:
            board = filled(f"sqlite:///{Path(folder) / f'{size}.db'}", size)
            print(f"at {size} cases:")
            for name, page in PAGES.items():
                taken[name].append(measured(board, name, page, alone))
            board.database.close()
    for name, found in taken.items():
        print(f"{name}: {found[-1] / found[0]:.2f}x from {SIZES[0]} to {SIZES[-1]} cases (aim {FLAT}x)")


if __name__ == "__main__":
    main()
