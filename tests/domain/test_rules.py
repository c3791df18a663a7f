"""The shipped rules: readable without a problem, every worked case as expected, exact where the plans are."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import shipped_rules
from vetting.domain.criteria import CaseKind, Moment
from vetting.domain.facts import Facts
from vetting.domain.screening import Result, screen
from vetting.domain.worked_cases import WorkedCase, run

if TYPE_CHECKING:
    from vetting.files.rules_reading import RulesFolder

ON = date(2026, 11, 20)
ALL_CASES = [(name, case) for name, cases in shipped_rules().cases.items() for case in cases]


def test_the_shipped_rules_have_no_problems(rules: RulesFolder) -> None:
    assert [problem.line("en") for problem in rules.problems] == []


def test_the_library_holds_all_88_criteria(rules: RulesFolder) -> None:
    assert len(rules.book.library) == 88


@pytest.mark.parametrize(("name", "case"), ALL_CASES, ids=[f"{n}: {c.name}" for n, c in ALL_CASES])
def test_a_worked_case_comes_out_as_written(rules: RulesFolder, name: str, case: WorkedCase) -> None:
    _, problems = run(case, rules.sets[name])
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
    book = rules.book
    texts = [text for item in book.library.values() for text in (item.label, item.question, item.guard)]
    texts += [text for fact in book.catalogue.values() for text in (fact.label, fact.help)]
    texts += [text for ruleset in rules.sets.values() for text in (ruleset.title,)]
    texts += [gate.label for gate in book.gates.values()]
    assert [text for text in texts if bool(text.sv) != bool(text.en)] == []


MEMBERS = st.integers(min_value=0, max_value=1_000_000)


@given(MEMBERS)
def test_one_more_member_never_turns_met_into_not_met(members: int) -> None:
    before, after = _medlemmar_minst(members), _medlemmar_minst(members + 1)
    assert not (before is Result.MET and after is Result.NOT_MET)
    assert after in {Result.MET, Result.NOT_MET}


def _medlemmar_minst(members: int) -> Result:
    ruleset = shipped_rules().sets["grundkrav-bidrag"]
    screening = screen(ruleset, Facts({"members_total": members}), kind=CaseKind.GRANT, on=ON)
    return next(f.result for f in screening.findings if f.criterion.id == "medlemmar-minst")


def test_the_fingerprint_changes_when_a_limit_does(rules: RulesFolder) -> None:
    assert rules.sets["grundkrav-bidrag"].fingerprint != rules.sets["farsta-2021-med-grundkrav"].fingerprint


def test_no_criterion_of_a_running_moment_is_asked_before_a_decision(rules: RulesFolder) -> None:
    screening = screen(rules.sets["farsta-2021"], Facts(), kind=CaseKind.GRANT, moment=Moment.BEFORE, on=ON)
    assert "krav-uppfylls-under-bidragstiden" not in {finding.criterion.id for finding in screening.findings}
