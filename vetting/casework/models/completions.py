"""Requests for completion: what was asked of whom in one act, the letters, what is known of a gap, where to write."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import JSON, ForeignKey, Index, func, select
from sqlalchemy.orm import Mapped

from vetting.casework.domain.completions import GapState
from vetting.casework.models.incoming import Message
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import IncompleteTreatment
from vetting.kernel.store.base import Base, Plain, Texts, personal_column, public_column, register_enum_types
from vetting.kernel.store.case_rows import case_rows
from vetting.kernel.store.read_cache import cached_query
from vetting.kernel.text import OFFICIAL

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from vetting.kernel.store.session import Session
    from vetting.kernel.text import Language

register_enum_types(CaseKind, GapState, IncompleteTreatment)


class CompletionBatch(Base):
    """One act that asked one or many associations for what is missing, each with its letter and all by one day."""

    __tablename__ = "completion_batches"
    __table_args__ = (Index(None, "board_id", "id"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    kind: Mapped[CaseKind] = public_column()
    due_on: Mapped[date] = public_column()
    reminder: Mapped[bool] = public_column(default=False)
    left: Mapped[Any] = public_column(JSON)
    """[[case number, what sv, what en]]: chosen cases that nothing was asked of, and why."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))


class Completion(Base):
    """A request to send in what is missing."""

    __tablename__ = "completions"

    id: Mapped[int] = public_column(primary_key=True)
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"), index=True)
    batch_id: Mapped[int | None] = public_column(ForeignKey("completion_batches.id"), index=True)
    facts: Mapped[Texts] = public_column()
    text: Mapped[str] = public_column()
    sent_on: Mapped[date] = public_column()
    """The day it was written, until its letter has gone: then that day."""
    due_on: Mapped[date] = public_column()
    by_user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    ended_on: Mapped[date | None] = public_column()
    reminder: Mapped[bool] = public_column(default=False, server_default="0")
    follows: Mapped[IncompleteTreatment] = public_column(
        default=IncompleteTreatment.AS_IT_STANDS, server_default=IncompleteTreatment.AS_IT_STANDS
    )
    """How the case is treated when no reply comes, as its letter says."""
    letter: Mapped[Plain] = personal_column(server_default="{}")
    """{way, to, email, postal, subject, lines, language} of a request older than its letter among the others."""


class GapNote(Base):
    """What is known of one thing that a case lacks: promised by a day, or in another paper. The newest holds."""

    __tablename__ = "gap_notes"
    __table_args__ = (Index(None, "case_id", "fact", "id"),)

    id: Mapped[int] = public_column(primary_key=True)
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    fact: Mapped[str] = public_column()
    state: Mapped[GapState] = public_column()
    promised_on: Mapped[date | None] = public_column()
    document_id: Mapped[int | None] = public_column(ForeignKey("documents.id"))
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))


class Contact(Base):
    """Where a board writes to an association. The newest holds."""

    __tablename__ = "contacts"
    __table_args__ = (Index(None, "board_id", "association_id", "kind", "id"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    association_id: Mapped[int] = public_column(ForeignKey("associations.id"))
    kind: Mapped[CaseKind] = public_column()
    """Of cases: who sees to bookings only does not say where letters about grants go."""
    email: Mapped[str] = personal_column()
    postal: Mapped[str] = personal_column()
    function: Mapped[str] = personal_column(default="", server_default="")
    """Who in the association reads it: the function, not the name."""
    language: Mapped[str] = public_column(default="", server_default="")
    """What they read letters in; empty where nobody has said."""
    failed_at: Mapped[datetime | None] = public_column()
    """Since when it is known that what is sent there comes back."""
    failed_because: Mapped[str] = public_column(default="", server_default="")
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))

    @property
    def working_email(self) -> str:
        """Its e-mail address; empty where there is none, or it is known that what is sent there comes back."""
        return self.email if self.failed_at is None else ""


MOST_BATCHES: Final = 20


@cached_query(Completion)
def requests_of(session: Session, case_id: int) -> Sequence[Completion]:
    """A case's requests, oldest first."""
    return case_rows(session, Completion, case_id, Completion.id)


def of_many(session: Session, cases: Iterable[int]) -> dict[int, list[Completion]]:
    """Case -> its requests, oldest first."""
    found: dict[int, list[Completion]] = {}
    for row in session.scalars(select(Completion).where(Completion.case_id.in_(list(cases))).order_by(Completion.id)):
        found.setdefault(row.case_id, []).append(row)
    return found


def asked_until(requests: Iterable[Completion], unsent: Collection[int], on: date) -> dict[str, date]:
    """Fact -> the day to reply of the newest request that names it; requests oldest first.

    unsent: requests whose letter has not gone; where their day has been too, nobody has been asked.
    """
    counted = [row for row in requests if row.id not in unsent or row.due_on > on]
    return {fact: request.due_on for request in counted for fact in request.facts}


def gap_notes(session: Session, cases: Iterable[int]) -> dict[int, dict[str, GapNote]]:
    """Case -> fact -> the newest note."""
    found: dict[int, dict[str, GapNote]] = {}
    wanted = select(GapNote).where(GapNote.case_id.in_(list(cases))).order_by(GapNote.id)
    for note in session.scalars(wanted):
        found.setdefault(note.case_id, {})[note.fact] = note
    return found


@cached_query(Contact)
def _newest_contacts(session: Session, board_id: int, associations: frozenset[int]) -> Sequence[Contact]:
    """The newest of each association and kind of case."""
    newest = (
        select(func.max(Contact.id))
        .where(Contact.board_id == board_id, Contact.association_id.in_(sorted(associations)))
        .group_by(Contact.association_id, Contact.kind)
    )
    return session.scalars(select(Contact).where(Contact.id.in_(newest))).all()


def contacts(session: Session, board_id: int, kind: str, associations: Iterable[int]) -> dict[int, Contact]:
    """Association -> where the board writes to it about cases of a kind."""
    rows = _newest_contacts(session, board_id, frozenset(associations))
    return {row.association_id: row for row in rows if row.kind == kind}


def languages(session: Session, board_id: int, kind: str, associations: Iterable[int]) -> dict[int, Language]:
    """Association -> what it reads letters in: as said for cases of the kind, else for the others; else Swedish."""
    keys = frozenset(associations)
    rows = [row for row in _newest_contacts(session, board_id, keys) if row.language]
    said = {row.association_id: row.language for row in sorted(rows, key=lambda row: row.kind == kind)}
    return {key: "en" if said.get(key) == "en" else OFFICIAL for key in keys}


def senders(session: Session, cases: Iterable[int]) -> dict[int, str]:
    """Case -> the address that its newest mail came from."""
    newest = select(func.max(Message.id)).where(Message.case_id.in_(list(cases)), Message.address != "")
    rows = session.scalars(select(Message).where(Message.id.in_(newest.group_by(Message.case_id))))
    return {row.case_id: row.address for row in rows}


def latest_batches(session: Session, board_id: int, kind: str) -> Sequence[CompletionBatch]:
    """The latest acts of a board, newest first."""
    found = select(CompletionBatch).where(CompletionBatch.board_id == board_id, CompletionBatch.kind == kind)
    return session.scalars(found.order_by(CompletionBatch.id.desc()).limit(MOST_BATCHES)).all()


def of_batch(session: Session, batch_id: int) -> Sequence[Completion]:
    """The requests of one act, in the order they were made."""
    return session.scalars(select(Completion).where(Completion.batch_id == batch_id).order_by(Completion.id)).all()
