"""Documents: searched, shown page by page beside what stands in them, and given as they came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request, url_for

from vetting import rules
from vetting.casework.domain.cases import OPEN
from vetting.casework.domain.document_statuses import CHOSEN, NEXT_STATUS, STATUS_WORDS
from vetting.casework.domain.incoming import is_paper
from vetting.casework.forms.documents import DocumentStatusForm, PaperTypeForm
from vetting.casework.models.documents import DocumentContent
from vetting.casework.services import document_statuses, reading, reads
from vetting.engine.criteria import CriterionKind
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Refused, UnreadableError
from vetting.kernel.text import NO_WORDS, _
from vetting.people.domain.reads import ReadExtent, extent_of_view
from vetting.web import visitor
from vetting.web.view_helpers import act_by_form, attachment_response, posted_form, whole_number_in_address
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.casework.models.documents import Document
    from vetting.web.forms import PostedForm

blueprint = Blueprint("documents", __name__)
LONGEST_QUESTION = 120
PNG = "image/png"


@blueprint.get("/handlingar")
def search() -> str:
    """Words in the papers of one case, or of one association."""
    wanted = mask_personal_numbers(request.args.get("q", "").strip())[:LONGEST_QUESTION]
    number = request.args.get("arende", "")[:LONGEST_QUESTION]
    with reading_session() as session:
        place = reading.document_search_scope(session, number=number, association=whole_number_in_address("forening"))
        found = reading.search_documents(session, wanted, place) if wanted and place else []
        return render_template(
            "casework/documents/search.html", wanted=wanted, found=found, place=place, most=reading.MOST_FOUND
        )


@blueprint.get("/handlingar/<int:document_id>")
def download(document_id: int) -> Response:
    """Always as an attachment, in a box of its own: nothing in it runs here."""
    with reading_session() as session:
        document = reading.document_to_read(session, document_id)
        reads.note_read(session, document, ReadExtent.OPENED)
        content = session.get_one(DocumentContent, document.id).content
    return attachment_response(content, document.media_type, document.name)


@blueprint.get("/handlingar/<int:document_id>/visa")
def show(document_id: int) -> str:
    """One page of a paper beside its text, and what it may be used for."""
    return _render_document(document_id)


def _render_document(key: int, refused: PaperTypeForm | DocumentStatusForm | None = None) -> str:
    with reading_session() as session:
        file = reading.document_file(session, key)
        ruleset = rules.read_version(session, file.case.rule_version_id)
        page = min(max(_page(), 1), file.pages)
        seen = extent_of_view(page, file.pages)
        reads.note_read(session, file.document, seen)
        texts = file.text.texts if file.text else []
        form = refused if isinstance(refused, PaperTypeForm) else PaperTypeForm(known={"type": file.proposed})
        form.type.options = {fact.id: fact.label for fact in file.catalogue.values() if is_paper(fact)}
        form.type.hint = (
            _("Förslaget bygger på filens namn eller de första raderna i handlingen.") if file.proposed else NO_WORDS
        )
        return render_template(
            "casework/documents/show.html",
            file=file,
            page=page,
            refused=refused,
            form=form,
            status_form=_status_form(file.document, refused),
            states=STATUS_WORDS,
            today=visitor.today(),
            page_text=texts[page - 1] if page <= len(texts) else "",
            points=[
                criterion
                for criterion in (ruleset.criteria if ruleset else ())
                if criterion.kind is CriterionKind.ASSESSMENT and file.case.kind in criterion.kinds
            ]
            if file.case.state in OPEN
            else [],
        )


def _status_form(document: Document, refused: PostedForm | None) -> DocumentStatusForm:
    """The form of what a document is, with what it can become."""
    known = {name: getattr(document, name) for name in ("state", "title", "party", "way")}
    known["on"] = document.status_on
    form = refused if isinstance(refused, DocumentStatusForm) else DocumentStatusForm(known=known)
    possible = {document.state, *NEXT_STATUS[document.state]}
    form.state.options = {status: words for status, words in CHOSEN.items() if status in possible}
    return form


@blueprint.post("/handlingar/<int:document_id>/status")
def set_status(document_id: int) -> Response:
    """Says what a document is in the file."""
    with reading_session() as session:
        reading.document_to_read(session, document_id)
    form = posted_form(DocumentStatusForm)
    return act_by_form(
        form,
        lambda session: document_statuses.set_status(session, document_id, form.command()),
        onto=url_for("documents.show", document_id=document_id),
        again=lambda refused: _render_document(document_id, refused),
    )


def _page() -> int:
    given = request.args.get("sida", "1")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 1  # noqa: PLR2004 - no paper has so many


@blueprint.get("/handlingar/<int:document_id>/sida/<int:page>")
def picture(document_id: int, page: int) -> Response:
    """A page as a picture that was drawn anew."""
    try:
        with reading_session() as session:
            paper = reading.to_draw(session, document_id)
        drawn = reading.draw_page(paper, page)
    except UnreadableError as error:
        raise Refused(Obstacle.INVALID, error.problem) from error
    answer = make_response(drawn)
    answer.mimetype = PNG
    return answer


@blueprint.post("/handlingar/<int:document_id>/typ")
def set_type(document_id: int) -> Response:
    """Says what a paper is that had no type."""
    form = posted_form(PaperTypeForm)
    return act_by_form(
        form,
        lambda session: reading.set_type(session, document_id, form.type.data),
        onto=url_for("documents.show", document_id=document_id),
        again=lambda refused: _render_document(document_id, refused),
    )
