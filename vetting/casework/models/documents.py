"""Documents: what came in or was drawn up, with the content in the database."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import ForeignKey, Index, LargeBinary, select
from sqlalchemy.orm import Mapped

from vetting.casework.domain.document_statuses import DocumentStatus
from vetting.casework.models.cases import Case, seen_by
from vetting.kernel.store.base import Base, Texts, personal_column, public_column, register_enum_types, sealed_column
from vetting.kernel.store.case_rows import case_rows
from vetting.kernel.store.read_cache import cached_query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.kernel.store.session import Session


register_enum_types(DocumentStatus)


class Document(Base):
    """One document of a case. `type` is the paper it is, a fact of type document, or empty."""

    __tablename__ = "documents"
    __table_args__ = (Index(None, "case_id", "id"), Index(None, "board_id", "sha256"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    association_id: Mapped[int | None] = public_column(ForeignKey("associations.id"))
    type: Mapped[str] = public_column(default="")
    name: Mapped[str] = personal_column()
    media_type: Mapped[str] = public_column()
    size: Mapped[int] = public_column()
    sha256: Mapped[str] = public_column()
    dated: Mapped[date | None] = public_column()
    arrived_on: Mapped[date] = public_column()
    state: Mapped[DocumentStatus] = public_column(default=DocumentStatus.ARRIVED)
    title: Mapped[str] = personal_column(default="", server_default="")
    """What it is called in the list of documents; empty where its type or its file's name says it."""
    party: Mapped[str] = personal_column(default="", server_default="")
    """Who it came from or went to; empty where that is the applicant."""
    way: Mapped[str] = public_column(default="", server_default="")
    """How it was dispatched: mail, post, hand."""
    status_on: Mapped[date | None] = public_column()
    """The day it was drawn up or dispatched."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))


class DocumentContent(Base):
    """The bytes."""

    __tablename__ = "document_contents"

    id: Mapped[int] = public_column(ForeignKey("documents.id"), primary_key=True, autoincrement=False)
    content: Mapped[bytes] = sealed_column(LargeBinary)


class DocumentText(Base):
    """What stands in a document, read from it once: no record of its own, and made again at any time."""

    __tablename__ = "document_texts"
    __table_args__ = (Index(None, "board_id", "id"),)

    id: Mapped[int] = public_column(ForeignKey("documents.id"), primary_key=True, autoincrement=False)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    state: Mapped[str] = public_column()
    """read, scan (no text in it), or why it could not be read: the code of a refusal."""
    pages: Mapped[int] = public_column(default=0)
    texts: Mapped[Texts] = sealed_column()
    """Of each page."""
    folded: Mapped[str] = sealed_column()
    """All of it for searching: lower case, one space between words."""
    at: Mapped[datetime] = public_column()


READ, SCAN = "read", "scan"
_THERE: Final = Document.state != DocumentStatus.CLEARED
"""What was cleared is gone: its row only tells that it was there."""


def text_of(session: Session, key: int) -> DocumentText | None:
    """What stands in a document; None as long as nobody has read it."""
    return session.get(DocumentText, key)


def of_association(session: Session, association_id: int, kind: str) -> Sequence[Document]:
    """Papers of one type of an association, in the cases a person may see, newest first."""
    return session.scalars(
        select(Document)
        .join(Case, Case.id == Document.case_id)
        .where(Case.association_id == association_id, Document.type == kind, _THERE, seen_by(session.person))
        .order_by(Document.arrived_on.desc(), Document.id.desc())
        .limit(20)
    ).all()


@cached_query(Document)
def of_case(session: Session, case_id: int) -> Sequence[Document]:
    """A case's documents, in the order they came."""
    return case_rows(session, Document, case_id, Document.id, where=_THERE)


def find_document(session: Session, key: int) -> Document | None:
    return session.scalar(
        select(Document)
        .join(Case, Case.id == Document.case_id)
        .where(Document.id == key, _THERE, seen_by(session.person))
    )
