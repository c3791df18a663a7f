"""Proposals to end support of an association, as they are kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, and_, or_, select
from sqlalchemy.orm import Mapped

from vetting.casework.domain.cases import CaseState
from vetting.casework.models.cases import Case, seen_by
from vetting.kernel.store.base import Base, personal_column, public_column
from vetting.money.models.payments import Payment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.kernel.roles import Action
    from vetting.kernel.store.session import Session


class SupportEnding(Base):
    """One payment that is to be stopped, or one booking that is to be taken back; decided by itself."""

    __tablename__ = "support_endings"
    __table_args__ = (Index(None, "board_id", "id"), Index(None, "case_id", "id"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    payment_id: Mapped[int | None] = public_column()
    """The payment to stop; of a booking none. Its own row goes when a new decision takes its place."""
    reasons: Mapped[str] = public_column()
    criterion: Mapped[str] = public_column(default="", server_default="")
    """The criterion that it is about, by id; empty of a condition of the decision."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    told_on: Mapped[date | None] = public_column()
    """When the association got the material."""
    reply_by: Mapped[date | None] = public_column()
    replied_on: Mapped[date | None] = public_column()
    reply: Mapped[str] = personal_column(default="")
    heard_after: Mapped[str] = public_column(default="")
    """Why it is heard only afterwards."""
    withdrawn_at: Mapped[datetime | None] = public_column()
    version: Mapped[int] = public_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name


def endings_of(session: Session, association_id: int) -> Sequence[tuple[SupportEnding, Case]]:
    """The proposals of an association's support, of cases that a person may see, the newest first."""
    wanted = (
        select(SupportEnding, Case)
        .join(Case, Case.id == SupportEnding.case_id)
        .where(
            SupportEnding.board_id == session.person.board_id,
            Case.association_id == association_id,
            seen_by(session.person),
        )
        .order_by(SupportEnding.id.desc())
    )
    return [(row, case) for row, case in session.execute(wanted)]


def find_ending(session: Session, key: int, action: Action) -> tuple[SupportEnding, Case] | None:
    """One proposal with its case, if the action reaches it."""
    row = session.execute(
        select(SupportEnding, Case)
        .join(Case, Case.id == SupportEnding.case_id)
        .where(SupportEnding.id == key, seen_by(session.person, action))
    ).one_or_none()
    return (row[0], row[1]) if row else None


def open_endings(session: Session, action: Action) -> Sequence[tuple[SupportEnding, Case]]:
    """Proposals that nobody has taken back, of what still runs, in cases that the action reaches."""
    runs = or_(
        and_(Payment.id.is_not(None), Payment.stopped_on.is_(None), Payment.paid_on.is_(None)),
        and_(SupportEnding.payment_id.is_(None), Case.state == CaseState.CONFIRMED),
    )
    wanted = (
        select(SupportEnding, Case)
        .join(Case, Case.id == SupportEnding.case_id)
        .outerjoin(Payment, Payment.id == SupportEnding.payment_id)
        .where(
            SupportEnding.board_id == session.person.board_id,
            SupportEnding.withdrawn_at.is_(None),
            runs,
            seen_by(session.person, action, by_key=True),
        )
        .order_by(SupportEnding.id)
    )
    return [(row, case) for row, case in session.execute(wanted)]
