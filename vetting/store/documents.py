"""Documents: what came in or was drawn up, with the content in the database."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, LargeBinary, select
from sqlalchemy.orm import Mapped, Session

from vetting.store.base import Base, Texts, personal, public, sealed
from vetting.store.cases import Case, seen_by
from vetting.store.once import once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.domain.people import Person


class Document(Base):
    """One document of a case. `type` is the paper it is, a fact of type document, or empty."""

    __tablename__ = "documents"
    __table_args__ = (Index(None, "case_id", "id"), Index(None, "board_id", "sha256"))

    id: Mapped[int] = public(primary_key=True)
    board_id: Mapped[int] = public(ForeignKey("boards.id"))
    case_id: Mapped[int] = public(ForeignKey("cases.id"))
    association_id: Mapped[int | None] = public(ForeignKey("associations.id"))
    type: Mapped[str] = public(default="")
    name: Mapped[str] = personal()
    media_type: Mapped[str] = public()
    size: Mapped[int] = public()
    sha256: Mapped[str] = public()
    dated: Mapped[date | None] = public()
    arrived_on: Mapped[date] = public()
    state: Mapped[str] = public(default="arrived")
    at: Mapped[datetime] = public()
    by_user_id: Mapped[int] = personal(ForeignKey("users.id"))


class DocumentContent(Base):
    """The bytes."""

    __tablename__ = "document_contents"

    id: Mapped[int] = public(ForeignKey("documents.id"), primary_key=True, autoincrement=False)
    content: Mapped[bytes] = sealed(LargeBinary)


class DocumentText(Base):
    """What stands in a document, read from it once: no record of its own, and made again at any time."""

    __tablename__ = "document_texts"
    __table_args__ = (Index(None, "board_id", "id"),)

    id: Mapped[int] = public(ForeignKey("documents.id"), primary_key=True, autoincrement=False)
    board_id: Mapped[int] = public(ForeignKey("boards.id"))
    state: Mapped[str] = public()
    """read, scan (no text in it), or why it could not be read: the code of a refusal."""
    pages: Mapped[int] = public(default=0)
    texts: Mapped[Texts] = sealed()
    """Of each page."""
    folded: Mapped[str] = sealed()
    """All of it for searching: lower case, one space between words."""
    at: Mapped[datetime] = public()


READ, SCAN = "read", "scan"


def text_of(session: Session, key: int) -> DocumentText | None:
    """What stands in a document; None as long as nobody has read it."""
    return session.get(DocumentText, key)


def of_association(session: Session, by: Person, association_id: int, kind: str) -> Sequence[Document]:
    """Papers of one type of an association, in the cases a person may see, newest first."""
    return session.scalars(
        select(Document)
        .join(Case, Case.id == Document.case_id)
        .where(Case.association_id == association_id, Document.type == kind, seen_by(by))
        .order_by(Document.arrived_on.desc(), Document.id.desc())
        .limit(20)
    ).all()


@once
def of_case(session: Session, case_id: int) -> Sequence[Document]:
    """A case's documents, in the order they came."""
    return session.scalars(select(Document).where(Document.case_id == case_id).order_by(Document.id)).all()


def seen(session: Session, by: Person, key: int) -> Document | None:
    """One document, if the person may see its case."""
    return session.scalar(
        select(Document).join(Case, Case.id == Document.case_id).where(Document.id == key, seen_by(by))
    )
