"""One case and 25 criteria: results and deciding leaves, and a whole screening with words, against plain Python.

The bare thing is what a programmer would write by hand for the same 25 conditions in two values. It must come to the
same results on a case where nothing is missing.
"""

from __future__ import annotations

import statistics
import time
from datetime import date
from typing import TYPE_CHECKING, Any

from vetting.engine.criteria import ReviewMoment
from vetting.engine.facts import Facts, Value
from vetting.engine.reasons import reason_for_finding
from vetting.engine.results import CriterionResult
from vetting.engine.ruleset import RuleSet, parse_ruleset
from vetting.engine.ruleset_resolution import resolve_rule_set
from vetting.engine.screening import judge_criteria, screen
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Faults
from vetting.rules.services.rule_files import read_rules
from vetting.shipped import shipped_folder

if TYPE_CHECKING:
    from collections.abc import Callable

ON = date(2026, 11, 20)
ROUNDS = 15
REPEATS = 2000
YEAR_AGO = date(2025, 9, 25)

CONDITIONS: list[tuple[dict[str, Any], Callable[[dict[str, Any]], bool]]] = [
    ({"fact": "legal_form", "equal": "ideell_forening"}, lambda f: f["legal_form"] == "ideell_forening"),
    ({"fact": "organisation_number", "present": True}, lambda f: "organisation_number" in f),
    ({"fact": "statutes_document", "present": True}, lambda f: "statutes_document" in f),
    (
        {"all": [{"fact": "annual_minutes", "present": True}, {"fact": "signed", "equal": True}]},
        lambda f: "annual_minutes" in f and f["signed"],
    ),
    ({"fact": "members_total", "at_least": 5}, lambda f: f["members_total"] >= 5),
    ({"fact": "amount_applied", "at_most": 100000}, lambda f: f["amount_applied"] <= 100_000_00),
    ({"fact": "unreported_grants", "equal": 0}, lambda f: f["unreported_grants"] == 0),
    ({"fact": "received_on", "at_most": {"fact": "deadline"}}, lambda f: f["received_on"] <= f["deadline"]),
    ({"fact": "annual_meeting_held_on", "at_least": YEAR_AGO}, lambda f: f["annual_meeting_held_on"] >= YEAR_AGO),
    (
        {"all": [{"fact": "giro_number", "present": True}, {"fact": "giro_holder_is_association", "equal": True}]},
        lambda f: "giro_number" in f and f["giro_holder_is_association"],
    ),
    (
        {"all": [{"fact": "audit_report", "present": True}, {"fact": "audit_signed", "equal": True}]},
        lambda f: "audit_report" in f and f["audit_signed"],
    ),
    ({"fact": "accounts", "present": True}, lambda f: "accounts" in f),
    ({"fact": "activity_report", "present": True}, lambda f: "activity_report" in f),
    (
        {"any": [{"fact": "amount_applied", "at_most": 300000}, {"fact": "detailed_budget", "present": True}]},
        lambda f: f["amount_applied"] <= 300_000_00 or "detailed_budget" in f,
    ),
    ({"fact": "board_size", "between": [3, 9]}, lambda f: 3 <= f["board_size"] <= 9),
    ({"not": {"fact": "bankrupt", "equal": True}}, lambda f: not f["bankrupt"]),
    ({"not": {"fact": "in_liquidation", "equal": True}}, lambda f: not f["in_liquidation"]),
    ({"fact": "overdue_debt_to_municipality", "equal": 0}, lambda f: f["overdue_debt_to_municipality"] == 0),
    ({"fact": "has_open_membership", "equal": True}, lambda f: f["has_open_membership"]),
    ({"fact": "activities_per_year", "at_least": 20}, lambda f: f["activities_per_year"] >= 20),
    ({"fact": "youth_activity", "equal": True}, lambda f: f["youth_activity"]),
    (
        {"share": "members_in_municipality", "of": "members_total", "at_least": 0.5},
        lambda f: f["members_in_municipality"] / f["members_total"] >= 0.5,
    ),
    ({"fact": "auditor_appointed", "equal": True}, lambda f: f["auditor_appointed"]),
    ({"fact": "members_total_last_year", "at_most": 500}, lambda f: f["members_total_last_year"] <= 500),
    ({"fact": "mangfald_signed", "equal": True}, lambda f: f["mangfald_signed"]),
]
FACTS: dict[str, Value] = {
    "legal_form": "ideell_forening",
    "organisation_number": "8029990234",
    "statutes_document": True,
    "annual_minutes": True,
    "signed": True,
    "members_total": 34,
    "amount_applied": 40_000_00,
    "unreported_grants": 0,
    "received_on": date(2026, 9, 25),
    "deadline": date(2026, 10, 1),
    "annual_meeting_held_on": date(2026, 3, 14),
    "giro_number": "1-2",
    "giro_holder_is_association": True,
    "audit_report": True,
    "audit_signed": False,
    "accounts": True,
    "activity_report": True,
    "board_size": 5,
    "bankrupt": False,
    "in_liquidation": False,
    "overdue_debt_to_municipality": 0,
    "has_open_membership": True,
    "activities_per_year": 12,
    "youth_activity": True,
    "members_in_municipality": 20,
    "auditor_appointed": True,
    "members_total_last_year": 31,
    "mangfald_signed": True,
}


