"""Uses of one room at once: which of them are more than the room is shared by."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

K = TypeVar("K", bound=Hashable)


class Occupancy(NamedTuple, Generic[K]):
    """The booking (`key`) that has a room from `starts` to `ends`."""

    key: K
    starts: datetime
    ends: datetime


def clashing_uses(uses: Iterable[Occupancy[K]], shared_by: int) -> dict[K, list[K]]:
    """Key -> the others that have the room at a moment when more than it is shared by do, in order of time."""
    found: dict[K, dict[K, None]] = {}
    at_once: list[Occupancy[K]] = []
    for use in sorted(uses, key=lambda use: (use.starts, use.ends)):
        at_once = [*(one for one in at_once if one.ends > use.starts), use]
        keys = dict.fromkeys(one.key for one in at_once)
        if len(keys) > shared_by:
            for key in keys:
                found.setdefault(key, {}).update((other, None) for other in keys if other != key)
    return {key: list(others) for key, others in found.items()}
