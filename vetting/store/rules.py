"""Rule versions: the whole text of the rules that a case was received under, frozen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session

from vetting.store.base import Base, Plain, public


class RuleVersion(Base):
    """One version of a board's rules, resolved and whole; never changed."""

    __tablename__ = "rule_versions"
    __table_args__ = (UniqueConstraint("board_id", "ruleset", "fingerprint"),)

    id: Mapped[int] = public(primary_key=True)
    board_id: Mapped[int] = public(ForeignKey("boards.id"))
    ruleset: Mapped[str] = public()
    number: Mapped[int] = public()
    fingerprint: Mapped[str] = public()
    content: Mapped[Plain] = public()
    taken_up_at: Mapped[datetime] = public()


def version(session: Session, board_id: int, ruleset: str, fingerprint: str) -> RuleVersion | None:
    """The version with a fingerprint, where the board has used it."""
    return session.scalar(
        select(RuleVersion).where(
            RuleVersion.board_id == board_id,
            RuleVersion.ruleset == ruleset,
            RuleVersion.fingerprint == fingerprint,
        )
    )
