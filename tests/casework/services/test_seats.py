"""The reference group whole: seats, guests, statements, written rounds, papers for each member, locked notes."""

from __future__ import annotations

import io
from datetime import timedelta
from functools import partial
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import NUMBERS, BoardAtWork, clean_facts
from tests.factories import NOW, TODAY
from tests.formats.papers import pdf
from vetting.casework.domain.advice import Advice, ConflictGround
from vetting.casework.models import meetings as store
from vetting.casework.models.cases import in_conflict
from vetting.casework.models.meetings import Conflict, Meeting, NoConflict, Review
from vetting.casework.services import contacts, documents, meetings, reading, seats
from vetting.casework.services.meetings import Opinion
from vetting.casework.services.seats import NewStatement
from vetting.casework.services.stated_contacts import NewContact
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.register_tables import RegisterName
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.kernel.store.trail import TrailNote
from vetting.people.domain.ways_of_working import BoardOption
from vetting.people.models.people import User
from vetting.registers import RegisterSelection, register_sheets
from vetting.rules.services import ways_of_working
from vetting.workspace.services import meeting_papers

SECRETARY, MEMBER, COORDINATOR = Role.GROUP_SECRETARY, Role.GROUP_MEMBER, Role.VBE_COORDINATOR
EVERYBODY = (SECRETARY, MEMBER, COORDINATOR)


@pytest.fixture
def board(group_board: BoardAtWork) -> BoardAtWork:
    return group_board


def refused(board: BoardAtWork, service: Any, *arguments: Any, **more: Any) -> Obstacle:
    with pytest.raises(Refused) as found:
        board.do(service, *arguments, **more)
    return found.value.obstacle


def called(board: BoardAtWork, *questions: str, declare: bool = True, **more: Any) -> tuple[int, list[int]]:
    """A meeting with one case for each question; an empty one is on the consent list."""
    for place, question in enumerate(questions):
        number = board.receive(clean_facts(NUMBERS[place], f"Förening {place}")).number
        board.do(meetings.refer_to_group, number, question)
    meeting = board.do(meetings.call_meeting, NOW + timedelta(days=3), "rum 3", role=SECRETARY, **more)
    if declare:
        for role in EVERYBODY:
            board.do(meetings.declare_conflicts, meeting.id, {}, role=role)
    with open_reading(board.database) as s:
        return meeting.id, list(s.scalars(select(Review.id).where(Review.meeting_id == meeting.id).order_by(Review.id)))


def seen(board: BoardAtWork, meeting_id: int, role: Role) -> dict[int, list[str]]:
    with open_reading(board.database) as s:
        reviews = s.scalars(select(Review).where(Review.meeting_id == meeting_id)).all()
        found = seats.visible_statements(acting(s, board.staff[role]), reviews)
        return {key: [row.text for row in rows] for key, rows in found.items()}


def record(board: BoardAtWork, meeting_id: int, review_id: int, **more: Any) -> None:
    opinion = Opinion(advice=Advice.RECOMMENDS, text="Bra.")
    board.do(meetings.record_advice, meeting_id, review_id, opinion, version=None, role=SECRETARY, **more)


# statements


@pytest.mark.both_engines
def test_a_statement_is_filed_once_by_a_member_and_not_after_the_item(board: BoardAtWork) -> None:
    meeting, [review] = called(board, "Räcker underlaget?")
    assert (
        refused(board, seats.file_statement, meeting, review, NewStatement(advice=None, text=" "), role=MEMBER)
        is Obstacle.INVALID
    )
    board.do(seats.file_statement, meeting, review, NewStatement(advice=Advice.RECOMMENDS, text="Ja."), role=MEMBER)
    again = NewStatement(advice=None, text="Nej.")
    assert refused(board, seats.file_statement, meeting, review, again, role=MEMBER) is Obstacle.STALE
    assert refused(board, seats.file_statement, meeting, review, again, role=Role.CASEWORKER) is Obstacle.FORBIDDEN
    record(board, meeting, review)
    assert refused(board, seats.file_statement, meeting, review, again, role=COORDINATOR) is Obstacle.STALE


