"""An association over the years: what it got, its members and bookings, unknown where nobody has said."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from tests.acting import acting
from tests.board import NUMBERS, booking_facts, clean_facts
from tests.factories import NOW, TODAY
from tests.page_fixtures import board, kim, on_that_day, one_line, somebody
from vetting.bookings.services.room_bookings import NewRoom, set_room
from vetting.casework.domain.advice import ConflictGround
from vetting.casework.domain.cases import CaseState
from vetting.casework.models.cases import BookingRequest, Case
from vetting.casework.models.intake import RequestedTime
from vetting.casework.services.meetings import recuse_person
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading, open_technical
from vetting.lists.services.outside_decisions import OutsideRow, import_outside_list
from vetting.reporting.services.association_years import association_years

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")


def test_the_years_stand_as_rows_on_the_associations_page(board: BoardAtWork, kim: Somebody) -> None:
    case = board.approve()
    before = TODAY.year - 2
    row = OutsideRow(2, "", NUMBERS[0], before, "", "", 30_000_00, 25_000_00, None, "", None)
    board.do(import_outside_list, [row], giver="", source="lista.csv")
    board.receive(booking_facts(NUMBERS[0]), kind=CaseKind.BOOKING)
    page = one_line(kim.get(f"/foreningar/{case.association_id}").text)
    assert f'<th scope="row" role="rowheader">{before}</th>' in page
    for said in ("25 000 kr", "40 000 kr", ">120<", "okänt"):
        assert said in page


def test_all_support_of_a_year_is_counted_in_kronor(board: BoardAtWork, kim: Somebody) -> None:
    """The board's grant, another board's, and what a lower rate of a room is worth; a room without a price is told."""
    case = board.approve()
    row = OutsideRow(2, "", NUMBERS[0], TODAY.year, "", "", None, 25_000_00, None, "", None)
    board.do(import_outside_list, [row], giver="Kulturnämnden", source="lista.csv")
    priced = NewRoom(name="Salen", hours={}, price=400_00, subsidised_price=150_00)
    board.do(set_room, None, priced, role=Role.ADMINISTRATOR)
    board.delegate(Role.PREMISES, kinds=["booking"], refusals=False)
    for rate, room in (("subsidised", "Salen"), ("zero", "Salen"), ("normal", "Salen"), ("zero", "Ateljén")):
        start = NOW + timedelta(hours=1)
        use = RequestedTime(room_name=room, starts_at=start, ends_at=start + timedelta(hours=2))
        booked = board.receive(booking_facts(NUMBERS[0]), kind=CaseKind.BOOKING, uses=(use,))
        with open_technical(board.database) as session:
            session.execute(update(BookingRequest).where(BookingRequest.case_id == booked.id).values(rate=rate))
            session.execute(update(Case).where(Case.id == booked.id).values(state=CaseState.CONFIRMED))
    with open_reading(board.database) as s:
        found = association_years(acting(s, board.staff[Role.CASEWORKER]), case.association_id or 0, on=TODAY)
        (year,) = [one for one in found.years if one.year == TODAY.year]
    assert (year.amounts.granted, year.elsewhere, year.reduced) == (40_000_00, 25_000_00, (1_300_00, 1))
    assert year.support == 66_300_00
    page = one_line(kim.get(f"/foreningar/{case.association_id}").text)
    assert "1 300 kr och 1 tid utan pris" in page
    assert "66 300 kr" in page


def test_whoever_has_left_the_association_sees_none_of_it(board: BoardAtWork, kim: Somebody) -> None:
    case = board.receive(clean_facts())
    board.do(recuse_person, case.number, ConflictGround.CLOSE_PERSON)
    assert "År för år" not in kim.get(f"/foreningar/{case.association_id}").text


def test_at_the_counter_the_years_are_those_of_the_bookings(board: BoardAtWork) -> None:
    """Neither amounts nor members, also where another list than a case tells them."""
    case = board.approve()
    row = OutsideRow(2, "", NUMBERS[0], TODAY.year - 1, "", "", 30_000_00, 25_000_00, None, "", None)
    board.do(import_outside_list, [row], giver="", source="lista.csv")
    booked = board.receive(booking_facts(NUMBERS[0]), kind=CaseKind.BOOKING)
    page = one_line(somebody(board, Role.PREMISES).get(f"/foreningar/{booked.association_id}").text)
    assert booked.association_id == case.association_id
    for kept_back in ("25 000 kr", "40 000 kr", "Beviljat", "Medlemmar", "Redovisning"):
        assert kept_back not in page
