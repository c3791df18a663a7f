"""The board's rooms: what there is, what has been in them, the door list; booking them where that is done here."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, url_for
from sqlalchemy import select

from vetting import rules
from vetting.bookings.domain.room_bookings import (
    ROOM_USE_WORDS,
    TIME_OBSTACLE_WORDS,
    WEEKDAYS,
    RoomTime,
    days_of,
)
from vetting.bookings.domain.weeks import monday_of, next_monday, week_of
from vetting.bookings.forms import (
    ChosenRoomForm,
    FormsOfRooms,
    LeaveOutForm,
    OwnBookingsForm,
    RoomBookingForm,
    RoomForm,
)
from vetting.bookings.services import room_bookings as service
from vetting.casework import NewCase
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import HERE, midnight
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import same_in_both
from vetting.people.models.letting_kinds import LettingKind, letting_kinds
from vetting.people.models.people import Board, Room, Unit
from vetting.rules import asked_sections, current_rules, form_definitions
from vetting.web import visitor
from vetting.web.acting import actions_of_case
from vetting.web.errors import STATUS
from vetting.web.fact_forms import fact_form
from vetting.web.view_helpers import FIRST_YEAR, LAST_YEAR, act_by_form, posted_form, whole_number_in_address
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response

    from vetting.bookings.services.room_bookings import UnavailableTime
    from vetting.casework.models.cases import BookedTime, Occurrence
    from vetting.engine.ruleset import RuleSet
    from vetting.web.forms import PostedForm

blueprint = Blueprint("rooms", __name__)
case_actions = actions_of_case(blueprint)
LOG = timedelta(days=60)
STATED_BY_BOOKING = frozenset({"event_starts_at", "event_ends_at", "room"})
"""What the room and the time of the form say already."""


@blueprint.get("/lokaler")
def index() -> str:
    """The rooms, and what the board has chosen for each."""
    return _index()


def _index(refused: PostedForm | None = None) -> str:
    person = visitor.signed_in_person()
    with reading_session() as session:
        board = session.get_one(Board, person.board_id)
        found = service.rooms(session, board.id)
        units = {unit.id: unit.name for unit in session.query(Unit).filter_by(board_id=board.id)}
        kinds = {item.id: item.name for item in letting_kinds(session, board.id) if item.ended_at is None}
    return render_template(
        "bookings/rooms/index.html",
        rooms=found,
        units=units,
        kinds=kinds,
        own=service.has_own_bookings(board),
        refused=refused,
        forms=FormsOfRooms(refused, units, kinds),
        may_change=person.may(Action.MANAGE_BOARD),
        week=week_of(visitor.today()),
        today=visitor.today(),
    )


@blueprint.post("/lokaler")
def add() -> Response:
    """A new room."""
    return _save_room(None)


@blueprint.post("/lokaler/<int:room_id>")
def change(room_id: int) -> Response:
    return _save_room(room_id)


def _save_room(key: int | None) -> Response:
    form = posted_form(RoomForm, key=str(key or "new"))
    return act_by_form(
        form, lambda s: service.set_room(s, key, form.command()), onto=url_for("rooms.index"), again=_index
    )


@blueprint.post("/lokaler/lage")
def turn() -> Response:
    """Rooms are booked here, or not."""
    form = posted_form(OwnBookingsForm, key="own")
    return act_by_form(
        form,
        lambda s: service.switch_own_bookings(s, on=form.own.data == "1"),
        onto=url_for("rooms.index"),
        again=_index,
    )


@blueprint.get("/lokaler/<int:room_id>/logg")
def log(room_id: int) -> str:
    """Who arranged what in a room, and when: two months back and ahead."""
    now = visitor.now()
    with reading_session() as session:
        room = service.room_of(session, visitor.signed_in_person().board_id, room_id)
        found = service.room_log(session, room, now - LOG, now + LOG)
    return render_template("bookings/rooms/log.html", room=room, found=found, ways=ROOM_USE_WORDS)


@blueprint.get("/lokaler/vecka/<week>")
def show_week(week: str) -> str:
    """Rooms by days."""
    monday = monday_of(week)
    if monday is None:
        raise Refused(Obstacle.MISSING)
    first, last = midnight(monday), midnight(next_monday(monday))
    with reading_session() as session:
        board = session.get_one(Board, visitor.signed_in_person().board_id)
        known = service.rooms(session, board.id)
        found = service.booked_times_between(session, first, last)
    days = [monday + timedelta(days=place) for place in range(WEEKDAYS)]
    names = list(dict.fromkeys([*(room.name for room in known), *(time.use.room_name for time in found)]))
    table: dict[str, dict[date, list[BookedTime]]] = {name: {on: [] for on in days} for name in names}
    for time in found:
        for on in days_of(time.use.starts_at, time.use.ends_at) if time.use.starts_at else ():
            table[time.use.room_name].get(on, []).append(time)
    of_room = {name: [time for time in found if time.use.room_name == name] for name in names if name}
    shared = {room.name: room.shared_by for room in known}
    clash = {key for name, times in of_room.items() for key in service.clashing_times(times, shared.get(name, 1))}
    return render_template(
        "bookings/rooms/show_week.html",
        table=table,
        days=days,
        clash=clash,
        week=week_of(monday),
        before=week_of(next_monday(monday, -1)),
        after=week_of(next_monday(monday)),
        own=service.has_own_bookings(board),
        today=visitor.today(),
        hours_on=_hours_on,
    )


def _hours_on(use: Occurrence, on: date) -> str:
    """The part of a time that is on a day: one that goes on over midnight ends at 24.00, and begins at 00.00."""
    if use.starts_at is None:
        return ""
    days = days_of(use.starts_at, use.ends_at)
    first = f"{use.starts_at.astimezone(HERE):%H.%M}" if days[0] == on else "00.00"
    if use.ends_at is None:
        return first
    here = use.ends_at.astimezone(HERE)
    return f"{first}–{here:%H.%M}" if days[-1] == on and here.date() == on else f"{first}–24.00"


@blueprint.get("/lokaler/dorrlista/<on>")
def door(on: str) -> str:
    """Who comes to which room one day; nothing of what was looked at."""
    try:
        chosen = date.fromisoformat(on)
    except ValueError:
        raise Refused(Obstacle.MISSING) from None
    if not FIRST_YEAR <= chosen.year <= LAST_YEAR:
        raise Refused(Obstacle.MISSING)
    with reading_session() as session:
        found = service.booked_times_between(session, midnight(chosen), midnight(chosen) + timedelta(days=1))
        board = session.get_one(Board, visitor.signed_in_person().board_id)
    held = [time for time in found if time.case.state == "confirmed"]
    return render_template(
        "bookings/rooms/door.html",
        found=held,
        day=chosen,
        board=board,
        before=chosen - timedelta(days=1),
        after=chosen + timedelta(days=1),
        week=week_of(chosen),
        now=visitor.now(),
        hours_on=_hours_on,
    )


@blueprint.get("/lokaler/boka")
def new() -> str:
    """The form for a room."""
    return _form_page(None, _own_rules(whole_number_in_address("lokal")))


@blueprint.post("/lokaler/boka")
def create() -> Response:
    """Looks whether the room is free, or books it."""
    chosen = posted_form(ChosenRoomForm)
    own = _own_rules(chosen.room_id.data) if chosen.validate() else ""
    form = posted_form(_booking_form(own))
    today = visitor.today()
    if form.step.data != "book":
        form.validate()
        form.tell(form.wrong_times(today))
        return make_response(_form_page(form, own), STATUS[Obstacle.INVALID] if form.problems else 200)
    taken_in = NewCase(
        kind=CaseKind.BOOKING, facts=form.facts, received_on=today, channel="form", asked_by=form.asked_by.data
    )
    return act_by_form(
        form,
        lambda s: service.book_room(s, taken_in, form.series(today)),
        onto=lambda case: url_for("cases.show", number=case.number),
        again=lambda refused: _form_page(refused, own),
    )


def _own_rules(room_id: int | None) -> str:
    """The own rules that bookings of a room are judged by; empty where the shared ones are."""
    with reading_session() as session:
        room = session.scalar(
            select(Room).where(Room.board_id == visitor.signed_in_person().board_id, Room.id == room_id)
        )
        kind = session.get(LettingKind, room.letting_kind_id) if room is not None and room.letting_kind_id else None
        return rules.own_ruleset(session, kind, on=visitor.today())


def _rules_of_bookings(own: str) -> RuleSet | None:
    with reading_session() as session:
        return current_rules(session, CaseKind.BOOKING, on=visitor.today(), own=own)


def _booking_form(own: str) -> type[RoomBookingForm]:
    sections = asked_sections(_rules_of_bookings(own), CaseKind.BOOKING)
    return fact_form(form_definitions(sections), RoomBookingForm)


def _form_page(form: RoomBookingForm | None, own: str) -> str:
    """The form with what the room's rules ask. own: the own rules of what the room is let as."""
    ruleset = _rules_of_bookings(own)
    sections = [
        section._replace(facts=tuple(fact for fact in section.facts if fact.id not in STATED_BY_BOOKING))
        for section in asked_sections(ruleset, CaseKind.BOOKING)
    ]
    uses = form.times(visitor.today()) if form else []
    clashes: Sequence[UnavailableTime] = ()
    free: dict[RoomTime, list[Room]] = {}
    with reading_session() as session:
        board = session.get_one(Board, visitor.signed_in_person().board_id)
        if not service.has_own_bookings(board):
            raise Refused(Obstacle.MISSING)
        known = service.rooms(session, board.id)
        if form and uses:
            room = service.room_of(session, board.id, form.room_id.key)
            clashes = service.unavailable_times(session, room, uses)
            free = {clash.use: service.free_instead(session, room, clash.use) for clash in clashes}
    shown = form or _booking_form(own)(known={"room_id": whole_number_in_address("lokal") or None})
    shown.room_id.options = {room.id: same_in_both(room.name) for room in known}
    return render_template(
        "bookings/rooms/new.html",
        sections=[section for section in sections if section.facts],
        form=shown,
        asked_by=own,
        ruleset=ruleset,
        clashes=clashes,
        free=free,
        uses=uses,
        gap_words=TIME_OBSTACLE_WORDS,
    )


case_actions.add_of_row(
    "leave_out",
    "/tid/<int:use_id>",
    LeaveOutForm,
    lambda s, form, number, use_id: service.cancel_one(s, number, use_id, form.because.data, version=form.version.data),
    key="leave-out-{1}",
)
