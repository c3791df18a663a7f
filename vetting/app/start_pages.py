"""The first page and the pages about the program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, request, url_for

from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.roles import Action
from vetting.web.access import RouteEntry
from vetting.web.visitor import entry_to, reading_session, signed_in_person, visitor
from vetting.workspace.services.queues import case_named, round_named

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

LONGEST: Final = 120
blueprint = Blueprint("start_pages", __name__)


@blueprint.get("/")
def start() -> Response:
    """Straight to what waits for the visitor today, or to signing in."""
    return redirect(url_for("sign_in.ask" if visitor() is None else "today.show"), 303)


@blueprint.get("/sok")
def find() -> Response:
    """From the search of every page: a case by its number, else an association where this person looks for one."""
    person = signed_in_person()
    wanted = mask_personal_numbers(request.args.get("q", "").strip())[:LONGEST]
    with reading_session() as session:
        number = case_named(session, wanted) if person.may(Action.READ_CASES) else ""
        of_round = round_named(session, wanted) if entry_to("cases.index", person) is RouteEntry.OPEN else None
    if number:
        return redirect(url_for("cases.show", number=number), 303)
    if of_round is not None and not number:
        return redirect(url_for("cases.index", omgang=of_round, avslutade=1), 303)
    for endpoint in ("quick_checks.show", "associations.index", "cases.index"):
        if entry_to(endpoint, person) is RouteEntry.OPEN:
            return redirect(url_for(endpoint, q=wanted), 303)
    return redirect(url_for("today.show"), 303)


@blueprint.get("/tillganglighet")
def accessibility() -> str:
    """How accessible the pages are, what is lacking, whom to tell."""
    return render_template("app/start_pages/accessibility.html")
