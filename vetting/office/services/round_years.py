"""The steps of a board's rounds as they stand: each with its day, how many cases wait for it, done or late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from vetting.boards.models.people import names_of
from vetting.cases.domain.cases import OPEN, CaseState
from vetting.cases.models.round_cases import states_of_rounds
from vetting.decisions.models.letters import rounds_without_letters
from vetting.grants.domain.round_calendar import (
    PlannedStep,
    RoundMoment,
    StepClosing,
    StepState,
    state_of_step,
)
from vetting.grants.models.board_items import decisions_of_rounds, rounds_sent
from vetting.grants.models.round_days import days_of_rounds
from vetting.grants.models.rounds import rounds
from vetting.grants.services.round_calendars import steps_of_rounds
from vetting.kernel.roles import Action

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from vetting.grants.models.board_items import ItemDecision
    from vetting.grants.models.rounds import Round
    from vetting.kernel.roles import Person

WAITING: Final[Mapping[RoundMoment, frozenset[CaseState]]] = {
    RoundMoment.COMPLETED: frozenset({CaseState.COMPLETION}),
    RoundMoment.GROUP: frozenset({CaseState.REFERRED}),
    RoundMoment.MEETING: OPEN,
    RoundMoment.PAYMENT: frozenset({CaseState.PAYMENT}),
    RoundMoment.FOLLOW_UP: frozenset({CaseState.REPORTING}),
}
"""Step -> the states of the cases that wait for it."""
AFTER_MEETING: Final = frozenset({RoundMoment.LETTERS, RoundMoment.PAYMENT, RoundMoment.FOLLOW_UP})
"""Steps that every application comes to once it is decided: what is not decided waits for them, too."""


@dataclass(frozen=True, slots=True)
class StandingStep:
    """A step of a round on a day. left: how many cases wait for it; done_at, done_by: who has said that it is done."""

    into: Round
    step: PlannedStep
    state: StepState
    left: int | None
    done_at: datetime | None
    done_by: str
    follows: bool = False
    """It is done because of what has happened since, and nobody has to say so."""

    @property
    def moment(self) -> RoundMoment:
        """Which step it is."""
        return self.step.rule.moment

    @property
    def may_be_noted(self) -> bool:
        """Whether somebody says of it that it is done."""
        return not self.follows and self.step.rule.closing in {StepClosing.TICKED, StepClosing.MAILED}


def standing_steps(session: Session, of: Sequence[Round], *, by: Person, on: date) -> dict[int, list[StandingStep]]:
    """Round -> its steps as they stand, in the order of the road."""
    keys = [item.id for item in of]
    planned = steps_of_rounds(session, of, by=by)
    said = days_of_rounds(session, keys)
    states = states_of_rounds(session, keys)
    untold = rounds_without_letters(session, keys)
    happened = _steps_passed(session, keys)
    people = names_of(session, {row.done_by_id for rows in said.values() for row in rows.values() if row.done_by_id})
    found: dict[int, list[StandingStep]] = {}
    for item in of:
        rows = said.get(item.id, {})
        lines = []
        for step in planned[item.id]:
            row = rows.get(step.rule.moment)
            left = _cases_left(step.rule.moment, states.get(item.id, {}), untold.get(item.id, 0))
            done_at = row.done_at if row is not None else None
            done_by = people.get(row.done_by_id, "") if row is not None and row.done_by_id else ""
            unasked = _is_for_nobody(step.rule.moment, item, states.get(item.id, {}))
            follows = done_at is None and (unasked or step.rule.moment in happened.get(item.id, ()))
            state = state_of_step(step, on, left=left, noted=done_at is not None or follows)
            lines.append(StandingStep(item, step, state, left, done_at, done_by, follows))
        found[item.id] = lines
    return found


BEFORE_MEETING: Final = frozenset(
    {RoundMoment.REPORT_READY, RoundMoment.STOP_DAY, RoundMoment.PRESIDIUM, RoundMoment.SUMMONS}
)
SENT: Final = frozenset({RoundMoment.REPORT_READY, RoundMoment.STOP_DAY})


def _steps_passed(session: Session, rounds_: Sequence[int]) -> dict[int, set[RoundMoment]]:
    """Round -> the steps that are done by what is known of its item: sent, decided, adjusted, put up."""
    found: dict[int, set[RoundMoment]] = {key: set(SENT) for key in rounds_sent(session, rounds_)}
    decided: dict[int, list[ItemDecision]] = {}
    for row in decisions_of_rounds(session, rounds_):
        decided.setdefault(row.round_id, []).append(row)
    for key, rows in decided.items():
        done = found.setdefault(key, set())
        done.update(BEFORE_MEETING)
        if all(row.adjusted_on is not None for row in rows):
            done.add(RoundMoment.ADJUSTED)
        if all(row.notice_on is not None for row in rows):
            done.add(RoundMoment.NOTICE_UP)
    return found


def _is_for_nobody(moment: RoundMoment, of: Round, states: Mapping[CaseState, int]) -> bool:
    """Whether a mail of a round has nobody to go to: no round before it, no applications, no grants to report."""
    match moment:
        case RoundMoment.INVITATION | RoundMoment.REMINDER:
            return of.copied_from_id is None
        case RoundMoment.RECEIPT:
            return not any(states.values()) and of.closed_at is not None
        case RoundMoment.REPORT_REMINDER | RoundMoment.REPORT_OVERDUE:
            before = sum(states.get(state, 0) for state in (*OPEN, CaseState.PAYMENT))
            return not before and not states.get(CaseState.REPORTING, 0)
        case _:
            return False


def _cases_left(moment: RoundMoment, states: Mapping[CaseState, int], untold: int) -> int | None:
    undecided = sum(states.get(state, 0) for state in OPEN) if moment in AFTER_MEETING else 0
    if moment is RoundMoment.LETTERS:
        return untold + undecided
    if moment not in WAITING:
        return None
    return sum(states.get(state, 0) for state in WAITING[moment]) + undecided


def steps_between(session: Session, first: date, last: date, *, by: Person, on: date) -> list[StandingStep]:
    """The steps of the board's open rounds between two days, both counted in, by day; nothing of who manages none."""
    if not by.may(Action.MANAGE_ROUNDS):
        return []
    open_rounds = [item for item in rounds(session, by) if item.closed_at is None]
    lines = [line for steps in standing_steps(session, open_rounds, by=by, on=on).values() for line in steps]
    within = [(line.step.on, line) for line in lines if line.step.on is not None and first <= line.step.on <= last]
    return [line for _day, line in sorted(within, key=lambda pair: (pair[0], pair[1].into.id))]


def next_steps(lines: Sequence[StandingStep], most: int) -> list[StandingStep]:
    """What is late, and then what comes next, by day."""
    waiting = [line for line in lines if line.state in {StepState.LATE, StepState.NOW, StepState.COMING}]
    return sorted(waiting, key=lambda line: line.step.on or date.max)[:most]
