"""The reference group whole: seats, guests, statements, written rounds, papers for each member, locked notes."""

from __future__ import annotations

import io
from datetime import timedelta
from functools import partial
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import select

from tests.factories import NOW, TODAY
from tests.files.papers import pdf
from tests.town import NUMBERS, Town, clean_facts, rules
from vetting.domain.people import Role
from vetting.domain.problem import Obstacle, Refused
from vetting.domain.registers import RegisterName
from vetting.domain.reviews import Advice, ConflictGround
from vetting.domain.ways import Habit
from vetting.services import board_order, contacts, documents, group, meeting_papers, meetings, papers
from vetting.services.group import Said
from vetting.services.meetings import Opinion
from vetting.services.registers import Selection, register
from vetting.store.cases import in_conflict
from vetting.store.meetings import Conflict, Meeting, NoConflict, Review
from vetting.store.people import User
from vetting.store.session import reading, write
from vetting.store.trail import Noted

SECRETARY, MEMBER, COORDINATOR = Role.GROUP_SECRETARY, Role.GROUP_MEMBER, Role.VBE_COORDINATOR
EVERYBODY = (SECRETARY, MEMBER, COORDINATOR)


@pytest.fixture
def town(group_town: Town) -> Town:
    return group_town


def refused(town: Town, service: Any, *arguments: Any, **more: Any) -> Obstacle:
    with pytest.raises(Refused) as found:
        town.do(service, *arguments, **more)
    return found.value.obstacle


def called(town: Town, *questions: str, declare: bool = True, **more: Any) -> tuple[int, list[int]]:
    """A meeting with one case for each question; an empty one is on the consent list."""
    for place, question in enumerate(questions):
        number = town.receive(clean_facts(NUMBERS[place], f"Förening {place}")).number
        town.do(meetings.refer, number, question, rules=rules())
    meeting = town.do(meetings.call, NOW + timedelta(days=3), "rum 3", role=SECRETARY, **more)
    if declare:
        for role in EVERYBODY:
            town.do(meetings.declare, meeting.id, {}, role=role)
    with reading(town.database) as s:
        return meeting.id, list(s.scalars(select(Review.id).where(Review.meeting_id == meeting.id).order_by(Review.id)))


def seen(town: Town, meeting_id: int, role: Role) -> dict[int, list[str]]:
    with reading(town.database) as s:
        reviews = s.scalars(select(Review).where(Review.meeting_id == meeting_id)).all()
        found = group.statements_seen(s, reviews, town.staff[role])
        return {key: [row.text for row in rows] for key, rows in found.items()}


def record(town: Town, meeting_id: int, review_id: int, **more: Any) -> None:
    opinion = Opinion(advice=Advice.RECOMMENDS, text="Bra.")
    town.do(meetings.record, meeting_id, review_id, opinion, version=None, rules=rules(), role=SECRETARY, **more)


# statements


def test_a_statement_is_filed_once_by_a_member_and_not_after_the_item(town: Town) -> None:
    meeting, [review] = called(town, "Räcker underlaget?")
    assert refused(town, group.state, meeting, review, Said(advice=None, text=" "), role=MEMBER) is Obstacle.INVALID
    town.do(group.state, meeting, review, Said(advice=Advice.RECOMMENDS, text="Ja."), role=MEMBER)
    again = Said(advice=None, text="Nej.")
    assert refused(town, group.state, meeting, review, again, role=MEMBER) is Obstacle.STALE
    assert refused(town, group.state, meeting, review, again, role=Role.CASEWORKER) is Obstacle.FORBIDDEN
    record(town, meeting, review)
    assert refused(town, group.state, meeting, review, again, role=COORDINATOR) is Obstacle.STALE


def test_statements_are_hidden_until_ones_own_is_filed_where_the_board_has_it_so(town: Town) -> None:
    meeting, [review] = called(town, "Räcker underlaget?")
    town.do(group.state, meeting, review, Said(advice=None, text="Ja."), role=MEMBER)
    assert seen(town, meeting, COORDINATOR)[review] == ["Ja."]
    town.do(board_order.set_habits, frozenset({Habit.STATEMENTS_HIDDEN}), rules=rules(), role=Role.ADMINISTRATOR)
    assert seen(town, meeting, COORDINATOR)[review] == []
    town.do(group.state, meeting, review, Said(advice=None, text="Nej."), role=COORDINATOR)
    assert seen(town, meeting, COORDINATOR)[review] == ["Ja.", "Nej."]
    assert seen(town, meeting, SECRETARY)[review] == []
    record(town, meeting, review)
    assert seen(town, meeting, SECRETARY)[review] == ["Ja.", "Nej."]