def test_statements_are_hidden_until_ones_own_is_filed_where_the_board_has_it_so(board: BoardAtWork) -> None:
    meeting, [review] = called(board, "Räcker underlaget?")
    board.do(seats.file_statement, meeting, review, NewStatement(advice=None, text="Ja."), role=MEMBER)
    assert seen(board, meeting, COORDINATOR)[review] == ["Ja."]
    board.do(ways_of_working.set_habits, frozenset({BoardOption.STATEMENTS_HIDDEN}), role=Role.ADMINISTRATOR)
    assert seen(board, meeting, COORDINATOR)[review] == []
    board.do(seats.file_statement, meeting, review, NewStatement(advice=None, text="Nej."), role=COORDINATOR)
    assert seen(board, meeting, COORDINATOR)[review] == ["Ja.", "Nej."]
    assert seen(board, meeting, SECRETARY)[review] == []
    record(board, meeting, review)
    assert seen(board, meeting, SECRETARY)[review] == ["Ja.", "Nej."]


def test_the_secretary_records_what_a_member_without_an_account_says(board: BoardAtWork) -> None:
    meeting, [review] = called(board, "Räcker underlaget?")
    seat = board.do(seats.take_seat, "Ledamot Utan", "", None, deputy=False, role=SECRETARY)
    said = NewStatement(advice=None, text="Jag håller med.", seat_id=seat.id)
    assert refused(board, seats.file_statement, meeting, review, said, role=MEMBER) is Obstacle.FORBIDDEN
    board.do(seats.file_statement, meeting, review, said, role=SECRETARY)
    assert refused(board, seats.file_statement, meeting, review, said, role=SECRETARY) is Obstacle.STALE
    other = board.do(seats.take_seat, "Annan Utan", "", None, deputy=False, role=SECRETARY)
    board.do(seats.seat_in_conflict, meeting, review, other.id, ConflictGround.OTHER, role=SECRETARY)
    aside = NewStatement(advice=None, text="Jag håller med.", seat_id=other.id)
    assert refused(board, seats.file_statement, meeting, review, aside, role=SECRETARY) is Obstacle.CLOSED
    member = board.staff[MEMBER].id
    deputy = board.do(seats.take_seat, "", "", member, deputy=True, role=SECRETARY)
    own = NewStatement(advice=None, text="Jag håller med.", seat_id=deputy.id)
    assert refused(board, seats.file_statement, meeting, review, own, role=SECRETARY) is Obstacle.CLOSED
    board.do(seats.leave_seat, seat.id, role=SECRETARY)
    assert refused(board, seats.leave_seat, seat.id, role=SECRETARY) is Obstacle.MISSING


def test_whoever_has_a_role_is_a_member_and_a_deputy_is_not_counted(board: BoardAtWork) -> None:
    member = board.staff[MEMBER]
    assert refused(board, seats.take_seat, "", "", member.id, deputy=False, role=SECRETARY) is Obstacle.INVALID
    assert refused(board, seats.take_seat, " ", "", None, deputy=True, role=SECRETARY) is Obstacle.INVALID
    with open_reading(board.database) as s:
        assert member.id in meetings.members(s, board.board_id)
    board.do(seats.take_seat, "", "", member.id, deputy=True, role=SECRETARY)
    with open_reading(board.database) as s:
        assert member.id not in meetings.members(s, board.board_id)


def test_a_conflict_that_was_withdrawn_is_no_answer(board: BoardAtWork) -> None:
    meeting, _ = called(board, "Räcker underlaget?")
    member = board.staff[MEMBER]
    with open_reading(board.database) as s:
        found = s.get_one(Meeting, meeting)
        assert not meetings.must_declare(acting(s, member), found)

    def changed(session: Any) -> None:
        for row in session.scalars(select(NoConflict).where(NoConflict.user_id == member.id)):
            session.delete(row)
        case_id = session.scalars(select(Review.case_id).where(Review.meeting_id == meeting)).one()
        session.add(
            Conflict(
                board_id=board.board_id, case_id=case_id, user_id=member.id, ground="other", at=NOW, withdrawn_at=NOW
            )
        )
        session.add_entry(TrailNote(action="conflict_declared", by=None, at=NOW))

    run_in_transaction(board.database, changed)
    with open_reading(board.database) as s:
        assert meetings.must_declare(acting(s, member), s.get_one(Meeting, meeting))


