"""The days of a round: each counted from the last day to apply, from the board's meeting, or from another of them.

What must be done before something falls on the last open day before a closed one; a time that somebody is given to
answer or appeal in ends on the next open day (lagen (1930:173) om beräkning av lagstadgad tid). Adjustment within
14 days of the meeting and notice at the latest the second day after: kommunallagen (2017:725) 5:69 and 8:12; three
weeks to appeal from the notice: 13:5.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.kernel.text import Words, _
from vetting.kernel.working_days import APPEAL_DAYS, DAY, closed_because, deadline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

WEEK: Final = timedelta(days=7)
SAME_WEEKDAY: Final = 52 * WEEK
"""A year later on the same day of the week."""
NEAR: Final = 6 * WEEK
"""A meeting of the list is the same one a year later if it lies so near."""
MOST_CLOSED_DAYS: Final = 400
"""An office is never closed for so long."""


class RoundMoment(StrEnum):
    """A step of a round that has a day."""

    OPENS = "opens"
    INVITATION = "invitation"
    REMINDER = "reminder"
    CLOSES = "closes"
    RECEIPT = "receipt"
    COMPLETED = "completed"
    GROUP = "group"
    REPORT_READY = "report_ready"
    STOP_DAY = "stop_day"
    PRESIDIUM = "presidium"
    SUMMONS = "summons"
    MEETING = "meeting"
    ADJUSTED = "adjusted"
    NOTICE_UP = "notice_up"
    LETTERS = "letters"
    APPEAL_ENDS = "appeal_ends"
    NOTICE_DOWN = "notice_down"
    IN_FORCE = "in_force"
    PAYMENT = "payment"
    FIRST_FOLLOW_UP = "first_follow_up"
    SECOND_FOLLOW_UP = "second_follow_up"
    REPORT_REMINDER = "report_reminder"
    REPORT_DUE = "report_due"
    REPORT_OVERDUE = "report_overdue"
    FOLLOW_UP = "follow_up"
    YEAR_REPORT = "year_report"


class StepClosing(StrEnum):
    """How a step is known to be done."""

    PASSES = "passes"
    """It is over when its day has been."""
    COUNTED = "counted"
    """It is over when no case waits for it."""
    TICKED = "ticked"
    """Somebody says so."""
    MAILED = "mailed"
    """A mail to many has been made, and somebody says that it is sent."""


class StepHolder(StrEnum):
    """Who does a step."""

    OFFICER = "officer"
    GROUP = "group"
    SECRETARY = "secretary"
    PRESIDIUM = "presidium"
    BOARD = "board"
    FINANCE = "finance"
    ASSOCIATIONS = "associations"
    NOBODY = "nobody"


HOLDER_WORDS: Final[Mapping[StepHolder, Words]] = {
    StepHolder.OFFICER: _("Handläggaren"),
    StepHolder.GROUP: _("Referensgruppen"),
    StepHolder.SECRETARY: _("Nämndsekreteraren"),
    StepHolder.PRESIDIUM: _("Presidiet"),
    StepHolder.BOARD: _("Nämnden"),
    StepHolder.FINANCE: _("Ekonomi"),
    StepHolder.ASSOCIATIONS: _("Föreningarna"),
    StepHolder.NOBODY: _("Följer av dagen"),
}


class ClosedDayShift(StrEnum):
    """Where a day goes that falls on a closed one."""

    EARLIER = "earlier"
    LATER = "later"
    STAYS = "stays"


class StepRule(NamedTuple):
    """A step: from which other it is counted and how many days, where it goes from a closed day, who does it.

    counted_from: None where the day is the round's own, said by somebody. yearly: instead of days, the month and day of
    the year that is next after the one it is counted from.
    """

    moment: RoundMoment
    words: Words
    counted_from: RoundMoment | None
    days: int
    shift: ClosedDayShift
    holder: StepHolder
    closing: StepClosing
    yearly: tuple[int, int] | None = None


_M, _C, _H = RoundMoment, StepClosing, StepHolder
_EARLIER, _LATER, _STAYS = ClosedDayShift.EARLIER, ClosedDayShift.LATER, ClosedDayShift.STAYS
STEP_RULES: Final = (
    StepRule(_M.OPENS, _("Ansökan öppnar"), None, 0, _STAYS, _H.NOBODY, _C.PASSES),
    StepRule(_M.INVITATION, _("Mejl till förra årets"), _M.OPENS, 0, _LATER, _H.OFFICER, _C.MAILED),
    StepRule(_M.REMINDER, _("Påminnelse om sista dag"), _M.CLOSES, -10, _EARLIER, _H.OFFICER, _C.MAILED),
    StepRule(_M.CLOSES, _("Sista ansökningsdag"), None, 0, _STAYS, _H.ASSOCIATIONS, _C.PASSES),
    StepRule(_M.RECEIPT, _("Kvitto till alla som sökt"), _M.CLOSES, 1, _LATER, _H.OFFICER, _C.MAILED),
    StepRule(_M.COMPLETED, _("Sista dag att komplettera"), _M.CLOSES, 21, _LATER, _H.ASSOCIATIONS, _C.COUNTED),
    StepRule(_M.GROUP, _("Referensgruppens möte"), _M.MEETING, -42, _EARLIER, _H.GROUP, _C.COUNTED),
    StepRule(_M.REPORT_READY, _("Tjänsteutlåtandet klart"), _M.MEETING, -21, _EARLIER, _H.OFFICER, _C.TICKED),
    StepRule(_M.STOP_DAY, _("Stoppdag hos nämndsekreteraren"), _M.MEETING, -17, _EARLIER, _H.OFFICER, _C.TICKED),
    StepRule(_M.PRESIDIUM, _("Presidieberedning"), _M.MEETING, -14, _EARLIER, _H.PRESIDIUM, _C.TICKED),
    StepRule(_M.SUMMONS, _("Kallelse"), _M.MEETING, -7, _EARLIER, _H.SECRETARY, _C.TICKED),
    StepRule(_M.MEETING, _("Nämndens sammanträde"), None, 0, _STAYS, _H.BOARD, _C.COUNTED),
    StepRule(_M.ADJUSTED, _("Justering"), _M.MEETING, 7, _EARLIER, _H.BOARD, _C.TICKED),
    StepRule(_M.NOTICE_UP, _("Anslag upp"), _M.ADJUSTED, 1, _LATER, _H.SECRETARY, _C.TICKED),
    StepRule(_M.LETTERS, _("Beslutsbrev"), _M.NOTICE_UP, 1, _LATER, _H.OFFICER, _C.COUNTED),
    StepRule(_M.APPEAL_ENDS, _("Sista dag att överklaga"), _M.NOTICE_UP, APPEAL_DAYS, _LATER, _H.NOBODY, _C.PASSES),
    StepRule(_M.NOTICE_DOWN, _("Anslag ned"), _M.APPEAL_ENDS, 1, _LATER, _H.SECRETARY, _C.TICKED),
    StepRule(_M.IN_FORCE, _("Laga kraft"), _M.APPEAL_ENDS, 1, _STAYS, _H.NOBODY, _C.PASSES),
    StepRule(_M.PAYMENT, _("Utbetalning"), _M.IN_FORCE, 7, _LATER, _H.FINANCE, _C.COUNTED),
    StepRule(_M.FIRST_FOLLOW_UP, _("Tertialrapport 1"), _M.MEETING, 0, _EARLIER, _H.OFFICER, _C.TICKED, (5, 15)),
    StepRule(_M.SECOND_FOLLOW_UP, _("Tertialrapport 2"), _M.MEETING, 0, _EARLIER, _H.OFFICER, _C.TICKED, (9, 15)),
    StepRule(_M.REPORT_REMINDER, _("Påminnelse om redovisning"), _M.REPORT_DUE, -30, _EARLIER, _H.OFFICER, _C.MAILED),
    StepRule(_M.REPORT_DUE, _("Redovisning senast"), None, 0, _STAYS, _H.ASSOCIATIONS, _C.PASSES),
    StepRule(_M.REPORT_OVERDUE, _("Påminnelse om sen redovisning"), _M.REPORT_DUE, 7, _LATER, _H.OFFICER, _C.MAILED),
    StepRule(_M.FOLLOW_UP, _("Uppföljning"), _M.REPORT_DUE, 30, _LATER, _H.OFFICER, _C.COUNTED),
    StepRule(_M.YEAR_REPORT, _("Verksamhetsberättelse"), _M.REPORT_DUE, 0, _EARLIER, _H.OFFICER, _C.TICKED, (1, 31)),
)
"""Every step in the order of the road."""
RULES_BY_MOMENT: Final[Mapping[RoundMoment, StepRule]] = {rule.moment: rule for rule in STEP_RULES}
OWN_DAYS: Final = tuple(rule.moment for rule in STEP_RULES if rule.counted_from is None)
"""The days that a round says itself."""
MAILED_STEPS: Final = tuple(rule.moment for rule in STEP_RULES if rule.closing is StepClosing.MAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingDays:
    """A meeting of the board as its list has it: the day, and what the list says of the days before it."""

    on: date
    stop_on: date | None = None
    presidium_on: date | None = None
    summons_on: date | None = None

    def day_of(self, moment: RoundMoment) -> date | None:
        """What the list says of a step; None where it says nothing."""
        match moment:
            case RoundMoment.STOP_DAY:
                return self.stop_on
            case RoundMoment.PRESIDIUM:
                return self.presidium_on
            case RoundMoment.SUMMONS:
                return self.summons_on
            case _:
                return None


class ClosedPeriod(NamedTuple):
    """Days, both counted in, when the board's office is closed."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundPlan:
    """What a round's days are counted from. moved: what somebody has said instead of what is counted."""

    opens_on: date
    closes_on: date
    meeting_on: date | None = None
    report_on: date | None = None
    moved: Mapping[RoundMoment, date] = field(default_factory=dict)
    happened: Mapping[RoundMoment, date] = field(default_factory=dict)
    """When a step was taken: what comes after it is counted from that, whatever was planned."""
    with_group: bool = True

    def own_day(self, moment: RoundMoment) -> date | None:
        """The day that the round says itself."""
        match moment:
            case RoundMoment.OPENS:
                return self.opens_on
            case RoundMoment.CLOSES:
                return self.closes_on
            case RoundMoment.MEETING:
                return self.meeting_on
            case RoundMoment.REPORT_DUE:
                return self.report_on
            case _:
                return None


