"""How a process that reads large lists keeps its memory small."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress


def settle_memory() -> None:
    """The rules that have been read stay: the collector of garbage need not look at them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)


_THRESHOLDS = (50_000, 20, 100)
"""A list makes a hundred small things a row, all of which are gone with the row."""


def share_memory() -> None:
    """One pool of memory for all threads: glibc keeps one for each, as large as its largest list ever was."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").mallopt(_ARENA_MAX, 1)


_ARENA_MAX = -8
"""M_ARENA_MAX of glibc's malloc.h."""
