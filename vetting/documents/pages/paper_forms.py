"""The board's own forms: to fill in on a screen, to print, and the letterhead on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, make_response, render_template, request, url_for

from vetting.boards.models.people import Board
from vetting.boards.services.boards import set_letterhead
from vetting.documents.domain.paper_forms import FORM_WORDS, FormKind
from vetting.documents.services import paper_forms
from vetting.formats.paper_forms import MEDIA
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import LANGUAGES, Language
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.view_moves import attachment_response, in_transaction, posted_text, redirect_after_post, rules_in_use
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response

    from vetting.kernel.problem import Problem

blueprint = Blueprint("paper_forms", __name__)
FILE_NAMES: Final[Mapping[FormKind, str]] = {
    FormKind.APPLICATION: "ansokan",
    FormKind.BOOKING: "lokal",
    FormKind.REPORT: "redovisning",
}


@blueprint.get("/blanketter")
def index() -> str:
    """The forms that the rules in force make."""
    return _render_forms(())


def _render_forms(problems: tuple[Problem, ...]) -> str:
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
        problems=problems,
        typed=request.form,
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
    given = posted_text("letterhead")
    try:
        in_transaction(lambda session: set_letterhead(session, given, by=visitor.signed_in_person(), at=visitor.now()))
    except Refused as refused:
        if refused.obstacle is not Obstacle.INVALID:
            raise
        return make_response(_render_forms(refused.problems), STATUS[refused.obstacle])
    return redirect_after_post(url_for("paper_forms.index"))
