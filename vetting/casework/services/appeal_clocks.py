"""The notice that the time to appeal a decision counts from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.casework.domain.legal_force import AppealClock
from vetting.kernel.decision_outcomes import DecisionOutcome
from vetting.people import habits_of
from vetting.people.domain.delegation import SINGLE
from vetting.people.domain.ways_of_working import (
    BoardOption,
)
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from vetting.casework.models.decisions import Decision
    from vetting.kernel.store.session import Session


def clock_of(session: Session, decision: Decision) -> AppealClock:
    """From which notice the time to appeal a decision counts."""
    if decision.execution or decision.outcome in NOT_APPEALABLE:
        return AppealClock.NONE
    return clock_by(decision.maker, session.get_one(Board, decision.board_id))


def clock_by(maker: str, board: Board) -> AppealClock:
    """From which notice the time counts for what a maker decides, where it can be appealed at all."""
    return (
        AppealClock.AFTER_REPORT
        if maker in SINGLE and BoardOption.SPECIAL_RECORD not in habits_of(board)
        else AppealClock.OWN_NOTICE
    )


NOT_APPEALABLE: Final = frozenset({DecisionOutcome.TABLED.value, DecisionOutcome.SENT_BACK.value})
"""They only prepare a decision (13 kap. 2 § kommunallagen)."""