# in writing


def test_a_written_round_is_summed_up_when_all_have_answered_or_its_time_is_over(board: BoardAtWork) -> None:
    closes = TODAY + timedelta(days=7)
    assert refused(board, meetings.call_meeting, NOW, "", role=SECRETARY, closes_on=TODAY) is Obstacle.INVALID
    meeting, reviews = called(board, "Fråga ett?", "Fråga två?", closes_on=closes)
    opinion = Opinion(advice=Advice.RECOMMENDS, text="Bra.")
    late: dict[str, Any] = {"version": None, "role": SECRETARY}
    assert refused(board, meetings.record_advice, meeting, reviews[0], opinion, **late) is Obstacle.CLOSED
    for role in (MEMBER, COORDINATOR):
        board.do(seats.file_statement, meeting, reviews[0], NewStatement(advice=Advice.RECOMMENDS, text=""), role=role)
    record(board, meeting, reviews[0])
    assert refused(board, meetings.record_advice, meeting, reviews[1], opinion, **late) is Obstacle.CLOSED
    record(board, meeting, reviews[1], at=NOW + timedelta(days=8))


def test_whoever_steps_aside_is_not_waited_for(board: BoardAtWork) -> None:
    meeting, [review] = called(board, "Fråga?", declare=False, closes_on=TODAY + timedelta(days=7))
    with open_reading(board.database) as s:
        case = s.get_one(Review, review).case_id
    board.do(meetings.declare_conflicts, meeting, {case: ConflictGround.OTHER}, role=MEMBER)
    for role in (SECRETARY, COORDINATOR):
        board.do(meetings.declare_conflicts, meeting, {}, role=role)
    board.do(seats.file_statement, meeting, review, NewStatement(advice=Advice.RECOMMENDS, text=""), role=COORDINATOR)
    record(board, meeting, review)


# papers


def text_of(data: bytes) -> tuple[str, list[str]]:
    document = pypdfium2.PdfDocument(io.BytesIO(data))
    pages = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    return pages, [mark.get_title() for mark in document.get_toc()]


def test_the_papers_are_bookmarked_hold_the_texts_and_leave_out_ones_conflicts(board: BoardAtWork) -> None:
    meeting, reviews = called(board, "Fråga ett?", "Fråga två?", declare=False)
    with open_reading(board.database) as s:
        first = s.get_one(Review, reviews[0])
        numbers = [review.case_id for review in s.scalars(select(Review).order_by(Review.id))]
    case = board.case("BID-2026-0002")
    paper = documents.NewDocument(
        name="stadgar.pdf",
        media_type="application/pdf",
        content=pdf("Ändamålsparagrafen"),
        type="statutes_document",
        dated=None,
        arrived_on=TODAY,
    )
    key = board.do(documents.add_document, case.number, paper).id
    reading.read_text(board.database, key, at=NOW)
    assert first.case_id == numbers[0]
    board.do(meetings.declare_conflicts, meeting, {first.case_id: ConflictGround.OTHER}, role=MEMBER)
    board.do(meetings.declare_conflicts, meeting, {}, role=SECRETARY)

    def made(role: Role) -> bytes:
        with open_reading(board.database) as s:
            found = s.get_one(Meeting, meeting)
            return meeting_papers.meeting_documents(acting(s, board.staff[role]), found, on=TODAY, language="sv")

    whole, marks = text_of(made(SECRETARY))
    assert {"Förening 0, BID-2026-0001", "Förening 1, BID-2026-0002", "stadgar.pdf"} <= set(marks)
    assert "Ändamålsparagrafen" in whole
    without, fewer = text_of(made(MEMBER))
    assert "Förening 0" not in without
    assert "Förening 1, BID-2026-0002" in fewer
    with pytest.raises(Refused):
        made(COORDINATOR)


