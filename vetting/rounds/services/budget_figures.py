"""What became of the lines of a board's budget: granted, paid, planned by month, left. Whole sums of the board."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from vetting.casework.models.cases import Case
from vetting.casework.models.decisions import Decision, current_grants
from vetting.grants.models.rounds import RoundScheme
from vetting.money.models.payments import Payment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement

    from vetting.grants.models.rounds import BudgetLine
    from vetting.kernel.store.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFigures:
    """A budget line in öre. planned: month as 2026-12 -> what is to be paid then; stopped is no part of it."""

    budget: int | None
    granted: int = 0
    paid: int = 0
    stopped: int = 0
    planned: Mapping[str, int] = field(default_factory=dict)

    @property
    def bound(self) -> int:
        """Granted and not paid."""
        return max(0, self.granted - self.paid)

    @property
    def left(self) -> int | None:
        """What is not granted of it; below nothing where more is. None where nobody knows what there is."""
        return self.budget - self.granted if self.budget is not None else None


def _of_line(line: BudgetLine) -> ColumnElement[bool]:
    """Cases whose grants are taken from a line: by their round, and by their grant scheme where it is for several."""
    taken = select(RoundScheme.id).where(
        RoundScheme.line_id == line.id,
        RoundScheme.round_id == Case.round_id,
        (Case.scheme_id == RoundScheme.scheme_id) | Case.scheme_id.is_(None),
    )
    return taken.correlate(Case).exists()


def figures_of_lines(session: Session, lines: Sequence[BudgetLine]) -> dict[int, LineFigures]:
    """Line -> what became of it."""
    return {line.id: _figures(session, line) for line in lines}


def _figures(session: Session, line: BudgetLine) -> LineFigures:
    payments = (
        select(Payment.amount, Payment.planned_on, Payment.paid_on, Payment.stopped_on)
        .join(Case, Case.id == Payment.case_id)
        .where(Case.board_id == line.board_id, _of_line(line))
    )
    paid, stopped, planned = 0, 0, dict[str, int]()
    for amount, planned_on, paid_on, stopped_on in session.execute(payments):
        if paid_on is not None:
            paid += amount
        elif stopped_on is not None:
            stopped += amount
        else:
            month = planned_on.strftime("%Y-%m")
            planned[month] = planned.get(month, 0) + amount
    return LineFigures(
        budget=line.amount,
        granted=granted_of_line(session, line),
        paid=paid,
        stopped=stopped,
        planned=dict(sorted(planned.items())),
    )


def granted_of_line(session: Session, line: BudgetLine, *, beside: Iterable[int] = ()) -> int:
    """What decisions that hold have granted from a line, in öre. beside: rounds that are left out."""
    wanted = (
        select(func.coalesce(func.sum(Decision.amount), 0))
        .join(Case, Case.id == Decision.case_id)
        .where(
            Case.board_id == line.board_id,
            Case.round_id.not_in(list(beside)),
            current_grants(),
            _of_line(line),
        )
    )
    return int(session.scalar(wanted) or 0)
