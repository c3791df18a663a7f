"""What is told to differ between two versions: the amount too."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.board import rules
from vetting.engine.amounts import parse_amount_rule
from vetting.engine.application_forms import parse_application_form
from vetting.engine.fact_catalogue import parse_catalogue
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Faults
from vetting.rules.domain.differences import rule_differences_of

if TYPE_CHECKING:
    from vetting.engine.ruleset import RuleSet
    from vetting.rules.domain.differences import RuleDifference


def with_amount(each: int) -> RuleSet:
    shipped = rules().folder.sets["grundkrav-bidrag"]
    data = {"parts": [{"per": "members_total", "each": each}], "at_most": 60000}
    return replace(shipped, amount=parse_amount_rule(data, (), Faults(), shipped.catalogue))


def test_what_another_kinds_rules_ask_is_no_difference_of_a_set_that_is_for_grants_alone() -> None:
    both = next(
        item for item in rules().folder.sets.values() if len(item.kinds) > 1 and item.for_kind(CaseKind.BOOKING)
    )
    grants = replace(both, id="bara-bidrag", kinds=frozenset({CaseKind.GRANT}), criteria=both.for_kind(CaseKind.GRANT))
    assert not [item for item in rule_differences_of(both, grants) if item.about.sv.startswith("Bokningar")]
    again = replace(grants, id=both.id)
    assert [item for item in rule_differences_of(both, again) if item.about.sv.startswith("Bokningar")]


def of_amount(old: RuleSet | None, new: RuleSet) -> list[RuleDifference]:
    return [item for item in rule_differences_of(old, new) if item.about.sv == "Så räknas beloppet"]


def test_another_formula_is_told_with_both_and_can_change_a_result() -> None:
    (found,) = of_amount(with_amount(9), with_amount(10))
    assert "9 kr" in found.before.sv.replace("\u00a0", " ")
    assert "10 kr" in found.after.sv.replace("\u00a0", " ")
    assert "60 000 kr" in found.after.sv.replace("\u00a0", " ").replace("\u202f", " ")
    assert found.decides


def test_a_formula_of_a_first_version_is_told_and_the_same_one_is_not() -> None:
    shipped = rules().folder.sets["grundkrav-bidrag"]
    (first,) = of_amount(None, with_amount(9))
    assert (first.before.sv, bool(first.after.sv)) == ("", True)
    assert of_amount(None, shipped) == of_amount(with_amount(9), with_amount(9)) == []
    (gone,) = of_amount(with_amount(9), shipped)
    assert gone.after.sv == ""


def form_of(ruleset: RuleSet, **said: object) -> RuleSet:
    return replace(ruleset, form=parse_application_form(said, (), Faults(), ruleset.catalogue))


def test_what_whoever_applies_meets_in_another_way_is_told_and_decides_nothing() -> None:
    shipped = rules().folder.sets["grundkrav-bidrag"]
    part = {"heading": "Vilka ni är", "facts": ["members_total", "statutes_document"]}
    old = form_of(shipped, intro="Sök så här.", parts=[part], help={"members_total": "Räkna alla."})
    new = form_of(
        shipped,
        intro="Sök före mars.",
        parts=[part | {"facts": ["statutes_document", "members_total"]}],
        help={"members_total": "Räkna bara de som har betalat."},
    )
    found = {item.about.sv: (item.before.sv, item.after.sv) for item in rule_differences_of(old, new)}
    assert found == {
        "Ansökningsformuläret: inledning": ("Sök så här.", "Sök före mars."),
        "Ansökningsformuläret: Vilka ni är": ("Antal medlemmar; Stadgar", "Stadgar; Antal medlemmar"),
        "Ansökningsformuläret: antal medlemmar": ("Räkna alla.", "Räkna bara de som har betalat."),
    }
    assert not any(item.decides for item in rule_differences_of(old, new))
    assert rule_differences_of(new, new) == ()


def test_a_fact_of_the_boards_own_is_told_with_its_choices_and_help() -> None:
    shipped = rules().folder.sets["grundkrav-bidrag"]
    asked: dict[str, Any] = {
        "type": "choice",
        "label": "Rätt till lokalen",
        "level": "activity",
        "supplied_by": "applicant",
    }
    asked |= {"options": {"ager": "äger", "hyr": "hyr"}, "help": "Det som gäller i dag."}
    fewer = parse_catalogue({"lokal": asked | {"options": {"ager": "äger"}}}, Faults())
    own = parse_catalogue({"lokal": asked}, Faults())
    (added,) = rule_differences_of(shipped, replace(shipped, own_facts=own))
    assert (added.about.sv, added.before.sv) == ("Ny uppgift", "")
    assert added.after.sv.startswith("Rätt till lokalen: ")
    assert added.after.sv.endswith("(äger, hyr). Det som gäller i dag.")
    (changed,) = rule_differences_of(replace(shipped, own_facts=fewer), replace(shipped, own_facts=own))
    assert (changed.about.sv, "(äger)" in changed.before.sv) == ("Uppgift", True)
