"""Screenings: what the rules said of a case, with everything that was read; kept, never changed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped

from vetting.engine.criteria import ReviewMoment
from vetting.engine.proposal import Attention, Proposal
from vetting.kernel.store.base import Base, Plain, personal_column, public_column, register_enum_types

register_enum_types(ReviewMoment, Proposal, Attention)


class StoredScreening(Base):
    """One screening. `read` holds the facts, `answers` the assessments: it can be repeated years later."""

    __tablename__ = "screenings"
    __table_args__ = (Index(None, "case_id", "id"),)

    id: Mapped[int] = public_column(primary_key=True)
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    rule_version_id: Mapped[int] = public_column(ForeignKey("rule_versions.id"))
    moment: Mapped[ReviewMoment] = public_column()
    on: Mapped[date] = public_column()
    at: Mapped[datetime] = public_column()
    read: Mapped[Plain] = personal_column()
    answers: Mapped[Plain] = public_column()
    """Criterion -> id of the assessment it was given."""
    results: Mapped[Plain] = public_column()
    """Criterion -> result, reason, author, effect, attention."""
    proposal: Mapped[Proposal] = public_column()
    attention: Mapped[Attention] = public_column()
    digest: Mapped[str] = public_column()
    """Of everything that went in: the same again is not kept twice."""
