"""Places for judging a list in the process of the pages: few, so that memory stays small."""

from __future__ import annotations

import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

from werkzeug.exceptions import ServiceUnavailable

from vetting.web import visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

AT_ONCE, OF_STRANGERS, WHO_WAIT = 2, 1, 2
"""Lists judged at once, those of visitors who are not signed in, and staff that wait: the other threads serve pages."""
LONGEST_WAIT: Final = 20
COME_BACK: Final = 15
"""Seconds, as a list takes that is judged."""
_places = threading.BoundedSemaphore(AT_ONCE)
_for_strangers, _waiting = threading.BoundedSemaphore(OF_STRANGERS), threading.BoundedSemaphore(WHO_WAIT)


@contextmanager
def trial_place() -> Iterator[None]:
    """One of the few places for judging a list, which keep the memory small.

    A stranger who finds none is told so at once, and strangers never take the last; of the staff some wait a while. So
    most threads always serve pages.
    """
    with ExitStack() as held, ExitStack() as meanwhile:
        if visitor.visitor() is None:
            free = _got(held, _for_strangers) and _got(held, _places)
        else:
            free = _got(held, _places) or (_got(meanwhile, _waiting) and _got(held, _places, LONGEST_WAIT))
        meanwhile.close()
        if not free:
            raise ServiceUnavailable(retry_after=COME_BACK)
        yield


def _got(held: ExitStack, places: threading.Semaphore, seconds: float = 0) -> bool:
    """Whether a place came free in so many seconds; it is given back with what is held."""
    got = places.acquire(timeout=seconds)
    if got:
        held.callback(places.release)
    return got
