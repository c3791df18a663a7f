"""The shipped rules: readable without a problem, every worked case as expected, exact where the plans are."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import shipped_rules
from vetting.engine.criteria import Consequence, ReviewMoment
from vetting.engine.facts import Facts, FactSupplier
from vetting.engine.results import CriterionResult
from vetting.engine.ruleset import RuleSet, parse_ruleset
from vetting.engine.ruleset_resolution import resolve_rule_set
from vetting.engine.screening import screen
from vetting.engine.worked_cases import WorkedCase, run_worked_case
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Faults

if TYPE_CHECKING:
    from vetting.rules.services.rule_files import RulesFolder

ON = date(2026, 11, 20)
ALL_CASES = [(name, case) for name, cases in shipped_rules().cases.items() for case in cases]


def test_the_shipped_rules_have_no_problems(rules: RulesFolder) -> None:
    assert [problem.line("en") for problem in rules.problems] == []


def test_the_library_holds_the_88_criteria_and_those_of_the_municipalities(rules: RulesFolder) -> None:
    practice = {
        name for name, criterion in rules.book.library.items() if "Publicerade" in criterion.sources[0].document
    }
    added = {"signal-tidigare-stopp-aterkrav"}  # what else the product compares by itself
    assert len(rules.book.library.keys() - practice - added) == 88
    assert len(practice) == 21


@pytest.mark.parametrize(("name", "case"), ALL_CASES, ids=[f"{n}: {c.name}" for n, c in ALL_CASES])
def test_a_worked_case_comes_out_as_written(rules: RulesFolder, name: str, case: WorkedCase) -> None:
    _, problems = run_worked_case(case, rules.sets[name])
    assert [problem.line("sv") for problem in problems] == []


def test_every_set_has_worked_cases(rules: RulesFolder) -> None:
    assert {name: bool(cases) for name, cases in rules.cases.items()} == dict.fromkeys(rules.sets, True)


def test_a_booking_in_hasselby_vallingby_is_judged_by_two_criteria_only(rules: RulesFolder) -> None:
    for year in (2017, 2018):
        criteria = rules.sets[f"hasselby-vallingby-{year}"].for_kind(CaseKind.BOOKING)
        assert [item.id for item in criteria] == ["demokratisk-rattsstat", "manskliga-rattigheter"]


def test_alvsjo_orders_a_routine_and_has_no_criteria(rules: RulesFolder) -> None:
    alvsjo = rules.sets["alvsjo-2018"]
    assert alvsjo.criteria == ()
    assert [gate.id for gate in alvsjo.gates] == ["lokalrutin-foljd"]


def test_only_farsta_refers_every_application(rules: RulesFolder) -> None:
    referring = {name for name, ruleset in rules.sets.items() if ruleset.refer.everything}
    assert referring == {"farsta-2021", "farsta-2021-med-grundkrav"}


def test_every_text_of_the_shipped_rules_has_both_languages(rules: RulesFolder) -> None:
    """A text that reads alike in both languages is a mistake, but for these few words."""
    book = rules.book
    texts = [text for item in book.library.values() for text in (item.label, item.question, item.guard)]
    texts += [
        text
        for fact in book.catalogue.values()
        for text in (fact.label, fact.help, fact.ask_for, *fact.options.values())
    ]
    texts += [ruleset.title for ruleset in rules.sets.values()]
    texts += [text for gate in book.gates.values() for text in (gate.label, gate.computed_from)]
    alike = {text.sv for text in texts if text.sv == text.en and text.sv}
    assert alike == {"Budget"}
    assert [text for text in texts if bool(text.sv) != bool(text.en)] == []


MEMBERS = st.integers(min_value=0, max_value=1_000_000)


@given(MEMBERS)
def test_one_more_member_never_turns_met_into_not_met(members: int) -> None:
    before, after = _medlemmar_minst(members), _medlemmar_minst(members + 1)
    assert not (before is CriterionResult.MET and after is CriterionResult.NOT_MET)
    assert after in {CriterionResult.MET, CriterionResult.NOT_MET}


def _medlemmar_minst(members: int) -> CriterionResult:
    ruleset = shipped_rules().sets["grundkrav-bidrag"]
    screening = screen(ruleset, Facts({"members_total": members}), kind=CaseKind.GRANT, on=ON)
    return next(f.result for f in screening.findings if f.criterion.id == "medlemmar-minst")


def resolved(rules: RulesFolder, data: dict[str, Any]) -> RuleSet:
    faults = Faults()
    draft = parse_ruleset(data, faults, rules.book.catalogue)
    made = resolve_rule_set(draft, rules.book, faults) if draft else None
    assert made is not None, faults.found
    return made


def set_data(*criteria: dict[str, Any], **fields: Any) -> dict[str, Any]:
    head = {
        "id": "eget",
        "board": "all",
        "kinds": ["grant", "booking"],
        "title": {"sv": "Eget", "en": "Own"},
        "source": {"document": "Prov"},
    }
    return {**head, "criteria": list(criteria), **fields}


def shuffled(data: Any, chooser: random.Random) -> Any:
    """The same data with the keys of every mapping in another order."""
    if isinstance(data, dict):
        keys = list(data)
        chooser.shuffle(keys)
        return {key: shuffled(data[key], chooser) for key in keys}
    return [shuffled(item, chooser) for item in data] if isinstance(data, list) else data


@given(st.integers(0, 10_000), st.sampled_from(sorted(shipped_rules().book.library)))
def test_the_fingerprint_does_not_depend_on_key_order(seed: int, name: str) -> None:
    rules = shipped_rules()
    own = {**rules.book.library[name].data, "id": "eget-krav"}
    data = set_data(own, kinds=sorted(own["applies_to"]))
    other = shuffled(data, random.Random(seed))
    assert resolved(rules, data).fingerprint == resolved(rules, other).fingerprint


def test_the_fingerprint_changes_with_everything_that_decides(rules: RulesFolder) -> None:
    use = {"use": "medlemmar-minst", "kinds": ["grant"], "settings": {"required_members": 5}}
    base = set_data(use)
    others = [
        set_data({**use, "settings": {"required_members": 6}}),
        set_data({**use, "kinds": ["booking"]}),
        set_data({**use, "if_not_met": "assess"}),
        set_data({**use, "sources": [{"document": "Annat"}]}),
        set_data(use, gates=["referensgrupp-har-granskat"]),
        set_data(use, refer="all"),
        set_data(use, valid={"from": date(2027, 1, 1)}),
        set_data(use, {"use": "stadgar-antagna", "kinds": ["grant"]}),
    ]
    assert len({resolved(rules, data).fingerprint for data in (base, *others)}) == len(others) + 1
    supplied = replace(rules.book.catalogue["members_total"], supplied_by=FactSupplier.STAFF)
    book = replace(rules.book, catalogue={**rules.book.catalogue, "members_total": supplied}, resolved={})
    assert resolved(replace(rules, book=book), base).fingerprint != resolved(rules, base).fingerprint


def test_a_criterion_may_mean_different_things_for_grants_and_bookings(rules: RulesFolder) -> None:
    made = resolved(
        rules,
        set_data(
            {"use": "medlemmar-minst", "kinds": ["grant"], "settings": {"required_members": 5}},
            {"use": "medlemmar-minst", "kinds": ["booking"], "settings": {"required_members": 20}},
        ),
    )
    limits = {kind: [item.settings for item in made.for_kind(kind)] for kind in CaseKind}
    assert limits == {CaseKind.GRANT: [{"required_members": 5}], CaseKind.BOOKING: [{"required_members": 20}]}


def test_a_set_that_restates_a_criterion_for_grants_keeps_it_for_bookings(rules: RulesFolder) -> None:
    use = {"use": "organisationsnummer-giltigt", "kinds": ["grant"], "if_not_met": "assess"}
    made = resolved(rules, set_data(use, builds_on=["grundkrav-bidrag", "grundkrav-lokal"]))
    consequences = {kind: item.if_not_met for kind in CaseKind for item in made.for_kind(kind) if item.id == use["use"]}
    assert consequences == {CaseKind.GRANT: Consequence.ASSESS, CaseKind.BOOKING: Consequence.COMPLETE}


def test_two_bases_that_disagree_are_a_fault_until_the_set_itself_says(rules: RulesFolder) -> None:
    lenient = parse_ruleset(
        set_data({"use": "medlemmar-minst", "settings": {"required_members": 3}}, id="mild"),
        Faults(),
        rules.book.catalogue,
    )
    assert lenient is not None
    book = replace(rules.book, drafts={**rules.book.drafts, "mild": lenient}, resolved={})
    folder = replace(rules, book=book)
    both = {"builds_on": ["grundkrav-bidrag", "mild"]}
    faults = Faults()
    draft = parse_ruleset(set_data(**both), faults, book.catalogue)
    assert draft is not None
    assert resolve_rule_set(draft, book, faults) is None
    assert "säger olika om 'medlemmar-minst'" in faults.found[0].what.sv
    settled = set_data({"use": "medlemmar-minst", "settings": {"required_members": 4}}, **both)
    assert resolved(folder, settled).for_kind(CaseKind.GRANT)


def test_a_set_with_a_broken_base_is_broken_too(rules: RulesFolder) -> None:
    broken = parse_ruleset(set_data({"use": "finns-inte"}, id="trasig"), Faults(), rules.book.catalogue)
    assert broken is not None
    book = replace(rules.book, drafts={**rules.book.drafts, "trasig": broken}, resolved={})
    faults = Faults()
    draft = parse_ruleset(set_data(builds_on=["trasig"]), faults, book.catalogue)
    assert draft is not None
    assert resolve_rule_set(draft, book, faults) is None
    assert "'trasig' har fel" in faults.found[0].what.sv


def test_a_set_takes_over_gates_and_referral_and_may_say_none(rules: RulesFolder) -> None:
    inherited = resolved(rules, set_data(builds_on=["farsta-2021"]))
    assert inherited.refer.everything
    assert [gate.id for gate in inherited.gates] == ["referensgrupp-har-granskat"]
    assert not resolved(rules, set_data(builds_on=["farsta-2021"], refer="none")).refer.everything


def test_no_criterion_of_a_running_moment_is_asked_before_a_decision(rules: RulesFolder) -> None:
    screening = screen(rules.sets["farsta-2021"], Facts(), kind=CaseKind.GRANT, moment=ReviewMoment.BEFORE, on=ON)
    assert "krav-uppfylls-under-bidragstiden" not in {finding.criterion.id for finding in screening.findings}
