"""The page of deadlines and the calendar behind it: an address of one's own, numbers and days, no names."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from tests.factories import TODAY
from tests.page_fixtures import board, kim, on_that_day, somebody
from vetting.app import create_app
from vetting.boards.models.people import RoleHolding
from vetting.config import Config
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_technical

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")


@pytest.fixture
def asked(board: BoardAtWork, kim: Somebody) -> str:
    """The number of a case in which an expert is to answer by 4 December."""
    number = board.receive().number
    fields = {"asked_of": "en jurist", "question": "Räcker stadgarna?", "secrecy": "Inget.", "due_on": "2026-12-04"}
    assert kim.send(f"/arenden/{number}/sakkunnig", **fields).status_code == 303
    return number


def test_an_answer_that_is_waited_for_stands_among_the_deadlines(kim: Somebody, asked: str) -> None:
    page = kim.get("/frister").text
    assert asked in page
    assert "4 dec 2026" in page.replace("\u00a0", " ")


def test_a_calendar_is_read_without_signing_in_and_names_nobody(board: BoardAtWork, kim: Somebody, asked: str) -> None:
    address = re.search(r"https?://[^/]+(/kalender/[^\"<]+\.ics)", kim.send("/frister").text)
    assert address
    stranger = create_app(Config(), board.database).test_client()
    answer = stranger.get(address[1])
    assert answer.mimetype == "text/calendar"
    assert asked in answer.text
    assert "20261204" in answer.text
    assert "Provkvarnen" not in answer.text


def test_a_new_address_ends_the_old_one(board: BoardAtWork, kim: Somebody) -> None:
    found = [re.search(r"(/kalender/[^\"<]+\.ics)", kim.send("/frister").text) for _ in range(2)]
    old, new = [str(match and match[1]) for match in found]
    stranger = create_app(Config(), board.database).test_client()
    assert (stranger.get(old).status_code, stranger.get(new).status_code) == (404, 200)


def test_whoever_has_nothing_to_wait_for_sees_no_cases_of_others(board: BoardAtWork, asked: str) -> None:
    page = somebody(board, Role.RULES_OWNER).get("/frister")
    assert asked not in page.text


def test_a_calendar_ends_with_the_role_and_where_the_account_is_signed_out_by_another(
    board: BoardAtWork, kim: Somebody
) -> None:
    def address() -> str:
        found = re.search(r"(/kalender/[^\"<]+\.ics)", kim.send("/frister").text)
        assert found
        return found[1]

    stranger = create_app(Config(), board.database).test_client()
    key = board.staff[Role.CASEWORKER].id
    feed = address()
    somebody(board, Role.ADMINISTRATOR).send(f"/personer/{key}/logga-ut")
    assert stranger.get(feed).status_code == 404
    kim = somebody(board, Role.CASEWORKER)
    feed = address()
    with open_technical(board.database) as s:  # a last day that is over, before anybody has taken the role away
        s.execute(update(RoleHolding).where(RoleHolding.user_id == key).values(ends_on=TODAY - timedelta(days=1)))
    assert stranger.get(feed).status_code == 404
