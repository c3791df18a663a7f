"""What is not completed in time: the request says what follows, as its grant scheme has it, and the proposal begins so."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests import sent
from tests.board import NUMBERS, clean_facts
from tests.factories import NOW
from tests.page_fixtures import board, kim, on_that_day, one_line
from vetting.casework.models.letters import Letter
from vetting.casework.services import cases, completions
from vetting.casework.services.completions import NewCompletionRequest
from vetting.engine.facts import Facts
from vetting.grants.services.rounds import NewRound, add_round
from vetting.grants.services.schemes import SchemeWriting, add_scheme
from vetting.kernel.decision_outcomes import IncompleteTreatment
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
LONG_AGO = NOW - timedelta(days=30)
SAID = {
    IncompleteTreatment.AS_IT_STANDS: "kan ärendet avgöras på det underlag som finns",
    IncompleteTreatment.DISMISS: "kan ansökan avvisas. Det betyder att den inte prövas.",
    IncompleteTreatment.REFUSE: "kan ansökan avslås.",
}


def lacking(board: BoardAtWork, treatment: IncompleteTreatment) -> str:
    """An application without accounts, for a grant scheme that says what follows."""
    scheme = board.do(add_scheme, SchemeWriting(name="Lokalstöd", not_completed=treatment), role=Role.RULES_OWNER)
    new = NewRound(name="Vår", opens_on=date(2026, 1, 1), closes_on=date(2026, 12, 31), schemes={scheme.id: None})
    round_id = board.do(add_round, new).id
    number: str = board.receive(clean_facts(NUMBERS[0], accounts=None), round_id=round_id).number
    return number


def letter_of(board: BoardAtWork) -> str:
    with open_reading(board.database) as session:
        return one_line(" ".join(session.scalars(select(Letter.lines)).one()))


@pytest.mark.parametrize("treatment", IncompleteTreatment)
def test_the_request_says_what_follows(board: BoardAtWork, treatment: IncompleteTreatment) -> None:
    number = lacking(board, treatment)
    board.do(completions.request_of_many, [number], NewCompletionRequest())

    text = letter_of(board)

    assert {key for key, words in SAID.items() if words in text} == {treatment}


@pytest.mark.parametrize(
    ("treatment", "outcome"),
    [(IncompleteTreatment.DISMISS, "dismissed"), (IncompleteTreatment.REFUSE, "refused")],
)
def test_when_its_time_is_over_the_proposal_begins_with_what_was_said(
    board: BoardAtWork, kim: Somebody, treatment: IncompleteTreatment, outcome: str
) -> None:
    number = lacking(board, treatment)
    board.do(completions.request_of_many, [number], NewCompletionRequest(), at=LONG_AGO)

    form = kim.get(f"/arenden/{number}/beslut").text

    assert re.search(rf'value="{outcome}"\s+checked', form)
    assert re.search(r'value="not_complete"\s+checked', form)
    said = one_line(sent.fields(form)["reasons"])
    assert "Föreningen har inte lämnat in" in said
    assert "I begäran stod vad som följer när kompletteringen inte kommer in." in said


def test_it_begins_with_nothing_while_there_is_time_or_where_it_is_tried_as_it_stands(
    board: BoardAtWork, kim: Somebody
) -> None:
    number = lacking(board, IncompleteTreatment.DISMISS)
    board.do(completions.request_of_many, [number], NewCompletionRequest())

    assert not re.search(r'value="dismissed"\s+checked', kim.get(f"/arenden/{number}/beslut").text)


def test_where_it_is_tried_as_it_stands_nothing_is_proposed_for_that(board: BoardAtWork, kim: Somebody) -> None:
    number = lacking(board, IncompleteTreatment.AS_IT_STANDS)
    board.do(completions.request_of_many, [number], NewCompletionRequest(), at=LONG_AGO)

    assert not re.search(r'name="outcome"[^>]*\s+checked', kim.get(f"/arenden/{number}/beslut").text)


def test_what_has_come_since_is_not_held_against_them(board: BoardAtWork, kim: Somebody) -> None:
    number = lacking(board, IncompleteTreatment.REFUSE)
    board.do(completions.request_of_many, [number], NewCompletionRequest(), at=LONG_AGO)
    board.do(cases.change_facts, number, Facts({"accounts": True}), version=None)

    form = kim.get(f"/arenden/{number}/beslut").text

    assert not re.search(r'value="not_complete"\s+checked', form)
