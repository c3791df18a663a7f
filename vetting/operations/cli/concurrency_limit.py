"""Few requests of a process are worked at together: threads that share one interpreter get in each other's way.

A page asks the database some two hundred times, and each time another thread may go on: with eight at work, the same
page costs twice what it costs alone, and whoever came first waits the longest. Whoever has waited a while goes ahead
all the same, so that a page is never held up by acts that themselves wait: for a lock, another machine or a slow
sender.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

AT_ONCE: Final = 2
"""Requests that a process works at together: one computes while the other waits for the disk."""
LONGEST_WAIT: Final = 1.0
"""Seconds after which a request waits no longer for those before it."""


def limit_concurrency(
    app: WSGIApplication, at_once: int = AT_ONCE, longest_wait: float = LONGEST_WAIT
) -> WSGIApplication:
    """The application, which works at so many requests at once and lets the others wait in line, each some seconds."""
    free = threading.Semaphore(at_once)

    def answered(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        got = free.acquire(timeout=longest_wait)
        try:
            return app(environ, start_response)
        finally:
            if got:
                free.release()

    return answered
