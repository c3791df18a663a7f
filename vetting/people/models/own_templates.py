"""Boards' own Word templates, as they came in."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint, select
from sqlalchemy.orm import Mapped

from vetting.kernel.own_templates import TemplateKind
from vetting.kernel.store.base import Base, personal_column, public_column, register_enum_types

if TYPE_CHECKING:
    from vetting.kernel.store.session import Session

register_enum_types(TemplateKind)


class OwnTemplate(Base):
    """A board's own template, checked when it came; the newest of its kind holds.

    The table is called as it was when there were templates for letters only: the trail knows its rows by that name.
    """

    __tablename__ = "letter_templates"
    __table_args__ = (UniqueConstraint("board_id", "version"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    kind: Mapped[TemplateKind] = public_column(default=TemplateKind.LETTER, server_default=TemplateKind.LETTER)
    version: Mapped[int] = public_column()
    """Of all the board's templates."""
    name: Mapped[str] = personal_column()
    sha256: Mapped[str] = public_column()
    content: Mapped[bytes] = public_column(LargeBinary)
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None] = public_column()


def own_template(session: Session, board_id: int, kind: TemplateKind) -> OwnTemplate | None:
    """The template that a board writes by; None for the plain one."""
    return session.scalar(
        select(OwnTemplate)
        .where(OwnTemplate.board_id == board_id, OwnTemplate.kind == kind, OwnTemplate.ended_at.is_(None))
        .order_by(OwnTemplate.id.desc())
        .limit(1)
    )
