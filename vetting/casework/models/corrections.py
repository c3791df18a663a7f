"""Evident slips in decisions, as they were corrected: what stood, what it is to be, who, when, and why."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped

from vetting.kernel.decision_outcomes import DecisionOutcome
from vetting.kernel.store.base import Base, Texts, personal_column, public_column

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Select

    from vetting.kernel.store.session import Session


class DecisionCorrection(Base):
    """One correction (36 § förvaltningslagen): the database lets a decision be changed only as such a row says."""

    __tablename__ = "decision_corrections"

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"), index=True)
    decision_id: Mapped[int] = public_column(ForeignKey("decisions.id"), index=True)
    amount_before: Mapped[int | None] = public_column()
    """Öre, as are all amounts."""
    amount_after: Mapped[int | None] = public_column()
    outcome_before: Mapped[DecisionOutcome] = public_column()
    outcome_after: Mapped[DecisionOutcome] = public_column()
    reasons_before: Mapped[str] = public_column()
    reasons_after: Mapped[str] = public_column()
    conditions_before: Mapped[Texts] = public_column()
    conditions_after: Mapped[Texts] = public_column()
    wrong: Mapped[str] = public_column(default="")
    right: Mapped[str] = public_column(default="")
    """Words in the reasons or conditions; empty where only the sum was wrong."""
    because: Mapped[str] = public_column()
    on: Mapped[date] = public_column()
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    by_name: Mapped[str] = personal_column()

    @property
    def corrects_amount(self) -> bool:
        """Whether the sum was wrong."""
        return self.amount_before != self.amount_after


def corrected_by(cases: Iterable[int]) -> Select[int, int]:
    """(case, who corrected the sum of a decision in it) of some cases: they decided it as much as its maker."""
    return select(DecisionCorrection.case_id, DecisionCorrection.by_user_id).where(
        DecisionCorrection.case_id.in_(list(cases)),
        DecisionCorrection.amount_before.is_distinct_from(DecisionCorrection.amount_after),
    )


def corrections_of_decision(session: Session, decision_id: int) -> Sequence[DecisionCorrection]:
    """The corrections of a decision, the oldest first."""
    wanted = select(DecisionCorrection).where(DecisionCorrection.decision_id == decision_id)
    return session.scalars(wanted.order_by(DecisionCorrection.id)).all()
