"""A case's letters: written, seen as they go out, sent or fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, current_app, make_response, render_template, request, url_for

from vetting.casework.domain.document_statuses import MAIL, POST
from vetting.casework.domain.letters import LetterKind, title_of
from vetting.casework.forms.decisions import LetterForm, ManyLettersForm, SentForm
from vetting.casework.models import letters as store
from vetting.casework.services import letters as service
from vetting.casework.services import returned_letters, unsent_letters
from vetting.casework.services.readable_cases import open_case_to_read
from vetting.config import Config
from vetting.formats.letters import DOCX
from vetting.formats.mail_sending import server_of
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.own_templates import TemplateKind
from vetting.kernel.problem import Obstacle, Problem, Refused, UnreadableError
from vetting.kernel.text import LANGUAGES, _, same_in_both
from vetting.people.models.own_templates import own_template
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.forms import PostedForm
from vetting.web.view_helpers import (
    act_by_form,
    act_in_steps,
    attachment_response,
    in_transaction,
    page_by_form,
    posted_form,
    whole_number_in_address,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.formats.mail_sending import MailServer
    from vetting.kernel.text import Language, Words

blueprint = Blueprint("letters", __name__)
PDF, EML, ZIP = "application/pdf", "message/rfc822", "application/zip"
NOT_TAKEN: Final = 502
"""The status of a letter that the mail server did not take."""


def _kinds(of: CaseKind) -> dict[LetterKind, Words]:
    return {kind: title_of(kind, grant=of is CaseKind.GRANT) for kind in LetterKind}


@blueprint.get("/arenden/<number>/brev")
def index(number: str) -> str:
    """The letters there are and can be; one of them as it would be written."""
    kind, key = request.args.get("typ", ""), whole_number_in_address("om")
    wanted = request.args.get("sprak", "")
    with reading_session() as session:
        case, _unused = open_case_to_read(session, number)
        receivers = service.language_of(session, case)
        language = _language(wanted) if wanted else receivers
        shown = (
            service.preview_letter(session, number, LetterKind(kind), key or 0, language=language)
            if kind in list(LetterKind)
            else None
        )
        return render_template(
            "casework/letters/index.html",
            case=case,
            shown=shown,
            possible=service.writable_letters(session, case, on=visitor.today()),
            letters=store.of_case(session, case.id),
            kinds=_kinds(case.kind),
            about=key,
            receivers=receivers,
        )


def _language(given: str) -> Language:
    return "en" if given == "en" and given in LANGUAGES else "sv"


@blueprint.post("/arenden/<number>/brev")
def write(number: str) -> Response:
    """Writes the letter that was seen."""
    form = posted_form(LetterForm)
    return act_by_form(
        form,
        lambda s: service.write_letter(s, number, LetterKind(form.typ.data), form.om.key),
        onto=lambda row: url_for("letters.show", letter_id=row.id),
        again=lambda _form: index(number),
    )


@blueprint.get("/brev/<int:letter_id>")
def show(letter_id: int) -> str:
    return _render_letter(letter_id)


def _render_letter(letter_id: int, refused: PostedForm | None = None) -> str:
    with reading_session() as session:
        row, case = service.find_letter(session, letter_id)
        return render_template(
            "casework/letters/show.html",
            letter=row,
            case=case,
            values=service.values_of(session, row),
            kinds=_kinds(case.kind),
            refused=refused,
            server=server_of(_config()) is not None,
            failing=returned_letters.address_fails(session, case),
            overtaken=unsent_letters.tells_what_is_over(session, row),
            about=unsent_letters.about_of(row),
            own_template=own_template(session, row.board_id, TemplateKind.LETTER),
        )


def _config() -> Config:
    found = current_app.extensions["vetting_config"]
    if not isinstance(found, Config):
        raise TypeError(found)
    return found


@blueprint.get("/brev/<int:letter_id>/<any(pdf, docx, eml):form>")
def download(letter_id: int, form: str) -> Response:
    """The letter as PDF, Word or a draft of a mail."""
    refusal = PostedForm()
    with reading_session() as session:
        row, _unused = service.find_letter(session, letter_id)
        name = f"{row.kind}-{row.id}.{form}"
        try:
            if form == "pdf":
                return attachment_response(service.as_pdf(session, row), PDF, name)
            if form == "docx":
                return attachment_response(service.as_docx(session, row), DOCX, name)
            return attachment_response(service.as_draft(session, row), EML, name)
        except UnreadableError as error:
            refusal.tell((error.problem,))
        except Refused as refused:
            refusal.tell(refused.problems)
    return make_response(_render_letter(letter_id, refusal), STATUS[Obstacle.CLOSED])


@blueprint.post("/brev/<int:letter_id>")
def send(letter_id: int) -> Response:
    """Sends it by the mail server, or notes that it has gone another way."""
    form, server = posted_form(SentForm), server_of(_config())

    return act_in_steps(
        form,
        lambda: _send_one(letter_id, form.way.data, server),
        onto=lambda gone: (
            url_for("letters.show", letter_id=letter_id)
            if gone
            else make_response(_render_letter(letter_id), NOT_TAKEN)
        ),
        again=lambda refused: _render_letter(letter_id, refused),
    )


@blueprint.get("/brev")
def waiting() -> str:
    """The letters that are written and have not gone."""
    return _render_waiting()


def _render_waiting(refused: PostedForm | None = None, sent: int = 0) -> str:
    with reading_session() as session:
        found = unsent_letters.unsent_letters(
            session, item=whole_number_in_address("beslut"), batch=whole_number_in_address("begaran")
        )
        failing = returned_letters.failing_addresses(session)
        back = unsent_letters.returned_letters(session)
    return render_template(
        "casework/letters/waiting.html",
        letters=found,
        failing=failing,
        back=back,
        about_of=unsent_letters.about_of,
        failed={(one.contact.association_id, one.contact.kind) for one in failing},
        refused=refused,
        sent=sent,
        server=server_of(_config()) is not None,
        kinds={
            kind: {letter: title_of(letter, grant=kind is CaseKind.GRANT) for letter in LetterKind} for kind in CaseKind
        },
    )


@blueprint.post("/brev/hamta")
def fetch() -> Response:
    """The ticked letters as one zip."""
    form = posted_form(ManyLettersForm)
    return page_by_form(
        form,
        lambda session: unsent_letters.bundle_of_letters(session, form.letter.keys),
        page=lambda content: attachment_response(content, ZIP, f"brev-{visitor.today().isoformat()}.zip"),
        again=_render_waiting,
    )


@blueprint.post("/brev")
def send_many() -> Response | str:
    """Sends the ticked letters, or notes how they went; those that could not go are named with why."""
    form, server = posted_form(ManyLettersForm), server_of(_config())
    if form.way.data not in (MAIL, POST):
        form.tell([Problem("", _("Det står inte hur breven skickas."), _("Välj ett av sätten."))])
    if not form.validate() or form.problems:
        return make_response(_render_waiting(form), STATUS[Obstacle.INVALID])
    sent = 0
    with reading_session() as session:
        names = {one.letter.id: one.case.number for one in unsent_letters.unsent_letters(session, form.letter.keys)}
    if not names:
        raise Refused(Obstacle.MISSING)
    for key, number in names.items():
        try:
            sent += _send_one(key, form.way.data, server)
        except Refused as refused:
            form.tell(Problem("", same_in_both(f"{number}: ") + one.what, one.remedy) for one in refused.problems)
    return _render_waiting(form, sent)


def _send_one(key: int, way: str, server: MailServer | None) -> bool:
    """Whether a letter has gone: handed to the mail server, or noted as sent another way."""
    person, at = visitor.signed_in_person(), visitor.now()
    if way == MAIL and server is not None:
        return not service.send_mail(visitor.database(), key, server, by=person, at=at).failed
    in_transaction(lambda session: service.mark_sent(session, key, way))
    return True


@blueprint.post("/brev/<int:letter_id>/atervant")
def note_returned(letter_id: int) -> Response:
    """It has come back: the letter and its address are marked."""
    return act_by_form(
        posted_form(PostedForm),
        lambda session: returned_letters.note_returned_letter(session, letter_id, ""),
        onto=url_for("letters.show", letter_id=letter_id),
        again=lambda refused: _render_letter(letter_id, refused),
    )


@blueprint.post("/arenden/<number>/adressen-fungerar")
def address_works(number: str) -> Response:
    """Somebody has seen to an address that failed: it is right as it stands."""
    return act_by_form(
        posted_form(PostedForm),
        lambda session: returned_letters.address_works(session, number),
        onto=url_for("letters.waiting"),
        again=_render_waiting,
    )
