"""Bookings: the list, and a new one by form. A booking's page is a case's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from vetting import bookings
from vetting.bookings.domain.weeks import monday_of, week_of
from vetting.kernel.case_kinds import CaseKind
from vetting.people.models.people import Board
from vetting.web import visitor
from vetting.web.view_helpers import redirect_after_post
from vetting.web.visitor import reading_session
from vetting.workspace.forms.bookings import NewBookingForm
from vetting.workspace.pages.cases import case_list_page, download_list, kept_list
from vetting.workspace.pages.intake import create_case, form_page

if TYPE_CHECKING:
    from flask import Response

blueprint = Blueprint("bookings", __name__)


@blueprint.get("/bokningar")
def index() -> Response | str:
    """Bookings, by the day before they begin; a week that is asked for has its own page."""
    monday = monday_of(request.args.get("vecka", ""))
    if monday is not None:
        return redirect_after_post(url_for("weeks.show", week=week_of(monday)))
    return kept_list(CaseKind.BOOKING) or case_list_page(CaseKind.BOOKING)


@blueprint.post("/bokningar/excel")
def download() -> Response:
    """The list as a workbook."""
    return download_list(CaseKind.BOOKING)


@blueprint.get("/bokningar/ny")
def new() -> Response | str:
    """The form for a booking; where rooms are booked here, that of a room."""
    if _booked_here():
        return redirect_after_post(url_for("rooms.new"))
    return form_page(NewBookingForm)


@blueprint.post("/bokningar/ny")
def create() -> Response | str:
    if _booked_here():
        return redirect_after_post(url_for("rooms.new"))
    return create_case(NewBookingForm)


def _booked_here() -> bool:
    with reading_session() as session:
        return bookings.has_own_bookings(session.get_one(Board, visitor.signed_in_person().board_id))
