"""The second step of signing in: whose roles demand it, how long it counts, and what a code looks like."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from vetting.kernel.roles import Role

if TYPE_CHECKING:
    from collections.abc import Collection

DEMANDED_FROM_START: Final = (
    Role.DECISION_MAKER,
    Role.FINANCE,
    Role.RULES_OWNER,
    Role.REGISTRAR,
    Role.ADMINISTRATOR,
)
"""Roles that a new board demands it of: they decide, pay, publish rules, keep the registry or give roles."""
STEP: Final = 30
"""Seconds that a code from an app lasts (RFC 6238)."""
STEPS_BESIDE: Final = 1
"""Codes before and after the present one that are taken: clocks differ a little."""
DIGITS: Final = 6
RECOVERY_CODES: Final = 10
RECOVERY_SIGNS: Final = 16
"""Of 32 kinds: 80 bits, too many to guess also from the digests."""
GROUP: Final = 4
LASTS_WAITING: Final = timedelta(minutes=10)
"""How long a right password waits for its code."""


def is_demanded(roles: Collection[Role], demanding: Collection[str]) -> bool:
    """Whether one of the roles is among those that a board demands a second factor of."""
    return any(role.value in demanding for role in roles)


def step_of(at: datetime) -> int:
    """The number of the code of a moment."""
    return int(at.timestamp()) // STEP


def steps_taken(at: datetime, last: int) -> range:
    """The codes that are taken at a moment; never one that was used before, nor one older than that.

    last: the number of the last code that was used; 0 before any.
    """
    now = step_of(at)
    return range(max(now - STEPS_BESIDE, last + 1), now + STEPS_BESIDE + 1)


def plain_code(typed: str) -> str:
    """A code without the blanks and dashes that people read it with."""
    return "".join(sign for sign in typed if not sign.isspace() and sign not in "-–‑").upper()


def is_app_code(plain: str) -> bool:
    """Whether a code is one of an app, and not one of those kept for when it is lost."""
    return len(plain) == DIGITS and plain.isascii() and plain.isdigit()


def grouped_code(plain: str) -> str:
    """A recovery code as it is read: groups of four."""
    return "-".join(plain[start : start + GROUP] for start in range(0, len(plain), GROUP))
