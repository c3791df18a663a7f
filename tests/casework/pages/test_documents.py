"""The pages of documents: found within one association, shown page by page, typed once, given as they came."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.board import rules
from tests.factories import NOW
from tests.formats.papers import pdf
from tests.operations.jobs.working_off import work_off
from tests.page_fixtures import board, kim, on_that_day, somebody
from vetting.casework.models.documents import Document
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.operations.jobs.worker import Worker

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")


@pytest.fixture
def number(board: BoardAtWork, kim: Somebody) -> str:
    """A case with minutes of two pages that the worker has read."""
    number = board.receive().number
    content = pdf("Årsmötet hölls i bystugan", "Kassören avgick")
    assert kim.send(f"/arenden/{number}/handling", file=(content, "protokoll.pdf")).status_code == 303
    at_work = Worker(board.database, rules(), lambda: NOW)
    work_off(at_work)
    return number


def test_words_are_found_with_their_page_in_one_case(kim: Somebody, number: str) -> None:
    page = kim.get(f"/handlingar?q=kassören&arende={number}").text
    assert "protokoll.pdf" in page
    assert "sida=2" in page
    assert "protokoll.pdf" not in kim.get(f"/handlingar?q=kommunhuset&arende={number}").text
    assert "protokoll.pdf" not in kim.get("/handlingar?q=kassören").text  # one case or association at a time


@pytest.mark.usefixtures("number")
def test_a_document_is_shown_page_by_page_beside_its_text(kim: Somebody) -> None:
    assert "Årsmötet hölls i bystugan" in kim.get("/handlingar/1/visa").text
    assert "Kassören avgick" in kim.get("/handlingar/1/visa?sida=2").text
    for odd in ("0", "99", "²", "x"):
        assert kim.get(f"/handlingar/1/visa?sida={odd}").status_code == 200
    drawn = kim.get("/handlingar/1/sida/2")
    assert drawn.mimetype == "image/png"
    assert drawn.data.startswith(b"\x89PNG")


@pytest.mark.usefixtures("number")
def test_what_a_document_is_is_said_once_and_counts_in_the_case(board: BoardAtWork, kim: Somebody) -> None:
    assert kim.send("/handlingar/1/typ", type="annual_minutes").status_code == 303
    with open_reading(board.database) as s:
        assert s.scalars(select(Document.type)).all() == ["annual_minutes"]
    again = kim.send("/handlingar/1/typ", type="accounts")
    assert again.status_code == 409
    assert "redan angett" in again.text
    with open_reading(board.database) as s:
        assert s.scalars(select(Document.type)).all() == ["annual_minutes"]


@pytest.mark.usefixtures("number")
def test_a_document_of_a_grant_is_not_there_for_those_who_handle_bookings(board: BoardAtWork) -> None:
    desk = somebody(board, Role.PREMISES)
    for path in ("/handlingar/1", "/handlingar/1/visa", "/handlingar/1/sida/1"):
        assert desk.get(path).status_code == 404, path


def test_the_case_says_how_much_of_a_paper_this_person_has_seen(board: BoardAtWork, kim: Somebody, number: str) -> None:
    address = f"/arenden/{number}"
    assert "öppnad" not in kim.get(address).text
    kim.get("/handlingar/1/visa")
    assert "första sidan sedd" in kim.get(address).text
    kim.get("/handlingar/1/visa?sida=2")
    assert '<span class="m">öppnad · inlämnad, inte granskad</span>' in kim.get(address).text
    other = somebody(board, Role.AUDITOR)
    assert "öppnad" not in other.get(address).text
    assert other.get("/handlingar/1").status_code == 200
    assert '<span class="m">öppnad · inlämnad, inte granskad</span>' in other.get(address).text
