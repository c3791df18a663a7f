"""Requests for completion: what was asked of whom in one act, the letters, what is known of a gap, where to write."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import JSON, ForeignKey, Index, func, select
from sqlalchemy.orm import Mapped, Session

from vetting.store.base import Base, Plain, Texts, personal, public
from vetting.store.incoming import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAIL, POST = "mail", "post"


class CompletionBatch(Base):
    """One act that asked one or many associations for what is missing, each with its letter and all by one day."""

    __tablename__ = "completion_batches"
    __table_args__ = (Index(None, "board_id", "id"),)

    id: Mapped[int] = public(primary_key=True)
    board_id: Mapped[int] = public(ForeignKey("boards.id"))
    kind: Mapped[str] = public()
    due_on: Mapped[date] = public()
    reminder: Mapped[bool] = public(default=False)
    left: Mapped[Any] = public(JSON)
    """[[case number, what sv, what en]]: chosen cases that nothing was asked of, and why."""
    at: Mapped[datetime] = public()
    by_user_id: Mapped[int | None] = personal(ForeignKey("users.id"))


class Completion(Base):
    """A request to send in what is missing."""

    __tablename__ = "completions"

    id: Mapped[int] = public(primary_key=True)
    case_id: Mapped[int] = public(ForeignKey("cases.id"), index=True)
    batch_id: Mapped[int | None] = public(ForeignKey("completion_batches.id"), index=True)
    facts: Mapped[Texts] = public()
    text: Mapped[str] = public()
    sent_on: Mapped[date] = public()
    due_on: Mapped[date] = public()
    by_user_id: Mapped[int | None] = personal(ForeignKey("users.id"))
    ended_on: Mapped[date | None] = public()
    reminder: Mapped[bool] = public(default=False, server_default="0")
    letter: Mapped[Plain] = personal(server_default="{}")
    """{"way", "to", "email", "postal": [line], "subject", "lines": [line]} as it went out; empty before there were
    letters."""


class GapNote(Base):
    """What is known of one thing that a case lacks: promised by a day, or in another paper. The newest holds."""

    __tablename__ = "gap_notes"
    __table_args__ = (Index(None, "case_id", "fact", "id"),)

    id: Mapped[int] = public(primary_key=True)
    case_id: Mapped[int] = public(ForeignKey("cases.id"))
    fact: Mapped[str] = public()
    state: Mapped[str] = public()
    promised_on: Mapped[date | None] = public()
    document_id: Mapped[int | None] = public(ForeignKey("documents.id"))
    at: Mapped[datetime] = public()
    by_user_id: Mapped[int | None] = personal(ForeignKey("users.id"))


class Contact(Base):
    """Where a board writes to an association. The newest holds."""

    __tablename__ = "contacts"
    __table_args__ = (Index(None, "board_id", "association_id", "id"),)

    id: Mapped[int] = public(primary_key=True)
    board_id: Mapped[int] = public(ForeignKey("boards.id"))
    association_id: Mapped[int] = public(ForeignKey("associations.id"))
    email: Mapped[str] = personal()
    postal: Mapped[str] = personal()
    at: Mapped[datetime] = public()
    by_user_id: Mapped[int | None] = personal(ForeignKey("users.id"))


MOST_BATCHES: Final = 20


def completions(session: Session, case_id: int) -> Sequence[Completion]:
    """Requests for completion, newest first."""
    return session.scalars(select(Completion).where(Completion.case_id == case_id).order_by(Completion.id.desc())).all()


def latest_of(session: Session, cases: Iterable[int]) -> dict[int, Completion]:
    """Case -> its newest request."""
    newest = select(func.max(Completion.id)).where(Completion.case_id.in_(list(cases))).group_by(Completion.case_id)
    return {row.case_id: row for row in session.scalars(select(Completion).where(Completion.id.in_(newest)))}


def gap_notes(session: Session, cases: Iterable[int]) -> dict[int, dict[str, GapNote]]:
    """Case -> fact -> the newest note."""
    found: dict[int, dict[str, GapNote]] = {}
    wanted = select(GapNote).where(GapNote.case_id.in_(list(cases))).order_by(GapNote.id)
    for note in session.scalars(wanted):
        found.setdefault(note.case_id, {})[note.fact] = note
    return found


def contacts(session: Session, board_id: int, associations: Iterable[int]) -> dict[int, Contact]:
    """Association -> where the board writes to it."""
    newest = select(func.max(Contact.id)).where(
        Contact.board_id == board_id, Contact.association_id.in_(list(associations))
    )
    rows = session.scalars(select(Contact).where(Contact.id.in_(newest.group_by(Contact.association_id))))
    return {row.association_id: row for row in rows}


def senders(session: Session, cases: Iterable[int]) -> dict[int, str]:
    """Case -> the address that its newest mail came from."""
    newest = select(func.max(Message.id)).where(Message.case_id.in_(list(cases)), Message.address != "")
    rows = session.scalars(select(Message).where(Message.id.in_(newest.group_by(Message.case_id))))
    return {row.case_id: row.address for row in rows}


def batches(session: Session, board_id: int, kind: str) -> Sequence[CompletionBatch]:
    """The latest acts of a board, newest first."""
    found = select(CompletionBatch).where(CompletionBatch.board_id == board_id, CompletionBatch.kind == kind)
    return session.scalars(found.order_by(CompletionBatch.id.desc()).limit(MOST_BATCHES)).all()


def of_batch(session: Session, batch_id: int) -> Sequence[Completion]:
    """The requests of one act, in the order they were made."""
    return session.scalars(select(Completion).where(Completion.batch_id == batch_id).order_by(Completion.id)).all()
