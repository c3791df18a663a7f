"""The first page and the pages about the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, url_for

from vetting.web.visitor import visitor

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def start() -> Response:
    """Straight to what can be done: the work queue, or signing in."""
    return redirect(url_for("trial.ask" if visitor() else "login.ask"), 303)


@blueprint.get("/tillganglighet")
def accessibility() -> str:
    """How accessible the pages are, what is lacking, whom to tell."""
    return render_template("pages/accessibility.html")
