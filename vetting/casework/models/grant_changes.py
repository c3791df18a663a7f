"""Requests to change a decided grant, as they are kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped

from vetting.casework.domain.grant_changes import GrantChangeKind, GrantChangeState
from vetting.casework.models.cases import Case, seen_by
from vetting.kernel.store.base import Base, Texts, personal_column, public_column
from vetting.kernel.store.case_rows import case_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.kernel.roles import Action
    from vetting.kernel.store.session import Session


class GrantChange(Base):
    """What an association asked, what was proposed, and the decision."""

    __tablename__ = "grant_changes"
    __table_args__ = (UniqueConstraint("board_id", "number"), Index(None, "board_id", "decision_id", "id"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"), index=True)
    number: Mapped[str] = public_column()
    received_on: Mapped[date] = public_column()
    kinds: Mapped[Texts] = public_column()
    """GrantChangeKind by name."""
    asked: Mapped[str] = personal_column()
    """What the association wants, as an officer wrote it down."""
    report_on: Mapped[date | None] = public_column()
    """The new day of the report, asked for or proposed."""
    approves: Mapped[bool | None] = public_column()
    """What is proposed; None: nothing yet."""
    reasons: Mapped[str] = public_column(default="")
    proposed_by_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    decision_id: Mapped[int | None] = public_column(ForeignKey("decisions.id"))
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    version: Mapped[int] = public_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name

    @property
    def state(self) -> GrantChangeState:
        """Where it stands."""
        if self.decision_id is not None:
            return GrantChangeState.DECIDED
        return GrantChangeState.ASKED if self.approves is None else GrantChangeState.PROPOSED

    @property
    def what(self) -> tuple[GrantChangeKind, ...]:
        return tuple(GrantChangeKind(name) for name in self.kinds)


def changes_of_case(session: Session, case_id: int) -> Sequence[GrantChange]:
    """A case's requests, oldest first."""
    return case_rows(session, GrantChange, case_id, GrantChange.id)


def change_of_decision(session: Session, decision_id: int) -> GrantChange | None:
    """The request that a decision answers."""
    return session.scalar(select(GrantChange).where(GrantChange.decision_id == decision_id))


def open_changes(session: Session, action: Action) -> Sequence[tuple[GrantChange, Case]]:
    """Requests that wait for a decision, in cases that the action reaches, the first that came first."""
    wanted = (
        select(GrantChange, Case)
        .join(Case, Case.id == GrantChange.case_id)
        .where(
            GrantChange.board_id == session.person.board_id,
            GrantChange.decision_id.is_(None),
            seen_by(session.person, action),
        )
        .order_by(GrantChange.received_on, GrantChange.id)
    )
    return [(row, case) for row, case in session.execute(wanted)]
