"""The forms for the parts of a draft: each changes its own part, loses nothing typed, and overwrites nobody unseen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.rules.desk import ABOUT, CASE, CRITERION, ENTRY, FACT, FORMS, Desk
from tests.rules.services.guideline import CASES, GUIDELINE
from vetting.formats.yaml_reading import read_text
from vetting.kernel.roles import Role
from vetting.rules.services import drafts
from vetting.rules.services.drafts import RuleDraftChange

if TYPE_CHECKING:
    from tests.databases import Databases


@pytest.mark.parametrize(("path", "fields"), FORMS)
def test_a_form_changes_its_part_and_leaves_the_rest(databases: Databases, path: str, fields: Any) -> None:
    desk = Desk(databases)
    answer = desk.post(path, fields)
    assert answer.status_code == 303, answer.text
    assert "# Riktlinjer för hundkulturen i Exempelby" in desk.kept().text
    assert (desk.kept().text, desk.kept().cases) != (GUIDELINE, CASES)
    assert desk.get().status_code == 200


def test_a_worked_case_gets_more_rows_when_asked_and_keeps_what_was_typed(databases: Databases) -> None:
    desk = Desk(databases)
    few = desk.get("/typfall/ny").text

    page = desk.post("/typfall/ny", CASE, more="facts")

    assert page.status_code == 200
    assert 'value="Nytt fall"' in page.text
    assert few.count('id="fact-') == 6
    assert (page.text.count('id="fact-'), page.text.count('id="value-')) == (18, 19)
    assert page.text.count('id="criterion-') == few.count('id="criterion-') == 2
    assert desk.kept().cases == CASES


@pytest.mark.parametrize(("path", "fields"), FORMS)
def test_a_form_that_comes_late_comes_back_with_what_was_typed(databases: Databases, path: str, fields: Any) -> None:
    desk = Desk(databases)
    read = desk.kept().version
    desk.somebody_else_saves()
    answer = desk.post(path, fields, version=read)
    assert answer.status_code == 409
    assert "har ändrat i utkastet" in answer.text
    assert (
        next(value for name, value in fields.items() if name in {"label_sv", "entry", "name", "title"}) in answer.text
    )
    assert desk.kept().text == GUIDELINE + "# någon annan\n"


@pytest.mark.parametrize(("path", "fields"), FORMS)
def test_a_form_for_a_draft_that_lies_with_a_second_person_comes_back_too(
    databases: Databases, path: str, fields: Any
) -> None:
    desk = Desk(databases)
    desk.board.do(drafts.hand_over, desk.draft.id, role=Role.RULES_OWNER)
    answer = desk.post(path, fields)
    assert answer.status_code == 422
    assert "lämnat för publicering" in answer.text


@pytest.mark.parametrize("place", ["²", "١", "9" * 5000, "-1", "99", "ny"])
def test_a_place_that_is_none_is_not_found(databases: Databases, place: str) -> None:
    desk = Desk(databases)
    assert desk.post(f"/kriterium/{place}/bort").status_code in {404, 414}
    assert desk.post(f"/typfall/{place}/bort").status_code in {404, 414}


@pytest.mark.parametrize(
    ("path", "fields", "words"),
    [
        ("/kriterium/ny", CRITERION | {"valid_for_months": "²"}, "Det är inget heltal."),
        ("/kriterium/ny", CRITERION | {"valid_for_months": "12 mån"}, "Det är inget heltal."),
        ("/kriterium/ny", CRITERION | {"value-condition-0": "nan"}, "går inte att jämföra"),
        (
            "/kriterium/ny",
            CRITERION | {"comparison-condition-0": "within"},
            "Här passar: finns (ja eller nej), är, är minst",
        ),
        ("/kriterium/ny", CRITERION | {"condition_yaml": "{fact: ["}, "inte giltig YAML"),
        ("/kriterium/ny", CRITERION | {"label_sv": ""}, "Rätta det här först"),
        ("/kriterium/ny", CRITERION | {"label_sv": "Minst tva hundar"}, "Det finns redan ett kriterium"),
        ("/uppgift", FACT | {"smallest": "--5", "largest": "9"}, "Det är inget heltal."),
        ("/uppgift", FACT | {"smallest": "9" * 5000, "largest": "9"}, "Det är inget heltal."),
        ("/kriterium/ny", CRITERION | {"document": " "}, "Källan saknas."),
        ("/kriterium/ny", CRITERION | {"kind": "assessment", "question_sv": "Vad?"}, "”Att hålla sig till” saknas."),
        ("/uppgift", FACT | {"label_sv": "Dogs in activity"}, "Det finns redan en uppgift"),
        ("/lista", ENTRY | {"entry": "muslim*"}, "är namnet på en religion"),
        ("/typfall/ny", CASE | {"on": "0000"}, "Datumet går inte att läsa."),
        ("/typfall/ny", CASE | {"value-0": "många"}, "passar inte"),
        ("/om", ABOUT | {"on": "i höstas"}, "”i höstas” är inget datum."),
        ("/bibliotek", {"use": "finns-inte"}, "Inget kriterium är valt."),
    ],
)
def test_what_is_typed_wrong_is_told_and_nothing_is_kept(
    databases: Databases, path: str, fields: Any, words: str
) -> None:
    desk = Desk(databases)
    answer = desk.post(path, fields)
    assert answer.status_code == 422, answer.text
    assert words in answer.text
    assert desk.kept().text == GUIDELINE


def test_the_form_of_a_worked_case_keeps_what_it_has_no_field_for(databases: Databases) -> None:
    facts = "{dogs_in_activity: 1, members_total: 7, case_documents: [{type: accounts}]}"
    expect = "{proposal: complete, attention: person, results: {minst-tva-hundar: not_met}}"
    lines = (
        "- name: Ett",
        "kind: grant",
        "on: 2027-02-01",
        f"facts: {facts}",
        "not_asked: [accounts]",
        f"expect: {expect}",
    )
    worked = "\n  ".join(lines) + "\n"
    desk = Desk(databases, worked=worked)
    page = desk.get("/typfall/0").text
    assert '<input type="hidden" name="fact-0" value="dogs_in_activity">' in page
    assert re.search(r'name="value-0" value="1"', page)
    fields = {
        "name": "Två",
        "kind": "grant",
        "on": "2027-02-01",
        "fact-0": "dogs_in_activity",
        "value-0": "1",
        "fact-1": "members_total",
        "value-1": "8",
        "proposal": "complete",
        "criterion-0": "minst-tva-hundar",
        "result-0": "not_met",
    }
    assert desk.post("/typfall/0", fields).status_code == 303
    (case,) = read_text(desk.kept().cases.encode(), "cases").data
    assert case["name"] == "Två"
    assert case["facts"] == {
        "case_documents": [{"type": "accounts"}],
        "dogs_in_activity": 1,
        "members_total": 8,
    }
    assert case["expect"] == {"proposal": "complete", "attention": "person", "results": {"minst-tva-hundar": "not_met"}}
    assert case["not_asked"] == ["accounts"]


def test_a_worked_case_shows_options_by_name_and_loses_what_is_emptied(databases: Databases) -> None:
    rooms = "rum: {type: choices, label: {sv: Rum}, level: activity, supplied_by: applicant, options: {a: {sv: Sal A, en: Hall A}, b: {sv: Sal B, en: Hall B}}}"
    facts = "{rum: [a, b], legal_form: ideell_forening, partners: [], members_total: 7, dogs_in_activity: 3}"
    worked = f"""- name: Ett
  kind: grant
  on: 2027-02-01
  facts: {facts}
  absent: [statutes_document]
  assessments: {{demokratisk-rattsstat: met}}
  expect: {{proposal: approve, results: {{minst-tva-hundar: met}}}}
