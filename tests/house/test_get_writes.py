"""Looking at a page writes nothing but that a paper was opened."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from tests.board import NUMBERS, BoardAtWork, board, booking_facts, clean_facts, judged_again
from tests.casework.services.test_visibility import Reader
from tests.formats.papers import pdf
from tests.page_fixtures import kim, on_that_day
from vetting.kernel.case_kinds import CaseKind

if TYPE_CHECKING:
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
WRITES = re.compile(r"^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)
MAY_BE_WRITTEN = {"document_reads", "sealed_reads", "renewals"}
"""The tables that a GET may write to: what was opened, for the case and for whoever looks after the board.

And that the case of a paper that was opened is judged anew by the worker: the lists count what can be signed.
"""
OF_THE_SIGN_IN = {"sign_ins", "kept_texts"}
"""That a person is there, and what they had typed when their session ended, which is given back once: of no page."""


@pytest.mark.guards("3.5.1")
def test_no_page_writes_anything_but_that_it_was_opened(board: BoardAtWork, kim: Somebody) -> None:
    first = board.receive()
    other = board.approve(clean_facts(NUMBERS[1], "Kören Provspelet"))
    booking = board.receive(booking_facts(), CaseKind.BOOKING)
    content = pdf("Årsmötet hölls i bystugan", "Kassören avgick")
    assert kim.send(f"/arenden/{first.number}/handling", file=(content, "protokoll.pdf")).status_code == 303
    judged_again(board)
    found: dict[str, Any] = {
        "number": first.number,
        "other": other.number,
        "booking": booking.number,
        "association_id": first.association_id,
        "document_id": 1,
    }
    written: set[str] = set()

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        match = WRITES.match(statement)
        if match:
            written.add(match[1])

    reader = Reader(board, "caseworker")
    written.clear()
    event.listen(board.database.engine, "before_cursor_execute", note)
    for engine in (board.database.writing, board.database.reading):
        event.listen(engine, "before_cursor_execute", note)
    pages = list(reader.pages(found))
    for address in ("/handlingar/1/visa", "/handlingar/1"):
        assert reader.get(address).status_code == 200
    assert len(pages) > 60
    assert written - OF_THE_SIGN_IN == MAY_BE_WRITTEN
