"""The board's forms: given out as files, under the letterhead of the board."""

from __future__ import annotations

import io

import docx
import pytest

from tests.page_fixtures import Somebody, board, kim
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.people.models.people import Board

__all__ = ["board", "kim"]


def form_of(somebody: Somebody, kind: str = "application", file: str = "sv.docx") -> bytes:
    answer = somebody.get(f"/blanketter/{kind}/{file}")
    assert answer.status_code == 200
    found: bytes = answer.data
    return found


def test_premises_staff_give_out_the_booking_form_only(kim: Somebody) -> None:
    premises = Somebody(kim.board, kim.client.application, Role.PREMISES)
    page = premises.get("/blanketter").text
    assert "Bokningsförfrågan" in page
    assert "Ansökan om bidrag" not in page
    assert premises.get("/blanketter/application/sv.docx").status_code == 404
    assert premises.send("/blanketter/brevhuvud", letterhead="Vårt").status_code == 403


@pytest.mark.parametrize("file", ["sv.doc", "de.docx", "sv", ".docx", "sv.docx.pdf"])
def test_a_form_that_there_is_not(kim: Somebody, file: str) -> None:
    assert kim.get(f"/blanketter/application/{file}").status_code == 404
    assert kim.get("/blanketter/annat/sv.docx").status_code == 404


def test_the_letterhead_stands_on_the_forms_and_is_kept_short(kim: Somebody) -> None:
    assert kim.send("/blanketter/brevhuvud", letterhead=" Björkviks nämnd \n\nTorggatan 1\n").status_code == 303
    with open_reading(kim.board.database) as s:
        assert s.get_one(Board, kim.board.board_id).letterhead == "Björkviks nämnd\nTorggatan 1"
    lines = [paragraph.text for paragraph in docx.Document(io.BytesIO(form_of(kim))).paragraphs]
    assert lines[:2] == ["Björkviks nämnd", "Torggatan 1"]
    refused = kim.send("/blanketter/brevhuvud", letterhead="rad\n" * 9)
    assert refused.status_code == 422
    assert "Brevhuvudet är för långt." in refused.text
