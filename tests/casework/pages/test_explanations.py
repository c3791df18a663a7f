"""The page that says why a point came out as it did: the sentence, what was read, and what would change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.board import BoardAtWork, clean_facts
from tests.page_fixtures import board, kim, on_that_day, one_line

if TYPE_CHECKING:
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")


def why(kim: Somebody, number: str, criterion: str) -> str:
    answer = kim.get(f"/arenden/{number}/varfor/{criterion}")
    assert answer.status_code == 200
    return one_line(answer.text).replace("\u00a0", " ")


def test_a_point_that_is_not_met_shows_the_value_that_decided_and_the_sentence_of_the_letter(
    board: BoardAtWork, kim: Somebody
) -> None:
    number = board.receive(clean_facts(members_total=3)).number
    page = why(kim, number, "medlemmar-minst")
    assert "(avgörande)" in page
    assert "Antal medlemmar: 3" in page
    assert "Formulering för brev" in page
    assert "Det här är en fråga till en person" not in page


def test_a_value_that_is_missing_is_unknown_and_what_would_settle_it_is_told(board: BoardAtWork, kim: Somebody) -> None:
    number = board.receive(clean_facts(members_total=None)).number
    page = why(kim, number, "medlemmar-minst")
    assert "Antal medlemmar: saknas" in page
    assert "→" in page.partition("Vad skulle ändra resultatet?")[2]


def test_a_question_to_a_person_stands_in_no_letter(board: BoardAtWork, kim: Somebody) -> None:
    page = why(kim, board.receive().number, "demokratisk-rattsstat")
    assert "Punkten är en fråga till den som granskar. Den tas inte med i brev." in page


def test_a_point_that_the_rules_do_not_have_is_not_found(board: BoardAtWork, kim: Somebody) -> None:
    number = board.receive().number
    assert kim.get(f"/arenden/{number}/varfor/finns-inte").status_code == 404
    assert kim.get("/arenden/BID-2026-9999/varfor/demokratisk-rattsstat").status_code == 404
