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

from tests.board import NUMBERS, clean_facts
from tests.factories import TODAY
from tests.grants.board_rounds import CHANGE, plain, proposed, three_that_wait
from tests.page_fixtures import board, colleague, kim, on_that_day, somebody
from tests.sent import fields
from vetting.casework.domain.cases import CaseState
from vetting.casework.services import decisions, merging
from vetting.casework.services.cases import withdraw_case
from vetting.casework.services.decisions import DecisionProposal
from vetting.grants.services.rounds import NewRound, add_round
from vetting.kernel.decision_outcomes import DecisionGround, DecisionOutcome
from vetting.kernel.problem import Refused
from vetting.kernel.roles import Role
from vetting.rounds.services.round_changes import RoundChange, change_round

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
    assert ["Beta", "802999-0036", "kurser på kvällar", "40 000 kr", "15 000 kr", "Lägst i nämndens ordning."] in rows
    assert ["Alfa", "802999-0234", "kurser på kvällar", "40 000 kr", "40 000 kr", ""] in rows
    assert any(row[0] == "Gamma" and row[-1] == "Lägst i nämndens ordning." for row in rows)
    assert any(row[0] == "Delta" for row in rows)
    assert any(row[0] == "Summa" and "55 000 kr" in row for row in rows)
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
    board.do(decisions.propose_decision, numbers[1], draft, version=None)
    assert "60 000 kr" in plain(kim.get(address).text)
    assert kim.get(sent[1]).data == before
    cells = [
        cell.text for table in docx.Document(io.BytesIO(before)).tables for row in table.rows for cell in row.cells
    ]
    assert "15 000 kr" in [text.replace("\u00a0", " ") for text in cells]
    for number in numbers:
        board.do(decisions.send_back, number)
    assert "Ingen ansökan är klar för beslut." in plain(kim.send(f"{address}/skickat").text)


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
    assert "Egen text, som inte uppdateras: Ekonomi." in page


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
    moved = RoundChange(**CHANGE | {"decision_on": date(2027, 1, 20)})
    with pytest.raises(Refused) as told:
        board.do(change_round, board.round_id, moved)
    said = [problem.what.sv for problem in told.value.problems]
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
    board.do(merging.merge_records, first, second, {})
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
    assert "2 ansökningar är beslutade" in told
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
    assert "Reserverat för 1 ansökan som inte är med i förslaget: 3 000 kr. Kvar: 2 000 kr." in told
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


def test_the_next_item_holds_what_waits_and_tells_apart_what_is_decided(
    board: BoardAtWork, kim: Somebody, numbers: list[str]
) -> None:
    address = f"/omgangar/{board.round_id}/arende"
    maker = somebody(board, Role.DECISION_MAKER)
    maker.client.post(
        f"{address}/beslut",
        data={
            "csrf_token": maker.token(),
            "met_on": TODAY.isoformat(),
            "paragraph": "§ 47",
            "free": "1",
            "row": [f"{number}/1" for number in numbers[:1]],
        },
    )
    page = plain(kim.get(address).text)
    for words in (
        "att bevilja 1 ansökan med sammanlagt 15 000 kr enligt bilaga 1",
        "1 är redan beslutade och står i bilaga 3",
        "Redan beviljat: 40 000 kr. Föreslås: 15 000 kr. Kvar: 5 000 kr.",
        "Bilaga 3. Redan beslutade",
        "1 ansökan är redan beslutad.",
    ):
        assert words in page
    document = docx.Document(io.BytesIO(kim.get(f"{address}.docx").data))
    first = [row.cells[0].text for row in document.tables[0].rows]
    assert first == ["Förening", "Beta", "Summa"]


