"""The cases of one round, as its days and its plan ask for them: counted, and those that wait for a day of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from vetting.casework.domain.cases import OPEN, CaseState
from vetting.casework.models.cases import Case, in_states
from vetting.kernel.store.import_batches import is_batch_not_undone

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement

    from vetting.kernel.store.session import Session

AFTER_DECISION: Final = frozenset({CaseState.PAYMENT, CaseState.REPORTING})
"""Granted, and not reported."""


def of_rounds(rounds: Iterable[int]) -> ColumnElement[bool]:
    """The cases of some rounds; not what an import that was undone brought."""
    return Case.round_id.in_(list(rounds)) & is_batch_not_undone(Case.batch_id)


def first_received(session: Session, round_id: int) -> date | None:
    """The day on which the first application of a round came."""
    return session.scalar(select(func.min(Case.received_on)).where(of_rounds([round_id])))


def count_received(session: Session, round_id: int, after: date, until: date) -> int:
    """How many applications came after one day and at the latest on another."""
    wanted = select(func.count(Case.id)).where(
        of_rounds([round_id]), Case.received_on > after, Case.received_on <= until
    )
    return int(session.scalar(wanted) or 0)


def open_cases_due(session: Session, round_id: int, due: date | None) -> Sequence[Case]:
    """The undecided cases of a round that are to be decided by its day."""
    due_then = Case.due_on.is_(None) if due is None else Case.due_on == due
    wanted = select(Case).where(of_rounds([round_id]), in_states(OPEN), due_then)
    return session.scalars(wanted.order_by(Case.id)).all()


def count_in_states(session: Session, round_id: int, states: Collection[CaseState]) -> int:
    """How many cases of a round are in some states."""
    return int(session.scalar(select(func.count(Case.id)).where(of_rounds([round_id]), in_states(states))) or 0)
