"""What the board says of personal data, and how long it keeps what is no record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from vetting.kernel.roles import Action
from vetting.people.domain.personal_data import (
    RETAINED_WORDS,
    RetentionKind,
    proposed_information,
    retention_days,
)
from vetting.people.forms import InformationForm, RetentionForm
from vetting.people.models.people import Board
from vetting.people.services import personal_data as service
from vetting.web import visitor
from vetting.web.forms import FormsOfPage
from vetting.web.view_helpers import act_by_form, posted_form
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.web.forms import PostedForm

blueprint = Blueprint("personal_data", __name__)


@blueprint.get("/personuppgifter")
def show() -> str:
    """For everybody who works in the board."""
    return _render_show()


def _render_show(refused: PostedForm | None = None) -> str:
    person, forms = visitor.signed_in_person(), FormsOfPage(refused)
    with reading_session() as session:
        board = session.get_one(Board, person.board_id)
    days = {what: retention_days(board.retention, what) for what in RetentionKind}
    decision = str(board.retention.get("decision", ""))
    proposed = {"sv": proposed_information(board.name, with_group=board.with_group), "en": ""}
    return render_template(
        "people/personal_data/show.html",
        information=board.information,
        days=days,
        decision=decision,
        words=RETAINED_WORDS,
        may_change=person.may(Action.MANAGE_BOARD),
        refused=refused,
        said=forms.form(InformationForm, "information", board.information or proposed),
        kept_days=forms.form(
            RetentionForm, "retention", {what.value: number for what, number in days.items()} | {"decision": decision}
        ),
    )


@blueprint.post("/personuppgifter/information")
def set_information() -> Response:
    form = posted_form(InformationForm, key="information")
    return act_by_form(
        form,
        lambda s: service.set_information(s, form.command()),
        onto=url_for("personal_data.show"),
        again=_render_show,
    )


@blueprint.post("/personuppgifter/gallring")
def set_retention() -> Response:
    """How long what is no record is kept."""
    form = posted_form(RetentionForm, key="retention")
    return act_by_form(
        form,
        lambda s: service.set_retention(s, form.command(), form.decision.data),
        onto=url_for("personal_data.show"),
        again=_render_show,
    )
