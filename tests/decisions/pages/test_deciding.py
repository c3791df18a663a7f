"""The pages of deciding: a proposal keeps what was typed, the reader decides what was read, a list decides one by one."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from tests import sent
from tests.board import NUMBERS, BoardAtWork, clean_facts
from tests.page_fixtures import board, kim, on_that_day, one_line, somebody
from vetting.cases.models.cases import Case
from vetting.decisions.models.decisions import Decision, DecisionDraft
from vetting.decisions.services import decisions
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading

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
