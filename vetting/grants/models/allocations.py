"""The sharing of a round's money while it is worked on: what is written of each application."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped

from vetting.kernel.store.base import Base, personal_column, public_column
from vetting.kernel.store.case_rows import case_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vetting.kernel.store.session import Session


class WrittenRow(Base):
    """What is written of one application: what is proposed, why it is less than all, its points. By whom last."""

    __tablename__ = "allocation_rows"

    id: Mapped[int] = public_column(primary_key=True)
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"), unique=True)
    round_id: Mapped[int] = public_column(ForeignKey("rounds.id"), index=True)
    amount: Mapped[int | None] = public_column()
    """In öre; None where nothing is proposed."""
    reason: Mapped[str] = public_column(default="")
    points: Mapped[float | None] = public_column()
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))


def written_row(session: Session, case_id: int) -> WrittenRow | None:
    return next(iter(case_rows(session, WrittenRow, case_id)), None)


def written_rows(session: Session, cases: Iterable[int]) -> dict[int, WrittenRow]:
    """Case -> what is written of it."""
    wanted = select(WrittenRow).where(WrittenRow.case_id.in_(list(cases)))
    return {row.case_id: row for row in session.scalars(wanted)}