"""
    desk = Desk(databases, GUIDELINE.replace("\nfacts:\n", f"\nfacts:\n  {rooms}\n"), worked)
    page = desk.get("/typfall/0").text
    assert re.search(r'name="value-0" value="Sal A; Sal B"', page)
    assert re.search(r'name="value-1".*?value="ideell_forening"\s+selected', page, re.DOTALL)
    assert re.search(r'name="value-2" value="inga"', page)
    assert re.search(r'name="value-5".*?value="saknas"\s+selected', page, re.DOTALL)
    fields = {
        "name": "Ett",
        "kind": "grant",
        "on": "2027-02-01",
        "proposal": "approve",
        "fact-0": "rum",
        "value-0": "hall b",
        "fact-1": "legal_form",
        "value-1": "ekonomisk_forening",
        "fact-2": "partners",
        "value-2": "inga",
        "fact-3": "members_total",
        "value-3": "",
        "fact-4": "dogs_in_activity",
        "value-4": "3",
        "fact-5": "statutes_document",
        "value-5": "",
        "assessed-0": "demokratisk-rattsstat",
        "answer-0": "",
        "criterion-0": "minst-tva-hundar",
        "result-0": "",
    }
    wrong = desk.post("/typfall/0", fields | {"value-0": "Sal C"})
    assert wrong.status_code == 422
    assert "”Sal C” passar inte ”Rum”." in wrong.text
    assert desk.post("/typfall/0", fields | {"fact-6": "members_women", "value-6": ""}).status_code == 422
    assert desk.post("/typfall/0", fields).status_code == 303
    (case,) = read_text(desk.kept().cases.encode(), "cases").data
    assert case["facts"] == {
        "rum": ["b"],
        "legal_form": "ekonomisk_forening",
        "partners": [],
        "dogs_in_activity": 3,
    }
    assert not case.keys() & {"absent", "assessments"}
    assert case["expect"] == {"proposal": "approve"}


def test_an_own_fact_is_changed_and_keeps_its_id_and_what_the_form_has_no_field_for(databases: Databases) -> None:
    desk = Desk(databases)
    before = read_text(desk.kept().text.encode(), "text").data["facts"]["dogs_in_activity"]
    page = desk.get("/uppgift?uppgift=dogs_in_activity").text
    assert f'value="{before["label"]["sv"]}"' in page
    assert "Ändra uppgiften" in page

    typed = {"label_sv": "Hundar som är med", "type": before["type"], "level": "activity", "supplied_by": "staff"}
    answer = desk.post("/uppgift?uppgift=dogs_in_activity", typed, smallest="0", largest="90")

    assert answer.status_code == 303, answer.text
    facts = read_text(desk.kept().text.encode(), "text").data["facts"]
    assert facts["dogs_in_activity"]["label"] == {"sv": "Hundar som är med"}
    assert facts["dogs_in_activity"]["range"] == [0, 90]
    assert facts["dogs_in_activity"]["supplied_by"] == "staff"
    assert "hundar_som_ar_med" not in facts
    assert "att rätta" not in desk.get().text
    assert desk.get("/uppgift?uppgift=finns_inte").status_code == 404
    assert desk.post("/uppgift?uppgift=finns_inte", typed).status_code == 404


def test_an_option_keeps_the_id_that_cases_have_it_by(databases: Databases) -> None:
    desk = Desk(databases)
    choice = {**FACT, "label_sv": "Hundens ras", "type": "choice", "options": "Tax\nPudel"}
    assert desk.post("/uppgift", choice).status_code == 303
    draft = desk.kept()
    given = RuleDraftChange(key=draft.id, version=draft.version, text=draft.text.replace("tax:", "ras_1:"))
    desk.board.do(drafts.save_draft_text, given, role=Role.RULES_OWNER)

    page = desk.get("/uppgift?uppgift=hundens_ras").text
    assert "Tax\nPudel</textarea>" in page
    changed = desk.post("/uppgift?uppgift=hundens_ras", {**choice, "options": "Tax\nPudel\nStövare"})

    assert changed.status_code == 303
    facts = read_text(desk.kept().text.encode(), "text").data["facts"]
    assert list(facts["hundens_ras"]["options"]) == ["ras_1", "pudel", "stovare"]


def test_the_words_of_an_option_in_use_are_corrected(databases: Databases) -> None:
    desk = Desk(databases)
    choice = {**FACT, "label_sv": "Hundens ras", "type": "choice", "options": "Tax\nPudel"}
    assert desk.post("/uppgift", choice).status_code == 303
    reads = {"fact": "hundens_ras", "comparison": "equal", "value": "pudel"}
    rows = {f"{name}-condition-0": said for name, said in reads.items()}
    assert desk.post("/kriterium/ny", CRITERION | {"label_sv": "Rätt ras"} | rows).status_code == 303
    assert 'name="reworded"' not in desk.get("/uppgift").text
    assert 'name="reworded"' in desk.get("/uppgift?uppgift=hundens_ras").text

    told = desk.post("/uppgift?uppgift=hundens_ras", {**choice, "options": "Tax\nKungspudel\nStövare"}, reworded="ja")
    assert told.status_code == 422
    assert "1 val har tagits bort eller ändrats och 2 är nya" in told.text
    swapped = desk.post("/uppgift?uppgift=hundens_ras", {**choice, "options": "Tax\nKungspudel"})
    assert swapped.status_code == 422
    anew = desk.post("/uppgift?uppgift=hundens_ras", {**choice, "options": "Kungspudel\nTax"}, reworded="ja")

    assert anew.status_code == 303, anew.text
    facts = read_text(desk.kept().text.encode(), "text").data["facts"]
    assert facts["hundens_ras"]["options"] == {"pudel": {"sv": "Kungspudel"}, "tax": {"sv": "Tax"}}
    page = desk.get("/kriterium/4").text
    assert 'value="Kungspudel"' in page
    assert "Villkor: Hundens ras: kungspudel." in page


def test_english_that_was_not_changed_with_the_swedish_is_taken_out(databases: Databases) -> None:
    desk = Desk(databases)
    both = CRITERION | {"label_sv": "Minst fem hundar", "label_en": "At least five dogs"}
    assert desk.post("/kriterium/ny", both).status_code == 303

    for label_en, kept in (("At least five dogs", None), ("At least six", "At least six")):
        anew = both | {"label_sv": "Minst sex hundar", "label_en": label_en}
        assert desk.post("/kriterium/4", anew).status_code == 303
        written = read_text(desk.kept().text.encode(), "text").data["criteria"][4]["label"]
        assert (written["sv"], written.get("en")) == ("Minst sex hundar", kept)


def test_two_options_that_are_spelt_alike_are_two(databases: Databases) -> None:
    desk = Desk(databases)
    choice = {**FACT, "label_sv": "Lag", "type": "choice", "options": "A-lag\nA lag"}

    assert desk.post("/uppgift", choice).status_code == 303

    facts = read_text(desk.kept().text.encode(), "text").data["facts"]
    assert facts["lag"]["options"] == {"a_lag": {"sv": "A-lag"}, "a_lag_2": {"sv": "A lag"}}


def test_a_column_is_known_by_what_it_is_called_wherever_it_stands(databases: Databases) -> None:
    desk = Desk(databases)
    costs = {**FACT, "label_sv": "Kostnader", "type": "list_of_rows"}
    two = {"column-0": "Kostnad", "holds-0": "text", "column-1": "Belopp", "holds-1": "money"}
    assert desk.post("/uppgift", costs | two).status_code == 303

    moved = {"column-0": "Belopp", "holds-0": "money", "column-1": "Kostnad för", "holds-1": "text"}
    assert desk.post("/uppgift?uppgift=kostnader", costs | moved).status_code == 303

    fields = read_text(desk.kept().text.encode(), "text").data["facts"]["kostnader"]["fields"]
    assert list(fields) == ["belopp", "kostnad_for"]
    one = {"column-0": "Summa", "holds-0": "money", "column-1": "Kostnad för", "holds-1": "text"}
    assert desk.post("/uppgift?uppgift=kostnader", costs | one).status_code == 303
    fields = read_text(desk.kept().text.encode(), "text").data["facts"]["kostnader"]["fields"]
    assert fields["belopp"]["label"] == {"sv": "Summa"}


def test_parts_are_taken_out_and_a_criterion_of_the_library_gets_its_value(databases: Databases) -> None:
    desk = Desk(databases)
    assert (
        desk.post("/bibliotek", use="aktiva-medlemmar-minst").headers["Location"].endswith("/kriterium/4/installningar")
    )
    assert desk.post("/kriterium/4/installningar", {"setting-required_members": "20"}).status_code == 303
    data = read_text(desk.kept().text.encode(), "text").data
    assert data["criteria"][4] == {
        "use": "aktiva-medlemmar-minst",
        "kinds": ["grant"],
        "sources": [{"document": "Riktlinjer för hundkultur"}],
        "settings": {"required_members": 20},
    }
    law = "8 kap. 2 § kommunallagen"
    basis = {"setting-required_members": "20", "legal": law}
    assert desk.post("/kriterium/4/installningar", basis).status_code == 303
    assert read_text(desk.kept().text.encode(), "text").data["criteria"][4]["legal"] == law
    assert f"Lag: {law}" in desk.get("/kriterium/4/installningar").text
    assert desk.post("/kriterium/4/installningar", {"setting-required_members": "20"}).status_code == 303
    assert "legal" not in read_text(desk.kept().text.encode(), "text").data["criteria"][4]
    assert desk.post("/kriterium/4/installningar", {"setting-required_members": "många"}).status_code == 422
    for path in ("/kriterium/4/bort", "/lista/ord-att-titta-pa/0/bort", "/typfall/1/bort"):
        assert desk.post(path).status_code == 303, path
    assert "Uppgiften ”" in desk.post("/uppgift/dog_leader/bort").text
    reader = next(
        n
        for n, item in enumerate(read_text(desk.kept().text.encode(), "t").data["criteria"])
        if "dog_leader" in str(item)
    )
    assert desk.post(f"/kriterium/{reader}/bort").status_code == 303
    assert desk.post("/uppgift/dog_leader/bort").status_code == 303
    left = read_text(desk.kept().text.encode(), "text").data
    assert (len(left["criteria"]), left["lists"]["ord-att-titta-pa"]["entries"]) == (3, [])
    assert list(left["facts"]) == ["dogs_in_activity"]
    assert len(read_text(desk.kept().cases.encode(), "cases").data) == 3
