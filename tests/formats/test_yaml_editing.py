"""One part of a rule file is changed and every other line stays, comments too."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import pytest

from tests.rules.services.guideline import CASES, GUIDELINE
from vetting.formats.yaml_editing import part_of, with_item, with_items, with_part
from vetting.formats.yaml_reading import read_text
from vetting.rules.domain.condition_rows import MOST_ROWS, ConditionRow, condition_of, rows_of

if TYPE_CHECKING:
    from vetting.rules.services.rule_files import RulesFolder

NEW = {"id": "nytt-krav", "label": {"sv": "Nytt krav: med kolon"}, "condition": {"all": [{"fact": "a", "equal": True}]}}


def data(text: str) -> Any:
    return read_text(text.encode(), "text").data


def gone(before: str, after: str) -> list[str]:
    return [line[1:] for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line.startswith("- ")]


def test_a_criterion_added_last_leaves_every_line() -> None:
    text = GUIDELINE
    after = with_item(text, "criteria", None, NEW)
    assert data(after)["criteria"][:-1] == data(text)["criteria"]
    assert data(after)["criteria"][-1] == NEW
    assert gone(text, after) == []
    assert after.index("nytt-krav") < after.index("routine:")


def test_a_criterion_written_anew_changes_its_own_lines_only() -> None:
    after = with_item(GUIDELINE, "criteria", 1, NEW)
    names = [item.get("id") or item["use"] for item in data(after)["criteria"]]
    assert names == ["minst-tva-hundar", "nytt-krav", "ord-i-beskrivningen", "medlemmar-minst"]
    assert "# Minst två hundar, så att det är en grupp" in after
    assert all("utbildad" in line or line.startswith(" ") for line in gone(GUIDELINE, after))


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_criterion_taken_out_is_gone_and_no_other(place: int) -> None:
    after = with_item(GUIDELINE, "criteria", place, None)
    wanted = data(GUIDELINE)
    del wanted["criteria"][place]
    assert data(after) == wanted
    assert after.startswith("# Riktlinjer för hundkulturen i Exempelby\n")


def test_a_worked_case_is_added_and_changed_in_a_list_that_is_the_whole_file() -> None:
    case = {"name": "Tre hundar", "kind": "grant"}
    assert data(with_item(CASES, None, None, case))[-1] == case
    assert data(with_item(CASES, None, 0, case))[0] == case
    assert data(with_item("", None, None, case)) == [case]


def test_an_empty_list_of_criteria_gets_its_first() -> None:
    text = "id: a\ncriteria: []\nrefer: none\n"
    assert data(with_item(text, "criteria", None, NEW)) == {"id": "a", "criteria": [NEW], "refer": "none"}


def test_the_last_criterion_of_all_is_taken_out() -> None:
    text = with_item("id: a\ncriteria: []\n", "criteria", None, NEW)
    assert data(with_item(text, "criteria", 0, None)) == {"id": "a", "criteria": []}


@pytest.mark.parametrize("text", [GUIDELINE, GUIDELINE.rstrip("\n"), GUIDELINE.replace("\n", "\r\n"), "id: a\n"])
@pytest.mark.parametrize("value", [{"owner": "Någon", "steps": ["Läs: noga", "nej"]}, None])
def test_a_part_is_written_anew_added_or_taken_out(text: str, value: Any) -> None:
    wanted = {**data(text), "routine": value}
    if value is None:
        wanted.pop("routine")
        text = text if "routine" in data(text) else text + "\nroutine: {owner: A}\n"
    assert data(with_part(text, "routine", value)) == wanted


def test_what_is_written_reads_back_whatever_it_looks_like() -> None:
    for value in (
        "nej",
        "no",
        "0123",
        "2026-01-01",
        "1.5",
        "null",
        "~",
        "- a",
        "a: b",
        "#",
        "å ä ö",
        "'",
        '"',
        "ja\nnej",
    ):
        assert data(with_part("id: a\n", "title", value))["title"] == value


@pytest.mark.parametrize(
    "condition",
    [
        {"fact": "members_total", "at_least": 5},
        {"fact": "bankrupt", "equal": False},
        {"fact": "amount_applied", "at_most": 1000},
        {"fact": "amount_applied", "at_most": 0.5},
        {"fact": "received_on", "at_most": {"fact": "deadline"}},
        {"fact": "legal_form", "one_of": ["ideell_forening", "stiftelse"]},
        {"fact": "board_size", "between": [3, 9]},
        {"fact": "annual_meeting_held_on", "within": {"years": 1}},
        {"fact": "event_title", "matches_list": ["kalas", "fest*"]},
        {"any": [{"fact": "statutes_document", "present": True}, {"fact": "purpose", "contains": "barn"}]},
        {"all": [{"fact": "members_total", "at_least": 5}, {"fact": "board_size", "at_least": 3}]},
    ],
)
def test_a_simple_condition_goes_through_the_form_unchanged(rules: RulesFolder, condition: dict[str, Any]) -> None:
    catalogue = rules.book.catalogue
    rows = rows_of(condition, catalogue)
    assert rows is not None
    assert condition_of(rows.group, rows.rows, catalogue, "c") == (condition, [])


@pytest.mark.parametrize(
    "condition",
    [
        {"not": {"fact": "bankrupt", "equal": True}},
        {"all": [{"any": [{"fact": "bankrupt", "equal": False}]}]},
        {"count": "partners", "where": {"fact": "name", "contains_any": ["x"]}, "at_least": 2},
        {"fact": "members_total", "at_least": {"setting": "x"}},
        {"all": [{"fact": "members_total", "at_least": n} for n in range(MOST_ROWS + 1)]},
        "text",
    ],
)
def test_a_deeper_condition_is_no_rows(rules: RulesFolder, condition: Any) -> None:
    assert rows_of(condition, rules.book.catalogue) is None


@pytest.mark.parametrize(
    ("row", "where", "words"),
    [
        (ConditionRow("", "equal", "5"), "fact-c-0", "ingen uppgift är vald"),
        (ConditionRow("members_total", "contains", "5"), "comparison-c-0", "passar inte"),
        (ConditionRow("members_total", "at_least", "många"), "value-c-0", "går inte att jämföra"),
        (ConditionRow("annual_meeting_held_on", "within", "ett år"), "value-c-0", "Skriv till exempel 1 år"),
        (ConditionRow("bankrupt", "equal", "kanske"), "value-c-0", "Skriv ja eller nej"),
        (ConditionRow("legal_form", "equal", "klubb"), "value-c-0", "Välj bland"),
    ],
)
def test_what_is_typed_wrong_in_a_row_is_told_at_its_field(
    rules: RulesFolder, row: ConditionRow, where: str, words: str
) -> None:
    found, problems = condition_of("all", [row], rules.book.catalogue, "c")
    assert found is None
    assert problems[0].where == where
    assert words in problems[0].what.sv + problems[0].remedy.sv


@pytest.mark.parametrize("ending", ["\n", "\r\n", ""])
def test_several_items_at_once_are_what_they_are_one_by_one(ending: str) -> None:
    text = "# fall\n- {name: a, on: 2026-01-01}\n- name: b  # ett\n- name: c\n- name: d"
    text = text.replace("\n", ending) + ending if ending == "\r\n" else text + ending
    at_once = with_items(text, None, {0: {"name": "A"}, 2: None}, [{"name": "e"}])
    one_by_one = with_item(with_item(with_item(text, None, 2, None), None, 0, {"name": "A"}), None, None, {"name": "e"})
    assert at_once == one_by_one
    assert "- name: b  # ett" in at_once
    assert with_items(text, None, {}) == text


def test_one_part_is_read_though_the_rest_is_cut_off() -> None:
    text = "id: a\ntitle: {en: Dogs, sv: Hundar}\ncriteria:\n  - {id: b, label: 'cut"
    assert part_of(text, "title") == {"en": "Dogs", "sv": "Hundar"}
    assert part_of(text, "facts") is None
