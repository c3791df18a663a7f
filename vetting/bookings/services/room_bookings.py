"""Rooms booked here, for units without a booking system: times that never overlap, series, clashes told before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from sqlalchemy import or_, select
from sqlalchemy.exc import DBAPIError

from vetting import casework
from vetting.bookings.domain.overlaps import Occupancy, clashing_uses
from vetting.bookings.domain.room_bookings import (
    LONGEST_USE,
    TIME_OBSTACLE_WORDS,
    RoomTime,
    RoomUseKind,
    TimeObstacle,
    is_closed,
    room_time,
    wrong_with_times,
)
from vetting.bookings.models.room_overlaps import LONGEST, SLOT_CONSTRAINT, part_of, slot_range
from vetting.casework.domain.cases import CaseState
from vetting.casework.models.cases import (
    LEFT_OUT,
    OVER,
    BookedTime,
    BookingRequest,
    Case,
    Occurrence,
    occurrences,
    scheduled_times,
    times_between,
)
from vetting.casework.models.intake import RequestedTime
from vetting.kernel.dates import HERE
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.import_batches import is_batch_not_undone
from vetting.kernel.text import NO_WORDS, _, same_in_both
from vetting.people import require_permission, require_permission_for_kind
from vetting.people.models.letting_kinds import letting_kind_of
from vetting.people.models.people import Board, Room, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import time

    from sqlalchemy import Select

    from vetting.casework import NewCase
    from vetting.engine.facts import Facts
    from vetting.kernel.store.session import Session, WritingSession


LONGEST_NAME: Final = 120
MOST_AT_ONCE: Final = 20
"""Bookings that one room can hold."""
LONGEST_BUFFER: Final = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRoom:
    """A room as it is typed in. hours: weekday from 0 -> two clock times. Prices in öre an hour."""

    name: str
    unit: str = ""
    open: bool = False
    buffer_minutes: int = 0
    shared_by: int = 1
    price: int | None = None
    subsidised_price: int | None = None
    hours: Mapping[str, Sequence[str]]
    letting_kind_id: int | None = None


@dataclass(frozen=True, slots=True)
class UnavailableTime:
    """A time that cannot be had, and why."""

    use: RoomTime
    because: TimeObstacle


def has_own_bookings(board: Board) -> bool:
    """Whether the board books its rooms here; off until it says so."""
    return bool(board.bookings.get("own"))


def switch_own_bookings(session: WritingSession, *, on: bool) -> None:
    """The board books its rooms here, or does not any more."""
    require_permission(session.person, Action.MANAGE_BOARD)
    board = session.get_one(Board, session.person.board_id)
    board.bookings = {**board.bookings, "own": on}
    session.note("letting_changed", board, board_id=board.id, detail={"own": on})


def rooms(session: Session, board_id: int) -> Sequence[Room]:
    """A board's rooms, by name."""
    return session.scalars(select(Room).where(Room.board_id == board_id).order_by(Room.name, Room.id)).all()


def set_room(session: WritingSession, key: int | None, new: NewRoom) -> Room:
    """A new room, or an old one changed.

    Raises:
        Refused: no such room in the board, it has no name or one that another has, or an impossible pause.
    """
    require_permission(session.person, Action.MANAGE_BOARD)
    name = " ".join(new.name.split())[:LONGEST_NAME]
    room = (
        room_of(session, session.person.board_id, key)
        if key is not None
        else Room(board_id=session.person.board_id, name=name)
    )
    other = session.scalar(select(Room.id).where(Room.board_id == session.person.board_id, Room.name == name))
    problems = []
    if not name:
        problems.append(Problem("name", _("Lokalen har inget namn."), _("Skriv det.")))
    elif other is not None and other != key:
        problems.append(Problem("name", _("En annan lokal heter så."), _("Välj ett annat namn.")))
    if not 1 <= new.shared_by <= MOST_AT_ONCE:
        problems.append(Problem("shared_by", _("Antalet är inte giltigt."), _("Skriv ett tal från 1 till 20.")))
    if not 0 <= new.buffer_minutes <= LONGEST_BUFFER:
        problems.append(
            Problem("buffer_minutes", _("Pausens längd är inte giltig."), _("Skriv ett tal från 0 till 240."))
        )
    if new.subsidised_price is not None and (new.price is None or new.subsidised_price > new.price):
        what = _("Den subventionerade taxan är högre än den normala, eller den normala saknas.")
        problems.append(Problem("subsidised_price", what, _("Skriv båda, i kronor per timme.")))
    if new.letting_kind_id is not None and _no_such_kind(session, new.letting_kind_id):
        problems.append(
            Problem("letting_kind", _("Uthyrningsformen finns inte, eller används inte längre."), _("Välj en annan."))
        )
    if key is not None and not problems and new.shared_by < room.shared_by:
        problems += _used_by_more(session, room, new.shared_by)
    if key is not None and new.buffer_minutes != room.buffer_minutes and not problems:
        problems += _pause(session, room, new.buffer_minutes)
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    room.name, room.open, room.buffer_minutes = name, new.open, new.buffer_minutes
    room.shared_by = new.shared_by
    room.price, room.subsidised_price = new.price, new.subsidised_price
    room.hours = {day: list(times) for day, times in new.hours.items()}
    room.unit_id = _unit(session, session.person.board_id, new.unit)
    room.letting_kind_id = new.letting_kind_id
    session.add(room)
    session.flush()
    session.note("room_changed", room, board_id=session.person.board_id)
    return room