def ruleset() -> RuleSet:
    """The 25 conditions as a set of automatic criteria."""
    book = read_rules(shipped_folder("rules")).book
    criteria = [
        {
            "id": f"k{n}",
            "label": {"sv": f"Krav {n}", "en": f"Requirement {n}"},
            "applies_to": ["grant"],
            "level": "association",
            "kind": "automatic",
            "moment": "before",
            "condition": condition,
            "if_not_met": "assess",
            "sources": [{"document": "Bench"}],
        }
        for n, (condition, _) in enumerate(CONDITIONS)
    ]
    data = {
        "id": "bench",
        "board": "all",
        "kinds": ["grant"],
        "title": {"sv": "Bench", "en": "Bench"},
        "source": {"document": "Bench"},
        "criteria": criteria,
    }
    faults = Faults()
    draft = parse_ruleset(data, faults, book.catalogue)
    made = resolve_rule_set(draft, book, faults) if draft else None
    if made is None:
        raise SystemExit(f"the benchmark's rules are broken: {faults.found}")
    return made


def timed(work: Callable[[], object], repeats: int) -> float:
    began = time.perf_counter()
    for _ in range(repeats):
        work()
    return (time.perf_counter() - began) / repeats


def main() -> None:
    """Prints the two ratios of the first row of the table of speed aims."""
    rules = ruleset()
    ready = rules.prepared(CaseKind.GRANT, ReviewMoment.BEFORE)
    facts = Facts(FACTS)
    checks = [by_hand for _, by_hand in CONDITIONS]

    def bare() -> list[bool]:
        return [check(FACTS) for check in checks]

    def results() -> object:
        return judge_criteria(ready, facts, {}, ON)[1]

    def whole() -> list[str]:
        screening = screen(rules, facts, kind=CaseKind.GRANT, on=ON)
        return [reason_for_finding(finding, screening).sv for finding in screening.findings]

    found = [item.result for item in judge_criteria(ready, facts, {}, ON)[1]]
    if found != [CriterionResult.MET if held else CriterionResult.NOT_MET for held in bare()]:
        raise SystemExit("the two do not agree")
    ratios, ratios_whole, times = [], [], []
    for _ in range(ROUNDS):
        floor = timed(bare, REPEATS)
        one, other = timed(results, REPEATS), timed(whole, REPEATS // 20)
        ratios.append(one / floor)
        ratios_whole.append(other / floor)
        times.append((floor, one, other))
    floor, one, other = (statistics.median(column) * 1e6 for column in zip(*times, strict=True))
    print(f"25 criteria by hand, two values         {floor:8.1f} µs")
    print(f"results and deciding leaves             {one:8.1f} µs   {statistics.median(ratios):5.1f}x   (aim 5x)")
    print(
        f"whole screening with words              {other:8.1f} µs   {statistics.median(ratios_whole):5.1f}x   (aim 30x)"
    )


if __name__ == "__main__":
    main()
