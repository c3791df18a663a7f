"""Who may open which route. Every route is here; a test fails on one that is not."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.domain.people import Action

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.domain.people import Person


class Access(StrEnum):
    """The rules there are beside the actions of `domain/people.py`."""

    EVERYONE = "everyone"
    """No case, no stored data: the page works on what the visitor brings."""
    SIGNED_IN = "signed_in"
    """Only what belongs to the person."""


ACCESS: Final[Mapping[str, Access | Action]] = {
    "static": Access.EVERYONE,
    "pages.start": Access.EVERYONE,
    "pages.accessibility": Access.EVERYONE,
    "preferences.choose": Access.EVERYONE,
    "trial.ask": Access.EVERYONE,
    "trial.answer": Access.EVERYONE,
    "trial.workbook": Access.EVERYONE,
    "trial.sample": Access.EVERYONE,
    "login.ask": Access.EVERYONE,
    "login.enter": Access.EVERYONE,
    "login.leave": Access.EVERYONE,
    "login.board": Access.SIGNED_IN,
    "login.kept": Access.SIGNED_IN,
}


class Entry(StrEnum):
    """What a visitor meets at a route."""

    OPEN = "open"
    SIGN_IN = "sign_in"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"


def entry(endpoint: str | None, person: Person | None) -> Entry:
    """Whether a visitor may open an endpoint; what has no rule is closed to all."""
    rule = ACCESS.get(endpoint or "")
    if endpoint is None or rule is Access.EVERYONE:
        return Entry.OPEN
    if rule is None:
        return Entry.UNKNOWN
    if person is None:
        return Entry.SIGN_IN
    if isinstance(rule, Action) and not person.may(rule):
        return Entry.FORBIDDEN
    return Entry.OPEN
