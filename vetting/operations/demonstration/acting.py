"""The demonstration is filled for many users in few transactions."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from vetting.kernel.store.acting import Acting, Purpose
from vetting.kernel.store.session import Session

if TYPE_CHECKING:
    from datetime import datetime

    from vetting.kernel.roles import Person

S = TypeVar("S", bound=Session)


def acting(session: S, person: Person | None = None, at: datetime | None = None) -> S:
    """Gives a session to another user (None: the one it has) at another moment, as nothing else in the program may."""
    kept = session.acting or Acting(Purpose.INSTALLATION)
    session.acting = Acting(person or kept.who, at or kept.now)
    return session
