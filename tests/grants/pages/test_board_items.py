"""One item for a round: made from its rows, written further, read as Word, and decided once for all that is ready."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import docx
import pytest
from openpyxl import load_workbook

from tests.board import NUMBERS, clean_facts, rules
from tests.factories import TODAY
from tests.grants.board_rounds import CHANGE, plain, three_that_wait
from tests.page_fixtures import board, colleague, kim, on_that_day, somebody
from tests.sent import fields
from vetting.associations.services import merging
from vetting.cases.domain.cases import CaseState
from vetting.cases.services.cases import withdraw_case
from vetting.decisions.services import decisions
from vetting.decisions.services.decisions import DecisionProposal
from vetting.grants.domain.round_calendar import RoundMoment
from vetting.grants.services.round_calendars import note_step
from vetting.grants.services.rounds import NewRound, RoundChange, add_round, change_round
from vetting.kernel.decision_outcomes import DecisionGround, DecisionOutcome
from vetting.kernel.problem import Refused
from vetting.kernel.roles import Role

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")


@pytest.fixture
def numbers(board: BoardAtWork) -> list[str]:
    """Three that are proposed, and one that is not."""
    return three_that_wait(board)


@pytest.mark.usefixtures("numbers")
def test_the_item_says_what_the_rows_do_and_everybody_stands_in_an_annex(board: BoardAtWork, kim: Somebody) -> None:
    address = f"/omgangar/{board.round_id}/arende"
    page = plain(kim.get(address).text)
    for words in (
        "att bevilja 2 ansökningar med sammanlagt 55 000 kr enligt bilaga 1",
        "att avslå 1 ansökan enligt bilaga 2",
        "har 4 ansökningar kommit in på sammanlagt 160 000 kr",
        "Kvar: 5 000 kr.",
        "Bilaga 3. Övriga",
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


def test_whoever_takes_no_part_in_a_row_cannot_make_the_item(board: BoardAtWork, numbers: list[str]) -> None:
    lo = colleague(board, Role.CASEWORKER, "lo")
    assert lo.send(f"/arenden/{numbers[0]}/jav", ground="close_person").status_code == 303
    assert "Du deltar inte i alla" in plain(lo.get(f"/omgangar/{board.round_id}/arende").text)
    for path in (".docx", ".pdf"):
        assert lo.get(f"/omgangar/{board.round_id}/arende{path}").status_code == 403
    assert lo.send(f"/omgangar/{board.round_id}/arende", summary="Kort").status_code == 403


def test_what_was_sent_to_the_board_stands_as_sent(board: BoardAtWork, kim: Somebody, numbers: list[str]) -> None:
    address = f"/omgangar/{board.round_id}/arende"
    assert kim.send(f"{address}/skickat").status_code == 303
    sent = re.search(rf'href="({address}/skickat/\d+.docx)"', kim.get(address).text)
    assert sent
    before = kim.get(sent[1]).data
    draft = DecisionProposal(
        outcome=DecisionOutcome.PARTLY_APPROVED, amount=20_000_00, reasons="Mer.", grounds=(DecisionGround.PRIORITY,)
    )
    board.do(decisions.propose_decision, numbers[1], draft, version=None, rules=rules())
    assert "60 000 kr" in plain(kim.get(address).text)
    assert kim.get(sent[1]).data == before
    cells = [
        cell.text for table in docx.Document(io.BytesIO(before)).tables for row in table.rows for cell in row.cells
    ]
    assert "15 000 kr" in [text.replace("\u00a0", " ") for text in cells]
    for number in numbers:
        board.do(decisions.send_back, number)
    assert "Ingen rad är klar för beslut." in plain(kim.send(f"{address}/skickat").text)


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


@pytest.mark.usefixtures("numbers")
def test_more_than_the_budget_goes_to_the_board_with_its_reason_only(board: BoardAtWork, kim: Somebody) -> None:
    address = f"/omgangar/{board.round_id}/arende"
    assert "går över budgeten" not in plain(kim.get(address).text)
    board.do(change_round, board.round_id, RoundChange(**CHANGE | {"budget": 50_000_00}))
    assert "Förslaget går över budgeten med 5 000 kr." in plain(kim.get(address).text)
    refused = kim.send(f"{address}/skickat")
    assert refused.status_code == 422
    assert "Förslaget går över budgeten med 5 000 kr." in plain(refused.text)
    assert kim.send(f"{address}/skickat", because="Nämnden har 5 000 kr kvar från i fjol.").status_code == 303
    sent = re.search(rf'href="({address}/skickat/\d+.docx)"', kim.get(address).text)
    assert sent
    texts = [paragraph.text for paragraph in docx.Document(io.BytesIO(kim.get(sent[1]).data)).paragraphs]
    assert "Förslaget går över budgeten: Nämnden har 5 000 kr kvar från i fjol." in texts


def test_a_meeting_that_is_moved_tells_who_has_its_old_day_and_what_was_sent_stands(
    board: BoardAtWork, kim: Somebody, numbers: list[str]
) -> None:
    address = f"/omgangar/{board.round_id}/arende"
    kim.send(f"{address}/skickat")
    board.do(note_step, board.round_id, RoundMoment.RECEIPT, done=True)
    moved = RoundChange(**CHANGE | {"decision_on": date(2027, 1, 20)})
    with pytest.raises(Refused) as told:
        board.do(change_round, board.round_id, moved)
    said = [problem.what.sv for problem in told.value.problems]
    assert any("Kvittenserna har gått ut med den gamla dagen." in one for one in said)
    assert any("skickats till nämnden med den gamla dagen" in one for one in said)
    sent = re.search(rf'href="({address}/skickat/\d+.docx)"', kim.get(address).text)
    assert sent
    before = kim.get(sent[1]).data
    board.do(change_round, board.round_id, replace(moved, agreed=True))
    assert kim.get(sent[1]).data == before
    assert "Sammanträde 20 jan 2027" in plain(kim.get(address).text)
    assert len(numbers) == len(re.findall(r'name="row"', somebody(board, Role.DECISION_MAKER).get(address).text))


def test_associations_that_turn_out_to_be_one_keep_both_rows_and_what_was_proposed_is_not_decided_unread(
    board: BoardAtWork, numbers: list[str]
) -> None:
    kim = somebody(board, Role.CASEWORKER)
    other = board.receive(clean_facts(NUMBERS[4], "Alfa i Farsta", organisation_number=None)).number
    sheet = f"/omgangar/{board.round_id}/fordelning"
    first, second = (board.case(number).association_id for number in (numbers[0], other))
    board.do(merging.merge_records, first, second, {}, rules=rules())
    assert board.case(other).association_id == first
    page = plain(kim.get(sheet).text)
    for name in ("Alfa", "Alfa i Farsta", "Beta", "Gamma", "Delta"):
        assert f">{name}</a>" in page
    content = load_workbook(io.BytesIO(kim.get(f"{sheet}/excel").data)).worksheets[0]
    assert {row[0].value for row in content.iter_rows(min_row=2)} >= {*numbers, other}
    item = f"/omgangar/{board.round_id}/arende"
    assert "har 5 ansökningar kommit in på sammanlagt 200 000 kr" in plain(kim.get(item).text)
    assert kim.send(f"{item}/skickat").status_code == 303
    maker = somebody(board, Role.DECISION_MAKER)
    rows = re.findall(r'name="row" value="\s*([^"]+)"', plain(maker.get(item).text))
    answer = maker.client.post(
        f"{item}/beslut",
        data={"csrf_token": maker.token(), "met_on": TODAY.isoformat(), "paragraph": "§ 5", "free": "1", "row": rows},
    )
    told = plain(answer.get_data(as_text=True))
    assert "2 rader är beslutade" in told
    assert "Signal: samma organisationsnummer eller giro på två sökande" in told
    assert board.case(numbers[0]).state is CaseState.READY


@pytest.mark.usefixtures("numbers")
def test_rows_of_the_same_name_are_told_apart_and_the_sum_is_of_all_that_are_counted(
    board: BoardAtWork, kim: Somebody
) -> None:
    twin = board.receive(clean_facts(NUMBERS[4], "Alfa")).number
    board.do(withdraw_case, twin)
    page = plain(kim.get(f"/omgangar/{board.round_id}/arende").text)
    assert "har 5 ansökningar kommit in på sammanlagt 200 000 kr" in page
    assert f"Alfa ({twin})" in page
    assert len(set(re.findall(r"Alfa \(BID-\d+-\d+\)", page))) == len({twin, "the other"})
    assert "Beta (" not in page


@pytest.mark.usefixtures("numbers")
def test_what_is_held_for_those_that_are_left_out_is_told(board: BoardAtWork, kim: Somebody) -> None:
    address = f"/omgangar/{board.round_id}"
    assert "Reserverat" not in plain(kim.get(f"{address}/arende").text)
    page = kim.get(f"{address}/fordelning").text
    [cell] = [name for name in fields(page) if name.startswith("amount-")]  # only one row is open
    assert kim.send(f"{address}/fordelning", **{**fields(page), cell: "3000"}).status_code == 303
    told = plain(kim.get(f"{address}/arende").text)
    assert "Kvar: 5 000 kr. Reserverat för 1 ansökan som inte är med i förslaget: 3 000 kr." in told
    assert "1 är inte med i förslaget och står i bilaga 3." in told


@pytest.mark.usefixtures("numbers")
def test_the_headings_that_the_board_keeps_stand_in_the_item_and_the_next_one_begins_with_them(
    board: BoardAtWork, kim: Somebody
) -> None:
    address = f"/omgangar/{board.round_id}/arende"
    own = "# Barnperspektiv\nFlest bidrag går till barn.\nOch unga.\n# Jämställdhet\n"
    typed = fields(kim.get(address).text) | {"own": own, "signers": "Förvaltningschef", "letter": "1"}
    assert kim.send(address, **typed).status_code == 303
    document = docx.Document(io.BytesIO(kim.get(f"{address}.docx").data))
    texts = [paragraph.text for paragraph in document.paragraphs]
    at = texts.index("Barnperspektiv")
    assert texts[at + 1 : at + 3] == ["Flest bidrag går till barn.", "Och unga."]
    assert "Jämställdhet" not in texts  # nothing is written under it
    assert texts.index("Ekonomi") < at
    new = NewRound(name="Nästa", opens_on=date(2026, 11, 1), closes_on=date(2026, 12, 1), dnr="EXN 2026/301")
    board.round_id = board.do(add_round, new).id
    board.receive(clean_facts(NUMBERS[5], "Epsilon"))
    following = fields(kim.get(f"/omgangar/{board.round_id}/arende").text)
    assert following["own"].split() == ["#", "Barnperspektiv", "#", "Jämställdhet"]
    assert following["signers"].strip() == "Förvaltningschef"
    page = plain(kim.get(f"/omgangar/{board.round_id}/arende").text)
    assert "Tjänsteskrivelse" in page
    assert "Flest bidrag går till barn." not in page
