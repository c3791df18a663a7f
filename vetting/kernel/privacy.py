"""How the values of a fact or of a column are kept."""

from __future__ import annotations

from enum import StrEnum


class Privacy(StrEnum):
    """How a fact's values are kept."""

    PUBLIC = "public"
    PERSONAL = "personal"
    SEALED = "sealed"
