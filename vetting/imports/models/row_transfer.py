"""Rows that lie ready become associations, cases and facts: by INSERT ... SELECT, inside the database.

Ids are given, one after another from the last there is: one writer at a time holds the end of the trail, so nobody
takes them meanwhile, and the trail can tell of the rows by their first id and their digests.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON as JSON_TYPE
from sqlalchemy import Integer, and_, case, cast, exists, func, insert, literal, null, select, text

from vetting.associations.domain.name_differences import same_name
from vetting.associations.models.associations import ALIAS, CURRENT, TO_CONFIRM, Association, AssociationName
from vetting.cases.domain.cases import FIRST
from vetting.cases.models.cases import BookingRequest, Case, GrantApplication, Occurrence
from vetting.cases.models.facts import GivenFacts
from vetting.engine.facts import FactSupplier
from vetting.imports.domain.list_rows import PRIVATE
from vetting.imports.models import association_matches
from vetting.imports.models.staged_files import DONE, GOOD, ImportBatch, StagedRow
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.store.base import UtcMoment
from vetting.kernel.store.session import BESIDE
from vetting.kernel.store.trail_bulk_rows import BulkDigest, bulk_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Select

    from vetting.imports.models.staged_files import StagedFile
    from vetting.kernel.store.base import Base
    from vetting.kernel.store.session import WritingSession

CHANNEL = "list"
MOST_COMPARED = 5_000
"""A piece with more names that are not the known ones is left to people as it is."""


@dataclass(slots=True, kw_only=True)
class BatchMove:
    """A batch on its way: what is the same for all its rows."""

    staged: StagedFile
    batch: ImportBatch
    at: datetime
    by_user_id: int | None
    series: str = ""
    offsets: Mapping[int, int] = field(default_factory=dict)
    """Year -> the last number of the series before this batch."""
    versions: Mapping[date, int | None] = field(default_factory=dict)
    """Day of arrival -> the rules in force."""
    not_asked: Mapping[int, list[str]] = field(default_factory=dict)
    """Table of the file -> the facts that it has no column for."""
    bulks: list[BulkDigest] = field(default_factory=list)
    made: dict[str, int] = field(default_factory=lambda: {"associations": 0, "other_names": 0})
    """What came to be beside the cases."""

    def rows(self, first: int, last: int) -> ColumnElement[bool]:
        """The rows of one piece."""
        return and_(
            StagedRow.staged_id == self.staged.id, StagedRow.state == GOOD, StagedRow.place.between(first, last)
        )


def move_batch_rows(session: WritingSession, way: BatchMove, first: int, last: int) -> None:
    """Moves the rows from one place to another, both included; their digests go into `way`."""
    _associations(session, way, way.rows(first, last))
    if way.batch.kind not in list(CaseKind):
        return
    kind = CaseKind(way.batch.kind)
    cases = _next_id(session, Case)
    key = cases - first + StagedRow.place
    rows = way.rows(first, last)
    made = [_insert(session, way, Case, _case(way, kind, key, rows))]
    if kind is CaseKind.GRANT:
        made.append(_insert(session, way, GrantApplication, _application(session, key, rows, first)))
    else:
        made.append(_insert(session, way, BookingRequest, _booking(session, key, rows, first)))
        made.append(_insert(session, way, Occurrence, _occurrence(session, key, rows, first)))
    made.append(_insert(session, way, GivenFacts, _facts(session, way, key, rows, first)))
    if set(made) != {last - first + 1}:  # what lies ready was changed under our hands: nothing of it is kept
        raise RuntimeError(made)


def _next_id(session: WritingSession, model: type[Base]) -> int:
    table: Any = model.__table__
    return int(session.scalar(select(func.coalesce(func.max(table.c.id), 0))) or 0) + 1


def _insert(session: WritingSession, way: BatchMove, model: type[Base], columns: Mapping[str, Any]) -> int:
    """Moves one table's rows and notes their digests; how many there were.

    columns: where each column comes from; 'rows' says which rows, 'order' in which order.
    """
    given = dict(columns)
    wanted, order = given.pop("rows"), given.pop("order")
    first = _next_id(session, model)
    source: Select[Any] = select(*given.values()).where(wanted).order_by(order)
    session.execute(insert(model).from_select(list(given), source, include_defaults=False), execution_options=BESIDE)
    last = _next_id(session, model) - 1
    if last < first:
        return 0
    if session.get_bind().dialect.name == "postgresql":
        name = f"{model.__tablename__}"
        session.execute(text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"), {"name": name, "last": last})
    way.bulks += bulk_of(session, model, first, last)
    return last - first + 1


def _associations(session: WritingSession, way: BatchMove, rows: ColumnElement[bool]) -> None:
    """Those that are not there yet, with their name; and names that have not been seen with theirs."""
    named = and_(rows, association_matches.named_rows(way.staged.id))
    association_matches.link_associations(session, named)
    first = _next_id(session, Association)
    place = func.row_number().over(order_by=StagedRow.id)
    made = _insert(
        session,
        way,
        Association,
        {
            "id": literal(first - 1) + place,
            "number": StagedRow.number,
            "name": case((StagedRow.name != "", StagedRow.name), else_=StagedRow.number),
            "folded": StagedRow.folded,
            "form": StagedRow.form,
            "municipality": StagedRow.municipality,
            "seat": StagedRow.seat,
            "source": StagedRow.source,
            "created_at": literal(way.at, UtcMoment()),
            "batch_id": literal(way.batch.id),
            "rows": StagedRow.id.in_(association_matches.unknown_firsts(named)),
            "order": StagedRow.id,
        },
    )
    way.made["associations"] += made
    if made:
        association_matches.link_associations(session, named)
    # What an association that has just been made is called first is its name; what comes after waits for a person.
    _insert(
        session, way, AssociationName, _names(session, way, and_(named, StagedRow.association_id >= first), CURRENT)
    )
    unlike = _next_id(session, AssociationName)
    way.made["other_names"] += _insert(session, way, AssociationName, _names(session, way, named, TO_CONFIRM))
    way.made["other_names"] -= _written_otherwise(session, unlike)


def _written_otherwise(session: WritingSession, first: int) -> int:
    """Of names that have just come, those that only write a known one in another way need nobody; how many."""
    rows = session.execute(
        select(AssociationName, Association.name)
        .join(Association, Association.id == AssociationName.association_id)
        .where(AssociationName.id >= first)
        .order_by(AssociationName.id)
        .limit(MOST_COMPARED)
    )
    alike = [row for row, name in rows if same_name(row.name, name)]
    for row in alike:
        row.kind = ALIAS
    return len(alike)


def _names(session: WritingSession, way: BatchMove, rows: ColumnElement[bool], kind: str) -> Mapping[str, Any]:
    unseen = and_(
        rows,
        StagedRow.association_id.is_not(None),
        StagedRow.folded != "",
        StagedRow.name != "",
        association_matches.name_unseen(),
    )
    of_one = [StagedRow.association_id] if kind == CURRENT else [StagedRow.association_id, StagedRow.folded]
    first = select(func.min(StagedRow.id)).where(unseen).group_by(*of_one)
    place = func.row_number().over(order_by=StagedRow.id)
    return {
        "id": literal(_next_id(session, AssociationName) - 1) + place,
        "association_id": StagedRow.association_id,
        "name": StagedRow.name,
        "folded": StagedRow.folded,
        "kind": literal(kind),
        "source": StagedRow.source,
        "since": null(),
        "batch_id": literal(way.batch.id),
        "rows": StagedRow.id.in_(first),
        "order": StagedRow.id,
    }


def _case(way: BatchMove, kind: CaseKind, key: Any, rows: ColumnElement[bool]) -> Mapping[str, Any]:  # noqa: ANN401 - a value of any type
    called = select(Association.name).where(Association.id == StagedRow.association_id).scalar_subquery()
    return {
        "id": key,
        "board_id": literal(way.batch.board_id),
        "kind": literal(kind.value),
        "number": _number(way),
        "association_id": StagedRow.association_id,
        "name": case((StagedRow.private, literal(PRIVATE)), (StagedRow.name != "", StagedRow.name), else_=called),
        "round_id": literal(way.batch.round_id) if way.batch.round_id is not None else null(),
        "unit_id": null(),
        "state": literal(FIRST[kind].value),
        "officer_id": null(),
        "received_on": StagedRow.received_on,
        "received_at": literal(way.at, UtcMoment()),
        "channel": literal(CHANNEL),
        "dnr": literal(""),
        "due_on": StagedRow.due_on,
        "purpose": StagedRow.purpose,
        "amount_applied": StagedRow.amount,
        "rule_version_id": _by(StagedRow.received_on, way.versions),
        "not_asked": _by(StagedRow.part, {part: literal(names, JSON_TYPE()) for part, names in way.not_asked.items()}),
        "batch_id": literal(way.batch.id),
        "screening_id": null(),
        "proposal": literal(""),
        "attention": literal(""),
        "version": literal(1),
        "rows": rows,
        "order": StagedRow.place,
    }


def _by(column: Any, found: Mapping[Any, Any]) -> Any:  # noqa: ANN401 - an expression
    """What each value of a column means; one meaning for all needs no looking."""
    meanings = list(found.values())
    if all(item is meanings[0] or (not hasattr(item, "compare") and item == meanings[0]) for item in meanings):
        return meanings[0] if hasattr(meanings[0], "compare") else (literal(meanings[0]) if meanings[0] else null())
    return case(*((column == value, meaning) for value, meaning in found.items()), else_=null())


def _number(way: BatchMove) -> Any:  # noqa: ANN401 - an expression
    """'BID-2026-0147': four digits at least."""
    serial = StagedRow.serial + case(
        *((StagedRow.year == year, literal(last)) for year, last in way.offsets.items()), else_=literal(0)
    )
    digits = cast(serial, StagedRow.name.type)
    zeros = case(*((serial < 10**places, literal("0" * (4 - places))) for places in (1, 2, 3)), else_=literal(""))
    return literal(f"{way.series}-") + cast(StagedRow.year, StagedRow.name.type) + literal("-") + zeros + digits


def _own_id(session: WritingSession, model: type[Base], first: int) -> Any:  # noqa: ANN401 - an expression
    return literal(_next_id(session, model) - first, Integer()) + StagedRow.place


def _application(session: WritingSession, key: Any, rows: ColumnElement[bool], first: int) -> Mapping[str, Any]:  # noqa: ANN401 - a value of any type
    return {
        "id": _own_id(session, GrantApplication, first),
        "case_id": key,
        "grant_type": literal(""),
        "giro": StagedRow.giro,
        "rows": rows,
        "order": StagedRow.place,
    }


def _booking(session: WritingSession, key: Any, rows: ColumnElement[bool], first: int) -> Mapping[str, Any]:  # noqa: ANN401 - a value of any type
    return {
        "id": _own_id(session, BookingRequest, first),
        "case_id": key,
        "reference": StagedRow.reference,
        "title": StagedRow.title,
        "open_to_public": StagedRow.open_to_public,
        "rate": StagedRow.rate,
        "digest": StagedRow.digest,
        "rows": rows,
        "order": StagedRow.place,
    }


def _occurrence(session: WritingSession, key: Any, rows: ColumnElement[bool], first: int) -> Mapping[str, Any]:  # noqa: ANN401 - a value of any type
    return {
        "id": _own_id(session, Occurrence, first),
        "case_id": key,
        "room_id": null(),
        "room_name": StagedRow.room,
        "starts_at": StagedRow.starts_at,
        "ends_at": StagedRow.ends_at,
        "state": literal("requested"),
        "rows": rows,
        "order": StagedRow.place,
    }


def _facts(
    session: WritingSession,
    way: BatchMove,
    key: Any,  # noqa: ANN401 - any key a table has
    rows: ColumnElement[bool],
    first: int,
) -> Mapping[str, Any]:
    return {
        "id": _own_id(session, GivenFacts, first),
        "board_id": literal(way.batch.board_id),
        "association_id": case((StagedRow.of_association.is_not(None), StagedRow.association_id), else_=null()),
        "case_id": key,
        "of_association": _json(session, StagedRow.of_association),
        "of_case": _json(session, StagedRow.of_case),
        "supplied_by": literal(FactSupplier.IMPORT.value),
        "document_id": null(),
        "batch_id": literal(way.batch.id),
        "batch_row": StagedRow.row,
        "as_of": StagedRow.received_on,
        "entered_at": literal(way.at, UtcMoment()),
        "by_user_id": literal(way.by_user_id) if way.by_user_id is not None else null(),
        "rows": rows,
        "order": StagedRow.place,
    }


def _json(session: WritingSession, column: Any) -> Any:  # noqa: ANN401 - an expression
    """A text that is JSON already, as what a column of JSON takes."""
    return column if session.get_bind().dialect.name == "sqlite" else cast(column, JSON_TYPE())


def adopt_associations(session: WritingSession, way: BatchMove) -> None:
    """Associations and names that came by another import and are named by this one, too.

    Of an import that was taken back they stand by this one now. Of one that still stands they stand by themselves
    from now on, so that taking it back does not hide them; unless this is a list of cases of the same board, which
    is then what was built on it.
    """
    named = and_(StagedRow.staged_id == way.staged.id, StagedRow.association_id.is_not(None))
    associations = session.scalars(
        select(Association).where(
            Association.batch_id.is_not(None),
            Association.batch_id != way.batch.id,
            Association.id.in_(select(StagedRow.association_id).where(named)),
        )
    )
    way.made["associations"] += _taken_over(session, way, associations)
    names = session.scalars(
        select(AssociationName).where(
            AssociationName.batch_id.is_not(None),
            AssociationName.batch_id != way.batch.id,
            exists(
                select(StagedRow.id).where(
                    named,
                    StagedRow.association_id == AssociationName.association_id,
                    StagedRow.folded == AssociationName.folded,
                )
            ),
        )
    )
    _taken_over(session, way, names)


def _taken_over(session: WritingSession, way: BatchMove, rows: Iterable[Association | AssociationName]) -> int:
    """How many of them were there no more."""
    found = list(rows)
    keys = {row.batch_id for row in found}
    others = {batch.id: batch for batch in session.scalars(select(ImportBatch).where(ImportBatch.id.in_(keys)))}
    back = 0
    for row in found:
        other = others[row.batch_id or 0]
        if other.state != DONE:
            row.batch_id = way.batch.id
            back += 1
        elif other.board_id != way.batch.board_id or way.batch.kind not in list(CaseKind):
            row.batch_id = None
    return back
