"""Mails into cases: what they seem to be, one case and its papers in one act, once, and nothing of another board's."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.acting import acting
from tests.board import NUMBERS, BoardAtWork, clean_facts, rules
from tests.factories import NOW, TODAY
from tests.formats import mails
from tests.formats.mails import PDF
from vetting.casework.domain.advice import ConflictGround
from vetting.casework.models.cases import Case
from vetting.casework.models.documents import Document, DocumentContent
from vetting.casework.models.incoming import IncomingPart, IncomingPost, Message, parts_of_post
from vetting.casework.services import cases, completions, incoming, incoming_proposals, meetings
from vetting.casework.services.incoming import PostFiling, UploadedFile
from vetting.casework.services.screenings import facts_of_case
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Refused, UnreadableError
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading
from vetting.operations.jobs.retention import remove_old
from vetting.workspace.services.case_files import case_file

NAME = "Kulturföreningen Provkvarnen"
FILES = [("Stadgar.pdf", PDF), ("årsmöte 2026.pdf", PDF + b"2"), ("foto.png", b"\x89PNG\r\n\x1a\n" + b"x" * 9)]


def handed_in(board: BoardAtWork, *files: tuple[str, bytes], role: Role = Role.CASEWORKER, **more: Any) -> list[int]:
    given = {"kind": CaseKind.GRANT, "case": "", **more}
    wanted = [UploadedFile(name=name, content=content) for name, content in files]
    return incoming.hand_in(board.database, wanted, by=board.staff[role], at=NOW, **given)


def proposed(board: BoardAtWork, key: int) -> incoming_proposals.FilingProposal:
    with open_reading(board.database) as s:
        post = s.get_one(IncomingPost, key)
        return incoming_proposals.propose_filing(acting(s, board.staff[Role.CASEWORKER]), post, on=TODAY)


def part_ids(board: BoardAtWork, key: int) -> list[int]:
    with open_reading(board.database) as s:
        return [part.id for part in parts_of_post(s, key)]


def put_in(board: BoardAtWork, key: int, **more: Any) -> Case:
    seen = proposed(board, key)
    given = {
        "case": "",
        "name": NAME,
        "number": NUMBERS[0],
        "received_on": seen.received_on,
        "types": seen.types,
        **more,
    }
    case: Case = board.do(incoming.put_in, key, PostFiling(**given))
    return case


def documents(board: BoardAtWork, number: str) -> list[tuple[str, str]]:
    with open_reading(board.database) as s:
        rows = s.scalars(select(Document).where(Document.case_id == board.case(number).id).order_by(Document.id))
        return [(row.name, row.type) for row in rows]


@pytest.mark.both_engines
def test_a_mail_with_three_attachments_becomes_a_case_with_its_papers_in_one_act(board: BoardAtWork) -> None:
    [key] = handed_in(board, ("ansökan.eml", mails.eml(files=FILES)))
    case = put_in(board, key, round_id=board.round_id)
    assert (case.name, case.received_on, case.channel) == (NAME, date(2026, 11, 19), "mail")
    assert documents(board, case.number) == [
        ("Mejl Ansökan om bidrag.txt", ""),
        ("Stadgar.pdf", "statutes_document"),
        ("årsmöte 2026.pdf", "annual_minutes"),
        ("foto.png", ""),
    ]
    with open_reading(board.database) as s:
        facts = facts_of_case(s, board.case(case.number), rules().folder.book.catalogue)
        assert facts.values["statutes_document"] is True
        text = s.scalars(select(DocumentContent.content).order_by(DocumentContent.id)).first()
        assert b"kim@provkvarnen.example" in (text or b"")
        assert "Här kommer vår ansökan.".encode() in (text or b"")
        assert s.scalar(select(func.count()).select_from(IncomingPart)) == 0
        seen = case_file(acting(s, board.staff[Role.CASEWORKER]), case.number, on=TODAY)
        assert {entry.action for entry, _ in seen.events} == {"case_received", "document_added", "mail_received"}
        assert trail_verification.verify_trail(s).problems == []


def test_a_mail_is_put_in_once_whether_pressed_twice_or_handed_in_twice(board: BoardAtWork) -> None:
    data = mails.eml(files=FILES)
    [first] = handed_in(board, ("a.eml", data), ("b.eml", data))
    case = put_in(board, first)
    with pytest.raises(Refused) as again:
        board.do(incoming.put_in, first, PostFiling(case="", name=NAME, received_on=TODAY, types={}))
    assert again.value.obstacle is Obstacle.STALE
    [second] = handed_in(board, ("b.eml", data))
    assert proposed(board, second).already == case.number
    with pytest.raises(Refused, match=case.number):
        put_in(board, second)
    with open_reading(board.database) as s:
        assert s.scalar(select(func.count()).select_from(Case)) == 1
        assert s.scalar(select(func.count()).select_from(Message)) == 1


def test_the_association_is_told_by_number_known_sender_or_name(board: BoardAtWork) -> None:
    board.receive()
    board.receive(clean_facts(NUMBERS[1], "Scoutkåren Prov"))
    by_number, by_name, nobody = handed_in(
        board,
        ("a.eml", mails.eml("Hej", f"Vårt nummer är {NUMBERS[1][:6]}-{NUMBERS[1][6:]}.")),
        ("b.eml", mails.eml("Hej", f"Ansökan bifogas.\nMed vänlig hälsning\nKim Ek, {NAME}\n", sender="x@y.example")),
        ("c.eml", mails.eml("Hej", "Bifogar.", sender="någon@z.example")),
    )
    assert (proposed(board, by_number).name, proposed(board, by_name).name) == ("Scoutkåren Prov", NAME)
    assert proposed(board, nobody).name == ""
    put_in(board, by_name)
    [known_sender] = handed_in(board, ("d.eml", mails.eml("En sak till", "Se bilaga.", sender="Kim <X@Y.example>")))
    seen = proposed(board, known_sender)
    assert seen.name == NAME
    assert "Avsändaren har tidigare skrivit i ärende BID-2026-0003." in str(seen.why)


def test_the_open_case_it_belongs_to_is_proposed_by_number_or_because_it_waits_for_completion(
    board: BoardAtWork,
) -> None:
    number = board.receive(clean_facts(statutes_document=None)).number
    board.do(cases.register_case, number, "EXN 2026/9")
    for text in (f"Gäller ärende {number}.", "Gäller dnr EXN 2026/9"):
        [key] = handed_in(board, ("a.eml", mails.eml("Komplettering", text, files=[("Stadgar.pdf", PDF)])))
        assert proposed(board, key).case == number
    board.do(completions.request_completion, number, ("statutes_document",), completions.NewCompletionRequest())
    [key] = handed_in(board, ("a.eml", mails.eml("Hej", f"{NAME}\n", files=[("Stadgar.pdf", PDF)])))
    assert proposed(board, key).case == number
    put_in(board, key, case=number)
    assert ("Stadgar.pdf", "statutes_document") in documents(board, number)
    board.do(cases.withdraw_case, number)
    [late] = handed_in(board, ("b.eml", mails.eml("Komplettering", f"Gäller ärende {number}.")))
    assert proposed(board, late).case == ""


def test_loose_files_lie_together_and_what_is_not_taken_in_is_told(board: BoardAtWork) -> None:
    [key] = handed_in(
        board, ("Stadgar.pdf", PDF), ("gammal.doc", b"\xd0\xcf\x11\xe0" + b"x" * 90), ("packad.zip", b"PK\x03\x04x")
    )
    with open_reading(board.database) as s:
        post = s.get_one(IncomingPost, key)
        assert [line[0] for line in post.left] == ["gammal.doc", "packad.zip"]
    case = put_in(board, key)
    assert case.channel == "files"
    assert documents(board, case.number) == [("Stadgar.pdf", "statutes_document")]


def test_where_something_cannot_be_taken_out_of_a_mail_the_mail_is_kept_as_it_came(board: BoardAtWork) -> None:
    data = mails.eml(files=[("gammal.doc", b"\xd0\xcf\x11\xe0" + b"x" * 90)])
    [key] = handed_in(board, ("a.eml", data))
    case = put_in(board, key)
    assert documents(board, case.number)[-1] == ("a.eml", "")
    with open_reading(board.database) as s:
        assert s.scalars(select(DocumentContent.content).order_by(DocumentContent.id.desc())).first() == data


def test_what_a_person_leaves_out_or_calls_something_else_is_as_they_say(board: BoardAtWork) -> None:
    [key] = handed_in(board, ("a.eml", mails.eml(files=FILES)))
    first, second, _ = part_ids(board, key)
    case = put_in(board, key, types={first: "annual_minutes", second: ""})
    assert documents(board, case.number)[1:] == [("Stadgar.pdf", "annual_minutes"), ("årsmöte 2026.pdf", "")]


@pytest.mark.parametrize("wrong", [{"name": "", "number": ""}, {"received_on": TODAY + timedelta(days=1)}])
def test_a_choice_that_cannot_be_leaves_everything_as_it_was(board: BoardAtWork, wrong: dict[str, Any]) -> None:
    [key] = handed_in(board, ("a.eml", mails.eml(files=FILES)))
    with pytest.raises(Refused):
        put_in(board, key, **wrong)
    with open_reading(board.database) as s:
        assert s.scalar(select(func.count()).select_from(Case)) == 0
        assert s.scalar(select(func.count()).select_from(IncomingPart)) == 3
    assert put_in(board, key).number == "BID-2026-0001"


def test_too_many_files_none_and_a_broken_mail_are_refused_and_nothing_lies_ready(board: BoardAtWork) -> None:
    for files in ([], [("a.pdf", PDF)] * 21):
        with pytest.raises(Refused):
            handed_in(board, *files)
    with pytest.raises(UnreadableError):
        handed_in(board, ("a.eml", mails.eml()), ("b.eml", b"nothing"))
    with open_reading(board.database) as s:
        assert s.scalar(select(func.count()).select_from(IncomingPost)) == 0


def test_another_board_and_those_in_conflict_see_nothing_of_it(board: BoardAtWork) -> None:
    number = board.receive().number
    [key] = handed_in(board, ("a.eml", mails.eml("Hej", f"Gäller {number}")), case=number)
    other = BoardAtWork(board.database, code="soder").build()
    with open_reading(board.database) as s:
        with pytest.raises(Refused):
            incoming.incoming_of_person(acting(s, other.staff[Role.CASEWORKER]), key)
        with pytest.raises(Refused):
            incoming.incoming_of_person(acting(s, board.staff[Role.PREMISES]), key)
        assert incoming.waiting_posts(acting(s, other.staff[Role.CASEWORKER])) == []
    with pytest.raises(Refused):
        handed_in(other, ("a.eml", mails.eml()), case="BID-2026-0099")
    with pytest.raises(Refused):
        handed_in(board, ("a.eml", mails.eml()), role=Role.PREMISES)
    board.do(meetings.recuse_person, number, ConflictGround.OTHER)
    with open_reading(board.database) as s, pytest.raises(Refused):
        incoming.incoming_of_person(acting(s, board.staff[Role.CASEWORKER]), key)


def test_what_is_thrown_away_is_gone_and_what_lay_its_time_too(board: BoardAtWork) -> None:
    first, second = handed_in(board, ("a.eml", mails.eml("Ett")), ("b.eml", mails.eml("Två")))
    by = board.staff[Role.CASEWORKER]
    incoming.throw_away(board.database, first, by=by)
    with open_reading(board.database) as s:
        assert [post.id for post in incoming.waiting_posts(acting(s, by))] == [second]
    with pytest.raises(Refused):
        board.do(incoming.put_in, first, PostFiling(case="", name=NAME, received_on=TODAY, types={}))
    remove_old(board.database, at=NOW + timedelta(days=91))
    with open_reading(board.database) as s:
        assert s.scalar(select(func.count()).select_from(IncomingPost)) == 0


@pytest.mark.both_engines
def test_what_waits_already_is_not_laid_there_again(board: BoardAtWork) -> None:
    mail, other = ("ansökan.eml", mails.eml(files=FILES)), ("annat.eml", mails.eml(files=FILES[:1]))
    [key] = handed_in(board, mail)
    assert handed_in(board, mail, other) == handed_in(board, ("samma.eml", mail[1]), other) == [key, key + 1]
    [files] = handed_in(board, *FILES)
    assert handed_in(board, *FILES) == [files]
    assert handed_in(board, *FILES[:1]) != [files]
    [told] = handed_in(board, FILES[0], ("virus.exe", b"MZ"))
    with open_reading(board.database) as s:
        assert [name for name, *_ in s.get_one(IncomingPost, told).left] == ["virus.exe"]
    number = board.receive().number
    assert handed_in(board, mail, case=number) != [key]
    with open_reading(board.database) as s:
        assert s.scalar(select(func.count(IncomingPost.id))) == 6
    incoming.throw_away(board.database, key, by=board.staff[Role.CASEWORKER])
    assert handed_in(board, mail) != [key]
