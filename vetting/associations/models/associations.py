"""Associations, shared by all boards: a number where there is one, many names."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    UniqueConstraint,
    and_,
    func,
    literal,
    or_,
    select,
    text,
    union,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, aliased

from vetting.associations.domain.name_differences import same_name
from vetting.kernel.organisation_numbers import fold_name
from vetting.kernel.store.base import SHARED_BY_BOARDS, Base, Plain, personal_column, public_column
from vetting.kernel.store.import_batches import is_batch_not_undone
from vetting.kernel.store.read_cache import cached_query

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from vetting.kernel.store.session import Session


CURRENT, FORMER, BRANCH, ALIAS, TO_CONFIRM, WRONG = "current", "former", "branch", "alias", "to_confirm", "wrong"
"""Kinds of names: what it is called, was called, a branch of it, another way of writing it; what somebody has called
it, which waits for a person; and what a person has found is not its name."""


class Association(Base):
    """One association."""

    __tablename__ = "associations"
    __table_args__ = (
        Index(None, "name_key", "id"),
        Index(None, "name", "id"),
        Index(
            "uq_associations_without_number",
            "source",
            "municipality",
            "name_key",
            unique=True,
            sqlite_where=text("number IS NULL"),
            postgresql_where=text("number IS NULL"),
        ),
        {"info": {SHARED_BY_BOARDS: True}},
    )

    id: Mapped[int] = public_column(primary_key=True)
    number: Mapped[str | None] = public_column(String(10), unique=True)
    name: Mapped[str] = public_column()
    name_key: Mapped[str] = public_column()
    """The name for comparing."""
    form: Mapped[str] = public_column(default="")
    municipality: Mapped[str] = public_column(default="")
    seat: Mapped[str] = public_column(default="")
    source: Mapped[str] = public_column(default="")
    created_at: Mapped[datetime] = public_column()
    batch_id: Mapped[int | None] = public_column()
    """The import it came with and stands by; none as soon as anything else has named it."""
    merged_into_id: Mapped[int | None] = public_column(index=True)
    """The record of the same association that holds in its place; never one that is itself merged."""


class AssociationName(Base):
    """A name an association has, has had, or may have: the last kind waits for a person."""

    __tablename__ = "association_names"
    __table_args__ = (
        UniqueConstraint("association_id", "name_key", "kind"),
        Index(None, "name_key", "association_id"),
        Index(None, "kind", "id"),
        {"info": {SHARED_BY_BOARDS: True}},
    )

    id: Mapped[int] = public_column(primary_key=True)
    association_id: Mapped[int] = public_column(ForeignKey("associations.id"))
    name: Mapped[str] = public_column()
    name_key: Mapped[str] = public_column()
    kind: Mapped[str] = public_column()
    """current, former, branch, alias, to_confirm, wrong"""
    source: Mapped[str] = public_column(default="")
    since: Mapped[date | None] = public_column()
    batch_id: Mapped[int | None] = public_column()


class AssociationMerge(Base):
    """Two records found to be one association: what of the one went to the other, so that it can be taken back."""

    __tablename__ = "association_merges"
    __table_args__ = (Index(None, "kept_id", "id"), Index(None, "merged_id", "id"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    kept_id: Mapped[int] = public_column(ForeignKey("associations.id"))
    merged_id: Mapped[int] = public_column(ForeignKey("associations.id"))
    moved: Mapped[Plain] = public_column()
    """{"cases": [id], "documents": [id], "contacts": [id], "earlier": [id], "names": [[id, kind before, after]]}; the
    earlier are records that had been merged before."""
    before: Mapped[Plain] = public_column()
    """What was changed of the record that is kept: field -> value before."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    undone_at: Mapped[datetime | None] = public_column()
    undone_by_user_id: Mapped[int | None] = personal_column()


