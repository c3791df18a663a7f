"""Associations, shared by all boards: a number where there is one, many names."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, and_, or_, select, text
from sqlalchemy.orm import Mapped, Session

from vetting.domain.association import folded, read_number
from vetting.store.base import Base, public
from vetting.store.imports import not_taken_back

if TYPE_CHECKING:
    from collections.abc import Sequence


CURRENT, TO_CONFIRM = "current", "to_confirm"
"""Kinds of names: what it is called, and what somebody has called it, which waits for a person."""


class Association(Base):
    """One association."""

    __tablename__ = "associations"
    __table_args__ = (
        Index(None, "folded", "id"),
        Index(
            "uq_associations_without_number",
            "source",
            "municipality",
            "folded",
            unique=True,
            sqlite_where=text("number IS NULL"),
            postgresql_where=text("number IS NULL"),
        ),
    )

    id: Mapped[int] = public(primary_key=True)
    number: Mapped[str | None] = public(String(10), unique=True)
    name: Mapped[str] = public()
    folded: Mapped[str] = public()
    """The name for comparing."""
    form: Mapped[str] = public(default="")
    municipality: Mapped[str] = public(default="")
    seat: Mapped[str] = public(default="")
    source: Mapped[str] = public(default="")
    created_at: Mapped[datetime] = public()
    batch_id: Mapped[int | None] = public()
    """The import it came with and stands by; none as soon as anything else has named it."""


class AssociationName(Base):
    """A name an association has, has had, or may have: the last kind waits for a person."""

    __tablename__ = "association_names"
    __table_args__ = (
        UniqueConstraint("association_id", "folded", "kind"),
        Index(None, "folded", "association_id"),
    )

    id: Mapped[int] = public(primary_key=True)
    association_id: Mapped[int] = public(ForeignKey("associations.id"))
    name: Mapped[str] = public()
    folded: Mapped[str] = public()
    kind: Mapped[str] = public()
    """current, former, branch, alias, to_confirm"""
    source: Mapped[str] = public(default="")
    since: Mapped[date | None] = public()
    batch_id: Mapped[int | None] = public()


def by_number(session: Session, number: str) -> Association | None:
    """The association with a number."""
    return session.scalar(select(Association).where(Association.number == number))


def stands(session: Session, association: Association) -> bool:
    """Whether it came otherwise than by an import that was taken back."""
    return (
        session.scalar(
            select(Association.id).where(Association.id == association.id, not_taken_back(Association.batch_id))
        )
        is not None
    )


def named(session: Session, name: str, *, source: str, municipality: str) -> Association | None:
    """An association without number, known again by its source, place and name."""
    return session.scalar(
        select(Association)
        .where(
            Association.number.is_(None),
            Association.source == source,
            Association.municipality == municipality,
            Association.folded == folded(name),
        )
        .order_by(Association.id)
    )


MOST_FOUND = 20


def search(session: Session, wanted: str, *, most: int = MOST_FOUND) -> Sequence[Association]:
    """Associations by number, or by words of a name; the likeliest first."""
    number = read_number(wanted).digits
    if number:
        found = by_number(session, number)
        return [found] if found and stands(session, found) else []
    key = folded(wanted)
    if not key:
        return []
    words = [word for word in key.split() if len(word) > 1] or key.split()
    known = select(AssociationName.association_id).where(
        *(AssociationName.folded.contains(word, autoescape=True) for word in words),
        not_taken_back(AssociationName.batch_id),
    )
    own = and_(*(Association.folded.contains(word, autoescape=True) for word in words))
    rows = session.scalars(
        select(Association)
        .where(or_(Association.id.in_(known), own), not_taken_back(Association.batch_id))
        .order_by(Association.folded != key, Association.name, Association.id)
        .limit(most)
    )
    return rows.all()
