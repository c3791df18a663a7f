"""The first page: each role begins its day where its work is, and who is not signed in is asked to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lxml import html

from tests.board import NUMBERS, clean_facts
from tests.page_fixtures import app, board, client, somebody
from vetting.kernel.roles import Role

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.board import BoardAtWork

__all__ = ["app", "board", "client"]


@pytest.mark.parametrize("role", list(Role))
def test_everybody_begins_with_what_waits_today_and_a_menu_of_seven(board: BoardAtWork, role: Role) -> None:
    somebody_there = somebody(board, role)
    answer = somebody_there.get("/")
    assert (answer.status_code, answer.location) == (303, "/i-dag")
    page = somebody_there.get("/i-dag")
    assert page.status_code == 200
    bar = html.fromstring(page.text).xpath("//ul[@class='bar']/li[not(@class)]")
    assert 1 <= len(bar) <= 7
    for link in html.fromstring(page.text).xpath("//nav[@class='nav']//a/@href | //main//a/@href"):
        assert somebody_there.get(link).status_code in {200, 303}, link


def test_what_waits_stands_in_lines_each_with_its_act(board: BoardAtWork) -> None:
    board.receive()
    officer, decider = somebody(board, Role.CASEWORKER), somebody(board, Role.DECISION_MAKER)
    told = officer.get("/i-dag").text
    assert "ansökan utan frågor" in told
    assert "Gå igenom dem" in told
    assert "Inget väntar på dig." in decider.get("/i-dag").text
    ready = board.receive(clean_facts(NUMBERS[1], "Andra föreningen")).number
    board.make_ready(ready)
    board.propose(ready)
    assert "klart för beslut" in decider.get("/i-dag").text


def test_the_search_of_every_page_opens_a_case_by_its_number_and_else_looks_for_a_name(board: BoardAtWork) -> None:
    number = board.receive().number
    officer = somebody(board, Role.CASEWORKER)
    assert officer.get(f"/sok?q={number.lower()}").location == f"/arenden/{number}"
    assert officer.get("/sok?q=Provkvarnen").location == "/snabbkoll?q=Provkvarnen"
    assert somebody(board, Role.AUDITOR).get("/sok?q=Provkvarnen").location == "/foreningar?q=Provkvarnen"
    assert somebody(board, Role.PREMISES).get(f"/sok?q={number}").location == f"/snabbkoll?q={number}"
    assert somebody(board, Role.ADMINISTRATOR).get(f"/sok?q={number}").location == "/i-dag"


def test_who_is_not_signed_in_is_asked_to_sign_in_and_may_read_about_accessibility(client: FlaskClient) -> None:
    assert client.get("/").location == "/logga-in"
    assert client.get("/tillganglighet").status_code == 200
