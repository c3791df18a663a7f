"""A reduction stands beside the proposal with its sum, by steps; a dismissal goes before every other consequence."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from vetting.engine.criteria import parse_criterion
from vetting.engine.facts import Facts
from vetting.engine.frozen_rules import freeze_rules, thaw_rules
from vetting.engine.proposal import Attention, Proposal
from vetting.engine.reasons import reason_for_finding
from vetting.engine.reductions import reduced_amount, reduction_in_words
from vetting.engine.ruleset import parse_ruleset
from vetting.engine.ruleset_resolution import resolve_rule_set
from vetting.engine.screening import Screening, screen
from vetting.engine.written_rules import rules_in_words
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Faults

if TYPE_CHECKING:
    from vetting.engine.ruleset import RuleSet
    from vetting.rules.services.rule_files import RulesFolder

ON = date(2026, 11, 20)
LATE: dict[str, Any] = {
    "id": "ansokan-i-tid",
    "label": {"sv": "Ansökan kom in i tid", "en": "The application was received time"},
    "applies_to": ["grant"],
    "level": "application",
    "kind": "automatic",
    "moment": "before",
    "condition": {"fact": "received_on", "at_most": {"fact": "deadline"}},
    "if_not_met": "reduce",
    "reduction": [
        {"when": {"fact": "deadline", "within": {"days": 7}, "of": {"fact": "received_on"}}, "share": 0.1},
        {"when": {"fact": "deadline", "within": {"days": 14}, "of": {"fact": "received_on"}}, "share": 0.255},
    ],
    "sources": [{"document": "Riktlinjer", "place": "4 §"}],
}
TOO_LATE = {
    **LATE,
    "id": "ansokan-alldeles-for-sen",
    "label": "Ansökan kom in senast två veckor efter sista dagen",
    "condition": {"fact": "deadline", "within": {"days": 14}, "of": {"fact": "received_on"}},
    "only_if": {"not": LATE["condition"]},
    "if_not_met": "dismiss",
}
del TOO_LATE["reduction"]
FEW = {
    **TOO_LATE,
    "id": "medlemmar",
    "label": "Tio medlemmar",
    "condition": {"fact": "members_total", "at_least": 10},
    "if_not_met": "refuse",
}
del FEW["only_if"]
FINE = {**FEW, "id": "sarskilt-avdrag", "condition": {"fact": "members_active", "at_least": 10}, "label": "Tio aktiva"}
FINE |= {"if_not_met": "reduce", "reduction": [{"amount": 5000}]}


def made(rules: RulesFolder, *criteria: dict[str, Any]) -> RuleSet:
    data = {
        "id": "avdrag",
        "board": "norr",
        "kinds": ["grant"],
        "title": "Avdrag",
        "source": {"document": "Riktlinjer"},
        "criteria": list(criteria),
    }
    faults = Faults()
    draft = parse_ruleset(data, faults, rules.book.catalogue)
    ruleset = resolve_rule_set(draft, rules.book, faults) if draft else None
    assert ruleset is not None, [fault.what.sv for fault in faults.found]
    return ruleset


def judged(ruleset: RuleSet, received: date, **values: Any) -> Screening:
    given = {
        "received_on": received,
        "deadline": date(2026, 11, 1),
        "members_total": 30,
        "members_active": 30,
        **values,
    }
    return screen(ruleset, Facts(given), kind=CaseKind.GRANT, on=ON)


@pytest.mark.parametrize(
    ("received", "taken", "proposal"),
    [
        (date(2026, 11, 1), None, Proposal.APPROVE),
        (date(2026, 11, 2), 4_550_00, Proposal.APPROVE),
        (date(2026, 11, 8), 4_550_00, Proposal.APPROVE),
        (date(2026, 11, 9), 11_602_00, Proposal.APPROVE),  # 25.5 % of 45 500 kr is 11 602.50 kr
        (date(2026, 11, 15), 11_602_00, Proposal.APPROVE),
        (date(2026, 11, 16), None, Proposal.ASSESS),
    ],
)
def test_a_reduction_goes_by_its_steps_and_never_changes_the_proposal(
    rules: RulesFolder, received: date, taken: int | None, proposal: Proposal
) -> None:
    screening = judged(made(rules, LATE, FEW), received)
    found = reduced_amount(screening, 45_500_00)
    assert (found.taken if found else None) == taken
    assert found is None or found.left == 45_500_00 - found.taken
    assert screening.proposal is proposal


def test_past_the_last_step_a_person_says_what_is_taken_off(rules: RulesFolder) -> None:
    screening = judged(made(rules, LATE), date(2026, 11, 16))
    [finding] = screening.findings
    assert finding.attention is Attention.PERSON
    assert "Reglerna anger inte hur stort avdraget är." in reason_for_finding(finding, screening).sv


def test_a_step_that_cannot_be_told_is_no_reduction(rules: RulesFolder) -> None:
    steps = [{"when": {"fact": "members_in_municipality", "at_least": 5}, "share": 0.1}, {"share": 0.5}]
    screening = judged(made(rules, {**LATE, "reduction": steps}, FEW), date(2026, 11, 2))
    assert screening.reductions == ()
    assert screening.proposal is Proposal.ASSESS


def test_several_reductions_add_up_and_take_at_most_all(rules: RulesFolder) -> None:
    screening = judged(made(rules, LATE, FINE), date(2026, 11, 2), members_active=2)
    found = reduced_amount(screening, 45_500_00)
    assert found is not None
    assert [one.taken for one in found.reductions] == [4_550_00, 5_000_00]
    assert found.taken == 9_550_00
    least = reduced_amount(screening, 1_000_00)
    assert least is not None
    assert (least.taken, least.left) == (1_000_00, 0)
    assert reduced_amount(screening, None) is None
    words = reduction_in_words(found.reductions[0], screening)
    said = words.sv.replace("\u00a0", " ")
    assert said.startswith("Ansökan kom in i tid: ")
    assert said.endswith("10 % avdrag: 4 550 kr.")
    assert "10 % off: SEK 4,550." in words.en.replace("\u00a0", " ")


def test_a_reduction_rests_on_what_is_there_not_on_what_is_missing(rules: RulesFolder) -> None:
    """A paper that is not there is asked for first, as before a refusal."""
    paper = {
        **LATE,
        "condition": {"fact": "accounts", "present": True},
        "reduction": [{"share": 0.5}],
        "level": "finance",
    }
    facts = Facts({"received_on": ON}, absent=frozenset({"accounts"}))
    screening = screen(made(rules, paper), facts, kind=CaseKind.GRANT, on=ON)
    assert (screening.proposal, screening.reductions) == (Proposal.COMPLETE, ())


def test_a_dismissal_goes_before_a_refusal_and_a_refusal_before_the_rest(rules: RulesFolder) -> None:
    ruleset = made(rules, TOO_LATE, FEW)
    assert judged(ruleset, date(2026, 11, 16), members_total=3).proposal is Proposal.DISMISS
    assert judged(ruleset, date(2026, 11, 10), members_total=3).proposal is Proposal.REFUSE
    assert judged(ruleset, date(2026, 11, 10)).proposal is Proposal.APPROVE
    order = [Proposal.DISMISS, Proposal.REFUSE, Proposal.COMPLETE, Proposal.ASSESS, Proposal.REFER, Proposal.APPROVE]
    assert [item for item in Proposal if item in order] == order


def test_steps_are_written_out_frozen_and_read_again_with_their_settings(rules: RulesFolder) -> None:
    steps = [{"when": {"fact": "members_active", "at_least": {"setting": "least"}}, "amount": 5000.5}, {"share": 1}]
    ruleset = made(rules, LATE, {**FINE, "reduction": steps, "settings": {"least": 5}})
    text = "\n".join(line.sv for line in rules_in_words(ruleset)).replace("\u00a0", " ")
    assert "Om det inte är uppfyllt: 10 % avdrag (" in text
    assert "25,5" in text
    assert "5 000,50 kr avdrag (" in text
    assert "; 100 % avdrag." in text
    again = thaw_rules(freeze_rules(ruleset), rules.book.catalogue)
    assert judged(again, date(2026, 11, 2), members_active=7).reduced_by(45_500_00) == 4_550_00 + 5_000_50
    assert judged(again, date(2026, 11, 2), members_active=2).reduced_by(45_500_00) == 45_500_00


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"reduction": [{"share": 0.1, "amount": 500}]}, "andel eller ett belopp"),
        ({"reduction": [{}]}, "andel eller ett belopp"),
        ({"reduction": [{"share": 10}]}, "större än hela"),
        ({"reduction": [{"amount": -5}]}, "är inget avdrag"),
        ({"reduction": [{"share": "tio"}]}, "är inget avdrag"),
        ({"reduction": [{"share": 0.1}, {"share": 0.2}]}, "'when'"),
        ({"reduction": [{"share": 0.1, "percent": 10}]}, "percent"),
        ({"reduction": None}, "lista"),
        ({"if_not_met": "assess"}, "Avdrag behöver både"),
        ({"applies_to": ["grant", "booking"]}, "gäller bara bidrag"),
    ],
)
def test_what_is_wrong_with_a_reduction_is_told(rules: RulesFolder, change: dict[str, Any], told: str) -> None:
    faults = Faults()
    assert parse_criterion({**LATE, **change}, (), faults, rules.book.catalogue) is None
    assert any(told in fault.what.sv for fault in faults.found), [fault.what.sv for fault in faults.found]


def test_a_paper_never_dismisses_and_a_value_criterion_is_never_a_reduction(rules: RulesFolder) -> None:
    faults = Faults()
    paper = {**TOO_LATE, "kind": "document", "condition": {"fact": "accounts", "present": True}}
    assert parse_criterion(paper, (), faults, rules.book.catalogue) is None
    value = {
        **{key: item for key, item in LATE.items() if key != "condition"},
        "kind": "assessment",
        "value_criterion": True,
        "question": "Har något hänt?",
        "guard": "Åsikter räknas aldrig, bara agerande.",
    }
    assert parse_criterion(value, (), faults, rules.book.catalogue) is None
    told = [fault.what.sv for fault in faults.found]
    assert told == [
        "En handling, försäkran eller signal kan aldrig ge avslag.",
        "Ett värdekriterium kan inte leda till avvisning eller avdrag.",
    ]
