"""Mails and files that were handed in: what lies ready to be put in a case, and the messages that cases have."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, UniqueConstraint, select
from sqlalchemy.orm import Mapped

from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.store.base import Base, Plain, personal_column, public_column, register_enum_types, sealed_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.kernel.store.session import Session

READY, USED, THROWN = "ready", "used", "thrown"

register_enum_types(CaseKind)


class IncomingPost(Base):
    """A mail, or files that were handed in together. No record: what counts is what is put in a case."""

    __tablename__ = "incoming_posts"
    __table_args__ = (Index(None, "board_id", "state", "id"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    kind: Mapped[CaseKind] = public_column()
    case_id: Mapped[int | None] = public_column(ForeignKey("cases.id"))
    """The case it was handed in on, then the one that it was put in."""
    state: Mapped[str] = public_column(default=READY)
    name: Mapped[str] = personal_column()
    """The file it came as."""
    mail: Mapped[Plain] = sealed_column()
    """{"sender", "address", "subject", "received", "text", "sha256"}; empty for files without a mail."""
    left: Mapped[Any] = personal_column(JSON)
    """[[name, what sv, what en, remedy sv, remedy en]]: what could not be taken out."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int | None] = personal_column()


class IncomingPart(Base):
    """One file of it."""

    __tablename__ = "incoming_parts"
    __table_args__ = (Index(None, "post_id", "id"),)

    id: Mapped[int] = public_column(primary_key=True)
    post_id: Mapped[int] = public_column(ForeignKey("incoming_posts.id", ondelete="CASCADE"))
    name: Mapped[str] = personal_column()
    media_type: Mapped[str] = public_column()
    size: Mapped[int] = public_column()
    sha256: Mapped[str] = public_column()
    original: Mapped[bool] = public_column(default=False)
    """The mail as it came, kept where something in it could not be taken out."""
    content: Mapped[bytes] = sealed_column(LargeBinary, deferred=True)


class Message(Base):
    """A mail that belongs to a case."""

    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("board_id", "sha256"), Index(None, "board_id", "address", "id"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"), index=True)
    document_id: Mapped[int] = public_column(ForeignKey("documents.id"))
    """Its text."""
    sha256: Mapped[str] = public_column()
    """Of the mail as it came: the same mail is put in once."""
    sender: Mapped[str] = personal_column()
    address: Mapped[str] = personal_column()
    subject: Mapped[str] = personal_column()
    received_at: Mapped[datetime | None] = public_column()
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))


MOST: Final = 100


def waiting_incoming_posts(session: Session, board_id: int, kinds: Sequence[str]) -> Sequence[IncomingPost]:
    found = select(IncomingPost).where(
        IncomingPost.board_id == board_id, IncomingPost.state == READY, IncomingPost.kind.in_(kinds)
    )
    return session.scalars(found.order_by(IncomingPost.id.desc()).limit(MOST)).all()


def parts_of_post(session: Session, post_id: int) -> Sequence[IncomingPart]:
    """The files of a post, in their order, without their content."""
    return session.scalars(select(IncomingPart).where(IncomingPart.post_id == post_id).order_by(IncomingPart.id)).all()


def same_mail(session: Session, board_id: int, sha256: str) -> Message | None:
    """The very same mail, where it is in already."""
    return session.scalar(select(Message).where(Message.board_id == board_id, Message.sha256 == sha256))
