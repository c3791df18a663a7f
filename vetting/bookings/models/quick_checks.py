"""Quick checks that somebody has kept: for thirty days, unless a case was made of one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped

from vetting.associations.models.associations import Association
from vetting.casework.models.cases import recused_associations
from vetting.engine.proposal import Proposal
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.store.base import Base, Plain, personal_column, public_column, register_enum_types

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.kernel.store.session import Session


register_enum_types(CaseKind, Proposal)


class QuickCheck(Base):
    """What a check said of an association that day. Of private persons there is none."""

    __tablename__ = "quick_checks"
    __table_args__ = (Index(None, "board_id", "at", "id"), Index(None, "by_user_id", "id"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    association_id: Mapped[int] = public_column(ForeignKey("associations.id"))
    kind: Mapped[CaseKind] = public_column()
    stated: Mapped[Plain] = public_column()
    """What was said of the event, without persons."""
    proposal: Mapped[Proposal] = public_column()
    parts: Mapped[Plain] = public_column()
    """Part -> its proposal."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    case_id: Mapped[int | None] = public_column(ForeignKey("cases.id"))
    """The case that was made of it."""


def latest_quick_checks(session: Session, since: datetime, most: int) -> Sequence[tuple[QuickCheck, Association]]:
    """One's own last checks in the board, the newest first; none of associations that one has left to others."""
    rows = session.execute(
        select(QuickCheck, Association)
        .join(Association, Association.id == QuickCheck.association_id)
        .where(
            QuickCheck.board_id == session.person.board_id,
            QuickCheck.by_user_id == session.person.id,
            QuickCheck.at >= since,
            QuickCheck.association_id.not_in(recused_associations(session.person.id)),
        )
        .order_by(QuickCheck.id.desc())
        .limit(most)
    )
    return [(check, association) for check, association in rows]


def past_quick_checks(session: Session, board_id: int, before: datetime) -> Sequence[QuickCheck]:
    """Checks whose time is over."""
    return session.scalars(
        select(QuickCheck)
        .where(QuickCheck.board_id == board_id, QuickCheck.at < before, QuickCheck.case_id.is_(None))
        .order_by(QuickCheck.id)
    ).all()
