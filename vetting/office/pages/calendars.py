"""What falls due, and the address of one's own calendar."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from vetting.office.services import calendars as service
from vetting.web import visitor
from vetting.web.preferences import visitor_language
from vetting.web.view_moves import in_transaction, outside_address
from vetting.web.visitor import reading_session

blueprint = Blueprint("calendars", __name__)


@blueprint.get("/frister")
def index() -> str:
    """Everything with a day, and how to have it in one's own calendar."""
    return _render_index("")


def _render_index(address: str) -> str:
    with reading_session() as session:
        found = service.due_items(session, visitor.signed_in_person(), on=visitor.today())
    return render_template("office/calendars/index.html", found=found, address=address, today=visitor.today())


@blueprint.post("/frister")
def open_calendar() -> str:
    """A new address; it is shown once."""
    secret = in_transaction(
        lambda session: service.open_calendar(session, by=visitor.signed_in_person(), at=visitor.now())
    )
    return _render_index(outside_address("calendars.feed", secret=secret))


@blueprint.get("/kalender/<secret>.ics")
def feed(secret: str) -> Response:
    """The calendar of whoever has the address: numbers and days, no names."""
    with reading_session() as session:
        made = service.calendar_feed(session, secret, at=visitor.now(), language=visitor_language())
    return Response(made, mimetype="text/calendar", headers={"Cache-Control": "private, no-store"})
