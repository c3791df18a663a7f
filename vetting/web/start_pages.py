"""The first page and the pages about the program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, url_for

from vetting.kernel.roles import Role
from vetting.web.visitor import visitor

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

FIRST: Final = (
    ("cases.index", frozenset({Role.CASEWORKER, Role.MANAGER, Role.REGISTRAR, Role.AUDITOR})),
    ("quick_checks.show", frozenset({Role.PREMISES})),
    ("meetings.index", frozenset({Role.GROUP_SECRETARY, Role.GROUP_MEMBER, Role.VBE_COORDINATOR})),
    ("deciding.index", frozenset({Role.DECISION_MAKER})),
    ("payments.index", frozenset({Role.FINANCE})),
    ("setup.show", frozenset({Role.ADMINISTRATOR})),
    ("versions.index", frozenset({Role.RULES_OWNER})),
)
"""Where each role begins its day; the first that fits."""
blueprint = Blueprint("start_pages", __name__)


@blueprint.get("/")
def start() -> Response:
    """Straight to what can be done: the work queue, or signing in."""
    person = visitor()
    if person is None:
        return redirect(url_for("sign_in.ask"), 303)
    first = next((name for name, roles in FIRST if roles & person.roles), "start_pages.accessibility")
    return redirect(url_for(first), 303)


@blueprint.get("/tillganglighet")
def accessibility() -> str:
    """How accessible the pages are, what is lacking, whom to tell."""
    return render_template("web/start_pages/accessibility.html")
