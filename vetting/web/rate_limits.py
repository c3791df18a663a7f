"""How often one visitor may ask for what is dear: counted in this process's memory, and forgotten with the minute."""

from __future__ import annotations

import threading
from collections import deque
from math import ceil
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

MOST_KNOWN: Final = 10_000
"""Visitors that are remembered; beyond them the oldest are forgotten, so that a flood of addresses costs no memory."""


class RateLimit:
    """Lets each visitor ask so often in so many seconds."""

    def __init__(self, *, most: int, seconds: int) -> None:
        self.most, self.seconds = most, seconds
        self._asked: dict[str, deque[datetime]] = {}
        self._one_at_a_time = threading.Lock()

    def left(self, who: str, at: datetime) -> int:
        """Counts a try. Seconds until the next is let in; 0 when this one is."""
        with self._one_at_a_time:
            asked = self._asked.pop(who, None) or deque()
            while asked and (at - asked[0]).total_seconds() >= self.seconds:
                asked.popleft()
            wait = 0 if len(asked) < self.most else ceil(self.seconds - (at - asked[0]).total_seconds())
            if not wait:
                asked.append(at)
            self._asked[who] = asked  # the latest stands last
            while len(self._asked) > MOST_KNOWN:
                self._asked.pop(next(iter(self._asked)))
        return wait
