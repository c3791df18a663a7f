"""What a person is asked to think over before publishing: each warning once, and what is near it and gives none."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from tests.engine.test_list_items import entry, made
from vetting.rules.domain.warnings import rule_warnings_of

if TYPE_CHECKING:
    from vetting.rules.services.rule_files import RulesFolder

ON = date(2026, 11, 20)
ADOPTED = {"body": "Nämnden", "on": date(2026, 1, 1), "reference": "N 1"}
ASSESSED = {
    "id": "a",
    "label": "Ordning i lokalen",
    "applies_to": ["grant"],
    "level": "activity",
    "kind": "assessment",
    "moment": "before",
    "question": "Har det hållits ordning?",
    "guard": "Bara det som har inträffat räknas.",
    "if_not_met": "assess",
    "sources": [{"document": "D"}],
}


def told(rules: RulesFolder, criterion: dict[str, Any], **more: Any) -> list[str]:
    return [warned.what.sv for warned in rule_warnings_of(made(rules, rule_set(criterion, **more)), ON)]


def rule_set(criterion: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": "prov",
        "board": "norr",
        "kinds": ["grant", "booking"],
        "title": "Prov",
        "source": {"document": "D"},
        "adopted": ADOPTED,
        "criteria": [criterion],
        **more,
    }


def test_a_plain_criterion_gives_no_warning(rules: RulesFolder) -> None:
    assert told(rules, ASSESSED) == []


@pytest.mark.parametrize(
    ("condition", "warned"),
    [
        ({"fact": "received_on", "at_most": {"each_year": "03-15"}}, "Efter årsskiftet gäller därför nästa års dag"),
        ({"fact": "received_on", "at_least": {"each_year": "03-15"}}, "Efter årsskiftet gäller därför nästa års dag"),
        ({"fact": "received_on", "at_most": {"each_year": "03-15", "of": "decision_planned_on"}}, ""),
        ({"fact": "received_on", "at_most": date(2027, 3, 15)}, ""),
    ],
)
def test_a_yearly_day_of_its_own_year_is_warned_of(rules: RulesFolder, condition: dict[str, Any], warned: str) -> None:
    dated = {key: value for key, value in ASSESSED.items() if key not in {"question", "guard"}}
    found = told(rules, {**dated, "kind": "automatic", "condition": condition})

    assert len(found) == bool(warned)
    assert warned in "".join(found)


@pytest.mark.parametrize("adopted", [None, {"body": "Nämnden"}, {"body": "Nämnden", "on": date(2026, 1, 1)}])
def test_rules_without_an_adopted_decision_are_warned_of(rules: RulesFolder, adopted: Any) -> None:
    assert "vem som har antagit" in told(rules, ASSESSED, adopted=adopted)[0]


@pytest.mark.parametrize(
    "question", ["Delar föreningen våra åsikter?", "Har föreningen rätt tro", "Vilken ideologi styr?"]
)
def test_a_question_about_opinions_is_warned_of(rules: RulesFolder, question: str) -> None:
    assert "en åsikt bedöms" in told(rules, ASSESSED | {"question": question})[0]


def test_a_value_criterion_that_asks_for_acts_may_speak_of_opinions(rules: RulesFolder) -> None:
    asked = ASSESSED | {
        "question": "Har åsikter följts av hot?",
        "value_criterion": True,
        "guard": "Bara handlingar räknas.",
    }
    assert told(rules, asked) == []


def test_the_word_action_plan_is_no_act(rules: RulesFolder) -> None:
    asked = ASSESSED | {"question": "Delas våra åsikter?", "value_criterion": True, "guard": "Följ handlingsplanen."}
    assert "en åsikt bedöms" in told(rules, asked)[0]


def test_a_word_that_holds_another_is_no_opinion(rules: RulesFolder) -> None:
    assert told(rules, ASSESSED | {"question": "Är lokalen på Tromtögatan trogen planen?"}) == []


def test_a_refusal_without_an_act_is_warned_of(rules: RulesFolder) -> None:
    asked = ASSESSED | {"if_not_met": "refuse", "guard": "Var rättvis."}
    assert "utan att något agerande eller uttalande" in told(rules, asked)[0]
    assert told(rules, asked | {"guard": "Bara det som har inträffat räknas."}) == []


def test_independence_is_warned_of_for_rooms_and_for_the_association(rules: RulesFolder) -> None:
    asked = ASSESSED | {"label": "Religiöst obunden verksamhet"}
    assert told(rules, asked) == []
    assert "gäller också lokaler" in told(rules, asked | {"applies_to": ["grant", "booking"]})[0]
    assert "inte verksamheten" in told(rules, asked | {"level": "association"})[0]


def test_a_word_that_should_have_been_looked_over_is_warned_of(rules: RulesFolder) -> None:
    late = {"ord": {"label": "Ord", "entries": [entry("hatmusik") | {"review_on": date(2026, 11, 20)}]}}
    fresh = {"ord": {"label": "Ord", "entries": [entry("hatmusik") | {"review_on": date(2026, 11, 21)}]}}
    assert "skulle ha setts över" in told(rules, ASSESSED, lists=late)[0]
    assert told(rules, ASSESSED, lists=fresh) == []


@pytest.mark.parametrize(
    ("changed", "warned"),
    [
        ({}, 0),
        ({"condition": {"fact": "members_total", "at_least": 9}}, 0),
        ({"condition": {"fact": "members_total", "at_most": 9}}, 1),
        ({"condition": {"fact": "members_in_municipality", "at_least": 9}}, 1),
        ({"condition": {"any": [{"fact": "members_total", "at_least": 9}]}}, 1),
        ({"only_if": {"fact": "members_total", "at_least": 1}}, 1),
        ({"condition": {"fact": "members_total", "at_most": 9}, "label": "Högst nio medlemmar"}, 0),
    ],
)
def test_a_heading_of_the_library_over_another_condition_is_warned_of(
    rules: RulesFolder, changed: dict[str, Any], warned: int
) -> None:
    begun_from = rules.book.library["medlemmar-minst"]
    own = {
        **begun_from.data,
        "id": "egen",
        "condition": {"fact": "members_total", "at_least": 5},
        "settings": {},
        **changed,
    }
    found = rule_warnings_of(made(rules, rule_set(own)), ON, rules.book.library.values())
    assert sum("har rubriken från biblioteket" in item.what.sv for item in found) == warned


@pytest.mark.parametrize(("share", "warned"), [(0.5, 0), (0.3, 1)])
def test_a_heading_that_says_what_the_library_sets_is_warned_of_when_the_board_sets_another(
    rules: RulesFolder, share: float, warned: int
) -> None:
    begun_from = rules.book.library["medlemmar-i-kommunen-andel"]
    both = [
        {"share": "members_in_municipality", "of": "members_total", "at_least": share},
        {"fact": "seat_municipality", "equal": "Exempelby"},
    ]
    own = {**begun_from.data, "id": "egen", "condition": {"all": both}, "settings": {}}
    found = rule_warnings_of(made(rules, rule_set(own)), ON, rules.book.library.values())
    assert sum("har rubriken från biblioteket" in item.what.sv for item in found) == warned


def test_what_ships_keeps_the_headings_of_the_library(rules: RulesFolder) -> None:
    for ruleset in rules.sets.values():
        found = rule_warnings_of(ruleset, ON, rules.book.library.values())
        assert not [item for item in found if "har rubriken från biblioteket" in item.what.sv], ruleset.id


def test_a_criterion_without_its_value_is_warned_of(rules: RulesFolder) -> None:
    dated = {key: value for key, value in ASSESSED.items() if key not in {"question", "guard"}}
    limit = {**dated, "kind": "automatic", "condition": {"fact": "amount_applied", "at_most": {"setting": "ceiling"}}}
    assert told(rules, {**limit, "settings": {"ceiling": 5000}}) == []
    (warned,) = told(rules, {**limit, "settings": {"ceiling": None}})
    assert "har inget värde" in warned
