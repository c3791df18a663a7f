"""The first page: each role begins its day where its work is, and who is not signed in is asked to."""

from __future__ import annotations

from itertools import combinations_with_replacement, product
from typing import TYPE_CHECKING

import pytest
from lxml import html

from tests.board import NUMBERS, clean_facts
from tests.page_fixtures import app, board, client, somebody
from vetting.app import navigation
from vetting.kernel.roles import Person, Role

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.board import BoardAtWork

__all__ = ["app", "board", "client"]


@pytest.mark.parametrize("role", list(Role))
def test_everybody_begins_with_today_and_a_menu_of_seven_and_five(board: BoardAtWork, role: Role) -> None:
    somebody_there = somebody(board, role)
    answer = somebody_there.get("/")
    assert (answer.status_code, answer.location) == (303, "/i-dag")
    page = somebody_there.get("/i-dag")
    assert page.status_code == 200
    seen = html.fromstring(page.text)
    assert 1 <= len(seen.xpath("//ul[@class='bar']/li[not(@class)]")) <= 7
    assert len(seen.xpath("//li[@class='mer']//a")) <= 5
    for link in seen.xpath("//nav//a/@href | //main//a/@href | //details//a/@href"):
        answer = somebody_there.get(link)
        assert answer.status_code in {200, 303}, link
        for tab in html.fromstring(answer.text).xpath("//nav[@class='sub']//a/@href"):
            assert somebody_there.get(tab).status_code in {200, 303}, tab


def test_no_set_of_roles_and_pages_makes_the_menu_longer_or_hides_a_page() -> None:
    everything = {key: dict(entry.tabs) for key, entry in navigation.ENTRIES.items()}
    every_set = [frozenset(Role), *(frozenset(pair) for pair in combinations_with_replacement(Role, 2))]
    without: tuple[set[str], ...] = (set(), {"meetings"}, {"bookings", "letting"}, {"meetings", "bookings", "deciding"})
    for roles, closed in product(every_set, without):
        person = Person(id=1, name="Kim", board_id=1, board="Exempelnämnden", roles=roles)
        tabs = {key: found for key, found in everything.items() if key not in closed}
        menu = navigation.layout(person, tabs)
        assert len(menu.row) <= 7
        assert len(menu.more) <= 5
        grouped = {key for _group, keys in navigation.GROUPS for key in keys}
        assert grouped >= set(menu.more)
        if roles - navigation.NOTHING_ELSE:
            reached = {page for key in (*menu.row, *menu.more) for page in menu.tabs[key]}
            assert reached >= {page for key in tabs.keys() - navigation.OF_A_ROLE for page in tabs[key]}


def test_the_menu_of_a_role_is_as_it_is_drawn(board: BoardAtWork) -> None:
    def names(role: Role, path: str) -> list[str]:
        page = html.fromstring(somebody(board, role).get("/i-dag").text)
        return [" ".join(link.text_content().split()) for link in page.xpath(path)]

    row, more = "//ul[@class='bar']/li/a", "//li[@class='mer']//a"
    assert names(Role.DECISION_MAKER, row) == ["I dag", "Att besluta", "Register"]
    assert names(Role.PREMISES, row) == ["I dag", "Bokningar", "Föreningar", "Läs in en lista", "Så lånas lokaler ut"]
    daily = "I dag, Ansökningar, Omgångar, Bokningar, Föreningar, Utbetalningar, Register"
    assert ", ".join(names(Role.CASEWORKER, row)) == daily
    rest = "Återkrav, Uppföljning, Läs in en lista, Regler och former, Översikt"
    assert ", ".join(names(Role.CASEWORKER, more)) == rest


def test_what_waits_stands_in_lines_each_with_its_act(board: BoardAtWork) -> None:
    board.receive()
    officer, decider = somebody(board, Role.CASEWORKER), somebody(board, Role.DECISION_MAKER)
    told = officer.get("/i-dag").text
    assert "ansökan utan öppna frågor" in told
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
