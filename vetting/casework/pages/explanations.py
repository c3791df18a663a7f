"""Why a point in a case came out as it did."""

from __future__ import annotations

from flask import Blueprint, render_template

from vetting.casework.services.explanations import explain_criterion_result
from vetting.engine.explanations import VERDICT_WORDS
from vetting.web import visitor
from vetting.web.visitor import reading_session

blueprint = Blueprint("explanations", __name__)


@blueprint.get("/arenden/<number>/varfor/<criterion_id>")
def show(number: str, criterion_id: str) -> str:
    """The sentence for a letter, the tree with every value and its origin, and what would change the result."""
    with reading_session() as session:
        found = explain_criterion_result(session, number, criterion_id, on=visitor.today())
    return render_template("casework/explanations/show.html", found=found, verdict_words=VERDICT_WORDS)
