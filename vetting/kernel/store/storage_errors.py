"""What the database or the disk says when it cannot go on, in words that a person can act on."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import DBAPIError, OperationalError

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
LOST: Final = Problem(
    "database",
    _("Anslutningen till databasen bröts."),
    _("Se efter om det sista du gjorde sparades innan du gör det igen. Händer det ofta, se databasserverns logg."),
)
OUT_OF_REACH: Final = Problem(
    "database",
    _("Databasen tar inte emot fler anslutningar, eller startar just nu. Inget är sparat."),
    _("Vänta en minut och försök igen."),
)
UNREACHED: Final = Problem(
    "database",
    _("Databasen går inte att nå. Inget är sparat."),
    _("Vänta en minut och försök igen. Hjälper det inte, se att databasservern är igång och att adressen stämmer."),
)
READ_ONLY: Final = Problem(
    "database",
    _("Databasen går bara att läsa. Inget är sparat."),
    _("Se att programmets konto får skriva i filen och i mappen, eller att adressen är till rätt server."),
)
UNOPENED: Final = Problem(
    "database",
    _("Databasfilen, eller filerna bredvid den, går inte att öppna. Inget är sparat."),
    _("Se att mappen finns, att disken går att skriva på och att programmets konto får läsa och skriva där."),
)
DAMAGED: Final = Problem(
    "database",
    _("Databasfilen är skadad. Inget är sparat."),
    _("Stoppa webbsidorna, lägg undan filen som den är, och återläs den senaste säkerhetskopian till en ny plats."),
)
NO_DATABASE: Final = Problem(
    "database",
    _("Filen är ingen databas. Inget är sparat."),
    _("Kontrollera VETTING_DATABASE_URL. Har den varit en databas är den skadad: återläs den senaste säkerhetskopian."),
)
WRITE_PROTECTED: Final = Problem(
    "disk",
    _("Disken går bara att läsa. Inget är sparat."),
    _("Välj en annan plats, eller se efter varför disken är skrivskyddad."),
)
FAULTY_DISK: Final = Problem(
    "disk",
    _("Disken svarar med fel. Inget är sparat."),
    _("Stoppa webbsidorna, se maskinens logg, och använd inget från disken som inte har kontrollerats."),
)
AWAY: Final = frozenset({LOST, OUT_OF_REACH, UNREACHED})
"""The database is away and comes back: nothing is wrong with what was asked of it."""
DEEPEST: Final = 12
"""Frames that a log tells of."""
_SYSTEM: Final = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EFBIG: FULL,
    errno.EIO: FAULTY_DISK,
    errno.EROFS: WRITE_PROTECTED,
}
_SQLITE: Final = {
    5: DATABASE_BUSY,
    6: DATABASE_BUSY,
    8: READ_ONLY,
    10: FAULTY_DISK,
    11: DAMAGED,
    13: FULL,
    14: UNOPENED,
    26: NO_DATABASE,
}
"""SQLite's result codes (sqlite.org/rescode.html): BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB."""
_POSTGRESQL: Final = {
    "53100": FULL,
    "55P03": DATABASE_BUSY,
    "57014": DATABASE_BUSY,
    "40001": DATABASE_BUSY,
    "40P01": DATABASE_BUSY,
    "25006": READ_ONLY,
    "42501": READ_ONLY,
    "53300": OUT_OF_REACH,
    "57P03": OUT_OF_REACH,
    "57P01": LOST,
    "57P02": LOST,
    "25P03": LOST,
    "58030": FAULTY_DISK,
    "XX001": DAMAGED,
    "XX002": DAMAGED,
}
"""PostgreSQL's codes (its appendix A)."""


def storage_problem_of(error: BaseException) -> Problem | None:
    """What the database, the disk or the way to them is like, where they are the fault; None for any other mistake."""
    for one in _chain(error):
        found = _told_of_one(one)
        if found is not None:
            return found
    return None


def _told_of_one(error: BaseException) -> Problem | None:
    if isinstance(error, DBAPIError):
        code = getattr(error.orig, "sqlite_errorcode", None)
        if isinstance(code, int):
            return _SQLITE.get(code & 0xFF)
        found = _POSTGRESQL.get(str(getattr(error.orig, "sqlstate", None)))
        if found is None and error.connection_invalidated:
            return LOST
        return UNREACHED if found is None and _could_not_connect(error) else found
    if isinstance(error, sqlite3.Error):
        return _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    return _SYSTEM.get(error.errno or 0) if isinstance(error, OSError) else None


def _could_not_connect(error: DBAPIError) -> bool:
    """Whether there was no connection yet: then nothing was asked, and the driver has no code of the server's."""
    return (
        isinstance(error, OperationalError)
        and error.statement is None
        and getattr(error.orig, "sqlstate", None) is None
    )


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
