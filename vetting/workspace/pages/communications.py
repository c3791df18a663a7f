"""An association is heard before it is decided against: sent to, answered, given more time; a case opened again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, url_for

from vetting import casework
from vetting.kernel.text import same_in_both
from vetting.web.acting import act_on_case
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


@blueprint.post("/arenden/<number>/hord")
def hear(number: str) -> Response:
    """Heard by word of mouth, when time is short."""
    form = posted_form(HearingForm, key="hear")
    return act_on_case(number, form, lambda session: casework.note_hearing(session, number, form.command()))


@blueprint.post("/arenden/<number>/svar")
def note_reply(number: str) -> Response:
    """What the association answered."""
    form_type = reply_form({point: same_in_both(point) for point in posted_names(MET)})
    form = posted_form(form_type, key=f"reply-{posted_value('communication')}")
    return act_on_case(number, form, lambda session: casework.note_reply(session, number, form.command()))


@blueprint.post("/arenden/<number>/svarstid")
def extend_reply(number: str) -> Response:
    """More time to reply."""
    form = posted_form(ReplyTimeForm, key=f"extend-{posted_value('communication')}")
    return act_on_case(number, form, lambda session: casework.extend_reply_time(session, number, form.command()))


@blueprint.post("/arenden/<number>/omprova")
def reconsider(number: str) -> Response:
    """A decided case is opened to be decided anew."""
    form = posted_form(ReconsiderationForm, key="reconsider")
    return act_on_case(
        number,
        form,
        lambda session: casework.reconsider_case(session, number, form.because.data),
    )
