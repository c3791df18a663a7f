"""What comes back is put in its case, and its address stays marked until somebody has seen to it."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from tests.acting import acting
from tests.board import NUMBERS, BoardAtWork, board, clean_facts, refused
from tests.factories import NOW, TODAY
from tests.formats.papers import pdf
from vetting.casework.models.documents import of_case as documents_of
from vetting.casework.models.incoming import IncomingPost
from vetting.casework.models.letters import Letter, of_case
from vetting.casework.services import contacts, incoming, letters, returned_letters, unsent_letters
from vetting.casework.services.incoming import UploadedFile
from vetting.casework.services.stated_contacts import NewContact
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.money.services import closing
from vetting.workspace.services.todays import TodayPlace, today_of

__all__ = ["board"]
pytestmark = pytest.mark.both_engines
ADDRESS = "kassoren@forening.example"


def bounce(
    board: BoardAtWork,
    number: str,
    address: str = ADDRESS,
    sender: str = "MAILER-DAEMON@mx.example",
    said: str = "",
    attached: bytes = b"",
) -> int:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = sender, "Undelivered Mail Returned to Sender"
    mail["Date"] = "Mon, 05 Oct 2026 09:00:00 +0200"
    mail.set_content(said or f"<{address}>: 550 5.1.1 rejected\n\nSubject: Beslut, {number}\n")
    if attached:
        mail.add_attachment(attached, maintype="application", subtype="pdf", filename="original.pdf")
    [key] = incoming.hand_in(
        board.database,
        [UploadedFile(name="retur.eml", content=mail.as_bytes())],
        kind=CaseKind.GRANT,
        case="",
        by=board.staff[Role.CASEWORKER],
        at=NOW,
    )
    return key


def sent_letter(board: BoardAtWork, place: int = 0) -> tuple[str, Letter]:
    """A decision that was sent by mail."""
    case = board.approve(clean_facts(NUMBERS[place], f"Förening {place}"))
    board.do(contacts.set_contact, case.number, NewContact(email=ADDRESS, postal=""))
    with open_reading(board.database) as s:
        possible, _update = letters.writable_letters(s, board.case(case.number), on=TODAY)
    row = board.do(letters.write_letter, case.number, possible.kind, possible.key)
    board.do(letters.mark_sent, row.id, "mail")
    return case.number, row


def failing(board: BoardAtWork) -> list[tuple[str, str]]:
    with open_reading(board.database) as s:
        found = returned_letters.failing_addresses(acting(s, board.staff[Role.CASEWORKER]))
    return [(one.case.number, one.contact.email) for one in found]


def seen(board: BoardAtWork, key: int) -> Any:
    with open_reading(board.database) as s:
        post = s.get_one(IncomingPost, key)
        return returned_letters.returned_post(acting(s, board.staff[Role.CASEWORKER]), post)


def test_a_mail_come_back_is_put_in_its_case_and_marks_letter_and_address(board: BoardAtWork) -> None:
    number, row = sent_letter(board)
    key = bounce(board, number)
    found = seen(board, key)
    assert (found.case, found.address) == (number, ADDRESS)
    board.do(returned_letters.note_returned_mail, key, number)
    with open_reading(board.database) as s:
        case = board.case(number)
        assert [letter.returned_at for letter in of_case(s, case.id)] == [NOW]
        assert len(documents_of(s, case.id)) == 1
        mine = today_of(acting(s, board.staff[Role.CASEWORKER]), on=TODAY)
    assert failing(board) == [(number, ADDRESS)]
    assert TodayPlace.LETTERS in {line.place for line in mine.now.shown}
    assert refused(board, returned_letters.note_returned_mail, key, number)[0] is Obstacle.MISSING
    assert refused(board, returned_letters.note_returned_letter, row.id, "")[0] is Obstacle.STALE
    board.do(contacts.set_contact, number, NewContact(email="ny@forening.example", postal=""))
    assert failing(board) == []


def test_somebody_says_that_the_address_is_right_and_another_address_is_not_marked(board: BoardAtWork) -> None:
    number, row = sent_letter(board)
    assert refused(board, returned_letters.address_works, number)[0] is Obstacle.STALE
    board.do(returned_letters.note_returned_mail, bounce(board, number, "annan@forening.example"), number)
    assert failing(board) == []
    board.do(returned_letters.note_returned_letter, row.id, "Okänd på adressen")
    assert failing(board) == [(number, ADDRESS)]
    board.do(returned_letters.address_works, number)
    assert failing(board) == []


def test_what_says_no_case_is_asked_for_one_and_another_mail_is_not_taken_for_one(board: BoardAtWork) -> None:
    number, _row = sent_letter(board)
    key = bounce(board, "utan nummer")
    assert seen(board, key).case == ""
    for given in ("", "  "):
        told = refused(board, returned_letters.note_returned_mail, key, given)
        assert told == (Obstacle.INVALID, ["case"])
    missing = refused(board, returned_letters.note_returned_mail, key, "BID-2026-9999")
    assert missing == (Obstacle.INVALID, ["case"])
    board.do(returned_letters.note_returned_mail, key, number.lower())
    assert failing(board) == [(number, ADDRESS)]


def test_the_address_beside_the_reason_is_taken_and_what_was_attached_is_kept(board: BoardAtWork) -> None:
    number, _row = sent_letter(board)
    said = f"help@mx.example can tell you more.\n<{ADDRESS}>:\n550 5.1.1 <{ADDRESS}> unknown\n\nBeslut {number}\n"
    key = bounce(board, number, said=said, attached=pdf("brevet"))
    assert seen(board, key).address == ADDRESS
    noted = board.do(returned_letters.note_returned_mail, key, number)
    assert noted.letter is not None
    assert noted.contact is not None
    with open_reading(board.database) as s:
        assert "original.pdf" in {document.name for document in documents_of(s, board.case(number).id)}


def test_what_says_nothing_of_an_address_marks_none_that_it_was_not_sent_to(board: BoardAtWork) -> None:
    number = board.receive().number
    board.do(contacts.set_contact, number, NewContact(email=ADDRESS, postal=""))
    key = bounce(board, number, said=f"Your mail about {number} was not delivered.\n")
    noted = board.do(returned_letters.note_returned_mail, key, number)
    assert (noted.letter, noted.contact, failing(board)) == (None, None, [])
    mailed, _row = sent_letter(board, 1)
    key = bounce(board, mailed, said=f"Your mail about {mailed} was not delivered.\n")
    assert board.do(returned_letters.note_returned_mail, key, mailed).letter is not None
    assert failing(board) == [(mailed, ADDRESS)]


def test_a_letter_that_comes_back_after_the_address_was_changed_marks_the_letter_only(board: BoardAtWork) -> None:
    number, row = sent_letter(board)
    board.do(contacts.set_contact, number, NewContact(email="ny@forening.example", postal=""))
    board.do(returned_letters.note_returned_letter, row.id, "Okänd")
    assert failing(board) == []


def test_a_decision_that_came_back_is_sent_anew(board: BoardAtWork) -> None:
    number, row = sent_letter(board)
    staff = board.staff[Role.CASEWORKER]

    def standing() -> tuple[bool, list[int], list[str]]:
        with open_reading(board.database) as s:
            sent = closing.closing_situation(s, board.case(number), on=TODAY).sent
            back = [one.letter.id for one in unsent_letters.returned_letters(acting(s, staff))]
            mine = today_of(acting(s, staff), on=TODAY)
        return sent, back, [line.why.sv for line in mine.now.shown if line.key == number]

    assert standing() == (True, [], [])
    board.do(returned_letters.note_returned_letter, row.id, "", at=NOW + timedelta(minutes=1))
    assert standing() == (False, [row.id], ["brevet med beslutet kom tillbaka"])
    again = board.do(letters.write_letter, number, row.kind, row.decision_id)
    assert standing()[1] == []
    board.do(letters.mark_sent, again.id, "post", at=NOW + timedelta(minutes=2))
    assert standing() == (True, [], [])
