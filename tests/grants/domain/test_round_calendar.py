"""The days of a round: counted from the meeting and the last day, past holidays and closed weeks, moved, a year later."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetting.grants.domain.round_calendar import (
    RULES_BY_MOMENT,
    STEP_RULES,
    ClosedPeriod,
    DayOrigin,
    MeetingDays,
    PlannedStep,
    RoundMoment,
    RoundPlan,
    StepState,
    is_closed,
    moved_alike,
    plan_steps,
    state_of_step,
    year_later,
)

PLAN = RoundPlan(
    opens_on=date(2026, 9, 1),
    closes_on=date(2026, 10, 15),
    meeting_on=date(2026, 12, 16),
    report_on=date(2027, 11, 30),
)


def days(plan: RoundPlan = PLAN, *more: object) -> dict[RoundMoment, date | None]:
    return {step.rule.moment: step.on for step in plan_steps(plan, *more)}  # type: ignore[arg-type] # the lists as they are


def test_days_before_the_meeting_fall_on_open_days_before_it() -> None:
    found = days()
    assert found[RoundMoment.SUMMONS] == date(2026, 12, 9)
    assert found[RoundMoment.PRESIDIUM] == date(2026, 12, 2)
    assert found[RoundMoment.STOP_DAY] == date(2026, 11, 27)  # 29 November is a Sunday: the Friday before
    assert found[RoundMoment.REPORT_READY] == date(2026, 11, 25)
    assert found[RoundMoment.GROUP] == date(2026, 11, 4)


def test_three_weeks_to_appeal_run_from_the_notice_and_end_on_an_open_day() -> None:
    found = days()
    assert found[RoundMoment.ADJUSTED] == date(2026, 12, 23)
    assert found[RoundMoment.NOTICE_UP] == date(2026, 12, 28)  # Christmas lies between
    assert found[RoundMoment.APPEAL_ENDS] == date(2027, 1, 18)
    assert found[RoundMoment.IN_FORCE] == date(2027, 1, 19)


def test_closed_weeks_move_what_the_office_does_and_not_what_the_law_counts() -> None:
    closed = [ClosedPeriod(date(2027, 1, 11), date(2027, 1, 31))]
    found = days(PLAN, [], closed)
    assert found[RoundMoment.APPEAL_ENDS] == date(2027, 1, 18)
    assert found[RoundMoment.PAYMENT] == date(2027, 2, 1)
    assert found[RoundMoment.NOTICE_DOWN] == date(2027, 2, 1)


def test_what_the_boards_list_says_of_its_meeting_goes_before_what_is_counted() -> None:
    listed = MeetingDays(on=date(2026, 12, 16), stop_on=date(2026, 11, 30))
    steps = {step.rule.moment: step for step in plan_steps(PLAN, [listed])}
    assert steps[RoundMoment.STOP_DAY] == PlannedStep(
        RULES_BY_MOMENT[RoundMoment.STOP_DAY], date(2026, 11, 30), DayOrigin.MEETING_LIST
    )
    assert steps[RoundMoment.PRESIDIUM].origin is DayOrigin.COUNTED


def test_a_moved_day_takes_with_it_what_is_counted_from_it() -> None:
    moved = RoundPlan(
        opens_on=PLAN.opens_on,
        closes_on=PLAN.closes_on,
        meeting_on=PLAN.meeting_on,
        moved={RoundMoment.ADJUSTED: date(2026, 12, 17), RoundMoment.SUMMONS: date(2026, 12, 7)},
    )
    found = days(moved)
    assert found[RoundMoment.NOTICE_UP] == date(2026, 12, 18)
    assert found[RoundMoment.APPEAL_ENDS] == date(2027, 1, 8)
    assert found[RoundMoment.SUMMONS] == date(2026, 12, 7)


def test_without_a_meeting_what_is_counted_from_it_is_not_known() -> None:
    found = days(RoundPlan(opens_on=PLAN.opens_on, closes_on=PLAN.closes_on))
    assert found[RoundMoment.LETTERS] is None
    assert found[RoundMoment.FOLLOW_UP] is None
    assert found[RoundMoment.REMINDER] == date(2026, 10, 5)
    assert RoundMoment.GROUP not in days(RoundPlan(opens_on=PLAN.opens_on, closes_on=PLAN.closes_on, with_group=False))


def test_a_meeting_soon_after_the_last_day_leaves_the_steps_between_them() -> None:
    tight = RoundPlan(opens_on=PLAN.opens_on, closes_on=date(2026, 12, 7), meeting_on=date(2026, 12, 16))
    found = days(tight)
    for moment in (RoundMoment.GROUP, RoundMoment.REPORT_READY, RoundMoment.STOP_DAY, RoundMoment.COMPLETED):
        assert date(2026, 12, 7) < (found[moment] or date.min) <= date(2026, 12, 16)


def test_a_copy_lies_on_the_same_weekdays_at_the_meeting_that_is_nearest() -> None:
    listed = [MeetingDays(on=date(2027, 11, 17)), MeetingDays(on=date(2027, 12, 14))]
    later = year_later(PLAN, listed)
    assert later.closes_on == date(2027, 10, 14)
    assert later.closes_on.weekday() == PLAN.closes_on.weekday()
    assert later.meeting_on == date(2027, 12, 14)
    assert later.report_on == date(2028, 11, 30)
    assert year_later(PLAN, []).meeting_on == date(2027, 12, 15)


def test_what_was_moved_is_moved_as_far_in_the_copy() -> None:
    before = RoundPlan(
        opens_on=PLAN.opens_on,
        closes_on=PLAN.closes_on,
        meeting_on=PLAN.meeting_on,
        moved={RoundMoment.ADJUSTED: date(2026, 12, 18), RoundMoment.NOTICE_UP: date(2026, 12, 18)},
    )
    after = RoundPlan(opens_on=date(2027, 9, 1), closes_on=date(2027, 10, 14), meeting_on=date(2027, 12, 14))
    assert moved_alike(before, after, []) == {
        RoundMoment.ADJUSTED: date(2027, 12, 16),
        RoundMoment.NOTICE_UP: date(2027, 12, 16),
    }


@given(st.dates(date(2024, 1, 1), date(2040, 12, 31)), st.integers(20, 200))
def test_no_step_that_somebody_does_is_counted_to_a_closed_day(closes: date, until: int) -> None:
    plan = RoundPlan(
        opens_on=closes - timedelta(days=40),
        closes_on=closes,
        meeting_on=closes + timedelta(days=until),
        report_on=closes + timedelta(days=until + 300),
    )
    free = {RoundMoment.IN_FORCE, *(rule.moment for rule in STEP_RULES if rule.counted_from is None)}
    for step in plan_steps(plan):
        on = step.on
        assert on is not None
        tight = on == closes + timedelta(days=1) or step.rule.moment is RoundMoment.COMPLETED
        assert step.rule.moment in free or tight or not is_closed(on, [])


@pytest.mark.parametrize(
    ("moment", "left", "noted", "state"),
    [
        (RoundMoment.CLOSES, None, False, StepState.DONE),
        (RoundMoment.STOP_DAY, None, False, StepState.LATE),
        (RoundMoment.STOP_DAY, None, True, StepState.DONE),
        (RoundMoment.LETTERS, 0, False, StepState.DONE),
        (RoundMoment.LETTERS, 3, False, StepState.LATE),
        (RoundMoment.RECEIPT, None, False, StepState.LATE),
    ],
)
def test_a_step_whose_day_has_been_is_done_or_late(
    moment: RoundMoment, left: int | None, noted: object, state: StepState
) -> None:
    step = PlannedStep(RULES_BY_MOMENT[moment], date(2026, 11, 1), DayOrigin.COUNTED)
    assert state_of_step(step, date(2026, 11, 9), left=left, noted=bool(noted)) is state


def test_a_step_within_a_week_is_now_and_one_without_a_day_is_unknown() -> None:
    rule = RULES_BY_MOMENT[RoundMoment.LETTERS]
    on = date(2026, 11, 9)
    assert (
        state_of_step(PlannedStep(rule, on + timedelta(7), DayOrigin.COUNTED), on, left=0, noted=False) is StepState.NOW
    )
    later = PlannedStep(rule, on + timedelta(8), DayOrigin.COUNTED)
    assert state_of_step(later, on, left=0, noted=False) is StepState.COMING
    unknown = PlannedStep(rule, None, DayOrigin.UNKNOWN)
    assert state_of_step(unknown, on, left=0, noted=False) is StepState.UNKNOWN
