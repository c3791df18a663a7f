"""A deviation noted in a minute, on a phone: what, in a sentence, a photo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request, url_for

from vetting.bookings.domain.deviations import DEVIATION_WORDS, DeviationKind
from vetting.bookings.forms import DeviationWithdrawalForm
from vetting.bookings.services import deviations as service
from vetting.cases.pages.cases import act_on_case
from vetting.documents.services.documents import NewDocument
from vetting.formats.document_types import media_type
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Problem, Refused, UnreadableError
from vetting.kernel.text import _
from vetting.office.services.case_files import case_file
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.view_moves import (
    file_name,
    in_transaction,
    posted_day,
    posted_form,
    posted_text,
    redirect_after_post,
    rules_in_use,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

blueprint = Blueprint("deviations", __name__)


@blueprint.get("/arenden/<number>/avvikelse")
def new(number: str) -> str:
    """The form."""
    return _page(number, ())


def _page(number: str, problems: tuple[Problem, ...]) -> str:
    with reading_session() as session:
        file = case_file(session, number, rules=rules_in_use(), by=visitor.signed_in_person(), on=visitor.today())
        if file.kind is not CaseKind.BOOKING:
            raise Refused(Obstacle.MISSING)
    return render_template(
        "bookings/deviations/new.html",
        file=file,
        case=file.case,
        problems=problems,
        typed=request.form,
        kinds=DEVIATION_WORDS,
        contact=file.board.contact,
        today=visitor.today(),
    )


def _photo() -> NewDocument | None:
    """The picture that came with the form.

    Raises:
        Refused: it is no picture.
    """
    upload = request.files.get("photo")
    content = upload.stream.read() if upload else b""
    if not content:
        return None
    name = file_name(upload.filename or "") if upload else ""
    try:
        kind = media_type(content, name or "?")
    except UnreadableError as error:
        raise Refused(Obstacle.INVALID, error.problem) from error
    if not kind.startswith("image/"):
        raise Refused(
            Obstacle.INVALID,
            Problem("photo", _("Filen är ingen bild."), _("Välj ett foto, eller lägg handlingen i ärendet.")),
        )
    return NewDocument(name=name, media_type=kind, content=content, type="", dated=None, arrived_on=visitor.today())


@blueprint.post("/arenden/<number>/avvikelse")
def note(number: str) -> Response:
    """Notes it."""
    kind = posted_text("kind")
    chosen = DeviationKind(kind) if kind in list(DeviationKind) else None
    on = posted_day("on") if posted_text("on") else visitor.today()
    try:
        photo = _photo()
        in_transaction(
            lambda s: service.note_deviation(
                s,
                number,
                chosen,
                posted_text("what"),
                on=on,
                photo=photo,
                rules=rules_in_use(),
                by=visitor.signed_in_person(),
                at=visitor.now(),
            )
        )
    except Refused as refused:
        if refused.obstacle in {Obstacle.MISSING, Obstacle.FORBIDDEN} or not refused.problems:
            raise
        return make_response(_page(number, refused.problems), STATUS[refused.obstacle])
    return redirect_after_post(url_for("cases.show", number=number))


@blueprint.post("/arenden/<number>/avvikelse/<int:deviation_id>/aterta")
def withdraw(number: str, deviation_id: int) -> Response:
    """Takes back one that was noted wrongly."""
    form = posted_form(DeviationWithdrawalForm, key=f"deviation-{deviation_id}")
    return act_on_case(
        number,
        form,
        lambda s: service.withdraw_deviation(
            s, number, deviation_id, form.because.data, by=visitor.signed_in_person(), at=visitor.now()
        ),
    )
