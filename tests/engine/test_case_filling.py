"""Cases made from the rules hold values that can be: never fewer than none."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

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
