"""The pages of a draft as a whole: a text of any shape is kept, a step needs the newest, other boards' are not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.board import BoardAtWork, rules
from tests.factories import NOW
from tests.operations.jobs.working_off import work_off
from tests.page_fixtures import TOKEN
from tests.rules.desk import FACT, FORMS, Desk
from tests.rules.published import accept_filled_cases, publish_draft
from tests.rules.services.guideline import CASES, GUIDELINE
from vetting.formats.yaml_reading import read_text
from vetting.grants.services.schemes import SchemeWriting, add_scheme
from vetting.kernel.problem import Refused
from vetting.kernel.roles import Role
from vetting.kernel.store.jobs import jobs_about
from vetting.kernel.store.session import open_reading
from vetting.operations.jobs.worker import Worker
from vetting.rules.models import RuleDraft
from vetting.rules.services import drafts

if TYPE_CHECKING:
    from tests.databases import Databases


@pytest.mark.parametrize("step", ["/lamna", "/kasta"])
def test_a_step_on_a_draft_that_somebody_changed_is_not_taken(databases: Databases, step: str) -> None:
    desk = Desk(databases)
    read = desk.kept().version
    desk.somebody_else_saves()
    assert desk.post(step, version=read).status_code == 409
    assert desk.kept().state == "draft"


def test_new_rules_are_begun_for_one_grant_scheme_and_then_say_so(databases: Databases) -> None:
    desk = Desk(databases)
    scheme = desk.board.do(add_scheme, SchemeWriting(name="Lokalbidrag"), role=Role.RULES_OWNER)
    assert 'name="only"' in desk.client.get("/regler/nytt").text
    token = TOKEN.search(desk.client.get("/regler").text)
    assert token
    fields = {"csrf_token": token[1], "title": "Regler för lokaler", "builds_on": "socialnamnden-2019-med-grundkrav"}
    fields |= {"body": "Nämnden", "on": "2026-11-01", "reference": "X 1", "read": "1", "only": f"grant.{scheme.id}"}
    answer = desk.client.post("/regler/nytt", data=fields)
    assert answer.status_code == 303, answer.text
    page = desk.client.get(answer.location).text
    assert "Gäller bara Lokalbidrag." in page
    assert "de gemensamma reglerna." not in page
    with open_reading(desk.board.database) as session:
        draft = session.scalar(select(RuleDraft).where(RuleDraft.ruleset == "regler-for-lokaler"))
        assert draft is not None
        assert read_text(draft.text.encode(), "rules").data["kinds"] == ["grant"]
        assert {case["kind"] for case in read_text(draft.cases.encode(), "cases").data} == {"grant"}
    twice = desk.client.post("/regler/nytt", data=fields | {"title": "En gång till"})
    assert twice.status_code == 422
    assert "Bidragsformen har redan egna regler." in twice.text
    with open_reading(desk.board.database) as session:
        assert session.scalar(select(RuleDraft).where(RuleDraft.ruleset == "en-gang-till")) is None
    assert "Gäller alla bidrag: de gemensamma reglerna." in desk.get().text


def test_what_is_handed_over_is_tried_meanwhile(databases: Databases) -> None:
    desk = Desk(databases)
    accept_filled_cases(desk.board, desk.draft.id)
    for _time in range(2):
        assert desk.post("/lamna").status_code == 303
        with open_reading(desk.board.database) as session:
            jobs = jobs_about(session, desk.draft.board_id, drafts.WHAT_IF, str(desk.draft.id))
        assert len(jobs) == 1, "what is tried as it stands is not tried again"
        work_off(Worker(desk.board.database, rules(), lambda: NOW))
        desk.board.do(drafts.give_back, desk.draft.id, "Läs en gång till.", role=Role.MANAGER)


def test_a_second_person_says_why_a_draft_comes_back_and_its_author_need_not(databases: Databases) -> None:
    desk = Desk(databases)
    accept_filled_cases(desk.board, desk.draft.id)
    assert desk.post("/lamna").status_code == 303
    with pytest.raises(Refused) as stopped:
        desk.board.do(drafts.give_back, desk.draft.id, "  ", role=Role.MANAGER)
    assert [problem.where for problem in stopped.value.problems] == ["because"]
    desk.board.do(drafts.give_back, desk.draft.id, "", role=Role.RULES_OWNER)
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


def test_a_file_with_windows_ends_of_lines_stays_as_it_is(databases: Databases) -> None:
    crlf = GUIDELINE.replace("\n", "\r\n")
    desk = Desk(databases, crlf)
    assert desk.post("/text", text=GUIDELINE.replace("\n", "\r\n"), cases=CASES).status_code == 303
    assert desk.kept().text == crlf
    assert desk.kept().version == 1
    assert desk.post("/uppgift", FACT).status_code == 303
    assert "\n" not in desk.kept().text.replace("\r\n", "")


def test_another_boards_draft_version_and_trial_are_not_there(databases: Databases) -> None:
    desk = Desk(databases)
    syd = BoardAtWork(desk.board.database, code="syd").build()
    other = syd.do(drafts.take_in, GUIDELINE.replace("board: norr", "board: syd").encode(), b"", role=Role.RULES_OWNER)
    assert desk.client.get(f"/regler/utkast/{other.id}").status_code == 404
    assert desk.client.get(f"/regler/utkast/{other.id}/text").status_code == 404


def test_new_rules_build_on_what_the_board_has_published_with_its_worked_cases(databases: Databases) -> None:
    desk = Desk(databases)
    assert "er version" not in desk.client.get("/regler/nytt").text
    publish_draft(desk.board, desk.draft.id)
    own = read_text(desk.kept().text.encode(), "text").data
    token = TOKEN.search(page := desk.client.get("/regler/nytt").text)
    assert token
    assert f"{own['title']['sv']} (er version 1)" in page

    typed = {"csrf_token": token[1], "title": "Kattkultur 2027", "builds_on": own["id"], "kinds": "grant"}
    answer = desk.client.post("/regler/nytt", data=typed)

    assert answer.status_code == 303, answer.text
    page = desk.client.get(answer.location).text
    assert "att rätta" not in page
    assert "Minst två hundar är med" in page
    with open_reading(desk.board.database) as session:
        draft = session.scalars(select(RuleDraft).order_by(RuleDraft.id.desc())).first()
    assert draft is not None
    assert read_text(draft.text.encode(), "text").data["builds_on"] == [own["id"]]
    assert draft.cases == desk.kept().cases


def test_new_rules_build_on_no_other_board_s(databases: Databases) -> None:
    desk = Desk(databases)
    token = TOKEN.search(desk.client.get("/regler/nytt").text)
    assert token

    typed = {"csrf_token": token[1], "title": "Kattkultur 2027", "builds_on": "finns-inte", "kinds": "grant"}

    assert desk.client.post("/regler/nytt", data=typed).status_code in {404, 422}
