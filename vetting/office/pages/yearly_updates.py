"""The yearly update: which associations are asked, how old what is known of them is, and what they answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, url_for

from vetting.formats.document_types import MAIL
from vetting.formats.mail_drafts import MailDraft, mail_draft
from vetting.grants.forms import ManyMailForm
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.text import OFFICIAL
from vetting.office.forms import ChosenAssociationsForm
from vetting.office.services import yearly_updates as service
from vetting.web import visitor
from vetting.web.view_moves import act_by_form, attachment_response, page_by_form, posted_form
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

blueprint = Blueprint("yearly_updates", __name__)
PAGE: Final = 200
"""So many lines are shown; those with something old are first."""


@blueprint.get("/foreningar/arlig-uppdatering")
def index() -> str:
    """Every association that is asked, those with something old first."""
    return _render_index()


def _render_index(mail: ManyMailForm | None = None, chosen: ChosenAssociationsForm | None = None) -> str:
    by = visitor.signed_in_person()
    with reading_session() as session:
        lines = service.update_lines(session, by=by, on=visitor.today())
    known = {"subject": service.SUBJECT.to(OFFICIAL), "text": service.update_text(by).to(OFFICIAL)}
    return render_template(
        "office/yearly_updates/index.html",
        lines=lines[:PAGE],
        more=len(lines[PAGE:]),
        due=sum(1 for line in lines if line.is_due),
        mail=mail or ManyMailForm(known=known),
        chosen=chosen or ChosenAssociationsForm(),
    )


@blueprint.post("/foreningar/arlig-uppdatering/mejl")
def fetch_mail() -> Response:
    """The mail as a draft to all that have something old, as hidden recipients; it is noted that they are asked."""
    form = posted_form(ManyMailForm)
    by = visitor.signed_in_person()
    with reading_session() as session:
        due = [line for line in service.update_lines(session, by=by, on=visitor.today()) if line.is_due and line.email]
    if not due:
        raise Refused(Obstacle.MISSING)
    draft = MailDraft(
        name="arlig-uppdatering",
        to="",
        subject=form.subject.data,
        lines=form.text.data.splitlines(),
        hidden=[line.email for line in due],
    )
    return page_by_form(
        form,
        lambda session: service.note_asked(
            session, [line.association_id for line in due], by=visitor.signed_in_person(), at=visitor.now()
        ),
        page=lambda _many: attachment_response(mail_draft(draft), MAIL, "arlig-uppdatering.eml"),
        again=_render_index,
    )


@blueprint.post("/foreningar/arlig-uppdatering")
def note_that_it_holds() -> Response:
    """Associations have answered that contact, signatories and account hold."""
    form = posted_form(ChosenAssociationsForm)
    return act_by_form(
        form,
        lambda session: service.note_that_it_holds(
            session, form.association.keys, by=visitor.signed_in_person(), at=visitor.now()
        ),
        onto=url_for("yearly_updates.index"),
        again=lambda refused: _render_index(chosen=refused),
    )
