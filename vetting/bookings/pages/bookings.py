"""Bookings: the list, and a new one by form. A booking's page is a case's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from vetting.boards.models.people import Board
from vetting.bookings.domain.room_bookings import parse_clock, room_time
from vetting.bookings.domain.weeks import monday_of, week_of
from vetting.bookings.services import room_bookings
from vetting.cases.pages.cases import case_list_page, create_case, download_list, form_page
from vetting.cases.services.cases import RequestedTime
from vetting.kernel.case_kinds import CaseKind
from vetting.web import visitor
from vetting.web.view_moves import posted_moment, posted_text, redirect_after_post
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Response

blueprint = Blueprint("bookings", __name__)


@blueprint.get("/bokningar")
def index() -> Response | str:
    """Bookings, by the day before they begin; a week that is asked for has its own page."""
    monday = monday_of(request.args.get("vecka", ""))
    return (
        case_list_page(CaseKind.BOOKING)
        if monday is None
        else redirect_after_post(url_for("weeks.show", week=week_of(monday)))
    )


@blueprint.post("/bokningar/excel")
def download() -> Response:
    """The list as a workbook."""
    return download_list(CaseKind.BOOKING)


@blueprint.get("/bokningar/ny")
def new() -> Response | str:
    """The form for a booking; where rooms are booked here, that of a room."""
    if _booked_here():
        return redirect_after_post(url_for("rooms.new"))
    return form_page(CaseKind.BOOKING)


@blueprint.post("/bokningar/ny")
def create() -> Response | str:
    """Takes the booking in."""
    if _booked_here():
        return redirect_after_post(url_for("rooms.new"))
    return create_case(CaseKind.BOOKING, (posted_use(),))


def _booked_here() -> bool:
    with reading_session() as session:
        return room_bookings.has_own_bookings(session.get_one(Board, visitor.signed_in_person().board_id))


def posted_use() -> RequestedTime:
    """The room and the time of the form; no end, where nothing is said of it."""
    return RequestedTime(room_name=posted_text("room")[:120], starts_at=_starts(), ends_at=_ends())


def _starts() -> datetime | None:
    try:
        return posted_moment(request.form.get("f-event_starts_at", "") or posted_text("starts_at"))
    except ValueError:
        return None


def _ends() -> datetime | None:
    """As the form says: a moment, or a time of day after the beginning."""
    starts = _starts()
    try:
        if request.form.get("f-event_ends_at"):
            ends = posted_moment(request.form["f-event_ends_at"])
            return ends if starts is None or ends > starts else None
        return room_time(starts.date(), starts.time(), parse_clock(posted_text("until_clock"))).ends if starts else None
    except ValueError:
        return None
