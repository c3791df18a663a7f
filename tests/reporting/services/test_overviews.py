"""The plots of the overview against the rows: every number of steps, days and rooms recomputed case by case."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from tests.acting import acting
from tests.house.test_registers import filled, readers
from vetting.casework.domain.cases import OPEN, CaseState
from vetting.casework.models.cases import LEFT_OUT, Case, Occurrence
from vetting.casework.models.decisions import Decision, current_decisions
from vetting.clock import now
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import HERE
from vetting.kernel.store.import_batches import ImportBatch
from vetting.people.models.people import Room
from vetting.reporting.models.overview_figures import rooms_by_hour
from vetting.reporting.services.overviews import MONTHS, plot_named

if TYPE_CHECKING:
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session

__all__ = ["filled"]
HOUR = timedelta(hours=1)


def cases_of(filled: Session, by: Person, kind: CaseKind) -> list[Case]:
    undone = set(filled.scalars(select(ImportBatch.id).where(ImportBatch.state == "undone")))
    every = filled.scalars(select(Case).where(Case.board_id == by.board_id, Case.kind == kind))
    return [case for case in every if case.batch_id not in undone]


def longer_middle(days: list[int]) -> int:
    return sorted(days)[len(days) // 2]


def plots_of_rows(filled: Session, today: date) -> Counter[str]:
    """Compares each plot with the rows; how many cases stood in each."""
    seen: Counter[str] = Counter()
    for by in readers(filled):
        grants = cases_of(filled, by, CaseKind.GRANT)
        waited = defaultdict(list)
        for case in grants:
            if case.state in OPEN:
                waited[case.state.value].append((today - case.received_on).days)
        plot = plot_named(acting(filled, by), "steg", today.year, on=today)
        steps = {row.key: [words.sv for words in row.cells] for row in plot.rows}
        assert steps == {state: [str(len(days)), str(longer_middle(days))] for state, days in waited.items()}
        seen["steg"] += sum(len(days) for days in waited.values())

        received = {case.id: case.received_on for case in grants}
        wanted = select(Decision).where(
            Decision.board_id == by.board_id, Decision.kind == CaseKind.GRANT.value, current_decisions()
        )
        took = defaultdict(list)
        for decision in filled.scalars(wanted):
            if decision.case_id in received:
                days = (decision.decided_on - received[decision.case_id]).days
                took[f"{decision.decided_on:%Y-%m}"].append(days)
        months = [row for row in plot_named(acting(filled, by), "tid", today.year, on=today).rows if row.key]
        shown = {row.key: [words.sv for words in row.cells][:2] for row in months}
        first = f"{(today.replace(day=1) - timedelta(days=31 * (MONTHS - 1) - 15)):%Y-%m}"
        assert shown == {
            month: [str(len(days)), str(longer_middle(days))] for month, days in took.items() if month >= first
        }
        seen["tid"] += sum(int(number) for number, _median in shown.values())

        for weeks in range(-30, 5):
            monday = today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
            friday = monday + timedelta(days=4)
            found = {room.name: room.hours for room in rooms_by_hour(filled, by, monday, friday)}
            assert found == hours_of_rows(filled, by, monday, friday), monday
            seen["lokaler"] += sum(sum(hours.values()) for hours in found.values())
    return seen


def hours_of_rows(filled: Session, by: Person, first: date, last: date) -> dict[str, dict[int, int]]:
    """Room -> hour -> on how many days some confirmed use overlaps it, tried hour by hour."""
    taken = {case.id for case in cases_of(filled, by, CaseKind.BOOKING) if case.state is CaseState.CONFIRMED}
    rooms = {room.id: room.name for room in filled.scalars(select(Room))}
    found: dict[str, set[tuple[date, int]]] = defaultdict(set)
    for use in filled.scalars(select(Occurrence).where(Occurrence.case_id.in_(taken), Occurrence.state != LEFT_OUT)):
        if use.starts_at is None:
            continue
        starts = use.starts_at.astimezone(HERE)
        ends = use.ends_at.astimezone(HERE) if use.ends_at is not None else starts + HOUR
        for hour in range(24) if first <= starts.date() <= last else ():
            opens = starts.replace(hour=hour, minute=0, second=0, microsecond=0)
            if starts < opens + HOUR and ends > opens:
                found[rooms.get(use.room_id or 0, use.room_name)].add((starts.date(), hour))
    return {name: dict(Counter(hour for _day, hour in hours)) for name, hours in found.items()}


def test_plots_are_those_of_the_rows(filled: Session) -> None:
    seen = plots_of_rows(filled, now().date())
    assert all(seen[name] > 10 for name in ("steg", "tid", "lokaler")), seen
