"""From facts and answers to results and one proposal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from vetting.domain.computed import of_a_list
from vetting.domain.criteria import CaseKind
from vetting.domain.evidence import Answer, Assessment
from vetting.domain.facts import Facts, Value
from vetting.domain.layouts import CaseRow
from vetting.domain.proposal import Attention, Proposal
from vetting.domain.screening import Author, Finding, Part, Reason, Result, Screening, screen

if TYPE_CHECKING:
    from vetting.domain.ruleset import RuleSet
    from vetting.files.rules_reading import RulesFolder

ON = date(2026, 11, 20)


def found(screening: Screening, criterion: str) -> Finding:
    return next(finding for finding in screening.findings if finding.criterion.id == criterion)


def answered(ruleset: RuleSet, answer: Answer, *ids: str, **changes: object) -> dict[str, Assessment]:
    given = {
        item.id: Assessment(criterion=item.id, answer=answer, by="Kim Ek", on=ON, fingerprint=item.fingerprint)
        for item in ruleset.criteria
        if item.id in ids
    }
    return {name: replace(one, **changes) for name, one in given.items()}  # type: ignore[arg-type]


def booking(ruleset: RuleSet, assessments: dict[str, Assessment] | None = None, /, **values: Value) -> Screening:
    return screen(ruleset, Facts(values), assessments, kind=CaseKind.BOOKING, on=ON)


VALUES = (
    "demokratisk-rattsstat", "manskliga-rattigheter", "jamstalldhet-kvinnor-man", "uppmuntrar-ej-vbe",
    "mojliggor-ej-vbe", "verksamhet-demokratisk-grund-lokal",
)  # fmt: skip


def test_what_a_person_answered_is_not_computed(rules: RulesFolder) -> None:
    farsta = rules.sets["farsta-2021"]
    screening = booking(farsta, answered(farsta, Answer.NOTHING_FOUND, "demokratisk-rattsstat"))
    finding = found(screening, "demokratisk-rattsstat")
    assert (finding.result, finding.author) == (Result.MET, Author.PERSON)


def test_an_earlier_assessment_is_reused_and_says_so(rules: RulesFolder) -> None:
    farsta = rules.sets["farsta-2021"]
    screening = booking(farsta, answered(farsta, Answer.MET, "demokratisk-rattsstat", earlier=True))
    assert found(screening, "demokratisk-rattsstat").author is Author.EARLIER


def test_an_expired_answer_is_asked_again_as_a_look(rules: RulesFolder) -> None:
    farsta = rules.sets["farsta-2021"]
    old = answered(farsta, Answer.MET, "demokratisk-rattsstat", valid_until=date(2026, 11, 19))
    finding = found(booking(farsta, old), "demokratisk-rattsstat")
    assert (finding.reason, finding.attention) == (Reason.EXPIRED, Attention.LOOK)


def test_an_answer_to_another_wording_is_no_answer(rules: RulesFolder) -> None:
    farsta = rules.sets["farsta-2021"]
    other = answered(farsta, Answer.MET, "demokratisk-rattsstat", fingerprint="0" * 64)
    assert found(booking(farsta, other), "demokratisk-rattsstat").result is Result.NEEDS_ASSESSMENT


def test_a_withdrawn_answer_is_no_answer(rules: RulesFolder) -> None:
    farsta = rules.sets["farsta-2021"]
    gone = answered(farsta, Answer.MET, "demokratisk-rattsstat", withdrawn=True)
    assert found(booking(farsta, gone), "demokratisk-rattsstat").result is Result.NEEDS_ASSESSMENT


def test_a_signal_about_the_event_makes_the_event_be_asked_and_is_no_question_itself(farsta: RuleSet) -> None:
    screening = booking(farsta, answered(farsta, Answer.NOTHING_FOUND, *VALUES), external_speakers=True)
    assert found(screening, "signal-extern-forelasare").result is Result.NOT_APPLICABLE
    event = found(screening, "arrangemang-demokratisk-grund")
    assert (event.result, event.reason, event.attention) == (Result.NEEDS_ASSESSMENT, Reason.AGAINST, Attention.PERSON)


def test_a_tip_puts_a_value_criterion_to_a_person_although_it_was_answered(rules: RulesFolder) -> None:
    """A newer signal speaks against an answer that was given without it; then the answer falls."""
    base = rules.sets["farsta-2021"]
    tip = rules.book.library["signal-uppgift-utifran"]
    farsta = replace(base, criteria=(*base.criteria, tip), fingerprint="with-tip")
    answers = answered(farsta, Answer.NOTHING_FOUND, *VALUES)
    facts: dict[str, Value] = {"tip_received_on": ON, "tip_about": ("demokratisk-rattsstat",)}
    screening = booking(farsta, answers, **facts)
    finding = found(screening, "demokratisk-rattsstat")
    assert (finding.reason, finding.attention) == (Reason.AGAINST, Attention.PERSON)
    seen = answered(farsta, Answer.NOTHING_FOUND, *VALUES, signals=frozenset({tip.id}))
    assert found(booking(farsta, seen, **facts), "demokratisk-rattsstat").result is Result.MET


def test_the_two_parts_of_a_booking_are_proposed_apart(farsta: RuleSet) -> None:
    screening = booking(
        farsta,
        answered(farsta, Answer.NOTHING_FOUND, *VALUES),
        organisation_number="8029990234",
        organiser_is_booker=True,
        organiser_of_record="Föreningen Exempelstigen",
        event_purpose="Möte",
        responsible_person="ordföranden",
        expected_visitors=140,
    )
    assert screening.parts == {Part.ASSOCIATION: Proposal.APPROVE, Part.EVENT: Proposal.ASSESS}
    assert screening.proposal is Proposal.ASSESS


def test_failing_a_rate_criterion_means_full_price_and_leaves_the_proposal_alone(rules: RulesFolder) -> None:
    base = rules.sets["grundkrav-lokal"]
    rate = rules.book.library["ej-kommersiell-verksamhet"]
    ruleset = replace(base, criteria=(*base.criteria, rate), fingerprint="with-rate")
    facts: dict[str, Value] = {
        "organisation_number": "8029990234", "organiser_is_booker": True, "organiser_of_record": "F",
        "event_purpose": "Möte", "responsible_person": "o", "expected_visitors": 10, "rate_applied_for": "nolltaxa",
    }  # fmt: skip
    screening = booking(ruleset, None, **facts, commercial=True)
    assert found(screening, "ej-kommersiell-verksamhet").full_price
    assert screening.proposal is Proposal.APPROVE


def test_a_missing_computed_fact_has_no_effect(rules: RulesFolder) -> None:
    ruleset = rules.sets["grundkrav-bidrag"]
    screening = screen(ruleset, Facts({"members_total": 9}), kind=CaseKind.GRANT, on=ON)
    finding = found(screening, "tidigare-bidrag-redovisat")
    assert (finding.result, finding.effect) == (Result.UNKNOWN, None)


def test_the_same_input_gives_the_same_result(farsta: RuleSet) -> None:
    facts = Facts({"members_total": 4})
    one, two = (screen(farsta, facts, kind=CaseKind.GRANT, on=ON) for _ in range(2))
    assert [(f.criterion.id, f.result, f.leaves) for f in one.findings] == [
        (f.criterion.id, f.result, f.leaves) for f in two.findings
    ]


def test_screening_does_not_change_the_facts_it_was_given(farsta: RuleSet) -> None:
    values: dict[str, Value] = {"external_speakers": True}
    booking(farsta, None, **values)
    assert values == {"external_speakers": True}


def test_ten_thousand_rows_of_one_number_are_compared_in_no_time() -> None:
    """Comparing each with each would take minutes; what is named is cut at ten."""
    cases = [
        CaseRow(row=row, name=f"Föreningen {row % 5000}", number="8029990234", facts=Facts({"giro_number": "1-2"}))
        for row in range(10_000)
    ]
    named = [facts.values["other_cases"] for facts in of_a_list(cases)]
    assert all(isinstance(rows, tuple) and 1 <= len(rows) <= 10 for rows in named)


def test_the_same_association_twice_is_not_another_applicant() -> None:
    cases = [
        CaseRow(row=5, name="IF Provkvarnen", number="8029990234", facts=Facts()),
        CaseRow(row=6, name="Idrottsföreningen Provkvarnen", number="8029990234", facts=Facts()),
        CaseRow(row=7, name="Föreningen Testlyktan", number="8029990234", facts=Facts()),
        CaseRow(row=8, name="", number="8029990234", facts=Facts()),
    ]
    assert [facts.values["other_cases"] for facts in of_a_list(cases)] == [("7",), ("7",), ("5", "6"), ()]
