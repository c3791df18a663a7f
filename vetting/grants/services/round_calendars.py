"""The days of a board's rounds, counted from its meetings past its closed weeks; moved, and noted as done."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.boards.services.sign_in import require_permission
from vetting.decisions.models.decisions import Decision
from vetting.grants.domain.board_days import read_closed_periods, read_meetings
from vetting.grants.domain.round_calendar import (
    OWN_DAYS,
    RULES_BY_MOMENT,
    PlannedStep,
    RoundMoment,
    RoundPlan,
    StepClosing,
    YearLater,
    moved_alike,
    plan_steps,
    year_later,
)
from vetting.grants.models.board_days import BoardMeeting, ClosedWeeks, board_meetings, closed_weeks
from vetting.grants.models.board_items import decisions_of_rounds
from vetting.grants.models.round_days import RoundDay, days_of_rounds
from vetting.grants.services.own_rounds import own_round
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.text import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from vetting.grants.domain.round_calendar import ClosedPeriod, MeetingDays
    from vetting.grants.models.rounds import Round
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession

DAY_FIELD: Final = "day-"
"""What the field of a step's day is called, before the step."""
FARTHEST: Final = timedelta(days=1200)
"""A step lies at most so far from its round's last day to apply."""


def plan_of(
    found: Round,
    moved: Mapping[RoundMoment, date],
    *,
    with_group: bool,
    happened: Mapping[RoundMoment, date] | None = None,
) -> RoundPlan:
    """What a round's days are counted from."""
    return RoundPlan(
        opens_on=found.opens_on,
        closes_on=found.closes_on,
        meeting_on=found.decision_on,
        report_on=found.report_on,
        moved=moved,
        happened=happened or {},
        with_group=with_group,
    )


def _moved_days(rows: Mapping[RoundMoment, RoundDay]) -> dict[RoundMoment, date]:
    return {moment: row.on for moment, row in rows.items() if row.on is not None}


def board_days(session: Session, board_id: int) -> tuple[list[MeetingDays], list[ClosedPeriod]]:
    """When the board meets, and when its office is closed."""
    return (
        [row.as_days() for row in board_meetings(session, board_id)],
        [row.as_period() for row in closed_weeks(session, board_id)],
    )


def steps_of_rounds(session: Session, rounds: Sequence[Round], *, by: Person) -> dict[int, list[PlannedStep]]:
    """Round -> its steps with their days, in the order of the road."""
    meetings, closed = board_days(session, by.board_id)
    keys = [item.id for item in rounds]
    rows, happened = days_of_rounds(session, keys), days_of_meetings(session, keys)
    return {
        item.id: plan_steps(
            plan_of(
                item,
                _moved_days(rows.get(item.id, {})),
                with_group=by.with_group,
                happened=happened.get(item.id),
            ),
            meetings,
            closed,
        )
        for item in rounds
    }


def days_of_meetings(session: Session, rounds: Iterable[int]) -> dict[int, dict[RoundMoment, date]]:
    """Round -> the days of the meetings that decided on its item, as they came: met, adjusted, notice up.

    Of several the last that is known of each; one that only sent it back has none, for nothing of it is appealed.
    """
    found: dict[int, dict[RoundMoment, date]] = {}
    rows = decisions_of_rounds(session, rounds)
    made = select(Decision.item_decision_id).where(Decision.item_decision_id.in_([row.id for row in rows]))
    deciding = set(session.scalars(made.distinct()))
    for row in rows:
        if row.id not in deciding:
            continue
        days = {
            RoundMoment.MEETING: row.met_on,
            RoundMoment.ADJUSTED: row.adjusted_on,
            RoundMoment.NOTICE_UP: row.notice_on,
        }
        known = found.setdefault(row.round_id, {})
        known |= {moment: day for moment, day in days.items() if day is not None}
    return found


def payment_day(session: Session, of: Round, *, by: Person) -> date | None:
    """The day that a round's grants are planned to be paid; None where nothing says it."""
    steps = steps_of_rounds(session, [of], by=by)[of.id]
    return next(step.on for step in steps if step.rule.moment is RoundMoment.PAYMENT)


def days_a_year_later(session: Session, last: Round, *, by: Person) -> YearLater:
    """What a copy of a round begins with."""
    meetings, _closed = board_days(session, by.board_id)
    return year_later(plan_of(last, {}, with_group=by.with_group), meetings)


def moved_a_year_later(session: Session, last: Round, new: Round, *, by: Person) -> dict[RoundMoment, date]:
    """What was moved by hand in last year's round lies as far from what it is counted from in the new one."""
    meetings, closed = board_days(session, by.board_id)
    moved = _moved_days(days_of_rounds(session, [last.id]).get(last.id, {}))
    before = plan_of(last, moved, with_group=by.with_group)
    after = plan_of(new, {}, with_group=by.with_group)
    return moved_alike(before, after, meetings, closed)


