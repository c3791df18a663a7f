"""An association is heard before it is decided against: sent to, answered, given more time; a case opened again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, url_for

from vetting import casework
from vetting.kernel.text import same_in_both
from vetting.web.acting import act_on_case, actions_of_case
from vetting.web.view_helpers import posted_form, posted_names, posted_value
from vetting.workspace.forms.deciding import (
    MET,
    CommunicationForm,
    HearingForm,
    ReconsiderationForm,
    ReplyTimeForm,
    reply_form,
)

if TYPE_CHECKING:
    from flask import Response

blueprint = Blueprint("communications", __name__)
case_actions = actions_of_case(blueprint)


@blueprint.post("/arenden/<number>/yttrande")
def communicate(number: str) -> Response:
    """Writes what speaks against the association to it, and goes on to the letter, which is sent from there."""
    form = posted_form(CommunicationForm, key="communicate")
    return act_on_case(
        number,
        form,
        lambda session: casework.write_to_association(session, number, form.command()),
        onto=lambda letter: url_for("letters.show", letter_id=letter.id),
    )


case_actions.add(
    "hear",
    "/hord",
    HearingForm,
    lambda session, form, number: casework.note_hearing(session, number, form.command()),
    key="hear",
)


@blueprint.post("/arenden/<number>/svar")
def note_reply(number: str) -> Response:
    """What the association answered."""
    form_type = reply_form({point: same_in_both(point) for point in posted_names(MET)})
    form = posted_form(form_type, key=f"reply-{posted_value('communication')}")
    return act_on_case(number, form, lambda session: casework.note_reply(session, number, form.command()))


@blueprint.post("/arenden/<number>/svarstid")
def extend_reply(number: str) -> Response:
    form = posted_form(ReplyTimeForm, key=f"extend-{posted_value('communication')}")
    return act_on_case(number, form, lambda session: casework.extend_reply_time(session, number, form.command()))


case_actions.add(
    "reconsider",
    "/omprova",
    ReconsiderationForm,
    lambda session, form, number: casework.reconsider_case(session, number, form.because.data),
    key="reconsider",
)
