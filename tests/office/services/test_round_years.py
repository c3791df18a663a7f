"""Steps of a round that are done by what is known: nobody has to say what the item, its decision and minutes say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.board import rules
from tests.factories import TODAY
from tests.grants.board_rounds import three_that_wait
from tests.page_fixtures import board, on_that_day
from vetting.grants.domain.round_calendar import RoundMoment, StepState
from vetting.grants.models.rounds import Round
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.kernel.working_days import deadline
from vetting.office.services import board_decisions, board_items
from vetting.office.services.board_decisions import MeetingWriting
from vetting.office.services.round_years import StandingStep, standing_steps
from vetting.payments.models.payments import Payment

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
M = RoundMoment


def steps(board: BoardAtWork) -> dict[RoundMoment, StandingStep]:
    with open_reading(board.database) as s:
        about = s.get_one(Round, board.round_id)
        found = standing_steps(s, [about], by=board.staff[Role.CASEWORKER], on=TODAY)
    return {step.moment: step for step in found[board.round_id]}


def followed(board: BoardAtWork) -> set[RoundMoment]:
    found = {key for key, step in steps(board).items() if step.follows}
    assert found >= {M.INVITATION, M.REMINDER}  # the round is no copy: nobody is written to
    found -= {M.INVITATION, M.REMINDER}
    assert all(steps(board)[key].state is StepState.DONE and not steps(board)[key].may_be_noted for key in found)
    return found


def decide(board: BoardAtWork, number: str, paragraph: str) -> int:
    maker = {"role": Role.DECISION_MAKER}
    with open_reading(board.database) as s:
        seen = board_decisions.read_row(s, board.round_id, number, board.staff[Role.DECISION_MAKER])
    meeting = MeetingWriting(met_on=TODAY, paragraph=paragraph)
    made = board.do(board_decisions.enter_row, board.round_id, number, seen, meeting, free=True, rules=rules(), **maker)
    return int(made.item_decision_id)


def test_what_is_sent_decided_adjusted_and_put_up_needs_nobody_to_say_so(board: BoardAtWork) -> None:
    numbers = three_that_wait(board)
    assert followed(board) == set()
    board.do(board_items.keep_sent_item, board.round_id, on=TODAY)
    assert followed(board) == {M.REPORT_READY, M.STOP_DAY}
    first = decide(board, numbers[0], "§ 5")
    before = {M.REPORT_READY, M.STOP_DAY, M.PRESIDIUM, M.SUMMONS}
    assert followed(board) == before
    board.do(board_decisions.note_minutes, first, adjusted_on=TODAY, notice_on=None)
    assert followed(board) == before | {M.ADJUSTED}
    board.do(board_decisions.note_minutes, first, adjusted_on=TODAY, notice_on=TODAY)
    assert followed(board) == before | {M.ADJUSTED, M.NOTICE_UP}
    days = {moment: step.step.on for moment, step in steps(board).items()}
    assert (days[M.MEETING], days[M.NOTICE_UP]) == (TODAY, TODAY)
    assert days[M.APPEAL_ENDS] == deadline(TODAY, 21)  # counted from when it was put up, not from what was planned
    with open_reading(board.database) as s:
        planned = s.scalars(select(Payment.planned_on)).all()
    assert set(planned) == {days[M.PAYMENT]}
    appeal_ends = days[M.APPEAL_ENDS]
    decide(board, numbers[1], "§ 6")  # of another paragraph, whose minutes are not adjusted
    assert steps(board)[M.APPEAL_ENDS].step.on == appeal_ends  # what is known of the first stays known
    assert followed(board) == before
