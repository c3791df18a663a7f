"""A booking system's list against what it said last: new, changed, the same, gone. Only new and changed are judged."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from sqlalchemy import and_, bindparam, func, or_, select, update

from vetting.associations.domain.name_differences import may_be_same
from vetting.associations.models.associations import Association, holding_record
from vetting.associations.models.booker_kinds import BookerKindRecord, recorded_booker_kinds
from vetting.bookings import kinds_of
from vetting.casework import change_state, raise_version, screen_case, withdraw_case
from vetting.casework.domain.cases import AT_WORK_STATE, FIRST, OPEN, CaseState, InvalidationReason
from vetting.casework.models.cases import LEFT_OUT, BookingRequest, Case, Occurrence
from vetting.casework.models.facts import GivenFacts
from vetting.engine.facts import WHO, FactSupplier
from vetting.engine.screening import BY_A_PERSON, BookerKind
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import HERE, day_here, midnight
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.store.base import table_of
from vetting.kernel.store.import_batches import is_batch_not_undone
from vetting.kernel.store.session import BESIDE
from vetting.kernel.text import _
from vetting.lists.models.row_transfer import times_of_row
from vetting.lists.models.staged_files import CHANGED, GOOD, SAME, CustomerNumber, StagedRow, mark_known_rows
from vetting.lists.services.staged_files import of_person
from vetting.rules.domain.layouts import ListKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import Select

    from vetting.kernel.store.import_batches import ImportBatch
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.lists.models.staged_files import StagedFile

AT_A_TIME: Final = 500
MOST_TOLD: Final = 500
LONGEST_TITLE: Final = 120
LONGEST_GAP: Final = timedelta(days=31)
VANISHED_KEY: Final = "gone"
"""A count that only a list which was compared has."""
TIME, ROOM, TITLE, FACTS = "time", "room", "title", "facts"
NOT_IN_LIST: Final = "Finns inte längre i listan"
"""Why one time of a term is left out, as it is kept and shown: what persons write of it is Swedish, too."""
OVER: Final = (CaseState.CANCELLED.value, CaseState.RESCINDED.value)
"""A booking that was called off is not the one that a later list speaks of."""


class _EarlierBooking(NamedTuple):
    """A booking that an earlier list told of, and its first time."""

    case_id: int
    case_number: str
    name: str
    association_id: int | None
    reference: str
    digest: str
    title: str
    has_time: bool
    starts_at: datetime | None
    ends_at: datetime | None
    room: str
    number: str | None
    name_key: str | None
    kind: BookerKind | None
    times: tuple[tuple[datetime | None, datetime | None, str], ...] = ()
    """All of a term's, with their rooms; empty where there is one."""


class _ListedBooking(NamedTuple):
    """A row of the list, as far as it is compared."""

    id: int
    year: int
    reference: str
    private: bool
    name: str
    number: str | None
    name_key: str
    title: str
    room: str
    starts_at: datetime | None
    ends_at: datetime | None
    digest: str
    weekly_until: date | None


_READ: Final = tuple(getattr(StagedRow, name) for name in _ListedBooking._fields)


def digest_of(row: Mapping[str, Any]) -> str:
    """Of what a row of a list says of a booking: the same digest, the same booking as before."""
    moments = [row[name].astimezone(UTC).isoformat() if row[name] else "" for name in ("starts_at", "ends_at")]
    parts = [_in_order(row["of_case"]), _in_order(row["of_association"])]
    said = [row["title"], row["room"], *moments, row["open_to_public"], row["rate"], *parts]
    if row.get("weekly_until"):
        said.append(row["weekly_until"].isoformat())
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:32]


def _in_order(part: Mapping[str, Any] | None) -> object:
    """What is kept of a row, whatever order its columns stood in."""
    return {name: sorted(value) if isinstance(value, list) else value for name, value in (part or {}).items()}


