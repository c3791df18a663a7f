"""Why a point in a case came out as it did."""

from __future__ import annotations

from flask import Blueprint, render_template

from vetting.domain.explanations import VERDICT_WORDS
from vetting.services.explanations import explain
from vetting.web import visitor
from vetting.web.views import rules, stored

blueprint = Blueprint("explanations", __name__)


@blueprint.get("/arenden/<number>/varfor/<criterion_id>")
def show(number: str, criterion_id: str) -> str:
    """The sentence for a letter, the tree with every value and its origin, and what would change the result."""
    with stored() as session:
        found = explain(session, number, criterion_id, rules=rules(), by=visitor.person(), on=visitor.today())
    return render_template("explanations/show.html", found=found, verdict_words=VERDICT_WORDS)