class DayOrigin(StrEnum):
    """Where a day comes from."""

    OWN = "own"
    COUNTED = "counted"
    MEETING_LIST = "meeting_list"
    MOVED = "moved"
    HAPPENED = "happened"
    UNKNOWN = "unknown"


class PlannedStep(NamedTuple):
    """A step with its day; None where what it is counted from is not known."""

    rule: StepRule
    on: date | None
    origin: DayOrigin


def plan_steps(
    plan: RoundPlan, meetings: Iterable[MeetingDays] = (), closed: Iterable[ClosedPeriod] = ()
) -> list[PlannedStep]:
    """Every step of a round in the order of the road, each with its day."""
    periods = tuple(closed)
    of_meeting = next((item for item in meetings if item.on == plan.meeting_on), None)
    days: dict[RoundMoment, PlannedStep] = {}

    def planned(rule: StepRule) -> PlannedStep:
        if rule.moment not in days:
            days[rule.moment] = _plan(rule)
        return days[rule.moment]

    def _plan(rule: StepRule) -> PlannedStep:
        if rule.moment in plan.happened:
            return PlannedStep(rule, plan.happened[rule.moment], DayOrigin.HAPPENED)
        if rule.counted_from is None:
            own = plan.own_day(rule.moment)
            return PlannedStep(rule, own, DayOrigin.OWN if own else DayOrigin.UNKNOWN)
        if rule.moment in plan.moved:
            return PlannedStep(rule, plan.moved[rule.moment], DayOrigin.MOVED)
        listed = of_meeting.day_of(rule.moment) if of_meeting is not None else None
        if listed is not None:
            return PlannedStep(rule, listed, DayOrigin.MEETING_LIST)
        base = planned(RULES_BY_MOMENT[rule.counted_from]).on
        if base is None:
            return PlannedStep(rule, None, DayOrigin.UNKNOWN)
        return PlannedStep(rule, _between(rule, count_day(rule, base, periods), plan), DayOrigin.COUNTED)

    return [planned(rule) for rule in STEP_RULES if plan.with_group or rule.moment is not RoundMoment.GROUP]


