"""Rows that lie ready become associations and cases: the associations inside the database, the cases as by a form."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, case, exists, func, insert, literal, null, select

from vetting.associations.models.associations import (
    ALIAS,
    CURRENT,
    TO_CONFIRM,
    Association,
    AssociationName,
    kind_of_new_name,
    names_of_many,
)
from vetting.casework.domain.intake import KeptOfCase
from vetting.casework.models.cases import Case, number_of
from vetting.casework.models.intake import AT_A_TIME, IncomingCase, RequestedTime, SubmissionContext, write_cases
from vetting.engine.facts import FactSupplier
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import HERE
from vetting.kernel.privacy import Privacy
from vetting.kernel.store.base import UtcMoment, table_of
from vetting.kernel.store.import_batches import DONE, ImportBatch
from vetting.kernel.store.session import BESIDE
from vetting.kernel.store.trail_bulk_rows import BulkDigest, bulks_of
from vetting.lists.domain.season_rows import weekly_times
from vetting.lists.models import association_matches
from vetting.lists.models.staged_files import GOOD, StagedRow
from vetting.people.models.letting_kinds import folded_room

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row, Select

    from vetting.kernel.store.base import Base
    from vetting.kernel.store.session import WritingSession
    from vetting.lists.models.staged_files import StagedFile

CHANNEL: Final = "list"
NAMES_AT_A_TIME: Final = 500
MOST_COMPARED = 5_000
"""A piece with more names that are not the known ones is left to people as it is."""
MANY_NEW: Final = 1_000
"""So many new associations change how PostgreSQL finds them again: by old statistics it may read them all for each."""


@dataclass(frozen=True, slots=True)
class RowVersions:
    """The rules that judge rows, by the day they came and by what their rooms are let as."""

    of_rows: Mapping[tuple[date, int | None], int | None] = field(default_factory=dict)
    """Day of arrival and kind of letting -> the version in force."""
    let_as: Mapping[str, int] = field(default_factory=dict)
    """Folded name of a room -> its kind of letting."""

    def as_data(self) -> dict[str, Any]:
        """As plain data."""
        rows = [[day.isoformat(), letting_kind, version] for (day, letting_kind), version in self.of_rows.items()]
        return {"of_rows": rows, "let_as": dict(self.let_as)}


def row_versions(kept: Mapping[str, Any]) -> RowVersions:
    """The same from plain data; of a move that an older program began: day of arrival -> version."""
    rows = kept["of_rows"] if "of_rows" in kept else [[day, None, version] for day, version in kept.items()]
    found = {(date.fromisoformat(day), letting_kind): version for day, letting_kind, version in rows}
    return RowVersions(found, kept.get("let_as", {}) if "of_rows" in kept else {})


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
    versions: RowVersions = field(default_factory=RowVersions)
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
    made = write_cases(session, _handing_in(way), _incoming_cases(session, way, first, last))
    cases = sum(bulk.count for bulk in made if (bulk.table, bulk.kind) == (Case.__tablename__, Privacy.PUBLIC.value))
    if cases != last - first + 1:  # what lies ready was changed under our hands: nothing of it is kept
        raise RuntimeError(cases)
    way.bulks += made


def _handing_in(way: BatchMove) -> SubmissionContext:
    return SubmissionContext(
        kind=CaseKind(way.batch.kind),
        board_id=way.batch.board_id,
        channel=CHANNEL,
        supplied_by=FactSupplier.IMPORT,
        at=way.at,
        by_user_id=way.by_user_id,
        round_id=way.batch.round_id,
        scheme_id=way.staged.scheme_id,
        batch_id=way.batch.id,
    )


def _incoming_cases(session: WritingSession, way: BatchMove, first: int, last: int) -> Iterator[IncomingCase]:
    """The rows as cases, in order; some at a time, so that not all of them lie in memory."""
    for start in range(first, last + 1, AT_A_TIME):
        rows = (
            select(table_of(StagedRow), Association.name.label("association"))
            .outerjoin(Association, Association.id == StagedRow.association_id)
            .where(way.rows(start, min(start + AT_A_TIME - 1, last)))
            .order_by(StagedRow.place)
        )
        for row in session.execute(rows):
            yield _incoming_case(way, row)


def _incoming_case(way: BatchMove, row: Row[Any]) -> IncomingCase:
    """A row that lies ready."""
    if row.received_on is None or row.serial is None:  # a row of a case has both
        raise RuntimeError(row.id)
    letting_kind = way.versions.let_as.get(folded_room(row.room)) if row.room else None
    return IncomingCase(
        number=number_of(way.series, row.year, way.offsets[row.year] + row.serial),
        received_on=row.received_on,
        kept=KeptOfCase(
            name=row.name,
            number=row.number or "",
            private=row.private,
            due_on=row.due_on,
            purpose=row.purpose,
            amount=row.amount,
            giro=row.giro,
            reference=row.reference,
            customer=row.customer,
            title=row.title,
            open_to_public=row.open_to_public,
            rate=row.rate,
        ),
        association_id=row.association_id,
        association=row.association or "",
        rule_version_id=way.versions.of_rows[row.received_on, letting_kind],
        letting_kind_id=letting_kind,
        not_asked=way.not_asked[row.part],
        of_association=row.of_association,
        of_case=row.of_case,
        uses=tuple(
            RequestedTime(room_name=row.room, starts_at=starts, ends_at=ends) for starts, ends in times_of_row(row)
        ),
        row=row.row,
        digest=row.digest,
    )


def times_of_row(row: Row[Any] | StagedRow) -> list[tuple[datetime | None, datetime | None]]:
    """Its time, or each of a season's."""
    if row.starts_at is None or row.weekly_until is None:
        return [(row.starts_at, row.ends_at)]
    ends = row.ends_at.astimezone(HERE) if row.ends_at is not None else None
    return [*weekly_times(row.starts_at.astimezone(HERE), ends, row.weekly_until)]


