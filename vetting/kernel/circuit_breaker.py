"""Limits the calls that pages make to a service outside the program."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class CircuitOpenError(Exception):
    """The service is not called: it failed a moment ago, or as many as may are calling it."""


class CircuitBreaker:
    """Lets few threads call a service at once, and none for a while after it has failed.

    at_once: threads. waited: seconds until a thread gets its turn. failed_for: seconds without calls after a failure.
    """

    def __init__(self, *, at_once: int, waited: float, failed_for: float) -> None:
        self.waited, self.failed_for = waited, failed_for
        self._open_until = 0.0
        self._calling = threading.BoundedSemaphore(at_once)

    @property
    def is_open(self) -> bool:
        """Whether calls are refused for now."""
        return time.monotonic() < self._open_until

    def note_failure(self) -> None:
        """Refuses calls for a while."""
        self._open_until = time.monotonic() + self.failed_for

    @contextmanager
    def call(self) -> Iterator[None]:
        """Takes a turn.

        Raises:
            CircuitOpenError: calls are refused, or no turn came.
        """
        if self.is_open or not self._calling.acquire(timeout=self.waited):
            raise CircuitOpenError
        try:
            if self.is_open:  # it failed for another while this one waited
                raise CircuitOpenError
            yield
        finally:
            self._calling.release()