def test_the_secretary_records_what_a_member_without_an_account_says(town: Town) -> None:
    meeting, [review] = called(town, "Räcker underlaget?")
    seat = town.do(group.take_seat, "Ledamot Utan", "", None, deputy=False, role=SECRETARY)
    said = Said(advice=None, text="Jag håller med.", seat_id=seat.id)
    assert refused(town, group.state, meeting, review, said, role=MEMBER) is Obstacle.FORBIDDEN
    town.do(group.state, meeting, review, said, role=SECRETARY)
    assert refused(town, group.state, meeting, review, said, role=SECRETARY) is Obstacle.STALE
    other = town.do(group.take_seat, "Annan Utan", "", None, deputy=False, role=SECRETARY)
    town.do(group.seat_in_conflict, meeting, review, other.id, ConflictGround.OTHER, role=SECRETARY)
    aside = Said(advice=None, text="Jag håller med.", seat_id=other.id)
    assert refused(town, group.state, meeting, review, aside, role=SECRETARY) is Obstacle.CLOSED
    member = town.staff[MEMBER].id
    deputy = town.do(group.take_seat, "", "", member, deputy=True, role=SECRETARY)
    own = Said(advice=None, text="Jag håller med.", seat_id=deputy.id)
    assert refused(town, group.state, meeting, review, own, role=SECRETARY) is Obstacle.CLOSED
    town.do(group.leave_seat, seat.id, role=SECRETARY)
    assert refused(town, group.leave_seat, seat.id, role=SECRETARY) is Obstacle.MISSING


def test_whoever_has_a_role_is_a_member_and_a_deputy_is_not_counted(town: Town) -> None:
    member = town.staff[MEMBER]
    assert refused(town, group.take_seat, "", "", member.id, deputy=False, role=SECRETARY) is Obstacle.INVALID
    assert refused(town, group.take_seat, " ", "", None, deputy=True, role=SECRETARY) is Obstacle.INVALID
    with reading(town.database) as s:
        assert member.id in meetings.members(s, town.board_id)
    town.do(group.take_seat, "", "", member.id, deputy=True, role=SECRETARY)
    with reading(town.database) as s:
        assert member.id not in meetings.members(s, town.board_id)


def test_a_conflict_that_was_withdrawn_is_no_answer(town: Town) -> None:
    meeting, _ = called(town, "Räcker underlaget?")
    member = town.staff[MEMBER]
    with reading(town.database) as s:
        found = s.get_one(Meeting, meeting)
        assert not meetings.must_declare(s, found, member)

    def changed(session: Any) -> None:
        for row in session.scalars(select(NoConflict).where(NoConflict.user_id == member.id)):
            session.delete(row)
        case_id = session.scalars(select(Review.case_id).where(Review.meeting_id == meeting)).one()
        session.add(
            Conflict(
                board_id=town.board_id, case_id=case_id, user_id=member.id, ground="other", at=NOW, withdrawn_at=NOW
            )
        )
        session.note(Noted(action="conflict_declared", by=None, at=NOW))

    write(town.database, changed)
    with reading(town.database) as s:
        assert meetings.must_declare(s, s.get_one(Meeting, meeting), member)


# in writing


def test_a_written_round_is_summed_up_when_all_have_answered_or_its_time_is_over(town: Town) -> None:
    closes = TODAY + timedelta(days=7)
    assert refused(town, meetings.call, NOW, "", role=SECRETARY, closes_on=TODAY) is Obstacle.INVALID
    meeting, reviews = called(town, "Fråga ett?", "Fråga två?", closes_on=closes)
    opinion = Opinion(advice=Advice.RECOMMENDS, text="Bra.")
    late: dict[str, Any] = {"version": None, "rules": rules(), "role": SECRETARY}
    assert refused(town, meetings.record, meeting, reviews[0], opinion, **late) is Obstacle.CLOSED
    for role in (MEMBER, COORDINATOR):
        town.do(group.state, meeting, reviews[0], Said(advice=Advice.RECOMMENDS, text=""), role=role)
    record(town, meeting, reviews[0])
    assert refused(town, meetings.record, meeting, reviews[1], opinion, **late) is Obstacle.CLOSED
    record(town, meeting, reviews[1], at=NOW + timedelta(days=8))


