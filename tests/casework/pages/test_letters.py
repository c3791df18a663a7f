"""The pages of letters: seen before they are written, kept as they were, fetched as files, noted as sent once."""

from __future__ import annotations

import email
import email.policy
import io
import re
from typing import TYPE_CHECKING

import docx
import pypdfium2
import pytest
from sqlalchemy import select

from tests.page_fixtures import board, kim, on_that_day
from vetting.casework.models.decisions import of_case
from vetting.casework.models.letters import Letter
from vetting.casework.services import contacts
from vetting.casework.services.stated_contacts import NewContact
from vetting.kernel.store.session import open_reading

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")


def letters(board: BoardAtWork) -> list[Letter]:
    with open_reading(board.database) as s:
        return list(s.scalars(select(Letter)))


@pytest.fixture
def approval(board: BoardAtWork, kim: Somebody) -> str:
    """The address of a letter of approval that has been written."""
    number = board.approve().number
    board.do(contacts.set_contact, number, NewContact(email="styrelsen@provkvarnen.example", postal="", language="sv"))
    page = kim.get(f"/arenden/{number}/brev").text
    [key] = set(re.findall(r"\?typ=approval(?:&amp;|&)om=(\d+)", page))
    answer = kim.send(f"/arenden/{number}/brev", typ="approval", om=key)
    assert answer.status_code == 303
    return str(answer.location)


def test_a_letter_is_seen_in_either_language_and_nothing_is_written(board: BoardAtWork, kim: Somebody) -> None:
    number = board.approve().number
    with open_reading(board.database) as s:
        key = of_case(s, board.case(number).id)[0].id
    swedish = kim.get(f"/arenden/{number}/brev?typ=approval&om={key}").text
    english = kim.get(f"/arenden/{number}/brev?typ=approval&om={key}&sprak=en").text
    assert "Er ansökan har beviljats." in swedish
    assert "Your application has been" in english
    assert letters(board) == []


def test_a_written_letter_is_the_same_on_its_page_in_its_files_and_in_the_draft(
    board: BoardAtWork, kim: Somebody, approval: str
) -> None:
    sentence = "Er ansökan har beviljats."
    assert sentence in kim.get(approval).text
    paper = pypdfium2.PdfDocument(kim.get(f"{approval}/pdf").data)
    assert sentence in "".join(paper[place].get_textpage().get_text_range() for place in range(len(paper)))
    document = docx.Document(io.BytesIO(kim.get(f"{approval}/docx").data))
    assert any(sentence in line.text for line in document.paragraphs)
    draft = email.message_from_bytes(kim.get(f"{approval}/eml").data, policy=email.policy.default)
    [pdf] = [part for part in draft.iter_attachments() if part.get_content_type() == "application/pdf"]
    assert pdf.get_content().startswith(b"%PDF")
    assert len(letters(board)) == 1


def test_a_letter_that_went_by_post_is_noted_once(board: BoardAtWork, kim: Somebody, approval: str) -> None:
    assert kim.send(approval, way="post").status_code == 303
    [row] = letters(board)
    assert row.sent_at is not None
    again = kim.send(approval, way="post")
    assert again.status_code in {409, 422}
    assert letters(board)[0].sent_at == row.sent_at


def test_a_way_that_is_none_is_refused_and_the_letter_waits(board: BoardAtWork, kim: Somebody, approval: str) -> None:
    answer = kim.send(approval, way="duva")
    assert answer.status_code == 422
    assert letters(board)[0].sent_at is None


def test_a_case_that_is_not_decided_has_no_letter_of_approval(board: BoardAtWork, kim: Somebody) -> None:
    number = board.receive().number
    assert kim.send(f"/arenden/{number}/brev?om=1", typ="approval").status_code == 404
    assert letters(board) == []
