"""What a board ranks applications by where money is short, apart from its requirements; and what was said of each."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, false, func, select
from sqlalchemy.orm import Mapped, Session

from vetting.kernel.store.base import Base, personal_column, public_column

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class PriorityCriterion(Base):
    """One thing that applications for a grant scheme are ranked by: 0 to `most` points, times a weight."""

    __tablename__ = "priority_criteria"
    __table_args__ = (Index(None, "scheme_id", "id"),)

    id: Mapped[int] = public_column(primary_key=True)
    scheme_id: Mapped[int] = public_column(ForeignKey("grant_schemes.id"))
    name: Mapped[str] = public_column()
    help: Mapped[str] = public_column(default="")
    most: Mapped[int] = public_column()
    weight: Mapped[int] = public_column(default=1)
    each_person: Mapped[bool] = public_column(default=False, server_default=false())
    """Whether each person says their own, and the mean counts; else one answer stands for all."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None] = public_column()


class PriorityAnswer(Base):
    """How many points somebody gave an application; the newest holds, of each person or of all."""

    __tablename__ = "priority_answers"
    __table_args__ = (Index(None, "case_id", "criterion_id", "id"),)

    id: Mapped[int] = public_column(primary_key=True)
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    criterion_id: Mapped[int] = public_column(ForeignKey("priority_criteria.id"))
    points: Mapped[int | None] = public_column()
    """None: it was taken back."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))


def criteria_of_schemes(session: Session, schemes: Iterable[int]) -> dict[int, list[PriorityCriterion]]:
    """Grant scheme -> what its applications are ranked by, in the order they were made."""
    wanted = select(PriorityCriterion).where(
        PriorityCriterion.scheme_id.in_(list(schemes)), PriorityCriterion.ended_at.is_(None)
    )
    found: dict[int, list[PriorityCriterion]] = {}
    for row in session.scalars(wanted.order_by(PriorityCriterion.id)):
        found.setdefault(row.scheme_id, []).append(row)
    return found


def answers_of_cases(session: Session, cases: Iterable[int]) -> Sequence[PriorityAnswer]:
    """What each person said last of each criterion, the oldest first."""
    newest = (
        select(func.max(PriorityAnswer.id))
        .where(PriorityAnswer.case_id.in_(list(cases)))
        .group_by(PriorityAnswer.case_id, PriorityAnswer.criterion_id, PriorityAnswer.by_user_id)
    )
    rows = select(PriorityAnswer).where(PriorityAnswer.id.in_(newest))
    return session.scalars(rows.order_by(PriorityAnswer.id)).all()