def test_whoever_steps_aside_is_not_waited_for(town: Town) -> None:
    meeting, [review] = called(town, "Fråga?", declare=False, closes_on=TODAY + timedelta(days=7))
    with reading(town.database) as s:
        case = s.get_one(Review, review).case_id
    town.do(meetings.declare, meeting, {case: ConflictGround.OTHER}, role=MEMBER)
    for role in (SECRETARY, COORDINATOR):
        town.do(meetings.declare, meeting, {}, role=role)
    town.do(group.state, meeting, review, Said(advice=Advice.RECOMMENDS, text=""), role=COORDINATOR)
    record(town, meeting, review)


# papers


def text_of(data: bytes) -> tuple[str, list[str]]:
    document = pypdfium2.PdfDocument(io.BytesIO(data))
    pages = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    return pages, [mark.get_title() for mark in document.get_toc()]


def test_the_papers_are_bookmarked_hold_the_texts_and_leave_out_ones_conflicts(town: Town) -> None:
    meeting, reviews = called(town, "Fråga ett?", "Fråga två?", declare=False)
    with reading(town.database) as s:
        first = s.get_one(Review, reviews[0])
        numbers = [review.case_id for review in s.scalars(select(Review).order_by(Review.id))]
    case = town.case("BID-2026-0002")
    paper = documents.NewDocument(
        name="stadgar.pdf",
        media_type="application/pdf",
        content=pdf("Ändamålsparagrafen"),
        type="statutes_document",
        dated=None,
        arrived_on=TODAY,
    )
    key = town.do(documents.add, case.number, paper, rules=rules()).id
    papers.read_text(town.database, key, rules(), at=NOW)
    assert first.case_id == numbers[0]
    town.do(meetings.declare, meeting, {first.case_id: ConflictGround.OTHER}, role=MEMBER)
    town.do(meetings.declare, meeting, {}, role=SECRETARY)

    def made(role: Role) -> bytes:
        with reading(town.database) as s:
            found = s.get_one(Meeting, meeting)
            return meeting_papers.papers(s, found, rules=rules(), by=town.staff[role], on=TODAY, language="sv")

    whole, marks = text_of(made(SECRETARY))
    assert {"Förening 0, BID-2026-0001", "Förening 1, BID-2026-0002", "stadgar.pdf"} <= set(marks)
    assert "Ändamålsparagrafen" in whole
    without, fewer = text_of(made(MEMBER))
    assert "Förening 0" not in without
    assert "Förening 1, BID-2026-0002" in fewer
    with pytest.raises(Refused):
        made(COORDINATOR)


def test_hints_of_a_conflict_are_shown_to_the_person_only_and_decide_nothing(town: Town) -> None:
    number = town.receive().number
    town.do(contacts.set_contact, number, email="styrelsen@provkvarnen.example", postal="")

    def give_mail(session: Any) -> None:
        user = session.get_one(User, town.staff[MEMBER].id)
        user.email = "charlie@provkvarnen.example"
        session.note(Noted(action="user_added", by=None, at=NOW, subject=user, board_id=town.board_id))

    write(town.database, give_mail)
    town.do(meetings.refer, number, "", rules=rules())
    meeting = town.do(meetings.call, NOW + timedelta(days=3), "", role=SECRETARY)

    def hinted(role: Role) -> list[str]:
        with reading(town.database) as s:
            return [words.sv for words in group.hints(s, s.get_one(Meeting, meeting.id), town.staff[role]).values()]

    assert len(hinted(MEMBER)) == 1
    assert hinted(SECRETARY) == []
    town.do(meetings.declare, meeting.id, {}, role=MEMBER)
    with reading(town.database) as s:
        assert not in_conflict(s, town.staff[MEMBER].id, town.case(number).id)