def _no_such_kind(session: Session, key: int) -> bool:
    found = letting_kind_of(session, key)
    return found is None or found.ended_at is not None


def _used_by_more(session: WritingSession, room: Room, shared_by: int) -> list[Problem]:
    """Why fewer may not have the room at once from now on: more of them are promised it."""
    held = select(Occurrence.slot_from).where(
        Occurrence.room_id == room.id, Occurrence.slot_from.is_not(None), Occurrence.ends_at > session.now
    )
    if all(part_of(slot or 0) < shared_by for slot in session.scalars(held)):
        return []
    what = _("Det finns redan fler samtidiga bokningar än så.")
    return [Problem("shared_by", what, _("Flytta en av dem först."))]


def _pause(session: WritingSession, room: Room, minutes: int) -> list[Problem]:
    """Another pause holds from now on, for the times that are held already too; not where two of them are closer."""
    held = session.scalars(
        select(Occurrence)
        .where(Occurrence.room_id == room.id, Occurrence.slot_from.is_not(None), Occurrence.ends_at > session.now)
        .order_by(Occurrence.slot_from)
    ).all()
    pause = timedelta(minutes=minutes)
    for one, following in pairwise(held):
        same_part = part_of(one.slot_from or 0) == part_of(following.slot_from or 0)
        if same_part and one.ends_at and following.starts_at and one.ends_at + pause > following.starts_at:
            day = f"{one.ends_at.astimezone(HERE):%Y-%m-%d}"
            return [
                Problem(
                    "buffer_minutes",
                    _("Två bokningar ligger tätare än så den {day}.", day=day),
                    _("Flytta en av dem först, eller välj en kortare paus."),
                )
            ]
    for use in held:
        if use.starts_at and use.ends_at and use.slot_from is not None:
            ends, part = use.ends_at + pause, part_of(use.slot_from)
            use.slot_from, use.slot_to = slot_range(room.id, use.starts_at.timestamp(), ends.timestamp(), part)
    return []


def _unit(session: WritingSession, board_id: int, name: str) -> int | None:
    name = " ".join(name.split())[:LONGEST_NAME]
    if not name:
        return None
    unit = session.scalar(select(Unit).where(Unit.board_id == board_id, Unit.name == name))
    if unit is None:
        unit = Unit(board_id=board_id, name=name)
        session.add(unit)
        session.flush()
    return unit.id


def room_of(session: Session, board_id: int, key: int) -> Room:
    """One of the board's rooms.

    Raises:
        Refused: there is none.
    """
    room = session.scalar(select(Room).where(Room.board_id == board_id, Room.id == key))
    if room is None:
        raise Refused(Obstacle.MISSING)
    return room


def unavailable_times(session: Session, room: Room, uses: Sequence[RoomTime]) -> list[UnavailableTime]:
    """The times among some that cannot be had, each with why."""
    return [
        UnavailableTime(use, TimeObstacle.CLOSED if is_closed(room.hours, use) else TimeObstacle.TAKEN)
        for use in uses
        if is_closed(room.hours, use) or not _is_free(session, room, use)
    ]


def free_instead(session: Session, room: Room, use: RoomTime) -> list[Room]:
    """Other rooms of the board that are free then."""
    others = (other for other in rooms(session, room.board_id) if other.id != room.id)
    return [other for other in others if not is_closed(other.hours, use) and _is_free(session, other, use)]


def _is_free(session: Session, room: Room, use: RoomTime) -> bool:
    return _free_part(session, room, use) is not None


def _free_part(session: Session, room: Room, use: RoomTime) -> int | None:
    """The first part of the room that nobody has then; None where as many as may have it at once do."""
    ranges = [_slot(room, use, part) for part in range(room.shared_by)]
    taken = select(Occurrence.slot_from).where(
        or_(
            *(
                (Occurrence.slot_from < last) & (Occurrence.slot_from > first - LONGEST) & (Occurrence.slot_to > first)
                for first, last in ranges
            )
        )
    )
    parts = {part_of(found) for found in session.scalars(taken) if found is not None}
    free = [part for part in range(room.shared_by) if part not in parts]
    by_name = session.scalars(_by_name(room, use)).all()
    return free[0] if len(free) > len(by_name) else None


