"""What has been said of facts: a row for each handing-in, never overwritten; of each fact the newest holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Index, Text, and_, cast, or_, select
from sqlalchemy.orm import Mapped

from vetting.associations.models.associations import merged_among, of_case_or_association, records_of
from vetting.casework.models.case_queries import query_case
from vetting.engine.facts import FactSupplier
from vetting.kernel.chunking import in_chunks
from vetting.kernel.store.base import Base, personal_column, public_column, register_enum_types
from vetting.kernel.store.case_rows import prefetched_answer
from vetting.kernel.store.import_batches import is_batch_not_undone

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Select

    from vetting.casework.models.case_queries import QueriedCase
    from vetting.casework.models.cases import Case
    from vetting.kernel.store.session import Session
from vetting.kernel.store.base import Plain

register_enum_types(FactSupplier)


class GivenFacts(Base):
    """What one handing-in said, kept together: a form, a row of a list, a paper, a completion or a note.

    Each part is {"values": {fact: value}, "absent": [fact], "unreadable": [fact]}, without what is empty.
    """

    __tablename__ = "given_facts"
    __table_args__ = (Index(None, "board_id", "association_id", "id"), Index(None, "case_id", "id"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    association_id: Mapped[int | None] = public_column(ForeignKey("associations.id"))
    """Only where something is said of the association."""
    case_id: Mapped[int | None] = public_column(ForeignKey("cases.id"))
    """The case it was handed in to; none where the association alone is spoken of."""
    of_association: Mapped[Any] = personal_column(JSON(none_as_null=True), nullable=True)
    of_case: Mapped[Any] = personal_column(JSON(none_as_null=True), nullable=True)
    supplied_by: Mapped[FactSupplier] = public_column()
    document_id: Mapped[int | None] = public_column(ForeignKey("documents.id"))
    batch_id: Mapped[int | None] = public_column(ForeignKey("import_batches.id"))
    batch_row: Mapped[int | None] = public_column()
    as_of: Mapped[date] = public_column()
    entered_at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))

    def values(self, *, association: bool) -> Iterator[FactValue]:
        """What was said of the association or of the case, fact by fact."""
        part = (self.of_association if association else self.of_case) or {}
        for fact, value in part.get("values", {}).items():
            yield FactValue(fact, value, given=self, of_association=association)
        for fact in part.get("absent", ()):
            yield FactValue(fact, absent=True, given=self, of_association=association)
        for fact in part.get("unreadable", ()):
            yield FactValue(fact, unreadable=True, given=self, of_association=association)


@dataclass(frozen=True, slots=True)
class FactValue:
    """What one handing-in said of one fact. `value` null and `absent`: said not to be; null alone: said no more."""

    fact: str
    value: Any = None
    absent: bool = False
    unreadable: bool = False
    given: GivenFacts | None = None
    """None of what is only about to be said."""
    of_association: bool = False

    @property
    def source(self) -> GivenFacts:
        """The handing-in, with who, when and how."""
        if self.given is None:
            raise LookupError(self.fact)
        return self.given

    def says_same(self, other: FactValue) -> bool:
        """Whether nothing else is said of the fact."""
        mine, theirs = (self.value, self.absent, self.unreadable), (other.value, other.absent, other.unreadable)
        return mine == theirs


def part_of_facts(values: Iterable[FactValue]) -> Plain | None:
    """The values of one owner as a handing-in keeps them; None where nothing is said."""
    said = list(values)
    part = {
        "values": {row.fact: row.value for row in said if not row.absent and not row.unreadable},
        "absent": [row.fact for row in said if row.absent],
        "unreadable": [row.fact for row in said if row.unreadable],
    }
    return {name: kept for name, kept in part.items() if kept} or None


def said_in_case(case: Case, values: Iterable[FactValue]) -> Plain:
    """Whose they are and what is said, as the columns of a handing-in to a case."""
    said = list(values)
    of_association = part_of_facts(value for value in said if value.of_association)
    return {
        "board_id": case.board_id,
        "association_id": case.association_id if of_association else None,
        "case_id": case.id,
        "of_association": of_association,
        "of_case": part_of_facts(value for value in said if not value.of_association),
    }


def values_of(session: Session, case: Case) -> Sequence[FactValue]:
    """The newest value of each fact of a case and of its association in the board, oldest first."""
    in_time = [value for row in _said_of(session, case) for value in _of_owners(row, case)]
    latest = {(value.fact, value.of_association): value for value in in_time}
    return [value for value in in_time if latest[value.fact, value.of_association] is value]


def _of_owners(row: GivenFacts, case: Case) -> Iterator[FactValue]:
    """What a row says of the case, and of its association."""
    if row.case_id == case.id:
        yield from row.values(association=False)
    if case.association_id is not None and row.association_id is not None:
        yield from row.values(association=True)


def _said_of(session: Session, case: Case) -> Sequence[GivenFacts]:
    """What has been said of a case and its association, oldest first."""
    together = prefetched_answer(session, (_said_of,), case, lambda cases: _said_of_each(session, cases))
    return together if together is not None else [row.GivenFacts for row in query_case(session, _of_case, case)]


def _of_case(asked: QueriedCase) -> Select[GivenFacts]:
    return _in_time(of_case_or_association(GivenFacts, asked, only_its_own=False))


def _said_of_each(session: Session, cases: Sequence[Case]) -> dict[int, list[GivenFacts]]:
    found: dict[int, list[GivenFacts]] = {case.id: [] for case in cases}
    for board in sorted({case.board_id for case in cases}):
        owners = {case.id: case.association_id for case in cases if case.board_id == board}
        for row, keys in _with_owners(session, board, owners):
            for key in keys:
                found[key].append(row)
    return found


def _in_time(wanted: ColumnElement[bool]) -> Select[GivenFacts]:
    """What stands of it, oldest first: as it was written, whatever a clock said."""
    standing = select(GivenFacts).where(wanted, is_batch_not_undone(GivenFacts.batch_id))
    return standing.order_by(GivenFacts.id)


def said_of_many(session: Session, board_id: int, cases: Mapping[int, int | None]) -> Iterator[tuple[int, FactValue]]:
    """Everything that has been said of some cases of one board and of their associations, oldest first.

    cases: case -> its association. Gives a case's id and what holds in it.
    """
    for row, keys in _with_owners(session, board_id, cases):
        own = row.case_id
        if own is not None and own in cases:
            yield from ((own, value) for value in row.values(association=False))
        spoken_of = [key for key in keys if cases[key] is not None and row.association_id is not None]
        for value in row.values(association=True) if spoken_of else ():
            yield from ((case, value) for case in spoken_of)


def _with_owners(
    session: Session, board_id: int, cases: Mapping[int, int | None]
) -> Iterator[tuple[GivenFacts, Collection[int]]]:
    """What has been said, oldest first, with the cases that it holds in: its own, and those of its association."""
    sharing: dict[int, dict[int, None]] = {}
    for case, association in cases.items():
        if association is not None:
            sharing.setdefault(association, {})[case] = None
    for record, holds in merged_among(session, list(sharing)).items():
        sharing.setdefault(record, {}).update(sharing[holds])
    shared = and_(GivenFacts.board_id == board_id, GivenFacts.association_id.in_(list(sharing)))
    for row in session.scalars(_in_time(or_(GivenFacts.case_id.in_(list(cases)), shared))):
        of_association = sharing.get(row.association_id or 0, {})
        own = {row.case_id: None} if row.case_id is not None and row.case_id in cases else {}
        yield row, own | of_association


def values_of_many(session: Session, cases: Sequence[Case]) -> dict[int, dict[str, FactValue]]:
    """Case id -> fact -> the newest value, of the case or of its association in the board; one board's cases."""
    found: dict[int, dict[str, FactValue]] = {case.id: {} for case in cases}
    if cases:
        for key, value in said_of_many(session, cases[0].board_id, {case.id: case.association_id for case in cases}):
            found[key][value.fact] = value
    return found


