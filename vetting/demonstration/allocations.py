"""A round whose money does not suffice: what the board ranks by, points, scenarios, and a sheet half way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.grants.domain.allocations import (
    AllocationField,
    AllocationOrder,
    ScenarioKind,
    ScenarioSettings,
    count_scenario,
    in_order,
)
from vetting.grants.models.rounds import Round
from vetting.grants.services import allocations, priorities, rounds
from vetting.grants.services.allocations import CellEdit, NewScenario
from vetting.grants.services.priorities import NewPriorityCriterion
from vetting.grants.services.rounds import RoundChange
from vetting.kernel.dates import day_here
from vetting.office.services.allocation_tables import allocation_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession
    from vetting.office.services.allocation_tables import AllocationTable
    from vetting.rules.services.rulebook import Rules

CRITERIA: Final = (
    NewPriorityCriterion(name="Barn och unga", help="3: de flesta är under 26 år. 0: inga."),
    NewPriorityCriterion(name="Öppet för alla", help="3: öppet varje vecka utan medlemskap. 0: bara för medlemmar."),
    NewPriorityCriterion(name="Delar lokal", help="3: delar lokal med flera andra. 0: har egen."),
)
MONEY: Final = 900_000_00
PERCENT: Final = 3
NO_POINTS: Final = 9
"""One in so many has no points yet."""
REASONS: Final = ("Lägst i nämndens ordning", "Ryms inte inom budgeten", "Halva hyran")


def share_round(
    session: WritingSession, rules: Rules, scheme_id: int, round_id: int, staff: Sequence[Person], *, at: datetime
) -> None:
    """Criteria and points; three scenarios, of which one is chosen; some reasons. staff: rules owner, caseworker."""
    owner, officer = staff
    added = [priorities.add_priority_criterion(session, scheme_id, new, by=owner, at=at) for new in CRITERIA]
    about = session.get_one(Round, round_id)
    said = {name: getattr(about, name) for name in rounds.CHANGED}
    rounds.change_round(session, round_id, RoundChange(**said | {"budget": MONEY}), by=officer, at=at)
    table = _table(session, rules, about, officer, at)
    points = {
        line.row.case_id: {item.id: (place * (number + 2) + number) % 4 for number, item in enumerate(added)}
        for place, line in enumerate(table.rows)
        if place % NO_POINTS
    }
    priorities.give_points(session, round_id, points, by=officer, at=at)
    table = _table(session, rules, about, officer, at)
    rows = [line.row for line in table.rows]
    kept = {}
    for name, settings in (
        ("I fjol +3 %", ScenarioSettings(kind=ScenarioKind.LAST_YEAR, percent=PERCENT)),
        ("Lika andel av sökt", ScenarioSettings(kind=ScenarioKind.SHARE)),
        ("Efter poäng", ScenarioSettings(kind=ScenarioKind.POINTS, ceiling=50_000_00)),
    ):
        new = NewScenario(
            name=name,
            kind=settings.kind,
            settings={"percent": settings.percent, "floor": settings.floor, "ceiling": settings.ceiling},
            amounts=count_scenario(rows, settings, MONEY),
            reasons={},
        )
        kept[name] = allocations.keep_scenario(session, round_id, new, by=officer, at=at)
    allocations.choose_scenario(session, round_id, kept["Efter poäng"].id, by=officer, at=at)
    table = _table(session, rules, about, officer, at)
    ordered = in_order((line.row for line in table.rows), AllocationOrder.POINTS)
    lacking = [row for row in ordered if row.lacks_reason]
    edits = [
        CellEdit(case_id=row.case_id, field=AllocationField.REASON, seen=0, text=REASONS[place % len(REASONS)])
        for place, row in enumerate(lacking[:-2])
    ]
    allocations.write_cells(session, round_id, edits, by=officer, at=at)


def _table(session: WritingSession, rules: Rules, about: Round, by: Person, at: datetime) -> AllocationTable:
    return allocation_table(session, about, rules, by=by, on=day_here(at))


def round_called(session: WritingSession, board_id: int, name: str) -> int:
    """The round of a board by its name."""
    return session.scalars(select(Round.id).where(Round.board_id == board_id, Round.name == name)).one()
