"""The sheet by its page: written with and without script, points given, scenarios counted, other people's cells told."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from tests.board import NUMBERS, clean_facts
from tests.page_fixtures import board, colleague, kim, on_that_day, one_line, somebody
from tests.sent import fields
from vetting.cases.models.cases import Case
from vetting.decisions.models.decisions import DecisionDraft
from vetting.decisions.services import decisions
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
    """A round with 100 000 kr for a scheme with two criteria, and three who ask for 40 000 kr each."""
    owner = somebody(board, Role.RULES_OWNER)
    scheme = board.do(add_scheme, SchemeWriting(name="Lokalbidrag"), role=Role.RULES_OWNER).id
    for name, most in (("Barn", "3"), ("Öppet", "3")):
        made = owner.send(f"/bidragsformer/{scheme}/prioritering", name=name, most=most, weight="1", help="")
        assert made.status_code == 303, made.text
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
    found = re.findall(r'data-case="(\d+)".*?<a href="[^"]*">([^<]+)</a>', page, re.DOTALL)
    return {name.strip(): key for key, name in found}


def ask(who: Somebody, path: str, **typed: str) -> Any:
    return who.client.post(path, data={"csrf_token": who.token(), **typed}, headers={"Accept": "application/json"})


def test_the_page_is_saved_as_a_form_and_says_what_is_left(kim: Somebody, sheet: str) -> None:
    page = kim.get(sheet).text
    rows = cases_in(page)
    assert list(rows) == ["Alfa", "Beta", "Gamma"]
    assert "3 rader saknar förslag." in plain(page)
    typed = fields(page)
    sent = {f"amount-{rows['Alfa']}": "40 000", f"amount-{rows['Beta']}": "40000"}
    sent |= {f"amount-{rows['Gamma']}": "40 000", f"reason-{rows['Beta']}": "Bra"}
    beyond = kim.send(sheet, **{**typed, **sent, f"amount-{rows['Beta']}": "40 000,50"})
    assert "Beloppet är större än det sökta. Skriv högst 40 000 kr." in plain(beyond.text)
    assert beyond.status_code == 422
    assert kim.send(sheet, **{**typed, **sent}).status_code == 303
    again = plain(kim.get(sheet).text)
    assert re.search(r'class="late"><b>20 000 över</b>', again)
    assert ">3 rader saknar förslag.<" not in again
    assert "40 000</td></tr>" in again
    assert "120 000</td></tr>" in again
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


def test_one_cell_at_a_time_is_answered_as_data(board: BoardAtWork, kim: Somebody, sheet: str) -> None:
    rows = cases_in(kim.get(sheet).text)
    cell = f"amount-{rows['Alfa']}"
    kept = ask(kim, sheet, **{cell: "12 500,50", f"seen-{cell}": "0"}).get_json()
    assert kept["kept"][0] | {"seen": 0} == {"cell": cell, "text": "12500,5", "seen": 0, "by": ""}
    wrong = ask(kim, sheet, **{cell: "-5", f"seen-{cell}": "0"})
    assert wrong.status_code == 422
    assert cell in wrong.get_json()["errors"]
    lo = colleague(board, Role.CASEWORKER, "lo")
    clash = ask(lo, sheet, **{cell: "9 000", f"seen-{cell}": "0"}).get_json()
    assert clash["conflicts"][0]["text"] == "12500,5"
    assert clash["conflicts"][0]["by"] == "Person caseworker"
    told = lo.get(f"{sheet}/andringar?efter=0").get_json()
    assert [(one["cell"], one["mine"]) for one in told["cells"]] == [(cell, False)]
    assert lo.get(f"{sheet}/andringar?efter={told['newest']}").get_json()["cells"] == []


def test_without_script_both_values_stand_where_two_have_written(board: BoardAtWork, kim: Somebody, sheet: str) -> None:
    seen = fields(kim.get(sheet).text)
    cell = f"amount-{cases_in(kim.get(sheet).text)['Alfa']}"
    colleague(board, Role.CASEWORKER, "lo").send(sheet, **{**seen, cell: "30000"})
    page = kim.send(sheet, **{**seen, cell: "20000"})
    told = plain(page.text)
    assert "Person lo skrev 30 000. Spara igen för att behålla ditt." in told
    assert fields(page.text)[cell].replace("\u00a0", " ") == "20 000"
    kim.send(sheet, **fields(page.text))
    assert fields(kim.get(sheet).text)[cell].replace("\u00a0", " ") == "20 000"


def test_points_order_the_rows_and_a_scenario_by_points_is_counted_and_chosen(kim: Somebody, sheet: str) -> None:
    page = kim.get(f"{sheet}?visa=poang").text
    rows = cases_in(page)
    names = [name for name in fields(page) if name.startswith("points-")]
    assert len(names) == 6
    given = {
        name: {"Alfa": "1", "Beta": "3", "Gamma": "2"}[who]
        for name in names
        for who, key in rows.items()
        if name.split("-")[1] == key
    }
    assert kim.send(f"{sheet}?visa=poang", **given).status_code == 303
    assert list(cases_in(kim.get(sheet).text)) == ["Beta", "Gamma", "Alfa"]
    assert kim.send(f"{sheet}?visa=poang", **{names[0]: "4"}).status_code == 422
    counted = kim.send(f"{sheet}/scenario", kind="points", percent="", floor="", ceiling="", name="")
    assert counted.status_code == 303
    told = plain(kim.get(sheet).text)
    assert "Efter poäng tills pengarna är slut" in told
    assert "100 000" in told
    key = re.search(r"/scenario/(\d+)/valj", told)
    assert key
    assert kim.send(f"{sheet}/scenario/{key[1]}/valj").status_code == 303
    amounts = {name: value for name, value in fields(kim.get(sheet).text).items() if name.startswith("amount-")}
    assert {name: amounts[f"amount-{case}"].replace("\u00a0", " ") for name, case in rows.items()} == {
        "Alfa": "20 000",
        "Beta": "40 000",
        "Gamma": "40 000",
    }
    assert kim.send(f"{sheet}/spara", name="inför presidiet").status_code == 303
    assert kim.send(f"{sheet}/angra").status_code == 303
    assert "inför presidiet" in kim.get(sheet).text
    assert fields(kim.get(sheet).text)[f"amount-{rows['Beta']}"] == ""
    assert kim.send(f"{sheet}/scenario", kind="last_year", percent="mycket").status_code == 422
    assert kim.send(f"{sheet}/scenario", kind="points", floor="9", ceiling="1").status_code == 422
    assert kim.send(f"{sheet}/scenario/{key[1]}/slang").status_code == 303


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
    feed = lo.get(f"{sheet}/andringar?efter=0").get_json()
    assert feed["cells"] == []


def test_who_reads_sees_the_sheet_and_writes_nothing(board: BoardAtWork, sheet: str) -> None:
    manager = somebody(board, Role.MANAGER)
    page = manager.get(sheet).text
    assert "Alfa" in page
    assert "amount-" not in page
    assert manager.send(sheet).status_code == 403


@pytest.mark.usefixtures("sheet")
def test_words_of_faith_are_no_criterion_and_one_that_ended_is_not_asked(board: BoardAtWork) -> None:
    owner = somebody(board, Role.RULES_OWNER)
    scheme = re.search(r"/bidragsformer/(\d+)", owner.get("/bidragsformer").text)
    assert scheme
    address = f"/bidragsformer/{scheme[1]}/prioritering"
    refused = owner.send(address, name="Kristna föreningar", most="3", weight="1")
    assert refused.status_code == 422
    assert "Rangordna efter vad verksamheten är." in refused.text
    assert owner.send(address, name="Barn", most="0", weight="99").status_code == 422
    key = re.search(rf"{address}/(\d+)/avsluta", owner.get(f"/bidragsformer/{scheme[1]}").text)
    assert key
    assert owner.send(f"{address}/{key[1]}/avsluta").status_code == 303
    assert f"{address}/{key[1]}/avsluta" not in owner.get(f"/bidragsformer/{scheme[1]}").text


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


def test_the_sheet_goes_to_excel_and_back_with_differences_and_conflicts(
    board: BoardAtWork, kim: Somebody, sheet: str
) -> None:
    page = kim.get(sheet).text
    rows = cases_in(page)
    kim.send(sheet, **{**fields(page), f"amount-{rows['Beta']}": "10000"})
    got = kim.get(f"{sheet}/excel")
    assert got.status_code == 200
    lines = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(got.data)).worksheets[0].iter_rows()]
    assert [line[1] for line in lines[1:4]] == ["Alfa", "Beta", "Gamma"]
    assert 10000 in lines[2]
    lo = colleague(board, Role.CASEWORKER, "lo")
    lo.send(sheet, **{**fields(lo.get(sheet).text), f"amount-{rows['Gamma']}": "7000"})
    back = changed_workbook(got.data, Alfa=25000, Beta=None, Gamma=9000)
    told = kim.send(f"{sheet}/excel", file=(back, "fordelning.xlsx"))
    assert told.status_code == 200
    text = plain(told.text)
    assert "3 celler skiljer sig" in text
    assert "skrivet av Person lo sedan listan hämtades" in text
    ticked = dict(re.findall(r'name="(amount-\d+)" value="([^"]*)" checked', plain(told.text)))
    assert ticked == {f"amount-{rows['Alfa']}": "25000", f"amount-{rows['Beta']}": ""}
    seen = {name: value for name, value in fields(told.text).items() if name.startswith("seen-")}
    assert kim.send(sheet, **ticked, **seen).status_code == 303
    stands = fields(kim.get(sheet).text)
    assert [stands[f"amount-{rows[name]}"].replace("\u00a0", " ") for name in rows] == ["25 000", "", "7 000"]


def test_a_workbook_that_is_none_or_says_nonsense_is_told_and_changes_nothing(kim: Somebody, sheet: str) -> None:
    other = kim.send(f"{sheet}/excel", file=(b"Namn;Belopp\nAlfa;1\n", "annat.csv"))
    assert other.status_code == 422
    assert "är ingen fördelning" in other.text
    assert kim.send(f"{sheet}/excel").status_code == 422
    text = "Ärendenr;Förslag kr;Skäl\nBID-2026-0001;-5;\nBID-2026-0002;mycket;\nBID-2026-0099;1;\nBID-2026-0003;1;a\nBID-2026-0003;2;b\n"
    told = plain(kim.send(f"{sheet}/excel", file=(text.encode(), "lista.csv")).text)
    for words in (
        "Beloppet är mindre än noll.",
        "Rad 3:",
        "BID-2026-0099 finns inte",
        "BID-2026-0003 står flera gånger.",
    ):
        assert words in told
    assert "2 celler skiljer sig" in told


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
    page = plain(kim.get(f"{sheet}?kolumn=ar").text)
    assert re.search(r'30 000<sup title="Beslutat utanför programmet">u</sup>', page)
    assert re.search(r'20 000<sup title="Beslutat utanför programmet">u</sup>', page)
    other = "Förening;År;Sökt;Beviljat\nAlfa;2026;90000;80000\n".encode()
    kim.send("/omgangar/tidigare-beslut", file=(other, "kultur.csv"), giver="Kulturnämnden")
    assert "Kulturnämnden 80 000" in plain(kim.get(f"{sheet}?kolumn=andra").text)
    lists = kim.get("/omgangar/tidigare-beslut").text
    key = re.search(r"/tidigare-beslut/(\d+)/angra", lists[lists.index("gamla.csv") :])
    assert key
    assert kim.send(f"/omgangar/tidigare-beslut/{key[1]}/angra").status_code == 303
    assert "Beslutat utanför programmet" not in kim.get(f"{sheet}?kolumn=ar").text
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
    points = kim.get(f"{sheet}?visa=poang").text
    given = {name: "2" for name in fields(points) if name.startswith(f"points-{rows['Beta']}-")}
    kim.send(f"{sheet}?visa=poang", **given)
    asked = kim.get(sheet).text
    assert "Lägg fram 3 förslag för beslut" in plain(asked)
    keys = re.findall(r'name="row" value="(\d+)"', asked)
    told = plain(
        kim.client.post(f"{sheet}/forslag", data={"csrf_token": kim.token(), "row": keys}).get_data(as_text=True)
    )
    assert "2 förslag är framlagda" in told
    assert "1 rad är kvar" in told
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
    assert "Barn 2 av 3 och Öppet 2 av 3" in said
    assert said.endswith("Lägst i nämndens ordning.")
    board.do(decisions.declare_no_conflict, by_name["Beta"], role=Role.DECISION_MAKER)
    decided = board.decide(by_name["Beta"])
    assert decided.amount == 15_000_00
    assert "15 000</td>" in plain(kim.get(sheet).text)
    locked = ask(kim, sheet, **{f"amount-{rows['Beta']}": "1", f"seen-amount-{rows['Beta']}": "9"}).get_json()
    assert locked["locked"] == [f"amount-{rows['Beta']}"]


def test_a_row_with_a_requirement_that_is_not_met_keeps_the_road_of_its_case(
    board: BoardAtWork, kim: Somebody, sheet: str
) -> None:
    case = board.receive(clean_facts(NUMBERS[3], "Delta", members_total=1))
    page = kim.get(sheet).text
    key = cases_in(page)["Delta"]
    kim.send(sheet, **{**fields(page), f"amount-{key}": "0", f"reason-{key}": "Pengarna räcker inte"})
    told = plain(kim.send(f"{sheet}/forslag", row=key).text)
    assert "0 förslag är framlagda" in told
    assert case.number in told


def test_a_reason_that_a_colleague_wrote_since_is_not_ticked_to_be_written_over(
    board: BoardAtWork, kim: Somebody, sheet: str
) -> None:
    key = cases_in(kim.get(sheet).text)["Alfa"]
    got = kim.get(f"{sheet}/excel").data
    lo = colleague(board, Role.CASEWORKER, "lo")
    lo.send(sheet, **{**fields(lo.get(sheet).text), f"reason-{key}": "Los skäl"})
    told = plain(kim.send(f"{sheet}/excel", file=(changed_workbook(got, Alfa=1000), "f.xlsx")).text)
    assert "skrivet av Person lo sedan listan hämtades" in told
    assert re.search(rf'name="amount-{key}" value="1000" checked', told)
    assert not re.search(rf'name="reason-{key}" value="" checked', told)


def test_points_stand_as_they_were_once_the_application_is_decided(
    board: BoardAtWork, kim: Somebody, sheet: str
) -> None:
    name = next(name for name in fields(kim.get(f"{sheet}?visa=poang").text) if name.startswith("points-"))
    with open_reading(board.database) as s:
        number = s.get_one(Case, int(name.split("-")[1])).number
    board.make_ready(number)
    board.propose(number)
    board.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    board.decide(number)
    assert name not in fields(kim.get(f"{sheet}?visa=poang").text)
    refused = kim.send(sheet, **{name: "3"})
    assert refused.status_code == 409
    other = board.receive(clean_facts(NUMBERS[4], "Utanför"), round_id=None).id
    assert kim.send(sheet, **{f"points-{other}-1": "1"}).status_code == 404


def test_rows_are_grouped_with_their_sums_and_scenarios_are_told_by_area_and_age(
    board: BoardAtWork, kim: Somebody, sheet: str
) -> None:
    for place, (area, oldest) in enumerate((("Norr", 18), ("norr", 90)), start=3):
        more = {"district": area, "participants_youngest": 7, "participants_oldest": oldest}
        board.receive(clean_facts(NUMBERS[place], f"Delta {place}", **more))
    page = kim.get(sheet).text
    rows = cases_in(page)
    kim.send(sheet, **{**fields(page), f"amount-{rows['Delta 3']}": "9000", f"amount-{rows['Alfa']}": "1000"})
    grouped = plain(kim.get(f"{sheet}?gruppera=omrade").text)
    assert list(cases_in(kim.get(f"{sheet}?gruppera=omrade&ordna=namn").text))[:2] == ["Delta 3", "Delta 4"]
    assert 'Norr <span class="muted">2 ansökningar, föreslaget 9 000 kr' in grouped
    assert 'okänt <span class="muted">3 ansökningar, föreslaget 1 000 kr' in grouped
    assert "Scenarierna efter" not in grouped
    kim.send(f"{sheet}/scenario", kind="share", percent="", floor="", ceiling="", name="Andelar")
    told = plain(kim.get(sheet).text)
    assert "Scenarierna efter område" in told
    assert re.search(r"barn och unga, till 25 år</th><td class=\"num\">1</td><td class=\"num\">9 000</td>", told)
    assert "Scenarierna efter bidragsform" not in told  # there is one only
    assert kim.get(f"{sheet}?gruppera=fel").status_code == 200


def test_one_reason_is_written_on_all_rows_that_lack_one_and_taken_back_at_once(kim: Somebody, sheet: str) -> None:
    page = kim.get(sheet).text
    rows = cases_in(page)
    typed = {f"amount-{rows[name]}": "1000" for name in rows} | {f"reason-{rows['Alfa']}": "Eget skäl"}
    kim.send(sheet, **{**fields(page), **typed})
    told = kim.get(sheet).text
    assert 'rader=skal">2 skäl saknas.</a>' in plain(told)
    assert "Samma skäl för alla" not in told
    lacking = f"{sheet}?rader=skal"
    assert list(cases_in(kim.get(lacking).text)) == ["Beta", "Gamma"]
    empty = kim.send(f"{sheet}/skal", reason=" ")
    assert empty.status_code == 422
    assert "Skälet saknas." in plain(empty.text)
    long = kim.send(f"{sheet}/skal", reason="x" * 301)
    assert long.status_code == 422
    assert kim.send(f"{sheet}/skal", reason="Andra går före").status_code == 303
    written = fields(kim.get(sheet).text)
    assert [written[f"reason-{rows[name]}"] for name in rows] == ["Eget skäl", "Andra går före", "Andra går före"]
    assert "skäl saknas" not in kim.get(sheet).text
    kim.send(f"{sheet}/angra")
    written = fields(kim.get(sheet).text)
    assert [written[f"reason-{rows[name]}"] for name in rows] == ["Eget skäl", "", ""]


def test_the_sheet_is_kept_under_a_name_that_is_typed_on_the_page(kim: Somebody, sheet: str) -> None:
    form = kim.get(sheet).text.split(f'action="{sheet}/spara"')[1].split("</form>")[0]
    assert 'name="name"' in form
    assert kim.send(f"{sheet}/spara", name="Inför presidiet").status_code == 303
    assert "Inför presidiet" in kim.get(sheet).text
    twice = kim.send(f"{sheet}/spara", name="Inför presidiet")
    assert twice.status_code == 422
    assert "Det finns redan ett scenario med det namnet." in plain(twice.text)


def test_a_scenario_that_nothing_can_be_counted_from_is_told_and_not_kept(kim: Somebody, sheet: str) -> None:
    answer = kim.send(f"{sheet}/scenario", kind="formula", percent="", floor="", ceiling="", name="Formel")
    assert answer.status_code == 422
    assert "Det går inte att räkna någon rad så." in plain(answer.text)
    assert kim.send(f"{sheet}/scenario", kind="last_year", percent="-101", floor="", ceiling="").status_code == 422
    assert "Formel</th>" not in kim.get(sheet).text
