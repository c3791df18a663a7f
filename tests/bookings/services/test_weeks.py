"""A week of bookings: who is shown to a person and why, the rest confirmed in one stroke, the answers taken back."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import NUMBERS, BoardAtWork, booking_facts, judged_again, refused
from tests.factories import NOW
from vetting.associations.models.associations import Association
from vetting.bookings.domain.letting import Letting
from vetting.bookings.domain.weeks import WeekReviewReason, WeekSection, is_in_sample, monday_of, week_of
from vetting.bookings.services import answers, letting, room_bookings, week_files, weeks
from vetting.bookings.services.answers import BookingAnswer
from vetting.bookings.services.room_bookings import NewRoom
from vetting.casework.domain.letters import LetterKind
from vetting.casework.models.cases import Case, Occurrence, find_case
from vetting.casework.models.decisions import of_case
from vetting.casework.models.intake import RequestedTime
from vetting.casework.models.special_reviews import opinions_of
from vetting.casework.services import (
    assessments,
    booking_referrals,
    cases,
    decisions,
    letters,
    meetings,
    special_reviews,
)
from vetting.casework.services.booking_referrals import ReferralRecipient
from vetting.casework.services.decisions import DecisionProposal
from vetting.engine.facts import Facts
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import DecisionGround, DecisionOutcome
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading, open_technical, run_in_transaction
from vetting.kernel.store.trail import TrailNote

MONDAY = date(2026, 11, 30)
EVENING = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def board(board: BoardAtWork) -> BoardAtWork:
    board.delegate(Role.PREMISES, kinds=["booking"], refusals=False)
    drawn_in_hundred(board, 0)
    return board


def drawn_in_hundred(board: BoardAtWork, number: int) -> None:
    board.do(letting.change_letting, Letting(drawn_in_hundred=number), role=Role.ADMINISTRATOR)


def book(board: BoardAtWork, place: int = 0, *, at: datetime = EVENING, **more: Any) -> Case:
    room = f"Salen {place}" if place else "Salen"  # one for each: no two clash unless the test is of that
    use = RequestedTime(room_name=more.pop("room", room), starts_at=at, ends_at=at + timedelta(hours=2))
    values: dict[str, Any] = dict(booking_facts(NUMBERS[place], f"Föreningen Prov {place}", **more).values)
    given = Facts({name: value for name, value in values.items() if value is not None})
    return board.receive(given, kind=CaseKind.BOOKING, uses=(use,))


def looked_at(board: BoardAtWork, place: int, **more: Any) -> Case:
    """A booking of an association that somebody has looked at before."""
    before = book(board, place, at=EVENING - timedelta(days=14))
    board.do(assessments.record_nothing_found, before.number, role=Role.PREMISES)
    return book(board, place, **more)


def the_week(
    board: BoardAtWork, monday: date = MONDAY, on: date | None = None, role: Role = Role.PREMISES
) -> weeks.Week:
    with open_reading(board.database) as s:
        found = weeks.bookings_of_week(acting(s, board.staff[role]), monday, on=on or NOW.date())
        s.expunge_all()
    return found


def numbers(found: weeks.Week, place: WeekSection) -> list[str]:
    return [item.case.number for item in found.of(place)]


def confirm(board: BoardAtWork, number: str, version: int | None = None, **said: Any) -> Any:
    return board.do(answers.confirm_booking, number, BookingAnswer(**said), version=version, role=Role.PREMISES)


def not_confirmed(board: BoardAtWork, number: str, version: int | None = None, **said: Any) -> str:
    with pytest.raises(Refused) as found:
        confirm(board, number, version, **said)
    return " ".join(problem.what.sv for problem in found.value.problems)


def test_a_week_is_written_and_read_the_same_and_starts_on_its_monday() -> None:
    assert week_of(date(2026, 12, 31)) == "2026-W53"
    assert monday_of("2026-W53") == date(2026, 12, 28)
    assert [monday_of(text) for text in ("2025-W53", "2026-W00", "vecka 3", "")] == [None] * 4
    assert week_of(date(2027, 1, 3)) == "2026-W53"


def test_the_same_seed_draws_the_same_bookings_and_about_as_many_as_asked_for() -> None:
    first = {number for number in range(5000) if is_in_sample("norr 2026-W49", f"BOK-2026-{number:04}", 5)}
    assert first == {number for number in range(5000) if is_in_sample("norr 2026-W49", f"BOK-2026-{number:04}", 5)}
    assert 180 < len(first) < 320
    assert first != {number for number in range(5000) if is_in_sample("norr 2026-W50", f"BOK-2026-{number:04}", 5)}
    assert not any(is_in_sample("x", str(number), 0) for number in range(200))
    assert all(is_in_sample("x", str(number), 100) for number in range(200))


@pytest.mark.both_engines
def test_an_association_that_was_looked_at_has_no_questions_and_a_new_one_has(board: BoardAtWork) -> None:
    known, new = looked_at(board, 0), book(board, 1)
    found = the_week(board)
    assert numbers(found, WeekSection.PLAIN) == [known.number]
    assert numbers(found, WeekSection.LOOK) == [new.number]
    assert found.of(WeekSection.LOOK)[0].why == (WeekReviewReason.QUESTION,)
    assert {finding.criterion.value_criterion for finding in found.of(WeekSection.LOOK)[0].asking} == {True}


@pytest.mark.both_engines
def test_two_who_want_one_room_at_once_are_never_confirmed_in_a_list(board: BoardAtWork) -> None:
    first, second = looked_at(board, 0, room="Hallen"), looked_at(board, 1, room="Hallen", at=EVENING + HOUR)
    third = looked_at(board, 2, room="Hallen", at=EVENING + 3 * HOUR)  # when the second has left
    week = the_week(board)
    shown = {item.case.number: item for item in week.of(WeekSection.LOOK)}
    assert {number: [one.number for one in item.clashes] for number, item in shown.items()} == {
        first.number: [second.number],
        second.number: [first.number],
    }
    assert all(item.why == (WeekReviewReason.CLASH,) for item in shown.values())
    assert third.number in numbers(week, WeekSection.PLAIN)
    assert "krockar med " + second.number in not_confirmed(board, first.number, without_questions=True)
    assert "krockar med " + second.number in not_confirmed(board, first.number, nothing_found=True)
    made = confirm(board, first.number, nothing_found=True, despite_clash="de övar tillsammans")
    assert made.reasons.endswith("Skäl: de övar tillsammans")
    assert "krockar med " + first.number in not_confirmed(board, second.number, nothing_found=True)


@pytest.mark.both_engines
def test_a_proposal_to_confirm_past_a_clash_says_why(board: BoardAtWork) -> None:
    first, second = looked_at(board, 0, room="Hallen"), looked_at(board, 1, room="Hallen", at=EVENING + HOUR)
    yes = DecisionProposal(outcome=DecisionOutcome.APPROVED, amount=None, reasons="")

    def propose(number: str, reasons: str) -> Any:
        new = replace(yes, reasons=reasons)
        return board.do(decisions.propose_decision, number, new, version=None, role=Role.PREMISES)

    with pytest.raises(Refused, match=second.number):
        propose(first.number, "")
    propose(first.number, "De övar tillsammans.")


def test_a_hall_in_halves_holds_two_at_once_and_not_three(board: BoardAtWork) -> None:
    hall = NewRoom(name="Hallen", shared_by=2, hours={})
    board.do(room_bookings.set_room, None, hall, role=Role.ADMINISTRATOR)
    two = [looked_at(board, place, room="Hallen") for place in range(2)]
    assert the_week(board).of(WeekSection.LOOK) == []
    three = [*two, looked_at(board, 2, room="Hallen")]
    assert {item.case.number for item in the_week(board).of(WeekSection.LOOK)} == {case.number for case in three}


def test_what_is_missing_is_why_a_booking_is_shown(board: BoardAtWork) -> None:
    looked_at(board, 0)
    lacking = book(board, 0, room="Ateljén", event_purpose=None, organiser_of_record=None)
    shown = the_week(board).of(WeekSection.LOOK)
    assert [item.case.number for item in shown] == [lacking.number]
    assert WeekReviewReason.MISSING in shown[0].why


def test_only_the_weeks_own_bookings_are_in_it_by_swedish_time(board: BoardAtWork) -> None:
    late_sunday = book(board, 0, at=datetime(2026, 12, 6, 22, 30, tzinfo=UTC))
    just_after = book(board, 0, at=datetime(2026, 12, 6, 23, 0, tzinfo=UTC))
    early = book(board, 0, at=datetime(2026, 11, 29, 23, 0, tzinfo=UTC))
    found = [item.case.number for item in the_week(board).bookings]
    assert set(found) == {early.number, late_sunday.number}
    assert [item.case.number for item in the_week(board, date(2026, 12, 7)).bookings] == [just_after.number]


def test_an_expired_look_brings_the_question_back_without_anything_being_judged_anew(board: BoardAtWork) -> None:
    case = looked_at(board, 0)
    assert numbers(the_week(board), WeekSection.PLAIN) == [case.number]
    found = the_week(board, on=NOW.date() + timedelta(days=3 * 366))
    assert numbers(found, WeekSection.LOOK) == [case.number]


def test_many_are_confirmed_by_premises_staff_with_delegation_in_one_act_each(board: BoardAtWork) -> None:
    cases = [looked_at(board, place) for place in range(3)]
    for case in cases:
        confirm(board, case.number, version=case.version, without_questions=True)
    found = the_week(board)
    assert numbers(found, WeekSection.ANSWERED) == [case.number for case in cases]
    assert (found.tally.without_questions, found.tally.shown, found.tally.left) == (3, 0, 0)
    with open_reading(board.database) as s:
        made = of_case(s, cases[0].id)[0]
        assert made.outcome == "approved"
        assert made.reasons
        assert made.delegation_point == "4.2"
        assert made.rests_on["assessments"]
        assert trail_verification.verify_trail(s).problems == []


def test_what_has_got_a_question_is_not_confirmed_with_the_others(board: BoardAtWork) -> None:
    new = book(board, 1)
    assert "En fråga har kommit upp" in not_confirmed(board, new.number, without_questions=True)
    assert board.case(new.number).state == "requested"


def test_whoever_has_looked_confirms_with_conditions_and_is_counted_as_shown_and_fine(board: BoardAtWork) -> None:
    new = book(board, 1)
    made = confirm(board, new.number, nothing_found=True, conditions=["Städa efter er.", " ", "Högst 60 personer."])
    assert made.conditions == ["Städa efter er.", "Högst 60 personer."]
    tally = the_week(board).tally
    assert (tally.shown, tally.fine, tally.left, tally.without_questions) == (1, 1, 0, 0)
    assert tally.why == {WeekReviewReason.QUESTION: 1}


def test_a_booking_is_not_confirmed_while_something_is_missing(board: BoardAtWork) -> None:
    lacking = book(board, 1, event_purpose=None, organiser_of_record=None)
    assert "Att komplettera" in not_confirmed(board, lacking.number, nothing_found=True)
    assert board.case(lacking.number).state == "requested"


def test_nobody_without_delegation_confirms_and_nobody_confirms_a_grant_or_twice(board: BoardAtWork) -> None:
    case = looked_at(board, 0)
    trained, board.staff[Role.PREMISES] = board.staff[Role.PREMISES], board.somebody(Role.PREMISES, "nyanställd")
    assert "delegation" in not_confirmed(board, case.number)
    board.staff[Role.PREMISES] = trained
    confirm(board, case.number)
    assert "redan besvarad" in not_confirmed(board, case.number)
    assert board.case(case.number).state == "confirmed"
    grant = board.receive()
    missing, _ = refused(board, answers.confirm_booking, grant.number, version=None, role=Role.DECISION_MAKER)
    assert missing is Obstacle.MISSING


def test_of_two_who_answer_at_once_the_second_is_told(board: BoardAtWork) -> None:
    case = looked_at(board, 0)
    confirm(board, case.number, version=case.version)
    assert not_confirmed(board, case.number, version=case.version)
    with open_reading(board.database) as s:
        assert len(of_case(s, case.id)) == 1


def test_a_sample_is_shown_with_its_reason_and_counted_when_it_was_answered(board: BoardAtWork) -> None:
    case = looked_at(board, 0)
    drawn_in_hundred(board, 100)
    found = the_week(board)
    assert found.of(WeekSection.LOOK)[0].why == (WeekReviewReason.DRAWN,)
    confirm(board, case.number)
    tally = the_week(board).tally
    assert (tally.shown, tally.fine, tally.why) == (1, 1, {WeekReviewReason.DRAWN: 1})


def test_another_boards_week_is_empty_and_a_person_in_conflict_sees_nothing_of_the_case(board: BoardAtWork) -> None:
    looked_at(board, 0)
    other = BoardAtWork(board.database, code="soder").build()
    assert the_week(other).bookings == []


def test_the_answers_are_a_number_and_one_column(board: BoardAtWork) -> None:
    case = looked_at(board, 0, booking_reference="=1+1")
    book(board, 1, booking_reference="900")
    book(board, 2, booking_reference="88")
    book(board, 3)
    confirm(board, case.number)
    book_ = week_files.answers(the_week(board), "sv", by=board.staff[Role.PREMISES], at=NOW)
    sheet = openpyxl.load_workbook(io.BytesIO(book_)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows == [["Bokningsnr", "Svar"], ["88", "Svar kommer"], ["900", "Svar kommer"], ["=1+1", "Bekräftad"]]
    assert sheet["A4"].data_type == "s"


def ask(
    board: BoardAtWork,
    case: Case,
    whom: ReferralRecipient = ReferralRecipient.COORDINATOR,
    question: str = "Är programmet känt?",
) -> Any:
    return board.do(booking_referrals.refer_booking, case.number, whom, question, role=Role.PREMISES)


def not_asked(
    board: BoardAtWork,
    case: Case,
    whom: ReferralRecipient = ReferralRecipient.COORDINATOR,
    question: str = "Är programmet känt?",
) -> str:
    with pytest.raises(Refused) as found:
        ask(board, case, whom, question)
    return " ".join(problem.what.sv for problem in found.value.problems)


def test_the_coordinator_is_asked_before_the_event_and_the_answer_brings_the_booking_back(board: BoardAtWork) -> None:
    case = book(board, 1)
    ask(board, case)
    assert the_week(board).of(WeekSection.LOOK)[0].why == (WeekReviewReason.QUESTION, WeekReviewReason.WAITS)
    with open_reading(board.database) as s:
        row = opinions_of(s, case.id)[0]
        assert row.due_on == date(2026, 11, 30)
        coordinator = board.staff[Role.VBE_COORDINATOR]
        assert find_case(acting(s, coordinator), case.number) is not None
    assert "redan ställd" in not_asked(board, case)
    assert not_confirmed(board, case.number, nothing_found=True)
    board.do(special_reviews.note_expert, case.number, row.id, "Programmet är känt.", role=Role.PREMISES)
    assert board.case(case.number).state == "to_check"
    confirm(board, case.number, nothing_found=True)


def test_a_question_without_words_about_a_person_or_too_late_is_not_put(board: BoardAtWork) -> None:
    case = book(board, 1)
    assert "Texten saknas" in not_asked(board, case, question=" ")
    assert "namn på en person" in not_asked(board, case, question="Är det sant att Sven Svensson talar där?")
    assert "inget möte före" in not_asked(board, case, ReferralRecipient.GROUP)
    begun = book(board, 2, at=NOW - timedelta(hours=1))
    assert "redan börjat" in not_asked(board, begun)
    assert board.case(case.number).state == "requested"


def test_the_group_is_asked_when_it_meets_before_the_event(board: BoardAtWork) -> None:
    case = book(board, 1)
    board.do(meetings.call_meeting, EVENING + timedelta(days=1), "rum 3", role=Role.GROUP_SECRETARY)
    assert "inget möte före" in not_asked(board, case, ReferralRecipient.GROUP)
    board.do(meetings.call_meeting, EVENING - timedelta(days=2), "rum 3", role=Role.GROUP_SECRETARY)
    ask(board, case, ReferralRecipient.GROUP)
    assert board.case(case.number).state == "referred"


def test_a_claim_for_the_zero_rate_always_goes_to_a_person(board: BoardAtWork) -> None:
    case = looked_at(board, 0, rate_applied_for="zero")
    assert the_week(board).of(WeekSection.LOOK)[0].why == (WeekReviewReason.ZERO_PRICE,)
    assert "En fråga har kommit upp" in not_confirmed(board, case.number, without_questions=True)
    confirm(board, case.number)
    assert the_week(board).tally.why == {WeekReviewReason.ZERO_PRICE: 1}
    with open_reading(board.database) as s:
        key = of_case(s, case.id)[0].id
        letter = letters.preview_letter(
            acting(s, board.staff[Role.PREMISES], NOW), case.number, LetterKind.APPROVAL, key
        )
    assert "Taxa: Nolltaxa." in letter.lines


def test_what_is_in_the_sample_or_has_a_proposal_is_not_confirmed_in_one_stroke(board: BoardAtWork) -> None:
    case = looked_at(board, 0)
    drawn_in_hundred(board, 100)
    assert "En fråga har kommit upp" in not_confirmed(board, case.number, without_questions=True)
    drawn_in_hundred(board, 0)
    draft = decisions.DecisionProposal(
        outcome=DecisionOutcome.REFUSED, amount=None, reasons="Salen stängs.", grounds=(DecisionGround.NOT_COMPLETE,)
    )
    board.do(decisions.propose_decision, case.number, draft, version=None, role=Role.PREMISES)
    assert "förslag till beslut" in not_confirmed(board, case.number)


def test_a_booking_that_nobody_has_held_against_the_rules_yet_is_not_among_those_without_questions(
    board: BoardAtWork,
) -> None:
    case = looked_at(board, 0)

    def unseen(session: Any) -> None:
        row = session.get_one(Case, case.id)
        row.screening_id, row.proposal = None, ""
        session.add_entry(TrailNote(action="cases_screened", by=None, at=NOW, subject=row, board_id=row.board_id))

    run_in_transaction(board.database, unseen)
    assert WeekReviewReason.NOT_JUDGED in the_week(board).of(WeekSection.LOOK)[0].why


def test_group_members_read_a_booking_in_its_papers_and_not_in_the_week(board: BoardAtWork) -> None:
    case = book(board, 1)
    ask(board, case)
    assert the_week(board, role=Role.GROUP_MEMBER).bookings == []
    with open_reading(board.database) as s:
        assert find_case(acting(s, board.staff[Role.GROUP_MEMBER]), case.number) is None
        assert find_case(acting(s, board.staff[Role.VBE_COORDINATOR]), case.number) is not None


def test_bookings_under_one_number_that_were_answered_unlike_say_so(board: BoardAtWork) -> None:
    one = looked_at(board, 0, booking_reference="77")
    book(board, 1, booking_reference="77")
    confirm(board, one.number)
    made = week_files.answers(the_week(board), "sv", by=board.staff[Role.PREMISES], at=NOW)
    sheet = openpyxl.load_workbook(io.BytesIO(made)).worksheets[0]
    assert [cell.value for cell in sheet[2]] == ["77", "Olika svar, se listan"]


def test_a_time_that_is_most_of_a_day_is_looked_at_and_never_confirmed_in_one_stroke(board: BoardAtWork) -> None:
    case = looked_at(board, 1)

    def longer(session: Any) -> None:
        use = session.scalars(select(Occurrence).where(Occurrence.case_id == case.id)).one()
        use.ends_at = use.starts_at + timedelta(hours=23)
        session.add_entry(TrailNote(action="test", by=None, at=NOW, subject=use, board_id=board.board_id))

    assert the_week(board).of(WeekSection.PLAIN)
    run_in_transaction(board.database, longer)
    assert the_week(board).of(WeekSection.LOOK)[0].why == (WeekReviewReason.LONG,)
    said = BookingAnswer(without_questions=True)
    problem = refused(board, answers.confirm_booking, case.number, said, version=None, role=Role.PREMISES)
    assert problem[0] is Obstacle.CLOSED


def test_what_was_asked_for_and_filled_in_still_counts_as_shown(board: BoardAtWork) -> None:
    case = looked_at(board, 1, event_purpose=None)
    tally = the_week(board).tally
    assert (tally.shown, tally.left, tally.without_questions) == (1, 1, 0)
    told = Facts({"event_purpose": "kurs för medlemmar"})
    board.do(cases.change_facts, case.number, told, version=None, role=Role.PREMISES)
    tally = the_week(board).tally
    assert (tally.shown, tally.left, tally.without_questions) == (1, 1, 0)
    said = BookingAnswer(without_questions=True)
    board.do(answers.confirm_booking, case.number, said, version=None, role=Role.PREMISES)
    tally = the_week(board).tally
    assert (tally.shown, tally.fine, tally.left, tally.without_questions) == (1, 1, 0, 0)


def test_what_the_program_judges_anew_meanwhile_is_no_change_and_what_another_person_does_is(
    board: BoardAtWork,
) -> None:
    first, second, third = (book(board, 1, at=EVENING + timedelta(days=place)) for place in range(3))
    seen = {case.number: board.case(case.number).version for case in (first, second, third)}
    said, given = BookingAnswer(nothing_found=True), {"role": Role.PREMISES}
    with open_reading(board.database) as s:
        same, answered, since = answers.compare_seen(
            acting(s, board.staff[Role.PREMISES]), {**seen, "BOK-2026-9999": 1}
        )
    assert (same, answered) == (frozenset(seen), frozenset())
    board.do(answers.confirm_unchanged, first.number, said, since=since, **given)
    judged_again(board)  # the worker comes in between
    assert board.case(second.number).version != seen[second.number]
    board.do(answers.confirm_unchanged, second.number, said, since=since, **given)
    board.do(cases.add_note, third.number, "Ringde.", official=True)
    obstacle, told = refused(board, answers.confirm_unchanged, third.number, said, since=since, **given)
    assert (obstacle, told) == (Obstacle.STALE, [third.number])
    with open_reading(board.database) as s:
        now = answers.compare_seen(acting(s, board.staff[Role.PREMISES]), {third.number: 0, first.number: 0})
    assert (now.unchanged, now.answered) == (frozenset(), frozenset({first.number}))
    old = seen[first.number]
    with pytest.raises(Refused, match=r"redan besvarad|already been answered"):  # no text to keep: it is answered
        board.do(answers.confirm_booking, first.number, said, version=old, **given)


def test_a_term_says_how_long_it_goes_on_and_the_same_twice_which_other(board: BoardAtWork) -> None:
    weekly = book(board, 1, at=EVENING)
    twin = book(board, 1, at=EVENING)
    with open_technical(board.database) as s:
        later = EVENING + timedelta(days=7)
        row = s.scalars(select(Occurrence).where(Occurrence.case_id == weekly.id)).one()
        s.add(Occurrence(case_id=weekly.id, room_name=row.room_name, starts_at=later, ends_at=None, state=row.state))
    found = {item.case.number: item for item in the_week(board).bookings}
    assert found[weekly.number].series == (2, later.date())
    assert (found[weekly.number].same_time, found[twin.number].same_time) == ("", weekly.number)
    assert found[twin.number].series is None


def test_what_the_coordinator_was_asked_stands_in_the_week_with_its_day(board: BoardAtWork) -> None:
    case = book(board)
    given = {"role": Role.PREMISES}
    board.do(
        booking_referrals.refer_booking, case.number, ReferralRecipient.COORDINATOR, "Är lokalen lämplig?", **given
    )
    (item,) = the_week(board).of(WeekSection.LOOK)
    assert [(row.question, row.due_on) for row in item.asked] == [("Är lokalen lämplig?", date(2026, 11, 30))]


def test_a_booking_whose_time_could_not_be_read_is_told_beside_every_week(board: BoardAtWork) -> None:
    use = RequestedTime(room_name="Salen", starts_at=None, ends_at=None)
    case = board.receive(booking_facts(NUMBERS[2], "Föreningen Prov 2"), kind=CaseKind.BOOKING, uses=(use,))
    found = the_week(board)
    assert [one.number for one in found.untimed] == [case.number]
    assert found.bookings == []
    assert list(the_week(board, role=Role.GROUP_MEMBER).untimed) == []


def test_a_number_that_is_anothers_in_the_register_is_not_written_in(board: BoardAtWork) -> None:
    case, other = book(board, 1), book(board, 2)
    with open_reading(board.database) as s:
        number = s.get_one(Association, other.association_id).number
    told = Facts({"organisation_number": number or ""})
    given = {"version": None, "role": Role.PREMISES}
    obstacle, where = refused(board, cases.change_facts, case.number, told, **given)
    assert (obstacle, where) == (Obstacle.INVALID, ["organisation_number"])
    board.do(cases.change_facts, other.number, told, **given)


def test_the_confirmation_is_not_offered_for_a_booking_that_does_not_stand(board: BoardAtWork) -> None:
    case = book(board)
    said = BookingAnswer(nothing_found=True)
    board.do(answers.confirm_booking, case.number, said, version=None, role=Role.PREMISES)
    with open_reading(board.database) as s:
        row = s.get_one(Case, case.id)
        assert [one.kind for one in letters.writable_letters(s, row, on=NOW.date())] == [LetterKind.APPROVAL]
    board.do(cases.withdraw_case, case.number)
    with open_reading(board.database) as s:
        assert letters.writable_letters(s, s.get_one(Case, case.id), on=NOW.date()) == []
