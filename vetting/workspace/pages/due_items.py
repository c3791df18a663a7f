"""The page of everything that falls due."""

from __future__ import annotations

from flask import Blueprint, render_template

from vetting.web import visitor
from vetting.web.visitor import reading_session
from vetting.workspace.services.due_items import due_items

blueprint = Blueprint("due_items", __name__)


@blueprint.get("/frister")
def index() -> str:
    """Every day that the visitor has before them."""
    with reading_session() as session:
        found = due_items(session, on=visitor.today())
    return render_template("workspace/due_items/index.html", found=found, today=visitor.today())
