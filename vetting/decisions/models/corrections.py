"""Evident slips in decisions, as they were corrected: what stood, what it is to be, who, when, and why."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, or_, select
from sqlalchemy.orm import Mapped

from vetting.kernel.store.base import Base, personal_column, public_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session


class DecisionCorrection(Base):
    """One correction (36 § förvaltningslagen): a decision as it was first worded, and the same one as it is to read."""

    __tablename__ = "decision_corrections"

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    first_id: Mapped[int] = public_column(ForeignKey("decisions.id"), index=True)
    """As it stood. Nothing of it is ever changed."""
    decision_id: Mapped[int] = public_column(ForeignKey("decisions.id"), index=True)
    """As it is to read: the same decision, of the same day, by the same right."""
    amount_before: Mapped[int | None] = public_column()
    amount_after: Mapped[int | None] = public_column()
    """Öre; None where the sum was right."""
    wrong: Mapped[str] = public_column(default="")
    right: Mapped[str] = public_column(default="")
    """Words in the reasons or conditions; empty where the sum was wrong."""
    because: Mapped[str] = public_column()
    on: Mapped[date] = public_column()
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    by_name: Mapped[str] = personal_column()


def corrected_decisions() -> Select[int]:
    """The ids of decisions as they stood before a slip in them was corrected: the corrected one is the decision."""
    return select(DecisionCorrection.first_id)


def corrections_of_decision(session: Session, decision_id: int) -> Sequence[DecisionCorrection]:
    """The correction that made a decision what it is, and the one that corrected it since."""
    wanted = select(DecisionCorrection).where(
        or_(DecisionCorrection.decision_id == decision_id, DecisionCorrection.first_id == decision_id)
    )
    return session.scalars(wanted.order_by(DecisionCorrection.id)).all()
