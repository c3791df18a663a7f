"""A board's own columns: what it keeps beside the cases of a round for itself. No rule reads them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Index, func, select
from sqlalchemy.orm import Mapped, Session

from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.store.base import Base, Texts, keep_words, personal_column, public_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.cases.models.cases import Case

keep_words(CaseKind)


class OwnColumn(Base):
    """One column, for the applications of a round or for bookings."""

    __tablename__ = "own_columns"
    __table_args__ = (Index(None, "board_id", "kind", "id"), Index(None, "round_id"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    kind: Mapped[CaseKind] = public_column()
    round_id: Mapped[int | None] = public_column(ForeignKey("rounds.id"))
    """Whose applications have it; None of one for bookings, or from before columns belonged to a round."""
    name: Mapped[str] = public_column()
    type: Mapped[str] = public_column()
    """text, number, date, choice"""
    options: Mapped[Texts] = public_column()
    purpose: Mapped[str] = public_column(default="", server_default="")
    """What it is for, as whoever made it said."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    closed_at: Mapped[datetime | None] = public_column()


class OwnValue(Base):
    """What stands in a column for a case; the newest holds, empty when it was taken out."""

    __tablename__ = "own_values"
    __table_args__ = (Index(None, "case_id", "column_id", "id"),)

    id: Mapped[int] = public_column(primary_key=True)
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    column_id: Mapped[int] = public_column(ForeignKey("own_columns.id"))
    value: Mapped[Any] = personal_column(JSON(none_as_null=True), nullable=True)
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))


def columns(session: Session, board_id: int, kind: str | None = None) -> Sequence[OwnColumn]:
    """The board's columns that are in use, in the order they were made."""
    wanted = select(OwnColumn).where(OwnColumn.board_id == board_id, OwnColumn.closed_at.is_(None))
    if kind is not None:
        wanted = wanted.where(OwnColumn.kind == kind)
    return session.scalars(wanted.order_by(OwnColumn.kind.desc(), OwnColumn.id)).all()


def columns_of_round(session: Session, board_id: int, kind: str, round_id: int | None) -> list[OwnColumn]:
    """Those that a case of a round has: the round's own, and those of no round."""
    return [row for row in columns(session, board_id, kind) if row.round_id in {None, round_id}]


def values_of_many(session: Session, cases: Sequence[int]) -> dict[int, dict[int, Any]]:
    """Case id -> column -> what stands there."""
    newest = select(func.max(OwnValue.id)).where(OwnValue.case_id.in_(cases))
    newest = newest.group_by(OwnValue.case_id, OwnValue.column_id)
    found: dict[int, dict[int, Any]] = {}
    for row in session.scalars(select(OwnValue).where(OwnValue.id.in_(newest))):
        if row.value is not None:
            found.setdefault(row.case_id, {})[row.column_id] = row.value
    return found


def values_of(session: Session, case: Case) -> dict[int, Any]:
    """Column -> what stands there for a case."""
    newest = select(func.max(OwnValue.id)).where(OwnValue.case_id == case.id).group_by(OwnValue.column_id)
    rows = session.scalars(select(OwnValue).where(OwnValue.id.in_(newest)))
    return {row.column_id: row.value for row in rows if row.value is not None}