def test_an_earlier_conflict_with_the_association_is_a_hint(town: Town) -> None:
    meeting, [review] = called(town, "Fråga?", declare=False)
    with reading(town.database) as s:
        case = s.get_one(Review, review).case_id
    town.do(meetings.declare, meeting, {case: ConflictGround.REPRESENTATIVE}, role=MEMBER)
    later = town.receive(clean_facts(NUMBERS[0], "Förening 0"), round_id=None)
    town.do(meetings.refer, later.number, "", rules=rules())
    with reading(town.database) as s:
        found = group.hints(s, s.get_one(Meeting, meeting), town.staff[MEMBER])
    assert "förut" in found[later.id].sv


# notes


def hold(town: Town, meeting: int, **more: Any) -> None:
    town.do(meetings.hold, meeting, "Klart.", rules=rules(), role=SECRETARY, **more)


def test_approved_notes_are_locked(town: Town) -> None:
    meeting, [review] = called(town, "Fråga?")
    assert refused(town, group.approve, meeting, role=SECRETARY) is Obstacle.CLOSED
    record(town, meeting, review)
    hold(town, meeting)
    assert refused(town, group.approve, meeting, role=MEMBER) is Obstacle.FORBIDDEN
    town.do(group.approve, meeting, role=SECRETARY)
    held_again = partial(meetings.hold, rules=rules())
    for act, arguments in (
        (held_again, ("Ändrat.",)),
        (meetings.present, ([],)),
        (group.invite, ("Gäst", "", None, None)),
        (group.approve, ()),
    ):
        assert refused(town, act, meeting, *arguments, role=SECRETARY) is Obstacle.CLOSED
    with reading(town.database) as s:
        assert s.get_one(Meeting, meeting).notes == "Klart."


def test_minutes_are_adjusted_by_two_who_were_there(town: Town) -> None:
    town.do(board_order.set_habits, frozenset({Habit.FORMAL_MINUTES}), rules=rules(), role=Role.ADMINISTRATOR)
    meeting, [review] = called(town, "Fråga?")
    ids = [town.staff[role].id for role in (SECRETARY, MEMBER)]
    town.do(meetings.present, meeting, ids, role=SECRETARY)
    record(town, meeting, review)
    hold(town, meeting)
    assert refused(town, group.approve, meeting, role=COORDINATOR) is Obstacle.FORBIDDEN
    assert town.do(group.approve, meeting, role=SECRETARY).state == "held"
    assert refused(town, group.approve, meeting, role=SECRETARY) is Obstacle.STALE
    assert (
        refused(town, meetings.hold, meeting, "Annan text.", rules=rules(), role=SECRETARY) is Obstacle.CLOSED
    )  # one has adjusted
    assert town.do(group.approve, meeting, role=MEMBER).state == "approved"


def test_a_written_round_is_not_passed_by_the_consent_list(town: Town) -> None:
    meeting, _ = called(town, "", closes_on=TODAY + timedelta(days=7))
    assert refused(town, meetings.record_consent, meeting, rules=rules(), role=SECRETARY) is Obstacle.CLOSED


def test_a_guest_is_at_one_item_of_this_meeting(town: Town) -> None:
    meeting, [review] = called(town, "Fråga?")
    town.do(group.invite, meeting, "Utredaren", "sakkunnig", review, None, role=SECRETARY)
    assert refused(town, group.invite, meeting, "Någon", "", 99_999, None, role=SECRETARY) is Obstacle.MISSING
    assert refused(town, group.invite, meeting, " ", "", review, None, role=SECRETARY) is Obstacle.INVALID


def test_opinions_and_decisions_stand_side_by_side_in_the_register(town: Town) -> None:
    meeting, [review] = called(town, "Räcker underlaget?")
    record(town, meeting, review)
    number = "BID-2026-0001"
    town.make_ready(number)
    town.propose(number)
    from vetting.services import decisions

    town.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    town.decide(number)
    with reading(town.database) as s:
        [table] = register(
            s, RegisterName.OPINIONS, Selection(), rules=rules(), by=town.staff[Role.MANAGER], language="sv"
        )
        [told] = register(
            s, RegisterName.DELEGATED, Selection(), rules=rules(), by=town.staff[Role.MANAGER], language="sv"
        )
    [row] = table.rows
    assert (row[2], row[5], row[9], row[10]) == (number, "tillstyrker", "Bevilja, delegat", "ja")
    assert (told.rows[0][1], told.rows[0][7], told.rows[0][8]) == (number, "4.2", None)
