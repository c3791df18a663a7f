"""What the cases of one list tell of each other: the same number or giro under another name."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from vetting.associations.domain.name_differences import may_be_same
from vetting.casework.domain.computed_facts import MOST_NAMED, of_one_case

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.engine.facts import Facts, Value
    from vetting.lists.domain.case_lists import CaseRow

GIRO = "giro_number"


class _Applicant(NamedTuple):
    """An applicant of a list: ten digits and a name, either of them empty when unknown."""

    number: str
    name: str

    def differs(self, other: _Applicant) -> bool:
        """Whether they are certainly two; nothing is concluded from what is missing."""
        two_numbers = bool(self.number and other.number) and self.number != other.number
        two_names = bool(self.name and other.name) and not may_be_same(self.name, other.name)
        return two_numbers or two_names


def of_a_list(cases: Sequence[CaseRow]) -> list[Facts]:
    """Each case's facts with those worked out; `other_cases` names rows of others with its number or giro.

    The same association twice is told as a problem of the list; here only another name counts, or
    another number at the same giro. At most ten rows are named: one is enough to ask.
    """
    who = [_Applicant(case.number, case.name) for case in cases]
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
