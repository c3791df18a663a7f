"""Taking a confirmed booking back: a page that asks for all that such a decision needs."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, url_for

from vetting import bookings, casework
from vetting.bookings import terms_of_booking
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import DecisionOutcome
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.text import same_in_both
from vetting.web import visitor
from vetting.web.forms import FormsOfPage
from vetting.web.view_helpers import act_by_form, posted_form
from vetting.web.visitor import reading_session
from vetting.workspace.forms.bookings import RescissionForm
from vetting.workspace.services.case_files import case_file

if TYPE_CHECKING:
    from flask import Response


blueprint = Blueprint("rescissions", __name__)
SHOWN_OF_TERM: Final = 110


@blueprint.get("/arenden/<number>/avboka")
def new(number: str) -> str:
    return _page(number)


def _page(number: str, refused: RescissionForm | None = None) -> str:
    with reading_session() as session:
        file = case_file(session, number, on=visitor.today())
        if file.kind is not CaseKind.BOOKING:
            raise Refused(Obstacle.MISSING)
        _, terms = terms_of_booking(session, file.case)
        held = casework.delegation_for(session, file.kind.value, on=visitor.today(), outcome=DecisionOutcome.REFUSED)
        makers = casework.makers_of(session, visitor.today())
    form = FormsOfPage(refused).form(RescissionForm, known={"version": file.case.version})
    form.term.options = {
        line: same_in_both(shorten(line, SHOWN_OF_TERM, placeholder="...")) for line in terms.splitlines()
    }
    return render_template(
        "workspace/rescissions/new.html",
        file=file,
        case=file.case,
        form=form,
        held=held,
        makers=makers,
        terms=terms.splitlines(),
    )


@blueprint.post("/arenden/<number>/avboka")
def decide(number: str) -> Response:
    """Decides it."""
    form = posted_form(RescissionForm)
    return act_by_form(
        form,
        lambda s: bookings.rescind_booking(s, number, form.command(), version=form.version.data, form=form.how()),
        onto=lambda decision: url_for("deciding.show", decision_id=decision.id),
        again=lambda refused: _page(number, refused),
    )
