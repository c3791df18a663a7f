"""Cases made from the rules hold values that can be: never fewer than none."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from tests.board import rules
from vetting.engine.case_filling import approved_case, as_worked_case, failing_cases
from vetting.engine.frozen_rules import freeze_rules, thaw_rules
from vetting.engine.ruleset import parse_ruleset
from vetting.engine.ruleset_resolution import resolve_rule_set
from vetting.engine.screening import screen
from vetting.engine.worked_cases import parse_worked_cases, run_worked_case
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Faults

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.engine.ruleset import RuleSet


def criterion_facts(ruleset: RuleSet, name: str) -> tuple[str, ...]:
    return next(criterion.facts for criterion in ruleset.criteria if criterion.id == name)


def test_rows_of_a_list_are_made_so_that_they_meet_what_is_asked_of_each() -> None:
    fields = {
        "held_on": {"type": "date", "label": {"sv": "Datum"}},
        "participants": {"type": "whole_number", "label": {"sv": "Deltagare"}},
    }
    fact = {"type": "list_of_rows", "label": {"sv": "Aktiviteter"}, "level": "activity", "supplied_by": "applicant"}
    each = {"all": [{"fact": "participants", "at_least": 3}, {"fact": "held_on", "within": {"years": 1}}]}
    asks = {"count": "activities", "where": each, "at_least": 5}
    made = set_with({"activities": fact | {"fields": fields}}, asks)
    case = approved_case(made, CaseKind.GRANT, date(2026, 11, 20))
    rows = case.facts.values["activities"]
    assert isinstance(rows, tuple)
    assert (len(rows), case.left) == (5, ())
    (few,) = failing_cases(made, CaseKind.GRANT, date(2026, 11, 20), ["egen"])
    rows = few.facts.values["activities"]
    assert isinstance(rows, tuple)
    assert (len(rows), few.alone) == (5, True), "one of them is not of the kind that counts"
    again = thaw_rules(json.loads(json.dumps(freeze_rules(made))), {})
    assert list(again.catalogue["activities"].fields) == ["held_on", "participants"]
    assert [item.of_board for item in (made.catalogue["activities"], again.catalogue["activities"])] == [True, True]


def of_applicant(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "label": {"sv": kind}, "level": "activity", "supplied_by": "applicant", **more}


OPTIONS = {"a": {"sv": "A"}, "b": {"sv": "B"}, "c": {"sv": "C"}}
OWN_FACTS = {
    "number": of_applicant("whole_number"),
    "class": of_applicant("choice", options=OPTIONS),
    "chosen": of_applicant("choices", options=OPTIONS),
    "rows": of_applicant(
        "list_of_rows",
        fields={
            "n": {"type": "whole_number", "label": {"sv": "n"}},
            "day": {"type": "date", "label": {"sv": "dag"}},
            "sum": {"type": "money", "label": {"sv": "kr"}},
        },
    ),
}
MANY = {"fact": "n", "at_least": 3}
LATE = {"fact": "day", "after": date(2026, 6, 1)}
ASKED: list[dict[str, Any]] = [
    {"fact": "number", "between": [5, 10]},
    {"fact": "chosen", "contains": "b"},
    {"count": "chosen", "at_least": 2},
    {"not": {"fact": "chosen", "contains": "a"}},
    {"any_in": "rows", "where": MANY},
    {"not": {"any_in": "rows", "where": MANY}},
    {"all_in": "rows", "where": LATE},
    {"not": {"all_in": "rows", "where": LATE}},
    {"count": "rows", "at_most": 3},
    {"count": "rows", "where": {"all": [MANY, LATE]}, "at_least": 4},
    {"sum": "rows", "of": "n", "where": LATE, "at_most": 20},
    {"sum": "rows", "of": "sum", "where": MANY, "at_least": 40_000},
    {"any_in": "case_documents", "where": {"fact": "dated", "within": {"years": 1}}},
    {"count": "other_support", "where": {"fact": "amount", "at_least": 500}, "at_most": 1},
    {"sum": "other_support", "where": {"fact": "funder", "contains": "region"}, "at_least": 900},
    {"all_in": "partners", "where": {"fact": "name", "contains": "förening"}},
]


@pytest.mark.parametrize("only_if", [None, {"fact": "class", "equal": "c"}, {"any_in": "rows", "where": MANY}])
@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_every_kind_of_list_is_made_to_meet_a_condition_and_to_fail_it(
    asked: dict[str, Any], only_if: dict[str, Any] | None
) -> None:
    if only_if is not None and asked.get("any_in", (asked.get("not") or {}).get("any_in")) == "rows":
        only_if = ASKED[0]
    of_criterion: dict[str, Any] = {} if only_if is None else {"only_if": only_if}
    made = set_with(OWN_FACTS, asked, **of_criterion)
    assert approved_case(made, CaseKind.GRANT, date(2026, 11, 20)).left == ()
    (failing,) = failing_cases(made, CaseKind.GRANT, date(2026, 11, 20), ["egen"])
    assert (failing.fails, failing.alone) == ("egen", True)


def test_two_that_ask_for_rows_of_different_kinds_get_some_of_each() -> None:
    few = {"count": "rows", "where": {"fact": "n", "at_most": 2}, "at_least": 2}
    made = set_with(OWN_FACTS, {"count": "rows", "where": MANY, "at_least": 3}, more=[{"id": "few", "condition": few}])
    case = approved_case(made, CaseKind.GRANT, date(2026, 11, 20))
    rows = case.facts.values["rows"]
    assert isinstance(rows, tuple)
    assert (case.left, len(rows)) == ((), 5)
    failing = failing_cases(made, CaseKind.GRANT, date(2026, 11, 20), ["egen", "few"])
    assert [(item.fails, item.alone) for item in failing] == [("egen", True), ("few", True)]


def test_what_a_change_makes_other_criteria_ask_is_given_too() -> None:
    only = {"fact": "class", "equal": "c"}
    made = set_with(
        OWN_FACTS | {"paper": of_applicant("document")},
        {"fact": "class", "one_of": ["a", "c"]},
        more=[
            {"id": "many", "condition": {"fact": "number", "at_least": 20}, "only_if": only},
            {"id": "number", "condition": {"fact": "number", "at_least": 5}},
            {"id": "paper", "condition": {"fact": "paper", "present": True}, "only_if": only},
        ],
    )
    base = approved_case(made, CaseKind.GRANT, date(2026, 11, 20))
    assert (base.left, base.facts.values["class"], base.facts.values["number"]) == ((), "a", 5)
    (failing,) = failing_cases(made, CaseKind.GRANT, date(2026, 11, 20), ["paper"])
    assert (failing.alone, failing.facts.values["class"], failing.facts.values["number"]) == (True, "c", 20)


def set_with(
    facts: dict[str, Any],
    condition: dict[str, Any],
    *,
    form: dict[str, Any] | None = None,
    more: Sequence[dict[str, Any]] = (),
    **of_criterion: Any,
) -> RuleSet:
    """A set with a criterion of its own, and more of the same shape."""
    criterion = {
        "id": "egen",
        "label": {"sv": "Egen"},
        "applies_to": ["grant"],
        "level": "activity",
        "kind": "automatic",
        "moment": "before",
        "condition": condition,
        "if_not_met": "refuse",
        "sources": [{"document": "Riktlinjer"}],
        **of_criterion,
    }
    data = {
        "id": "egna",
        "board": "norr",
        "kinds": ["grant"],
        "title": {"sv": "Egna"},
        "source": {"document": "Riktlinjer"},
        "adopted": None,
        "valid": None,
        "builds_on": [],
        "facts": facts,
        "criteria": [criterion, *({**criterion, **other} for other in more)],
        **({"form": form} if form is not None else {}),
    }
    faults, book = Faults(), rules().folder.book
    draft = parse_ruleset(data, faults, book.catalogue)
    assert draft is not None, faults.found
    found = resolve_rule_set(draft, replace(book, drafts={**book.drafts, "egna": draft}, resolved={}), faults)
    assert found is not None, faults.found
    return found


def test_no_number_of_a_made_case_is_below_nought() -> None:
    ruleset = rules().folder.sets["grundkrav-bidrag"]
    every = [criterion.id for criterion in ruleset.criteria]
    made = failing_cases(ruleset, CaseKind.GRANT, date(2026, 11, 20), every)

    reported = next(case for case in made if "unreported_grants" in criterion_facts(ruleset, case.fails))
    numbers = [value for case in made for value in case.facts.values.values() if isinstance(value, int | float)]
    assert reported.facts.values["unreported_grants"] == 1
    assert made
    assert all(value >= 0 for value in numbers)


def test_a_made_case_of_a_reduction_applies_for_an_amount_so_that_what_is_left_is_seen() -> None:
    late = {"fact": "received_on", "at_most": {"fact": "deadline"}}
    made = set_with({}, late, if_not_met="reduce", reduction=[{"share": 0.25}])

    [failing] = failing_cases(made, CaseKind.GRANT, date(2026, 11, 20), ["egen"])
    written = as_worked_case(failing, "Sen", date(2026, 11, 20))
    whole = approved_case(made, CaseKind.GRANT, date(2026, 11, 20))

    assert written["facts"]["amount_applied"] == 10_000
    assert written["expect"]["left"] == 7_500
    assert "left" not in as_worked_case(whole, "Allt", date(2026, 11, 20))["expect"]


def test_a_made_case_says_what_a_reduction_leaves_and_is_wrong_when_it_leaves_another_sum() -> None:
    late = {"fact": "received_on", "at_most": {"fact": "deadline"}}
    made = set_with({}, late, if_not_met="reduce", reduction=[{"share": 0.1}])
    (case,) = failing_cases(made, CaseKind.GRANT, date(2026, 11, 20), ["egen"])
    applied = {"amount_applied": 10_000_00}
    facts = replace(case.facts, values={**case.facts.values, **applied})
    screening = screen(made, facts, kind=CaseKind.GRANT, on=date(2026, 11, 20))
    written = as_worked_case(replace(case, facts=facts, screening=screening), "För sent", date(2026, 11, 20))
    assert written["expect"]["left"] == 9_000
    for left, told in ((9_000, ""), (9_500, "lämnar 9 000 kr efter avdrag, väntat 9 500 kr")):
        faults = Faults()
        expected = {**written["expect"], "left": left}
        [read] = parse_worked_cases([{**written, "expect": expected}], faults, made)
        problems = [problem.what.sv.replace("\u00a0", " ") for problem in run_worked_case(read, made)[1]]
        assert (faults.found, bool(problems)) == ([], bool(told)), problems
        assert all(told in problem for problem in problems)