def speaks_of(part: Any, *facts: str) -> ColumnElement[bool]:  # noqa: ANN401 - a column of JSON
    """Whether a part says anything of one of some facts: within a value, a quotation mark is written otherwise."""
    return or_(*(cast(part, Text).contains(f'"{fact}"', autoescape=True) for fact in facts))


def values_of_associations(
    session: Session, board_id: int, associations: Iterable[int], facts: Iterable[str]
) -> dict[int, dict[str, FactValue]]:
    """Association -> fact -> the newest value that the board knows of it."""
    wanted = sorted(facts)
    found: dict[int, dict[str, FactValue]] = {}
    for own in in_chunks(associations, 5_000):
        merged = merged_among(session, own)
        owned = and_(GivenFacts.board_id == board_id, GivenFacts.association_id.in_([*own, *merged]))
        for row in session.scalars(_in_time(owned & speaks_of(GivenFacts.of_association, *wanted))):
            key = row.association_id or 0
            said = {value.fact: value for value in row.values(association=True) if value.fact in wanted}
            found.setdefault(merged.get(key, key), {}).update(said)
    return found


def of_association(session: Session, board_id: int, key: int) -> Sequence[FactValue]:
    """The newest value of each fact that a board knows of an association, whatever record it came by; by its name."""
    own = and_(GivenFacts.board_id == board_id, GivenFacts.association_id.in_(records_of(key)))
    rows = session.scalars(_in_time(own))
    latest = {value.fact: value for row in rows for value in row.values(association=True)}
    return [latest[fact] for fact in sorted(latest)]


def value_between(session: Session, case: Case, fact: str, first: date, last: date) -> Any:  # noqa: ANN401 - JSON
    """The newest value of a fact of the case's association that was said of a time; None where nobody has said one."""
    if case.association_id is None:
        return None
    said = [
        (row.as_of, row.id, value)
        for row in _said_of(session, case)
        if first <= row.as_of <= last
        for value in row.values(association=True)
        if value.fact == fact
    ]
    return max(said, key=lambda one: one[:2])[2].value if said else None
