"""How the values of a fact or of a column are kept."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Privacy(StrEnum):
    """How a fact's values are kept."""

    PUBLIC = "public"
    PERSONAL = "personal"
    SEALED = "sealed"


PINNED: Final = frozenset(
    {
        "absences",
        "account_changes",
        "basis_files",
        "basis_rows",
        "decision_corrections",
        "decision_events",
        "decisions",
        "delegations",
        "grant_applications",
        "grant_changes",
        "identities",
        "ledger_entries",
        "payment_attests",
        "payment_bases",
        "payment_pauses",
        "payments",
        "reclaims",
        "role_asks",
        "role_periods",
        "roles",
        "rule_publications",
        "set_offs",
        "systems",
        "users",
    }
)
"""Tables of money and power: accounts, who may do what, who decided, attested, paid. What is personal or sealed in them
goes with the row and never before it."""
