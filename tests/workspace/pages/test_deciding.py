"""The pages of deciding: a proposal keeps what was typed, the reader decides what was read, a list decides one by one."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests import sent
from tests.board import NUMBERS, BoardAtWork, clean_facts
from tests.page_fixtures import board, kim, on_that_day, one_line, somebody
from vetting.casework.domain.cases import CaseState
from vetting.casework.models.cases import Case
from vetting.casework.models.decisions import Decision, DecisionDraft
from vetting.casework.services import decisions
from vetting.grants.services.rounds import NewRound, add_round
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading

if TYPE_CHECKING:
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
REASONS = "Föreningen uppfyller kraven och bidraget ryms i budgeten."


def ready(board: BoardAtWork, place: int = 0) -> str:
    """The number of a case that can be decided."""
    number = board.receive(clean_facts(NUMBERS[place], f"Föreningen Prov {place}")).number
    board.make_ready(number)
    board.propose(number)
    board.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    return number


def outcomes(board: BoardAtWork) -> list[str]:
    with open_reading(board.database) as s:
        return list(s.scalars(select(Case.number).join(Decision, Decision.case_id == Case.id).order_by(Case.number)))


def test_a_proposal_without_outcome_keeps_its_reasons(board: BoardAtWork) -> None:
    number = board.receive().number
    board.make_ready(number)
    kim = somebody(board, Role.CASEWORKER)
    version = sent.fields(kim.get(f"/arenden/{number}/beslut").text)["version"]
    answer = kim.send(f"/arenden/{number}/beslut", version=version, amount="40 000", reasons=REASONS)
    assert answer.status_code == 422
    assert "Inget utfall är valt." in answer.text
    assert f"{REASONS}</textarea>" in answer.text
    assert 'value="40 000"' in answer.text
    with open_reading(board.database) as s:
        assert s.scalars(select(DecisionDraft)).all() == []


def test_a_proposal_is_kept_as_it_was_typed_in_kronor(board: BoardAtWork) -> None:
    number = board.receive().number
    board.make_ready(number)
    kim = somebody(board, Role.CASEWORKER)
    version = sent.fields(kim.get(f"/arenden/{number}/beslut").text)["version"]
    typed = {"version": version, "outcome": "approved", "amount": "40 000", "reasons": REASONS}
    assert kim.send(f"/arenden/{number}/beslut", **typed).status_code == 303
    with open_reading(board.database) as s:
        draft = s.scalars(select(DecisionDraft)).one()
    assert (draft.outcome, draft.amount, draft.reasons) == ("approved", 40_000_00, REASONS)


def test_whoever_decides_decides_what_was_read(board: BoardAtWork) -> None:
    """A proposal that was written anew meanwhile is no longer what the page showed."""
    number = ready(board)
    mona = somebody(board, Role.DECISION_MAKER)
    read = sent.fields(mona.get(f"/arenden/{number}/beslut/bekrafta").text)["draft_version"]
    board.propose(number, reasons="Andra skäl.")
    stale = mona.send(f"/arenden/{number}/beslut/bekrafta", draft_version=read)
    assert stale.status_code == 409
    assert outcomes(board) == []
    read = sent.fields(mona.get(f"/arenden/{number}/beslut/bekrafta").text)["draft_version"]
    assert mona.send(f"/arenden/{number}/beslut/bekrafta", draft_version=read).status_code == 303
    assert outcomes(board) == [number]


def test_a_list_decides_those_that_can_be_and_names_the_one_that_cannot(board: BoardAtWork) -> None:
    first, second = ready(board), ready(board, 1)
    mona = somebody(board, Role.DECISION_MAKER)
    page = one_line(mona.get("/att-besluta").text)
    offered = re.findall(r'name="case" value="([^"]+)"', page)
    assert {value.partition("/")[0] for value in offered} == {first, second}
    board.propose(second, reasons="Andra skäl.")  # after the page was read
    client = mona.client
    answer = client.post("/att-besluta", data={"csrf_token": mona.token(), "case": offered})
    assert answer.status_code in {409, 422}
    assert outcomes(board) == [first]
    assert second in answer.text


def test_a_caseworker_is_not_let_decide(board: BoardAtWork) -> None:
    number = ready(board)
    answer = somebody(board, Role.CASEWORKER).send(f"/arenden/{number}/beslut/bekrafta", draft_version="1")
    assert answer.status_code == 403
    assert outcomes(board) == []


def test_the_decision_is_a_page_to_print_with_reasons_and_maker(board: BoardAtWork) -> None:
    number = board.approve().number
    with open_reading(board.database) as s:
        key = s.scalars(select(Decision.id)).one()
    text = somebody(board, Role.DECISION_MAKER).get(f"/beslut/{key}").text.replace("\u00a0", " ")
    for words in (number, "Föreningen uppfyller kraven.", "40 000 kr", board.staff[Role.DECISION_MAKER].name):
        assert words in text


def test_the_frame_of_the_round_is_told_where_it_is_proposed_and_decided(board: BoardAtWork, kim: Somebody) -> None:
    new = NewRound(
        name="Trång",
        opens_on=date(2026, 9, 1),
        closes_on=date(2026, 12, 1),
        schemes={},
        budget=50_000_00,
        dnr="EXN 2026/300",
    )
    board.round_id = board.do(add_round, new).id
    numbers = [board.receive(clean_facts(NUMBERS[place], f"Föreningen Prov {place}")).number for place in range(2)]
    for number in numbers:
        board.handle(number)
    page = one_line(kim.get("/arenden?alla=1").text)
    assert "Trång: ärendena som kan föreslås här söker tillsammans 80 000 kr. 50 000 kr är kvar av 50 000 kr." in page
    ticked = re.findall(r'name="number"\s+value="([^"]+)"', page)
    told = one_line(
        kim.client.post("/arenden/foresla", data={"csrf_token": kim.token(), "number": ticked}).get_data(as_text=True)
    )
    assert "Föreslaget: bevilja 40 000 kr i 1 ärende." in told
    assert "Trång: 40 000 kr av 50 000 kr är beviljat eller föreslaget." in told
    assert "Beloppet ryms inte i ramen för Trång: 40 000 kr av 50 000 kr är redan beviljat eller föreslaget." in told
    first, left = numbers if board.case(numbers[0]).state is CaseState.READY else reversed(numbers)
    maker = somebody(board, Role.DECISION_MAKER)
    board.do(decisions.declare_no_conflict, first, role=Role.DECISION_MAKER)
    for path in (f"/att-besluta/{first}", f"/arenden/{first}/beslut/bekrafta"):
        assert "Kvar i Trång: 50 000 kr före, 10 000 kr efter, av 50 000 kr." in one_line(maker.get(path).text)
    assert "Trång: 40 000 kr av 50 000 kr är beviljat eller föreslaget." in one_line(maker.get("/att-besluta").text)
    path = f"/arenden/{left}/beslut"
    page = kim.get(path).text
    assert "Kvar i Trång utan det här ärendet: 10 000 kr av 50 000 kr." in one_line(page)
    typed = {"version": sent.fields(page)["version"], "outcome": "approved", "amount": "40 000", "reasons": REASONS}
    refused = kim.send(path, **typed)
    assert refused.status_code == 422
    assert 'name="over_frame"' in refused.text
    assert kim.send(path, **typed, over_frame="Kvar från i fjol.").status_code == 303
    assert "Varför det går utöver ramen: Kvar från i fjol." in one_line(
        maker.get(f"/arenden/{left}/beslut/bekrafta").text
    )


def test_a_new_account_is_told_to_whoever_decides_and_an_exception_is_read_where_it_is_confirmed(
    board: BoardAtWork, kim: Somebody
) -> None:
    number = board.receive(clean_facts(members_total=3)).number
    board.make_ready(number)
    path, maker = f"/arenden/{number}/beslut", somebody(board, Role.DECISION_MAKER)
    page = kim.get(path).text
    typed = {"version": sent.fields(page)["version"], "outcome": "approved", "amount": "40 000", "reasons": REASONS}
    refused = kim.send(path, **typed)
    assert (refused.status_code, 'name="exception"' in refused.text) == (422, True)
    assert kim.send(path, **typed, exception="fler har anmält sig").status_code == 303
    board.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    for where in (f"/att-besluta/{number}", f"{path}/bekrafta"):
        shown = one_line(maker.get(where).text)
        assert "Bevilja med undantag" in shown
        assert "som krävs” eftersom fler har anmält sig." in shown
        assert "Nytt konto, väntar på kontroll" in shown
    assert "Ej uppfyllt:" in maker.get(f"{path}/bekrafta").text
    assert "göra undantag från ett krav" in maker.get("/att-besluta").text  # no delegate's, the board's


def test_who_is_asked_on_conflict_can_say_yes_there_and_leaves_the_case(board: BoardAtWork) -> None:
    number = board.receive().number
    board.make_ready(number)
    board.propose(number)
    maker = somebody(board, Role.DECISION_MAKER)
    for path in (f"/att-besluta/{number}", f"/arenden/{number}/beslut"):
        page = maker.get(path).text
        assert "Ja, jag är jävig" in page
        assert 'name="ground"' in page
    assert maker.send(f"/arenden/{number}/jav", ground="").status_code == 422
    assert maker.send(f"/arenden/{number}/jav", ground="close_person").status_code == 303
    assert maker.get(f"/att-besluta/{number}").status_code == 404
