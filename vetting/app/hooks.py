"""Functions that the hooks of services are filled with; `application` fills those of pages."""

from __future__ import annotations

from vetting.bookings.services import bookings_of_cases
from vetting.casework.services import cases_under_rules
from vetting.casework.services.bookings_of_cases import BOOKINGS
from vetting.casework.services.money_of_cases import MONEY
from vetting.grants.services.schemes import OWN_RULES
from vetting.money.services import money_of_cases
from vetting.rules.services.cases_under_rules import CASES
from vetting.rules.services.own_rules import wrong_with_own_rules


def fill_hooks() -> None:
    """Fills every hook that services call."""
    BOOKINGS.fill(bookings_of_cases)
    MONEY.fill(money_of_cases)
    CASES.fill(cases_under_rules)
    OWN_RULES.fill(wrong_with_own_rules)
