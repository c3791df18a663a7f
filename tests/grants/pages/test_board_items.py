"""One item for a round: made from its rows, written further, read as Word, and decided once for all that is ready."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import docx
import pytest
from sqlalchemy import select

from tests.board import NUMBERS, clean_facts, rules
from tests.page_fixtures import board, colleague, kim, on_that_day, one_line, somebody
from tests.sent import fields
from vetting.decisions.models.decisions import Decision
from vetting.decisions.services import decisions
from vetting.decisions.services.decisions import DecisionProposal
from vetting.grants.services.rounds import RoundChange, change_round
from vetting.kernel.decision_outcomes import DecisionGround, DecisionOutcome
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")


CHANGE: dict[str, Any] = {
    "name": "Verksamhetsbidrag 2027",
    "opens_on": date(2026, 9, 1),
    "closes_on": date(2026, 12, 1),
    "decision_on": date(2026, 12, 18),
    "report_on": date(2027, 12, 31),
    "budget": 60_000_00,
}


def proposed(board: BoardAtWork, place: int, name: str, amount: int | None) -> str:
    """A case that is ready with a proposal: all, a part, or nothing for lack of money."""
    number = board.receive(clean_facts(NUMBERS[place], name)).number
    board.make_ready(number)
    outcome = {None: DecisionOutcome.REFUSED, 40_000_00: DecisionOutcome.APPROVED}.get(
        amount, DecisionOutcome.PARTLY_APPROVED
    )
    less = outcome is not DecisionOutcome.APPROVED
    draft = DecisionProposal(
        outcome=outcome,
        amount=amount,
        reasons="Lägst i nämndens ordning." if less else "Föreningen uppfyller kraven.",
        grounds=(DecisionGround.PRIORITY,) if less else (),
    )
    board.do(decisions.propose_decision, number, draft, version=None, rules=rules())
    return number


@pytest.fixture
def numbers(board: BoardAtWork) -> list[str]:
    """Three that are proposed, and one that is not."""
    board.do(change_round, board.round_id, RoundChange(**CHANGE))
    found = [
        proposed(board, 0, "Alfa", 40_000_00),
        proposed(board, 1, "Beta", 15_000_00),
        proposed(board, 2, "Gamma", None),
    ]
    board.receive(clean_facts(NUMBERS[3], "Delta"))
    board.delegate(Role.DECISION_MAKER, maker="board", point="")
    return found


def plain(text: str) -> str:
    return one_line(text.replace("\u00a0", " "))


@pytest.mark.usefixtures("numbers")
def test_the_item_says_what_the_rows_do_and_everybody_stands_in_an_annex(board: BoardAtWork, kim: Somebody) -> None:
    address = f"/omgangar/{board.round_id}/arende"
    page = plain(kim.get(address).text)
    for words in (
        "att bevilja 2 ansökningar med sammanlagt 55 000 kr enligt bilaga 1",
        "att avslå 1 ansökan enligt bilaga 2",
        "har 4 ansökningar kommit in på sammanlagt 160 000 kr",
        "Kvar: 5 000 kr.",
        "Bilaga 4. Övriga",
    ):
        assert words in page
    document = docx.Document(io.BytesIO(kim.get(f"{address}.docx").data))
    texts = [paragraph.text.replace("\u00a0", " ") for paragraph in document.paragraphs]
    assert texts[texts.index("Förslag till beslut") + 1].startswith("att bevilja 2 ansökningar")
    rows = [[cell.text.replace("\u00a0", " ") for cell in row.cells] for table in document.tables for row in table.rows]
    assert ["Beta", "802999-0036", "kurser på kvällar", "40 000 kr", "15 000 kr"] in rows
    assert any(row[0] == "Gamma" and row[-1] == "Lägst i nämndens ordning." for row in rows)
    assert any(row[0] == "Delta" for row in rows)
    assert any(row[0] == "Summa" and row[-1] == "55 000 kr" for row in rows)
    assert kim.get(f"{address}.pdf").data.startswith(b"%PDF")


@pytest.mark.usefixtures("numbers")
def test_what_is_written_stays_and_the_rest_follows_the_rows(board: BoardAtWork, kim: Somebody) -> None:
    address = f"/omgangar/{board.round_id}/arende"
    typed = {"summary": "Kort sagt.", "signers": "Förvaltningschef", "at_once": "1", "letter": "1", "dnr": "EXN 2026/9"}
    assert kim.send(address, **typed).status_code == 303
    page = plain(kim.get(address).text)
    for words in ("Kort sagt.", "Förvaltningschef", "omedelbart justerad", "Tjänsteskrivelse", "Dnr EXN 2026/9"):
        assert words in page
    assert "Kvar: 5 000 kr." in page
    manager = somebody(board, Role.MANAGER)
    assert manager.get(address).status_code == 200
    assert manager.send(address, summary="x").status_code == 403


def test_the_boards_decision_is_entered_once_and_what_is_held_is_named(
    board: BoardAtWork, kim: Somebody, numbers: list[str]
) -> None:
    address = f"/omgangar/{board.round_id}/arende"
    maker = somebody(board, Role.DECISION_MAKER)
    assert maker.send(f"{address}/beslut", paragraph="", row=f"{numbers[0]}/1").status_code == 422
    held = plain(maker.send(f"{address}/beslut", paragraph="§ 47", row=f"{numbers[0]}/1").text)
    assert "0 rader är beslutade" in held
    assert "1 rad är kvar" in held
    told = plain(
        maker.client.post(
            f"{address}/beslut",
            data={
                "csrf_token": maker.token(),
                "paragraph": "§ 47",
                "row": [f"{number}/1" for number in numbers[:2]],
                "free": "1",
            },
        ).get_data(as_text=True)
    )
    assert "2 rader är beslutade" in told
    page = plain(maker.get(address).text)
    assert "1 rad är klar för beslut." in page
    assert re.search(rf'value="{numbers[2]}/1"', page)
    with open_reading(board.database) as s:
        made = s.scalars(select(Decision).order_by(Decision.id)).all()
    assert {(row.maker, row.paragraph, row.delegation_point) for row in made} == {("board", "§ 47", "")}
    assert kim.send(f"{address}/beslut", paragraph="§ 47", row=f"{numbers[2]}/1").status_code == 403


def test_whoever_takes_no_part_in_a_row_cannot_make_the_item(board: BoardAtWork, numbers: list[str]) -> None:
    lo = colleague(board, Role.CASEWORKER, "lo")
    assert lo.send(f"/arenden/{numbers[0]}/jav", ground="close_person").status_code == 303
    assert "Du deltar inte i alla" in plain(lo.get(f"/omgangar/{board.round_id}/arende").text)
    for path in (".docx", ".pdf"):
        assert lo.get(f"/omgangar/{board.round_id}/arende{path}").status_code == 403
    assert lo.send(f"/omgangar/{board.round_id}/arende", summary="Kort").status_code == 403


def test_a_proposal_that_changed_since_it_was_read_is_not_decided(board: BoardAtWork, numbers: list[str]) -> None:
    maker = somebody(board, Role.DECISION_MAKER)
    draft = DecisionProposal(
        outcome=DecisionOutcome.PARTLY_APPROVED, amount=20_000_00, reasons="Mer.", grounds=(DecisionGround.PRIORITY,)
    )
    board.do(decisions.propose_decision, numbers[1], draft, version=None, rules=rules())
    told = plain(
        maker.send(f"/omgangar/{board.round_id}/arende/beslut", paragraph="§ 47", row=f"{numbers[1]}/1", free="1").text
    )
    assert "0 rader är beslutade" in told
    assert "Förslaget ändrades medan du läste." in told


@pytest.mark.usefixtures("numbers")
def test_a_text_that_is_left_as_shown_follows_the_rows_afterwards(board: BoardAtWork, kim: Somebody) -> None:
    address = f"/omgangar/{board.round_id}/arende"
    typed = fields(kim.get(address).text)
    board.do(change_round, board.round_id, RoundChange(**CHANGE | {"budget": 90_000_00}))
    kim.send(address, **typed | {"signers": "Chefen"})
    page = plain(kim.get(address).text)
    assert "Att fördela: 90 000 kr." in page
    assert "Chefen" in page
    kim.send(address, **fields(kim.get(address).text) | {"economy": "Egen text."})
    kim.send(address, **fields(kim.get(address).text) | {"signers": "Ny chef"})
    page = plain(kim.get(address).text)
    assert "Egen text." in page
    assert "Egen text, som inte följer dem: Ekonomi." in page