class AssociationDistinction(Base):
    """Two records that a person has found are not the same association; remembered, so that nobody asks again."""

    __tablename__ = "association_distinctions"
    __table_args__ = (Index(None, "first_id", "second_id"), Index(None, "second_id", "first_id"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    """Who found it: the reason is shown to that board only."""
    first_id: Mapped[int] = public_column(ForeignKey("associations.id"))
    """The lower id of the two."""
    second_id: Mapped[int] = public_column(ForeignKey("associations.id"))
    reason: Mapped[str] = public_column()
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None] = public_column()


ColumnSaid = InstrumentedAttribute[Any] | ColumnElement[Any]
"""What is said of who somebody is: a column of a list's rows, or what stands in a form."""


def is_of_number(number: ColumnSaid) -> ColumnElement[bool]:
    """That a record is the one meant, by the number that is said; None where none is."""
    return and_(number.is_not(None), Association.number == number)


def is_of_name(
    number: ColumnSaid, source: ColumnSaid, municipality: ColumnSaid, name_key: ColumnSaid
) -> ColumnElement[bool]:
    """The same where no number is said: known again by where it comes from, its place and its name."""
    return and_(
        number.is_(None),
        Association.number.is_(None),
        Association.source == source,
        Association.municipality == municipality,
        Association.name_key == name_key,
    )


def find_record(session: Session, name: str, number: str, *, source: str) -> Association | None:
    """The association that somebody writes in a form: the record that holds."""
    said = literal(number or None, Text())
    same = is_of_number(said) if number else is_of_name(said, literal(source), literal(""), literal(fold_name(name)))
    found = session.scalar(select(Association).where(same).order_by(Association.id).limit(1))
    return holding_record(session, found) if found is not None else None


def by_number(session: Session, number: str) -> Association | None:
    """The association with a number."""
    return session.scalar(select(Association).where(Association.number == number))


def with_numbers(session: Session, numbers: Sequence[str]) -> Sequence[Association]:
    """The associations with one of some numbers, by name."""
    if not numbers:
        return ()
    wanted = select(Association).where(
        Association.number.in_(numbers), Association.merged_into_id.is_(None), is_batch_not_undone(Association.batch_id)
    )
    return session.scalars(wanted.order_by(Association.name, Association.id)).all()


def is_not_undone(session: Session, association: Association) -> bool:
    """Whether it came otherwise than by an import that was taken back."""
    return association.batch_id is None or (
        session.scalar(
            select(Association.id).where(Association.id == association.id, is_batch_not_undone(Association.batch_id))
        )
        is not None
    )


def holding_record(session: Session, association: Association) -> Association:
    """The record that holds in its place: itself, unless it was merged into another."""
    if association.merged_into_id is None:
        return association
    return session.get_one(Association, association.merged_into_id)


def records_of(key: Any) -> Select[int]:  # noqa: ANN401 - an id, or a column with one
    """Ids of all records that are one association: that of the record that holds, and those merged into it."""
    record = aliased(Association)  # the key may be a column of the same table: of the row outside
    found = select(record.id).where(or_(record.id == key, record.merged_into_id == key))
    outside = getattr(key, "class_", getattr(key, "table", None))
    return found.correlate(outside) if outside is not None else found


class QueriedOwner(Protocol):
    """The case that a statement asks of, as far as its rows are the association's or its own."""

    @property
    def case(self) -> ColumnElement[int]: ...

    @property
    def board(self) -> ColumnElement[int]: ...

    @property
    def association(self) -> ColumnElement[int | None]: ...


def of_the_association(model: Any, asked: QueriedOwner) -> ColumnElement[bool]:  # noqa: ANN401 - any table with a board and an association
    """Rows of the asked case's association in its board, whatever record they came by."""
    return and_(model.board_id == asked.board, model.association_id.in_(records_of(asked.association)))


def of_case_or_association(model: Any, asked: QueriedOwner, *, only_its_own: bool) -> ColumnElement[bool]:  # noqa: ANN401 - the same, with a case
    """Rows of the case itself, and those of its association; only_its_own: but none of another case.

    Each is found by an index of its own: of the two in one condition PostgreSQL would go through the whole table.
    """
    row = aliased(model)
    of_association = select(row.id).where(of_the_association(row, asked))
    if only_its_own:
        of_association = of_association.where(row.case_id.is_(None))
    both = (select(row.id).where(row.case_id == asked.case), of_association)
    outside = getattr(asked.case, "table", None)
    found: ColumnElement[bool] = model.id.in_(
        union_all(*(one.correlate(outside) if outside is not None else one for one in both))
    )
    return found


def merged_among(session: Session, keys: Iterable[int]) -> dict[int, int]:
    """Record that was merged -> the one that holds, of some that hold."""
    of = frozenset(keys)
    return dict(_merged_into(session, of)) if of else {}


@cached_query(Association.merged_into_id)
def _merged_into(session: Session, keys: frozenset[int]) -> list[tuple[int, int]]:
    wanted = select(Association.id, Association.merged_into_id).where(Association.merged_into_id.in_(keys))
    return [(record, holds) for record, holds in session.execute(wanted) if holds is not None]


def held_by(session: Session, keys: Iterable[int]) -> dict[int, int]:
    """Record that was merged -> the one that holds, of some that may have been merged."""
    wanted = select(Association.id, Association.merged_into_id).where(Association.id.in_(list(keys)))
    return {record: holds for record, holds in session.execute(wanted) if holds is not None}


def distinct_from(session: Session, key: int) -> set[int]:
    """The records that hold and are known not to be the same as one; what was found of a merged record counts, too."""
    own = records_of(key)
    first, second = AssociationDistinction.first_id, AssociationDistinction.second_id
    standing = AssociationDistinction.withdrawn_at.is_(None)
    holds = func.coalesce(Association.merged_into_id, Association.id)
    others = union(
        select(second).where(first.in_(own), standing),
        select(first).where(second.in_(own), standing),
    )
    return set(session.scalars(select(holds).where(Association.id.in_(others)))) - {key}


def names_of_records(session: Session, key: int) -> Sequence[AssociationName]:
    """All names of an association, in the order they came; those that are found not to be its, too.

    A name that it has itself goes before the same name of a record merged into it.
    """
    return names_of_many(session, [key])[key]


def names_of_many(session: Session, keys: Collection[int]) -> dict[int, list[AssociationName]]:
    """Association -> the same, of many associations."""
    rows = session.execute(
        select(AssociationName, func.coalesce(Association.merged_into_id, Association.id))
        .join(Association, Association.id == AssociationName.association_id)
        .where(
            or_(Association.id.in_(keys), Association.merged_into_id.in_(keys)),
            is_batch_not_undone(AssociationName.batch_id),
        )
        .order_by(AssociationName.id)
    ).all()
    own = {(row.association_id, row.name_key) for row, _ in rows}
    found: dict[int, list[AssociationName]] = {key: [] for key in keys}
    for row, holds in rows:
        for key in {row.association_id, holds} & found.keys():
            if row.association_id == key or (key, row.name_key) not in own:
                found[key].append(row)
    return found


def kind_of_new_name(name: str, known: Iterable[AssociationName]) -> str:
    """What a name is that was not seen with a number before: another way to write a sure one, or for a person."""
    sure = [row.name for row in known if row.kind not in {TO_CONFIRM, WRONG}]
    return ALIAS if any(same_name(name, other) for other in sure) else TO_CONFIRM
