"""No room is booked twice at once: held by the database itself, on both engines.

A room and a time are one range of whole numbers, [room * 2^34 + seconds since 1970 of its beginning, … of its end).
Rooms never share numbers, so one range type does for both. A room that several may have at once has as many parts,
each with numbers of its own: room + part * 2^20 takes the place of the room.
"""

from __future__ import annotations

from typing import Final

from vetting.casework.models.cases import Occurrence
from vetting.kernel.store.base import GUARDS, table_of

BITS: Final = 34
"""Seconds since 1970 fit in so many until the year 2514."""
SLOT_CONSTRAINT: Final = "occurrences_taken"
LONGEST: Final = 40 * 24 * 3600
"""No time is longer: how far back the search goes."""


ROOM_BITS: Final = 20
"""A million rooms, in all boards together."""


def slot_range(room_id: int, starts: float, ends: float, part: int = 0) -> tuple[int, int]:
    """The range of a part of a room and a time, in seconds since 1970; the end is not in it."""
    base = ((part << ROOM_BITS) + room_id) << BITS
    return base + int(starts), base + int(ends)


def part_of(slot_from: int) -> int:
    """The part of its room that a range is of."""
    return slot_from >> BITS >> ROOM_BITS


def no_overlap(dialect: str) -> list[str]:
    """What holds it: an exclusion over int8range, or triggers where one writer comes at a time."""
    if dialect == "postgresql":
        excluded = "EXCLUDE USING gist (int8range(slot_from, slot_to) WITH &&) WHERE (slot_from IS NOT NULL)"
        return [f"ALTER TABLE occurrences ADD CONSTRAINT {SLOT_CONSTRAINT} {excluded}"]
    return [_trigger("insert", "INSERT"), _trigger("update", "UPDATE OF slot_from, slot_to")]


def _trigger(name: str, what: str) -> str:
    return f"""
        CREATE TRIGGER {SLOT_CONSTRAINT}_{name} BEFORE {what} ON occurrences
        WHEN NEW.slot_from IS NOT NULL AND EXISTS (
            SELECT 1 FROM occurrences WHERE id IS NOT NEW.id AND slot_from < NEW.slot_to
            AND slot_from > NEW.slot_from - {LONGEST} AND slot_to > NEW.slot_from)
        BEGIN SELECT RAISE(ABORT, '{SLOT_CONSTRAINT}'); END
    """  # noqa: S608 - names and numbers of our own


table_of(Occurrence).info[GUARDS] = no_overlap