def compare_with_earlier(
    session: Session, staged: StagedFile, *, again: bool = False
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Which rows that lie ready are known by their booking number. (counts, what is told of them).

    A number that stands for somebody else now is another booking. again: they have been numbered before.
    """
    _recognise(session, staged)
    ready = select(*_READ).where(StagedRow.staged_id == staged.id, StagedRow.state == GOOD).order_by(StagedRow.id)
    rows = [_ListedBooking(*row) for row in session.execute(ready)]
    known = _earlier_bookings(session, staged.board_id, {row.reference for row in rows if row.reference})
    matched: dict[int, int] = {}
    found: list[dict[str, Any]] = []
    changed: list[list[Any]] = []
    for row, before in _pairs(rows, known):
        matched[row.id] = before.case_id
        differs = _differs(row, before)
        found.append({"key": row.id, "is": CHANGED if differs else SAME, "of": before.case_id})
        if differs:
            was = _as_shown(before.starts_at, before.ends_at, before.room, before.title)
            now = _as_shown(row.starts_at, row.ends_at, row.room, row.title)
            changed.append([before.case_number, differs, before.name, row.reference, was, now])
    mark_known_rows(session, found)
    gone = _vanished_bookings(session, staged.board_id, rows, set(matched.values()))
    by_year = number_rows(session, [row for row in rows if row.id not in matched]) if matched or again else None
    counts: dict[str, Any] = {
        "good": len(rows) - len(matched),
        "same": len(matched) - len(changed),
        "changed": len(changed),
        "gone": len(gone),
    }
    if by_year is not None:
        counts["by_year"] = by_year
    return counts, {"changed": changed[:MOST_TOLD], "gone": gone[:MOST_TOLD]}


def _as_shown(starts: datetime | None, ends: datetime | None, room: str, title: str) -> dict[str, str]:
    """What a person sees of a booking, as it is told when a list says otherwise."""
    first = f"{starts.astimezone(HERE):%Y-%m-%d %H.%M}" if starts else ""
    last = f"–{ends.astimezone(HERE):%H.%M}" if ends else ""
    return {TIME: first + last, ROOM: room, TITLE: title[:LONGEST_TITLE]}


def _recognise(session: Session, staged: StagedFile) -> None:
    """A customer number that was seen before is the association it was then, where the row has no number of its own."""
    unknown = (
        (StagedRow.staged_id == staged.id)
        & (StagedRow.state == GOOD)
        & (StagedRow.customer != "")
        & StagedRow.number.is_(None)
        & StagedRow.private.is_(False)
    )
    numbers = sorted(session.scalars(select(StagedRow.customer).where(unknown).distinct()))
    for start in range(0, len(numbers), AT_A_TIME):
        found = session.execute(
            select(CustomerNumber.number, Association)
            .join(Association, Association.id == CustomerNumber.association_id)
            .where(
                CustomerNumber.board_id == staged.board_id,
                CustomerNumber.system == staged.layout,
                CustomerNumber.number.in_(numbers[start : start + AT_A_TIME]),
            )
        ).all()
        held = {number: holding_record(session, row) for number, row in found}
        said = recorded_booker_kinds(session, staged.board_id, {row.id for row in held.values()})
        for number, association in held.items():
            if association.id in said and said[association.id].kind is BookerKind.PRIVATE_PERSON:
                _make_private(session, select(StagedRow).where(unknown, StagedRow.customer == number))
                continue
            rows = update(StagedRow).where(unknown, StagedRow.customer == number)
            named = {name: getattr(association, name) for name in ("number", "name_key", "source", "municipality")}
            session.execute(rows.values(named), execution_options=BESIDE)


def _make_private(session: Session, rows: Select[StagedRow]) -> None:
    """Rows of a customer that a person has found is a private person: neither name nor number goes in."""
    for row in session.scalars(rows).all():
        of_case, of_association = row.of_case or {}, row.of_association or {}
        values = {**of_association.get("values", {}), **of_case.get("values", {}), BY_A_PERSON: True}
        said: dict[str, Any] = {"values": {fact: value for fact, value in values.items() if fact not in WHO}}
        for part in ("absent", "unreadable"):
            facts = [*of_association.get(part, ()), *of_case.get(part, ())]
            said |= {part: [fact for fact in facts if fact not in WHO]} if facts else {}
        row.private, row.name, row.name_key, row.customer = True, "", "", ""
        row.of_case, row.of_association = said, None
    session.flush()


def _remember(session: WritingSession, staged: StagedFile) -> None:
    """Which association each customer number of a list is, for the next list."""
    association = func.coalesce(StagedRow.association_id, Case.association_id)
    rows = session.execute(
        select(StagedRow.customer, association)
        .outerjoin(Case, Case.id == StagedRow.case_id)
        .where(StagedRow.staged_id == staged.id, StagedRow.customer != "", association.is_not(None))
        .order_by(StagedRow.id)
    )
    seen = {number: key for number, key in rows}  # noqa: C416 - dict() of rows carries no types
    of_system = (CustomerNumber.board_id == staged.board_id) & (CustomerNumber.system == staged.layout)
    known = {row.number: row for row in session.scalars(select(CustomerNumber).where(of_system))} if seen else {}
    for number, key in seen.items():
        row = known.get(number)
        if row is None:
            session.add(
                CustomerNumber(
                    board_id=staged.board_id, system=staged.layout, number=number, association_id=key, at=session.now
                )
            )
        elif row.association_id != key:
            row.association_id, row.at = key, session.now
    session.flush()


def forget_customer_numbers(session: WritingSession, batch: ImportBatch) -> None:
    """What a list that is taken back said of customers is no longer known."""
    wanted = (CustomerNumber.board_id == batch.board_id) & (CustomerNumber.system == batch.layout)
    for row in session.scalars(select(CustomerNumber).where(wanted, CustomerNumber.at == batch.at)):
        session.delete(row)


def _earlier_bookings(session: Session, board_id: int, references: Iterable[str]) -> dict[str, list[_EarlierBooking]]:
    wanted = sorted(references)
    found: dict[str, list[_EarlierBooking]] = {}
    for start in range(0, len(wanted), AT_A_TIME):
        rows = session.execute(
            select(
                Case.id,
                Case.number,
                Case.name,
                Case.association_id,
                BookingRequest.reference,
                BookingRequest.digest,
                BookingRequest.title,
                Occurrence.id.is_not(None),
                Occurrence.starts_at,
                Occurrence.ends_at,
                func.coalesce(Occurrence.room_name, ""),
                Association.number,
                Association.name_key,
                BookerKindRecord.kind,
            )
            .join(BookingRequest, BookingRequest.case_id == Case.id)
            .outerjoin(Occurrence, Occurrence.case_id == Case.id)
            .outerjoin(Association, Association.id == Case.association_id)
            .outerjoin(
                BookerKindRecord,
                and_(
                    BookerKindRecord.board_id == Case.board_id, BookerKindRecord.association_id == Case.association_id
                ),
            )
            .where(
                Case.board_id == board_id,
                BookingRequest.reference.in_(wanted[start : start + AT_A_TIME]),
                Case.state.not_in(OVER),
                is_batch_not_undone(Case.batch_id),
            )
            .order_by(Case.id, Occurrence.id)
        )
        by_case: dict[int, list[_EarlierBooking]] = {}
        for item in map(_EarlierBooking._make, ((*row, ()) for row in rows)):
            by_case.setdefault(item.case_id, []).append(item)
        for first, *more in by_case.values():
            times = tuple((one.starts_at, one.ends_at, one.room) for one in (first, *more)) if more else ()
            found.setdefault(first.reference, []).append(first._replace(times=times))
    return found


def _pairs(
    rows: Sequence[_ListedBooking], known: Mapping[str, list[_EarlierBooking]]
) -> list[tuple[_ListedBooking, _EarlierBooking]]:
    """Rows and the bookings they are: by number, and by time where several stand under one number."""
    by_reference: dict[str, list[_ListedBooking]] = {}
    for row in rows:
        if row.reference in known:
            by_reference.setdefault(row.reference, []).append(row)
    found = []
    for reference, listed in by_reference.items():
        before = [item for item in known[reference] if any(_same_customer(row, item) for row in listed)]
        of_terms = [(row, _time_of_term(row, before)) for row in listed]
        found += [(row, item) for row, item in of_terms if item is not None]
        told = [row for row, item in of_terms if item is None]
        before = [item for item in before if not item.times or any(row.weekly_until for row in told)]
        if len(told) == len(before) == 1:
            found.append((told[0], before[0]))
            continue
        by_time = {item.starts_at: item for item in before if item.has_time}
        for row in told:
            item = by_time.pop(row.starts_at, None)
            if item is not None and _same_customer(row, item):
                found.append((row, item))
    return found


def _time_of_term(row: _ListedBooking, before: Sequence[_EarlierBooking]) -> _EarlierBooking | None:
    """The booking of a term that a row is one of the times of; anything else said of such a week is a new booking."""
    if row.weekly_until is not None:
        return None
    for item in before:
        if (row.starts_at, row.ends_at, row.room) in item.times and row.title == item.title:
            return item._replace(starts_at=row.starts_at, ends_at=row.ends_at, room=row.room, digest="")
    return None


def _same_customer(row: _ListedBooking, before: _EarlierBooking) -> bool:
    if row.private or before.association_id is None:
        return row.private and (before.association_id is None or before.kind is BookerKind.PRIVATE_PERSON)
    if row.number and before.number:
        return row.number == before.number
    return row.name_key == before.name_key or may_be_same(row.name, before.name)


def _differs(row: _ListedBooking, before: _EarlierBooking) -> list[str]:
    """What is told otherwise than before; of what came without a digest only what is seen is compared."""
    if before.digest and before.digest == row.digest:
        return []
    found = []
    if before.has_time and (row.starts_at, row.ends_at) != (before.starts_at, before.ends_at):
        found.append(TIME)
    if before.has_time and row.room != before.room:
        found.append(ROOM)
    if row.title != before.title:
        found.append(TITLE)
    return found or ([FACTS] if before.digest else [])


def _vanished_bookings(session: Session, board_id: int, rows: Sequence[_ListedBooking], matched: set[int]) -> list[str]:
    """Bookings of the list's days and rooms that an earlier list told of and this one does not."""
    starts = [row.starts_at for row in rows if row.starts_at is not None]
    rooms = sorted({row.room for row in rows})
    if not starts:
        return []
    first, last = midnight(day_here(min(starts))), midnight(day_here(max(starts)))
    found = session.execute(
        select(Case.id, Case.number, Occurrence.starts_at)
        .join(BookingRequest, BookingRequest.case_id == Case.id)
        .join(Occurrence, Occurrence.case_id == Case.id)
        .where(
            Case.board_id == board_id,
            Case.kind == CaseKind.BOOKING,
            Case.batch_id.is_not(None),
            is_batch_not_undone(Case.batch_id),
            BookingRequest.reference != "",
            Occurrence.room_name.in_(rooms),
            Occurrence.starts_at >= first,
            Occurrence.starts_at < last + timedelta(days=1),
            Case.state.in_([*(state.value for state in OPEN), CaseState.CONFIRMED.value]),
        )
        .order_by(Case.id)
    )
    spans = _spans({day_here(start) for start in starts})
    numbers = {
        key: number
        for key, number, at in found
        if key not in matched and at and any(low <= day_here(at) <= high for low, high in spans)
    }
    beyond = _with_times_beyond(session, numbers, first, last + timedelta(days=1))
    return [number for key, number in numbers.items() if key not in beyond]


def _with_times_beyond(session: Session, keys: Iterable[int], first: datetime, last: datetime) -> set[int]:
    """The bookings of a term that goes on outside of a list: it says nothing of the rest of them."""
    outside = or_(Occurrence.starts_at < first, Occurrence.starts_at >= last)
    wanted = select(Occurrence.case_id).where(Occurrence.case_id.in_(list(keys)), outside)
    return set(session.scalars(wanted.distinct()))


def _spans(days: Collection[date]) -> list[tuple[date, date]]:
    """The times that a list speaks of: one day far from the others says nothing of the months between."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and day - found[-1][1] <= LONGEST_GAP:
            found[-1] = found[-1][0], day
        else:
            found.append((day, day))
    return found


class NumberedRow(Protocol):
    """A row that goes in: its key and the year it counts in."""

    @property
    def id(self) -> int: ...

    @property
    def year(self) -> int: ...


def number_rows(session: Session, rows: Sequence[NumberedRow]) -> dict[str, int]:
    """New places and serial numbers for the rows that go in. Returns how many of each year."""
    by_year: dict[int, int] = {}
    given = []
    for place, row in enumerate(rows, start=1):
        by_year[row.year] = by_year.get(row.year, 0) + 1
        given.append({"key": row.id, "own_place": place, "own_serial": by_year[row.year]})
    if given:
        table = table_of(StagedRow)
        renumber = (
            update(table)
            .where(table.c.id == bindparam("key"))
            .values(place=bindparam("own_place"), serial=bindparam("own_serial"))
        )
        session.connection().execute(renumber, given)
    return {str(year): number for year, number in by_year.items()}


def call_off(session: WritingSession, key: int, numbers: Sequence[str]) -> int:
    """The booker has called off what is no longer in the list, as a person says of each. Returns how many.

    Raises:
        Refused: no such list, none is chosen, or one is not among those or was called off meanwhile.
    """
    staged = of_person(session, key)
    if not numbers or not set(numbers) <= set(staged.found.get("gone", ())):
        raise Refused(
            Obstacle.INVALID,
            Problem(
                "gone",
                _("Ingen bokning är vald, eller så finns en av de valda kvar i listan."),
                _("Välj bland dem som inte längre finns i listan."),
            ),
        )
    for number in dict.fromkeys(numbers):
        withdraw_case(session, number)
    return len(set(numbers))


def update_known_bookings(session: WritingSession, staged: StagedFile, batch: ImportBatch) -> None:
    """What a list says otherwise of known bookings goes into their cases; what was answered is looked at again.

    Which association each customer number is, is kept. Of another list than one of bookings there is nothing.
    """
    if staged.kind != ListKind.BOOKING:
        return
    _remember(session, staged)
    rows = session.scalars(
        select(StagedRow).where(StagedRow.staged_id == staged.id, StagedRow.state == CHANGED).order_by(StagedRow.id)
    )
    for row in rows:
        case = session.get_one(Case, row.case_id)
        request = session.scalars(select(BookingRequest).where(BookingRequest.case_id == case.id)).one()
        use = session.scalar(select(Occurrence).where(Occurrence.case_id == case.id).order_by(Occurrence.id).limit(1))
        was = _as_shown(
            use.starts_at if use else None, use.ends_at if use else None, use.room_name if use else "", request.title
        )
        request.title, request.open_to_public, request.rate = row.title, row.open_to_public, row.rate
        request.digest = row.digest
        _new_times(session, case, row)
        case.purpose, case.due_on = row.purpose, row.due_on
        session.add(_list_row_facts(case, row, batch, session.now))
        raise_version(case)  # room and time stand in other tables: whoever saw them is told that they changed
        session.flush()
        _judged_anew(session, case)
        now = _as_shown(row.starts_at, row.ends_at, row.room, row.title)
        session.note("booking_changed_in_list", case, case_id=case.id, detail={"was": was, "now": now})


def _new_times(session: WritingSession, case: Case, row: StagedRow) -> None:
    """The times as the list has them now: those of a term that it no longer has are left out, the new ones come in."""
    wanted = times_of_row(row)
    known = session.scalars(
        select(Occurrence).where(Occurrence.case_id == case.id, Occurrence.state != LEFT_OUT).order_by(Occurrence.id)
    ).all()
    if len(known) == len(wanted):
        pairs = list(zip(known, wanted, strict=True))
    else:
        by_start = {use.starts_at: use for use in known}
        pairs = [(by_start[starts], (starts, ends)) for starts, ends in wanted if starts in by_start]
        kept = {use.id for use, _when in pairs}
        for use in known:
            if use.id not in kept:
                use.state, use.reason = LEFT_OUT, NOT_IN_LIST
        state = known[0].state if known else FIRST[CaseKind.BOOKING].value
        for starts, ends in wanted:
            if starts not in by_start:
                session.add(
                    Occurrence(case_id=case.id, room_name=row.room, starts_at=starts, ends_at=ends, state=state)
                )
    for use, (starts, ends) in pairs:
        use.starts_at, use.ends_at, use.room_name = starts, ends, row.room


def _list_row_facts(case: Case, row: StagedRow, batch: ImportBatch, at: datetime) -> GivenFacts:
    of_association = row.of_association
    return GivenFacts(
        board_id=batch.board_id,
        association_id=case.association_id if of_association else None,
        case_id=case.id,
        of_association=of_association,
        of_case=row.of_case,
        supplied_by=FactSupplier.IMPORT,
        batch_id=batch.id,
        batch_row=row.row,
        as_of=row.received_on,
        entered_at=at,
        by_user_id=batch.by_user_id,
    )


def _judged_anew(session: WritingSession, case: Case) -> None:
    state = case.state
    if state not in OPEN:
        if kinds_of(session, case.board_id, [case]).get(case.id) is BookerKind.OWN_UNIT:
            return
        case.look_again_at, case.look_again_because = session.now, InvalidationReason.CHANGED.value
        return
    if state is CaseState.READY:
        change_state(case, AT_WORK_STATE[CaseKind.BOOKING])
    screen_case(session, case)
