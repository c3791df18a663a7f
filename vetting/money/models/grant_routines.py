"""The written routine for grants, version by version: who answers for it, and what samples are drawn by."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped

from vetting.kernel.store.base import Base, Texts, personal_column, public_column
from vetting.money.domain.samples import RiskFact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.kernel.store.session import Session


class GrantRoutine(Base):
    """One version of it; never changed. Its steps are not kept: they are those of the rules and gates in force."""

    __tablename__ = "grant_routines"
    __table_args__ = (UniqueConstraint("board_id", "version"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    version: Mapped[int] = public_column()
    owner: Mapped[str] = public_column()
    """The function that answers for it."""
    approved_by: Mapped[str] = public_column()
    """The function, meeting or board that has approved it."""
    approved_on: Mapped[date] = public_column()
    anchored: Mapped[str] = public_column(default="")
    """Where it has been gone through with those who follow it, and when."""
    review_on: Mapped[date] = public_column()
    """When it is gone through again."""
    facts: Mapped[Texts] = public_column()
    """The risk facts that samples may be drawn by, of `RiskFact`."""
    amount: Mapped[int | None] = public_column()
    """Öre from which an amount is large."""
    percent: Mapped[int | None] = public_column()
    """From how many per cent a change against last year is large."""
    change: Mapped[str] = public_column()
    """What is new against the version before."""
    rules: Mapped[Texts] = public_column()
    """The rules that were in force when it was approved, as they are called."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))

    @property
    def risk_facts(self) -> tuple[RiskFact, ...]:
        return tuple(fact for fact in RiskFact if fact.value in self.facts)


def grant_routines(session: Session, board_id: int) -> Sequence[GrantRoutine]:
    """The versions of a board's routine, the newest first."""
    return session.scalars(
        select(GrantRoutine).where(GrantRoutine.board_id == board_id).order_by(GrantRoutine.version.desc())
    ).all()


def grant_routine(session: Session, board_id: int) -> GrantRoutine | None:
    """The version in force."""
    return next(iter(grant_routines(session, board_id)), None)