def move_steps(
    session: WritingSession, round_id: int, said: Mapping[RoundMoment, date | None], *, by: Person, at: datetime
) -> Round:
    """Other days for some steps; None: it is counted again.

    Raises:
        Refused: there is no such round in the board, or a day lies years from it.
    """
    require_permission(by, Action.MANAGE_ROUNDS)
    found = own_round(session, round_id, by)
    far = [key for key, day in said.items() if day is not None and abs(day - found.closes_on) > FARTHEST]
    if far:
        wrong = (_("Dagen ligger flera år från omgången."), _("Se efter vilket år det ska vara."))
        raise Refused(Obstacle.INVALID, *(Problem(f"{DAY_FIELD}{key}", *wrong) for key in far))
    rows = days_of_rounds(session, [round_id]).get(round_id, {})
    changed = False
    for moment, day in said.items():
        row = rows.get(moment)
        if moment in OWN_DAYS or (row.on if row is not None else None) == day:
            continue
        changed = True
        if row is None:
            session.add(RoundDay(round_id=round_id, moment=moment, on=day))
        else:
            row.on = day
    if changed:
        session.flush()
        session.note(TrailNote(action="round_days_moved", by=by, at=at, subject=found))
    return found


def note_step(
    session: WritingSession, round_id: int, moment: RoundMoment, *, done: bool, by: Person, at: datetime
) -> Round:
    """Somebody says that a step is done, or that it is not.

    Raises:
        Refused: there is no such round in the board, or the step is over by its day or when no case waits.
    """
    require_permission(by, Action.MANAGE_ROUNDS)
    found = own_round(session, round_id, by)
    rule = RULES_BY_MOMENT[moment]
    if rule.closing not in {StepClosing.TICKED, StepClosing.MAILED}:
        raise Refused(
            Obstacle.INVALID,
            Problem("moment", _("Steget blir klart av sig självt."), _("Läs sidan på nytt.")),
        )
    row = days_of_rounds(session, [round_id]).get(round_id, {}).get(moment)
    if (row is not None and row.done_at is not None) == done:
        return found
    if row is None:
        row = RoundDay(round_id=round_id, moment=moment)
        session.add(row)
    row.done_at, row.done_by_id = (at, by.id or None) if done else (None, None)
    session.flush()
    session.note(TrailNote(action="round_step_done" if done else "round_step_undone", by=by, at=at, subject=row))
    return found


def keep_board_days(session: WritingSession, meetings: str, closed: str, *, by: Person, at: datetime) -> None:
    """The board's whole list of meetings and closed weeks, as somebody has pasted it.

    Raises:
        Refused: a line is no day.
    """
    require_permission(by, Action.MANAGE_ROUNDS)
    days, problems = read_meetings(meetings)
    periods, more = read_closed_periods(closed)
    if problems or more:
        raise Refused(Obstacle.INVALID, *problems, *more)
    changed = _keep_meetings(session, {item.on: item for item in days}, by.board_id)
    changed = _keep_closed(session, {item.first: item for item in periods}, by.board_id) or changed
    if changed:
        session.flush()
        session.note(TrailNote(action="board_days_changed", by=by, at=at, board_id=by.board_id))


def _keep_meetings(session: WritingSession, wanted: Mapping[date, MeetingDays], board_id: int) -> bool:
    kept = {row.on: row for row in board_meetings(session, board_id)}
    changed = False
    for day, row in kept.items():
        if day not in wanted:
            session.delete(row)
            changed = True
    for day, item in wanted.items():
        row = kept.get(day) or BoardMeeting(board_id=board_id, on=day)
        said = {"stop_on": item.stop_on, "presidium_on": item.presidium_on, "summons_on": item.summons_on}
        if day not in kept or any(getattr(row, name) != value for name, value in said.items()):
            for name, value in said.items():
                setattr(row, name, value)
            session.add(row)
            changed = True
    return changed


def _keep_closed(session: WritingSession, wanted: Mapping[date, ClosedPeriod], board_id: int) -> bool:
    kept = {row.first_on: row for row in closed_weeks(session, board_id)}
    changed = False
    for day, row in kept.items():
        if day not in wanted:
            session.delete(row)
            changed = True
    for day, item in wanted.items():
        row = kept.get(day) or ClosedWeeks(board_id=board_id, first_on=day)
        if day not in kept or row.last_on != item.last:
            row.last_on = item.last
            session.add(row)
            changed = True
    return changed
