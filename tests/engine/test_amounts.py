"""An amount by its formula: every step told, unknown where something is missing, and the same in a frozen version."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from vetting.engine.amounts import (
    PRICE_BASE,
    SHIPPED_FIGURES,
    AmountRule,
    amount_in_words,
    parse_amount_rule,
    steps_in_words,
    work_out,
)
from vetting.engine.fact_catalogue import parse_catalogue
from vetting.engine.facts import Facts, ListRow
from vetting.engine.form_facts import asked_facts
from vetting.engine.frozen_rules import freeze_rules, thaw_rules
from vetting.engine.reductions import reduced_amount
from vetting.engine.ruleset import parse_ruleset
from vetting.engine.ruleset_resolution import resolve_rule_set
from vetting.engine.screening import screen
from vetting.engine.worked_cases import parse_worked_cases, run_worked_case
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Faults

if TYPE_CHECKING:
    from vetting.engine.ruleset import RuleSet
    from vetting.rules.services.rule_files import RulesFolder

ON = date(2026, 11, 20)
PER_MEMBER = {"per": "members_in_age_span", "each": 150}
RENT = {"share": 0.5, "of": "rent_claimed", "at_most": 20000}


def rule(rules: RulesFolder, data: dict[str, Any]) -> AmountRule:
    faults = Faults()
    found = parse_amount_rule(data, (), faults, rules.book.catalogue)
    assert found is not None, [fault.what.sv for fault in faults.found]
    return found


COSTS = {
    "type": "list_of_rows",
    "label": {"sv": "Kostnader"},
    "level": "finance",
    "supplied_by": "applicant",
    "fields": {
        "what": {"type": "text", "label": {"sv": "Vad"}},
        "paid": {"type": "money", "label": {"sv": "Belopp"}},
        "hours": {"type": "whole_number", "label": {"sv": "Timmar"}},
    },
}
HIRE, MUSIC = (
    ListRow((("what", "Hyra"), ("paid", 12_000_00), ("hours", 10))),
    ListRow((("what", "Musik"), ("paid", 3_000_00), ("hours", 4))),
)


@pytest.mark.parametrize(
    ("part", "rows", "kronor", "told", "said"),
    [
        (
            {"share": 0.5, "of": "costs.paid"},
            (HIRE, MUSIC),
            7500,
            "Summa: kostnader (belopp): 15 000 kr × 50 % = 7 500 kr.",
            "50 % av summa: kostnader (belopp)",
        ),
        (
            {"per": "costs.hours", "each": 100},
            (HIRE, MUSIC),
            1400,
            "Summa: kostnader (timmar): 14 × 100 kr = 1 400 kr.",
            "100 kr gånger summa: kostnader (timmar)",
        ),
        (
            {"per": "costs", "each": 500},
            (HIRE, MUSIC),
            1000,
            "Antal: kostnader: 2 × 500 kr = 1 000 kr.",
            "500 kr gånger antal: kostnader",
        ),
        (
            {"per": "costs", "each": 500, "where": {"fact": "hours", "at_least": 5}},
            (HIRE, MUSIC),
            500,
            "Antal: kostnader där timmar: minst 5: 1 × 500 kr = 500 kr.",
            "500 kr gånger antal: kostnader där timmar: minst 5",
        ),
        (
            {"per": "costs", "each": 500, "where": {"fact": "hours", "at_least": 5}},
            (HIRE, ListRow((("what", "Musik"),))),
            None,
            "Antal: kostnader där timmar: minst 5: saknas.",
            "500 kr gånger antal: kostnader där timmar: minst 5",
        ),
        (
            {"share": 0.5, "of": "costs.paid"},
            (HIRE, ListRow((("what", "Musik"),))),
            None,
            "Summa: kostnader (belopp): saknas.",
            "50 % av summa: kostnader (belopp)",
        ),
    ],
)
def test_an_amount_is_counted_from_rows(
    part: dict[str, Any], rows: tuple[ListRow, ...], kronor: int | None, told: str, said: str
) -> None:
    faults = Faults()
    catalogue = parse_catalogue({"costs": COSTS}, faults)
    found = parse_amount_rule({"parts": [part]}, (), faults, catalogue)
    assert found is not None, faults.found
    worked = work_out(found, Facts({"costs": rows}), catalogue)
    assert worked.total == (None if kronor is None else kronor * 100)
    assert plain(worked.steps[0].sv).replace("\u202f", " ") == told
    assert plain(amount_in_words(found, catalogue).sv) == said


@pytest.mark.parametrize(
    "part",
    [
        {"share": 0.5, "of": "costs.hours"},
        {"per": "costs.paid", "each": 5},
        {"per": "costs.what", "each": 5},
        {"share": 0.5, "of": "costs"},
        {"per": "costs.elsewhere", "each": 5},
    ],
)
def test_a_column_that_does_not_fit_the_part_is_told(part: dict[str, Any]) -> None:
    faults = Faults()
    parse_amount_rule({"parts": [part]}, (), faults, parse_catalogue({"costs": COSTS}, Faults()))
    assert len(faults.found) == 1


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("data", "values", "kronor", "told"),
    [
        (
            {"parts": [PER_MEMBER]},
            {"members_in_age_span": 42},
            6300,
            "Medlemmar i åldersgruppen: 42 × 150 kr = 6 300 kr.",
        ),
        (
            {"parts": [RENT]},
            {"rent_claimed": 60_000_00},
            20000,
            "Hyra enligt ansökan: 60 000 kr × 50 % = 30 000 kr, men högst 20 000 kr.",
        ),
        (
            {"parts": [{"fixed": 5000}, PER_MEMBER], "at_most": 10000},
            {"members_in_age_span": 42},
            10000,
            (
                "Fast belopp: 5 000 kr. Medlemmar i åldersgruppen: 42 × 150 kr = 6 300 kr. Tillsammans: 11 300 kr. "
                "Högst 10 000 kr."
            ),
        ),
        (
            {"parts": [RENT, {"fixed": 12345}], "of": "least", "rounding": 1000},
            {"rent_claimed": 60_000_00},
            12000,
            (
                "Hyra enligt ansökan: 60 000 kr × 50 % = 30 000 kr, men högst 20 000 kr. Fast belopp: 12 345 kr. "
                "Det lägsta beloppet: 12 345 kr. Avrundat nedåt till hela 1 000 kr: 12 000 kr."
            ),
        ),
        (
            {"parts": [PER_MEMBER], "at_least": 2000},
            {"members_in_age_span": 3},
            2000,
            "Medlemmar i åldersgruppen: 3 × 150 kr = 450 kr. Minst 2 000 kr.",
        ),
        (
            {"parts": [{"figure": PRICE_BASE, "times": 0.5}]},
            {"received_on": date(2025, 3, 1)},
            29400,
            "prisbasbelopp 2025 (58 800 kr) × 0,5 = 29 400 kr.",
        ),
        (
            {"parts": [{"figure": PRICE_BASE, "times": 1}], "figures": {PRICE_BASE: {2027: 60500}}},
            {"received_on": date(2026, 3, 1), "decision_planned_on": date(2027, 1, 10)},
            60500,
            "prisbasbelopp 2027 (60 500 kr) × 1 = 60 500 kr.",
        ),
        (
            {"parts": [{"per": "gatherings_last_year", "each": 37.5}]},
            {"gatherings_last_year": 3},
            112,
            "× 37,50 kr = 112,50 kr. Avrundat nedåt till hela 1 kr: 112 kr.",
        ),
    ],
)
def test_an_amount_is_worked_out_with_its_steps(
    rules: RulesFolder, data: dict[str, Any], values: dict[str, Any], kronor: int, told: str
) -> None:
    worked = work_out(rule(rules, data), Facts(values), rules.book.catalogue)
    assert worked.total == kronor * 100
    assert told in plain(steps_in_words(worked).sv)
    assert plain(steps_in_words(worked).en)


def test_what_is_missing_makes_it_unknown_and_is_named(rules: RulesFolder) -> None:
    worked = work_out(rule(rules, {"parts": [{"fixed": 5000}, PER_MEMBER]}), Facts(), rules.book.catalogue)
    assert (worked.total, worked.missing) == (None, ("members_in_age_span",))
    assert "Medlemmar i åldersgruppen: saknas." in steps_in_words(worked).sv
    later = {"parts": [{"figure": PRICE_BASE, "times": 1}]}
    unknown = work_out(rule(rules, later), Facts({"received_on": date(2099, 1, 1)}), rules.book.catalogue)
    assert unknown.total is None
    assert "2099 finns inte i tabellen" in steps_in_words(unknown).sv


def test_figures_ship_by_year(rules: RulesFolder) -> None:
    assert SHIPPED_FIGURES[PRICE_BASE][2026] == 59_200_00
    assert list(SHIPPED_FIGURES[PRICE_BASE]) == sorted(SHIPPED_FIGURES[PRICE_BASE])
    sentence = amount_in_words(
        rule(rules, {"parts": [PER_MEMBER, RENT], "at_most": 30000, "rounding": 100}), rules.book.catalogue
    )
    assert plain(sentence.sv) == (
        "150 kr gånger medlemmar i åldersgruppen och 50 % av hyra enligt ansökan (högst 20 000 kr), sammanlagt "
        "högst 30 000 kr, avrundat nedåt till hela 100 kr"
    )


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"parts": []}, "inga delar"),
        ({}, "lista"),
        ({"parts": [{"each": 150}]}, "anger inte vad den räknas på"),
        ({"parts": [{"per": "members_total"}]}, "each"),
        ({"parts": [{"per": "amount_applied", "each": 5}]}, "passar inte här"),
        ({"parts": [{"share": 0.5, "of": "members_total"}]}, "passar inte här"),
        ({"parts": [{"share": 50, "of": "rent_claimed"}]}, "ingen andel"),
        ({"parts": [{"fixed": -5}]}, "inget belopp"),
        ({"parts": [{"per": "medlemar", "each": 5}]}, "finns inte"),
        ({"parts": [{"figure": "basbelopp", "times": 1}]}, "Tabellen"),
        ({"parts": [{"fixed": 5}], "figures": {"prisbasbelopp": {"i år": 5}}}, "ingen tabell"),
        ({"parts": [{"fixed": 5, "each": 5}]}, "each"),
        ({"parts": [{"fixed": 5}], "at_most": 1000, "at_least": 2000}, "lägre än det lägsta"),
    ],
)
def test_what_is_wrong_with_a_formula_is_told(rules: RulesFolder, data: dict[str, Any], told: str) -> None:
    faults = Faults()
    assert parse_amount_rule(data, (), faults, rules.book.catalogue) is None
    assert any(told in fault.what.sv for fault in faults.found), [fault.what.sv for fault in faults.found]


def made(rules: RulesFolder, amount: dict[str, Any]) -> RuleSet:
    data = {
        "id": "belopp",
        "board": "norr",
        "kinds": ["grant"],
        "title": "Belopp",
        "source": {"document": "Riktlinjer"},
        "criteria": [
            {
                "id": "medlemmar",
                "label": "Tio medlemmar",
                "applies_to": ["grant"],
                "level": "association",
                "kind": "automatic",
                "moment": "before",
                "condition": {"fact": "members_total", "at_least": 10},
                "if_not_met": "refuse",
                "sources": [{"document": "Riktlinjer"}],
            }
        ],
        "amount": amount,
    }
    faults = Faults()
    draft = parse_ruleset(data, faults, rules.book.catalogue)
    ruleset = resolve_rule_set(draft, rules.book, faults) if draft else None
    assert ruleset is not None, [fault.what.sv for fault in faults.found]
    return ruleset


def test_a_version_keeps_its_formula_and_a_case_is_asked_what_it_reads(rules: RulesFolder) -> None:
    amount = {"parts": [PER_MEMBER, {"figure": PRICE_BASE, "times": 0.1}], "figures": {PRICE_BASE: {2027: 60500}}}
    ruleset = made(rules, amount)
    assert ruleset.fingerprint != made(rules, {**amount, "at_most": 9000}).fingerprint
    again = thaw_rules(freeze_rules(ruleset), rules.book.catalogue)
    facts = Facts({"members_total": 30, "members_in_age_span": 20, "received_on": date(2027, 3, 1)})
    for one in (ruleset, again):
        screening = screen(one, facts, kind=CaseKind.GRANT, on=ON)
        assert screening.worked_amount is not None
        assert screening.worked_amount.total == 3000_00 + 6_050_00
    asked = {fact.id for facts_of in asked_facts(ruleset, CaseKind.GRANT).values() for fact in facts_of}
    assert "members_in_age_span" in asked
    found = reduced_amount(screen(ruleset, facts, kind=CaseKind.GRANT, on=ON), 40_000_00)
    assert found is not None
    assert (found.applied, found.before, found.left, found.taken) == (40_000_00, 9_050_00, 9_050_00, 0)
    assert reduced_amount(screen(ruleset, facts, kind=CaseKind.GRANT, on=ON), 9_050_00) is None


def test_a_worked_case_says_what_the_formula_gives(rules: RulesFolder) -> None:
    ruleset = made(rules, {"parts": [PER_MEMBER]})
    given = {"name": "Barn", "kind": "grant", "on": ON, "facts": {"members_total": 30, "members_in_age_span": 20}}
    for expected, wrong in ((3000, 0), (2999, 1)):
        case = {**given, "expect": {"proposal": "approve", "amount": expected}}
        faults = Faults()
        [parsed] = parse_worked_cases([case], faults, ruleset)
        _screening, problems = run_worked_case(parsed, ruleset)
        assert len(problems) == wrong
    faults = Faults()
    assert not parse_worked_cases([{**given, "expect": {"proposal": "approve", "amount": "mycket"}}], faults, ruleset)
    assert "inget belopp" in faults.found[0].what.sv
