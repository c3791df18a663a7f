"""The board's rooms: what there is, what has been in them, the door list; booking them where that is done here."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request, url_for

from vetting.domain.criteria import CaseKind
from vetting.domain.dates import HERE, midnight
from vetting.domain.own_bookings import (
    GAP_WORDS,
    WAY_WORDS,
    WEEKDAYS,
    Wanted,
    Way,
    days_of,
    every_week,
    no_room,
    parse_clock,
    parse_hours,
    wanted,
    wrong_with_clock,
    wrong_with_clocks,
    wrong_with_series,
)
from vetting.domain.people import Action
from vetting.domain.problem import Obstacle, Problem, Refused
from vetting.domain.weeks import monday_of, next_monday, week_of
from vetting.services import own_bookings as service
from vetting.services.cases import NewCase
from vetting.services.own_bookings import Clash, NewRoom, Series
from vetting.store.people import Board, Unit
from vetting.web import visitor
from vetting.web.cases import acted, asked, board_rules, form_definitions
from vetting.web.errors import STATUS
from vetting.web.forms.facts import read_form
from vetting.web.views import (
    FIRST_YEAR,
    LAST_YEAR,
    act,
    day,
    done,
    onward,
    rules,
    stored,
    text,
    unreadable_day,
    version,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response

    from vetting.store.cases import Occurrence, Time
    from vetting.store.people import Room
    from vetting.web.forms.facts import FactForm

blueprint = Blueprint("rooms", __name__)
LOG = timedelta(days=60)
STATED = frozenset({"event_starts_at", "event_ends_at", "room"})
"""What the room and the time of the form say already."""


@blueprint.get("/lokaler")
def index() -> str:
    """The rooms, and what the board has chosen for each."""
    return _index(())


def _index(problems: tuple[Problem, ...], form: str = "") -> str:
    """form: the room whose form was refused, or "new"."""
    person = visitor.person()
    with stored() as session:
        board = session.get_one(Board, person.board_id)
        found = service.rooms(session, board.id)
        units = {unit.id: unit.name for unit in session.query(Unit).filter_by(board_id=board.id)}
    return render_template(
        "rooms/index.html",
        rooms=found,
        units=units,
        own=service.is_on(board),
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
    return _set(None)


@blueprint.post("/lokaler/<int:room_id>")
def change(room_id: int) -> Response:
    """What is chosen for a room."""
    return _set(room_id)


def _set(key: int | None) -> Response:
    form = str(key or "new")
    typed = {place: (text(f"opens-{place}"), text(f"closes-{place}")) for place in range(WEEKDAYS)}
    hours, problems = parse_hours(typed)
    if problems:
        return make_response(_index(tuple(problems), form), STATUS[Obstacle.INVALID])
    pause = whole("buffer_minutes") if text("buffer_minutes") else 0
    new = NewRoom(
        name=text("name"),
        unit=text("unit"),
        open=bool(request.form.get("open")),
        hours=hours,
        buffer_minutes=-1 if pause is None else pause,
    )
    return act(
        lambda s: service.set_room(s, key, new, by=visitor.person(), at=visitor.now()),
        url_for("rooms.index"),
        lambda problems: _index(problems, form),
    )


@blueprint.post("/lokaler/lage")
def turn() -> Response:
    """Rooms are booked here, or not."""
    on = request.form.get("own") == "1"
    return act(lambda s: service.turn(s, on=on, by=visitor.person(), at=visitor.now()), url_for("rooms.index"), _index)


@blueprint.get("/lokaler/<int:room_id>/logg")
def log(room_id: int) -> str:
    """Who arranged what in a room, and when: two months back and ahead."""
    now = visitor.now()
    with stored() as session:
        room = service.room_of(session, visitor.person().board_id, room_id)
        found = service.log(session, room, now - LOG, now + LOG, by=visitor.person())
    return render_template("rooms/log.html", room=room, found=found, ways=WAY_WORDS)


@blueprint.get("/lokaler/vecka/<week>")
def show_week(week: str) -> str:
    """Rooms by days."""
    monday = monday_of(week)
    if monday is None:
        raise Refused(Obstacle.MISSING)
    first, last = midnight(monday), midnight(next_monday(monday))
    with stored() as session:
        board = session.get_one(Board, visitor.person().board_id)
        known = service.rooms(session, board.id)
        found = service.between(session, first, last, by=visitor.person())
    days = [monday + timedelta(days=place) for place in range(WEEKDAYS)]
    names = list(dict.fromkeys([*(room.name for room in known), *(time.use.room_name for time in found)]))
    table: dict[str, dict[date, list[Time]]] = {name: {on: [] for on in days} for name in names}
    for time in found:
        for on in days_of(time.use.starts_at, time.use.ends_at) if time.use.starts_at else ():
            table[time.use.room_name].get(on, []).append(time)
    of_room = {name: [time for time in found if time.use.room_name == name] for name in names if name}
    clash = {key for times in of_room.values() for key in service.overlapping(times)}
    return render_template(
        "rooms/show_week.html",
        table=table,
        days=days,
        clash=clash,
        week=week_of(monday),
        before=week_of(next_monday(monday, -1)),
        after=week_of(next_monday(monday)),
        own=service.is_on(board),
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
    with stored() as session:
        found = service.between(session, midnight(chosen), midnight(chosen) + timedelta(days=1), by=visitor.person())
        board = session.get_one(Board, visitor.person().board_id)
    held = [time for time in found if time.case.state == "confirmed"]
    return render_template(
        "rooms/door.html",
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
    groups = asked(board_rules(CaseKind.BOOKING), CaseKind.BOOKING)
    form = read_form(form_definitions(groups), request.form, on=visitor.today())
    problems = [Problem(item.name, *item.error) for item in form.errors if item.error]
    uses, unread = _times()
    problems += unread
    person, way = visitor.person(), text("way")
    found: list[Clash] = []
    free: dict[Wanted, list[Room]] = {}
    with stored() as session:
        if not service.is_on(session.get_one(Board, person.board_id)):
            raise Refused(Obstacle.MISSING)
        if uses and whole("room_id"):
            room = service.room_of(session, person.board_id, whole("room_id") or 0)
            found = service.clashes(session, room, uses)
            free = {clash.use: service.free_instead(session, room, clash.use) for clash in found}
    if problems or text("step") != "book":
        status = STATUS[Obstacle.INVALID] if problems else 200
        return make_response(_form_page(tuple(problems), form, found, free, uses), status)
    series = Series(
        room_id=whole("room_id") or 0,
        uses=uses,
        way=Way(way) if way in list(Way) else Way.BOOKING,
        skip_clashes=bool(request.form.get("skip_clashes")),
    )
    taken_in = NewCase(kind=CaseKind.BOOKING, facts=form.facts, received_on=visitor.today(), channel="form")
    try:
        case = done(lambda s: service.book(s, taken_in, series, rules=rules(), by=person, at=visitor.now()))
    except Refused as refused:
        if refused.obstacle in {Obstacle.MISSING, Obstacle.FORBIDDEN} or not refused.problems:
            raise
        return make_response(_form_page(refused.problems, form, found, free, uses), STATUS[refused.obstacle])
    return onward(url_for("cases.show", number=case.number))


def _times() -> tuple[list[Wanted], list[Problem]]:
    """The times that the form asks for, and what is wrong with how they are written."""
    first, until = day("day"), day("until")
    problems = []
    if first is None:
        problems.append(unreadable_day("day"))
    if text("until") and until is None:
        problems.append(unreadable_day("until"))
    if first is not None:
        problems += wrong_with_series(first, until)
    clocks = []
    for name in ("from_clock", "until_clock"):
        try:
            clocks.append(parse_clock(text(name)))
        except ValueError:
            problems.append(wrong_with_clock(name))
    if not whole("room_id"):
        problems.append(no_room())
    if first is not None and len(clocks) == 2:  # noqa: PLR2004 - from and until
        noted = text("way") == Way.OPEN_ROOM
        problems += wrong_with_clocks(first, clocks[0], clocks[1], visitor.today(), noted=noted)
    if problems or first is None:
        return [], problems
    return [wanted(each, clocks[0], clocks[1]) for each in every_week(first, until)], []


def _form_page(
    problems: tuple[Problem, ...],
    form: FactForm | None,
    found: Sequence[Clash],
    free: dict[Wanted, list[Room]],
    uses: Sequence[Wanted] = (),
) -> str:
    ruleset = board_rules(CaseKind.BOOKING)
    groups = {
        level: tuple(fact for fact in facts if fact.id not in STATED)
        for level, facts in asked(ruleset, CaseKind.BOOKING).items()
    }
    shown = form or read_form(form_definitions(groups), {}, on=visitor.today())
    with stored() as session:
        board = session.get_one(Board, visitor.person().board_id)
        if not service.is_on(board):
            raise Refused(Obstacle.MISSING)
        known = service.rooms(session, board.id)
    return render_template(
        "rooms/new.html",
        rooms=known,
        groups=groups,
        form=shown,
        problems=problems,
        typed=request.form,
        clashes=found,
        free=free,
        uses=uses,
        ways=WAY_WORDS,
        gap_words=GAP_WORDS,
    )


@blueprint.post("/arenden/<number>/tid/<int:use_id>")
def leave_out(number: str, use_id: int) -> Response:
    """One time of a series is left out."""
    return acted(
        number,
        f"leave-out-{use_id}",
        lambda s: service.cancel_one(
            s, number, use_id, text("because"), version=version(), by=visitor.person(), at=visitor.now()
        ),
    )
