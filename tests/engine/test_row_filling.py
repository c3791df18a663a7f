"""Cases made from rules that ask several things of one list: one that meets them all, and one that fails each alone."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from tests.engine.test_case_filling import set_with
from vetting.engine.case_filling import approved_case, failing_cases
from vetting.kernel.case_kinds import CaseKind

if TYPE_CHECKING:
    from vetting.engine.ruleset import RuleSet

ON = date(2026, 11, 20)
FIELDS = {
    "held_on": {"type": "date", "label": {"sv": "Datum"}},
    "participants": {"type": "whole_number", "label": {"sv": "Deltagare"}},
    "minutes": {"type": "whole_number", "label": {"sv": "Minuter"}},
    "led": {"type": "yes_no", "label": {"sv": "Ledd"}},
    "cost": {"type": "money", "label": {"sv": "Kostnad"}},
}
LIST = {
    "activities": {
        "type": "list_of_rows",
        "label": {"sv": "Aktiviteter"},
        "level": "activity",
        "supplied_by": "applicant",
        "fields": FIELDS,
    }
}
GOOD = {
    "all": [
        {"fact": "participants", "at_least": 3},
        {"fact": "minutes", "at_least": 30},
        {"fact": "led", "equal": True},
    ]
}


def asking(*conditions: dict[str, Any]) -> RuleSet:
    first, *others = conditions
    more = [
        {"id": f"egen-{number}", "label": {"sv": f"Egen {number}"}, "condition": condition}
        for number, condition in enumerate(others)
    ]
    return set_with(LIST, first, more=more)


@pytest.mark.parametrize(
    "conditions",
    [
        ({"count": "activities", "where": GOOD, "at_least": 15},),
        (
            {"count": "activities", "where": {"fact": "participants", "at_least": 5}, "at_least": 10},
            {"count": "activities", "where": {"fact": "minutes", "at_least": 60}, "at_least": 10},
        ),
        (
            {"count": "activities", "at_least": 10},
            {"count": "activities", "where": {"fact": "participants", "at_most": 4}, "at_most": 0},
            {"count": "activities", "where": {"fact": "minutes", "at_most": 59}, "at_most": 0},
        ),
        (
            {"count": "activities", "at_least": 3},
            {"sum": "activities", "of": "participants", "at_least": 100},
            {"sum": "activities", "of": "cost", "at_most": 500},
        ),
        (
            {"all_in": "activities", "where": {"fact": "led", "equal": True}},
            {"count": "activities", "where": {"fact": "held_on", "within": {"years": 1}}, "at_least": 2},
        ),
        ({"any_in": "activities", "where": GOOD},),
    ],
)
def test_several_criteria_about_one_list_are_met_together_and_failed_one_by_one(conditions: Any) -> None:
    ruleset = asking(*conditions)
    approved = approved_case(ruleset, CaseKind.GRANT, ON)
    assert approved.left == ()
    own = [criterion.id for criterion in ruleset.criteria if criterion.id.startswith("egen")]
    assert len(own) == len(conditions)
    failed = {case.fails: case for case in failing_cases(ruleset, CaseKind.GRANT, ON, own)}
    assert set(failed) == set(own)
    assert failed[own[0]].alone or len(conditions) > 1


def test_a_case_that_fails_on_something_else_too_does_not_say_that_it_fails_alone() -> None:
    ruleset = asking(
        {"count": "activities", "at_least": 2},
        {"count": "activities", "where": {"fact": "participants", "at_least": 5}, "at_least": 2},
    )
    failed = {case.fails: case.alone for case in failing_cases(ruleset, CaseKind.GRANT, ON, ["egen", "egen-0"])}
    assert failed == {"egen": False, "egen-0": True}
