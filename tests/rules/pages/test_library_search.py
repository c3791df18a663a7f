"""The library asked by page: conditions typed or pasted, what is nearest, taken or begun from."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from tests.board import rules
from tests.rules.desk import Desk
from tests.rules.services.guideline import GUIDELINE
from vetting.formats.yaml_reading import read_text
from vetting.kernel.roles import Role
from vetting.rules.services import drafts

if TYPE_CHECKING:
    from tests.databases import Databases

LINES = "- Föreningen ska ha minst 15 medlemmar\n\n  Föreningen ska ha sitt säte i kommunen\nzzzz qqqq"


def headings(text: str, level: int) -> list[str]:
    return [found.strip() for found in re.findall(rf"<h{level}[^>]*>(.*?)</h{level}>", text, re.DOTALL)]


def test_each_line_is_answered_for_itself(databases: Databases) -> None:
    desk = Desk(databases)

    page = desk.client.get(f"/regler/utkast/{desk.draft.id}/bibliotek", query_string={"villkor": LINES}).text

    assert headings(page, 2)[:3] == [
        "Föreningen ska ha minst 15 medlemmar",
        "Föreningen ska ha sitt säte i kommunen",
        "zzzz qqqq",
    ]
    assert "Biblioteket har inget som liknar det." in page
    assert re.search(r"Finns i \d+ av 450 publicerade villkor", page)
    assert len(headings(page, 3)) == 6
    assert page.count("Finns redan i reglerna.") == 1  # medlemmar-minst, which the guideline has
    assert 'value="medlemmar-minst"' not in page
    assert 'value="sate-i-kommunen"' in page


def test_a_whole_guideline_is_pasted_and_no_address_carries_it(databases: Databases) -> None:
    desk = Desk(databases)
    pasted = "\n".join(
        f"Föreningen ska ha minst {many} medlemmar som bor i kommunen och betalar avgift" for many in range(90)
    )

    page = desk.post("/bibliotek/sok", {"villkor": pasted})

    assert page.status_code == 200
    assert "50 rader till söktes inte" in page.text
    assert max(map(len, re.findall(r'href="([^"]*)"', page.text))) < 1_500
    assert 'method="post"' in page.text
    taken = desk.post("/bibliotek", {"use": "oppet-medlemskap", "villkor": pasted})
    assert (taken.status_code, "villkor" in taken.location) == (303, False)


def test_one_line_is_answered_with_five_and_without_any_nothing_is_said(databases: Databases) -> None:
    desk = Desk(databases)

    assert len(headings(desk.get("/bibliotek?villkor=minst+15+medlemmar").text, 3)) == 5
    assert headings(desk.get("/bibliotek").text, 3) == []


def test_lines_that_are_too_many_are_said_to_be_left(databases: Databases) -> None:
    typed = "%0A".join(f"minst {number} medlemmar" for number in range(42))

    page = Desk(databases).get(f"/bibliotek?villkor={typed}").text

    assert "2 rader till söktes inte" in page
    assert "minst 39 medlemmar</h2>" in page
    assert "minst 40 medlemmar</h2>" not in page


def test_what_is_taken_comes_into_the_rules_and_the_search_goes_on(databases: Databases) -> None:
    desk = Desk(databases)

    answer = desk.post("/bibliotek", {"use": "oppet-medlemskap", "villkor": "öppen för alla"})

    assert answer.status_code == 303
    assert "/bibliotek?villkor=" in answer.location
    assert "oppet-medlemskap" in desk.kept().text
    page = desk.client.get(answer.location).text
    assert "Finns redan i reglerna." in page
    assert 'value="oppet-medlemskap"' not in page


def test_what_takes_a_limit_goes_on_to_it(databases: Databases) -> None:
    desk = Desk(databases)
    taken = {"use": "sate-i-kommunen", "villkor": "säte\nrevisor", "quote": "säte"}

    answer = desk.post("/bibliotek", taken)

    assert "/installningar?villkor=" in answer.location
    page = desk.client.get(answer.location).text
    assert "Riktlinjer för hundkultur" in page
    assert "Publicerade bidragsvillkor" not in page
    assert "Gör om till ett eget kriterium" in page
    address = sent_to(page)
    path = address.partition(f"/utkast/{desk.draft.id}")[2]
    kept = desk.post(path, {"setting-municipality": "Exempelby"})
    assert kept.status_code == 303
    assert "revisor" in kept.location
    assert "/bibliotek?" in kept.location
    entry = read_text(desk.kept().text.encode(), "text").data["criteria"][-1]
    assert entry["sources"] == [{"document": "Riktlinjer för hundkultur", "quote": "säte"}]


def sent_to(page: str) -> str:
    """Where the form of the values is sent."""
    found = re.search(r'action="([^"]*/kriterium/[^"]*)"', page)
    assert found
    return html.unescape(found[1])


def test_a_criterion_of_the_library_is_made_ones_own(databases: Databases) -> None:
    desk = Desk(databases)
    desk.post("/bibliotek", {"use": "oppet-medlemskap", "villkor": "öppen"})

    page = desk.get("/kriterium/4?change=1")

    assert page.status_code == 200
    assert "Vad som krävs" in page.text


def test_beginning_from_one_brings_the_line_as_the_quote(databases: Databases) -> None:
    desk = Desk(databases)

    page = desk.client.get(
        f"/regler/utkast/{desk.draft.id}/kriterium/ny",
        query_string={"arvt": "oppet-medlemskap", "villkor": "Föreningen är öppen för alla"},
    ).text

    assert "Föreningen är öppen för alla" in page
    assert "Riktlinjer för hundkultur" in page
    library = rules().folder.book.library["oppet-medlemskap"]
    assert library.label.sv in page
    assert library.sources[0].document not in page


def test_for_a_draft_that_lies_with_a_second_person_nothing_can_be_taken(databases: Databases) -> None:
    desk = Desk(databases)
    desk.board.do(drafts.hand_over, desk.draft.id, role=Role.RULES_OWNER)

    page = desk.get("/bibliotek?villkor=minst+15+medlemmar")

    assert page.status_code == 200
    assert len(headings(page.text, 3)) == 5
    assert "Ta med" not in page.text
    assert "Börja från" not in page.text


def test_marks_in_a_condition_are_shown_as_they_are_written(databases: Databases) -> None:
    page = Desk(databases).get("/bibliotek?villkor=<b>medlemmar</b>").text

    assert "<b>medlemmar</b>" not in page
    assert "&lt;b&gt;medlemmar" in page


def test_the_library_is_asked_only_by_who_writes_rules(databases: Databases) -> None:
    desk = Desk(databases)

    assert desk.signed_in(Role.CASEWORKER).get(f"/regler/utkast/{desk.draft.id}/bibliotek").status_code == 403
    assert desk.kept().text == GUIDELINE
