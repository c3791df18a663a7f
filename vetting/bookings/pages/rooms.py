"""The board's rooms: what there is, what has been in them, the door list; booking them where that is done here."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request, url_for

from vetting.boards.models.people import Board, Unit
from vetting.bookings.domain.room_bookings import (
    ROOM_USE_WORDS,
    TIME_OBSTACLE_WORDS,
    WEEKDAYS,
    RoomTime,
    RoomUseKind,
    days_of,
    every_week,
    no_room,
    parse_clock,
    parse_hours,
    room_time,
    wrong_with_clock,
    wrong_with_clocks,
    wrong_with_series,
)
from vetting.bookings.domain.weeks import monday_of, next_monday, week_of
from vetting.bookings.forms import LeaveOutForm
from vetting.bookings.services import room_bookings as service
from vetting.bookings.services.room_bookings import BookingSeries, NewRoom, UnavailableTime
from vetting.cases.forms.facts import FactForm, fact_form, read_form
from vetting.cases.pages.cases import act_on_case, board_rules, facts_by_level, form_definitions
from vetting.cases.services.cases import NewCase
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import HERE, midnight
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.view_moves import (
    FIRST_YEAR,
    LAST_YEAR,
    act_and_redirect,
    in_transaction,
    posted_day,
    posted_form,
    posted_text,
    posted_whole_number,
    redirect_after_post,
    rules_in_use,
    unreadable_day,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response

    from vetting.boards.models.people import Room
    from vetting.cases.models.cases import BookedTime, Occurrence

blueprint = Blueprint("rooms", __name__)
LOG = timedelta(days=60)
STATED_BY_BOOKING = frozenset({"event_starts_at", "event_ends_at", "room"})
"""What the room and the time of the form say already."""


@blueprint.get("/lokaler")
def index() -> str:
    """The rooms, and what the board has chosen for each."""
    return _index(())


def _index(problems: tuple[Problem, ...], form: str = "") -> str:
    """form: the room whose form was refused, or "new"."""
    person = visitor.signed_in_person()
    with reading_session() as session:
        board = session.get_one(Board, person.board_id)
        found = service.rooms(session, board.id)
        units = {unit.id: unit.name for unit in session.query(Unit).filter_by(board_id=board.id)}
    return render_template(
        "bookings/rooms/index.html",
        rooms=found,
        units=units,
        own=service.has_own_bookings(board),
        problems=problems,
        typed=request.form,
        form=form,
        ids={problem.where: f"{form}-{problem.where}" for problem in problems},
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
    """What is chosen for a room."""
    return _save_room(room_id)


def _save_room(key: int | None) -> Response:
    form = str(key or "new")
    typed = {place: (posted_text(f"opens-{place}"), posted_text(f"closes-{place}")) for place in range(WEEKDAYS)}
    hours, problems = parse_hours(typed)
    if problems:
        return make_response(_index(tuple(problems), form), STATUS[Obstacle.INVALID])
    pause = posted_whole_number("buffer_minutes") if posted_text("buffer_minutes") else 0
    new = NewRoom(
        name=posted_text("name"),
        unit=posted_text("unit"),
        open=bool(request.form.get("open")),
        hours=hours,
        buffer_minutes=-1 if pause is None else pause,
    )
    return act_and_redirect(
        lambda s: service.set_room(s, key, new, by=visitor.signed_in_person(), at=visitor.now()),
        url_for("rooms.index"),
        lambda problems: _index(problems, form),
    )


@blueprint.post("/lokaler/lage")
def turn() -> Response:
    """Rooms are booked here, or not."""
    on = request.form.get("own") == "1"
    return act_and_redirect(
        lambda s: service.switch_own_bookings(s, on=on, by=visitor.signed_in_person(), at=visitor.now()),
        url_for("rooms.index"),
        _index,
    )


@blueprint.get("/lokaler/<int:room_id>/logg")
def log(room_id: int) -> str:
    """Who arranged what in a room, and when: two months back and ahead."""
    now = visitor.now()
    with reading_session() as session:
        room = service.room_of(session, visitor.signed_in_person().board_id, room_id)
        found = service.room_log(session, room, now - LOG, now + LOG, by=visitor.signed_in_person())
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
        found = service.booked_times_between(session, first, last, by=visitor.signed_in_person())
    days = [monday + timedelta(days=place) for place in range(WEEKDAYS)]
    names = list(dict.fromkeys([*(room.name for room in known), *(time.use.room_name for time in found)]))
    table: dict[str, dict[date, list[BookedTime]]] = {name: {on: [] for on in days} for name in names}
    for time in found:
        for on in days_of(time.use.starts_at, time.use.ends_at) if time.use.starts_at else ():
            table[time.use.room_name].get(on, []).append(time)
    of_room = {name: [time for time in found if time.use.room_name == name] for name in names if name}
    clash = {key for times in of_room.values() for key in service.overlapping_uses(times)}
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
        found = service.booked_times_between(
            session, midnight(chosen), midnight(chosen) + timedelta(days=1), by=visitor.signed_in_person()
        )
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
    return _form_page((), None, [], {})


@blueprint.post("/lokaler/boka")
def create() -> Response:
    """Looks whether the room is free, or books it."""
    groups = facts_by_level(board_rules(CaseKind.BOOKING), CaseKind.BOOKING)
    form = read_form(form_definitions(groups), request.form)
    problems = list(form.problems)
    uses, unread = _times()
    problems += unread
    person, way = visitor.signed_in_person(), posted_text("way")
    found: list[UnavailableTime] = []
    free: dict[RoomTime, list[Room]] = {}
    with reading_session() as session:
        if not service.has_own_bookings(session.get_one(Board, person.board_id)):
            raise Refused(Obstacle.MISSING)
        if uses and posted_whole_number("room_id"):
            room = service.room_of(session, person.board_id, posted_whole_number("room_id") or 0)
            found = service.unavailable_times(session, room, uses)
            free = {clash.use: service.free_instead(session, room, clash.use) for clash in found}
    if problems or posted_text("step") != "book":
        status = STATUS[Obstacle.INVALID] if problems else 200
        return make_response(_form_page(tuple(problems), form, found, free, uses), status)
    series = BookingSeries(
        room_id=posted_whole_number("room_id") or 0,
        uses=uses,
        way=RoomUseKind(way) if way in list(RoomUseKind) else RoomUseKind.BOOKING,
        skip_clashes=bool(request.form.get("skip_clashes")),
    )
    taken_in = NewCase(kind=CaseKind.BOOKING, facts=form.facts, received_on=visitor.today(), channel="form")
    try:
        case = in_transaction(
            lambda s: service.book_room(s, taken_in, series, rules=rules_in_use(), by=person, at=visitor.now())
        )
    except Refused as refused:
        if refused.obstacle in {Obstacle.MISSING, Obstacle.FORBIDDEN} or not refused.problems:
            raise
        return make_response(_form_page(refused.problems, form, found, free, uses), STATUS[refused.obstacle])
    return redirect_after_post(url_for("cases.show", number=case.number))


def _times() -> tuple[list[RoomTime], list[Problem]]:
    """The times that the form asks for, and what is wrong with how they are written."""
    first, until = posted_day("day"), posted_day("until")
    problems = []
    if first is None:
        problems.append(unreadable_day("day"))
    if posted_text("until") and until is None:
        problems.append(unreadable_day("until"))
    if first is not None:
        problems += wrong_with_series(first, until)
    clocks = []
    for name in ("from_clock", "until_clock"):
        try:
            clocks.append(parse_clock(posted_text(name)))
        except ValueError:
            problems.append(wrong_with_clock(name))
    if not posted_whole_number("room_id"):
        problems.append(no_room())
    if first is not None and len(clocks) == 2:  # noqa: PLR2004 - from and until
        noted = posted_text("way") == RoomUseKind.OPEN_ROOM
        problems += wrong_with_clocks(first, clocks[0], clocks[1], visitor.today(), noted=noted)
    if problems or first is None:
        return [], problems
    return [room_time(each, clocks[0], clocks[1]) for each in every_week(first, until)], []


def _form_page(
    problems: tuple[Problem, ...],
    form: FactForm | None,
    found: Sequence[UnavailableTime],
    free: dict[RoomTime, list[Room]],
    uses: Sequence[RoomTime] = (),
) -> str:
    ruleset = board_rules(CaseKind.BOOKING)
    groups = {
        level: tuple(fact for fact in facts if fact.id not in STATED_BY_BOOKING)
        for level, facts in facts_by_level(ruleset, CaseKind.BOOKING).items()
    }
    shown = form or fact_form(form_definitions(groups), FactForm)()
    with reading_session() as session:
        board = session.get_one(Board, visitor.signed_in_person().board_id)
        if not service.has_own_bookings(board):
            raise Refused(Obstacle.MISSING)
        known = service.rooms(session, board.id)
    return render_template(
        "bookings/rooms/new.html",
        rooms=known,
        groups=groups,
        form=shown,
        problems=problems,
        typed=request.form,
        clashes=found,
        free=free,
        uses=uses,
        ways=ROOM_USE_WORDS,
        gap_words=TIME_OBSTACLE_WORDS,
    )


@blueprint.post("/arenden/<number>/tid/<int:use_id>")
def leave_out(number: str, use_id: int) -> Response:
    """One time of a series is left out."""
    form = posted_form(LeaveOutForm, key=f"leave-out-{use_id}")
    return act_on_case(
        number,
        form,
        lambda s: service.cancel_one(
            s,
            number,
            use_id,
            form.because.data,
            version=form.version.data,
            by=visitor.signed_in_person(),
            at=visitor.now(),
        ),
    )
