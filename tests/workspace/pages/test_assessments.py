"""Answers to criteria from a case's page: with their evidence, kept while they are written, taken back."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from sqlalchemy import select

from tests.board import BoardAtWork, clean_facts
from tests.page_fixtures import board, kim, on_that_day
from vetting.casework.models.assessments import AssessmentDraft, AssessmentRow, AssessmentWithdrawal
from vetting.casework.models.documents import Document
from vetting.engine.evidence import CriterionAnswer
from vetting.kernel.store.session import open_reading

if TYPE_CHECKING:
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
VALUE = "demokratisk-rattsstat"
LONG = "En motivering som någon har suttit länge med."
NOT_MET = {
    "criterion": VALUE,
    "answer": "not_met",
    "reasons": "Rösträtten begränsades inom verksamheten.",
    "deed": "act",
    "act": "På årsmötet nekades två medlemmar att rösta.",
    "role": "mötesordföranden",
    "inside_activity": "yes",
    "happened": "15 mars 2026",
    "source": "årsmötesprotokollet",
    "source_address": "https://forening.example/protokoll",
    "seen_on": "2026-11-01",
    "place": "§ 4",
    "verified": "yes",
    "may_be_shown": "yes",
    "speaks_for": "Styrelsen har bett om ursäkt.",
    "special_reasons": "Inga särskilda skäl finns.",
    "proportionality": "Villkor räcker inte, eftersom det har hänt två år i rad.",
    "acts_not_opinions": "1",
}


@pytest.fixture
def number(board: BoardAtWork) -> str:
    """A case in which the number of members is missing."""
    return board.receive(clean_facts(members_total=None)).number


def answers(board: BoardAtWork) -> list[tuple[str, str]]:
    with open_reading(board.database) as s:
        return [(row.criterion, row.answer) for row in s.scalars(select(AssessmentRow).order_by(AssessmentRow.id))]


def picture(side: int) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((side, side), 90).save(out, "PNG")
    return out.getvalue()


def test_a_picture_of_the_source_may_be_as_large_as_a_document(board: BoardAtWork, kim: Somebody, number: str) -> None:
    large = picture(900)
    assert len(large) > 400_000
    answer = kim.send(f"/arenden/{number}/bedom", **NOT_MET, cut=(large, "protokoll.png"))
    assert answer.status_code == 303, answer.text
    assert answers(board) == [(VALUE, "not_met")]
    with open_reading(board.database) as s:
        assert [row.name for row in s.scalars(select(Document))] == ["protokoll.png"]
    assert "Bedömningen är sparad." in kim.get(f"/arenden/{number}").text
    assert "Bedömningen är sparad." not in kim.get(f"/arenden/{number}").text  # a receipt is given once


def test_a_refused_answer_stands_in_its_point_with_what_is_wrong_at_its_field(kim: Somebody, number: str) -> None:
    typed = {**NOT_MET, "seen_on": "i våras", "acts_not_opinions": ""}
    page = kim.send(f"/arenden/{number}/bedom", **typed)
    assert page.status_code == 422
    assert f'href="#{VALUE}-seen_on">”i våras” är inget datum.' in page.text
    assert 'value="i våras"' in page.text
    assert NOT_MET["act"] in page.text


def test_a_draft_of_an_answer_is_kept_until_it_is_thrown_away_and_counts_as_none(
    board: BoardAtWork, kim: Somebody, number: str
) -> None:
    typed = {"criterion": VALUE, "answer": "not_met", "reasons": LONG}
    assert kim.send(f"/arenden/{number}/utkast", **typed).status_code == 303
    assert LONG in kim.opened(f"/arenden/{number}")
    assert answers(board) == []
    assert kim.send(f"/arenden/{number}/utkast/kasta", criterion=VALUE).status_code == 303
    assert LONG not in kim.opened(f"/arenden/{number}")


def test_an_answer_that_is_refused_lies_as_a_draft_when_the_page_is_opened_again(
    board: BoardAtWork, kim: Somebody, number: str
) -> None:
    typed = {"criterion": VALUE, "answer": "not_met", "reasons": LONG}
    assert kim.send(f"/arenden/{number}/bedom", **typed).status_code == 422
    with open_reading(board.database) as s:
        [draft] = s.scalars(select(AssessmentDraft)).all()
    assert draft.criterion == VALUE
    assert LONG in kim.opened(f"/arenden/{number}")
    assert answers(board) == []


def test_an_answer_is_withdrawn_with_a_reason_and_the_point_is_open_again(
    board: BoardAtWork, kim: Somebody, number: str
) -> None:
    assert kim.send(f"/arenden/{number}/bedom", criterion=VALUE, answer="met", reasons="Läst.").status_code == 303
    assert answers(board) == [(VALUE, CriterionAnswer.MET.value)]
    assert kim.send(f"/arenden/{number}/aterta", criterion=VALUE, reason="").status_code == 422
    assert kim.send(f"/arenden/{number}/aterta", criterion=VALUE, reason="Fel paragraf.").status_code == 303
    with open_reading(board.database) as s:
        assert [row.reason for row in s.scalars(select(AssessmentWithdrawal))] == ["Fel paragraf."]
