"""Unused money: asked back as the report says, by letter and an invoice's basis, paid in parts, or disputed."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import docx
import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from tests.acting import acting
from tests.board import board, refused
from tests.factories import NOW, TODAY
from tests.grants.board_rounds import plain
from tests.money.services.test_closing import unreported
from tests.money.services.test_reports import told
from tests.page_fixtures import on_that_day, somebody
from vetting.casework.domain.letters import LetterKind
from vetting.casework.services import letters
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading
from vetting.money.domain.reports import ReportFinding
from vetting.money.domain.unused_money import UnusedState, unused_state
from vetting.money.models.unused_money import UnusedMoney
from vetting.money.services.closing import close_case
from vetting.money.services.reports import amount_paid, read_report, receive_report
from vetting.money.services.unused_money import ask_unused_back, note_unused_disputed, note_unused_paid

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board", "on_that_day"]
KR = 100
LEFT = 4_000 * KR
FINANCE: dict[str, Any] = {"role": Role.FINANCE}
LATER = NOW + timedelta(days=30)


def reported(board: BoardAtWork, finding: ReportFinding = ReportFinding.DEVIATES) -> str:
    """A grant of which the association has not used all, gone through."""
    number = unreported(board)
    with open_reading(board.database) as s:
        paid = amount_paid(s, board.case(number).id)
    board.do(receive_report, number, told(used=paid - LEFT))
    until = TODAY + timedelta(days=9) if finding is ReportFinding.INCOMPLETE else None
    board.do(read_report, number, finding, "Två lov ställdes in.", complete_by=until, version=None)
    return number


def kept(board: BoardAtWork) -> UnusedMoney:
    with open_reading(board.database) as s:
        return s.scalars(select(UnusedMoney)).one()


@pytest.mark.both_engines
def test_what_the_report_says_is_left_is_asked_back_paid_in_parts_and_the_case_closes_then(board: BoardAtWork) -> None:
    number = reported(board)
    row = board.do(ask_unused_back, number, None, None)
    assert (row.amount, row.number, row.due_on > TODAY) == (LEFT, "OFM-2026-0001", True)
    assert refused(board, ask_unused_back, number, None, None)[0] is Obstacle.STALE
    assert refused(board, close_case, number, at=LATER) == (Obstacle.CLOSED, [number])
    assert refused(board, note_unused_paid, number, LEFT + 1, on=TODAY, **FINANCE) == (Obstacle.INVALID, ["amount"])
    tomorrow = TODAY + timedelta(days=1)
    assert refused(board, note_unused_paid, number, LEFT, on=tomorrow, **FINANCE) == (Obstacle.INVALID, ["on"])
    board.do(note_unused_paid, number, LEFT - 1, on=TODAY, invoice="880131", **FINANCE)
    assert unused_state(kept(board).days, TODAY) is UnusedState.ASKED
    assert unused_state(kept(board).days, row.due_on + timedelta(days=1)) is UnusedState.LATE
    board.do(note_unused_paid, number, 1, on=TODAY, **FINANCE)
    assert (unused_state(kept(board).days, TODAY), kept(board).invoice) == (UnusedState.PAID, "880131")
    assert refused(board, note_unused_paid, number, 1, on=TODAY, **FINANCE)[0] is Obstacle.STALE
    board.do(close_case, number, at=LATER)
    with open_reading(board.database) as s:
        assert trail_verification.verify_trail(s).problems == []


def test_nothing_is_asked_back_that_the_association_has_not_said_itself(board: BoardAtWork) -> None:
    number = reported(board, ReportFinding.INCOMPLETE)
    assert refused(board, ask_unused_back, number, None, None)[0] is Obstacle.CLOSED
    board.do(receive_report, number, told(used=10**9))
    board.do(read_report, number, ReportFinding.APPROVED, "", version=None)
    assert refused(board, ask_unused_back, number, None, None) == (Obstacle.INVALID, ["amount"])  # all is used
    assert refused(board, ask_unused_back, number, 1, TODAY) == (Obstacle.INVALID, ["amount", "due_on"])


def test_the_letter_asks_without_any_decision_and_a_dispute_ends_it(board: BoardAtWork) -> None:
    number = reported(board)
    board.do(ask_unused_back, number, 1_000 * KR, None)
    assert "typ=unused" in somebody(board, Role.CASEWORKER).get(f"/arenden/{number}/redovisning").text
    with open_reading(board.database) as s:
        case, by = board.case(number), board.staff[Role.CASEWORKER]
        letter = letters.preview_letter(acting(s, by, NOW), number, LetterKind.UNUSED, case.id)
    said = " ".join(letter.lines).replace("\u00a0", " ")
    for words in ("Belopp att betala tillbaka: 1 000 kr.", "OFM-2026-0001", "Stämmer det inte, hör av er"):
        assert words in said
    assert "överklagar" not in said
    assert refused(board, note_unused_disputed, number, " ") == (Obstacle.INVALID, ["text"])
    board.do(note_unused_disputed, number, "Allt är använt.")
    assert unused_state(kept(board).days, TODAY) is UnusedState.DISPUTED
    with open_reading(board.database) as s, pytest.raises(Refused):  # nothing more is asked by letter
        letters.preview_letter(acting(s, by, NOW), number, LetterKind.UNUSED, case.id)
    page = somebody(board, Role.CASEWORKER).get(f"/arenden/{number}/redovisning").text
    assert "typ=unused" not in page
    board.do(close_case, number, at=LATER)  # a reclaim is another matter, and lives on


@pytest.mark.usefixtures("on_that_day")
def test_it_goes_by_clicking_and_its_basis_can_be_read_back(board: BoardAtWork) -> None:
    number = reported(board)
    kim, lo = somebody(board, Role.CASEWORKER), somebody(board, Role.FINANCE)
    address = f"/arenden/{number}/oforbrukat"
    assert "Begär tillbaka det oförbrukade bidraget" in kim.get(f"/arenden/{number}/redovisning").text
    wrong = kim.send(address, amount="9 000")
    assert wrong.status_code == 422
    assert "9 000" in wrong.text
    assert kim.send(address).status_code == 303
    document = docx.Document(io.BytesIO(lo.get(f"{address}.docx").data))
    rows = {row.cells[0].text: row.cells[1].text.replace("\u00a0", " ") for row in document.tables[0].rows}
    assert (rows["Vår referens"], rows["Belopp"]) == ("OFM-2026-0001", "4 000 kr")
    assert rows["Beslut"] == "Inget beslut: beloppet är det som föreningen har uppgett."
    sheet = load_workbook(io.BytesIO(lo.get(f"{address}.xlsx").data)).worksheets[0]
    assert ["Vår referens", "OFM-2026-0001"] in [[cell.value for cell in row] for row in sheet.rows]
    assert "OFM-2026-0001" in lo.get("/aterkrav").text
    assert lo.send(f"{address}/betalt", amount="4 000", invoice="880131").status_code == 303
    assert "OFM-2026-0001" not in lo.get("/aterkrav").text
    page = plain(kim.get(f"/arenden/{number}/redovisning").text)
    assert "Betalt" in page
    assert "Begär tillbaka det oförbrukade bidraget" not in page
    assert kim.send(f"{address}/betalt", amount="1").status_code == 403
