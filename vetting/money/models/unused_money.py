"""Money asked back because the association has not used it, by its own report."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped

from vetting.casework.models.cases import Case, seen_by
from vetting.kernel.store.base import Base, personal_column, public_column
from vetting.kernel.store.case_rows import case_rows
from vetting.money.domain.unused_money import UnusedDays

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.kernel.store.session import Session


class UnusedMoney(Base):
    """What one association is asked to pay back of one grant, by letter and the finance office's invoice."""

    __tablename__ = "unused_money"
    __table_args__ = (UniqueConstraint("case_id"), UniqueConstraint("board_id", "number"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    number: Mapped[str] = public_column()
    amount: Mapped[int] = public_column()
    asked_on: Mapped[date] = public_column()
    due_on: Mapped[date] = public_column()
    invoice: Mapped[str] = public_column(default="")
    paid: Mapped[int] = public_column(default=0)
    paid_on: Mapped[date | None] = public_column()
    """When the last of it came."""
    disputed_on: Mapped[date | None] = public_column()
    disputed: Mapped[str] = personal_column(default="")
    """What the association said."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    version: Mapped[int] = public_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name

    @property
    def days(self) -> UnusedDays:
        return UnusedDays(self.amount, self.paid, self.due_on, self.disputed_on)


def unused_of(session: Session, case_id: int) -> UnusedMoney | None:
    """What is asked back in a case; None where nothing is."""
    return next(iter(case_rows(session, UnusedMoney, case_id, UnusedMoney.id)), None)


def unused_to_come(session: Session, most: int) -> Sequence[tuple[UnusedMoney, Case]]:
    """What is not paid, of cases that a person may see, the first due first."""
    wanted = (
        select(UnusedMoney, Case)
        .join(Case, Case.id == UnusedMoney.case_id)
        .where(
            UnusedMoney.board_id == session.person.board_id,
            seen_by(session.person, by_key=True),
            UnusedMoney.paid < UnusedMoney.amount,
        )
        .order_by(UnusedMoney.due_on, UnusedMoney.id)
        .limit(most)
    )
    return [(row, case) for row, case in session.execute(wanted)]
