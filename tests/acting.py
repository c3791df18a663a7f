"""Tests act for several users at several moments."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tests.factories import NOW
from vetting.kernel.store.acting import Acting, Purpose
from vetting.kernel.store.session import Session

if TYPE_CHECKING:
    from datetime import datetime

    from vetting.kernel.roles import Person

S = TypeVar("S", bound=Session)


def acting(session: S, person: Person | None = None, at: datetime | None = None) -> S:
    """Gives a session to a user (None: the one it has), at a moment (None: the one it has, else the tests' own)."""
    kept = session.acting or Acting(Purpose.INSTALLATION, NOW)
    session.acting = Acting(person or kept.who, at or kept.now)
    return session
