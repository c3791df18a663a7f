"""Values of facts: rows that are never overwritten; the newest of an owner and a fact holds."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Index, and_, func, or_, select
from sqlalchemy.orm import Mapped, Session

from vetting.store.base import Base, personal, public

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.store.cases import Case


class FactValue(Base):
    """One value, of an association in a board (case empty) or of a case. `value` null and `absent`: said not to be."""

    __tablename__ = "fact_values"
    __table_args__ = (
        Index(None, "board_id", "association_id", "fact", "id"),
        Index(None, "case_id", "fact", "id"),
    )

    id: Mapped[int] = public(primary_key=True)
    board_id: Mapped[int] = public(ForeignKey("boards.id"))
    association_id: Mapped[int | None] = public(ForeignKey("associations.id"))
    case_id: Mapped[int | None] = public(ForeignKey("cases.id"))
    fact: Mapped[str] = public()
    value: Mapped[Any] = personal(JSON, nullable=True)
    absent: Mapped[bool] = public(default=False)
    unreadable: Mapped[bool] = public(default=False)
    supplied_by: Mapped[str] = public()
    document_id: Mapped[int | None] = public(ForeignKey("documents.id"))
    batch_id: Mapped[int | None] = public(ForeignKey("import_batches.id"))
    batch_row: Mapped[int | None] = public()
    as_of: Mapped[date] = public()
    entered_at: Mapped[datetime] = public()
    by_user_id: Mapped[int | None] = personal(ForeignKey("users.id"))


def values_of(session: Session, case: Case) -> Sequence[FactValue]:
    """The newest value of each fact of a case and of its association in the board."""
    owner = FactValue.case_id == case.id
    if case.association_id is not None:
        association = and_(
            FactValue.board_id == case.board_id,
            FactValue.association_id == case.association_id,
            FactValue.case_id.is_(None),
        )
        owner = or_(owner, association)
    newest = select(func.max(FactValue.id)).where(owner).group_by(FactValue.fact, FactValue.case_id)
    return session.scalars(select(FactValue).where(FactValue.id.in_(newest)).order_by(FactValue.id)).all()


def history(session: Session, case: Case, fact: str) -> Sequence[FactValue]:
    """Every value a fact has had in a case and its association, newest first."""
    owner = FactValue.case_id == case.id
    if case.association_id is not None:
        owner = or_(
            owner,
            and_(
                FactValue.board_id == case.board_id,
                FactValue.association_id == case.association_id,
                FactValue.case_id.is_(None),
            ),
        )
    return session.scalars(select(FactValue).where(owner, FactValue.fact == fact).order_by(FactValue.id.desc())).all()
