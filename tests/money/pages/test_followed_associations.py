"""Associations to follow up on a page: how many are done, who is left, a visit noted where one stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.board import NUMBERS, clean_facts
from tests.factories import TODAY
from tests.page_fixtures import board, kim, on_that_day, one_line

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
PAGE = "/uppfoljning/foreningar"


def test_a_visit_is_noted_and_the_count_follows(board: BoardAtWork, kim: Somebody) -> None:
    first = board.approve(clean_facts(NUMBERS[0], "Föreningen Ett")).number
    board.approve(clean_facts(NUMBERS[1], "Föreningen Två"))
    board.receive(clean_facts(NUMBERS[2], "Föreningen Ny"))
    assert "0 av 2 föreningar med bidrag är följda upp i år" in kim.get(PAGE).text
    refused = kim.send(f"{PAGE}/{first}", way="visit", text="")
    assert refused.status_code == 422
    assert kim.send(f"{PAGE}/{first}", text="Öppet hus.").status_code == 422
    said = {"way": "visit", "on": TODAY.isoformat(), "text": "Öppet hus en kväll."}
    assert kim.send(f"{PAGE}/{first}", **said).status_code == 303
    page = one_line(kim.get(PAGE).text)
    assert "1 av 2 föreningar med bidrag är följda upp i år" in page
    assert "Föreningen Ett" not in page
    assert "Antecknade ett besök, ett samtal eller handlingar" in kim.get(f"/arenden/{first}").text
    new = kim.get(f"{PAGE}?visa=nya").text
    assert "Föreningen Ny" in new
    assert kim.send(f"{PAGE}/BID-2026-9999", **said).status_code == 404
    assert kim.get(f"{PAGE}?visa=finns-inte").status_code == 200
