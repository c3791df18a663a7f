"""What is told to differ between two versions: the amount too."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.board import rules
from vetting.engine.amounts import parse_amount_rule
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Faults
from vetting.rules.domain.differences import rule_differences_of

if TYPE_CHECKING:
    from vetting.engine.ruleset import RuleSet
    from vetting.rules.domain.differences import RuleDifference


def with_amount(each: int) -> RuleSet:
    shipped = rules().folder.sets["grundkrav-bidrag"]
    data = {"parts": [{"per": "members_total", "each": each}], "at_most": 60000}
    return replace(shipped, amount=parse_amount_rule(data, (), Faults(), shipped.catalogue))


def test_what_another_kinds_rules_ask_is_no_difference_of_a_set_that_is_for_grants_alone() -> None:
    both = next(
        item for item in rules().folder.sets.values() if len(item.kinds) > 1 and item.for_kind(CaseKind.BOOKING)
    )
    grants = replace(both, id="bara-bidrag", kinds=frozenset({CaseKind.GRANT}), criteria=both.for_kind(CaseKind.GRANT))
    assert not [item for item in rule_differences_of(both, grants) if item.about.sv.startswith("Bokningar")]
    again = replace(grants, id=both.id)
    assert [item for item in rule_differences_of(both, again) if item.about.sv.startswith("Bokningar")]


def of_amount(old: RuleSet | None, new: RuleSet) -> list[RuleDifference]:
    return [item for item in rule_differences_of(old, new) if item.about.sv == "Så räknas beloppet"]


def test_another_formula_is_told_with_both_and_can_change_a_result() -> None:
    (found,) = of_amount(with_amount(9), with_amount(10))
    assert "9 kr" in found.before.sv.replace("\u00a0", " ")
    assert "10 kr" in found.after.sv.replace("\u00a0", " ")
    assert "60 000 kr" in found.after.sv.replace("\u00a0", " ").replace("\u202f", " ")
    assert found.decides


def test_a_formula_of_a_first_version_is_told_and_the_same_one_is_not() -> None:
    shipped = rules().folder.sets["grundkrav-bidrag"]
    (first,) = of_amount(None, with_amount(9))
    assert (first.before.sv, bool(first.after.sv)) == ("", True)
    assert of_amount(None, shipped) == of_amount(with_amount(9), with_amount(9)) == []
    (gone,) = of_amount(with_amount(9), shipped)
    assert gone.after.sv == ""