def test_hints_of_a_conflict_are_shown_to_the_person_only_and_decide_nothing(board: BoardAtWork) -> None:
    number = board.receive().number
    board.do(contacts.set_contact, number, NewContact(email="styrelsen@provkvarnen.example", postal=""))

    def give_mail(session: Any) -> None:
        user = session.get_one(User, board.staff[MEMBER].id)
        user.email = "charlie@provkvarnen.example"
        session.add_entry(TrailNote(action="user_added", by=None, at=NOW, subject=user, board_id=board.board_id))

    run_in_transaction(board.database, give_mail)
    board.do(meetings.refer_to_group, number, "")
    meeting = board.do(meetings.call_meeting, NOW + timedelta(days=3), "", role=SECRETARY)

    def hinted(role: Role) -> list[str]:
        with open_reading(board.database) as s:
            return [
                words.sv
                for words in seats.conflict_hints(acting(s, board.staff[role]), s.get_one(Meeting, meeting.id)).values()
            ]

    assert len(hinted(MEMBER)) == 1
    assert hinted(SECRETARY) == []
    board.do(meetings.declare_conflicts, meeting.id, {}, role=MEMBER)
    with open_reading(board.database) as s:
        assert not in_conflict(s, board.staff[MEMBER].id, board.case(number).id)


def test_an_earlier_conflict_with_the_association_is_a_hint(board: BoardAtWork) -> None:
    meeting, [review] = called(board, "Fråga?", declare=False)
    with open_reading(board.database) as s:
        case = s.get_one(Review, review).case_id
    board.do(meetings.declare_conflicts, meeting, {case: ConflictGround.REPRESENTATIVE}, role=MEMBER)
    later = board.receive(clean_facts(NUMBERS[0], "Förening 0"), round_id=None)
    board.do(meetings.refer_to_group, later.number, "")
    with open_reading(board.database) as s:
        found = seats.conflict_hints(acting(s, board.staff[MEMBER]), s.get_one(Meeting, meeting))
    assert "förut" in found[later.id].sv


# notes


def hold(board: BoardAtWork, meeting: int, **more: Any) -> None:
    """Held on its day, by those who have answered."""
    there = [board.staff[role].id for role in (SECRETARY, MEMBER)]
    board.do(meetings.note_attendance, meeting, there, role=SECRETARY)
    board.do(meetings.hold_meeting, meeting, "Klart.", role=SECRETARY, **{"at": NOW + timedelta(days=3), **more})


def test_a_meeting_is_over_when_its_day_has_come_and_somebody_was_there(board: BoardAtWork) -> None:
    meeting, [review] = called(board, "Fråga?")
    record(board, meeting, review)
    held = partial(meetings.hold_meeting)
    day = NOW + timedelta(days=3)
    assert refused(board, held, meeting, "", role=SECRETARY) is Obstacle.CLOSED
    assert refused(board, held, meeting, "", role=SECRETARY, at=day) is Obstacle.CLOSED  # nobody is noted
    board.do(meetings.note_attendance, meeting, [board.staff[MEMBER].id], role=SECRETARY)
    assert refused(board, held, meeting, "", role=SECRETARY) is Obstacle.CLOSED  # it is in three days
    board.do(meetings.move_meeting, meeting, NOW, "rum 4", role=SECRETARY)
    assert board.do(held, meeting, "", role=SECRETARY).place == "rum 4"
    assert refused(board, meetings.move_meeting, meeting, NOW, "", role=SECRETARY) is Obstacle.CLOSED
    assert refused(board, meetings.move_meeting, meeting, NOW, "", role=MEMBER) is Obstacle.FORBIDDEN


def test_whoever_has_answered_beforehand_is_not_there_by_that(board: BoardAtWork) -> None:
    meeting, _reviews = called(board, "Fråga?")
    with open_reading(board.database) as s:
        assert not [row for row in store.attendances(s, meeting) if row.present]
    written, _reviews = called(board, closes_on=TODAY + timedelta(days=3))
    with open_reading(board.database) as s:
        assert len([row for row in store.attendances(s, written) if row.present]) == len(EVERYBODY)


