"""A round whose money does not suffice: points, and a table half way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.grants.domain.allocations import AllocationOrder, RowValues, in_order
from vetting.grants.models.rounds import Round
from vetting.kernel.money import KRONA
from vetting.operations.demonstration.acting import acting
from vetting.rounds.services import allocations, round_changes
from vetting.rounds.services.allocation_tables import allocation_table
from vetting.rounds.services.allocations import RowEdit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession

MONEY: Final = 900_000 * KRONA
UNSHARED: Final = 100_000 * KRONA
"""What is left for applications that come late."""
MOST: Final = 50_000 * KRONA
NO_POINTS: Final = 9
"""One in so many has no points yet."""
UNSAID: Final = 2
"""Rows that get less, and of which nobody has said why."""
REASONS: Final = ("Lägst i nämndens ordning", "Ryms inte inom budgeten", "Halva hyran")


def share_round(session: WritingSession, round_id: int, officer: Person) -> None:
    """Points of most; those with the most get what they applied for, up to a ceiling, until the money ends."""
    about = session.get_one(Round, round_id)
    said = {name: getattr(about, name) for name in round_changes.CHANGED}
    round_changes.change_round(
        acting(session, officer, session.now), round_id, round_changes.RoundChange(**said | {"budget": MONEY})
    )
    keys = [row.case_id for row in allocation_table(acting(session, officer), about).rows if row.is_open]
    points = {key: points_at(place) for place, key in enumerate(keys) if place % NO_POINTS}
    give_points(acting(session, at=session.now), round_id, points, officer)
    rows = in_order(allocation_table(acting(session, officer), about).rows, AllocationOrder.POINTS)
    left, cut = MONEY - UNSHARED - sum(row.counted for row in rows if not row.is_open), 0
    edits = []
    for row in rows:
        if row.lock is not None or row.written.points is None:
            continue
        amount = min(row.applied or 0, MOST, left)
        left -= amount
        is_less = amount < (row.applied or 0)
        reason = REASONS[cut % len(REASONS)] if is_less and cut >= UNSAID else ""
        cut += is_less
        values = RowValues(proposed=amount, reason=reason, points=row.written.points)
        edits.append(RowEdit(case_id=row.case_id, seen=row.written.digest, values=values))
    allocations.write_rows(acting(session, officer, session.now), round_id, edits)


def points_at(place: int) -> int:
    """Points from 0 to 9, as they may fall."""
    return sum((place * (number + 2) + number) % 4 for number in range(3))


def give_points(session: WritingSession, round_id: int, points: Mapping[int, int], officer: Person) -> None:
    """Points to applications of a round that nothing else is written of."""
    edits = [
        RowEdit(case_id=key, seen=RowValues().digest, values=RowValues(points=given)) for key, given in points.items()
    ]
    allocations.write_rows(acting(session, officer, session.now), round_id, edits)


def round_called(session: WritingSession, board_id: int, name: str) -> int:
    """The round of a board by its name."""
    return session.scalars(select(Round.id).where(Round.board_id == board_id, Round.name == name)).one()
