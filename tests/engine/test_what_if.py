"""What it means that a case turns: another proposal, something never asked, or only another result."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from vetting.engine.facts import Facts
from vetting.engine.ruleset import parse_ruleset
from vetting.engine.ruleset_resolution import resolve_rule_set
from vetting.engine.screening import screen
from vetting.engine.what_if import RuleTrialTally
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Faults

if TYPE_CHECKING:
    from vetting.engine.ruleset import RuleSet
    from vetting.rules.services.rule_files import RulesFolder

ON = date(2026, 11, 20)


def made(rules: RulesFolder, *conditions: tuple[str, dict[str, Any], str]) -> RuleSet:
    criteria = [
        {
            "id": name,
            "label": name,
            "applies_to": ["grant"],
            "level": "association",
            "kind": "automatic",
            "moment": "before",
            "condition": condition,
            "if_not_met": follows,
            "sources": [{"document": "Riktlinjer"}],
        }
        for name, condition, follows in conditions
    ]
    data = {"id": "prov", "board": "norr", "kinds": ["grant"], "title": "Prov", "source": {"document": "Riktlinjer"}}
    faults = Faults()
    draft = parse_ruleset({**data, "criteria": criteria}, faults, rules.book.catalogue)
    found = resolve_rule_set(draft, rules.book, faults) if draft else None
    assert found is not None, faults.found
    return found


TEN = ("medlemmar", {"fact": "members_total", "at_least": 10}, "refuse")
FIFTY = ("medlemmar", {"fact": "members_total", "at_least": 50}, "refuse")
ACTIVE = ("aktiva", {"fact": "members_active", "at_least": 5}, "complete")
BOARD = ("styrelse", {"fact": "board_size", "at_least": 3}, "assess")


@pytest.mark.parametrize(
    ("before", "after", "meaning"),
    [
        ((TEN,), (FIFTY,), "proposal"),
        ((TEN,), (TEN, ACTIVE), "never_asked"),
        ((TEN,), (FIFTY, ACTIVE), "proposal"),
        ((TEN, BOARD), (TEN, ("styrelse", {"fact": "board_size", "at_least": 6}, "assess")), "words"),
    ],
)
def test_a_turned_case_is_told_by_what_it_means(
    rules: RulesFolder, before: tuple[Any, ...], after: tuple[Any, ...], meaning: str
) -> None:
    values: dict[str, Any] = {"members_total": 30, "board_size": 5, "received_on": ON}
    if meaning == "words":  # something else keeps the proposal as it is
        before, after = (
            (*before, ("bank", {"fact": "giro_number", "present": True}, "assess")),
            (
                *after,
                ("bank", {"fact": "giro_number", "present": True}, "assess"),
            ),
        )
    absent = frozenset({"giro_number"})
    then = screen(made(rules, *before), Facts(values, absent), kind=CaseKind.GRANT, on=ON)
    new = screen(made(rules, *after), Facts(values, absent, frozenset({"members_active"})), kind=CaseKind.GRANT, on=ON)
    results = {
        item.criterion.id: {"result": item.result.value, "effect": item.effect.value if item.effect else None}
        for item in then.findings
    }
    tally = RuleTrialTally()
    tally.add({"number": "BID-1", "name": "Kören"}, results, then.proposal.value, new)
    same = screen(made(rules, *before), Facts(values, absent), kind=CaseKind.GRANT, on=ON)
    tally.add({"number": "BID-2", "name": "Laget"}, results, then.proposal.value, same)
    counted = 0 if meaning == "never_asked" and not tally.turned else 1
    assert (tally.cases, tally.turned) == (2, counted)
    assert dict(tally.meanings) == ({meaning: 1} if counted else {})
    assert [item["meaning"] for item in tally.told] == [meaning] * counted