@pytest.mark.usefixtures("numbers")
def test_two_who_write_of_the_item_lose_nothing(board: BoardAtWork, kim: Somebody) -> None:
    address = f"/omgangar/{board.round_id}/arende"
    first = fields(kim.get(address).text)
    second = fields(kim.get(address).text)
    assert kim.send(address, **second | {"summary": "Kort sagt.", "own": "# Barn\nInga."}).status_code == 303
    assert kim.send(address, **first | {"dnr": "EXN 2026/9"}).status_code == 303
    page = plain(kim.get(address).text)
    for words in ("Kort sagt.", "Barn", "Dnr EXN 2026/9"):
        assert words in page
    clash = kim.send(address, **first | {"summary": "Något annat.", "dnr": "EXN 2026/10"})
    assert clash.status_code == 409
    told = plain(clash.text)
    assert "Någon annan har skrivit här sedan du öppnade sidan: ”Kort sagt.”" in told
    assert "Någon annan har skrivit här sedan du öppnade sidan: ”EXN 2026/9”" in told
    assert "Något annat.</textarea>" in told
    assert kim.send(address, **fields(clash.text)).status_code == 303
    assert "Något annat." in plain(kim.get(address).text)


@pytest.mark.usefixtures("numbers")
def test_own_words_with_other_figures_than_the_rows_go_only_when_somebody_says_so(
    board: BoardAtWork, kim: Somebody
) -> None:
    address = f"/omgangar/{board.round_id}/arende"
    page = kim.get(address).text
    assert "Den egna texten har andra siffror" not in page
    shown = fields(page)
    more = shown["proposal"] + "\natt förvaltningen får i uppdrag att följa upp bidragen"
    assert kim.send(address, **shown | {"proposal": more}).status_code == 303
    assert "Den egna texten har andra siffror" not in kim.get(address).text  # it says all that the rows say, and more
    proposed(board, 4, "Epsilon", None)
    assert "Den egna texten har andra siffror" in kim.get(address).text
    stopped = kim.send(f"{address}/skickat")
    assert stopped.status_code == 422
    assert "Den egna texten har andra siffror än förslagen: Förslag till beslut." in plain(stopped.text)
    assert kim.send(f"{address}/skickat", as_written="1").status_code == 303


def test_proposals_that_say_another_budget_are_told_and_written_anew_before_they_go(
    board: BoardAtWork, kim: Somebody
) -> None:
    board.do(change_round, board.round_id, RoundChange(**CHANGE | {"budget": 30_000_00}))
    number = board.receive(clean_facts(NUMBERS[0], "Alfa")).number
    board.make_ready(number)
    short = (
        "Nämnden har 30\u00a0000\u00a0kr att fördela i Verksamhetsbidrag 2027. Ansökningarna är på tillsammans "
        "40\u00a0000\u00a0kr, och pengarna räcker inte till alla."
    )
    draft = DecisionProposal(
        outcome=DecisionOutcome.PARTLY_APPROVED,
        amount=5_000_00,
        reasons=f"{short} Lägre poäng.",
        grounds=(DecisionGround.BUDGET,),
    )
    board.do(decisions.propose_decision, number, draft, version=None)
    address = f"/omgangar/{board.round_id}/arende"
    assert "en annan summa att fördela" not in kim.get(address).text
    board.do(change_round, board.round_id, RoundChange(**CHANGE | {"budget": 20_000_00}))
    assert "1 förslag anger en annan summa att fördela än den som gäller." in plain(kim.get(address).text)
    stopped = kim.send(f"{address}/skickat")
    assert stopped.status_code == 422
    assert "Uppdatera först skälen i dem" in stopped.text
    assert kim.send(f"{address}/skal").status_code == 303
    page = plain(kim.get(address).text)
    assert "Nämnden har 20 000 kr att fördela" in page
    assert "Lägre poäng." in page
    assert "en annan summa att fördela" not in page
    assert kim.send(f"{address}/skickat").status_code == 303
    board.do(change_round, board.round_id, RoundChange(**CHANGE | {"budget": 90_000_00}))  # enough for all
    assert kim.send(f"{address}/skal").status_code == 303
    assert "räcker inte till alla" not in kim.get(address).text
