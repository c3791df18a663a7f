"""What a rules owner reaches by form alone: measures, reductions, amounts, inherited criteria, worked cases."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from docx import Document

from tests.board import rules
from tests.factories import NOW
from tests.rules.desk import CASE, FACT, Desk
from tests.rules.services.guideline import CASES, GUIDELINE
from vetting.formats.yaml_editing import with_item
from vetting.formats.yaml_reading import read_text
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.rules.models import RuleDraft
from vetting.rules.services import drafts
from vetting.rules.services.typed_parts import COLUMN_ROWS, typed_fact

if TYPE_CHECKING:
    from tests.databases import Databases

pytestmark = pytest.mark.long

HEAD = {
    "label_sv": "Ansökan kom in i tid",
    "kind": "automatic",
    "level": "application",
    "moment": "before",
    "applies_grant": "1",
    "as_of": "application",
    "document": "Riktlinjer för hundkultur",
    "if_not_met": "assess",
    "condition_group": "all",
    "only_if_group": "all",
}
DATES = {"fact-condition-0": "received_on", "comparison-condition-0": "at_most", "other-condition-0": "deadline"}


def entries(desk: Desk, part: str = "criteria") -> Any:
    return read_text(desk.kept().text.encode(), "text").data.get(part)


def cases(desk: Desk) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read_text(desk.kept().cases.encode(), "cases").data
    return found


def plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


@pytest.mark.parametrize(
    ("row", "written", "read"),
    [
        (
            {"fact": "members_in_municipality", "measure": "share", "of": "members_total", "comparison": "at_least"}
            | {"value": "50 %"},
            {"share": "members_in_municipality", "of": "members_total", "at_least": 0.5},
            "minst hälften (50 %)",
        ),
        (
            {"fact": "other_support", "measure": "sum", "comparison": "at_most", "value": "50 000 kr"},
            {"sum": "other_support", "at_most": 50000},
            "Summa: annat stöd: högst 50 000 kr",
        ),
        (
            {"fact": "partners", "measure": "count", "comparison": "at_least", "value": "2 st"},
            {"count": "partners", "at_least": 2},
            "minst 2",
        ),
        (
            {"fact": "amount_applied", "measure": "minus", "of": "sum_other_support", "comparison": "at_least"}
            | {"value": "5 000 kr"},
            {"minus": "amount_applied", "of": "sum_other_support", "at_least": 5000},
            "minus summa annat stöd",
        ),
        (
            {"fact": "received_on", "comparison": "at_most", "value": "25 februari varje år"},
            {"fact": "received_on", "at_most": {"each_year": "02-25"}},
            "senast 25 februari varje år",
        ),
        (
            {"fact": "received_on", "comparison": "at_most", "value": "34 dagar efter", "other": "deadline"},
            {"fact": "received_on", "at_most": {"fact": "deadline", "after": {"days": 34}}},
            "senast 34 dagar efter sista ansökningsdag",
        ),
        (
            {"fact": "received_on", "comparison": "at_most", "value": "31 mars varje år", "other": "deadline"},
            {"fact": "received_on", "at_most": {"each_year": "03-31", "of": "deadline"}},
            "31 mars samma år som sista ansökningsdag",
        ),
        (
            {"fact": "deadline", "comparison": "within", "value": "7 dagar", "other": "received_on"},
            {"fact": "deadline", "within": {"days": 7}, "of": {"fact": "received_on"}},
            "högst 7 dagar före ansökan kom in",
        ),
    ],
)
def test_a_row_says_what_is_taken_of_a_fact_and_comes_back_as_it_was_typed(
    databases: Databases, row: dict[str, str], written: dict[str, Any], read: str
) -> None:
    desk = Desk(databases)
    fields = {f"{part}-condition-0": value for part, value in row.items()}
    shown = desk.post("/kriterium/ny", HEAD | fields, look="1")
    assert shown.status_code == 200
    assert read in plain(shown.text)
    assert desk.post("/kriterium/ny", HEAD | fields).status_code == 303
    assert entries(desk)[-1]["condition"] == written
    form = desk.get(f"/kriterium/{len(entries(desk)) - 1}").text
    for part, value in row.items():
        if part == "value":
            assert f'value="{value.removesuffix(" kr").removesuffix(" st").replace(" ", "")}' in form.replace(
                "50 %", "50%"
            ).replace("7 dagar", "7dagar").replace("25 februari varje år", "25februarivarjeår").replace(
                "34 dagar efter", "34dagarefter"
            ).replace("31 mars varje år", "31marsvarjeår")
        else:
            assert re.search(rf'<option value="{value}"\s+selected', form), part


ACTIVITIES = {
    "label_sv": "Genomförda aktiviteter",
    "type": "list_of_rows",
    "level": "activity",
    "supplied_by": "applicant",
    "column-0": "Datum",
    "holds-0": "date",
    "column-1": "Deltagare",
    "holds-1": "whole_number",
    "column-2": "Kostnad",
    "holds-2": "money",
}


def test_a_list_with_columns_of_its_own_is_made_counted_in_part_and_tried(databases: Databases) -> None:
    desk = Desk(databases)
    empty = {key: value for key, value in ACTIVITIES.items() if not key.startswith(("column", "holds"))}
    assert "Listan har inga kolumner." in desk.post("/uppgift", empty).text
    assert desk.post("/uppgift", ACTIVITIES).status_code == 303
    fact = "genomforda_aktiviteter"
    assert list(entries(desk, "facts")[fact]["fields"]) == ["datum", "deltagare", "kostnad"]
    again = desk.post(f"/uppgift?uppgift={fact}", ACTIVITIES | {"column-1": "Antal deltagare"})
    assert again.status_code == 303
    assert entries(desk, "facts")[fact]["fields"]["deltagare"]["label"] == {"sv": "Antal deltagare"}
    row = {"fact": fact, "measure": "count", "comparison": "at_least", "value": "2"}
    part = {"where": f"{fact}.deltagare", "test": "at_least", "against": "3"}
    fields = {f"{name}-condition-0": value for name, value in (row | part).items()}
    assert 'name="where-condition-0"' in desk.post("/kriterium/ny", HEAD | fields, look="1").text
    empty_form = desk.get("/kriterium/ny").text
    assert 'name="where_3-condition-0"' in empty_form
    assert not re.search(r'class="folded whole"\s+open', empty_form)
    wrong = desk.post("/kriterium/ny", HEAD | fields | {"against-condition-0": "flera"})
    assert wrong.status_code == 422
    assert 'id="against-condition-0"' in wrong.text
    assert desk.post("/kriterium/ny", HEAD | fields).status_code == 303
    written = entries(desk)[-1]["condition"]
    assert written == {"count": fact, "where": {"fact": "deltagare", "at_least": 3}, "at_least": 2}
    form = desk.get(f"/kriterium/{len(entries(desk)) - 1}").text
    assert re.search(rf'<option value="{fact}.deltagare"\s+selected', form)
    both = fields | {"where_2-condition-0": f"{fact}.kostnad", "test_2-condition-0": "at_most"}
    assert 'name="where_2-condition-0"' in form
    two = desk.post("/kriterium/ny", HEAD | both | {"against_2-condition-0": "200 kr", "label_sv": "Två krav på raden"})
    assert two.status_code == 303
    each = {"all": [{"fact": "deltagare", "at_least": 3}, {"fact": "kostnad", "at_most": 200}]}
    assert entries(desk)[-1]["condition"] == {"count": fact, "where": each, "at_least": 2}
    shown = desk.get(f"/kriterium/{len(entries(desk)) - 1}").text
    assert re.search(rf'name="where_2-condition-0".*?<option value="{fact}.kostnad"\s+selected', shown, re.DOTALL)
    assert desk.post(f"/kriterium/{len(entries(desk)) - 1}/bort").status_code == 303
    counted = {"kind-0": "per", "fact-0": fact, "number-0": "65", "where-0": f"{fact}.deltagare"}
    counted |= {"test-0": "at_least", "against-0": "5"}
    said = desk.post("/belopp", counted, look="1").text
    assert "65 kr gånger antal: genomförda aktiviteter där antal deltagare: minst 5" in plain(said)
    assert 'name="where_2-0"' in said
    assert desk.post("/belopp", counted).status_code == 303
    counts = {"per": fact, "each": 65, "where": {"fact": "deltagare", "at_least": 5}}
    assert entries(desk, "amount")["parts"] == [counts]
    assert re.search(
        rf'name="where-0".*?<option value="{fact}.deltagare"\s+selected', desk.get("/belopp").text, re.DOTALL
    )
    assert desk.post("/belopp", {}).status_code == 303
    summed = {"fact": fact, "measure": "sum", "comparison": "at_most", "value": "5 000 kr"}
    lone = {f"{name}-condition-0": value for name, value in summed.items()}
    assert "Välj vilken kolumn som ska summeras." in desk.post("/kriterium/ny", HEAD | lone | {"label_sv": "Dyrt"}).text
    chosen = lone | {"label_sv": "Dyrt", "of-condition-0": f"{fact}.kostnad"}
    assert desk.post("/kriterium/ny", HEAD | chosen).status_code == 303
    assert entries(desk)[-1]["condition"] == {"sum": fact, "of": "kostnad", "at_most": 5000}
    case = CASE | {"fact-1": fact, "value-1": "2026-03-01 | 12 | 100; 2026-04-01 | 2 | 300", "criterion-0": "dyrt"}
    assert desk.post("/typfall/ny", case | {"result-0": "met"}).status_code == 303
    rows = cases(desk)[-1]["facts"][fact]
    assert rows[0] == {"datum": date(2026, 3, 1), "deltagare": 12, "kostnad": 100}
    assert desk.get().text.count("Rött") == 1, "the case that says nothing of activities"
    assert desk.post("/typfall/fyll").status_code == 303
    before = next(item for item in cases(desk) if item["name"] == "Allt som krävs finns")
    assert (before["accepted"], len(before["facts"][fact])) == (False, 2)
    assert before["facts"]["dogs_in_activity"] == 20, "what it says itself stays"
    assert "Rött" not in desk.get().text
    cases_now = [item["name"] for item in cases(desk)]
    place = cases_now.index(case["name"])
    form = desk.get(f"/typfall/{place}").text
    assert ">2026-03-01 | 12 | 100\n2026-04-01 | 2 | 300</textarea>" in form
    assert desk.post("/typfall/ny", case | {"name": "Fel", "value-1": "2026-03-01 | många"}).status_code == 422


def test_what_cannot_be_taken_of_a_fact_is_told_at_its_row(databases: Databases) -> None:
    desk = Desk(databases)
    wrong = {"fact-condition-0": "members_total", "measure-condition-0": "count", "comparison-condition-0": "at_least"}
    answer = desk.post("/kriterium/ny", HEAD | wrong | {"value-condition-0": "5"})
    assert answer.status_code == 422
    assert "kan inte räknas på det sättet" in answer.text
    alone = {"fact-condition-0": "members_total", "measure-condition-0": "share", "comparison-condition-0": "at_least"}
    answer = desk.post("/kriterium/ny", HEAD | alone | {"value-condition-0": "50 %"})
    assert answer.status_code == 422
    assert "Den andra uppgiften är inte vald." in answer.text


def test_more_rows_are_had_by_a_button_and_nothing_typed_is_lost(databases: Databases) -> None:
    desk = Desk(databases)
    first = desk.get("/kriterium/ny").text
    assert first.count('name="fact-condition-') == 1
    more = desk.post("/kriterium/ny", HEAD | DATES, more="condition")
    assert more.text.count('name="fact-condition-') == 5
    assert 'value="Ansökan kom in i tid"' in more.text
    assert len(entries(desk)) == 4


def test_a_reduction_is_written_by_days_late_and_comes_back(databases: Databases) -> None:
    desk = Desk(databases)
    steps = {
        "if_not_met": "reduce",
        "days-0": "7",
        "off-0": "10 %",
        "days-1": "2 veckor",
        "off-1": "5 000 kr",
        "off-2": "50%",
    }
    shown = plain(desk.post("/kriterium/ny", HEAD | DATES | steps, look="1").text)
    assert "10 % avdrag (ansökan kom in högst 7 dagar efter sista ansökningsdag)" in shown.casefold().replace(
        "sista", "sista"
    )
    assert desk.post("/kriterium/ny", HEAD | DATES | steps).status_code == 303
    late = {"fact": "deadline", "of": {"fact": "received_on"}}
    assert entries(desk)[-1]["reduction"] == [
        {"when": {**late, "within": {"days": 7}}, "share": 0.1},
        {"when": {**late, "within": {"days": 14}}, "amount": 5000},
        {"share": 0.5},
    ]
    form = desk.get(f"/kriterium/{len(entries(desk)) - 1}").text
    for name, value in (("days-0", "7"), ("off-0", "10 %"), ("days-1", "14"), ("off-1", "5000 kr"), ("off-2", "50 %")):
        assert re.search(rf'name="{name}"[^>]*value="{value}"|value="{value}"[^>]*name="{name}"', form), name
    for wrong, told in (
        ({"off-0": "mycket"}, "är inget avdrag"),
        ({"off-0": ""}, "Avdraget saknas."),
        ({"days-0": "en vecka", "off-0": "10 %"}, "Det är inget antal dagar."),
        ({"off-0": "25"}, "är inget avdrag"),
    ):
        answer = desk.post("/kriterium/ny", HEAD | DATES | {"if_not_met": "reduce", "label_sv": "Annat"} | wrong)
        assert answer.status_code == 422
        assert told in answer.text
    members = {"fact-condition-0": "members_total", "comparison-condition-0": "at_least", "value-condition-0": "5"}
    answer = desk.post("/kriterium/ny", HEAD | members | {"if_not_met": "reduce", "days-0": "7", "off-0": "10 %"})
    assert "villkoret jämför inte två datum" in answer.text


def test_an_amount_is_written_by_form_with_its_sentence_and_taken_away_again(databases: Databases) -> None:
    desk = Desk(databases)
    fields = {
        "kind-0": "per",
        "fact-0": "members_in_age_span",
        "number-0": "150",
        "kind-1": "share",
        "fact-1": "rent_claimed",
        "number-1": "50 %",
        "ceiling-1": "20 000",
        "kind-2": "figure",
        "number-2": "0,5",
        "of": "sum",
        "at_most": "40 000",
        "year": "2027",
        "figure": "60 000",
    }
    shown = plain(desk.post("/belopp", fields, look="1").text)
    assert (
        "150 kr gånger medlemmar i åldersgruppen, 50 % av hyra enligt ansökan (högst 20 000 kr) och 0,5 prisbasbelopp"
        in shown
    )
    assert entries(desk, "amount") is None
    assert desk.post("/belopp", fields).status_code == 303
    assert entries(desk, "amount") == {
        "parts": [
            {"per": "members_in_age_span", "each": 150},
            {"share": 0.5, "of": "rent_claimed", "at_most": 20000},
            {"figure": "prisbasbelopp", "times": 0.5},
        ],
        "at_most": 40000,
        "figures": {"prisbasbelopp": {"2027": 60000}},
    }
    assert "sammanlagt högst 40 000 kr" in plain(desk.get().text)
    form = desk.get("/belopp").text
    assert re.search(r'<option value="rent_claimed"\s+selected', form)
    assert 'value="50 %"' in form
    wrong = desk.post("/belopp", {"kind-0": "per", "number-0": "många"})
    assert wrong.status_code == 422
    assert "är inget tal" in wrong.text
    assert desk.post("/belopp", {}).status_code == 303
    assert entries(desk, "amount") is None


@pytest.mark.parametrize(
    "amount",
    [
        "{parts: [{fixed: 1}, {fixed: 2}, {fixed: 3}, {fixed: 4}, {fixed: 5}, {fixed: 6}]}",
        "{parts: [{per: nights, each: 500, where: {not: {fact: visitors, at_most: 10}}}]}",
    ],
)
def test_an_amount_that_the_form_cannot_show_is_never_saved_by_it(databases: Databases, amount: str) -> None:
    columns = "fields: {visitors: {type: whole_number, label: {sv: Besökare}}}"
    nights = (
        f"  nights: {{type: list_of_rows, label: {{sv: Kvällar}}, level: activity, supplied_by: applicant, {columns}}}"
    )
    desk = Desk(databases, GUIDELINE.replace("facts:\n", f"facts:\n{nights}\n") + f"amount: {amount}\n")
    before = entries(desk, "amount")
    assert before
    page = desk.get("/belopp").text
    assert "Beloppsregeln innehåller mer än vad formuläret kan visa." in page
    assert 'name="kind-0"' not in page
    assert desk.post("/belopp", {"kind-0": "fixed", "number-0": "7"}).status_code == 422
    assert entries(desk, "amount") == before


def test_a_million_stays_a_million_in_the_form(databases: Databases) -> None:
    desk = Desk(databases)
    whole = {"kind-0": "fixed", "number-0": "1 234 567", "of": "sum", "at_most": "12 345 678"}
    assert desk.post("/belopp", whole).status_code == 303
    form = desk.get("/belopp").text
    assert 'value="1234567"' in form
    assert 'value="12345678"' in form


def test_what_the_form_of_a_fact_has_no_field_for_stays(databases: Databases) -> None:
    columns = "".join(
        f"      k{n}: {{type: date, label: {{sv: Dag {n}, en: Day {n}}}}}\n" for n in range(COLUMN_ROWS + 1)
    )
    head = "  nights:\n    type: list_of_rows\n    label: {sv: Kvällar, en: Evenings}\n    level: activity\n"
    own = f"{head}    supplied_by: applicant\n    help: {{sv: Alla, en: All}}\n    fields:\n{columns}"
    desk = Desk(databases, GUIDELINE.replace("facts:\n", f"facts:\n{own}"))
    before = entries(desk, "facts")["nights"]
    typed = typed_fact(before)
    assert desk.post("/uppgift?uppgift=nights", typed).status_code == 303
    assert entries(desk, "facts")["nights"] == before
    assert desk.post("/uppgift?uppgift=nights", typed | {"label_sv": "Öppna kvällar"}).status_code == 303
    assert entries(desk, "facts")["nights"]["label"] == {"sv": "Öppna kvällar"}, "its English told of another name"


def test_rules_that_cannot_be_read_are_said_to_hold_nothing_nowhere(databases: Databases) -> None:
    desk = Desk(databases, GUIDELINE + "amount: {parts: [{count: dogs_in_activity}]}\n")
    page = desk.get().text
    assert "Visas när felen är rättade." in page
    for untrue in ("Inga egna uppgifter", "räknar inte ut något belopp", "Inga typfall"):
        assert untrue not in page, untrue
    assert desk.get("/typfall/0").status_code == 303
    before = cases(desk)
    assert desk.post("/typfall/0", CASE).status_code == 422
    assert cases(desk) == before


def test_what_is_taken_out_of_the_rules_is_expected_by_no_case(databases: Databases) -> None:
    desk = Desk(databases)
    assert desk.post("/typfall/fyll").status_code == 303
    expected = [case["name"] for case in cases(desk) if "minst-tva-hundar" in case["expect"].get("results", {})]
    assert len(expected) > 1, "the approved one and the one that shows it"
    accepted = [case["name"] for case in cases(desk) if case.get("accepted") is not False]
    place = next(n for n, item in enumerate(entries(desk)) if "minst-tva-hundar" in {item.get("use"), item.get("id")})
    assert desk.post(f"/kriterium/{place}/bort").status_code == 303
    assert "finns inte i uppsättningen" not in desk.get().text
    assert not [case for case in cases(desk) if "minst-tva-hundar" in case["expect"].get("results", {})]
    assert set(accepted) <= {case["name"] for case in cases(desk)}, "what a person accepted stays, green or red"
    inherited = next(name for name in criteria_assessed(desk) if f"/arvt/{name}/bort" in desk.get().text)
    assert desk.post(f"/arvt/{inherited}/bort").status_code == 303
    assert "finns inte i uppsättningen" not in desk.get().text
    assert not [case for case in cases(desk) if inherited in case.get("assessments", {})]


def test_a_condition_is_not_both_rows_and_text_and_a_missing_limit_is_a_blank(databases: Databases) -> None:
    desk = Desk(databases)
    text = {"condition_yaml": "{fact: dogs_in_activity, at_least: 3}"}
    rows = {"fact-condition-0": "members_total", "comparison-condition-0": "at_least", "value-condition-0": "5"}
    both = desk.post("/kriterium/ny", HEAD | rows | text)
    assert both.status_code == 422
    assert "Villkoret står både på raderna och som text." in both.text
    taken = desk.post("/bibliotek", use="belopp-inom-tak")
    assert taken.status_code == 303
    place = len(entries(desk)) - 1
    own = desk.get(f"/kriterium/{place}?change=1").text
    assert re.search(r'<option value="amount_applied"\s+selected', own)
    assert not re.search(r'name="condition_yaml"[^>]*>\s*[^<\s]', own), "no text where a row says it"
    assert "Uppgiften har inga val." in desk.post("/uppgift", FACT | {"type": "choice"}).text


def test_a_fact_that_is_read_is_not_taken_out_and_one_that_is_not_leaves_the_cases(databases: Databases) -> None:
    desk = Desk(databases)
    in_use = desk.post("/uppgift/dogs_in_activity/bort")
    assert in_use.status_code == 422
    assert "Uppgiften ”" in in_use.text
    assert desk.post("/uppgift", FACT).status_code == 303
    assert desk.post("/typfall/ny", CASE | {"fact-1": "members_total", "value-1": "4"}).status_code == 303
    desk.board.do(
        drafts.save_draft_text,
        drafts.RuleDraftChange(
            key=desk.draft.id,
            version=desk.kept().version,
            cases=with_item(desk.kept().cases, None, 0, cases(desk)[0] | {"absent": ["antal_katter"]}),
        ),
        role=Role.RULES_OWNER,
    )
    assert desk.post("/uppgift/antal_katter/bort").status_code == 303
    assert "antal_katter" not in desk.kept().cases
    assert "finns inte" not in desk.get().text


def test_a_share_above_the_whole_is_told_and_no_other_sentence_stands_beside_it(databases: Databases) -> None:
    desk = Desk(databases)
    half = {"kind-0": "share", "fact-0": "rent_claimed", "number-0": "50 %", "of": "sum"}
    assert desk.post("/belopp", half).status_code == 303
    wrong = desk.post("/belopp", half | {"number-0": "300 %"})
    assert wrong.status_code == 422
    assert "är ingen andel." in wrong.text
    assert "50 % av hyra" not in plain(wrong.text)
    assert entries(desk, "amount")["parts"][0]["share"] == 0.5
    row = {"fact-condition-0": "members_active", "comparison-condition-0": "at_least", "value-condition-0": "150 %"}
    row |= {"measure-condition-0": "share", "of-condition-0": "members_total"}
    assert "är ingen andel." in desk.post("/kriterium/ny", HEAD | row).text


def test_an_inherited_criterion_is_changed_left_out_and_taken_back(databases: Databases) -> None:
    desk = Desk(databases)
    page = desk.get().text
    assert "Ärvda kriterier" in page
    name = next(name for name in re.findall(r"arvt=([a-z0-9-]+)", page) if "medlem" not in name)
    form = desk.get(f"/kriterium/ny?arvt={name}").text
    label = re.search(r'name="label_sv"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="label_sv"', form)
    assert label
    assert 'value="Riktlinjer för hundkultur"' in form
    typed = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    assert typed
    assert desk.post(f"/arvt/{name}/bort").status_code == 303
    assert entries(desk, "leaves_out") == [name]
    left = desk.get().text
    assert "Tas inte med" in left
    assert desk.post(f"/arvt/{name}/tillbaka").status_code == 303
    assert entries(desk, "leaves_out") is None
    assert desk.post("/arvt/finns-inte/bort").status_code == 404
    assert desk.get("/kriterium/ny?arvt=finns-inte").status_code == 404


def test_a_changed_inherited_criterion_keeps_its_name_and_says_what_it_replaces(databases: Databases) -> None:
    text = GUIDELINE[: GUIDELINE.index("  - use: medlemmar-minst")] + GUIDELINE[GUIDELINE.index("routine:") :]
    desk = Desk(databases, text, CASES[: CASES.index("- name: Allt som krävs finns")])
    fields = HEAD | {
        "label_sv": "Föreningen har minst 25 medlemmar",
        "fact-condition-0": "members_total",
        "comparison-condition-0": "at_least",
        "value-condition-0": "25",
        "if_not_met": "refuse",
        "level": "association",
    }
    answer = desk.post("/kriterium/ny?arvt=medlemmar-minst", fields)
    assert answer.status_code == 303, re.findall(r"<li><a href=\"#[^<]*<", answer.text)
    own = entries(desk)[-1]
    assert (own["id"], own["sources"]) == ("medlemmar-minst", [{"document": "Riktlinjer för hundkultur"}])
    assert "Ersätter det ärvda: " in plain(desk.get().text)


def criteria_assessed(desk: Desk) -> list[str]:
    with open_reading(desk.board.database) as session:
        found = drafts.report_on_draft(session, session.get_one(RuleDraft, desk.draft.id), on=NOW.date())
    assert found.ruleset is not None
    return [item.id for item in found.ruleset.criteria if item.kind == "assessment"]


def test_a_value_beside_another_fact_that_says_nothing_is_told_and_never_dropped(databases: Databases) -> None:
    desk = Desk(databases)
    both = {"fact-condition-0": "members_total", "comparison-condition-0": "at_least"}
    both |= {"other-condition-0": "participants_total", "value-condition-0": "20"}
    answer = desk.post("/kriterium/ny", HEAD | both)
    assert answer.status_code == 422
    assert "går inte att jämföra med" in answer.text
    late = {"fact-condition-0": "received_on", "comparison-condition-0": "at_most", "other-condition-0": "deadline"}
    assert desk.post("/kriterium/ny", HEAD | late | {"value-condition-0": "14 dagar"}).status_code == 303
    assert entries(desk)[-1]["condition"]["at_most"] == {"fact": "deadline", "after": {"days": 14}}


def test_what_was_given_for_a_library_criterion_stays_when_it_is_made_ones_own(databases: Databases) -> None:
    desk = Desk(databases)
    place = next(number for number, entry in enumerate(entries(desk)) if entry.get("use") == "medlemmar-minst")
    page = desk.get(f"/kriterium/{place}?change=1").text
    assert 'value="5"' in page
    assert 'value="1 §"' in page
    assert re.search(r'<option value="members_total"\s+selected', page)
    library = rules().folder.book.library
    half = next(
        name
        for name, item in library.items()
        if item.condition is not None and "share" in str(item.data.get("condition")) and item.data.get("settings")
    )
    assert desk.post("/bibliotek", use=half).status_code == 303
    last = len(entries(desk)) - 1
    setting = next(iter(library[half].data["settings"]))
    assert desk.post(f"/kriterium/{last}/installningar", {f"setting-{setting}": "40"}).status_code == 303
    assert entries(desk)[last]["settings"] == {setting: 0.4}


def test_criteria_are_put_in_order_by_buttons(databases: Databases) -> None:
    desk = Desk(databases)
    names = [entry.get("id") or entry.get("use") for entry in entries(desk)]
    assert desk.post("/kriterium/1/upp").status_code == 303
    assert [entry.get("id") or entry.get("use") for entry in entries(desk)][:2] == [names[1], names[0]]
    assert desk.post("/kriterium/0/ned").status_code == 303
    assert [entry.get("id") or entry.get("use") for entry in entries(desk)] == names
    assert desk.post("/kriterium/0/upp").status_code == 303
    assert [entry.get("id") or entry.get("use") for entry in entries(desk)] == names


def test_worked_cases_are_made_from_the_rules_read_and_accepted(databases: Databases) -> None:
    desk = Desk(databases, worked=CASES[: CASES.index("- name: Allt som krävs finns")])
    before = len(cases(desk))
    assert desk.post("/typfall/fyll").status_code == 303
    made = cases(desk)[before:]
    assert made[0]["name"] == "Allt uppfyllt, precis vid gränserna"
    assert made[0]["facts"]["dogs_in_activity"] == 2
    assert [case["accepted"] for case in made] == [False] * len(made)
    assert any("Minst två hundar" in case["name"] and case["facts"]["dogs_in_activity"] == 1 for case in made)
    page = desk.get().text
    assert page.count("Ska läsas") == len(made)
    early = desk.post("/lamna")
    assert early.status_code == 422, "what nobody has read goes to no second person"
    assert desk.kept().state == "draft"
    assert "Rött" not in page
    assert desk.post("/typfall/fyll").status_code == 303
    assert len(cases(desk)) == before + len(made)
    stale = desk.kept().cases.replace("dogs_in_activity: 2\n", "dogs_in_activity: 1\n")
    assert desk.post("/text", text=desk.kept().text, cases=stale).status_code == 303
    assert desk.post("/typfall/fyll").status_code == 303
    assert cases(desk)[before]["facts"]["dogs_in_activity"] == 2, "what nobody has accepted is made anew"
    assert desk.post(f"/typfall/{before}/godta").status_code == 303
    assert "accepted" not in cases(desk)[before]
    assert desk.post("/typfall/999/godta").status_code == 404


def test_all_that_is_read_is_accepted_at_once_but_what_is_red(databases: Databases) -> None:
    desk = Desk(databases, worked=CASES[: CASES.index("- name: Allt som krävs finns")])
    assert desk.post("/typfall/fyll").status_code == 303
    made = [case for case in cases(desk) if case.get("accepted") is False]
    red = {"name": "Rött", "kind": "grant", "on": NOW.date(), "facts": {}, "accepted": False}
    text = with_item(desk.kept().cases, None, None, red | {"expect": {"proposal": "approve"}})
    assert desk.post("/text", text=desk.kept().text, cases=text).status_code == 303
    page = desk.get("/typfall").text
    assert page.count('id="case-') == len(made) + 1
    assert "Som ”Allt uppfyllt, precis vid gränserna”, utom det här:" in page
    stale = desk.kept().version - 1
    assert desk.post("/typfall/godta", version=stale).status_code == 409
    assert desk.post("/typfall/godta").status_code == 303
    assert [case["name"] for case in cases(desk) if case.get("accepted") is False] == ["Rött"]
    assert desk.get("/typfall").text.count('id="case-') == 1


def test_an_assessment_has_no_condition_and_shows_what_it_rests_on(databases: Databases) -> None:
    desk = Desk(databases)
    asks = HEAD | {"kind": "assessment", "question_sv": "Är verksamheten öppen?", "guard_sv": "Skriv vad som hände."}
    asks |= {"label_sv": "Verksamheten är öppen"}
    row = {"fact-condition-0": "members_total", "comparison-condition-0": "at_least", "value-condition-0": "5"}
    told = desk.post("/kriterium/ny", asks | row)
    assert told.status_code == 422
    assert "En bedömning görs av en person" in told.text
    answer = desk.post("/kriterium/ny", asks | {"shown-0": "dogs_in_activity", "shown-1": "activity_description"})
    assert answer.status_code == 303, re.findall(r'<li><a href="#[^<]*<', answer.text)
    assert entries(desk)[-1]["shown_facts"] == ["dogs_in_activity", "activity_description"]
    page = desk.get(f"/kriterium/{len(entries(desk)) - 1}").text
    assert re.search(r'name="shown-0".*?<option value="dogs_in_activity"\s+selected', page, re.DOTALL)


def test_a_list_of_support_is_written_in_a_worked_case_and_a_lone_limit_has_the_other_end(databases: Databases) -> None:
    desk = Desk(databases)
    case = CASE | {"fact-1": "other_support", "value-1": "Region Exempel 5 000 kr; Banken"}
    assert desk.post("/typfall/ny", case).status_code == 303
    assert cases(desk)[-1]["facts"]["other_support"] == [
        {"funder": "Region Exempel", "amount": 5000},
        {"funder": "Banken"},
    ]
    form = desk.get(f"/typfall/{len(cases(desk)) - 1}").text
    assert 'value="Region Exempel 5000 kr; Banken"' in form
    assert desk.post("/uppgift", FACT | {"smallest": "3"}).status_code == 303
    assert entries(desk, "facts")["antal_katter"]["range"] == [3, 1_000_000_000]


def test_what_nobody_has_accepted_is_taken_out_at_once(databases: Databases) -> None:
    desk = Desk(databases)
    accepted = [case["name"] for case in cases(desk)]
    assert desk.post("/typfall/fyll").status_code == 303
    assert len(cases(desk)) > len(accepted)
    assert desk.post("/typfall/olasta/bort").status_code == 303
    assert [case["name"] for case in cases(desk)] == accepted


def test_a_worked_case_says_its_amount_and_what_is_assessed(databases: Databases) -> None:
    desk = Desk(databases)
    asked = criteria_assessed(desk)[0]
    fields = CASE | {"amount": "5 000", "assessed-0": asked, "answer-0": "not_met"}
    no_rule = desk.post("/typfall/ny", fields)
    assert no_rule.status_code == 422
    assert "Reglerna räknar inte ut något belopp." in no_rule.text
    assert "Beloppet går inte att läsa." in desk.post("/typfall/ny", CASE, amount="mycket").text
    assert desk.post("/typfall/ny", fields | {"amount": ""}).status_code == 303
    made = cases(desk)[-1]
    assert (made["assessments"], "amount" in made["expect"]) == ({asked: "not_met"}, False)
    page = desk.get(f"/typfall/{len(cases(desk)) - 1}").text
    assert re.search(r'value="not_met"\s+selected', page)
    like = desk.get(f"/typfall/ny?som={len(cases(desk)) - 1}").text
    assert re.search(r'value="not_met"\s+selected', like), "one like it begins with all that it says"
    assert made["name"] not in re.findall(r'name="name"[^>]*value="([^"]*)"', like), "but its name"
    applied = {"fact-2": "amount_applied", "value-2": "20000", "name": "Kvar", "amount": ""}
    answer = desk.post("/typfall/ny", fields | applied | {"left": "20 000"})
    assert answer.status_code == 303, answer.text
    assert cases(desk)[-1]["expect"]["left"] == 20_000


def test_the_application_form_is_put_in_order_explained_and_seen_as_page_and_paper(databases: Databases) -> None:
    desk = Desk(databases)
    page = desk.get("/formular").text
    assert "Frågas alltid." in page
    assert 'value="Föreningen"' in page, "one begins from the form as it is"
    assert re.search(r'name="place-members_total" value="[1-9]', page)
    first = {
        "heading-0": "Om verksamheten",
        "helped-0": "Det gångna året.",
        "heading-1": "Om er",
        "intro_sv": "Läs först.",
    }
    placed = {
        "part-dogs_in_activity": "0",
        "place-dogs_in_activity": "2",
        "part-dog_leader": "0",
        "place-dog_leader": "1",
        "help-dogs_in_activity": "Räkna varje hund en gång.",
        "part-members_total": "1",
    }
    assert desk.post("/formular", first | placed).status_code == 303
    written = entries(desk, "form")
    assert written["parts"][0] == {
        "heading": {"sv": "Om verksamheten"},
        "help": {"sv": "Det gångna året."},
        "facts": ["dog_leader", "dogs_in_activity"],
    }
    assert written["help"] == {"dogs_in_activity": {"sv": "Räkna varje hund en gång."}}
    again = desk.get("/formular").text
    assert 'value="Om verksamheten"' in again
    seen = desk.get("/formular/visa").text
    assert seen.index("Om verksamheten") < seen.index("Ledaren har gått") < seen.index("Antal hundar i verk")
    assert "Räkna varje hund en gång." in seen
    assert "Läs först." in seen
    assert "<form" not in seen[seen.index("<main") : seen.index("</main")]
    paper = desk.client.get(f"/blanketter/utkast/{desk.draft.id}/sv.docx")
    assert paper.status_code == 200
    text = "\n".join(
        [paragraph.text for paragraph in Document(io.BytesIO(paper.data)).paragraphs]
        + [cell.text for table in Document(io.BytesIO(paper.data)).tables for cell in table.columns[0].cells]
    )
    for said in ("Läs först.", "Om verksamheten", "Det gångna året.", "Räkna varje hund en gång.", "Postadress"):
        assert said in text
    assert desk.client.get(f"/blanketter/utkast/{desk.draft.id}/sv.pdf").data.startswith(b"%PDF")
    assert desk.client.get(f"/blanketter/utkast/{desk.draft.id}/sv.exe").status_code == 404
    offered = re.findall(r'href="(/blanketter/utkast/[^"]+)"', desk.get("").text)
    assert len(offered) == 2
    for address in offered:
        assert desk.client.get(address).status_code == 200, address
    orphan = desk.post("/formular", placed)
    assert orphan.status_code == 422
    assert "Rubriken saknas, men frågor står under den." in orphan.text
    wrong = desk.post("/formular", first | placed | {"place-dog_leader": "först"})
    assert wrong.status_code == 422
    assert "Platsen är inget tal." in wrong.text
    assert desk.post("/formular", {}).status_code == 303
    assert entries(desk, "form") is None
