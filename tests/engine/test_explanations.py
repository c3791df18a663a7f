"""Explanations: the letter's sentence, the tree with what decided and what was missing, and what would change it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from vetting.engine.conditions import Verdict
from vetting.engine.criteria import ReviewMoment
from vetting.engine.explanations import MOST_CHANGES, Counterfactuals, condition_trees, for_letter, what_would_change
from vetting.engine.facts import Facts
from vetting.engine.results import CriterionResult, Finding
from vetting.engine.ruleset import parse_ruleset
from vetting.engine.ruleset_resolution import resolve_rule_set
from vetting.engine.screening import Screening, screen
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Faults
from vetting.kernel.text import Words

if TYPE_CHECKING:
    from vetting.engine.facts import Value
    from vetting.rules.services.rule_files import RulesFolder

ON = date(2026, 11, 20)


def judged(
    rules: RulesFolder, condition: dict[str, Any], values: dict[str, Value], **more: Any
) -> tuple[Finding, Screening]:
    data = {
        "id": "prov",
        "board": "all",
        "kinds": ["grant"],
        "title": "Prov",
        "source": {"document": "Provet"},
        "criteria": [
            {
                "id": "krav",
                "label": "Kravet i provet",
                "applies_to": ["grant"],
                "level": "association",
                "kind": "automatic",
                "moment": "before",
                "condition": condition,
                "if_not_met": "assess",
                "sources": [{"document": "Provet", "place": "3 §"}],
            }
            | more
        ],
    }
    faults = Faults()
    draft = parse_ruleset(data, faults, rules.book.catalogue)
    ruleset = resolve_rule_set(draft, rules.book, faults) if draft else None
    assert ruleset is not None, faults.found
    facts = Facts({"application_date": ON, **values})
    screening = screen(ruleset, facts, {}, kind=CaseKind.GRANT, moment=ReviewMoment.BEFORE, on=ON)
    return screening.findings[0], screening


def changes(rules: RulesFolder, condition: dict[str, Any], values: dict[str, Value], **more: Any) -> Counterfactuals:
    return what_would_change(*judged(rules, condition, values, **more), {})


def test_the_sentence_for_a_letter_says_what_is_asked_how_it_came_out_why_and_where_it_stands(
    rules: RulesFolder,
) -> None:
    said = for_letter(*judged(rules, {"fact": "members_total", "at_least": 20}, {"members_total": 14}))
    assert said is not None
    assert said.sv == (
        "Kravet: Kravet i provet. Ej uppfyllt. Antal medlemmar: 14. Krav: minst 20. Det står i Provet, 3 §."
    )


def test_the_sentence_for_a_letter_asks_for_what_is_missing(rules: RulesFolder) -> None:
    said = for_letter(*judged(rules, {"fact": "members_total", "at_least": 20}, {}, if_not_met="complete"))
    assert said is not None
    assert "Skicka in: antal medlemmar." in said.sv


def test_a_source_that_ends_with_a_full_stop_gets_no_second_one(rules: RulesFolder) -> None:
    said = for_letter(
        *judged(
            rules,
            {"fact": "members_total", "at_least": 20},
            {"members_total": 14},
            sources=[{"document": "Provet. Nämnden bestämmer."}],
        )
    )
    assert said is not None
    assert said.sv.endswith("Det står i Provet. Nämnden bestämmer.")
    assert said.en.endswith("Provet. Nämnden bestämmer.")


def test_no_letter_speaks_of_a_signal(rules: RulesFolder) -> None:
    assert (
        for_letter(*judged(rules, {"fact": "members_total", "at_most": 5}, {"members_total": 3}, kind="signal")) is None
    )


def test_a_paper_recorded_as_not_there_would_change_it_when_it_comes(rules: RulesFolder) -> None:
    finding, screening = judged(rules, {"fact": "statutes_document", "present": True}, {})
    gone = replace(screening, facts=replace(screening.facts, absent=frozenset({"statutes_document"})))
    assert [change.result for change in what_would_change(replace_result(finding), gone, {}).found] == [
        CriterionResult.MET
    ]


def replace_result(finding: Finding) -> Finding:
    return finding._replace(result=CriterionResult.NOT_MET)


def test_the_tree_tells_what_decided_and_whether_what_was_missing_mattered(rules: RulesFolder) -> None:
    condition = {
        "all": [
            {"fact": "members_total", "at_least": 20},
            {"any": [{"fact": "statutes_document", "present": True}, {"fact": "board_size", "at_least": 3}]},
        ]
    }
    finding, screening = judged(rules, condition, {"members_total": 14})
    ((_, root),) = condition_trees(finding, screening, {"members_total": Words("föreningen", "the association")})
    few, either = root.children
    assert (root.verdict, few.verdict, either.verdict) == (Verdict.FALSE, Verdict.FALSE, Verdict.UNKNOWN)
    assert few.decided
    assert few.read[0].value is not None
    assert few.read[0].origin.sv == "föreningen"
    assert not either.decided
    assert [item.fact for child in either.children for item in child.missing] == ["statutes_document", "board_size"]


def test_what_is_sealed_is_not_shown_in_the_tree(rules: RulesFolder) -> None:
    finding, screening = judged(rules, {"fact": "verified_how", "contains": "x"}, {"verified_how": "hemligt"})
    ((_, root),) = condition_trees(finding, screening, {})
    assert root.read[0].value is not None
    assert "hemligt" not in root.read[0].value.sv


@pytest.mark.parametrize(
    ("condition", "met", "not_met"),
    [
        ({"fact": "members_total", "at_least": 20}, "Antal medlemmar: 20", "Antal medlemmar: 19"),
        ({"fact": "bankrupt", "equal": False}, "Föreningen är i konkurs: nej", "Föreningen är i konkurs: ja"),
        ({"fact": "statutes_document", "present": True}, "Stadgar: finns", "Stadgar: finns inte"),
        (
            {"fact": "legal_form", "equal": "stiftelse"},
            "Organisationsform: stiftelse",
            "Organisationsform: ideell förening",
        ),
        (
            {"fact": "legal_form", "one_of": ["stiftelse"]},
            "Organisationsform: stiftelse",
            "Organisationsform: ideell förening",
        ),
        (
            {"fact": "amount_applied", "at_most": 1000},
            "Sökt belopp: 1\u00a0000\u00a0kr",
            "Sökt belopp: 1\u00a0000,01\u00a0kr",
        ),
        ({"fact": "board_size", "between": [3, 9]}, "Antal i styrelsen: 3", "Antal i styrelsen: 2"),
        (
            {"fact": "annual_meeting_held_on", "within": {"years": 1}},
            "Årsmötet hölls: 20 nov 2025",
            "Årsmötet hölls: 19 nov 2025",
        ),
        (
            {"fact": "statutes_adopted_on", "before": date(2026, 1, 1)},
            "Stadgarna antagna: 31 dec 2025",
            "Stadgarna antagna: 1 jan 2026",
        ),
        ({"fact": "purpose", "contains": "barn"}, "Ändamål: barn", "Ändamål: något"),
        ({"count": "partners", "at_least": 2}, "Samarbetspartner: 2 st", "Samarbetspartner: 1 st"),
    ],
)
def test_one_missing_fact_would_change_it_either_way(
    rules: RulesFolder, condition: dict[str, Any], met: str, not_met: str
) -> None:
    found = [(change.result, change.supposed.sv) for change in changes(rules, condition, {}).found]
    assert (CriterionResult.MET, met) in found
    assert (CriterionResult.NOT_MET, not_met) in found


@pytest.mark.parametrize(
    "condition",
    [
        {"any": [{"fact": "members_total", "equal": 5}, {"fact": "members_total", "equal": 7}]},
        {"all": [{"fact": "members_total", "at_least": 5}, {"fact": "members_total", "at_most": 10}]},
        {"share": "members_in_municipality", "of": "members_total", "at_most": 0.5},
        {"share": "members_in_municipality", "of": "members_total", "between": [0.1, 0.5]},
    ],
)
def test_what_is_told_is_true_of_the_value_that_is_told(rules: RulesFolder, condition: dict[str, Any]) -> None:
    known: dict[str, Value] = {"members_total": 3} if "share" in condition else {}
    finding, screening = judged(rules, condition, known)
    fact = "members_in_municipality" if "share" in condition else "members_total"
    found = what_would_change(finding, screening, {}).found
    assert found
    for change in found:
        value = int(change.supposed.sv.split(": ")[1])
        assert judged(rules, condition, {**known, fact: value})[0].result is change.result


@pytest.mark.parametrize(
    "condition",
    [
        {"fact": "annual_meeting_held_on", "at_least": date(9999, 12, 31)},
        {"fact": "statutes_adopted_on", "before": date(1, 1, 1)},
        {"count": "partners", "at_least": 9_000_000_000},
    ],
)
def test_a_limit_at_the_end_of_all_values_is_no_trouble(rules: RulesFolder, condition: dict[str, Any]) -> None:
    assert len(changes(rules, condition, {}).found) <= MOST_CHANGES


def test_two_missing_facts_are_supposed_together_when_neither_alone_is_enough(rules: RulesFolder) -> None:
    condition = {"all": [{"fact": "members_total", "at_least": 20}, {"fact": "board_size", "at_least": 3}]}
    found = changes(rules, condition, {}).found
    alone = [change for change in found if " och " not in change.supposed.sv]
    assert {change.result for change in alone} == {CriterionResult.NOT_MET}
    either = {
        "any": [
            {"all": [{"fact": "members_total", "at_least": 20}, {"fact": "board_size", "at_least": 3}]},
            {"fact": "bankrupt", "equal": True},
        ]
    }
    together = changes(rules, either, {"bankrupt": False}).found
    assert any(change.result is CriterionResult.NOT_MET for change in together)


def test_a_pair_that_neither_settles_alone_is_found(rules: RulesFolder) -> None:
    both = {
        "any": [
            {"all": [{"fact": "members_total", "at_least": 20}, {"fact": "board_size", "at_least": 3}]},
            {"all": [{"fact": "members_total", "at_most": 19}, {"fact": "board_size", "at_most": 2}]},
        ]
    }
    found = changes(rules, both, {}).found
    assert {change.result for change in found} == {CriterionResult.MET, CriterionResult.NOT_MET}
    assert all(" och " in change.supposed.sv for change in found)


def test_at_most_ten_ways_are_told_and_that_there_are_more(rules: RulesFolder) -> None:
    many = (
        "members_total",
        "board_size",
        "activities_per_year",
        "participants_total",
        "expected_visitors",
        "fewest_participants",
        "members_in_age_span",
        "members_in_municipality",
        "gatherings_last_year",
        "board_changes_last_24_months",
        "participants_in_district",
        "members_active",
    )
    found = changes(rules, {"all": [{"fact": fact, "at_least": 1} for fact in many]}, {})
    assert len(found.found) == MOST_CHANGES
    assert found.more


def test_when_nothing_is_missing_nothing_is_supposed(rules: RulesFolder) -> None:
    assert changes(rules, {"fact": "members_total", "at_least": 20}, {"members_total": 14}) == Counterfactuals(
        found=(), more=False, tried=False
    )


def test_a_missing_fact_that_cannot_matter_changes_nothing(rules: RulesFolder) -> None:
    condition = {"all": [{"fact": "members_total", "at_least": 20}, {"fact": "board_size", "at_least": 3}]}
    assert changes(rules, condition, {"members_total": 14}) == Counterfactuals(found=(), more=False, tried=True)
