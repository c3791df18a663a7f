"""Cases made from the rules hold values that can be: never fewer than none."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tests.board import rules
from vetting.engine.case_filling import failing_cases
from vetting.kernel.case_kinds import CaseKind

if TYPE_CHECKING:
    from vetting.engine.ruleset import RuleSet


def criterion_facts(ruleset: RuleSet, name: str) -> tuple[str, ...]:
    return next(criterion.facts for criterion in ruleset.criteria if criterion.id == name)


def test_no_number_of_a_made_case_is_below_nought() -> None:
    ruleset = rules().folder.sets["grundkrav-bidrag"]
    every = [criterion.id for criterion in ruleset.criteria]
    made = failing_cases(ruleset, CaseKind.GRANT, date(2026, 11, 20), every)

    reported = next(case for case in made if "unreported_grants" in criterion_facts(ruleset, case.fails))
    numbers = [value for case in made for value in case.facts.values.values() if isinstance(value, int | float)]
    assert reported.facts.values["unreported_grants"] == 1
    assert made
    assert all(value >= 0 for value in numbers)
