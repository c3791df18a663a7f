"""Bookings of one room at once: told before anything is promised, never confirmed in a list."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from vetting.bookings.domain.overlaps import Occupancy, clashing_uses
from vetting.casework.domain.cases import OPEN, CaseState
from vetting.casework.models.cases import LEFT_OUT, OVER, Case, Occurrence
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import HERE
from vetting.kernel.text import Words, _, join_words
from vetting.people.models.people import Room

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from vetting.kernel.store.session import Session

STANDING: Final = tuple(sorted(state.value for state in OPEN | {CaseState.CONFIRMED}))
"""States of a booking that takes its room, or wants to."""
GONE: Final = tuple(sorted({LEFT_OUT, *(state.value for state in OVER)}))
"""States of one time that is not used."""
LONGEST: Final = timedelta(days=2)
"""Before the first time that is looked at: no booking of one time is longer."""


class Clash(NamedTuple):
    """Another booking that has the room for some of the same time."""

    number: str
    name: str
    starts: datetime
    ends: datetime

    @property
    def words(self) -> Words:
        """'BOK-2026-0004, Kören Provspelet, 18.00–20.00'."""
        starts, ends = self.starts.astimezone(HERE), self.ends.astimezone(HERE)
        return _(
            "{number}, {name}, {starts:%H.%M}–{ends:%H.%M}",
            number=self.number,
            name=self.name,
            starts=starts,
            ends=ends,
        )


def clashes_of(
    session: Session, board_id: int, cases: Collection[int], *, between: tuple[datetime, datetime] | None = None
) -> dict[int, Sequence[Clash]]:
    """Case -> the bookings of the board that clash with it, where they are more than its room is shared by.

    between: only times that begin then are looked at; else all that the cases have.
    """
    if not cases:
        return {}
    if between is None:
        ends = select(func.min(Occurrence.starts_at), func.max(Occurrence.starts_at))
        first, last = session.execute(ends.where(Occurrence.case_id.in_(cases))).one()
        if first is None or last is None:
            return {}
        between = first, last + timedelta(seconds=1)
    begins, ends_before = between
    mine, theirs = aliased(Occurrence), aliased(Occurrence)
    own, other = aliased(Case), aliased(Case)
    wanted = (
        select(mine.case_id, other, theirs, mine, func.coalesce(Room.shared_by, 1))
        .join(own, own.id == mine.case_id)
        .join(theirs, and_(theirs.room_name == mine.room_name, theirs.case_id != mine.case_id))
        .join(other, other.id == theirs.case_id)
        .outerjoin(Room, and_(Room.board_id == board_id, Room.name == mine.room_name))
        .where(
            mine.case_id.in_(cases),
            own.state.in_(STANDING),
            mine.room_name != "",
            mine.state.not_in(GONE),
            theirs.state.not_in(GONE),
            mine.starts_at >= begins,
            mine.starts_at < ends_before,
            theirs.starts_at >= begins - LONGEST,
            theirs.starts_at < mine.ends_at,
            mine.starts_at < theirs.ends_at,
            other.board_id == board_id,
            other.kind == CaseKind.BOOKING,
            other.state.in_(STANDING),
        )
        .order_by(theirs.starts_at, theirs.id)
    )
    by_use: dict[tuple[int, int], tuple[Occupancy[Clash | None], int, list[Clash]]] = {}
    for case_id, their_case, use, own_use, shared_by in session.execute(wanted):
        if use.starts_at is None or use.ends_at is None or own_use.starts_at is None or own_use.ends_at is None:
            continue
        own_time: Occupancy[Clash | None] = Occupancy(None, own_use.starts_at, own_use.ends_at)
        clash = Clash(their_case.number, their_case.name, use.starts_at, use.ends_at)
        by_use.setdefault((case_id, own_use.id), (own_time, int(shared_by), []))[2].append(clash)
    found: dict[int, list[Clash]] = {}
    for (case_id, _use), (own_time, shared_by, others) in by_use.items():
        uses = [own_time]
        uses += [Occupancy(other, other.starts, other.ends) for other in others]
        clashes = [other for other in clashing_uses(uses, shared_by).get(None, ()) if other is not None]
        if clashes:
            found.setdefault(case_id, []).extend(one for one in clashes if one not in found.get(case_id, ()))
    return dict(found)


def clashes_in_words(clashes: Sequence[Clash]) -> Words:
    """With whom, one after another."""
    return join_words([one.words for one in clashes], "; ")
