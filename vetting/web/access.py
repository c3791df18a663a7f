"""Who may open which route. Every route is here; a test fails on one that is not."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


class Access(StrEnum):
    """The rules there are."""

    EVERYONE = "everyone"
    """No case, no stored data: the page works on what the visitor brings."""


ACCESS: Final[Mapping[str, Access]] = {
    "static": Access.EVERYONE,
    "pages.start": Access.EVERYONE,
    "pages.accessibility": Access.EVERYONE,
    "preferences.choose": Access.EVERYONE,
    "trial.ask": Access.EVERYONE,
    "trial.answer": Access.EVERYONE,
    "trial.workbook": Access.EVERYONE,
    "trial.sample": Access.EVERYONE,
}


def allowed(endpoint: str | None) -> bool:
    """Whether a visitor may open an endpoint; what has no rule is closed."""
    return endpoint is None or ACCESS.get(endpoint) is Access.EVERYONE
