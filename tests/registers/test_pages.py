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


def headings_of(page: str) -> list[str]:
    return re.findall(r"<th scope=\"col\"[^>]*>([^<]+)</th>", page.partition("</thead>")[0])


def test_a_board_chooses_and_orders_the_columns_of_page_workbook_and_csv(
    board: BoardAtWork, two_granted: list[str]
) -> None:
    admin, auditor = somebody(board, Role.ADMINISTRATOR), somebody(board, Role.AUDITOR)
    place = "/register/approvals/kolumner"
    before = auditor.get("/register/approvals").text
    assert len(headings_of(before)) > 10
    chosen = "Förening\nÄrendenr\nBeviljat kr"
    assert admin.send(f"{place}/1", columns=chosen).status_code == 303
    page = auditor.get("/register/approvals").text
    assert headings_of(page) == ["Förening", "Ärendenr", "Beviljat kr"]
    assert "80 000 kr" in page.replace("\u00a0", " ")  # the sum is the chosen column's
    sheets = openpyxl.load_workbook(io.BytesIO(auditor.get("/register/approvals/excel").data)).worksheets
    rows = [[cell.value for cell in row] for row in sheets[0].iter_rows()]
    assert rows[0] == ["Förening", "Ärendenr", "Beviljat kr"]
    assert {row[1] for row in rows[1:3]} == set(two_granted)
    assert rows[-1] == ["Summa", None, 80_000]
    assert len(list(sheets[1].columns)) > 5  # the other sheet has all of its own
    lines = auditor.get("/register/approvals/csv?blad=1").data.decode("utf-8-sig").split("\r\n")
    assert lines[0] == "Förening,Ärendenr,Beviljat kr"
    assert "Dnr" in admin.get(place).text.partition("Visas inte")[2]
    assert admin.send(f"{place}/1", columns="").status_code == 303
    assert headings_of(auditor.get("/register/approvals").text) == headings_of(before)


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ("Förening\nFinns inte", "ingen kolumn som heter ”Finns inte”"),
        ("Förening\nförening", "står två gånger"),
        ("Beviljat kr\nFörening", "Ett belopp kan inte stå först"),
    ],
)
def test_columns_that_cannot_be_are_told_and_nothing_is_changed(board: BoardAtWork, columns: str, told: str) -> None:
    admin = somebody(board, Role.ADMINISTRATOR)
    answer = admin.send("/register/approvals/kolumner/1", columns=columns)
    assert answer.status_code == 422
    assert told in answer.text
    assert "Visas inte" not in admin.get("/register/approvals/kolumner").text
    assert admin.send("/register/approvals/kolumner/9", columns="Förening").status_code == 404
    assert somebody(board, Role.AUDITOR).send("/register/approvals/kolumner/1", columns="Förening").status_code == 403


def test_a_filter_is_saved_under_a_name_of_ones_own(board: BoardAtWork, two_granted: list[str]) -> None:
    auditor, other = somebody(board, Role.AUDITOR), somebody(board, Role.MANAGER)
    chosen = "/register/approvals/urval?q=Provsprånget&fran=2026-01-01"
    assert auditor.send(chosen, name=" ").status_code == 422
    assert auditor.send("/register/approvals/urval", name="Inget").status_code == 422
    assert auditor.send(chosen, name="Språnget i år").status_code == 303
    assert auditor.send(chosen, name="Språnget i år").status_code == 303  # the same name is the same filter
    page = auditor.get("/register/approvals").text
    [link] = re.findall(r'href="(/register/approvals\?[^"]+)">\s*Språnget i år', page)
    narrowed = rows_of(auditor.get(link.replace("&amp;", "&")).text)
    assert len(narrowed) == 1
    assert two_granted[1] in narrowed[0]
    assert "Språnget i år" not in other.get("/register/approvals").text
    assert "Språnget i år" not in auditor.get("/register/refusals").text
    [gone] = re.findall(r'action="(/register/approvals/urval/\d+)"', page)
    assert other.send(gone).status_code == 404
    assert auditor.send(gone).status_code == 303
    assert "Språnget i år" not in auditor.get("/register/approvals").text
