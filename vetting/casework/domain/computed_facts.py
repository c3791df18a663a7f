"""Facts that are worked out from others of the same case."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from vetting.engine.facts import Support, Value

if TYPE_CHECKING:
    from collections.abc import Mapping


MOST_NAMED = 10
"""Others that are named: one is enough to ask."""


def of_one_case(values: Mapping[str, Value]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    this_year = values.get("members_total_this_year", values.get("members_total"))
    last_year = values.get("members_total_last_year")
    if isinstance(this_year, int) and isinstance(last_year, int) and last_year > 0:
        found["change_share"] = abs(this_year - last_year) / last_year
    support = values.get("other_support")
    if isinstance(support, tuple):
        amounts = [item.amount if isinstance(item, Support) else None for item in support]
        known = [amount for amount in amounts if amount is not None]
        if len(known) == len(amounts):
            found["sum_other_support"] = sum(known)
    received = values.get("received_on")
    if isinstance(received, date):
        found["closed_year"] = received.year - 1
    return {name: value for name, value in found.items() if name not in values}
