"""What the database or the disk says when it cannot go on, in words that a person can act on."""

from __future__ import annotations

import errno
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import DBAPIError

from vetting.kernel.problem import Problem
from vetting.kernel.text import _

if TYPE_CHECKING:
    from collections.abc import Iterator

FULL: Final = Problem("disk", _("Disken är full. Inget är sparat."), _("Frigör plats och försök igen."))
DATABASE_BUSY: Final = Problem(
    "database",
    _("Databasen har länge varit upptagen av något annat. Inget är sparat."),
    _("Vänta tills den andra inläsningen är klar, eller avbryt den, och försök igen."),
)
DEEPEST: Final = 12
"""Frames that a log tells of."""
_SQLITE: Final = {5: DATABASE_BUSY, 6: DATABASE_BUSY, 13: FULL}
_POSTGRESQL: Final = {"53100": FULL, "55P03": DATABASE_BUSY, "57014": DATABASE_BUSY}


def told_of(error: BaseException) -> Problem | None:
    """The disk that is full, or the database that somebody else holds; None for any other mistake."""
    for one in _chain(error):
        if isinstance(one, OSError) and one.errno in {errno.ENOSPC, errno.EDQUOT}:
            return FULL
        if isinstance(one, DBAPIError):
            code = getattr(one.orig, "sqlite_errorcode", None)
            state = getattr(one.orig, "sqlstate", None)
            found = _SQLITE.get(code & 0xFF) if isinstance(code, int) else _POSTGRESQL.get(str(state))
            if found is not None:
                return found
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def place_of(error: BaseException) -> str:
    """What went wrong and where, for a log: never the message, which may hold what somebody typed."""
    frames = [
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in extract_tb(error.__traceback__)[-DEEPEST:]
    ]
    return f"{type(error).__name__} at {' < '.join(reversed(frames))}"
