"""The page of deadlines: what the visitor waits for, and nothing of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.page_fixtures import board, kim, on_that_day, somebody
from vetting.kernel.roles import Role

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


def test_whoever_has_nothing_to_wait_for_sees_no_cases_of_others(board: BoardAtWork, asked: str) -> None:
    page = somebody(board, Role.RULES_OWNER).get("/frister")
    assert asked not in page.text
