"""Forms hold what the rules read and no more, and what comes back is told by the field or by its label."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vetting.documents.domain.paper_forms import (
    BOOKED,
    NOT_ON_PAPER,
    OF_THE_SIGNATURE,
    WRITTEN_LISTS,
    FieldShape,
    FormKind,
    paper_form,
)
from vetting.documents.domain.returned_forms import FormAnswer, form_mark, returned_form, says_yes
from vetting.engine.asked_facts import asked_facts
from vetting.engine.facts import LISTS, FactSupplier, FactType
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.privacy import Privacy

if TYPE_CHECKING:
    from vetting.documents.domain.paper_forms import PaperForm
    from vetting.engine.ruleset import RuleSet
    from vetting.rules.services.rule_files import RulesFolder

SETS = ["grundkrav-bidrag", "grundkrav-lokal", "farsta-2021", "hasselby-vallingby-2018", "socialnamnden-2019"]


def made(rules: RulesFolder, name: str, kind: FormKind) -> tuple[PaperForm, RuleSet]:
    ruleset = rules.book.resolved[name]
    assert ruleset is not None
    return paper_form(kind, ruleset, board="Björkviks nämnd", letterhead="Björkviks nämnd\nTorggatan 1"), ruleset


def facts_of(form: PaperForm) -> list[str]:
    return [field.fact for part in form.parts for field in part.fields]


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("kind", list(FormKind))
def test_a_form_asks_once_what_the_rules_read_and_an_applicant_can_say(
    rules: RulesFolder, name: str, kind: FormKind
) -> None:
    form, ruleset = made(rules, name, kind)
    fields = facts_of(form)
    assert len(fields) == len(set(fields))
    for fact in set(fields) - {"used_for"}:
        definition = ruleset.catalogue[fact]
        assert definition.supplied_by is FactSupplier.APPLICANT
        assert definition.privacy is not Privacy.SEALED
    assert {"name_in_application", "organisation_number", "signed_by_role", "signed_on"} <= set(fields)
    if kind is not FormKind.REPORT:
        asked = {fact.id for group in asked_facts(ruleset, kind.case).values() for fact in group}
        beyond = {"name_in_application", "organisation_number", "signed_by_role", "signed_on", *BOOKED}
        assert set(fields) - asked <= beyond
        wanted = {
            name
            for name in asked
            if (found := ruleset.catalogue[name]).supplied_by is FactSupplier.APPLICANT
            and found.privacy is not Privacy.SEALED
            and (found.type not in LISTS or found.type in WRITTEN_LISTS)
            and name not in NOT_ON_PAPER
            and not name.endswith(OF_THE_SIGNATURE)
        }
        assert wanted <= set(fields)
    for part in form.parts:
        for field in part.fields:
            assert all(field.label)
            assert bool(field.options) == (field.shape is FieldShape.CHOICE)


def test_declarations_are_signed_for_and_papers_are_said_to_come(rules: RulesFolder) -> None:
    form, ruleset = made(rules, "hasselby-vallingby-2018", FormKind.APPLICATION)
    assert [field.fact for field in form.declarations] == [
        "mangfald_signed",
        "likabehandling_signed",
        "avstand_valdsbejakande_uttryck_signed",
    ]
    sentence = {criterion.id: criterion.label for criterion in ruleset.for_kind(CaseKind.GRANT)}["mangfald"]
    assert form.declarations[0].label == sentence
    form, ruleset = made(rules, "grundkrav-bidrag", FormKind.APPLICATION)
    assert {"statutes_document", "annual_minutes"} <= {field.fact for field in form.papers}
    assert all(ruleset.catalogue[field.fact].type is FactType.DOCUMENT for field in form.papers)


def test_a_form_says_which_rules_it_was_made_from(rules: RulesFolder) -> None:
    form, ruleset = made(rules, "farsta-2021", FormKind.BOOKING)
    assert form_mark(["annat", f"Blanketten följer reglerna. {form.mark}"]) == (
        FormKind.BOOKING,
        ruleset.fingerprint[:12],
    )
    assert form_mark(["blankett-annat-0123456789ab", "blankett-booking-0123456789abcd", ""]) is None
    assert not returned_form(form.kind, ruleset.fingerprint[:12], [], ruleset).by_other_rules
    assert returned_form(form.kind, "0123456789ab", [], ruleset).by_other_rules


def test_answers_are_known_by_their_field_or_else_by_their_label(rules: RulesFolder) -> None:
    _, ruleset = made(rules, "grundkrav-bidrag", FormKind.APPLICATION)
    found = returned_form(
        FormKind.APPLICATION,
        "0" * 12,
        [
            FormAnswer("amount_applied", "Annat", "40 000"),
            FormAnswer("", "Antal medlemmar", "34"),
            FormAnswer("", "ÄNDAMÅL", "Dans\noch sång"),
            FormAnswer("", "Det här har ingen frågat", "men svarat på"),
            FormAnswer("statutes_document", "Stadgar", "x"),
            FormAnswer("annual_minutes", "Protokoll", ""),
            FormAnswer("board_elected_on", "Styrelsen vald", "Skriv här"),
            FormAnswer("", "Signed on", "2026-03-01"),
            FormAnswer("audit_signed", "Underskriven", "Nej"),
            FormAnswer("fact_of_yesterday", "Borttagen", "svar"),
        ],
        ruleset,
    )
    assert found.typed == {
        "amount_applied": "40 000",
        "members_total": "34",
        "purpose": "Dans\noch sång",
        "signed_on": "2026-03-01",
        "audit_signed": "Nej",
    }
    assert found.papers == ("statutes_document",)
    assert found.unknown == (("Det här har ingen frågat", "men svarat på"), ("Borttagen", "svar"))


def test_a_ticked_declaration_is_signed_by_whom_and_when_the_form_is_and_a_blank_one_says_nothing(
    rules: RulesFolder,
) -> None:
    _, ruleset = made(rules, "hasselby-vallingby-2018", FormKind.APPLICATION)
    answers = [
        FormAnswer("", "Föreningen står bakom mångfald", "☒"),
        FormAnswer("likabehandling_signed", "", "☐"),
        FormAnswer("avstand_valdsbejakande_uttryck_signed", "", "nej tack"),
        FormAnswer("signed_by_role", "", "ordförande"),
        FormAnswer("signed_on", "", "2026-03-01"),
    ]
    found = returned_form(FormKind.APPLICATION, "0" * 12, answers, ruleset)
    assert found.typed == {
        "mangfald_signed": "ja",
        "mangfald_signed_on": "2026-03-01",
        "signed_by_role": "ordförande",
        "signed_on": "2026-03-01",
    }


def test_nobody_can_write_a_fact_into_a_form_that_it_does_not_ask(rules: RulesFolder) -> None:
    _, ruleset = made(rules, "grundkrav-bidrag", FormKind.APPLICATION)
    answers = [
        FormAnswer("deadline", "Sista ansökningsdag", "2099-01-01"),
        FormAnswer("unreported_grants", "", "0"),
        FormAnswer("", ruleset.catalogue["unreported_grants"].label.sv, "0"),
        FormAnswer("bankrupt", "Konkurs", "nej"),
        FormAnswer("group_opinion_on", "", "2026-01-01"),
        FormAnswer("signed", "", "ja"),
    ]
    found = returned_form(FormKind.APPLICATION, "0" * 12, answers, ruleset)
    assert found.typed == {}
    assert len(found.unknown) == len(answers)


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("x", True),
        ("☒", True),
        ("Ja", True),
        ("ja!", True),
        ("Ja, vi intygar", True),
        ("OK", True),
        ("kryss", True),
        ("bifogas", True),
        ("nej", False),
        ("Ja, men inte allt", False),
        ("kanske", False),
        ("", False),
        ("☐", False),
    ],
)
def test_a_box_is_ticked_in_many_ways(text: str, yes: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert says_yes(text) is yes


def test_what_stands_in_a_box_and_ticks_it_not_is_shown_and_a_second_answer_too(rules: RulesFolder) -> None:
    _, ruleset = made(rules, "hasselby-vallingby-2018", FormKind.APPLICATION)
    answers = [
        FormAnswer("mangfald_signed", "Mångfald", "kanske"),
        FormAnswer("amount_applied", "Sökt", "40000"),
        FormAnswer("amount_applied", "Sökt", "90000"),
        FormAnswer("amount_applied", "Sökt", "40000"),
    ]
    found = returned_form(FormKind.APPLICATION, "0" * 12, answers, ruleset)
    assert found.typed == {"amount_applied": "40000"}
    assert found.unknown == (("Mångfald", "kanske"), ("Sökt", "90000"))
