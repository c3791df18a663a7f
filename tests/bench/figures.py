"""A period's report over 100,000 grants and 1,000,000 bookings, against the bare sums; the overview at 10,000 cases.

The bare thing is one plain statement for each source and time, that counts and sums by the same columns without who
sees what, what holds and what was taken back. It must come to the same number of applications and bookings.
"""

from __future__ import annotations

import time
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, select, text

from tests.acting import acting
from tests.bench.pages import AT_ONCE, columns_of, filled
from tests.board import booking_facts
from vetting.casework.models.cases import Case
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.reporting.domain.figures import FigureSource
from vetting.reporting.services.overviews import overview
from vetting.reporting.services.period_reports import count_report, find_period

if TYPE_CHECKING:
    from tests.board import BoardAtWork

GRANTS, BOOKINGS = 100_000, 1_000_000
SMALL: Final = 10_000
ON: Final = date(2026, 11, 20)
CODE: Final = "2025-VB"
AIM, OVERVIEW_AIM = 3, 0.2
STATES: Final = ("confirmed", "confirmed", "confirmed", "requested", "refused")
BARE: Final = (
    (
        "SELECT scheme_id, proposal, count(*), sum(amount_applied) FROM cases "
        "WHERE board_id = :board AND kind = 'grant' AND received_on BETWEEN :first AND :last GROUP BY 1, 2"
    ),
    (
        "SELECT attention, state, count(*) FROM cases "
        "WHERE board_id = :board AND kind = 'booking' AND received_on BETWEEN :first AND :last GROUP BY 1, 2"
    ),
    (
        "SELECT outcome, count(*), sum(amount) FROM decisions "
        "WHERE board_id = :board AND kind = 'grant' AND decided_on BETWEEN :first AND :last GROUP BY 1"
    ),
    "SELECT count(*), sum(amount) FROM payments WHERE board_id = :board AND paid_on BETWEEN :first AND :last",
    (
        "SELECT ground, count(*), sum(r.amount) FROM reclaims r JOIN decisions d ON d.id = r.reclaim_decision_id "
        "WHERE r.board_id = :board AND d.decided_on BETWEEN :first AND :last GROUP BY 1"
    ),
    (
        "SELECT rounds.report_on, count(*) FROM cases JOIN rounds ON rounds.id = cases.round_id "
        "WHERE cases.board_id = :board AND rounds.report_on BETWEEN :first AND :last GROUP BY 1"
    ),
    (
        "SELECT count(DISTINCT association_id) FROM cases JOIN decisions d ON d.case_id = cases.id "
        "WHERE d.board_id = :board AND d.kind = 'grant' AND d.decided_on BETWEEN :first AND :last"
    ),
    (
        "SELECT julianday(d.decided_on) - julianday(c.received_on), count(*) FROM decisions d JOIN cases c "
        "ON c.id = d.case_id WHERE d.board_id = :board AND d.kind = 'grant' AND d.decided_on BETWEEN :first AND :last "
        "GROUP BY 1"
    ),
    (
        "SELECT julianday(p.paid_on) - julianday(d.decided_on), count(*) FROM decisions d JOIN payments p "
        "ON p.decision_id = d.id WHERE d.board_id = :board AND d.decided_on BETWEEN :first AND :last GROUP BY 1"
    ),
)


def with_bookings(board: BoardAtWork) -> None:
    """So many bookings over five years, by plain inserts."""
    number = board.receive(booking_facts(), kind=CaseKind.BOOKING).number
    with open_reading(board.database) as session:
        like = columns_of(session.scalars(select(Case).where(Case.number == number)).one())
    rows: list[dict[str, Any]] = []
    with board.database.engine.begin() as connection:
        for place in range(BOOKINGS):
            day = date(2022, 1, 1) + timedelta(days=place % 1_780)
            rows.append(
                like
                | {
                    "id": GRANTS + 1_000 + place,
                    "number": f"BOK-{day.year}-{place:07}",
                    "state": STATES[place % 5],
                    "attention": "look" if place % 25 == 0 else "none",
                    "received_on": day,
                }
            )
            if len(rows) == AT_ONCE:
                connection.execute(insert(Case), rows)
                rows = []
        connection.execute(text("ANALYZE"))


def bare(board: BoardAtWork, windows: list[tuple[date, date]]) -> tuple[float, int]:
    """Seconds of the plain statements, and how many bookings the first window has."""
    begun, found = time.perf_counter(), 0
    with board.database.engine.connect() as connection:
        for place, (first, last) in enumerate(windows):
            for statement in BARE:
                days = {"board": board.board_id, "first": first.isoformat(), "last": last.isoformat()}
                rows = connection.execute(text(statement), days).all()
                if place == 0 and "'booking'" in statement:
                    found = sum(row[2] for row in rows)
    return time.perf_counter() - begun, found


def main() -> None:
    """Prints the ratio of the report, and the seconds of the overview."""
    with TemporaryDirectory() as folder:
        board = filled(f"sqlite:///{Path(folder) / 'report.db'}", GRANTS)
        with_bookings(board)
        by = board.staff[Role.MANAGER]
        with open_reading(board.database) as session:
            period = find_period(acting(session, by), CODE, on=ON)
            windows = [(window.first, window.last) for window in period.windows if window is not None]
            spent, bookings = bare(board, windows)
            begun = time.perf_counter()
            content = count_report(acting(session, by), period, on=ON)
            took = time.perf_counter() - begun
        told = {
            table.group.value: table.total.now()
            for section in content.sections
            for table in section.tables
            if table.total is not None
        }
        if told["visade"] != bookings:
            raise LookupError(told, bookings)
        print(
            f"report of {GRANTS} grants and {BOOKINGS} bookings, {len(FigureSource)} sources: "
            f"{took / spent:.1f}x bare sums (aim {AIM}x), {took:.2f} s against {spent:.2f} s"
        )
        board.database.close()
    with TemporaryDirectory() as folder:
        board = filled(f"sqlite:///{Path(folder) / 'overview.db'}", SMALL)
        by = board.staff[Role.MANAGER]
        spans = []
        for _turn in range(5):
            with open_reading(board.database) as session:
                begun = time.perf_counter()
                overview(acting(session, by), ON.year, on=ON)
                spans.append(time.perf_counter() - begun)
        print(f"overview of {SMALL} cases: {min(spans) * 1e3:.0f} ms (aim {OVERVIEW_AIM * 1e3:.0f} ms)")
        board.database.close()


if __name__ == "__main__":
    main()
