"""The officer's report of a case: the same on the page and in Word, and only for whoever may read the case."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import docx
import pytest

from tests.page_fixtures import board, kim, on_that_day, somebody
from vetting.kernel.roles import Role

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")


def words_of(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in document.paragraphs), *cells]).replace("\u00a0", " ")


def test_the_page_and_the_word_file_say_the_same_amount_name_and_proposal(board: BoardAtWork, kim: Somebody) -> None:
    number = board.receive().number
    board.make_ready(number)
    board.propose(number)
    page = kim.get(f"/arenden/{number}/tjansteutlatande").text.replace("\u00a0", " ")
    answer = kim.get(f"/arenden/{number}/tjansteutlatande.docx")
    assert f"tjansteutlatande-{number}.docx" in answer.headers["Content-Disposition"]
    paper = words_of(answer.data)
    for words in (number, "Kulturföreningen Provkvarnen", "40 000 kr", "Föreningen uppfyller kraven."):
        assert words in page
        assert words in paper


def test_the_report_of_another_boards_case_is_not_there(board: BoardAtWork) -> None:
    eva = somebody(board, Role.CASEWORKER)
    assert eva.get("/arenden/BID-2026-9999/tjansteutlatande").status_code == 404
    assert eva.get("/arenden/BID-2026-9999/tjansteutlatande.docx").status_code == 404