def _by_name(room: Room, use: RoomTime) -> Select[int]:
    """The bookings of lists, or from before rooms were booked here, that have the room then: they hold no range."""
    starts, ends = use.starts.astimezone(UTC), (use.ends + timedelta(minutes=room.buffer_minutes)).astimezone(UTC)
    pause = timedelta(minutes=room.buffer_minutes)
    stands = Occurrence.state.not_in([LEFT_OUT, *(state.value for state in OVER)])
    lasts = or_(Occurrence.ends_at > starts - pause, Occurrence.ends_at.is_(None) & (Occurrence.starts_at >= starts))
    return (
        select(Occurrence.id)
        .join(Case, Case.id == Occurrence.case_id)
        .where(
            Occurrence.starts_at >= starts - LONGEST_USE,
            Occurrence.starts_at < ends,
            lasts,
            stands,
            Occurrence.slot_from.is_(None),
            Occurrence.room_name == room.name,
            Case.board_id == room.board_id,
            is_batch_not_undone(Case.batch_id),
        )
        .limit(room.shared_by)
    )


def clashing_times(times: Sequence[BookedTime], shared_by: int) -> set[int]:
    """The ids of those among some times of one room that are more at once than it is shared by."""
    uses = [time.use for time in times]
    told = [Occupancy(use.id, use.starts_at, use.ends_at or use.starts_at) for use in uses if use.starts_at]
    return set(clashing_uses(told, shared_by))


def _slot(room: Room, use: RoomTime, part: int) -> tuple[int, int]:
    """The time with the pause after it, as one range."""
    ends = use.ends.timestamp() + room.buffer_minutes * 60
    return slot_range(room.id, use.starts.timestamp(), ends, part)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingSeries:
    """The times that are wanted, in which room, and how."""

    room_id: int
    uses: Sequence[RoomTime]
    way: RoomUseKind = RoomUseKind.BOOKING
    skip_clashes: bool = False
    """Times that cannot be had are left out, with why; otherwise they stop the whole."""


def book_room(session: WritingSession, new: NewCase, series: BookingSeries) -> Case:
    """Books a room for one time or many: one case, decided once, every time held for itself.

    Raises:
        Refused: rooms are not booked here, no such room, times that cannot be, a clash that is not to be left out,
            or somebody was first.
    """
    require_permission_for_kind(session.person, Action.RECEIVE, new.kind)
    if not has_own_bookings(session.get_one(Board, session.person.board_id)):
        raise Refused(Obstacle.MISSING)
    room = room_of(session, session.person.board_id, series.room_id)
    problems = wrong_with_times(series.uses)
    found = unavailable_times(session, room, series.uses) if not problems else []
    if found and (not series.skip_clashes or len(found) == len(series.uses)):
        problems.append(
            unavailable_time_problem(found[0], free_instead(session, room, found[0].use), one=len(series.uses) == 1)
        )
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    left_out = {clash.use: clash.because for clash in found}
    held = [use for use in series.uses if use not in left_out]
    first = min(use.starts for use in held).astimezone(HERE)
    new = replace(new, facts=new.facts.with_values({"event_starts_at": first.replace(tzinfo=None), "room": room.name}))
    uses = tuple(
        RequestedTime(room_id=room.id, room_name=room.name, starts_at=use.starts, ends_at=use.ends)
        for use in series.uses
    )
    parts = {use: _free_part(session, room, use) or 0 for use in held}
    case = casework.receive_case(session, replace(new, uses=uses))
    request = session.scalars(select(BookingRequest).where(BookingRequest.case_id == case.id)).one()
    request.way = series.way.value
    case.due_on = first.date() - timedelta(days=1)
    _hold(session, case, room, series.uses, left_out, parts)
    return case


def unavailable_time_problem(clash: UnavailableTime, free: Sequence[Room] = (), *, one: bool = True) -> Problem:
    """What is said of a time that cannot be had. free: other rooms that are free then. one: it is no series."""
    leave_out = _(", eller hoppa över de tider som krockar.")
    more = same_in_both(".") if one else leave_out
    names = same_in_both(", ".join(room.name for room in free))
    when = clash.use.starts.astimezone(HERE)
    instead = _(" Lediga lokaler då: ") + names + same_in_both(".") if free else NO_WORDS
    return Problem(
        "room_id",
        TIME_OBSTACLE_WORDS[clash.because] + _(" {when:%Y-%m-%d kl. %H.%M}.", when=when),
        _("Välj en annan tid eller lokal") + more + instead,
    )


