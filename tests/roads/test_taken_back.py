"""An import that is taken back leaves every page as it was: whatever it came beside, nobody is told of it any more."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.board import NUMBERS, booking_facts, clean_facts, judged_again
from tests.casework.services.test_intake import in_a_list
from tests.casework.services.test_visibility import Reader
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.store.import_batches import ImportBatch
from vetting.kernel.store.session import open_reading
from vetting.lists.services import import_batches

if TYPE_CHECKING:
    from tests.board import BoardAtWork

pytestmark = pytest.mark.long

OF_IMPORTS = re.compile(r"^/import|.*/zip$|^/losenord(/tva-steg)?$")
HAPPENED = re.compile(
    r"(Kontrollerade mot reglerna \d+ \w+ \d+ [\d.]+ ?)+|<dcterms:\w+ [^>]*>[^<]*|\b[0-2]\d[.:][0-5]\d\b"
)
"""That a case was judged again while the import stood is told of it, when a file was made, and what the clock was."""
NEIGHBOURS = (("Kvarnens Vänner", NUMBERS[0]), ("Kören Provspelet", NUMBERS[2]), ("Ny i byn", NUMBERS[3]))
"""In the list: another name at a known number, a known name at another number, and somebody new."""


def words_by_page(board: BoardAtWork, found: dict[str, Any]) -> dict[str, str]:
    judged_again(board)
    pages = Reader(board, "caseworker").pages(found)
    return {
        address: HAPPENED.sub("", " ".join(words.split())) for address, words in pages if not OF_IMPORTS.match(address)
    }


def test_an_import_that_is_taken_back_leaves_every_page_as_it_was(board: BoardAtWork) -> None:
    facts = clean_facts(NUMBERS[0], giro_number="5805-6201").without(("board_area",))
    first = board.receive(facts)
    booking = board.receive(booking_facts(NUMBERS[0]), CaseKind.BOOKING)
    decided = board.approve(clean_facts(NUMBERS[1], "Kören Provspelet"))
    association = first.association_id
    found = {"number": first.number, "booking": booking.number, "other": decided.number, "association_id": association}
    before = words_by_page(board, found)
    assert len(before) > 60
    rows = [
        in_a_list(facts.with_values({"name_in_application": name, "organisation_number": number})).split(b"\n")
        for name, number in NEIGHBOURS
    ]
    key = board.staged(b"\n".join([rows[0][0], *(row[1] for row in rows)]), into_round=True)
    board.do(import_batches.confirm_import, key, good_only=False)
    judged_again(board)
    who = Reader(board, "caseworker")
    assert "Ny i byn" in who.get("/arenden").text
    assert "Kvarnens Vänner" in who.get(f"/foreningar/{association}").text
    with open_reading(board.database) as session:
        batch = session.scalars(select(ImportBatch.id)).one()
    board.do(import_batches.undo_import, batch)
    after = words_by_page(board, found)
    assert {
        address: (words, after.get(address)) for address, words in before.items() if after.get(address) != words
    } == {}
    assert after.keys() == before.keys()
