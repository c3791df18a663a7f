"""The quick check: what is answered, kept for thirty days, taken further; nothing of private persons."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import NUMBERS, BoardAtWork
from tests.factories import NOW, TODAY
from vetting.associations.models.associations import Association
from vetting.bookings.domain.quick_checks import (
    FOUR_QUESTIONS,
    facts_to_ask,
    question_to_association,
    reply_by,
    unanswered_questions,
)
from vetting.bookings.models.quick_checks import QuickCheck
from vetting.bookings.services import quick_checks
from vetting.casework.models.intake import RequestedTime
from vetting.engine.facts import Facts
from vetting.engine.screening import BookingPart
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.organisation_numbers import NumberKind
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading

DESK = Role.PREMISES
EVENT = Facts(
    {
        "organiser_of_record": "Kulturföreningen Provkvarnen",
        "event_purpose": "körövning",
        "responsible_person": "Exempelperson",
        "expected_visitors": 20,
    }
)


@pytest.fixture
def board(board: BoardAtWork) -> BoardAtWork:
    board.receive()  # the association is in the register
    return board


def checked(
    board: BoardAtWork, wanted: str = NUMBERS[0], kind: CaseKind = CaseKind.BOOKING, role: Role = DESK, **more: Any
) -> quick_checks.QuickCheckResult:
    with open_reading(board.database) as s:
        return quick_checks.quick_check(acting(s, board.staff[role], NOW), wanted, kind=kind, chosen=None, **more)


def association(board: BoardAtWork) -> int:
    with open_reading(board.database) as s:
        return int(s.scalars(select(Association.id)).first() or 0)


def kept(board: BoardAtWork) -> list[QuickCheck]:
    with open_reading(board.database) as s:
        return list(s.scalars(select(QuickCheck).order_by(QuickCheck.id)))


def refused(board: BoardAtWork, service: Any, *arguments: Any, **more: Any) -> Obstacle:
    with pytest.raises(Refused) as found:
        board.do(service, *arguments, **more)
    return found.value.obstacle


@pytest.mark.both_engines
def test_a_booking_has_both_parts_and_an_unstated_event_asks_the_four_questions(board: BoardAtWork) -> None:
    found = checked(board)
    assert set(found.parts) == {BookingPart.ASSOCIATION, BookingPart.EVENT}
    assert found.parts[BookingPart.EVENT] == "complete"
    assert found.screening
    assert set(FOUR_QUESTIONS) <= set(facts_to_ask(found.screening))
    text = question_to_association(found.screening, TODAY)
    assert "väntat antal besökare" in text.sv
    assert not any(
        word in f"{text.sv} {text.en}".lower() for word in ("misstänk", "krav", "suspic", "extrem", "demokrat")
    )


def test_a_stated_event_is_judged_and_asks_no_more(board: BoardAtWork) -> None:
    found = checked(board, stated=EVENT)
    assert found.screening
    assert unanswered_questions(found.screening) == ()
    whole = EVENT.with_values({"organiser_is_booker": True, "external_speakers": False})
    assert checked(board, stated=whole).parts[BookingPart.EVENT] != "complete"
    assert not set(FOUR_QUESTIONS) & set(facts_to_ask(found.screening))


def test_a_grant_has_only_the_association(board: BoardAtWork) -> None:
    assert set(checked(board, kind=CaseKind.GRANT).parts) == {BookingPart.ASSOCIATION}


def test_when_and_at_what_somebody_looked_is_told(board: BoardAtWork) -> None:
    before = checked(board, role=Role.CASEWORKER).about
    assert before is not None
    assert (before.looked_on, before.looked_at) == (None, ())
    board.handle("BID-2026-0001")
    after = checked(board, role=Role.CASEWORKER).about
    assert after is not None
    assert after.looked_on == TODAY
    assert after.looked_at


def test_a_check_is_kept_thirty_days_without_persons(board: BoardAtWork) -> None:
    board.do(quick_checks.keep_quick_check, association(board), CaseKind.BOOKING, EVENT, role=DESK)
    [row] = kept(board)
    assert row.stated == {
        "organiser_of_record": "Kulturföreningen Provkvarnen",
        "event_purpose": "körövning",
        "expected_visitors": 20,
    }
    later = {"role": DESK}
    board.do(
        quick_checks.keep_quick_check, association(board), CaseKind.BOOKING, EVENT, at=NOW + timedelta(days=30), **later
    )
    assert len(kept(board)) == 2
    board.do(
        quick_checks.keep_quick_check,
        association(board),
        CaseKind.BOOKING,
        EVENT,
        at=NOW + timedelta(days=30, minutes=1),
        **later,
    )
    assert [found.id for found in kept(board)] != [row.id]
    assert row.id not in {found.id for found in kept(board)}
    with open_reading(board.database) as s:
        assert trail_verification.verify_trail(s).problems == []
        own = quick_checks.own_quick_checks(acting(s, board.staff[DESK], NOW + timedelta(days=31)))
        assert len(own) == 2
        assert quick_checks.own_quick_checks(acting(s, board.staff[Role.CASEWORKER], NOW)) == []


def test_of_a_private_person_or_nobody_nothing_is_kept(board: BoardAtWork) -> None:
    private = Facts({"booker_is_private": True})
    keep: dict[str, Any] = {"role": DESK}
    assert (
        refused(board, quick_checks.keep_quick_check, association(board), CaseKind.BOOKING, private, **keep)
        is Obstacle.INVALID
    )
    assert refused(board, quick_checks.keep_quick_check, 99_999, CaseKind.BOOKING, EVENT, **keep) is Obstacle.MISSING
    assert kept(board) == []
    assert not checked(board, "19850101-0001").may_be_kept


def test_what_is_taken_further_is_a_booking_and_its_check_stays_with_it(board: BoardAtWork) -> None:
    board.do(quick_checks.keep_quick_check, association(board), CaseKind.BOOKING, EVENT, role=DESK)
    facts = EVENT.with_values(
        {"organisation_number": NUMBERS[0], "name_in_application": "Kulturföreningen Provkvarnen"}
    )
    case = board.do(quick_checks.book_from_quick_check, facts, (RequestedTime(room_name="Salen"),), role=DESK)
    assert (case.kind, case.channel, case.association_id) == ("booking", "counter", association(board))
    assert kept(board)[0].case_id == case.id
    board.do(
        quick_checks.keep_quick_check,
        association(board),
        CaseKind.BOOKING,
        EVENT,
        role=DESK,
        at=NOW + timedelta(days=90),
    )
    assert kept(board)[0].case_id == case.id  # a check that a case was made of stays


def test_somebody_new_is_added_with_the_questions_left_open(board: BoardAtWork) -> None:
    facts = Facts({"name_in_application": "Läsecirkeln Typsta"})
    case = board.do(quick_checks.book_from_quick_check, facts, (), role=DESK)
    assert board.case(case.number).proposal == "complete"
    with open_reading(board.database) as s:
        assert s.scalar(select(Association.name).where(Association.id == case.association_id)) == "Läsecirkeln Typsta"
    assert refused(board, quick_checks.book_from_quick_check, Facts(), (), role=DESK) is Obstacle.INVALID
    assert refused(board, quick_checks.book_from_quick_check, facts, (), role=Role.AUDITOR) is Obstacle.FORBIDDEN


def test_a_personal_number_is_said_to_be_one_and_finds_nobody(board: BoardAtWork) -> None:
    found = checked(board, "850101-1236")
    assert (found.number, found.matches, found.may_be_kept) == (NumberKind.PERSONAL, [], False)
    assert "850101" not in found.wanted


def test_an_answer_is_asked_for_before_the_event() -> None:
    assert reply_by(TODAY, None) == TODAY + timedelta(days=7)
    assert reply_by(TODAY, TODAY + timedelta(days=30)) == TODAY + timedelta(days=7)
    assert reply_by(TODAY, TODAY + timedelta(days=3)) == TODAY + timedelta(days=2)
    assert reply_by(TODAY, TODAY) == TODAY
