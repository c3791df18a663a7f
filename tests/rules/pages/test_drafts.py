"""The pages where rules are written: what is odd is told, nothing typed is lost, nobody overwrites unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.board import BoardAtWork, rules
from tests.page_fixtures import TOKEN
from tests.rules.services.guideline import CASES, GUIDELINE
from vetting.app import create_app
from vetting.config import Config
from vetting.formats.yaml_reading import read_text
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.rules.models import RuleDraft
from vetting.rules.services import drafts
from vetting.rules.services.drafts import RuleDraftChange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.databases import Databases

PASSWORD = "korrekt häst batteri"


class Desk:
    """A rules owner at work on one draft."""

    def __init__(self, databases: Databases, text: str = GUIDELINE, worked: str = CASES) -> None:
        self.board = BoardAtWork.copied(databases, "sqlite")
        self.draft = self.board.do(drafts.take_in, text.encode(), worked.encode(), role=Role.RULES_OWNER)
        self.app = create_app(Config(), self.board.database)
        self.client = self.signed_in(Role.RULES_OWNER)

    def signed_in(self, role: Role) -> FlaskClient:
        client = self.app.test_client()
        found = TOKEN.search(client.get("/logga-in").text)
        assert found
        login = {"csrf_token": found[1], "login": f"{role.value}.norr", "password": PASSWORD}
        assert client.post("/logga-in", data=login).status_code == 303
        return client

    def kept(self) -> RuleDraft:
        with open_reading(self.board.database) as session:
            return session.get_one(RuleDraft, self.draft.id)

    def get(self, path: str = "") -> TestResponse:
        return self.client.get(f"/regler/utkast/{self.draft.id}{path}")

    def post(
        self, path: str, form: Mapping[str, str] | None = None, *, version: int | None = None, **fields: str
    ) -> TestResponse:
        token = TOKEN.search(self.client.get("/regler").text)
        assert token
        data = {"csrf_token": token[1], "version": str(version or self.kept().version), **(form or {}), **fields}
        return self.client.post(f"/regler/utkast/{self.draft.id}{path}", data=data)

    def somebody_else_saves(self) -> None:
        given = RuleDraftChange(
            key=self.draft.id, version=self.kept().version, text=self.kept().text + "# någon annan\n"
        )
        self.board.do(drafts.save_draft_text, given, role=Role.RULES_OWNER)


FACT = {"label_sv": "Antal katter", "type": "whole_number", "level": "activity", "supplied_by": "applicant"}
ENTRY = {
    "list": "ord-att-titta-pa",
    "entry": "vitmakt*",
    "why": "Hördes",
    "source": "Anteckning",
    "review_on": "2027-11-01",
}
CRITERION = {
    "label_sv": "Minst tre hundar",
    "kind": "automatic",
    "level": "activity",
    "moment": "before",
    "if_not_met": "assess",
    "applies_grant": "1",
    "document": "Riktlinjer",
    "condition_group": "all",
    "fact-condition-0": "dogs_in_activity",
    "comparison-condition-0": "at_least",
    "value-condition-0": "3",
}
CASE = {
    "name": "Nytt fall",
    "kind": "grant",
    "on": "2027-02-01",
    "fact-0": "dogs_in_activity",
    "value-0": "3",
    "proposal": "complete",
}
ABOUT = {"title": "Ny titel", "body": "Nämnden", "on": "2026-11-01", "reference": "X 1"}
FORMS = [
    ("/kriterium/ny", CRITERION),
    ("/kriterium/0", CRITERION),
    ("/uppgift", FACT),
    ("/lista", ENTRY),
    ("/typfall/ny", CASE),
    ("/typfall/0", CASE),
    ("/om", ABOUT),
]


@pytest.mark.parametrize(("path", "fields"), FORMS)
def test_a_form_changes_its_part_and_leaves_the_rest(databases: Databases, path: str, fields: Any) -> None:
    desk = Desk(databases)
    answer = desk.post(path, fields)
    assert answer.status_code == 303, answer.text
    assert "# Riktlinjer för hundkulturen i Exempelby" in desk.kept().text
    assert (desk.kept().text, desk.kept().cases) != (GUIDELINE, CASES)
    assert desk.get().status_code == 200


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
    desk.board.do(drafts.hand_over, desk.draft.id, rules=rules(), role=Role.RULES_OWNER)
    answer = desk.post(path, fields)
    assert answer.status_code == 422
    assert "lämnat för publicering" in answer.text


@pytest.mark.parametrize("step", ["/lamna", "/kasta"])
def test_a_step_on_a_draft_that_somebody_changed_is_not_taken(databases: Databases, step: str) -> None:
    desk = Desk(databases)
    read = desk.kept().version
    desk.somebody_else_saves()
    assert desk.post(step, version=read).status_code == 409
    assert desk.kept().state == "draft"


ODD = [
    "[1, 2]",
    "hej",
    "5",
    "",
    "criteria: 5",
    "criteria: {a: 1}",
    "criteria: [1, [2], null, {use: [1]}]",
    "kinds: [grant]\ncriteria: [{id: [1], applies_to: 5}]",
    "kinds: [grant]\ncriteria: [{id: a, applies_to: 5}]",
    "kinds: [grant]\ncriteria: []\nlists: 5",
    "kinds: [grant]\ncriteria: []\nlists: {a: 5}",
    "kinds: [grant]\ncriteria: []\nlists: {a: {entries: [hej]}}",
    "kinds: [foo]\ncriteria: []",
    "kinds: [[1]]\ncriteria: []",
    "kinds: [grant]\ncriteria: []\nroutine: {steps: 5}",
    "kinds: [grant]\ncriteria: []\nfacts: [1]",
]


@pytest.mark.parametrize("text", ODD)
def test_a_text_of_any_shape_is_kept_and_every_page_of_the_draft_answers(databases: Databases, text: str) -> None:
    desk = Desk(databases)
    assert desk.post("/text", text=text, cases="- {absent: 5, facts: 5, expect: {results: [1]}}\n").status_code == 303
    assert desk.kept().text == text
    for path in (
        "",
        "/text",
        "/kriterium/0",
        "/kriterium/ny",
        "/uppgift",
        "/lista",
        "/typfall/0",
        "/typfall/ny",
        "/om",
    ):
        assert desk.get(path).status_code in {200, 303, 404}, path
    for path, fields in (*FORMS, ("/lista/oanvanda", {}), ("/bibliotek", {"use": "medlemmar-minst"}), ("/lamna", {})):
        assert desk.post(path, fields).status_code in {303, 404, 422}, path


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
        ("/kriterium/ny", CRITERION | {"condition_yaml": "{fact: ["}, "inte giltig YAML"),
        ("/kriterium/ny", CRITERION | {"label_sv": ""}, "Rätta det här först"),
        ("/kriterium/ny", CRITERION | {"label_sv": "Minst tva hundar"}, "Det finns redan ett kriterium"),
        ("/uppgift", FACT | {"smallest": "--5", "largest": "9"}, "Det är inget heltal."),
        ("/uppgift", FACT | {"smallest": "9" * 5000}, "Det är inget heltal."),
        ("/uppgift", FACT | {"id": "dogs_in_activity"}, "Det finns redan en uppgift"),
        ("/uppgift", FACT | {"id": "a/b"}, "kan inte vara ett namn"),
        ("/lista", ENTRY | {"entry": "muslim*"}, "är namnet på en religion"),
        ("/typfall/ny", CASE | {"on": "0000"}, "Dagen går inte att läsa."),
        ("/typfall/ny", CASE | {"value-0": "många"}, "passar inte"),
        ("/om", ABOUT | {"on": "i höstas"}, "Dagen går inte att läsa."),
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
    facts = "{dogs_in_activity: 1, members_total: 7, other_support: [{funder: Banken, amount: 5}]}"
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
    assert 'value="dogs_in_activity" selected' in page
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
        "other_support": [{"funder": "Banken", "amount": 5}],
        "dogs_in_activity": 1,
        "members_total": 8,
    }
    assert case["expect"] == {"proposal": "complete", "attention": "person", "results": {"minst-tva-hundar": "not_met"}}
    assert case["not_asked"] == ["accounts"]


def test_a_file_with_windows_ends_of_lines_stays_as_it_is(databases: Databases) -> None:
    crlf = GUIDELINE.replace("\n", "\r\n")
    desk = Desk(databases, crlf)
    assert desk.post("/text", text=GUIDELINE.replace("\n", "\r\n"), cases=CASES).status_code == 303
    assert desk.kept().text == crlf
    assert desk.kept().version == 1
    assert desk.post("/uppgift", FACT).status_code == 303
    assert "\n" not in desk.kept().text.replace("\r\n", "")


def test_parts_are_taken_out_and_a_criterion_of_the_library_gets_its_value(databases: Databases) -> None:
    desk = Desk(databases)
    assert (
        desk.post("/bibliotek", use="aktiva-medlemmar-minst").headers["Location"].endswith("/kriterium/3/installningar")
    )
    assert desk.post("/kriterium/3/installningar", {"setting-required_members": "20"}).status_code == 303
    data = read_text(desk.kept().text.encode(), "text").data
    assert data["criteria"][3] == {
        "use": "aktiva-medlemmar-minst",
        "kinds": ["grant"],
        "settings": {"required_members": 20},
    }
    assert desk.post("/kriterium/3/installningar", {"setting-required_members": "många"}).status_code == 422
    for path in ("/kriterium/3/bort", "/lista/ord-att-titta-pa/0/bort", "/typfall/1/bort", "/uppgift/dog_leader/bort"):
        assert desk.post(path).status_code == 303, path
    left = read_text(desk.kept().text.encode(), "text").data
    assert (len(left["criteria"]), left["lists"]["ord-att-titta-pa"]["entries"]) == (3, [])
    assert list(left["facts"]) == ["dogs_in_activity"]
    assert len(read_text(desk.kept().cases.encode(), "cases").data) == 1


def test_another_boards_draft_version_and_trial_are_not_there(databases: Databases) -> None:
    desk = Desk(databases)
    syd = BoardAtWork(desk.board.database, code="syd").build()
    other = syd.do(drafts.take_in, GUIDELINE.replace("board: norr", "board: syd").encode(), b"", role=Role.RULES_OWNER)
    assert desk.client.get(f"/regler/utkast/{other.id}").status_code == 404
    assert desk.client.get(f"/regler/utkast/{other.id}/text").status_code == 404
