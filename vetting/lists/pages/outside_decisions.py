"""What was decided outside the program, and what others give: lists taken in, and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, url_for

from vetting.lists.forms import OutsideListForm
from vetting.lists.services import outside_decisions as service
from vetting.web.view_helpers import act_in_steps, in_transaction, posted_form, redirect_after_post
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.lists.services.outside_decisions import TakenList

blueprint = Blueprint("outside_decisions", __name__)


@blueprint.get("/omgangar/tidigare-beslut")
def index() -> str:
    """The lists that are taken in, and the way to hand in one."""
    return _render_index()


def _render_index(refused: OutsideListForm | None = None, taken: TakenList | None = None) -> str:
    with reading_session() as session:
        lists = service.outside_lists(session)
    return render_template(
        "lists/outside_decisions/index.html", lists=lists, form=refused or OutsideListForm(), taken=taken
    )


@blueprint.post("/omgangar/tidigare-beslut")
def hand_in() -> Response:
    """A list is taken in; rows of associations that have not applied are left, and told."""
    form = posted_form(OutsideListForm)

    def go() -> TakenList:
        rows = service.read_outside_list(form.file.content, form.file.name_of_file)
        return in_transaction(
            lambda session: service.import_outside_list(
                session, rows, giver=form.giver.data, source=form.file.name_of_file
            )
        )

    return act_in_steps(form, go, onto=lambda taken: make_response(_render_index(taken=taken)), again=_render_index)


@blueprint.post("/omgangar/tidigare-beslut/<int:outside_id>/angra")
def take_back(outside_id: int) -> Response:
    """A list is taken back."""
    in_transaction(lambda session: service.take_back_list(session, outside_id))
    return redirect_after_post(url_for("outside_decisions.index"))
