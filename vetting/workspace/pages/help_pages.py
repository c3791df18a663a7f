"""Help: the tasks and the words, searchable, and one page for each task."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from markupsafe import Markup

from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Refused
from vetting.web.preferences import visitor_language
from vetting.workspace.services.help_pages import find_help, help_pages

LONGEST = 120
blueprint = Blueprint("help_pages", __name__)


@blueprint.get("/hjalp")
def index() -> str:
    """Every task and word, or those that are looked for."""
    wanted = mask_personal_numbers(request.args.get("q", "").strip())[:LONGEST]
    pages, terms = find_help(wanted, visitor_language())
    return render_template("workspace/help_pages/index.html", wanted=wanted, pages=pages, terms=terms)


@blueprint.get("/hjalp/<key>")
def show(key: str) -> str:
    """How one task is done."""
    page = help_pages(visitor_language()).get(key)
    if page is None:
        raise Refused(Obstacle.MISSING)
    steps = Markup(page.steps)  # noqa: S704 - rendered from a file of the program, with HTML in it escaped
    return render_template("workspace/help_pages/show.html", page=page, steps=steps)
