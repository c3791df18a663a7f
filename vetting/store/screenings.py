"""Screenings: what the rules said of a case, with everything that was read; kept, never changed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped

from vetting.store.base import Base, Plain, personal, public


class StoredScreening(Base):
    """One screening. `read` holds the facts, `answers` the assessments: it can be repeated years later."""

    __tablename__ = "screenings"
    __table_args__ = (Index(None, "case_id", "id"),)

    id: Mapped[int] = public(primary_key=True)
    case_id: Mapped[int] = public(ForeignKey("cases.id"))
    rule_version_id: Mapped[int] = public(ForeignKey("rule_versions.id"))
    moment: Mapped[str] = public()
    on: Mapped[date] = public()
    at: Mapped[datetime] = public()
    read: Mapped[Plain] = personal()
    answers: Mapped[Plain] = public()
    """Criterion -> id of the assessment it was given."""
    results: Mapped[Plain] = public()
    """Criterion -> result, reason, author, effect, attention."""
    proposal: Mapped[str] = public()
    attention: Mapped[str] = public()
    digest: Mapped[str] = public()
    """Of everything that went in: the same again is not kept twice."""
