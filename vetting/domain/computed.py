"""Facts that are worked out from others: of one case, and of the cases that came in one list."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from vetting.domain.association import folded
from vetting.domain.facts import Facts, Support, Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vetting.domain.layouts import CaseRow

GIRO = "giro_number"


def of_one_case(values: Mapping[str, Value]) -> dict[str, Value]:
    """What follows from a case's own facts."""
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
    return {name: value for name, value in found.items() if name not in values}


def of_a_list(cases: Sequence[CaseRow]) -> list[Facts]:
    """Each case's facts with those worked out; `other_cases` names the rows that share number or giro.

    The same association twice is told as a problem of the list; here only another name counts, or
    another number at the same giro.
    """
    by_number: dict[str, list[CaseRow]] = defaultdict(list)
    by_giro: dict[str, list[CaseRow]] = defaultdict(list)
    for case in cases:
        if case.number:
            by_number[case.number].append(case)
        if giro := _giro(case):
            by_giro[giro].append(case)
    worked_out = []
    for case in cases:
        shared = [
            str(other.row)
            for other in (*by_number[case.number], *by_giro[_giro(case)])
            if other.row != case.row and _differs(case, other)
        ]
        more: dict[str, Value] = {**of_one_case(case.facts.values)}
        if case.number or _giro(case):
            more["other_cases"] = tuple(dict.fromkeys(shared))
        worked_out.append(case.facts.with_values(more))
    return worked_out


def _giro(case: CaseRow) -> str:
    return "".join(c for c in str(case.facts.values.get(GIRO, "")) if c.isdigit())


def _differs(one: CaseRow, other: CaseRow) -> bool:
    if one.number and other.number and one.number != other.number:
        return True
    return bool(one.name and other.name) and folded(one.name) != folded(other.name)
