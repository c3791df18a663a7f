"""Signing in: what a password must be, when a session ends, when the brakes are on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from vetting.kernel.text import Words, _

IDLE: Final = timedelta(minutes=60)
LONGEST: Final = timedelta(hours=12)
SEEN_EVERY: Final = timedelta(minutes=1)
"""How exactly the latest visit is kept: not every page view is a write."""
WINDOW: Final = timedelta(hours=2)
"""How long a failure counts."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=15)
MOST_FAILURES: Final = 5
MOST_FAILURES_OF_AN_ADDRESS: Final = 40
SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 256
FEWEST_SIGNS: Final = 5
COMMON: Final = (
    "password",
    "lösenord",
    "losenord",
    "qwerty",
    "asdfgh",
    "123456",
    "letmein",
    "welcome",
    "valkommen",
    "välkommen",
    "abc123",
    "iloveyou",
    "sommar20",
    "vinter20",
    "forening",
    "förening",
    "stockholm",
)
"""Words that most guesses begin with."""


def has_ended(now: datetime, *, created: datetime, seen: datetime, ended: datetime | None) -> bool:
    """Whether a session is over: signed out, idle for an hour, or half a day old."""
    return ended is not None or now - seen > IDLE or now - created > LONGEST


def wait_until(now: datetime, failures: int, last: datetime | None, most: int) -> datetime | None:
    """When the next try is let in; None when it is now. Each failure beyond the first few doubles the wait.

    failures, last: how many there were in `WINDOW`, and when the latest was.
    """
    if failures < most or last is None:
        return None
    doublings = min(failures - most, 20)
    opens = last + min(FIRST_WAIT * 2**doublings, LONGEST_WAIT)
    return opens if opens > now else None


EASY: Final = (_("Lösenordet är lätt att gissa."), _("Välj ord som inte hänger ihop."))


def wrong_with_password(password: str, login: str) -> tuple[Words, Words] | None:
    """What is wrong with a new password and the remedy; None when it will do. No kinds of signs are demanded."""
    if len(password) < SHORTEST_PASSWORD:
        return (
            _("Lösenordet är kortare än {SHORTEST_PASSWORD} tecken.", SHORTEST_PASSWORD=SHORTEST_PASSWORD),
            _("Skriv till exempel fyra ord efter varandra."),
        )
    if len(password) > LONGEST_PASSWORD:
        return (
            _("Lösenordet är längre än {LONGEST_PASSWORD} tecken.", LONGEST_PASSWORD=LONGEST_PASSWORD),
            _("Välj ett kortare."),
        )
    plain = password.casefold()
    name = login.casefold().split("@")[0]
    guessed = (len(name) > 3 and name in plain) or len(set(plain)) < FEWEST_SIGNS  # noqa: PLR2004 - short names occur in words
    words = plain.split()
    if (
        guessed
        or len(set(words)) < min(2, len(words))
        or any(plain.startswith(word) and len(plain) < len(word) + 8 for word in COMMON)
    ):
        return EASY
    return None
