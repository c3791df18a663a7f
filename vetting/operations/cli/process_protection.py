"""What the process hides of itself before it does anything: its secrets, and its memory."""

from __future__ import annotations

import ctypes
import os
import sys

from vetting import config

_SET_DUMPABLE = 4


def hide() -> None:
    """Takes the secrets out of the environment, where every process of the same user could read them for ever.

    On Linux the memory of the process is closed to others too, and the place in it where the secrets lay is emptied.
    """
    names = [name for name in config.SECRET if os.environ.get(name)]
    config.REMOVED_SETTINGS.update({name: os.environ[name] for name in names})
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(_SET_DUMPABLE, 0, 0, 0, 0)
        _empty(libc, names)
    for name in names:
        del os.environ[name]


def _empty(libc: ctypes.CDLL, names: list[str]) -> None:
    """What was told at start stays in the process's first page, whatever is taken away later: it is written over."""
    places = ctypes.POINTER(ctypes.c_void_p).in_dll(libc, "environ")
    wanted = [f"{name}=".encode() for name in names]
    at = 0
    while (place := places[at]) is not None:
        text = ctypes.string_at(place)
        for name in wanted:
            if text.startswith(name):
                ctypes.memset(place + len(name), 0, len(text) - len(name))
        at += 1
