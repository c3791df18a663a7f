"""What a case was received under can be read again: the same rules, to the letter of their fingerprints."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.conftest import shipped_rules
from vetting.engine.conditions import parse_condition
from vetting.engine.frozen_rules import freeze_rules, thaw_rules
from vetting.engine.ruleset import ReferralRule
from vetting.engine.screening import screen
from vetting.kernel.problem import Faults

if TYPE_CHECKING:
    from vetting.rules.services.rule_files import RulesFolder


@pytest.mark.parametrize("name", sorted(shipped_rules().sets))
def test_a_set_comes_back_as_it_was(name: str) -> None:
    rules = shipped_rules()
    ruleset = rules.sets[name]
    again = thaw_rules(json.loads(json.dumps(freeze_rules(ruleset))), {})
    assert again.fingerprint == ruleset.fingerprint
    assert [c.id for c in again.criteria] == [c.id for c in ruleset.criteria]
    assert [c.fingerprint for c in again.criteria] == [c.fingerprint for c in ruleset.criteria]
    assert [list(map(str, c.conditions)) for c in again.criteria] == [
        list(map(str, c.conditions)) for c in ruleset.criteria
    ]
    assert [c.sources for c in again.criteria] == [c.sources for c in ruleset.criteria]
    assert [c.kinds for c in again.criteria] == [c.kinds for c in ruleset.criteria]
    assert again.gates == ruleset.gates
    assert (again.title, again.adopted, again.valid) == (ruleset.title, ruleset.adopted, ruleset.valid)


@pytest.mark.parametrize("name", sorted(shipped_rules().cases))
def test_every_worked_case_comes_out_the_same_under_the_frozen_rules(name: str) -> None:
    rules = shipped_rules()
    ruleset = rules.sets[name]
    again = thaw_rules(json.loads(json.dumps(freeze_rules(ruleset))), rules.book.catalogue)
    for case in rules.cases[name]:
        one = screen(ruleset, case.facts, kind=case.kind, on=case.on)
        other = screen(again, case.facts, kind=case.kind, on=case.on)
        assert (one.proposal, [f.result for f in one.findings]) == (other.proposal, [f.result for f in other.findings])


def test_a_referral_by_condition_is_kept(rules: RulesFolder) -> None:
    from dataclasses import replace

    data = {"fact": "amount_applied", "at_least": 100000}
    condition = parse_condition(data, (), Faults(), rules.book.catalogue)
    ruleset = replace(rules.sets["grundkrav-bidrag"], refer=ReferralRule(condition=condition, data=data))
    assert str(thaw_rules(freeze_rules(ruleset), {}).refer.condition) == str(condition)


def test_rules_that_cannot_be_read_again_are_not_half_read(rules: RulesFolder) -> None:
    data = freeze_rules(rules.sets["grundkrav-bidrag"])
    data["criteria"][0]["data"]["kind"] = "nonsense"
    with pytest.raises(ValueError, match="kind"):
        thaw_rules(data, {})
