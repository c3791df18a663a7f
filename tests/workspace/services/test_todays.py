"""A person's first page: ten lines, whole figures, and what leads on to a whole list is never pushed out."""

from __future__ import annotations

from datetime import date, timedelta

from tests.acting import acting
from tests.board import NUMBERS, BoardAtWork, board, booking_facts, clean_facts
from tests.factories import NOW
from tests.rules.published import accept_filled_cases
from tests.rules.services.guideline import CASES, GUIDELINE
from vetting.casework.models.intake import RequestedTime
from vetting.casework.services import meetings
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.reporting.models.overview_figures import waiting_counts
from vetting.rules.services import drafts
from vetting.workspace.domain.watches import WatchedThing
from vetting.workspace.services.queues import QueueFilters, case_queue, case_queue_counts
from vetting.workspace.services.todays import MOST, Today, TodayPlace, today_of
from vetting.workspace.services.watches import NewWatch, add_watch

__all__ = ["board"]


def the_day(board: BoardAtWork, role: Role, on: date) -> Today:
    with open_reading(board.database) as s:
        return today_of(acting(s, board.staff[role]), on=on)


def test_the_figures_are_of_all_and_the_lines_that_lead_to_a_list_stay(board: BoardAtWork) -> None:
    for place in range(MOST + 4):
        board.receive(clean_facts(NUMBERS[0] if place == 0 else "", f"Föreningen {place}"))
    late = NOW.date() + timedelta(days=300)
    found = the_day(board, Role.CASEWORKER, late)
    assert found.late.number == MOST + 4
    lines = [line.place for line in found.now.shown]
    assert TodayPlace.CLEAR_CASES in lines
    assert [line.on for line in found.late.shown] == sorted(line.on for line in found.late.shown if line.on)
    assert len(found.late.shown) == found.late.number  # what is late is never behind "and 4 more"
    assert found.more == found.now.number + found.week.number - len(found.now.shown) - len(found.week.shown)


def test_late_is_the_same_in_the_list_of_today_the_queue_and_the_overview(board: BoardAtWork) -> None:
    numbers = [board.receive(clean_facts(NUMBERS[place], f"Föreningen {place}")).number for place in range(4)]
    board.make_ready(numbers[0])
    rest_until, key = NOW.date() + timedelta(days=400), board.case(numbers[1]).id
    board.do(add_watch, NewWatch(about=WatchedThing.CASE, key=key, on=rest_until, text="Väntar.", sleeps=True))
    late = NOW.date() + timedelta(days=300)
    told = [line.key for line in the_day(board, Role.CASEWORKER, late).late.shown if line.place is TodayPlace.CASE]
    with open_reading(board.database) as s:
        by = board.staff[Role.CASEWORKER]
        listed = case_queue(acting(s, by), QueueFilters(kind=CaseKind.GRANT, late=True), on=late).cases
        counted = case_queue_counts(acting(s, by), CaseKind.GRANT, on=late)["late"]
        waiting = waiting_counts(s, by, late).late
    assert sorted(told) == sorted(case.number for case in listed) == [numbers[0], *numbers[2:]]
    assert counted == waiting == 3


def test_whoever_answers_bookings_by_the_week_is_told_of_them_in_one_line(board: BoardAtWork) -> None:
    starts = NOW + timedelta(days=9)
    for place in range(3):
        use = RequestedTime(room_name="Salen", starts_at=starts, ends_at=starts + timedelta(hours=2))
        board.receive(booking_facts(NUMBERS[place], f"Kören {place}"), kind=CaseKind.BOOKING, uses=(use,))
    found = the_day(board, Role.PREMISES, NOW.date() + timedelta(days=60))
    assert (found.late.number, found.week.number) == (0, 0)
    (line,) = found.now.shown
    assert line.place is TodayPlace.WEEK
    assert "3 skulle ha varit besvarade" in line.why.sv
    others = the_day(board, Role.CASEWORKER, NOW.date() + timedelta(days=60))
    assert others.late.number == 0, "nobody's booking is no caseworker's late case"


def test_rules_that_wait_for_a_second_person_are_told_to_those_who_can_and_come_back_to_who_wrote(
    board: BoardAtWork,
) -> None:
    def of_rules(role: Role) -> list[tuple[TodayPlace, str]]:
        shown = the_day(board, role, NOW.date()).now.shown
        return [(line.place, line.why.sv) for line in shown if line.place.endswith("_rules")]

    draft = board.do(drafts.take_in, GUIDELINE.encode(), CASES.encode(), role=Role.RULES_OWNER)
    assert of_rules(Role.MANAGER) == of_rules(Role.RULES_OWNER) == []
    accept_filled_cases(board, draft.id)
    board.do(drafts.hand_over, draft.id, role=Role.RULES_OWNER)
    assert of_rules(Role.MANAGER) == [(TodayPlace.REVIEW_RULES, "regler som väntar på granskning")]
    assert of_rules(Role.RULES_OWNER) == of_rules(Role.CASEWORKER) == []
    told = [line.name.sv for line in the_day(board, Role.MANAGER, NOW.date()).now.shown if line.key == str(draft.id)]
    assert "Riktlinjer för hundkultur 2027" in told
    board.do(drafts.give_back, draft.id, "Tre hundar.", role=Role.MANAGER)
    assert of_rules(Role.RULES_OWNER) == [(TodayPlace.WRITE_RULES, "regler som du har fått tillbaka: Tre hundar.")]
    assert of_rules(Role.MANAGER) == []


def test_whoever_only_reads_a_meeting_prepares_none(group_board: BoardAtWork) -> None:
    group_board.do(meetings.call_meeting, NOW + timedelta(days=3), "rum 3", role=Role.GROUP_SECRETARY)
    acts = {
        role: [line.act.sv for line in the_day(group_board, role, NOW.date()).week.shown if line.place == "meeting"]
        for role in (Role.GROUP_MEMBER, Role.AUDITOR)
    }
    assert acts == {Role.GROUP_MEMBER: ["Förbered mötet"], Role.AUDITOR: ["Öppna"]}


def test_the_days_of_a_round_and_the_end_of_a_period_are_told_a_week_before(board: BoardAtWork) -> None:
    """The round closes on 1 December and the board meets on the 18th; the year's report ends with the year."""

    def told(role: Role, on: date) -> list[tuple[str, str]]:
        of_days = {TodayPlace.ROUND, TodayPlace.PERIOD}
        shown = (*the_day(board, role, on).now.shown, *the_day(board, role, on).week.shown)
        return [(line.name.sv, line.why.sv) for line in shown if line.place in of_days]

    name = "Verksamhetsbidrag 2027"
    assert told(Role.CASEWORKER, date(2026, 11, 23)) == []
    assert told(Role.CASEWORKER, date(2026, 11, 24)) == [(name, "Sista ansökningsdag")]
    assert told(Role.CASEWORKER, date(2026, 12, 18)) == [(name, "Nämndens sammanträde")]
    assert told(Role.CASEWORKER, date(2026, 12, 19)) == []
    period = ("Rapporten 2026-VB", "perioden slutar")
    assert period not in told(Role.MANAGER, date(2026, 12, 23))
    assert period in told(Role.MANAGER, date(2026, 12, 24))


def test_a_payment_is_late_only_when_it_could_be_made(board: BoardAtWork) -> None:
    case = board.approve(account_checked=False)
    later = NOW.date() + timedelta(days=90)
    assert TodayPlace.PAY not in [line.place for line in the_day(board, Role.FINANCE, later).late.shown]
    board.check_account(case.number)
    assert TodayPlace.PAY in [line.place for line in the_day(board, Role.FINANCE, later).late.shown]
