"""Conditions over the things in a list, named lists, and facts that a board adds: met, not met, unknown, in words."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from vetting.engine.conditions import (
    ConditionReading,
    Verdict,
    describe_condition,
    evaluate_condition,
    explain_condition,
    parse_condition,
)
from vetting.engine.criteria import ReviewMoment
from vetting.engine.fact_catalogue import parse_catalogue
from vetting.engine.facts import CaseDocument, Facts, ListRow, Support
from vetting.engine.frozen_rules import freeze_rules, thaw_rules
from vetting.engine.group_names import group_named
from vetting.engine.results import CriterionResult
from vetting.engine.ruleset import RuleSet, parse_ruleset
from vetting.engine.ruleset_resolution import resolve_rule_set
from vetting.engine.screening import screen
from vetting.engine.stored_values import from_plain, to_plain
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Faults
from vetting.kernel.text import Words

if TYPE_CHECKING:
    from vetting.engine.conditions import Condition
    from vetting.engine.facts import Scalar, Value
    from vetting.rules.services.rule_files import RulesFolder

ON = date(2026, 11, 20)
REGION, BANK = Support("Region Norr", 5_000_00), Support("Banken", 20_000_00)
OPEN_AMOUNT = Support("Region Syd")
LARGE = {"fact": "amount", "at_least": 10_000}
MINUTES, STATUTES = (
    CaseDocument("annual_minutes", date(2026, 3, 1), date(2026, 9, 1)),
    CaseDocument("statutes_document"),
)


def parsed(rules: RulesFolder, data: dict[str, Any]) -> Condition:
    faults = Faults()
    condition = parse_condition(data, (), faults, rules.book.catalogue)
    assert condition is not None, faults.found
    return condition


TRUE, UNKNOWN, FALSE = Verdict.TRUE, Verdict.UNKNOWN, Verdict.FALSE
ACTIVITIES = {
    "type": "list_of_rows",
    "label": {"sv": "Aktiviteter"},
    "level": "activity",
    "supplied_by": "applicant",
    "fields": {
        "held_on": {"type": "date", "label": {"sv": "Datum"}},
        "participants": {"type": "whole_number", "label": {"sv": "Deltagare"}},
        "cost": {"type": "money", "label": {"sv": "Kostnad"}},
    },
}


def activity(**fields: Scalar) -> ListRow:
    return ListRow(tuple(fields.items()))


SPRING, AUTUMN = (
    activity(held_on=date(2026, 3, 1), participants=12, cost=100_00),
    activity(held_on=date(2026, 10, 1), participants=2, cost=300_00),
)
NOBODY_COUNTED = activity(held_on=date(2026, 5, 1), cost=50_00)
MANY = {"fact": "participants", "at_least": 3}


@pytest.mark.parametrize(
    ("condition", "rows", "verdict"),
    [
        ({"count": "activities", "where": MANY, "at_least": 1}, (SPRING, AUTUMN), TRUE),
        ({"count": "activities", "where": MANY, "at_least": 2}, (SPRING, AUTUMN), FALSE),
        ({"count": "activities", "where": MANY, "at_least": 2}, (SPRING, NOBODY_COUNTED), UNKNOWN),
        (
            {"count": "activities", "where": {"fact": "held_on", "within": {"months": 3}}, "at_least": 1},
            (SPRING,),
            FALSE,
        ),
        (
            {"count": "activities", "where": {"fact": "held_on", "within": {"months": 3}}, "at_least": 1},
            (AUTUMN,),
            TRUE,
        ),
        ({"sum": "activities", "of": "participants", "at_least": 14}, (SPRING, AUTUMN), TRUE),
        ({"sum": "activities", "of": "participants", "at_least": 14}, (SPRING, NOBODY_COUNTED), UNKNOWN),
        ({"sum": "activities", "of": "cost", "at_most": 400}, (SPRING, AUTUMN), TRUE),
        ({"sum": "activities", "of": "cost", "where": MANY, "at_most": 100}, (SPRING, AUTUMN), TRUE),
        ({"sum": "activities", "of": "cost", "where": MANY, "at_most": 100}, (SPRING, NOBODY_COUNTED), UNKNOWN),
        ({"any_in": "activities", "where": MANY}, (AUTUMN,), FALSE),
        ({"all_in": "activities", "where": MANY}, (SPRING,), TRUE),
        ({"count": "activities", "at_least": 1}, (), FALSE),
    ],
)
def test_rows_of_a_boards_own_are_counted_and_added_up(
    condition: dict[str, Any], rows: tuple[ListRow, ...], verdict: Verdict
) -> None:
    faults = Faults()
    catalogue = parse_catalogue({"activities": ACTIVITIES}, faults)
    found = parse_condition(condition, (), faults, catalogue)
    assert found is not None, faults.found
    assert evaluate_condition(found, {"activities": rows}, day=ON).verdict is verdict
    reading = ConditionReading(Facts({"activities": rows}), ON, Words("dagen", "the day"), catalogue)
    assert explain_condition(found, reading).sv
    assert from_plain(catalogue["activities"], json.loads(json.dumps(to_plain(rows)))) == rows


def test_a_sum_of_rows_says_which_field_and_only_one_that_is_a_number() -> None:
    catalogue = parse_catalogue({"activities": ACTIVITIES}, Faults())
    for of in ({}, {"of": "held_on"}, {"of": "elsewhere"}):
        faults = Faults()
        assert parse_condition({"sum": "activities", "at_least": 1, **of}, (), faults, catalogue) is None
        assert "vilket fält som summeras" in faults.found[0].what.sv
    found = parse_condition({"sum": "activities", "of": "cost", "at_most": 400}, (), Faults(), catalogue)
    assert found is not None
    assert describe_condition(found, catalogue, Words("dagen", "the day")).sv.startswith("Summa: aktiviteter (kostnad)")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"fields": {}}, "mellan 1 och 8 fält"),
        ({"fields": {"a": {"type": "list_of_text", "label": "A"}}}, "kan inte vara av typen list_of_text"),
        ({"type": "text"}, "Bara en lista med rader har 'fields'."),
    ],
)
def test_a_list_of_rows_that_cannot_be_is_told(change: dict[str, Any], told: str) -> None:
    faults = Faults()
    parse_catalogue({"activities": ACTIVITIES | change}, faults)
    assert told in " ".join(fault.what.sv for fault in faults.found)


@pytest.mark.parametrize(
    ("condition", "value", "verdict"),
    [
        ({"any_in": "other_support", "where": LARGE}, (REGION, BANK), TRUE),
        ({"any_in": "other_support", "where": LARGE}, (REGION,), FALSE),
        ({"any_in": "other_support", "where": LARGE}, (REGION, OPEN_AMOUNT), UNKNOWN),
        ({"any_in": "other_support", "where": LARGE}, (BANK, OPEN_AMOUNT), TRUE),
        ({"any_in": "other_support", "where": LARGE}, (), FALSE),
        ({"all_in": "other_support", "where": LARGE}, (BANK,), TRUE),
        ({"all_in": "other_support", "where": LARGE}, (BANK, REGION, OPEN_AMOUNT), FALSE),
        ({"all_in": "other_support", "where": LARGE}, (BANK, OPEN_AMOUNT), UNKNOWN),
        ({"all_in": "other_support", "where": LARGE}, (), TRUE),
        ({"count": "other_support", "where": LARGE, "at_least": 1}, (BANK, OPEN_AMOUNT), TRUE),
        ({"count": "other_support", "where": LARGE, "at_least": 2}, (BANK, OPEN_AMOUNT), UNKNOWN),
        ({"count": "other_support", "where": LARGE, "at_least": 3}, (BANK, OPEN_AMOUNT), FALSE),
        ({"count": "other_support", "where": LARGE, "equal": 1}, (BANK, OPEN_AMOUNT), UNKNOWN),
        ({"count": "other_support", "where": LARGE, "between": [1, 2]}, (BANK, OPEN_AMOUNT), TRUE),
        (
            {"sum": "other_support", "where": {"fact": "funder", "contains": "region"}, "at_most": 5000},
            (REGION, BANK),
            TRUE,
        ),
        (
            {"sum": "other_support", "where": {"fact": "funder", "contains": "region"}, "at_most": 4000},
            (REGION,),
            FALSE,
        ),
        (
            {"sum": "other_support", "where": {"fact": "funder", "contains": "region"}, "at_most": 5000},
            (OPEN_AMOUNT,),
            UNKNOWN,
        ),
        ({"any_in": "partners", "where": {"fact": "name", "matches_list": ["studie*"]}}, ("Studiekretsen",), TRUE),
        ({"all_in": "case_documents", "where": {"fact": "arrived_on", "at_most": date(2026, 10, 1)}}, (MINUTES,), TRUE),
        (
            {"all_in": "case_documents", "where": {"fact": "arrived_on", "at_most": date(2026, 10, 1)}},
            (MINUTES, STATUTES),
            UNKNOWN,
        ),
        (
            {
                "any_in": "case_documents",
                "where": {
                    "all": [{"fact": "type", "equal": "annual_minutes"}, {"fact": "dated", "within": {"years": 1}}]
                },
            },
            (MINUTES, STATUTES),
            TRUE,
        ),
        ({"any_in": "case_documents", "where": {"fact": "dated", "older_than": {"years": 1}}}, (MINUTES,), FALSE),
    ],
)
def test_what_is_not_known_of_one_thing_matters_only_where_it_can_change_the_answer(
    rules: RulesFolder, condition: dict[str, Any], value: Value, verdict: Verdict
) -> None:
    asked = parsed(rules, condition)
    assert evaluate_condition(asked, {asked.facts[0]: value}, day=ON).verdict is verdict  # type: ignore[union-attr]
    assert evaluate_condition(asked, {}, day=ON).verdict is UNKNOWN


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (
            {"any_in": "other_support", "where": LARGE},
            "Annat stöd: Region Norr. Krav: minst en där Belopp: minst 10\u00a0000\u00a0kr.",
        ),
        (
            {"not": {"any_in": "other_support", "where": LARGE}},
            "Annat stöd: Region Norr. Krav: ingen där Belopp: minst 10\u00a0000\u00a0kr.",
        ),
        (
            {"all_in": "other_support", "where": LARGE},
            "Annat stöd: Region Norr. Krav: alla ska ha Belopp: minst 10\u00a0000\u00a0kr.",
        ),
        (
            {"count": "other_support", "where": LARGE, "at_least": 2},
            "Annat stöd: Region Norr. Av dem räknas 0. Krav: minst 2 där Belopp: minst 10\u00a0000\u00a0kr.",
        ),
        (
            {"sum": "other_support", "where": {"fact": "funder", "contains": "region"}, "at_most": 4000},
            (
                "Annat stöd: Region Norr. Summan av dem som räknas: 5\u00a0000\u00a0kr. "
                "Krav: högst 4\u00a0000\u00a0kr där Bidragsgivare: innehåller ”region”."
            ),
        ),
    ],
)
def test_a_condition_over_a_list_says_what_stands_there_and_what_is_asked(
    rules: RulesFolder, condition: dict[str, Any], said: str
) -> None:
    facts = Facts({"other_support": (REGION,)})
    reading = ConditionReading(facts, ON, Words("dagen", "the day"), rules.book.catalogue)
    assert explain_condition(parsed(rules, condition), reading).sv == said


@pytest.mark.parametrize(
    "condition", [{"count": "other_support", "at_least": 2}, {"sum": "other_support", "at_most": 4000}]
)
def test_what_rows_come_to_is_not_said_while_it_is_not_known_which_count(
    rules: RulesFolder, condition: dict[str, Any]
) -> None:
    reading = ConditionReading(
        Facts({"other_support": (REGION, OPEN_AMOUNT)}), ON, Words("dagen", "the day"), rules.book.catalogue
    )
    said = explain_condition(parsed(rules, {**condition, "where": LARGE}), reading).sv
    assert said.startswith("Annat stöd: Region Norr och Region Syd. Krav: ")


def test_papers_are_kept_and_read_again(rules: RulesFolder) -> None:
    definition = rules.book.catalogue["case_documents"]
    assert from_plain(definition, to_plain((MINUTES, STATUTES))) == (MINUTES, STATUTES)


def entry(text: str) -> dict[str, Any]:
    return {"entry": text, "why": "Hördes", "source": "Anteckning", "by": "Handläggaren", "on": ON, "review_on": ON}


def guideline(**more: Any) -> dict[str, Any]:
    return {
        "id": "kommun",
        "board": "kommun",
        "kinds": ["grant"],
        "title": "Riktlinjer",
        "source": {"document": "Riktlinjer"},
        "facts": {
            "dogs": {"type": "whole_number", "label": "Antal hundar", "level": "activity", "supplied_by": "applicant"}
        },
        "lists": {"ord": {"label": "Ord", "entries": [entry("hatmusik*")]}},
        "criteria": [
            {
                "id": "hundar",
                "label": "Minst två hundar",
                "applies_to": ["grant"],
                "level": "activity",
                "kind": "automatic",
                "moment": "before",
                "condition": {"fact": "dogs", "at_least": 2},
                "if_not_met": "assess",
                "sources": [{"document": "Riktlinjer"}],
            },
            {
                "id": "ord",
                "label": "Ord att titta på",
                "applies_to": ["grant"],
                "level": "activity",
                "kind": "signal",
                "moment": "before",
                "condition": {"fact": "purpose", "matches_list": {"list": "ord"}},
                "if_not_met": "assess",
                "sources": [{"document": "Riktlinjer"}],
            },
        ],
        "routine": {"owner": "Kulturchefen", "steps": ["Läs", "Skriv"], "anchored": "Intranätet", "review_on": ON},
    } | more


def made(rules: RulesFolder, data: dict[str, Any]) -> RuleSet:
    faults = Faults()
    draft = parse_ruleset(data, faults, rules.book.catalogue)
    ruleset = resolve_rule_set(draft, rules.book, faults) if draft else None
    assert ruleset is not None, [(fault.path, fault.what.en) for fault in faults.found]
    return ruleset


def results(ruleset: RuleSet, values: dict[str, Value]) -> dict[str, CriterionResult]:
    screening = screen(ruleset, Facts(values), {}, kind=CaseKind.GRANT, moment=ReviewMoment.BEFORE, on=ON)
    return {finding.criterion.id: finding.result for finding in screening.findings}


def test_a_boards_own_fact_and_named_list_are_judged_like_all_others(rules: RulesFolder) -> None:
    ruleset = made(rules, guideline())
    assert results(ruleset, {"dogs": 2, "purpose": "Konsert med hatmusiken"}) == {
        "hundar": CriterionResult.MET,
        "ord": CriterionResult.NEEDS_ASSESSMENT,
    }
    assert results(ruleset, {"dogs": 1, "purpose": "Konsert"})["hundar"] is CriterionResult.NOT_MET
    assert results(ruleset, {})["hundar"] is CriterionResult.UNKNOWN


def test_a_set_with_own_facts_and_lists_can_be_read_again_years_later(rules: RulesFolder) -> None:
    ruleset = made(rules, guideline())
    again = thaw_rules(freeze_rules(ruleset), rules.book.catalogue)
    values: dict[str, Value] = {"dogs": 2, "purpose": "hatmusik"}
    assert results(again, values) == results(ruleset, values)
    assert again.lists == ruleset.lists
    assert again.routine == ruleset.routine
    assert freeze_rules(again) == freeze_rules(ruleset)


def test_another_list_gives_another_fingerprint_and_another_routine_does_not(rules: RulesFolder) -> None:
    first = made(rules, guideline()).fingerprint
    longer = {"ord": {"label": "Ord", "entries": [entry("hatmusik*"), entry("vitmakt")]}}
    assert made(rules, guideline(lists=longer)).fingerprint != first
    assert made(rules, guideline(routine={"owner": "Någon annan"})).fingerprint == first


@pytest.mark.parametrize(
    "text",
    [
        "islam",
        "Muslim*",
        "judar",
        "kurdiska",
        "svenskar",
        "sverigedemokraterna",
        "KD",
        "sd",
        "tjeck*",
        "portugiser",
        "Svenska kyrkan",
        "somalierna",
        "svenskor",
        "araberna",
        "moderaterna",
        "Vänsterpartiet",
    ],
)
def test_the_name_of_a_group_in_itself_is_no_list_entry(text: str) -> None:
    assert group_named(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "död åt judar",
        "hatmusik",
        "vit makt",
        "kalifatet nu",
        "fest",
        "kalas*",
        "turkos",
        "arabesk",
        "mandel*",
        "ung",
        "romantik",
        "kinesiologi",
        "partietält",
        "kämpa",
        "korandikt",
        "grön",
        "moderation",
    ],
)
def test_a_phrase_that_says_something_and_a_word_that_only_begins_alike_may_stand(text: str) -> None:
    assert group_named(text) is None


def test_the_name_of_a_group_is_refused_where_words_are_written_in_the_condition_too(rules: RulesFolder) -> None:
    faults = Faults()
    assert parse_condition({"fact": "purpose", "matches_list": ["muslim*"]}, (), faults, rules.book.catalogue) is None
    assert "är namnet på en religion" in faults.found[0].what.sv
