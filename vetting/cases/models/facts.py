"""Values of facts: rows that are never overwritten; the newest of an owner and a fact holds."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Index, and_, bindparam, func, or_, select
from sqlalchemy.orm import Mapped, Session

from vetting.associations.models.associations import (
    filled_in,
    merged_among,
    of_case_or_association,
    of_the_association,
    records_of,
)
from vetting.imports.models.staged_files import not_taken_back
from vetting.kernel.store.base import Base, personal_column, public_column

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Select

    from vetting.cases.models.cases import Case


class FactValue(Base):
    """One value, of an association in a board (case empty) or of a case. `value` null and `absent`: said not to be."""

    __tablename__ = "fact_values"
    __table_args__ = (Index(None, "board_id", "association_id", "fact", "id"), Index(None, "case_id", "fact", "id"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    association_id: Mapped[int | None] = public_column(ForeignKey("associations.id"))
    case_id: Mapped[int | None] = public_column(ForeignKey("cases.id"))
    fact: Mapped[str] = public_column()
    value: Mapped[Any] = personal_column(JSON, nullable=True)
    absent: Mapped[bool] = public_column(default=False)
    unreadable: Mapped[bool] = public_column(default=False)
    supplied_by: Mapped[str] = public_column()
    document_id: Mapped[int | None] = public_column(ForeignKey("documents.id"))
    batch_id: Mapped[int | None] = public_column(ForeignKey("import_batches.id"))
    batch_row: Mapped[int | None] = public_column()
    as_of: Mapped[date] = public_column()
    entered_at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))


class ListRowFacts(Base):
    """What one row of a list said, kept together: of the case, and of its association in the board.

    The same as so many values one by one, and read as such; a list of a hundred thousand rows would otherwise
    be two million of them. Each part is {"values": {fact: value}, "absent": [fact], "unreadable": [fact]}.
    """

    __tablename__ = "given_facts"
    __table_args__ = (Index(None, "board_id", "association_id", "id"), Index(None, "case_id", "id"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    association_id: Mapped[int | None] = public_column(ForeignKey("associations.id"))
    """Only where the row says something of the association."""
    case_id: Mapped[int | None] = public_column(ForeignKey("cases.id"))
    of_association: Mapped[Any] = personal_column(JSON(none_as_null=True), nullable=True)
    of_case: Mapped[Any] = personal_column(JSON(none_as_null=True), nullable=True)
    supplied_by: Mapped[str] = public_column()
    batch_id: Mapped[int] = public_column(ForeignKey("import_batches.id"))
    batch_row: Mapped[int] = public_column()
    as_of: Mapped[date] = public_column()
    entered_at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))

    def one_by_one(self, *, association: bool) -> Iterator[FactValue]:
        """What the row said of the association or of the case, each as a value of its own."""
        part = (self.of_association if association else self.of_case) or {}
        owner: dict[str, Any] = {
            "board_id": self.board_id,
            "association_id": self.association_id if association else None,
            "case_id": None if association else self.case_id,
            "supplied_by": self.supplied_by,
            "batch_id": self.batch_id,
            "batch_row": self.batch_row,
            "as_of": self.as_of,
            "entered_at": self.entered_at,
            "by_user_id": self.by_user_id,
        }
        for fact, value in part.get("values", {}).items():
            yield FactValue(fact=fact, value=value, absent=False, unreadable=False, **owner)
        for kind in ("absent", "unreadable"):
            for fact in part.get(kind, ()):
                said = {"absent": kind == "absent", "unreadable": kind == "unreadable"}
                yield FactValue(fact=fact, value=None, **said, **owner)


def values_of(session: Session, case: Case) -> Sequence[FactValue]:
    """The newest value of each fact of a case and of its association in the board, oldest first."""
    single = session.scalars(_newest(), filled_in(case)).all()
    given = _list_values(session, case)
    if not given:
        return single
    in_time = sorted([*given, *single], key=lambda row: row.entered_at)  # of the same moment, the list's come first
    latest = {(row.fact, row.case_id): row for row in in_time}
    return [row for row in in_time if latest[row.fact, row.case_id] is row]


@cache
def _newest() -> Select[FactValue]:
    """The newest single values of a case and of its association; made once."""
    owner = of_case_or_association(FactValue)
    newest = select(func.max(FactValue.id)).where(owner, not_taken_back(FactValue.batch_id))
    newest = newest.group_by(FactValue.fact, FactValue.case_id)
    return select(FactValue).where(FactValue.id.in_(newest)).order_by(FactValue.id)


@cache
def _from_lists() -> Select[ListRowFacts]:
    """What lists have said of a case and its association; made once."""
    own = (ListRowFacts.case_id == bindparam("case")) | of_the_association(ListRowFacts)
    return select(ListRowFacts).where(own, not_taken_back(ListRowFacts.batch_id)).order_by(ListRowFacts.id)


def values_of_many(session: Session, cases: Sequence[Case]) -> dict[int, dict[str, FactValue]]:
    """Case id -> fact -> the newest value, of the case or of its association in the board; one board's cases."""
    found: dict[int, dict[str, FactValue]] = {case.id: {} for case in cases}
    if not cases:
        return found
    of_association: dict[int, list[int]] = {}
    for case in cases:
        if case.association_id is not None:
            of_association.setdefault(case.association_id, []).append(case.id)
    for record, holds in merged_among(session, of_association).items():
        of_association[record] = of_association[holds]
    board = cases[0].board_id
    own = FactValue.case_id.in_(list(found))
    shared = and_(
        FactValue.board_id == board, FactValue.association_id.in_(list(of_association)), FactValue.case_id.is_(None)
    )
    newest = select(func.max(FactValue.id)).where(or_(own, shared), not_taken_back(FactValue.batch_id))
    newest = newest.group_by(FactValue.fact, FactValue.case_id, FactValue.association_id)
    single = session.scalars(select(FactValue).where(FactValue.id.in_(newest)).order_by(FactValue.id))
    together = or_(
        ListRowFacts.case_id.in_(list(found)),
        and_(ListRowFacts.board_id == board, ListRowFacts.association_id.in_(list(of_association))),
    )
    lists = session.scalars(
        select(ListRowFacts).where(together, not_taken_back(ListRowFacts.batch_id)).order_by(ListRowFacts.id)
    )
    given = [value for row in lists for part in (False, True) for value in row.one_by_one(association=part)]
    for row in sorted([*given, *single], key=lambda row: row.entered_at):
        if row.case_id is not None:
            keys = [row.case_id] if row.case_id in found else []
        else:
            keys = of_association.get(row.association_id or 0, [])
        for key in keys:
            found[key][row.fact] = row
    return found


