"""What falls due, and the address of one's own calendar."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, url_for

from vetting.services import calendars as service
from vetting.web import visitor
from vetting.web.preferences import language
from vetting.web.views import done, stored

blueprint = Blueprint("calendars", __name__)


@blueprint.get("/frister")
def index() -> str:
    """Everything with a day, and how to have it in one's own calendar."""
    return _shown("")


def _shown(address: str) -> str:
    with stored() as session:
        found = service.due(session, visitor.person(), on=visitor.today())
    return render_template("calendars/index.html", found=found, address=address, today=visitor.today())


@blueprint.post("/frister")
def open_calendar() -> str:
    """A new address; it is shown once."""
    secret = done(lambda session: service.open_calendar(session, by=visitor.person(), at=visitor.now()))
    return _shown(url_for("calendars.feed", secret=secret, _external=True))


@blueprint.get("/kalender/<secret>.ics")
def feed(secret: str) -> Response:
    """The calendar of whoever has the address: numbers and days, no names."""
    with stored() as session:
        made = service.feed(session, secret, at=visitor.now(), language=language())
    return Response(made, mimetype="text/calendar", headers={"Cache-Control": "private, no-store"})
