"""Registers on the screen: the rows that were asked for and no others, and the same rows as a workbook."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest

from tests.board import NUMBERS, BoardAtWork, clean_facts
from tests.page_fixtures import board, on_that_day, somebody
from vetting.kernel.roles import Role

__all__ = ["board", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
OTHER = "Idrottsföreningen Provsprånget"


@pytest.fixture
def two_granted(board: BoardAtWork) -> list[str]:
    """The numbers of two approved applications, of two associations."""
    other = clean_facts(NUMBERS[1], OTHER, giro_number="5050-1055")
    return [board.approve().number, board.approve(other).number]


def rows_of(page: str) -> list[str]:
    return re.findall(r"<tr>.*?</tr>", page.partition("<tbody>")[2].partition("</tbody>")[0], re.DOTALL)


def test_every_approval_is_a_row_and_a_name_narrows_it_to_its_own(board: BoardAtWork, two_granted: list[str]) -> None:
    auditor = somebody(board, Role.AUDITOR)
    page = auditor.get("/register/approvals").text
    assert len(rows_of(page)) == 2
    assert all(number in page for number in two_granted)
    narrowed = rows_of(auditor.get("/register/approvals?q=Provsprånget").text)
    assert len(narrowed) == 1
    assert two_granted[1] in narrowed[0]
    assert OTHER in narrowed[0]


def test_days_outside_those_asked_for_give_no_rows(board: BoardAtWork, two_granted: list[str]) -> None:
    auditor = somebody(board, Role.AUDITOR)
    assert two_granted
    assert rows_of(auditor.get("/register/approvals?fran=2026-01-01&till=2026-01-31").text) == []
    assert len(rows_of(auditor.get("/register/approvals?fran=2026-11-01&till=2026-12-31").text)) == 2


def test_a_day_that_is_none_is_told_and_shows_no_rows(board: BoardAtWork, two_granted: list[str]) -> None:
    answer = somebody(board, Role.AUDITOR).get("/register/approvals?fran=igår")
    assert answer.status_code == 422
    assert not any(number in answer.text for number in two_granted)


def test_a_register_goes_by_the_day_that_is_chosen_and_refuses_one_it_lacks(
    board: BoardAtWork, two_granted: list[str]
) -> None:
    auditor = somebody(board, Role.AUDITOR)
    page = auditor.get("/register/payments?dag=planned&fran=2026-01-01").text
    assert '<option value="planned" selected>' in page
    assert "dag=planned" in page.partition("Samma rader som CSV")[0].rpartition("<a")[2]
    assert len(rows_of(page)) == len(two_granted)
    assert rows_of(auditor.get("/register/payments?dag=paid&fran=2026-01-01").text) == []
    assert 'name="dag"' not in auditor.get("/register/delegated").text
    assert auditor.get("/register/approvals?dag=paid").status_code == 422
    assert auditor.get("/register/payments/excel?dag=opened").status_code == 422
    assert auditor.get("/register/payments/csv?dag=").status_code == 200
    for lacked in ("bookings?omgang=1", "roles?omgang=ar-2026", "approvals?omgang=x", "delegated?lage=2026-01-01"):
        asked = somebody(board, Role.MANAGER).get(f"/register/{lacked}")
        assert asked.status_code == 422, lacked
    assert auditor.get("/register/approvals?lage=2099-01-01").status_code == 422


def test_the_workbook_has_the_rows_of_the_screen(board: BoardAtWork, two_granted: list[str]) -> None:
    auditor = somebody(board, Role.AUDITOR)
    answer = auditor.get("/register/approvals/excel?q=Provsprånget")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    found = [row for row in cells if two_granted[1] in row]
    assert len(found) == 1
    assert OTHER in found[0]
    assert 40_000 in found[0]
    assert not any(two_granted[0] in row for row in cells)


def test_a_register_that_is_none_is_not_found_and_premises_staff_open_none(board: BoardAtWork) -> None:
    assert somebody(board, Role.AUDITOR).get("/register/allt").status_code == 404
    assert somebody(board, Role.GROUP_MEMBER).get("/register/approvals").status_code == 403
