"""What persons have answered, with the evidence behind it: rows that are never overwritten."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, and_, func, or_, select
from sqlalchemy.orm import Mapped, Session

from vetting.store.associations import records_of
from vetting.store.base import Base, Texts, personal, public, sealed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.store.cases import Case


class AssessmentRow(Base):
    """One answer to one criterion, of an association in a board or of a case."""

    __tablename__ = "assessments"
    __table_args__ = (
        Index(None, "board_id", "association_id", "criterion", "id"),
        Index(None, "case_id", "criterion", "id"),
    )

    id: Mapped[int] = public(primary_key=True)
    board_id: Mapped[int] = public(ForeignKey("boards.id"))
    association_id: Mapped[int | None] = public(ForeignKey("associations.id"))
    case_id: Mapped[int | None] = public(ForeignKey("cases.id"))
    made_in_case_id: Mapped[int] = public(ForeignKey("cases.id"))
    criterion: Mapped[str] = public()
    answer: Mapped[str] = public()
    fingerprint: Mapped[str] = public()
    looked_at: Mapped[Texts] = public()
    reasons: Mapped[str] = sealed(default="")
    signals: Mapped[Texts] = public()
    valid_until: Mapped[date | None] = public()
    on: Mapped[date] = public()
    at: Mapped[datetime] = public()
    by_user_id: Mapped[int] = personal(ForeignKey("users.id"))
    by_name: Mapped[str] = personal()


class EvidenceRow(Base):
    """What a "not met" rests on: an act or statement."""

    __tablename__ = "evidence"

    id: Mapped[int] = public(primary_key=True)
    assessment_id: Mapped[int] = public(ForeignKey("assessments.id"), index=True)
    act: Mapped[str] = sealed()
    role: Mapped[str] = sealed()
    inside_activity: Mapped[bool] = public()
    happened: Mapped[str] = public()
    source: Mapped[str] = sealed()
    document_id: Mapped[int | None] = public(ForeignKey("documents.id"))
    verified: Mapped[bool] = public()
    may_be_shown: Mapped[bool] = public()
    special_reasons: Mapped[str] = sealed(default="")
    proportionality: Mapped[str] = sealed(default="")


class AssessmentWithdrawal(Base):
    """An answer that no longer stands, and why."""

    __tablename__ = "assessment_withdrawals"

    id: Mapped[int] = public(primary_key=True)
    assessment_id: Mapped[int] = public(ForeignKey("assessments.id"), unique=True)
    reason: Mapped[str] = public()
    at: Mapped[datetime] = public()
    by_user_id: Mapped[int] = personal(ForeignKey("users.id"))


def standing(session: Session, case: Case) -> Sequence[tuple[AssessmentRow, bool]]:
    """The newest answer to each criterion of a case and of its association, and whether it was withdrawn."""
    owner = AssessmentRow.case_id == case.id
    if case.association_id is not None:
        owner = or_(
            owner,
            and_(
                AssessmentRow.board_id == case.board_id,
                AssessmentRow.association_id.in_(records_of(case.association_id)),
                AssessmentRow.case_id.is_(None),
            ),
        )
    newest = select(func.max(AssessmentRow.id)).where(owner).group_by(AssessmentRow.criterion)
    rows = session.execute(
        select(AssessmentRow, AssessmentWithdrawal.id)
        .outerjoin(AssessmentWithdrawal, AssessmentWithdrawal.assessment_id == AssessmentRow.id)
        .where(AssessmentRow.id.in_(newest))
        .order_by(AssessmentRow.id)
    )
    return [(row, withdrawn is not None) for row, withdrawn in rows]


def evidence_for(session: Session, assessment_ids: list[int]) -> dict[int, list[EvidenceRow]]:
    """The evidence behind answers, by answer."""
    found: dict[int, list[EvidenceRow]] = {}
    rows = session.scalars(
        select(EvidenceRow).where(EvidenceRow.assessment_id.in_(assessment_ids)).order_by(EvidenceRow.id)
    )
    for row in rows:
        found.setdefault(row.assessment_id, []).append(row)
    return found
