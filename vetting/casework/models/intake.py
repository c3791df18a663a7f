"""Cases as they are written when they come in, one or thousands: what stands in which column is said here alone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert

from vetting.casework.domain.cases import FIRST
from vetting.casework.domain.document_statuses import DocumentStatus
from vetting.casework.domain.intake import PRIVATE
from vetting.casework.domain.records import RecordClass, RecordKind
from vetting.casework.models.cases import BookingRequest, Case, GrantApplication, Occurrence
from vetting.casework.models.facts import GivenFacts
from vetting.casework.models.records import Record, class_here
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.store.base import draw_keys, table_of
from vetting.kernel.store.session import BESIDE
from vetting.kernel.store.trail_bulk_rows import BulkDigest, bulks_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from vetting.casework.domain.intake import KeptOfCase
    from vetting.engine.facts import FactSupplier
    from vetting.kernel.store.base import Base, Plain
    from vetting.kernel.store.session import WritingSession

AT_A_TIME: Final = 2_000
IN_ORDER: Final = (Case, GrantApplication, BookingRequest, Occurrence, GivenFacts, Record)
"""The tables that a case that comes in has rows in, each after those it points to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedTime:
    """One time a room is wanted."""

    room_id: int | None = None
    room_name: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionContext:
    """What is the same of all that comes in at once."""

    kind: CaseKind
    board_id: int
    channel: str
    supplied_by: FactSupplier
    at: datetime
    by_user_id: int | None
    round_id: int | None = None
    scheme_id: int | None = None
    unit_id: int | None = None
    batch_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingCase:
    """One case, worked out: who it is, what it says, and by which rules it is judged."""

    number: str
    received_on: date
    kept: KeptOfCase
    association_id: int | None
    association: str
    """What the association is called, where the case says no name."""
    rule_version_id: int | None
    not_asked: Sequence[str]
    of_association: Plain | None
    of_case: Plain | None
    uses: Sequence[RequestedTime] = ()
    row: int | None = None
    """Where it stood in a list."""
    digest: str = ""
    """Of what a booking system's list says of it."""
    letting_kind_id: int | None = None
    """What the room of a booking is let as."""


def _name(one: IncomingCase) -> str:
    return PRIVATE if one.kept.private else one.kept.name or one.association or PRIVATE


def _case(all_of: SubmissionContext, one: IncomingCase) -> dict[str, Any]:
    return {
        "board_id": all_of.board_id,
        "kind": all_of.kind.value,
        "number": one.number,
        "association_id": one.association_id,
        "name": _name(one),
        "round_id": all_of.round_id,
        "scheme_id": all_of.scheme_id,
        "letting_kind_id": one.letting_kind_id,
        "unit_id": all_of.unit_id,
        "state": FIRST[all_of.kind].value,
        "received_on": one.received_on,
        "received_at": all_of.at,
        "channel": all_of.channel,
        "due_on": one.kept.due_on,
        "purpose": one.kept.purpose,
        "amount_applied": one.kept.amount,
        "rule_version_id": one.rule_version_id,
        "not_asked": list(one.not_asked),
        "batch_id": all_of.batch_id,
    }


def _beside(
    all_of: SubmissionContext, one: IncomingCase, key: int, kept_as: RecordClass
) -> Iterator[tuple[type[Base], dict[str, Any]]]:
    """What stands in other tables of a case with that id."""
    kept = one.kept
    if all_of.kind is CaseKind.GRANT:
        yield GrantApplication, {"case_id": key, "giro": kept.giro}
        yield Record, _record(all_of, one, key, kept_as)
    else:
        booked = {"reference": kept.reference, "title": kept.title, "rate": kept.rate, "digest": one.digest}
        yield BookingRequest, {"case_id": key, "open_to_public": kept.open_to_public, **booked}
        for use in one.uses:
            when = {"starts_at": use.starts_at, "ends_at": use.ends_at}
            yield Occurrence, {"case_id": key, "room_id": use.room_id, "room_name": use.room_name, **when}
    if one.of_association or one.of_case:
        yield (
            GivenFacts,
            {
                "board_id": all_of.board_id,
                "association_id": one.association_id if one.of_association else None,
                "case_id": key,
                "of_association": one.of_association,
                "of_case": one.of_case,
                "supplied_by": all_of.supplied_by.value,
                "batch_id": all_of.batch_id,
                "batch_row": one.row,
                "as_of": one.received_on,
                "entered_at": all_of.at,
                "by_user_id": all_of.by_user_id,
            },
        )


def _record(all_of: SubmissionContext, one: IncomingCase, key: int, kept_as: RecordClass) -> dict[str, Any]:
    """An application is a record; a booking is its booking system's."""
    return {
        "board_id": all_of.board_id,
        "case_id": key,
        "kind": RecordKind.APPLICATION,
        "key": key,
        "record_class": kept_as,
        "status": DocumentStatus.ARRIVED,
        "on": one.received_on,
        "party": _name(one),
        "at": all_of.at,
    }


def write_case(session: WritingSession, all_of: SubmissionContext, one: IncomingCase) -> Case:
    """Writes one, of which the trail tells column by column."""
    case = Case(**_case(all_of, one))
    session.add(case)
    session.flush()
    kept_as = class_here(session, all_of.board_id, RecordKind.APPLICATION)
    session.add_all(model(**row) for model, row in _beside(all_of, one, case.id, kept_as))
    session.flush()
    return case


def write_cases(session: WritingSession, all_of: SubmissionContext, many: Iterator[IncomingCase]) -> list[BulkDigest]:
    """Writes many, of which the trail keeps a digest of each row. Nobody else writes meanwhile."""
    keys: dict[type[Base], list[int]] = {model: [] for model in IN_ORDER}
    kept_as = class_here(session, all_of.board_id, RecordKind.APPLICATION)
    while some := list(islice(many, AT_A_TIME)):
        made = _insert(session, Case, [_case(all_of, one) for one in some])
        beside: dict[type[Base], list[Mapping[str, Any]]] = {}
        for key, one in zip(made, some, strict=True):
            for model, row in _beside(all_of, one, key, kept_as):
                beside.setdefault(model, []).append(row)
        keys[Case] += made
        for model, rows in beside.items():
            keys[model] += _insert(session, model, rows)
    return [bulk for model, found in keys.items() for bulk in bulks_of(session, model, found)]


def _insert(session: WritingSession, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> Sequence[int]:
    """Their ids, in order; drawn first, since a statement that returns them is several times as slow."""
    table = table_of(model)
    keys = draw_keys(session, table, len(rows))
    numbered = [{"id": key, **row} for key, row in zip(keys, rows, strict=True)]
    session.execute(insert(table), numbered, execution_options=BESIDE)
    return keys
