"""Decisions and their drafts, and who may decide what."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session

from vetting.store.base import Base, Plain, Texts, personal, public

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.domain.people import Person


class Delegation(Base):
    """What one person may decide in the board's name, up to which amount. Never a group."""

    __tablename__ = "delegations"

    id: Mapped[int] = public(primary_key=True)
    board_id: Mapped[int] = public(ForeignKey("boards.id"), index=True)
    user_id: Mapped[int] = personal(ForeignKey("users.id"), index=True)
    maker: Mapped[str] = public()
    """board (records what the board decided), committee, delegate or chair"""
    point: Mapped[str] = public(default="")
    kinds: Mapped[Texts] = public()
    """grant, booking, reclaim"""
    refusals: Mapped[bool] = public(default=True)
    largest: Mapped[int | None] = public()
    """Öre; none is without limit."""
    valid_from: Mapped[date] = public()
    valid_to: Mapped[date | None] = public()


class DecisionDraft(Base):
    """A decision being written: the proposal to whoever decides."""

    __tablename__ = "decision_drafts"

    id: Mapped[int] = public(primary_key=True)
    case_id: Mapped[int] = public(ForeignKey("cases.id"), unique=True)
    outcome: Mapped[str] = public()
    amount: Mapped[int | None] = public()
    reasons: Mapped[str] = public(default="")
    conditions: Mapped[Texts] = public()
    reservations: Mapped[Texts] = public()
    grounds: Mapped[Texts] = public()
    against_group: Mapped[str] = public(default="")
    """Why it departs from the reference group's opinion."""
    screening_id: Mapped[int | None] = public()
    """The screening it was written on: a decision on another is no decision on this proposal."""
    written_at: Mapped[datetime] = public()
    by_user_id: Mapped[int] = personal(ForeignKey("users.id"))
    version: Mapped[int] = public(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name


class Decision(Base):
    """What was decided; never changed. A mistake is corrected by a new decision."""

    __tablename__ = "decisions"
    __table_args__ = (Index(None, "case_id", "id"), Index(None, "board_id", "decided_on", "id"))

    id: Mapped[int] = public(primary_key=True)
    board_id: Mapped[int] = public(ForeignKey("boards.id"))
    case_id: Mapped[int] = public(ForeignKey("cases.id"))
    kind: Mapped[str] = public()
    """grant, booking, payment_stop, payment_release, reclaim"""
    changes_id: Mapped[int | None] = public(ForeignKey("decisions.id"))
    outcome: Mapped[str] = public()
    amount: Mapped[int | None] = public()
    conditions: Mapped[Texts] = public()
    reservations: Mapped[Texts] = public()
    """stop, report, reclaim: what the decision holds open."""
    grounds: Mapped[Texts] = public()
    reasons: Mapped[str] = public()
    reasons_at: Mapped[datetime] = public()
    against_group: Mapped[str] = public(default="")
    maker: Mapped[str] = public()
    delegation_point: Mapped[str] = public(default="")
    paragraph: Mapped[str] = public(default="")
    decided_on: Mapped[date] = public()
    decided_at: Mapped[datetime] = public()
    by_user_id: Mapped[int] = personal(ForeignKey("users.id"))
    by_name: Mapped[str] = personal()
    by_function: Mapped[str] = public()
    appeal: Mapped[str] = public()
    rests_on: Mapped[Plain] = public()
    """The ids of the screening, answers, reviews and communications it rested on, and the rules."""


def of_case(session: Session, case_id: int) -> Sequence[Decision]:
    """A case's decisions, newest first."""
    return session.scalars(select(Decision).where(Decision.case_id == case_id).order_by(Decision.id.desc())).all()


def delegations_of(session: Session, by: Person) -> Sequence[Delegation]:
    """What a person may decide in the board."""
    return session.scalars(
        select(Delegation)
        .where(Delegation.board_id == by.board_id, Delegation.user_id == by.id)
        .order_by(Delegation.id)
    ).all()


def stops(session: Session, case_ids: Sequence[int]) -> dict[int, Decision]:
    """The newest decision to stop a payment in each case."""
    rows = session.scalars(
        select(Decision).where(Decision.kind == "payment_stop", Decision.case_id.in_(case_ids)).order_by(Decision.id)
    )
    return {row.case_id: row for row in rows}


def delegations(session: Session, board_id: int) -> Sequence[Delegation]:
    """The board's whole scheme."""
    return session.scalars(select(Delegation).where(Delegation.board_id == board_id).order_by(Delegation.id)).all()
