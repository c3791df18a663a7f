"""The board's own Word templates: what each can say, and where one is put in use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, url_for

from vetting.formats.letters import DOCX
from vetting.formats.word_templates import first_template
from vetting.kernel.own_templates import TEMPLATE_FIELDS, TemplateKind
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import _
from vetting.people.forms import TemplateForm
from vetting.people.models.own_templates import own_template
from vetting.people.services import own_templates as service
from vetting.web import visitor
from vetting.web.forms import FormsOfPage, PostedForm
from vetting.web.view_helpers import act_by_form, attachment_response, posted_form
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response

    from vetting.kernel.text import Words

blueprint = Blueprint("own_templates", __name__)
CALLED: Final[Mapping[TemplateKind, Words]] = {
    TemplateKind.LETTER: _("Brev"),
    TemplateKind.PAPER: _("Handlingar till nämnden"),
}
USED_FOR: Final[Mapping[TemplateKind, Words]] = {
    TemplateKind.LETTER: _("Brev till föreningar. Utan mall blir de enkla."),
    TemplateKind.PAPER: _("Tjänsteutlåtanden, ärenden, delegationslistor och gruppens anteckningar som Word."),
}


@blueprint.get("/mallar")
def show() -> str:
    """Both, with the fields of each."""
    return _render()


def _render(refused: PostedForm | None = None) -> str:
    by, forms = visitor.signed_in_person(), FormsOfPage(refused)
    with reading_session() as session:
        return render_template(
            "people/own_templates/show.html",
            kinds=list(TemplateKind),
            own={kind: own_template(session, by.board_id, kind) for kind in TemplateKind},
            fields=TEMPLATE_FIELDS,
            called=CALLED,
            used_for=USED_FOR,
            forms={kind: forms.form(TemplateForm, kind.value) for kind in TemplateKind},
            refused=refused,
            may_change=by.may(Action.MANAGE_BOARD),
        )


@blueprint.get("/mallar/<kind>.docx")
def download(kind: str) -> Response:
    """The template that is used; where there is none a plain one to begin from, with every field that is needed."""
    wanted = _kind(kind)
    with reading_session() as session:
        own = own_template(session, visitor.signed_in_person().board_id, wanted)
        content, name = (own.content, own.name) if own is not None else (first_template(wanted), f"mall-{wanted}.docx")
    return attachment_response(content, DOCX, name)


def _kind(word: str) -> TemplateKind:
    if word not in list(TemplateKind):
        raise Refused(Obstacle.MISSING)
    return TemplateKind(word)


@blueprint.post("/mallar/<kind>")
def take(kind: str) -> Response:
    """Puts a template in use, when nothing is wrong with it."""
    wanted = _kind(kind)
    form = posted_form(TemplateForm, key=wanted.value)
    return act_by_form(
        form,
        lambda session: service.take_template(session, wanted, form.file.content, form.file.name_of_file),
        onto=url_for("own_templates.show"),
        again=_render,
    )


@blueprint.post("/mallar/<kind>/avsluta")
def end(kind: str) -> Response:
    """Back to the plain one."""
    wanted = _kind(kind)
    return act_by_form(
        posted_form(PostedForm),
        lambda session: service.end_template(session, wanted),
        onto=url_for("own_templates.show"),
        again=_render,
    )
