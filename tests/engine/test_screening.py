"""From facts and answers to results and one proposal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from vetting.engine.criteria import ReviewMoment
from vetting.engine.evidence import Assessment, CriterionAnswer
from vetting.engine.facts import Facts, Support, Value
from vetting.engine.proposal import Attention, Proposal
from vetting.engine.reasons import proposal_in_words, reason_for_finding, result_in_words
from vetting.engine.results import CriterionResult, Finding, ResultAuthor, ResultReason
from vetting.engine.ruleset import parse_ruleset
from vetting.engine.ruleset_resolution import resolve_rule_set
from vetting.engine.screening import BookingPart, Screening, screen
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Faults
from vetting.lists.domain.case_lists import CaseRow
from vetting.lists.domain.shared_applicants import of_a_list

if TYPE_CHECKING:
    from vetting.engine.ruleset import RuleSet
    from vetting.rules.services.rule_files import RulesFolder

ON = date(2026, 11, 20)


def found(screening: Screening, criterion: str) -> Finding:
    return next(finding for finding in screening.findings if finding.criterion.id == criterion)


def answered(ruleset: RuleSet, answer: CriterionAnswer, *ids: str, **changes: object) -> dict[str, Assessment]:
    given = {
        item.id: Assessment(criterion=item.id, answer=answer, by="Kim Ek", on=ON, fingerprint=item.fingerprint)
        for item in ruleset.criteria
        if item.id in ids
    }
    return {name: replace(one, **changes) for name, one in given.items()}  # type: ignore[arg-type]


def booking(ruleset: RuleSet, assessments: dict[str, Assessment] | None = None, /, **values: Value) -> Screening:
    return screen(ruleset, Facts(values), assessments, kind=CaseKind.BOOKING, on=ON)


VALUES = (
    "demokratisk-rattsstat",
    "manskliga-rattigheter",
    "jamstalldhet-kvinnor-man",
    "uppmuntrar-ej-vbe",
    "mojliggor-ej-vbe",
    "verksamhet-demokratisk-grund-lokal",
)


COMPLETE: dict[str, Value] = {"booker_is_private": False, "external_speakers": False, "open_to_public": False}


def test_what_a_person_answered_is_not_computed(rules: RulesFolder) -> None:
    farsta = rules.sets["farsta-2021"]
    screening = booking(farsta, answered(farsta, CriterionAnswer.NOTHING_FOUND, "demokratisk-rattsstat"))
    finding = found(screening, "demokratisk-rattsstat")
    assert (finding.result, finding.author) == (CriterionResult.NOTHING_FOUND, ResultAuthor.PERSON)


def test_nothing_found_opens_what_met_opens_and_is_never_called_met(farsta: RuleSet) -> None:
    """It is no clearance: its own result, its own words."""
    screening = booking(farsta, answered(farsta, CriterionAnswer.NOTHING_FOUND, *VALUES), **COMPLETE)
    looked_at = [finding for finding in screening.findings if finding.criterion.id in VALUES]
    assert {finding.result for finding in looked_at} == {CriterionResult.NOTHING_FOUND}
    assert {finding.effect for finding in looked_at} == {None}
    said = [
        text for finding in looked_at for text in (*reason_for_finding(finding, screening), *result_in_words(finding))
    ]
    assert not [text for text in said if "ppfyll" in text or "prövad" in text or "Met" in text or " met" in text]
    assert all("nget har framkommit" in text or "othing found" in text for text in said)


def test_an_answer_from_another_kind_of_case_is_a_proposal_to_make_ones_own(farsta: RuleSet) -> None:
    screening = booking(farsta, answered(farsta, CriterionAnswer.NOTHING_FOUND, *VALUES, earlier=True, other_kind=True))
    finding = found(screening, VALUES[0])
    assert (finding.result, finding.reason) == (CriterionResult.NEEDS_ASSESSMENT, ResultReason.OTHER_KIND)
    assert (finding.author, finding.attention) == (ResultAuthor.COMPUTED, Attention.LOOK)
    assert "Kim Ek" in reason_for_finding(finding, screening).sv
    assert (
        "den 20 nov" in reason_for_finding(finding, screening).sv
        or "20 nov" in reason_for_finding(finding, screening).sv
    )


@pytest.mark.parametrize("kind", ["company", "party"])
def test_of_a_company_or_a_party_only_the_event_and_what_speaks_against_is_assessed(farsta: RuleSet, kind: str) -> None:
    screening = booking(farsta, booker_kind=kind, booker_is_private=False, expected_visitors=400, open_to_public=True)
    assert {found(screening, value).reason for value in VALUES} == {ResultReason.NO_ASSOCIATION}
    assert found(screening, "arrangemang-demokratisk-grund").result is CriterionResult.NEEDS_ASSESSMENT
    assert "åsikter" not in reason_for_finding(found(screening, VALUES[0]), screening).sv
    given = answered(farsta, CriterionAnswer.NOT_MET, VALUES[0])
    held = booking(farsta, given, booker_kind=kind, booker_is_private=False)
    assert found(held, VALUES[0]).result is CriterionResult.NOT_MET  # what a person has found is not taken away by it


def test_an_own_unit_is_not_judged_and_nobody_says_that_it_was(farsta: RuleSet) -> None:
    screening = booking(farsta, booker_kind="own_unit", expected_visitors=400, open_to_public=True)
    assert {finding.reason for finding in screening.findings} == {ResultReason.OWN_UNIT}
    assert (screening.proposal, screening.attention, screening.refers) == (Proposal.APPROVE, Attention.NONE, False)
    assert (screening.own_unit, screening.nothing_checked) == (True, False)
    assert "Prövas inte" in proposal_in_words(screening).sv
    other = booking(farsta, booker_kind="study_association", **COMPLETE)
    assert found(other, VALUES[0]).result is CriterionResult.NEEDS_ASSESSMENT


def test_an_earlier_assessment_is_reused_and_says_so(rules: RulesFolder) -> None:
    farsta = rules.sets["farsta-2021"]
    screening = booking(farsta, answered(farsta, CriterionAnswer.MET, "demokratisk-rattsstat", earlier=True))
    assert found(screening, "demokratisk-rattsstat").author is ResultAuthor.EARLIER


def test_an_expired_answer_is_asked_again_as_a_look(rules: RulesFolder) -> None:
    farsta = rules.sets["farsta-2021"]
    old = answered(farsta, CriterionAnswer.MET, "demokratisk-rattsstat", valid_until=date(2026, 11, 19))
    finding = found(booking(farsta, old), "demokratisk-rattsstat")
    assert (finding.reason, finding.attention) == (ResultReason.EXPIRED, Attention.LOOK)


def test_an_answer_to_another_wording_is_no_answer(rules: RulesFolder) -> None:
    farsta = rules.sets["farsta-2021"]
    other = answered(farsta, CriterionAnswer.MET, "demokratisk-rattsstat", fingerprint="0" * 64)
    assert found(booking(farsta, other), "demokratisk-rattsstat").result is CriterionResult.NEEDS_ASSESSMENT


def test_a_withdrawn_answer_is_no_answer(rules: RulesFolder) -> None:
    farsta = rules.sets["farsta-2021"]
    gone = answered(farsta, CriterionAnswer.MET, "demokratisk-rattsstat", withdrawn=True)
    assert found(booking(farsta, gone), "demokratisk-rattsstat").result is CriterionResult.NEEDS_ASSESSMENT


def test_a_signal_about_the_event_makes_the_event_be_asked_and_is_no_question_itself(farsta: RuleSet) -> None:
    screening = booking(farsta, answered(farsta, CriterionAnswer.NOTHING_FOUND, *VALUES), external_speakers=True)
    assert found(screening, "signal-extern-forelasare").result is CriterionResult.NOT_APPLICABLE
    event = found(screening, "arrangemang-demokratisk-grund")
    assert (event.result, event.reason, event.attention) == (
        CriterionResult.NEEDS_ASSESSMENT,
        ResultReason.AGAINST,
        Attention.PERSON,
    )


def test_a_tip_puts_a_value_criterion_to_a_person_although_it_was_answered(rules: RulesFolder) -> None:
    """A newer signal speaks against an answer that was given without it; then the answer falls."""
    base = rules.sets["farsta-2021"]
    tip = rules.book.library["signal-uppgift-utifran"]
    farsta = replace(base, criteria=(*base.criteria, tip), fingerprint="with-tip")
    answers = answered(farsta, CriterionAnswer.NOTHING_FOUND, *VALUES)
    facts: dict[str, Value] = {"tip_received_on": ON, "tip_about": ("demokratisk-rattsstat",)}
    screening = booking(farsta, answers, **facts)
    finding = found(screening, "demokratisk-rattsstat")
    assert (finding.reason, finding.attention) == (ResultReason.AGAINST, Attention.PERSON)
    seen = answered(farsta, CriterionAnswer.NOTHING_FOUND, *VALUES, signals=finding.signals)
    assert found(booking(farsta, seen, **facts), "demokratisk-rattsstat").result is CriterionResult.NOTHING_FOUND
    newer = booking(farsta, seen, **{**facts, "tip_received_on": date(2026, 11, 21)})
    assert found(newer, "demokratisk-rattsstat").reason is ResultReason.AGAINST


def test_a_signal_about_what_nobody_can_be_asked_is_a_question_of_its_own(rules: RulesFolder) -> None:
    base = rules.sets["grundkrav-lokal"]
    tip = rules.book.library["signal-uppgift-utifran"]
    ruleset = replace(base, criteria=(*base.criteria, tip), fingerprint="with-tip")
    facts: dict[str, Value] = {"tip_received_on": ON, "tip_about": ("organisationsnummer-giltigt",)}
    finding = found(booking(ruleset, None, **facts), tip.id)
    assert (finding.result, finding.attention) == (CriterionResult.NEEDS_ASSESSMENT, Attention.PERSON)


def test_a_withdrawn_no_is_for_a_person_and_an_expired_answer_is_a_look(rules: RulesFolder) -> None:
    farsta = rules.sets["farsta-2021"]
    gone = found(booking(farsta, answered(farsta, CriterionAnswer.NOT_MET, *VALUES, withdrawn=True)), VALUES[0])
    assert (gone.reason, gone.attention) == (ResultReason.WITHDRAWN, Attention.PERSON)


def own(rules: RulesFolder, *, kinds: tuple[str, ...] = ("grant",), **fields: object) -> RuleSet:
    """A set of one own criterion."""
    criterion = {
        "id": "eget",
        "label": "Eget",
        "applies_to": list(kinds),
        "level": "association",
        "kind": "automatic",
        "moment": "before",
        "if_not_met": "assess",
        "sources": [{"document": "Prov"}],
        **fields,
    }
    data = {
        "id": "eget-set",
        "board": "all",
        "kinds": list(kinds),
        "title": "Eget",
        "source": {"document": "Prov"},
        "criteria": [criterion],
    }
    faults = Faults()
    draft = parse_ruleset(data, faults, rules.book.catalogue)
    made = resolve_rule_set(draft, rules.book, faults) if draft else None
    assert made is not None, faults.found
    return made


def grant(ruleset: RuleSet, facts: Facts, moment: ReviewMoment = ReviewMoment.BEFORE) -> Screening:
    return screen(ruleset, facts, kind=CaseKind.GRANT, moment=moment, on=ON)


def test_what_staff_can_find_out_is_for_a_person_and_what_the_association_has_is_asked_for(rules: RulesFolder) -> None:
    staff = own(rules, condition={"fact": "bankrupt", "equal": False})
    assert grant(staff, Facts()).proposal is Proposal.ASSESS
    applicant = own(rules, condition={"fact": "members_total", "at_least": 5})
    assert grant(applicant, Facts()).proposal is Proposal.COMPLETE
    assert grant(applicant, Facts(not_asked=frozenset({"members_total"}))).nothing_checked


def test_a_cell_that_could_not_be_read_is_never_nothing(rules: RulesFolder) -> None:
    ruleset = own(rules, condition={"fact": "unreported_grants", "equal": 0}, kind="history", if_not_met="refuse")
    assert grant(ruleset, Facts(unreadable=frozenset({"unreported_grants"}))).attention is Attention.PERSON


def test_an_absent_paper_never_refuses_by_itself(rules: RulesFolder) -> None:
    ruleset = own(rules, condition={"fact": "statutes_document", "present": True}, if_not_met="refuse")
    assert grant(ruleset, Facts(absent=frozenset({"statutes_document"}))).proposal is Proposal.COMPLETE


def test_what_follows_from_a_paper_is_not_checked_without_the_paper(rules: RulesFolder) -> None:
    condition = {"all": [{"fact": "annual_minutes", "present": True}, {"fact": "board_size", "at_least": 3}]}
    ruleset = own(rules, condition=condition, if_not_met="complete")
    without = found(grant(ruleset, Facts({"board_size": 5}, absent=frozenset({"annual_minutes"}))), "eget")
    assert (without.result, without.effect) == (CriterionResult.UNKNOWN, Proposal.COMPLETE)
    assert result_in_words(without).sv == "Inte kontrollerat"
    with_it = found(grant(ruleset, Facts({"board_size": 5, "annual_minutes": True})), "eget")
    assert result_in_words(with_it).sv == "Uppfyllt enligt uppgifterna"
    too_few = found(grant(ruleset, Facts({"board_size": 2, "annual_minutes": True})), "eget")
    assert too_few.result is CriterionResult.NOT_MET


def test_a_paper_that_only_is_stated_is_never_called_met(rules: RulesFolder) -> None:
    ruleset = own(rules, condition={"fact": "accounts", "present": True}, kind="document", if_not_met="complete")
    stated = found(grant(ruleset, Facts({"accounts": True})), "eget")
    assert result_in_words(stated).sv == "Uppgiven av föreningen"


def test_nothing_is_approved_without_anything_met(rules: RulesFolder) -> None:
    ruleset = own(rules, kinds=("booking",), condition={"fact": "commercial", "equal": False}, if_not_met="full_price")
    screening = booking(ruleset, None, commercial=True)
    assert (screening.proposal, screening.nothing_checked) == (Proposal.ASSESS, True)


def test_an_unknown_rate_criterion_has_no_effect(rules: RulesFolder) -> None:
    ruleset = own(rules, kinds=("booking",), condition={"fact": "commercial", "equal": False}, if_not_met="full_price")
    assert found(booking(ruleset), "eget").effect is None


def test_what_counts_from_today_asks_for_no_application_day(rules: RulesFolder) -> None:
    condition = {"fact": "annual_meeting_held_on", "within": {"years": 1}}
    today = found(grant(own(rules, condition=condition, as_of="today"), Facts()), "eget")
    assert today.missing == ("annual_meeting_held_on",)
    applied = found(grant(own(rules, condition=condition), Facts()), "eget")
    assert applied.missing == ("annual_meeting_held_on", "application_date")


def test_only_if_makes_a_criterion_not_apply_and_unknown_where_that_is_unknown(rules: RulesFolder) -> None:
    ruleset = own(
        rules,
        condition={"fact": "detailed_budget", "present": True},
        only_if={"not": {"fact": "amount_applied", "at_most": 300000}},
        kind="document",
        if_not_met="complete",
    )
    assert found(grant(ruleset, Facts({"amount_applied": 300_000_00})), "eget").result is CriterionResult.NOT_APPLICABLE
    assert found(grant(ruleset, Facts({"amount_applied": 300_000_01})), "eget").missing == ("detailed_budget",)
    assert found(grant(ruleset, Facts()), "eget").missing == ("amount_applied",)
    assert found(grant(ruleset, Facts({"detailed_budget": True})), "eget").result is CriterionResult.MET


def asking(rules: RulesFolder, if_unknown: str) -> RuleSet:
    return own(
        rules,
        kinds=("booking",),
        kind="assessment",
        level="event",
        question="Är det så?",
        guard="Åsikter räknas aldrig.",
        ask={"when": {"fact": "open_to_public", "equal": True}, "if_unknown": if_unknown},
    )


def test_an_unknown_asking_condition_is_noted_or_asked_as_the_rule_says(rules: RulesFolder) -> None:
    assert found(booking(asking(rules, "note")), "eget").result is CriterionResult.NOT_APPLICABLE
    assert found(booking(asking(rules, "ask")), "eget").result is CriterionResult.NEEDS_ASSESSMENT
    assert (
        found(booking(asking(rules, "ask"), None, open_to_public=False), "eget").result
        is CriterionResult.NOT_APPLICABLE
    )


def test_on_running_support_reclaim_goes_before_a_payment_stop(rules: RulesFolder) -> None:
    running: dict[str, Any] = {"moment": "running", "condition": {"fact": "bankrupt", "equal": False}}
    stop = own(rules, on_running_support="pause_payment", **running)
    back = replace(own(rules, on_running_support="reclaim", **running).criteria[0], id="annat")
    both = replace(stop, criteria=(*stop.criteria, back), fingerprint="both")
    facts = Facts({"bankrupt": True})
    assert grant(stop, facts, ReviewMoment.RUNNING).proposal is Proposal.PAUSE_PAYMENT
    assert grant(both, facts, ReviewMoment.RUNNING).proposal is Proposal.RECLAIM
    assert grant(both, facts).nothing_checked


def test_a_sum_whose_amounts_are_unknown_lacks_something(rules: RulesFolder) -> None:
    ruleset = own(rules, condition={"sum": "other_support", "at_most": 1000})
    finding = found(grant(ruleset, Facts({"other_support": (Support("A"),)})), "eget")
    assert (finding.missing, finding.effect) == (("other_support",), Proposal.COMPLETE)


def test_the_two_parts_of_a_booking_are_proposed_apart(farsta: RuleSet) -> None:
    screening = booking(
        farsta,
        answered(farsta, CriterionAnswer.NOTHING_FOUND, *VALUES),
        organisation_number="8029990234",
        organiser_is_booker=True,
        organiser_of_record="Föreningen Exempelstigen",
        event_purpose="Möte",
        responsible_person="ordföranden",
        expected_visitors=140,
    )
    assert screening.parts == {BookingPart.ASSOCIATION: Proposal.APPROVE, BookingPart.EVENT: Proposal.ASSESS}
    assert screening.proposal is Proposal.ASSESS


def test_failing_a_rate_criterion_means_full_price_and_leaves_the_proposal_alone(rules: RulesFolder) -> None:
    base = rules.sets["grundkrav-lokal"]
    rate = rules.book.library["ej-kommersiell-verksamhet"]
    ruleset = replace(base, criteria=(*base.criteria, rate), fingerprint="with-rate")
    facts: dict[str, Value] = {
        "organisation_number": "8029990234",
        "organiser_is_booker": True,
        "organiser_of_record": "F",
        "event_purpose": "Möte",
        "responsible_person": "o",
        "expected_visitors": 10,
        "rate_applied_for": "zero",
    }
    screening = booking(ruleset, None, **facts, commercial=True)
    assert found(screening, "ej-kommersiell-verksamhet").full_price
    assert screening.proposal is Proposal.APPROVE


def test_a_missing_computed_fact_has_no_effect(rules: RulesFolder) -> None:
    ruleset = rules.sets["grundkrav-bidrag"]
    screening = screen(ruleset, Facts({"members_total": 9}), kind=CaseKind.GRANT, on=ON)
    finding = found(screening, "tidigare-bidrag-redovisat")
    assert (finding.result, finding.effect) == (CriterionResult.UNKNOWN, None)


def test_the_same_input_gives_the_same_result(farsta: RuleSet) -> None:
    facts = Facts({"members_total": 4})
    one, two = (screen(farsta, facts, kind=CaseKind.GRANT, on=ON) for _ in range(2))
    assert [(f.criterion.id, f.result, f.leaves) for f in one.findings] == [
        (f.criterion.id, f.result, f.leaves) for f in two.findings
    ]


def test_screening_does_not_change_the_facts_it_was_given(farsta: RuleSet) -> None:
    facts = Facts({"external_speakers": True})
    screening = screen(farsta, facts, kind=CaseKind.BOOKING, on=ON)
    assert facts.values == {"external_speakers": True}
    assert screening.facts.values["event_signal"] is True


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
