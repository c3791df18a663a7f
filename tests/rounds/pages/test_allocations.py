"""The table of a round's money by its page and in Excel: written, told where two write, proposed from."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from tests.board import NUMBERS, clean_facts
from tests.page_fixtures import board, colleague, kim, on_that_day, one_line, somebody
from tests.sent import fields
from vetting.casework.models.cases import Case
from vetting.casework.models.decisions import DecisionDraft
from vetting.casework.services import decisions
from vetting.grants.domain.allocations import RowValues
from vetting.grants.services.rounds import NewRound, add_round
from vetting.grants.services.schemes import SchemeWriting, add_scheme
from vetting.kernel.decision_outcomes import DecisionOutcome
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")


@pytest.fixture
def sheet(board: BoardAtWork) -> str:
    """A round with 100 000 kr for a grant scheme, and three who ask for 40 000 kr each."""
    scheme = board.do(add_scheme, SchemeWriting(name="Lokalbidrag"), role=Role.RULES_OWNER).id
    new = NewRound(
        name="Lokalbidrag 2027",
        opens_on=date(2026, 9, 1),
        closes_on=date(2026, 12, 1),
        schemes={scheme: None},
        budget=100_000_00,
        dnr="EXN 2026/300",
    )
    board.round_id = board.do(add_round, new).id
    for place, name in enumerate(("Alfa", "Beta", "Gamma")):
        board.receive(clean_facts(NUMBERS[place], name))
    return f"/omgangar/{board.round_id}/fordelning"


def plain(text: str) -> str:
    return one_line(text.replace("\u00a0", " "))


def cases_in(page: str) -> dict[str, str]:
    """Name -> key of the row."""
    found = re.findall(r'data-case="(\d+)".*?<a\s+href="[^"]*">([^<]+)</a>', page, re.DOTALL)
    return {name.strip(): key for key, name in found}


def test_the_page_is_saved_as_a_form_and_says_what_is_left(kim: Somebody, sheet: str) -> None:
    page = kim.get(sheet).text
    rows = cases_in(page)
    assert list(rows) == ["Alfa", "Beta", "Gamma"]
    assert "3 rader saknar förslag." in plain(page)
    typed = fields(page)
    sent = {f"amount-{rows['Alfa']}": "40 000", f"amount-{rows['Beta']}": "40000"}
    sent |= {f"amount-{rows['Gamma']}": "40 000", f"reason-{rows['Beta']}": "Bra", f"points-{rows['Gamma']}": "2,5"}
    beyond = kim.send(sheet, **{**typed, **sent, f"amount-{rows['Beta']}": "40 000,50"})
    assert "Beloppet är större än det sökta. Skriv högst 40 000 kr." in plain(beyond.text)
    assert beyond.status_code == 422
    assert kim.send(sheet, **{**typed, **sent}).status_code == 303
    again = plain(kim.get(sheet).text)
    assert re.search(r'<span class="late">20 000 över budget</span>', again)
    assert "rader saknar förslag" not in again
    assert list(cases_in(kim.get(sheet).text)) == ["Gamma", "Alfa", "Beta"]
    assert list(cases_in(kim.get(f"{sheet}?ordna=namn").text)) == ["Alfa", "Beta", "Gamma"]
    assert fields(kim.get(sheet).text)[f"points-{rows['Gamma']}"] == "2,5"
    wrong = kim.send(sheet, **{**fields(kim.get(sheet).text), f"amount-{rows['Gamma']}": "mycket"})
    assert wrong.status_code == 422
    assert 'value="mycket"' in wrong.text
    assert 'aria-invalid="true"' in wrong.text


def test_a_page_that_was_refused_writes_over_nothing_that_came_meanwhile(
    board: BoardAtWork, kim: Somebody, sheet: str
) -> None:
    page = kim.get(sheet).text
    rows = cases_in(page)
    theirs, wrong = f"amount-{rows['Alfa']}", f"amount-{rows['Beta']}"
    assert kim.send(sheet, **fields(page) | {theirs: "31 000"}).status_code == 303
    page = kim.get(sheet).text
    lo = colleague(board, Role.CASEWORKER, "lo")
    assert lo.send(sheet, **fields(lo.get(sheet).text) | {theirs: "25 000"}).status_code == 303
    refused = kim.send(sheet, **fields(page) | {wrong: "-7"})
    assert refused.status_code == 422
    assert kim.send(sheet, **fields(refused.text) | {wrong: "7 000"}).status_code == 303
    now = fields(kim.get(sheet).text)
    assert (now[theirs].replace("\u00a0", " "), now[wrong].replace("\u00a0", " ")) == ("25 000", "7 000")


def test_a_row_that_one_takes_no_part_in_is_counted_and_not_shown(
    board: BoardAtWork, kim: Somebody, sheet: str
) -> None:
    page = kim.get(sheet).text
    rows = cases_in(page)
    kim.send(sheet, **{**fields(page), f"amount-{rows['Alfa']}": "40000"})
    lo = colleague(board, Role.CASEWORKER, "lo")
    number = re.search(r'/arenden/(BID-[^"]+)">Alfa', page)
    assert number
    assert lo.send(f"/arenden/{number[1]}/jav", ground="close_person").status_code == 303
    told = plain(lo.get(sheet).text)
    assert "Alfa" not in told
    assert "1 rad som du inte ser är räknad med: 40 000 kr." in told
    assert ">60 000</b>" in told
    workbook = lo.get(f"{sheet}/excel").data
    assert all(row[1].value != "Alfa" for row in load_workbook(io.BytesIO(workbook)).worksheets[0].iter_rows())
    theirs = {f"{name}-{rows['Alfa']}": "1" for name in ("seen", "amount", "reason", "points")}
    assert lo.send(sheet, **theirs).status_code == 404


def test_who_reads_sees_the_sheet_and_writes_nothing(board: BoardAtWork, sheet: str) -> None:
    manager = somebody(board, Role.MANAGER)
    page = manager.get(sheet).text
    assert "Alfa" in page
    assert "amount-" not in page
    assert manager.send(sheet).status_code == 403


def changed_workbook(content: bytes, **amounts: object) -> bytes:
    """The workbook with other proposals for some associations."""
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    [proposed] = [place for place, cell in enumerate(sheet[1]) if "Förslag kr" in str(cell.value)]
    for row in sheet.iter_rows(min_row=2):
        if row[1].value in amounts:
            row[proposed].value = amounts[str(row[1].value)]  # type: ignore[assignment] # any value, as people write
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_earlier_years_come_from_the_boards_own_list_marked(kim: Somebody, sheet: str) -> None:
    listed = (
        "Förening;Org.nr;År;Bidragsform;Sökt;Beviljat;Använt;Utfall\n"
        f"Alfa;{NUMBERS[0]};2025;Lokalbidrag;50000;30000;25000;beviljat\n"
        f"Beta;;2024;Lokalbidrag;50000;20000;;beviljat\n"
        "Okända;;2025;Lokalbidrag;1;1;;\n"
        "Gamma;;tjugo;Lokalbidrag;1;1;;\n"
    ).encode()
    told = plain(kim.send("/omgangar/tidigare-beslut", file=(listed, "gamla.csv"), giver="").text)
    assert "2 rader är inlästa." in told
    assert "Okända har inte sökt hos nämnden." in told
    assert "är inget år" in told
    page = plain(kim.get(sheet).text)
    assert re.search(r'30 000<sup title="Beslutat utanför programmet">u</sup>', page)
    assert page.count("Beslutat utanför programmet") == 1  # the other is two years old
    lists = kim.get("/omgangar/tidigare-beslut").text
    key = re.search(r"/tidigare-beslut/(\d+)/angra", lists[lists.index("gamla.csv") :])
    assert key
    assert kim.send(f"/omgangar/tidigare-beslut/{key[1]}/angra").status_code == 303
    assert "Beslutat utanför programmet" not in kim.get(f"{sheet}").text
    assert kim.send("/omgangar/tidigare-beslut", file=(b"A;B\n1;2\n", "x.csv")).status_code == 422
    assert kim.send(f"/omgangar/tidigare-beslut/{key[1]}/angra").status_code == 404


def test_rows_that_are_ready_become_proposals_with_reasons_by_priority_and_the_others_are_named(
    board: BoardAtWork, kim: Somebody, sheet: str
) -> None:
    page = kim.get(sheet).text
    rows = cases_in(page)
    numbers = dict(re.findall(r'/arenden/(BID-[^"]+)">\s*(\w+)', page))
    by_name = {name: number for number, name in numbers.items()}
    board.handle(by_name["Alfa"])
    board.handle(by_name["Beta"])
    typed = {
        f"amount-{rows['Alfa']}": "40000",
        f"amount-{rows['Beta']}": "15000",
        f"reason-{rows['Beta']}": "Lägst i nämndens ordning.",
        f"amount-{rows['Gamma']}": "0",
        f"reason-{rows['Gamma']}": "Ryms inte",
    }
    kim.send(sheet, **{**fields(page), **typed})
    kim.send(sheet, pasted=f"{by_name['Beta']}\t2,5")
    asked = kim.get(sheet).text
    assert "Lämna 2 förslag för beslut" in plain(asked)
    assert sorted(re.findall(r'name="row" value="(\d+)"', asked)) == sorted([rows["Alfa"], rows["Beta"]])
    keys = list(rows.values())  # as from a page that was read before somebody changed a case
    told = plain(
        kim.client.post(f"{sheet}/forslag", data={"csrf_token": kim.token(), "row": keys}).get_data(as_text=True)
    )
    assert "2 förslag väntar på beslut" in told
    assert "1 ansökan är kvar" in told
    assert re.search(rf'{by_name["Gamma"]}">Gamma</a>', told)
    with open_reading(board.database) as s:
        asked_for = select(Case.number, DecisionDraft).join(Case, Case.id == DecisionDraft.case_id)
        drafts = {row[0]: row[1] for row in s.execute(asked_for)}
    whole, part = drafts[by_name["Alfa"]], drafts[by_name["Beta"]]
    assert (whole.outcome, whole.amount, whole.grounds) == (DecisionOutcome.APPROVED, 40_000_00, [])
    assert (part.outcome, part.amount, part.grounds) == (
        DecisionOutcome.PARTLY_APPROVED,
        15_000_00,
        ["budget", "priority"],
    )
    said = part.reasons.replace("\u00a0", " ")
    assert "Nämnden har 100 000 kr att fördela i Lokalbidrag 2027." in said
    assert "Ansökningarna är på tillsammans 120 000 kr" in said
    assert "Ansökan har fått 2,5 poäng efter nämndens prioritering." in said
    assert said.endswith("Lägst i nämndens ordning.")
    board.do(decisions.declare_no_conflict, by_name["Beta"], role=Role.DECISION_MAKER)
    decided = board.decide(by_name["Beta"])
    assert decided.amount == 15_000_00
    assert "15 000</td>" in plain(kim.get(sheet).text)
    late = kim.send(sheet, **{f"{name}-{rows['Beta']}": "1" for name in ("seen", "amount", "reason", "points")})
    assert late.status_code == 409
    assert "Raden är beslutad, återkallad eller väntar på beslut." in late.text


def test_a_row_with_a_requirement_that_is_not_met_keeps_the_road_of_its_case(
    board: BoardAtWork, kim: Somebody, sheet: str
) -> None:
    case = board.receive(clean_facts(NUMBERS[3], "Delta", members_total=1))
    page = kim.get(sheet).text
    key = cases_in(page)["Delta"]
    kim.send(sheet, **{**fields(page), f"amount-{key}": "0", f"reason-{key}": "Pengarna räcker inte"})
    told = plain(kim.send(f"{sheet}/forslag", row=key).text)
    assert "0 förslag väntar på beslut" in told
    assert case.number in told


def test_both_values_stand_where_two_have_written(board: BoardAtWork, kim: Somebody, sheet: str) -> None:
    seen = fields(kim.get(sheet).text)
    rows = cases_in(kim.get(sheet).text)
    cell, other = f"amount-{rows['Alfa']}", f"amount-{rows['Beta']}"
    colleague(board, Role.CASEWORKER, "lo").send(sheet, **{**seen, cell: "30000"})
    page = kim.send(sheet, **{**seen, cell: "20000", other: "1000"})
    assert page.status_code == 409
    assert "Person lo har ändrat raden sedan du läste den: förslag 30 000 kr" in plain(page.text)
    now = fields(page.text)
    assert (now[cell], now[other]) == ("20000", "1000")
    assert kim.send(sheet, **now).status_code == 303
    now = fields(kim.get(sheet).text)
    assert (now[cell].replace("\u00a0", " "), now[other].replace("\u00a0", " ")) == ("20 000", "1 000")


def test_the_table_goes_to_excel_and_back_whole_and_not_over_what_was_written_since(kim: Somebody, sheet: str) -> None:
    page = kim.get(sheet).text
    rows = cases_in(page)
    kim.send(sheet, **{**fields(page), f"amount-{rows['Beta']}": "10000", f"reason-{rows['Beta']}": "Halva"})
    got = kim.get(f"{sheet}/excel")
    assert got.status_code == 200
    lines = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(got.data)).worksheets[0].iter_rows()]
    assert [line[1] for line in lines[1:4]] == ["Alfa", "Beta", "Gamma"]
    assert {10000, "Halva"} <= set(lines[2])
    back = changed_workbook(got.data, Alfa=25000, Beta=None, Gamma=9000)
    assert kim.send(f"{sheet}/excel", file=(back, "fordelning.xlsx")).status_code == 303
    stands = fields(kim.get(sheet).text)
    assert [stands[f"amount-{rows[name]}"].replace("\u00a0", " ") for name in rows] == ["25 000", "", "9 000"]
    again = kim.send(f"{sheet}/excel", file=(changed_workbook(back, Alfa=1000), "fordelning.xlsx"))
    assert again.status_code == 409
    assert "Alfa har ändrats sedan listan hämtades. Inget är inläst." in plain(again.text)
    assert fields(kim.get(sheet).text) == stands


def test_a_workbook_that_is_none_or_says_nonsense_is_told_and_changes_nothing(kim: Somebody, sheet: str) -> None:
    before = fields(kim.get(sheet).text)
    other = kim.send(f"{sheet}/excel", file=(b"Namn;Belopp\nAlfa;1\n", "annat.csv"))
    assert other.status_code == 422
    assert "är ingen fördelning" in other.text
    assert kim.send(f"{sheet}/excel").status_code == 422
    seen = RowValues().digest
    text = (
        "Ärendenr;Poäng;Förslag kr;Skäl;Läst rad\n"
        f"BID-2026-0001;;mycket;;{seen}\nBID-2026-0002;få;1;;{seen}\nBID-2026-0099;;1;;{seen}\n"
        f"BID-2026-0003;1;1;a;{seen}\nBID-2026-0003;1;2;b;{seen}\n"
    )
    told = kim.send(f"{sheet}/excel", file=(text.encode(), "lista.csv"))
    assert told.status_code == 422
    for words in ("Rad 2:", "”få” är inga poäng.", "BID-2026-0099 finns inte", "BID-2026-0003 står flera gånger."):
        assert words in plain(told.text)
    below = f"Ärendenr;Poäng;Förslag kr;Skäl;Läst rad\nBID-2026-0001;1;-5;a;{seen}\n"
    told = kim.send(f"{sheet}/excel", file=(below.encode(), "lista.csv"))
    assert told.status_code == 422
    assert "Beloppet är mindre än noll." in plain(told.text)
    now = fields(kim.get(sheet).text)
    assert now == before


def test_a_locked_row_of_a_workbook_stands_as_it_was_fetched(board: BoardAtWork, kim: Somebody, sheet: str) -> None:
    number = board.approve(clean_facts(NUMBERS[3], "Delta")).number
    got = kim.get(f"{sheet}/excel").data
    assert kim.send(f"{sheet}/excel", file=(changed_workbook(got, Alfa=1000), "f.xlsx")).status_code == 303
    got = kim.get(f"{sheet}/excel").data
    told = kim.send(f"{sheet}/excel", file=(changed_workbook(got, Delta=1), "f.xlsx"))
    assert told.status_code == 422
    assert "Delta är beslutad, återkallad eller väntar på beslut." in plain(told.text)
    assert number


def test_rows_without_a_reason_are_shown_alone(kim: Somebody, sheet: str) -> None:
    page = kim.get(sheet).text
    rows = cases_in(page)
    typed = {f"amount-{rows[name]}": "1000" for name in rows} | {f"reason-{rows['Alfa']}": "Eget skäl"}
    kim.send(sheet, **{**fields(page), **typed})
    assert 'rader=skal">2 skäl saknas.</a>' in plain(kim.get(sheet).text)
    assert list(cases_in(kim.get(f"{sheet}?rader=skal").text)) == ["Beta", "Gamma"]


def test_points_that_cannot_be_pasted_stand_in_their_field(kim: Somebody, sheet: str) -> None:
    told = kim.send(sheet, pasted="BID-1999-0001 3")
    assert told.status_code == 422
    assert "Rad 1 går inte att föra in: BID-1999-0001 3" in plain(told.text)
    assert ">BID-1999-0001 3</textarea>" in told.text


def test_a_signed_case_is_called_the_same_in_table_queue_and_page(
    board: BoardAtWork, kim: Somebody, sheet: str
) -> None:
    with open_reading(board.database) as s:
        signed, unsigned = s.scalars(select(Case.number).order_by(Case.id).limit(2)).all()
    board.handle(signed)
    board.do(decisions.declare_no_conflict, unsigned)
    filled = '<span class="vh">Bedömt:</span>Granskad'
    dashed = '<span class="vh">Förslag:</span>Inga hinder'
    for page in (sheet, f"/arenden?omgang={board.round_id}"):
        told = one_line(kim.get(page).text)
        assert told.count(filled) == 1, page
        assert dashed in told
    assert "granskad" in kim.get(f"/arenden/{signed}").text
    assert "inga hinder" in kim.get(f"/arenden/{unsigned}").text