def values_of_associations(
    session: Session, board_id: int, associations: Iterable[int], facts: Iterable[str]
) -> dict[int, dict[str, FactValue]]:
    """Association -> fact -> the newest value that the board knows of it."""
    own, wanted = list(associations), list(facts)
    merged = merged_among(session, own)
    records = [*own, *merged]
    known = FactValue.board_id == board_id, FactValue.association_id.in_(records), FactValue.fact.in_(wanted)
    single = session.scalars(select(FactValue).where(*known, not_taken_back(FactValue.batch_id)))
    listed = select(ListRowFacts).where(
        ListRowFacts.board_id == board_id,
        ListRowFacts.association_id.in_(records),
        not_taken_back(ListRowFacts.batch_id),
    )
    given = [value for row in session.scalars(listed) for value in row.one_by_one(association=True)]
    found: dict[int, dict[str, FactValue]] = {}
    for row in sorted([*given, *single], key=lambda row: row.entered_at):
        if row.fact in wanted and row.association_id is not None:
            found.setdefault(merged.get(row.association_id, row.association_id), {})[row.fact] = row
    return found


def _list_values(session: Session, case: Case) -> list[FactValue]:
    """What lists have said of a case and its association, in the order they came."""
    rows = session.scalars(_from_lists(), filled_in(case))
    found: list[FactValue] = []
    for row in rows:
        if row.case_id == case.id:
            found += row.one_by_one(association=False)
        if case.association_id is not None and row.association_id is not None:
            found += row.one_by_one(association=True)
    return found


def of_association(session: Session, board_id: int, key: int) -> Sequence[FactValue]:
    """The newest value of each fact that a board knows of an association, whatever record it came by; by its name."""
    own = and_(FactValue.board_id == board_id, FactValue.association_id.in_(records_of(key)))
    wanted = select(FactValue).where(own, FactValue.case_id.is_(None), not_taken_back(FactValue.batch_id))
    lists = session.scalars(
        select(ListRowFacts)
        .where(
            ListRowFacts.board_id == board_id,
            ListRowFacts.association_id.in_(records_of(key)),
            not_taken_back(ListRowFacts.batch_id),
        )
        .order_by(ListRowFacts.id)
    )
    given = [value for row in lists for value in row.one_by_one(association=True)]
    in_time = sorted([*given, *session.scalars(wanted.order_by(FactValue.id))], key=lambda row: row.entered_at)
    latest = {row.fact: row for row in in_time}
    return [latest[fact] for fact in sorted(latest)]


def value_between(session: Session, case: Case, fact: str, first: date, last: date) -> Any:  # noqa: ANN401 - JSON
    """The newest value of a fact of the case's association that was said of a time; None where nobody has said one."""
    if case.association_id is None:
        return None
    wanted = filled_in(case) | {"fact": fact, "first": first, "last": last}
    single = session.scalars(_said_between(), wanted).all()
    lists = session.scalars(_listed_between(), wanted)
    given = [value for row in lists for value in row.one_by_one(association=True) if value.fact == fact]
    found = max([*single, *given], key=lambda row: (row.as_of, row.entered_at), default=None)
    return found.value if found is not None and not found.absent and not found.unreadable else None


MOST_LISTS = 5
"""Lists that are looked through for what was said before."""


@cache
def _said_between() -> Select[FactValue]:
    said = and_(
        FactValue.fact == bindparam("fact"),
        FactValue.as_of.between(bindparam("first"), bindparam("last")),
        not_taken_back(FactValue.batch_id),
    )
    newest_first = FactValue.as_of.desc(), FactValue.id.desc()
    return select(FactValue).where(of_the_association(FactValue), said).order_by(*newest_first).limit(1)


@cache
def _listed_between() -> Select[ListRowFacts]:
    said = ListRowFacts.as_of.between(bindparam("first"), bindparam("last")) & not_taken_back(ListRowFacts.batch_id)
    newest_first = ListRowFacts.as_of.desc(), ListRowFacts.id.desc()
    return select(ListRowFacts).where(of_the_association(ListRowFacts), said).order_by(*newest_first).limit(MOST_LISTS)