def _hold(
    session: WritingSession,
    case: Case,
    room: Room,
    uses: Sequence[RoomTime],
    left_out: Mapping[RoomTime, TimeObstacle],
    parts: Mapping[RoomTime, int],
) -> None:
    """Every time takes its part of the room; the database refuses one that somebody has taken meanwhile."""
    for use, row in zip(uses, occurrences(session, case.id), strict=True):
        if use in left_out:
            row.state, row.reason = LEFT_OUT, left_out[use].value
            continue
        row.slot_from, row.slot_to = _slot(room, use, parts[use])
    try:
        session.flush()
    except DBAPIError as error:
        if SLOT_CONSTRAINT not in str(error.orig):
            raise
        raise Refused(
            Obstacle.STALE,
            Problem("room_id", _("Någon annan hann boka lokalen den tiden."), _("Välj en annan tid eller lokal.")),
        ) from error


def take_again(session: WritingSession, case: Case, *, must: bool) -> None:
    """A booking that wants its room again gets it, where nobody else has taken it meanwhile.

    Raises:
        Refused: it must, and somebody has.
    """
    for use in scheduled_times(session, case.id):
        if use.room_id is None or use.slot_from is not None or use.starts_at is None or use.ends_at is None:
            continue
        room = session.get_one(Room, use.room_id)
        wanted = RoomTime(use.starts_at, use.ends_at)
        part = _free_part(session, room, wanted)
        if part is not None:
            use.slot_from, use.slot_to = _slot(room, wanted, part)
            session.flush()
        elif must:
            raise Refused(Obstacle.CLOSED, unavailable_time_problem(UnavailableTime(wanted, TimeObstacle.TAKEN)))


def cancel_one(session: WritingSession, number: str, key: int, because: str, *, version: int | None) -> Occurrence:
    """One time of a series is left out: before the decision with why, after it because the booker calls it off.

    What the administration takes back is a decision (`rescissions`), and so is never done time by time.

    Raises:
        Refused: no such time held in a booking of this person's, changed since, left out already, the last one
            there is, or nothing says why.
    """
    case = casework.open_case(session, number, action=Action.HANDLE, version=version)
    if case.state is not CaseState.CONFIRMED:
        casework.still_open(case)
    row = next((use for use in occurrences(session, case.id) if use.id == key), None)
    if row is None or (row.slot_from is None and row.state != LEFT_OUT):
        raise Refused(Obstacle.MISSING)
    problems = []
    if row.state != LEFT_OUT and len(scheduled_times(session, case.id)) == 1:
        problems.append(
            Problem("because", _("Det är den enda tiden som är kvar."), _("Avboka hela bokningen i stället."))
        )
    if row.state == LEFT_OUT:
        problems.append(Problem("because", _("Tiden är redan struken."), _("Ladda om sidan.")))
    if not because.strip():
        problems.append(Problem("because", _("Det står inte varför."), _("Skriv skälet.")))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    row.state, row.reason, row.slot_from, row.slot_to = LEFT_OUT, because.strip()[:500], None, None
    casework.raise_version(case)
    session.note("time_left_out", row, case_id=case.id)
    return row


def booked_times_between(session: Session, first: datetime, last: datetime) -> list[BookedTime]:
    """The times that stand from one moment to another, in bookings that this person may see."""
    found = times_between(session, first, last, reaching=LONGEST_USE)
    return [time for time in found if time.case.state not in OVER]


def room_log(session: Session, room: Room, first: datetime, last: datetime) -> list[BookedTime]:
    """All that was asked for in a room from one moment to another, also what was left out, refused or called off."""
    found = times_between(session, first, last, reaching=LONGEST_USE, with_left_out=True)
    return [time for time in found if time.use.room_id == room.id or time.use.room_name == room.name]


LONGEST_ROOM: Final = 120


def requested_time(
    facts: Facts, room: str, *, otherwise: datetime | None = None, until: time | None = None
) -> RequestedTime:
    """The room and the time that facts say; no end, where nothing is said of it.

    otherwise: the beginning, where no fact says it; until: a time of day after the beginning.
    """
    starts = _moment_of(facts, "event_starts_at") or otherwise
    ends = _moment_of(facts, "event_ends_at")
    if ends is not None and starts is not None and ends <= starts:
        ends = None
    elif ends is None and starts is not None and until is not None:
        ends = room_time(starts.date(), starts.time(), until).ends
    return RequestedTime(room_name=room[:LONGEST_ROOM], starts_at=starts, ends_at=ends)


def _moment_of(facts: Facts, name: str) -> datetime | None:
    found = facts.values.get(name)
    return found.replace(tzinfo=HERE) if isinstance(found, datetime) else None
