"""What was decided outside the program, and what others give: sums that a list says, no cases, gates or letters."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped

from vetting.kernel.store.base import Base, personal_column, public_column

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vetting.kernel.store.session import Session


class OutsideDecision(Base):
    """One line of a list: an association, a year, what it asked for, what became of it. Amounts in öre.

    giver: empty of what the board itself decided before it had the program, else another board.
    """

    __tablename__ = "outside_decisions"
    __table_args__ = (Index(None, "board_id", "association_id", "year"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    association_id: Mapped[int] = public_column(ForeignKey("associations.id"))
    giver: Mapped[str] = public_column(default="")
    year: Mapped[int] = public_column()
    scheme: Mapped[str] = public_column(default="")
    purpose: Mapped[str] = public_column(default="")
    applied: Mapped[int | None] = public_column()
    granted: Mapped[int | None] = public_column()
    used: Mapped[int | None] = public_column()
    outcome: Mapped[str] = public_column(default="")
    source: Mapped[str] = personal_column(default="")
    """The file it came from."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    taken_back_at: Mapped[datetime | None] = public_column()
    decided_on: Mapped[date | None] = public_column()


def outside_decisions(session: Session, board_id: int, associations: Iterable[int]) -> Sequence[OutsideDecision]:
    """What lists say of some associations, the earliest year first."""
    wanted = select(OutsideDecision).where(
        OutsideDecision.board_id == board_id,
        OutsideDecision.association_id.in_(list(associations)),
        OutsideDecision.taken_back_at.is_(None),
    )
    return session.scalars(wanted.order_by(OutsideDecision.year, OutsideDecision.id)).all()
