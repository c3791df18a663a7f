"""What a case is about."""

from __future__ import annotations

from enum import StrEnum


class CaseKind(StrEnum):
    """What a case is about."""

    GRANT = "grant"
    BOOKING = "booking"
