"""Which day a register goes by: paid in a year is not decided in it, and a day it does not have is told as such."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.acting import acting
from tests.board import board
from tests.factories import NOW, TODAY
from tests.money.services.test_payment_holds import granted, pay, planned
from tests.page_fixtures import on_that_day
from vetting.casework.domain.cases import CaseMarkKind
from vetting.casework.services.cases import mark_case
from vetting.kernel.problem import Refused
from vetting.kernel.register_days import REGISTER_DAY_WORDS, RegisterDay, chosen_day, days_of
from vetting.kernel.register_tables import RegisterName
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.money.domain.reclaims import ReclaimGround
from vetting.money.services import reclaims
from vetting.registers import RegisterSelection, register_pages, register_sheets
from vetting.registers.follow_up import follow_up_rows

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board", "on_that_day"]
DAY = timedelta(days=1)


def number_of_rows(board: BoardAtWork, name: RegisterName, selection: RegisterSelection) -> int:
    """Rows of the whole register; its pages have as many."""
    with open_reading(board.database) as s:
        by = board.staff[Role.AUDITOR]
        sheets = register_sheets(acting(s, by), name, selection, language="sv")
        whole = sum(len(part) for sheet in sheets for part in sheet.parts)
        pages = register_pages(acting(s, by), name, selection, sheet=None, page=1, language="sv")
        assert sum(len(page.table.rows) for page in pages.values()) == whole
    return whole


@pytest.mark.both_engines
def test_payments_are_chosen_by_the_day_they_were_decided_planned_or_paid(board: BoardAtWork) -> None:
    case = granted(board)
    payment = planned(board, case)[0]
    assert payment.planned_on is not None
    number = len(planned(board, case))
    name, day = RegisterName.PAYMENTS, payment.planned_on
    assert number_of_rows(board, name, RegisterSelection(first=TODAY, last=TODAY)) == number
    assert number_of_rows(board, name, RegisterSelection(by=RegisterDay.PLANNED, first=day, last=day)) == 1
    assert number_of_rows(board, name, RegisterSelection(by=RegisterDay.PLANNED, last=day - DAY)) == 0
    paid = RegisterSelection(by=RegisterDay.PAID, first=TODAY - 400 * DAY)
    assert number_of_rows(board, name, paid) == 0
    assert pay(board, payment) is None
    assert number_of_rows(board, name, paid) == 1


@pytest.mark.both_engines
def test_reclaims_are_chosen_by_the_day_they_were_opened(board: BoardAtWork) -> None:
    case = granted(board)
    assert pay(board, planned(board, case)[0]) is None
    new = reclaims.NewReclaim(
        ground=ReclaimGround.WRONGLY_PAID, amount=1_00, reasons="Fel.", without_reservation="Fel."
    )
    board.do(reclaims.open_reclaim, case.number, new)
    name, opened = RegisterName.RECLAIMS, RegisterDay.OPENED
    assert number_of_rows(board, name, RegisterSelection(first=TODAY, last=TODAY)) == 0
    assert number_of_rows(board, name, RegisterSelection(by=opened, first=TODAY, last=TODAY)) == 1
    assert number_of_rows(board, name, RegisterSelection(by=opened, first=TODAY + DAY)) == 0
    assert number_of_rows(board, name, RegisterSelection(by=RegisterDay.MONEY_IN, first=TODAY)) == 0


@pytest.mark.both_engines
def test_follow_up_is_chosen_by_the_day_a_report_is_due_or_came(board: BoardAtWork) -> None:
    granted(board)
    name = RegisterName.FOLLOW_UP
    assert number_of_rows(board, name, RegisterSelection(first=TODAY, last=TODAY)) == 1
    due = RegisterSelection(by=RegisterDay.DUE, first=TODAY)
    assert number_of_rows(board, name, due) == 1
    assert number_of_rows(board, name, RegisterSelection(by=RegisterDay.DUE, last=TODAY)) == 0
    assert number_of_rows(board, name, RegisterSelection(by=RegisterDay.RECEIVED, first=TODAY - DAY)) == 0


@pytest.mark.parametrize("name", RegisterName)
def test_a_register_names_the_days_it_has_and_refuses_others(name: RegisterName) -> None:
    assert days_of(name)
    for day in RegisterDay:
        assert REGISTER_DAY_WORDS[day].sv
        if day in days_of(name):
            assert chosen_day(name, day, "dag") is day
            continue
        with pytest.raises(Refused) as refused:
            chosen_day(name, day, "dag")
        assert days_of(name)[0] in refused.value.problems[0].remedy.sv
    assert chosen_day(name, "", "dag") is None


@pytest.mark.both_engines
def test_a_grant_that_was_followed_up_without_its_report_says_so(board: BoardAtWork) -> None:
    case = granted(board)
    name = RegisterName.FOLLOW_UP

    def row(selection: RegisterSelection) -> tuple[str, object]:
        with open_reading(board.database) as s:
            found = follow_up_rows(acting(s, board.staff[Role.CASEWORKER]), selection)[0]
            return found.finding.sv, found.read_on

    assert row(RegisterSelection()) == ("", None)
    board.do(mark_case, case.number, CaseMarkKind.FOLLOWED_UP, text="Besök i lokalen.", at=NOW + DAY)
    assert row(RegisterSelection()) == ("Uppföljd utan redovisning", TODAY + DAY)
    assert row(RegisterSelection(as_of=TODAY)) == ("", None)
    assert number_of_rows(board, name, RegisterSelection()) == 1
