"""Facts that are worked out from others: of one case, and of the cases that came in one list."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from vetting.engine.facts import Facts, Support, Value
from vetting.kernel.organisation_numbers import fold_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vetting.imports.domain.case_lists import CaseRow

GIRO = "giro_number"
MOST_NAMED = 10


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


class _Applicant(NamedTuple):
    """What tells two applicants apart: ten digits and a folded name, either of them empty when unknown."""

    number: str
    name: str

    def differs(self, other: _Applicant) -> bool:
        """Whether they are certainly two; nothing is concluded from what is missing."""
        two_numbers = bool(self.number and other.number) and self.number != other.number
        two_names = bool(self.name and other.name) and self.name != other.name
        return two_numbers or two_names


def of_a_list(cases: Sequence[CaseRow]) -> list[Facts]:
    """Each case's facts with those worked out; `other_cases` names rows of others with its number or giro.

    The same association twice is told as a problem of the list; here only another name counts, or
    another number at the same giro. At most ten rows are named: one is enough to ask.
    """
    who = [_Applicant(case.number, fold_name(case.name)) for case in cases]
    sharing: dict[str, dict[_Applicant, list[int]]] = defaultdict(lambda: defaultdict(list))
    for case, one in zip(cases, who, strict=True):
        for key in _keys(case):
            sharing[key][one].append(case.row)
    return [
        case.facts.with_values(_of_case(case, one, [sharing[key] for key in _keys(case)]))
        for case, one in zip(cases, who, strict=True)
    ]


def _of_case(case: CaseRow, one: _Applicant, groups: list[dict[_Applicant, list[int]]]) -> dict[str, Value]:
    found: dict[str, Value] = {**of_one_case(case.facts.values)}
    if groups:
        others = (row for group in groups for other, rows in group.items() if one.differs(other) for row in rows)
        found["other_cases"] = tuple(dict.fromkeys(str(row) for row in islice(others, MOST_NAMED)))
    return found


def _keys(case: CaseRow) -> tuple[str, ...]:
    giro = "".join(c for c in str(case.facts.values.get(GIRO, "")) if c.isdigit())
    return tuple(f"{kind} {value}" for kind, value in (("number", case.number), ("giro", giro)) if value)
