"""The form by a board's own headings, order and help; a question that only some need to answer says so."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.engine.test_case_filling import set_with
from vetting.engine.application_forms import parse_application_form
from vetting.engine.form_facts import OF_EVERY_GRANT, asked_only_if, form_sections
from vetting.engine.frozen_rules import freeze_rules, thaw_rules
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Faults

FORM = {
    "intro": {"sv": "Läs riktlinjerna först."},
    "parts": [
        {"heading": {"sv": "Om er"}, "help": {"sv": "Kort."}, "facts": ["seat_municipality", "members_total"]},
        {"heading": {"sv": "Om lokalen"}, "facts": ["rent_claimed"]},
    ],
    "help": {"members_total": {"sv": "Den 31 december."}},
}
ASKS = {"fact": "members_total", "at_least": 20}


def titles(ruleset: Any) -> list[tuple[str, list[str]]]:
    return [(part.heading.sv, [fact.id for fact in part.facts]) for part in form_sections(ruleset, CaseKind.GRANT)]


def test_what_the_board_has_placed_comes_first_and_the_rest_by_what_it_is_about() -> None:
    plain = set_with({}, ASKS)
    assert ("Föreningen", ["members_total"]) in titles(plain)
    assert set(OF_EVERY_GRANT) <= {name for _heading, facts in titles(plain) for name in facts}
    own = set_with({}, ASKS, form=FORM)
    assert titles(own)[0] == ("Om er", ["members_total"]), "what no rule reads is not asked, however it is placed"
    assert "Om lokalen" not in [heading for heading, _facts in titles(own)]
    assert [fact.help.sv for fact in form_sections(own, CaseKind.GRANT)[0].facts] == ["Den 31 december."]
    assert [name for _heading, facts in titles(own) for name in facts].count("members_total") == 1
    assert own.fingerprint != plain.fingerprint
    again = thaw_rules(json.loads(json.dumps(freeze_rules(own))), {})
    assert titles(again)[0] == titles(own)[0]
    assert again.form is not None
    assert again.form.intro.sv == "Läs riktlinjerna först."


def test_a_question_that_only_some_need_to_answer_says_when() -> None:
    only = {"fact": "multi_year", "equal": True}
    some = set_with({}, ASKS, only_if=only)
    assert {name: words.sv for name, words in asked_only_if(some, CaseKind.GRANT).items()} == {
        "members_total": "flerårigt stöd: ja"
    }
    helped = {fact.id: fact.help.sv for part in form_sections(some, CaseKind.GRANT) for fact in part.facts}
    assert helped["members_total"] == "Besvaras bara om: flerårigt stöd: ja."
    assert "Besvaras" not in helped["multi_year"]
    whole = set_with({}, ASKS)
    assert asked_only_if(whole, CaseKind.GRANT) == {}
    computed = set_with({}, ASKS, only_if={"fact": "first_application", "equal": True})
    assert asked_only_if(computed, CaseKind.GRANT) == {}, "whoever fills in the form cannot tell"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"parts": [{"heading": "A", "facts": ["nothing"]}]}, "Uppgiften 'nothing' finns inte."),
        ({"parts": [{"facts": ["members_total"]}]}, "'heading' saknas."),
        (
            {"parts": [{"heading": "A", "facts": ["members_total"]}, {"heading": "B", "facts": ["members_total"]}]},
            "'members_total' står under två rubriker.",
        ),
        ({"parts": [{"heading": "A", "facts": []}] * 13}, "Formuläret har fler än 12 rubriker."),
        ({"help": {"nothing": "x"}}, "Uppgiften 'nothing' finns inte."),
        ({"title": "x"}, "'title' är inget fält här."),
    ],
)
def test_a_form_that_cannot_be_is_told(change: dict[str, Any], told: str) -> None:
    faults = Faults()
    assert parse_application_form(change, ("form",), faults, set_with({}, ASKS).catalogue) is None
    assert told in [fault.what.sv for fault in faults.found]
