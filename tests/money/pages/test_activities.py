"""The pages of the plan: typed, pasted, read from a file or an example, changed beside last year's, due in the day."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.factories import TODAY
from tests.page_fixtures import board, kim, on_that_day, one_line, somebody
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.money.models.activities import activities_of_year

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
YEAR = TODAY.year
LIST = f"/uppfoljning/aktiviteter?ar={YEAR}"


def rows(board: BoardAtWork, year: int = YEAR) -> list[str]:
    with open_reading(board.database) as s:
        return [row.text for row in activities_of_year(s, board.board_id, year)]


def test_a_table_is_pasted_and_what_cannot_be_read_is_told_with_its_row(board: BoardAtWork, kim: Somebody) -> None:
    address = f"/uppfoljning/aktiviteter/{YEAR}/tabell"
    pasted = "Aktivitet\tAnsvarig\tSenast\nFölja upp.\tUtredare\tnågon gång\n\tUtredare\t"
    answer = kim.send(address, table=pasted)
    assert answer.status_code == 422
    assert "Rad 2" in answer.text
    assert "Rad 3" in answer.text
    assert "Följa upp.\tUtredare" in answer.text
    assert rows(board) == []
    assert kim.send(address, table="Aktivitet\tAnsvarig\nFölja upp.\tUtredare").status_code == 303
    assert rows(board) == ["Följa upp."]


def test_a_cell_of_several_lines_is_pasted_as_a_spreadsheet_gives_it(board: BoardAtWork, kim: Somebody) -> None:
    pasted = 'Aktivitet\tAnsvarig\n"Följa upp\nalla."\tUtredare'
    assert kim.send(f"/uppfoljning/aktiviteter/{YEAR}/tabell", table=pasted).status_code == 303
    assert [" ".join(row.split()) for row in rows(board)] == ["Följa upp alla."]


@pytest.mark.parametrize("year", ["02026999999", "0" * 5 + "9" * 30, "-1", "igår", "1"])
def test_a_year_that_is_none_shows_this_one(kim: Somebody, year: str) -> None:
    answer = kim.get(f"{LIST}?ar={year}")
    assert answer.status_code == 200
    assert str(YEAR) in answer.text


def test_a_workbook_and_an_example_are_read(board: BoardAtWork, kim: Somebody) -> None:
    book, file = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in (("", ""), ("Aktivitet", "Uppföljning"), ("Granska nya föreningar.", "T1, VB")):
        sheet.append(row)
    book.save(file)
    address = f"/uppfoljning/aktiviteter/{YEAR}/tabell"
    assert kim.send(address, file=(file.getvalue(), "plan.xlsx")).status_code == 303
    assert rows(board) == ["Granska nya föreningar."]
    assert "T1, VB" in one_line(kim.get(LIST).text)
    assert kim.send(address, file=(b"\x00\x01", "plan.xlsx")).status_code == 422
    assert kim.send(address, example="farsta-2021").status_code == 303
    assert len(rows(board)) == 17
    assert kim.send(address, example="farsta-2021").status_code == 422
    assert kim.send(address, example="finns-inte").status_code == 422


def test_a_year_goes_on_from_the_last_and_what_is_due_stands_in_the_day(board: BoardAtWork, kim: Somebody) -> None:
    said = {"text": "Följa upp alla.", "status": "under_way", "note": "Halva vägen.", "due_on": TODAY.isoformat()}
    assert kim.send(f"/uppfoljning/aktiviteter/{YEAR}", **said | {"text": ""}).status_code == 422
    assert kim.send(f"/uppfoljning/aktiviteter/{YEAR}", **said).status_code == 303
    today = one_line(kim.get("/i-dag").text)
    assert "Följa upp alla." in today
    assert "en aktivitet i planen som ska vara klar" in today
    assert kim.send(f"/uppfoljning/aktiviteter/{YEAR + 1}/borja").status_code == 303
    page = one_line(kim.get(f"/uppfoljning/aktiviteter?ar={YEAR + 1}").text)
    assert "Halva vägen." in page
    assert "Pågår" in page
    with open_reading(board.database) as s:
        row = activities_of_year(s, board.board_id, YEAR)[0]
    one = f"/uppfoljning/aktivitet/{row.id}"
    changed = said | {"status": "done", "version": str(row.version)}
    assert kim.send(one, **changed).status_code == 303
    late = kim.send(one, **changed | {"note": "Min text."})
    assert late.status_code == 409
    assert "Min text." in late.text
    assert "Följa upp alla." not in kim.get("/i-dag").text
    assert somebody(board, Role.AUDITOR).get(one).status_code == 200
    assert somebody(board, Role.AUDITOR).send(one, **changed).status_code == 403
    for odd in ("abc", "0", "99999999"):
        assert kim.get(f"/uppfoljning/aktiviteter?ar={odd}").status_code == 200
