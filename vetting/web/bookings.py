"""Bookings: the list, and a new one by form. A booking's page is a case's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from vetting.domain.criteria import CaseKind
from vetting.domain.own_bookings import parse_clock, wanted
from vetting.domain.weeks import monday_of, week_of
from vetting.services import own_bookings
from vetting.services.cases import Use
from vetting.store.people import Board
from vetting.web import visitor
from vetting.web.cases import created, downloaded, form_page, shown_list
from vetting.web.forms.facts import FactForm
from vetting.web.views import moment, onward, stored, text

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Response

blueprint = Blueprint("bookings", __name__)


@blueprint.get("/bokningar")
def index() -> Response | str:
    """Bookings, by the day before they begin; a week that is asked for has its own page."""
    monday = monday_of(request.args.get("vecka", ""))
    return shown_list(CaseKind.BOOKING) if monday is None else onward(url_for("weeks.show", week=week_of(monday)))


@blueprint.post("/bokningar/excel")
def download() -> Response:
    """The list as a workbook."""
    return downloaded(CaseKind.BOOKING)


@blueprint.get("/bokningar/ny")
def new() -> Response | str:
    """The form for a booking; where rooms are booked here, that of a room."""
    if _booked_here():
        return onward(url_for("rooms.new"))
    return form_page(CaseKind.BOOKING, FactForm(), ())


@blueprint.post("/bokningar/ny")
def create() -> Response | str:
    """Takes the booking in."""
    if _booked_here():
        return onward(url_for("rooms.new"))
    return created(CaseKind.BOOKING, (use_typed(),))


def _booked_here() -> bool:
    with stored() as session:
        return own_bookings.is_on(session.get_one(Board, visitor.person().board_id))


def use_typed() -> Use:
    """The room and the time of the form; no end, where nothing is said of it."""
    return Use(room_name=text("room")[:120], starts_at=_starts(), ends_at=_ends())


def _starts() -> datetime | None:
    try:
        return moment(request.form.get("f-event_starts_at", "") or text("starts_at"))
    except ValueError:
        return None


def _ends() -> datetime | None:
    """As the form says: a moment, or a time of day after the beginning."""
    starts = _starts()
    try:
        if request.form.get("f-event_ends_at"):
            ends = moment(request.form["f-event_ends_at"])
            return ends if starts is None or ends > starts else None
        return wanted(starts.date(), starts.time(), parse_clock(text("until_clock"))).ends if starts else None
    except ValueError:
        return None