def _between(rule: StepRule, counted: date, plan: RoundPlan) -> date:
    """Where the meeting follows so soon that a step before it is counted to before the last day: the day after that."""
    soonest = plan.closes_on + DAY
    if rule.counted_from is RoundMoment.MEETING and rule.days < 0:
        return max(counted, min(soonest, plan.meeting_on or soonest))
    if rule.moment is RoundMoment.COMPLETED and plan.meeting_on is not None:
        return max(soonest, min(counted, plan.meeting_on - WEEK))
    return counted


def count_day(rule: StepRule, base: date, closed: Sequence[ClosedPeriod] = ()) -> date:
    """The day of a step, counted from another's."""
    if rule.yearly is not None:
        month, day = rule.yearly
        counted = date(base.year, month, day)
        counted = counted if counted > base else date(base.year + 1, month, day)
    elif rule.moment is RoundMoment.APPEAL_ENDS:
        return deadline(base, rule.days)  # a time that the law gives knows of no closed weeks
    else:
        counted = base + timedelta(days=rule.days)
    if rule.shift is ClosedDayShift.STAYS:
        return counted
    step = -DAY if rule.shift is ClosedDayShift.EARLIER else DAY
    for _unused in range(MOST_CLOSED_DAYS):
        if not is_closed(counted, closed):
            break
        counted += step
    return counted


