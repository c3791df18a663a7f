"""For whom a session is opened, and the moment of the act."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from vetting.kernel.roles import Person

if TYPE_CHECKING:
    from datetime import datetime


class Purpose(StrEnum):
    """Work of the system that no user asked for."""

    SIGN_IN = "sign_in"
    """Pages that are open to anyone: signing in, invitations, the directory's answer."""
    INSTALLATION = "installation"
    """Commands of the operator: boards, users, backups."""
    JOBS = "jobs"
    """Background jobs until they have read whose work they do, and what they do for no user."""
    RETENTION = "retention"
    ROLE_EXPIRY = "role_expiry"
    CHECKPOINT = "checkpoint"


class NoPersonError(RuntimeError):
    """A session was asked for a user, or a moment, that it was not opened with: a mistake of ours."""


@dataclass(frozen=True, slots=True)
class Acting:
    """A user or a purpose of the system, and the moment of the act in Sweden's time."""

    who: Person | Purpose
    now: datetime | None = None
    """None: nothing that is done asks the clock."""

    @property
    def person(self) -> Person | None:
        """The user; None where the system acts for a purpose of its own."""
        return self.who if isinstance(self.who, Person) else None
