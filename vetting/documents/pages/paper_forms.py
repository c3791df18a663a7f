"""The board's own forms: to fill in on a screen, to print, and the letterhead on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, url_for

from vetting.boards.models.people import Board
from vetting.boards.services.boards import set_letterhead
from vetting.documents.domain.paper_forms import FORM_WORDS, FormKind
from vetting.documents.forms import LetterheadOfFormsForm
from vetting.documents.services import paper_forms
from vetting.formats.paper_forms import MEDIA
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import LANGUAGES, Language
from vetting.web import visitor
from vetting.web.view_moves import act_by_form, attachment_response, posted_form, rules_in_use
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response

blueprint = Blueprint("paper_forms", __name__)
FILE_NAMES: Final[Mapping[FormKind, str]] = {
    FormKind.APPLICATION: "ansokan",
    FormKind.BOOKING: "lokal",
    FormKind.REPORT: "redovisning",
}


@blueprint.get("/blanketter")
def index() -> str:
    """The forms that the rules in force make."""
    return _render_forms()


def _render_forms(refused: LetterheadOfFormsForm | None = None) -> str:
    person = visitor.signed_in_person()
    with reading_session() as session:
        kinds = [kind for kind in FormKind if kind.case in person.kinds(Action.RECEIVE)]
        made = {
            kind: paper_forms.make_form(session, kind, rules_in_use(), by=person, on=visitor.today()) for kind in kinds
        }
        board = session.get_one(Board, person.board_id)
    return render_template(
        "documents/paper_forms/index.html",
        forms=made,
        endings=list(MEDIA),
        refused=refused,
        letterhead=refused or LetterheadOfFormsForm(known={"letterhead": board.letterhead}),
        board=board,
        may_change=person.may(Action.MANAGE_ROUNDS),
        titles=FORM_WORDS,
    )


@blueprint.get("/blanketter/<form_kind>/<form_file>")
def download(form_kind: str, form_file: str) -> Response:
    """A form as a file: /blanketter/application/sv.docx."""
    spoken, _, ending = form_file.partition(".")
    language: Language | None = next((known for known in LANGUAGES if known == spoken), None)
    if form_kind not in list(FormKind) or ending not in MEDIA or language is None:
        raise Refused(Obstacle.MISSING)
    kind = FormKind(form_kind)
    with reading_session() as session:
        content = paper_forms.given_out(
            session, kind, ending, language, rules_in_use(), by=visitor.signed_in_person(), on=visitor.today()
        )
    if content is None:
        raise Refused(Obstacle.MISSING)
    return attachment_response(content, MEDIA[ending], f"{FILE_NAMES[kind]}-{language}.{ending}")


@blueprint.post("/blanketter/brevhuvud")
def letterhead() -> Response:
    """What stands first on them."""
    form = posted_form(LetterheadOfFormsForm)
    return act_by_form(
        form,
        lambda session: set_letterhead(session, form.letterhead.data, by=visitor.signed_in_person(), at=visitor.now()),
        onto=url_for("paper_forms.index"),
        again=_render_forms,
    )