def is_closed(day: date, closed: Iterable[ClosedPeriod]) -> bool:
    """Whether the office is closed that day: a holiday, a weekend, or a closed week of its own."""
    return closed_because(day) is not None or any(period.first <= day <= period.last for period in closed)


class YearLater(NamedTuple):
    """The days that next year's round says itself, from those of last year's."""

    opens_on: date
    closes_on: date
    meeting_on: date | None
    report_on: date | None


def year_later(plan: RoundPlan, meetings: Sequence[MeetingDays]) -> YearLater:
    """A year later: the same weekdays, and the meeting of the list that lies nearest to a year after the last one."""
    meeting = _nearest(plan.meeting_on + SAME_WEEKDAY, meetings) if plan.meeting_on else None
    return YearLater(
        plan.opens_on + SAME_WEEKDAY,
        plan.closes_on + SAME_WEEKDAY,
        meeting,
        _same_date(plan.report_on) if plan.report_on else None,
    )


def _nearest(day: date, meetings: Sequence[MeetingDays]) -> date:
    """The meeting of the list that lies nearest to a day; the day where none is near."""
    near = min((item.on for item in meetings), key=lambda on: (abs(on - day), on), default=day)
    return near if abs(near - day) <= NEAR else day


def moved_alike(
    before: RoundPlan, after: RoundPlan, meetings: Sequence[MeetingDays], closed: Sequence[ClosedPeriod] = ()
) -> dict[RoundMoment, date]:
    """What was moved by hand in one round lies as far from the day it is counted from in the other as it did."""
    was = {step.rule.moment: step.on for step in plan_steps(before, meetings, closed)}
    moved: dict[RoundMoment, date] = {}
    for rule in STEP_RULES:
        if rule.moment not in before.moved or rule.counted_from is None:
            continue
        steps = plan_steps(replace(after, moved=moved), meetings, closed)
        base = next((step.on for step in steps if step.rule.moment is rule.counted_from), None)
        base_was = was.get(rule.counted_from)
        if base is not None and base_was is not None:
            moved[rule.moment] = base + (before.moved[rule.moment] - base_was)
    return moved


def _same_date(day: date) -> date:
    """The date a year later; the last of February for a leap day."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


class StepState(StrEnum):
    """How a step stands on a day."""

    DONE = "done"
    LATE = "late"
    NOW = "now"
    COMING = "coming"
    UNKNOWN = "unknown"


SOON: Final = WEEK


def state_of_step(step: PlannedStep, on: date, *, left: int | None, noted: bool) -> StepState:
    """How a step stands. left: how many cases wait for it, None where none can; noted: somebody has said it is done."""
    if noted:
        return StepState.DONE
    if step.on is None:
        return StepState.UNKNOWN
    match step.rule.closing:
        case StepClosing.PASSES:
            is_done, can_be_late = step.on < on, False
        case StepClosing.COUNTED:
            is_done, can_be_late = left == 0 and step.on <= on, left != 0
        case StepClosing.TICKED | StepClosing.MAILED:
            is_done, can_be_late = False, True
    if is_done:
        return StepState.DONE
    if step.on < on:
        return StepState.LATE if can_be_late else StepState.DONE
    return StepState.NOW if step.on <= on + SOON else StepState.COMING
