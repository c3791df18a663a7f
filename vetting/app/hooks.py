"""What the hooks of services are filled with; those of pages are filled where the application is put together."""

from __future__ import annotations

from vetting.casework.services import cases_under_rules
from vetting.grants.services.schemes import OWN_RULES
from vetting.rules.services.cases_under_rules import CASES
from vetting.rules.services.own_rules import wrong_with_own_rules


def fill_hooks() -> None:
    """Fills every hook that services call."""
    CASES.fill(cases_under_rules)
    OWN_RULES.fill(wrong_with_own_rules)
