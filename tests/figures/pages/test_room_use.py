"""The use of rooms: by room and hour, by kind of booker, and what the control gave; days that are none are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.board import NUMBERS, booking_facts
from tests.page_fixtures import board, on_that_day, one_line, somebody
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Role

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")


def test_the_page_tells_who_books_and_what_the_control_gave(board: BoardAtWork) -> None:
    for place in range(2):
        board.receive(booking_facts(NUMBERS[place], f"Bokaren {place}"), kind=CaseKind.BOOKING)
    page = one_line(somebody(board, Role.MANAGER).get("/lokaler/anvandning?fran=2026-01-01&till=2026-12-31").text)
    assert "<dt>Inte angivet</dt><dd>2</dd>" in page
    assert "<dt>Kontrollerade</dt><dd>2</dd>" in page
    assert "Inga bokningar de dagarna" in page


@pytest.mark.parametrize("days", ["fran=igår", "fran=2026-12-31&till=2026-01-01", "fran=2020-01-01&till=2026-01-01"])
def test_days_that_are_no_time_are_told(board: BoardAtWork, days: str) -> None:
    answer = somebody(board, Role.MANAGER).get(f"/lokaler/anvandning?{days}")
    assert answer.status_code == 422
    assert "Dagarna är ingen tid" in answer.text or "inget datum" in answer.text
