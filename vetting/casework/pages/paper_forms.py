"""The board's own forms: to fill in on a screen, to print, and the letterhead on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, url_for

from vetting.casework.forms.documents import LetterheadOfFormsForm
from vetting.casework.services import paper_forms
from vetting.engine.paper_forms import FORM_WORDS, FormKind
from vetting.formats.paper_forms import MEDIA
from vetting.grants.models.schemes import scheme_of
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import LANGUAGES, Language
from vetting.people import set_letterhead
from vetting.people.models.letting_kinds import letting_kind_of
from vetting.people.models.people import Board
from vetting.web import visitor
from vetting.web.view_helpers import act_by_form, attachment_response, posted_form, whole_number_in_address
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from flask import Response

    from vetting.engine.paper_forms import PaperForm
    from vetting.grants.models.schemes import GrantScheme
    from vetting.kernel.store.session import ReadingSession
    from vetting.people.models.letting_kinds import LettingKind

blueprint = Blueprint("paper_forms", __name__)
FILE_NAMES: Final[Mapping[FormKind, str]] = {
    FormKind.APPLICATION: "ansokan",
    FormKind.BOOKING: "lokal",
    FormKind.REPORT: "redovisning",
}


def _forms_of_their_own(
    session: ReadingSession, kinds: Collection[FormKind]
) -> list[tuple[FormKind, dict[str, int], PaperForm]]:
    """The forms of grant schemes and kinds of letting with rules of their own in force, each with what names it."""
    asked: list[tuple[FormKind, str, GrantScheme | LettingKind]] = []
    if FormKind.APPLICATION in kinds:
        schemes = paper_forms.schemes_with_own_forms(session)
        asked += [(FormKind.APPLICATION, "bidragsform", item) for item in schemes]
    if FormKind.BOOKING in kinds:
        let_as = paper_forms.letting_kinds_with_own_forms(session, on=visitor.today())
        asked += [(FormKind.BOOKING, "uthyrningsform", item) for item in let_as]
    found = []
    for kind, name, item in asked:
        form = paper_forms.make_form(session, kind, on=visitor.today(), of=item)
        if form is not None:
            found.append((kind, {name: item.id}, form))
    return found


@blueprint.get("/blanketter")
def index() -> str:
    """The forms that the rules in force make."""
    return _render_forms()


def _render_forms(refused: LetterheadOfFormsForm | None = None) -> str:
    person = visitor.signed_in_person()
    with reading_session() as session:
        kinds = [kind for kind in FormKind if kind.case in person.kinds(Action.RECEIVE)]
        made = {kind: paper_forms.make_form(session, kind, on=visitor.today()) for kind in kinds}
        own = _forms_of_their_own(session, kinds)
        board = session.get_one(Board, person.board_id)
    return render_template(
        "casework/paper_forms/index.html",
        forms=made,
        own=own,
        endings=list(MEDIA),
        refused=refused,
        letterhead=refused or LetterheadOfFormsForm(known={"letterhead": board.letterhead}),
        board=board,
        may_change=person.may(Action.MANAGE_ROUNDS),
        titles=FORM_WORDS,
    )


def _asked_file(name: str) -> tuple[Language, str]:
    """The language and the ending of 'sv.docx'."""
    spoken, _stop, ending = name.partition(".")
    language: Language | None = next((known for known in LANGUAGES if known == spoken), None)
    if ending not in MEDIA or language is None:
        raise Refused(Obstacle.MISSING)
    return language, ending


@blueprint.get("/blanketter/<form_kind>/<form_file>")
def download(form_kind: str, form_file: str) -> Response:
    """A form as a file: /blanketter/application/sv.docx."""
    language, ending = _asked_file(form_file)
    if form_kind not in list(FormKind):
        raise Refused(Obstacle.MISSING)
    kind = FormKind(form_kind)
    find, name = (scheme_of, "bidragsform") if kind is FormKind.APPLICATION else (letting_kind_of, "uthyrningsform")
    asked = whole_number_in_address(name)
    with reading_session() as session:
        of = find(session, asked) if asked else None
        if asked and of is None:
            raise Refused(Obstacle.MISSING)
        content = paper_forms.given_out(session, kind, ending, language, on=visitor.today(), of=of)
    if content is None:
        raise Refused(Obstacle.MISSING)
    return attachment_response(content, MEDIA[ending], f"{FILE_NAMES[kind]}-{language}.{ending}")


@blueprint.get("/blanketter/utkast/<int:draft_id>/<form_file>")
def download_of_draft(draft_id: int, form_file: str) -> Response:
    """The application form as it would be by rules that are being written."""
    language, ending = _asked_file(form_file)
    with reading_session() as session:
        content = paper_forms.form_of_draft(session, draft_id, ending, language, on=visitor.today())
    if content is None:
        raise Refused(Obstacle.MISSING)
    return attachment_response(content, MEDIA[ending], f"{FILE_NAMES[FormKind.APPLICATION]}-{language}.{ending}")


@blueprint.post("/blanketter/brevhuvud")
def letterhead() -> Response:
    form = posted_form(LetterheadOfFormsForm)
    return act_by_form(
        form,
        lambda session: set_letterhead(session, form.letterhead.data),
        onto=url_for("paper_forms.index"),
        again=_render_forms,
    )
