"""A case's letters: written, seen as they go out, sent or fetched; and the board's own template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app, make_response, render_template, request, url_for

from vetting.boards.models.people import Board
from vetting.config import Config
from vetting.decisions.domain.letters import FIELDS, LetterKind, title_of
from vetting.decisions.models import letters as store
from vetting.decisions.services import letters as service
from vetting.formats.letters import DOCX
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Refused, UnreadableError
from vetting.kernel.roles import Action
from vetting.kernel.text import LANGUAGES
from vetting.office.services.case_files import open_case_to_read
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.view_moves import (
    attachment_response,
    choice_of,
    file_name,
    in_transaction,
    posted_text,
    redirect_after_post,
    rules_in_use,
    whole_number_in_address,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.cases.models.cases import Case
    from vetting.kernel.problem import Problem
    from vetting.kernel.text import Language, Words

blueprint = Blueprint("letters", __name__)
PDF, EML = "application/pdf", "message/rfc822"


def _kinds(case: Case) -> dict[LetterKind, Words]:
    """What each letter of the case is called."""
    return {kind: title_of(kind, grant=case.kind == CaseKind.GRANT) for kind in LetterKind}


@blueprint.get("/arenden/<number>/brev")
def index(number: str) -> str:
    """The letters there are and can be; one of them as it would be written."""
    kind, key = request.args.get("typ", ""), whole_number_in_address("om")
    wanted = request.args.get("sprak", "")
    with reading_session() as session:
        case, _ = open_case_to_read(session, number, visitor.signed_in_person())
        receivers = service.language_of(session, case)
        language = _language(wanted) if wanted else receivers
        shown = (
            service.preview_letter(
                session,
                number,
                LetterKind(kind),
                key or 0,
                language=language,
                rules=rules_in_use(),
                by=visitor.signed_in_person(),
                at=visitor.now(),
            )
            if kind in list(LetterKind)
            else None
        )
        return render_template(
            "decisions/letters/index.html",
            case=case,
            shown=shown,
            possible=service.writable_letters(session, case, on=visitor.today()),
            letters=store.of_case(session, case.id),
            kinds=_kinds(case),
            about=key,
            receivers=receivers,
        )


def _language(given: str) -> Language:
    return "en" if given == "en" and given in LANGUAGES else "sv"


@blueprint.post("/arenden/<number>/brev")
def write(number: str) -> Response:
    """Writes the letter that was seen."""
    kind = choice_of("typ", LetterKind)
    row = in_transaction(
        lambda s: service.write_letter(
            s,
            number,
            kind,
            whole_number_in_address("om") or 0,
            rules=rules_in_use(),
            by=visitor.signed_in_person(),
            at=visitor.now(),
        )
    )
    return redirect_after_post(url_for("letters.show", letter_id=row.id))


@blueprint.get("/brev/<int:letter_id>")
def show(letter_id: int) -> str:
    """One letter as it was written."""
    return _render_letter(letter_id, ())


def _render_letter(letter_id: int, problems: tuple[Problem, ...]) -> str:
    with reading_session() as session:
        row, case = service.find_letter(session, letter_id, visitor.signed_in_person())
        return render_template(
            "decisions/letters/show.html",
            letter=row,
            case=case,
            values=service.values_of(session, row),
            kinds=_kinds(case),
            problems=problems,
            server=service.server_of(_config()) is not None,
            own_template=store.letter_template(session, row.board_id),
        )


def _config() -> Config:
    found = current_app.extensions["vetting_config"]
    if not isinstance(found, Config):
        raise TypeError(found)
    return found


@blueprint.get("/brev/<int:letter_id>/<any(pdf, docx, eml):form>")
def download(letter_id: int, form: str) -> Response:
    """The letter as PDF, Word or a draft of a mail."""
    with reading_session() as session:
        row, _ = service.find_letter(session, letter_id, visitor.signed_in_person())
        name = f"{row.kind}-{row.id}.{form}"
        try:
            if form == "pdf":
                return attachment_response(service.as_pdf(session, row), PDF, name)
            if form == "docx":
                return attachment_response(service.as_docx(session, row), DOCX, name)
            return attachment_response(service.as_draft(session, row), EML, name)
        except UnreadableError as error:
            problems: tuple[Problem, ...] = (error.problem,)
        except Refused as refused:
            problems = refused.problems
    return make_response(_render_letter(letter_id, problems), STATUS[Obstacle.CLOSED])


@blueprint.post("/brev/<int:letter_id>")
def send(letter_id: int) -> Response:
    """Sends it by the mail server, or notes that it has gone another way."""
    server = service.server_of(_config())
    try:
        if posted_text("way") == service.MAIL and server is not None:
            row = service.send_mail(
                visitor.database(), letter_id, server, by=visitor.signed_in_person(), at=visitor.now()
            )
            if row.failed:
                return make_response(_render_letter(letter_id, ()), 502)
        else:
            in_transaction(
                lambda s: service.mark_sent(
                    s, letter_id, posted_text("way"), by=visitor.signed_in_person(), at=visitor.now()
                )
            )
    except Refused as refused:
        if not refused.problems or refused.obstacle in {Obstacle.MISSING, Obstacle.FORBIDDEN}:
            raise
        return make_response(_render_letter(letter_id, refused.problems), STATUS[refused.obstacle])
    return redirect_after_post(url_for("letters.show", letter_id=letter_id))


@blueprint.get("/brevmall")
def template() -> str:
    """The board's own template."""
    return _template(())


def _template(problems: tuple[Problem, ...]) -> str:
    own = visitor.signed_in_person().board_id
    with reading_session() as session:
        return render_template(
            "decisions/letters/template.html",
            own=store.letter_template(session, own),
            fields=FIELDS,
            problems=problems,
            board=session.get_one(Board, own),
            may_change=visitor.signed_in_person().may(Action.MANAGE_BOARD),
        )


@blueprint.post("/brevmall")
def take_template() -> Response:
    """Puts a template in use, when nothing is wrong with it."""
    upload = request.files.get("file")
    content = upload.stream.read() if upload else b""
    name = file_name(upload.filename or "") if upload else ""
    try:
        in_transaction(
            lambda s: service.take_template(s, content, name, by=visitor.signed_in_person(), at=visitor.now())
        )
    except Refused as refused:
        if refused.obstacle is not Obstacle.INVALID:
            raise
        return make_response(_template(refused.problems), STATUS[refused.obstacle])
    return redirect_after_post(url_for("letters.template"))


@blueprint.post("/brevmall/avsluta")
def end_template() -> Response:
    """Back to plain letters."""
    in_transaction(lambda s: service.end_template(s, by=visitor.signed_in_person(), at=visitor.now()))
    return redirect_after_post(url_for("letters.template"))
