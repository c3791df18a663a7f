"""An association is heard: what is put to it, what it answered, more time, and a form that was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.board import BoardAtWork, clean_facts
from tests.casework.services.test_communications import doubted, send, values
from tests.page_fixtures import board, kim, on_that_day
from vetting.casework.models.cases import Communication
from vetting.kernel.store.session import open_reading

if TYPE_CHECKING:
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")


@pytest.fixture
def number(board: BoardAtWork) -> str:
    """A case of an association that has too few members."""
    return board.receive(clean_facts(members_total=3)).number


def communications(board: BoardAtWork) -> list[Communication]:
    with open_reading(board.database) as s:
        return list(s.scalars(select(Communication).order_by(Communication.id)))


def test_what_speaks_against_stands_in_the_form_in_words_of_the_visitors_language(kim: Somebody, number: str) -> None:
    page = kim.get(f"/arenden/{number}").text
    assert ">Föreningen har minst det antal medlemmar som krävs: Antal medlemmar: 3. Krav: minst 5.</textarea>" in page


def test_it_is_sent_answered_and_weighed_each_with_its_receipt(board: BoardAtWork, kim: Somebody, number: str) -> None:
    sent = kim.send(f"/arenden/{number}/yttrande", what="Ni har tre medlemmar.", reply_by="", sent_to="styrelsen")
    assert sent.status_code == 303, sent.text
    letter = kim.get(sent.headers["Location"]).text
    assert "Brevet är skrivet. Det är inte skickat än: skicka det härifrån." in letter
    assert "Ni har tre medlemmar." in letter
    page = kim.get(f"/arenden/{number}").text
    assert "brevet är inte skickat" in page
    assert f'class="ds-button blk" data-variant="primary" href="{sent.headers["Location"]}">Skicka brevet' in page
    assert kim.send(sent.headers["Location"], way="hand").status_code == 303
    assert "Väntar på föreningen" in kim.get(f"/arenden/{number}").text
    [row] = communications(board)
    assert (row.what, row.sent_to, row.replied_on) == ("Ni har tre medlemmar.", "styrelsen", None)
    longer = {"communication": str(row.id), "until": "2027-02-01", "because": "Ordföranden är sjuk."}
    assert kim.send(f"/arenden/{number}/svarstid", **longer).status_code == 303
    typed = {"communication": str(row.id), "reply": "Vi är sju.", "handled": "Ändrar inget.", "replied_on": "snart"}
    refused = kim.send(f"/arenden/{number}/svar", **typed)
    assert refused.status_code == 422
    assert f'href="#reply-{row.id}-replied_on">”snart” är inget datum.' in refused.text
    assert "Vi är sju.</textarea>" in refused.text
    assert kim.send(f"/arenden/{number}/svar", **typed | {"replied_on": ""}).status_code == 303
    [row] = communications(board)
    assert (row.reply, row.handled) == ("Vi är sju.", "Ändrar inget.")
    assert row.replied_on is not None


def test_a_hearing_by_word_of_mouth_says_why_there_was_no_time(board: BoardAtWork, kim: Somebody, number: str) -> None:
    said = {"what": "Tre medlemmar.", "said": "Det stämmer.", "met": "Ändrar inget.", "because": ""}
    refused = kim.send(f"/arenden/{number}/hord", **said)
    assert refused.status_code == 422
    assert 'href="#hear-because"' in refused.text
    assert "Det stämmer.</textarea>" in refused.text
    assert kim.send(f"/arenden/{number}/hord", **said | {"because": "Mötet är i morgon."}).status_code == 303
    assert [row.why_oral for row in communications(board)] == ["Mötet är i morgon."]


def test_a_reply_on_several_points_has_a_field_for_each(board: BoardAtWork, kim: Somebody) -> None:
    one, two = values(board)
    number = doubted(board, one, two)
    key = send(board, number)
    page = kim.get(f"/arenden/{number}")
    assert page.status_code == 200
    assert page.text.count(">Bemötande: ") == 2
    typed = {"communication": str(key), "reply": "Vi bestrider det.", "handled": "Vägt.", f"met-{one}": "Tydligt."}
    refused = kim.send(f"/arenden/{number}/svar", **typed, **{f"met-{two}": "Inget nytt.", "replied_on": "snart"})
    assert refused.status_code == 422
    assert "Tydligt.</textarea>" in refused.text
    assert kim.send(f"/arenden/{number}/svar", **typed, **{f"met-{two}": "Inget nytt."}).status_code == 303
    [row] = communications(board)
    assert row.met == {one: "Tydligt.", two: "Inget nytt."}
