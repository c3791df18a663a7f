"""The yearly update: what is old or unknown is listed, the draft goes to all of them, and an answer is noted."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest

from tests.board import NUMBERS, clean_facts
from tests.factories import NOW
from tests.page_fixtures import board, kim, on_that_day, one_line
from vetting.cases.services import contacts
from vetting.cases.services.stated_contacts import NewContact
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.office.services.yearly_updates import update_lines

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.page_fixtures import Somebody
    from vetting.office.services.yearly_updates import UpdateLine

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
PAGE = "/foreningar/arlig-uppdatering"


def lines(board: BoardAtWork) -> list[UpdateLine]:
    with open_reading(board.database) as s:
        return update_lines(s, by=board.staff[Role.CASEWORKER], on=NOW.date())


def old(line: UpdateLine) -> list[str]:
    return [item.words.sv for item in line.known if item.old]


def test_what_is_older_than_a_year_or_not_known_is_listed(board: BoardAtWork) -> None:
    number = board.receive().number
    [line] = lines(board)
    assert old(line) == ["kontakt", "firmatecknare", "årsmötesprotokoll", "årsredovisning"]
    board.do(contacts.set_contact, number, NewContact(email="a@b.example", postal=""), at=NOW - timedelta(days=366))
    assert old(lines(board)[0])[0] == "kontakt"
    board.do(contacts.set_contact, number, NewContact(email="a@b.example", postal=""), at=NOW - timedelta(days=300))
    assert "kontakt" not in old(lines(board)[0])


def test_all_with_something_old_are_asked_in_one_act_and_answer(board: BoardAtWork, kim: Somebody) -> None:
    number = board.receive().number
    board.receive(clean_facts(NUMBERS[1], "Utan adress"))
    board.do(contacts.set_contact, number, NewContact(email="a@b.example", postal=""), at=NOW - timedelta(days=400))
    assert "2 föreningar har något" in one_line(kim.get(PAGE).text).replace("\u00a0", " ")
    got = kim.send(f"{PAGE}/mejl", subject="Stämmer det?", text="Hej!")
    assert message_from_bytes(got.data, policy=policy.default)["Bcc"] == "a@b.example"
    asked = {line.email: line.asked_on for line in lines(board)}
    assert asked == {"a@b.example": NOW.date(), "": None}
    assert kim.send(PAGE).status_code == 422
    key = next(line.association_id for line in lines(board) if line.email)
    assert kim.send(PAGE, association=str(key)).status_code == 303
    line = next(line for line in lines(board) if line.email)
    assert line.held_on == NOW.date()
    assert old(line) == ["firmatecknare", "årsmötesprotokoll", "årsredovisning"]
    assert kim.send(PAGE, association="99999").status_code == 422
