"""An association over the years."""

from __future__ import annotations

from flask import Blueprint, render_template

from vetting.figures.services.association_years import REPORT_STATE_WORDS, association_years
from vetting.web import visitor
from vetting.web.visitor import reading_session

blueprint = Blueprint("association_years", __name__)


@blueprint.get("/foreningar/<int:association_id>/ar")
def show(association_id: int) -> str:
    """Support, reports, members and bookings, year by year."""
    with reading_session() as session:
        found = association_years(session, association_id, by=visitor.signed_in_person(), on=visitor.today())
    return render_template("figures/association_years/show.html", found=found, states=REPORT_STATE_WORDS)
