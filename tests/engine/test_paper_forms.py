"""Forms hold what the rules read and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vetting.engine.facts import LISTS, FactSupplier, FactType
from vetting.engine.form_facts import asked_facts
from vetting.engine.paper_forms import (
    BOOKED,
    NOT_ON_PAPER,
    OF_THE_SIGNATURE,
    WRITTEN_LISTS,
    FieldShape,
    FormKind,
    paper_form,
)
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.privacy import Privacy

if TYPE_CHECKING:
    from vetting.engine.paper_forms import PaperForm
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
    for fact in set(fields) - {"used_for", "grant_number", "grant_amount"}:
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
