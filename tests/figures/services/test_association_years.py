"""An association over the years: what it got, its members and bookings, unknown where nobody has said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.board import NUMBERS, booking_facts, clean_facts
from tests.factories import TODAY
from tests.page_fixtures import board, kim, on_that_day, one_line, somebody
from vetting.group.domain.advice import ConflictGround
from vetting.group.services.meetings import step_aside
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Role
from vetting.office.services.outside_decisions import OutsideRow, take_outside_list

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")


def test_the_years_stand_as_rows_on_the_associations_page(board: BoardAtWork, kim: Somebody) -> None:
    case = board.approve()
    before = TODAY.year - 2
    row = OutsideRow(2, "", NUMBERS[0], before, "", "", 30_000_00, 25_000_00, None, "", None)
    board.do(take_outside_list, [row], giver="", source="lista.csv")
    board.receive(booking_facts(NUMBERS[0]), kind=CaseKind.BOOKING)
    page = one_line(kim.get(f"/foreningar/{case.association_id}").text)
    assert f'<th scope="row" role="rowheader">{before}</th>' in page
    for said in ("25 000 kr", "40 000 kr", ">120<", "okänt"):
        assert said in page


def test_whoever_has_left_the_association_sees_none_of_it(board: BoardAtWork, kim: Somebody) -> None:
    case = board.receive(clean_facts())
    board.do(step_aside, case.number, ConflictGround.CLOSE_PERSON)
    assert "År för år" not in kim.get(f"/foreningar/{case.association_id}").text


def test_at_the_counter_the_years_are_those_of_the_bookings(board: BoardAtWork) -> None:
    """Neither amounts nor members, also where another list than a case tells them."""
    case = board.approve()
    row = OutsideRow(2, "", NUMBERS[0], TODAY.year - 1, "", "", 30_000_00, 25_000_00, None, "", None)
    board.do(take_outside_list, [row], giver="", source="lista.csv")
    booked = board.receive(booking_facts(NUMBERS[0]), kind=CaseKind.BOOKING)
    page = one_line(somebody(board, Role.PREMISES).get(f"/foreningar/{booked.association_id}").text)
    assert booked.association_id == case.association_id
    for kept_back in ("25 000 kr", "40 000 kr", "Beviljat", "Medlemmar", "Redovisning"):
        assert kept_back not in page
