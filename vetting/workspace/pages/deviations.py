"""A deviation noted in a minute, on a phone: what, in a sentence, a photo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from vetting import bookings
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Refused
from vetting.web import visitor
from vetting.web.acting import actions_of_case
from vetting.web.view_helpers import act_by_form, posted_form
from vetting.web.visitor import reading_session
from vetting.workspace.forms.bookings import DeviationForm, DeviationWithdrawalForm
from vetting.workspace.services.case_files import case_file

if TYPE_CHECKING:
    from flask import Response

blueprint = Blueprint("deviations", __name__)
case_actions = actions_of_case(blueprint)


@blueprint.get("/arenden/<number>/avvikelse")
def new(number: str) -> str:
    """The form."""
    return _page(number, DeviationForm())


def _page(number: str, form: DeviationForm) -> str:
    with reading_session() as session:
        file = case_file(session, number, on=visitor.today())
        if file.kind is not CaseKind.BOOKING:
            raise Refused(Obstacle.MISSING)
    return render_template(
        "workspace/deviations/new.html", file=file, case=file.case, form=form, contact=file.board.coordinator
    )


@blueprint.post("/arenden/<number>/avvikelse")
def note(number: str) -> Response:
    """Notes it."""
    form = posted_form(DeviationForm)
    return act_by_form(
        form,
        lambda s: bookings.note_deviation(s, number, form.command(today=visitor.today())),
        onto=url_for("cases.show", number=number),
        again=lambda refused: _page(number, refused),
    )


case_actions.add_of_row(
    "withdraw",
    "/avvikelse/<int:deviation_id>/aterta",
    DeviationWithdrawalForm,
    lambda s, form, number, deviation_id: bookings.withdraw_deviation(s, number, deviation_id, form.because.data),
    key="deviation-{1}",
)