def test_approved_notes_are_locked(board: BoardAtWork) -> None:
    meeting, [review] = called(board, "Fråga?")
    assert refused(board, seats.approve_notes, meeting, role=SECRETARY) is Obstacle.CLOSED
    record(board, meeting, review)
    hold(board, meeting)
    assert refused(board, seats.approve_notes, meeting, role=MEMBER) is Obstacle.FORBIDDEN
    board.do(seats.approve_notes, meeting, role=SECRETARY)
    held_again = partial(meetings.hold_meeting)
    for act, arguments in (
        (held_again, ("Ändrat.",)),
        (meetings.note_attendance, ([],)),
        (seats.seat_guest, ("Gäst", "", None, None)),
        (seats.approve_notes, ()),
    ):
        assert refused(board, act, meeting, *arguments, role=SECRETARY) is Obstacle.CLOSED
    with open_reading(board.database) as s:
        assert s.get_one(Meeting, meeting).notes == "Klart."


def test_minutes_are_adjusted_by_two_who_were_there(board: BoardAtWork) -> None:
    board.do(ways_of_working.set_habits, frozenset({BoardOption.FORMAL_MINUTES}), role=Role.ADMINISTRATOR)
    meeting, [review] = called(board, "Fråga?")
    ids = [board.staff[role].id for role in (SECRETARY, MEMBER)]
    board.do(meetings.note_attendance, meeting, ids, role=SECRETARY)
    record(board, meeting, review)
    hold(board, meeting)
    assert refused(board, seats.approve_notes, meeting, role=COORDINATOR) is Obstacle.FORBIDDEN
    assert board.do(seats.approve_notes, meeting, role=SECRETARY).state == "held"
    assert refused(board, seats.approve_notes, meeting, role=SECRETARY) is Obstacle.STALE
    assert (
        refused(board, meetings.hold_meeting, meeting, "Annan text.", role=SECRETARY) is Obstacle.CLOSED
    )  # one has adjusted
    assert board.do(seats.approve_notes, meeting, role=MEMBER).state == "approved"


def test_a_written_round_is_not_passed_by_the_consent_list(board: BoardAtWork) -> None:
    meeting, _ = called(board, "", closes_on=TODAY + timedelta(days=7))
    assert refused(board, meetings.record_consent, meeting, role=SECRETARY) is Obstacle.CLOSED


def test_a_guest_is_at_one_item_of_this_meeting(board: BoardAtWork) -> None:
    meeting, [review] = called(board, "Fråga?")
    board.do(seats.seat_guest, meeting, "Utredaren", "sakkunnig", review, None, role=SECRETARY)
    assert refused(board, seats.seat_guest, meeting, "Någon", "", 99_999, None, role=SECRETARY) is Obstacle.MISSING
    assert refused(board, seats.seat_guest, meeting, " ", "", review, None, role=SECRETARY) is Obstacle.INVALID


def test_opinions_and_decisions_stand_side_by_side_in_the_register(board: BoardAtWork) -> None:
    meeting, [review] = called(board, "Räcker underlaget?")
    board.do(meetings.note_attendance, meeting, [board.staff[role].id for role in EVERYBODY], role=SECRETARY)
    record(board, meeting, review)
    number = "BID-2026-0001"
    board.make_ready(number)
    board.propose(number)
    from vetting.casework.services import decisions

    board.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    board.decide(number)
    with open_reading(board.database) as s:
        [table] = register_sheets(
            acting(s, board.staff[Role.MANAGER]), RegisterName.OPINIONS, RegisterSelection(), language="sv"
        )
        [told] = register_sheets(
            acting(s, board.staff[Role.MANAGER]), RegisterName.DELEGATED, RegisterSelection(), language="sv"
        )
    [row] = table.rows
    assert (row[2], row[5], row[9], row[10]) == (number, "tillstyrker", "Bevilja, Person decision_maker", "ja")
    assert (told.rows[0][1], told.rows[0][7], told.rows[0][8]) == (number, "4.2", None)