def _insert(session: WritingSession, way: BatchMove, model: type[Base], columns: Mapping[str, Any]) -> list[int]:
    """Moves one table's rows and notes their digests; their ids, in order.

    columns: where each column comes from; 'rows' says which rows, 'order' in which order.
    """
    given = dict(columns)
    wanted, order = given.pop("rows"), given.pop("order")
    source: Select[Any] = select(*given.values()).where(wanted).order_by(order)
    table = table_of(model)
    moving = insert(table).from_select(list(given), source, include_defaults=False).returning(table.c.id)
    made = sorted(session.scalars(moving, execution_options=BESIDE))
    way.bulks += bulks_of(session, model, made)
    return made


def _associations(session: WritingSession, way: BatchMove, rows: ColumnElement[bool]) -> None:
    """Those that are not there yet, with their name; and names that have not been seen with theirs."""
    named = and_(rows, association_matches.named_rows(way.staged.id))
    association_matches.link_associations(session, named)
    made = _insert(
        session,
        way,
        Association,
        {
            "number": StagedRow.number,
            "name": case((StagedRow.name != "", StagedRow.name), else_=StagedRow.number),
            "name_key": StagedRow.name_key,
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
    way.made["associations"] += len(made)
    if made:
        _plan_for(session, made)
        association_matches.link_associations(session, named)
        # What one that has just been made is called first is its name; what comes after waits for a person.
        just_made = and_(named, StagedRow.association_id >= made[0])
        _plan_for(session, _insert(session, way, AssociationName, _names(way, just_made, CURRENT)))
    others = _insert(session, way, AssociationName, _names(way, named, TO_CONFIRM))
    way.made["other_names"] += len(others) - _written_otherwise(session, others)


def _plan_for(session: WritingSession, made: Sequence[int]) -> None:
    if len(made) > MANY_NEW:
        association_matches.refresh_statistics(session)


def _written_otherwise(session: WritingSession, made: Sequence[int]) -> int:
    """Of names that have just come, those that only write a known one in another way need nobody; how many."""
    if not made:
        return 0
    wanted = select(AssociationName).where(AssociationName.id >= made[0]).order_by(AssociationName.id)
    rows = session.scalars(wanted.limit(MOST_COMPARED)).all()
    alike = 0
    for start in range(0, len(rows), NAMES_AT_A_TIME):
        some = rows[start : start + NAMES_AT_A_TIME]
        known = names_of_many(session, {row.association_id for row in some})
        for row in some:
            row.kind = kind_of_new_name(row.name, known[row.association_id])
            alike += row.kind == ALIAS
    return alike


def _names(way: BatchMove, rows: ColumnElement[bool], kind: str) -> Mapping[str, Any]:
    unseen = and_(
        rows,
        StagedRow.association_id.is_not(None),
        StagedRow.name_key != "",
        StagedRow.name != "",
        association_matches.name_unseen(),
    )
    of_one = [StagedRow.association_id] if kind == CURRENT else [StagedRow.association_id, StagedRow.name_key]
    first = select(func.min(StagedRow.id)).where(unseen).group_by(*of_one)
    return {
        "association_id": StagedRow.association_id,
        "name": StagedRow.name,
        "name_key": StagedRow.name_key,
        "kind": literal(kind),
        "source": StagedRow.source,
        "since": null(),
        "batch_id": literal(way.batch.id),
        "rows": StagedRow.id.in_(first),
        "order": StagedRow.id,
    }


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
                    StagedRow.name_key == AssociationName.name_key,
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
