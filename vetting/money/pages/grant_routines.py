"""The written routine for grants: to read, to print, and a new version of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from vetting.formats.document_types import PDF
from vetting.formats.letters import DOCX
from vetting.formats.written_documents import document_pdf
from vetting.kernel.text import OFFICIAL
from vetting.money.forms.follow_up import RoutineForm
from vetting.money.models.grant_routines import grant_routines
from vetting.money.services.grant_routines import approve_routine
from vetting.money.services.routine_documents import (
    names_of_rules,
    names_to_approve,
    routine_document,
    rules_of_grants,
)
from vetting.people import paper_docx
from vetting.web import visitor
from vetting.web.forms import FormsOfPage
from vetting.web.preferences import visitor_language
from vetting.web.view_helpers import act_by_form, attachment_response, posted_form
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.web.forms import PostedForm

blueprint = Blueprint("grant_routines", __name__)


@blueprint.get("/rutin/bidrag")
def show() -> str:
    """The routine, and a form for its next version."""
    return _show()


def _show(refused: PostedForm | None = None) -> str:
    by, on = visitor.signed_in_person(), visitor.today()
    with reading_session() as session:
        versions = grant_routines(session, by.board_id)
        document = routine_document(session, on=on, language=visitor_language())
        names = names_of_rules(rules_of_grants(session, on=on))
    held = versions[0] if versions else None
    known: dict[str, object] = {"approved_on": on}
    if held is not None:
        known |= {
            "version": held.version,
            "owner": held.owner,
            "approved_by": held.approved_by,
            "anchored": held.anchored,
            "facts": tuple(held.facts),
            "amount": held.amount,
            "percent": held.percent,
        }
    return render_template(
        "money/grant_routines/show.html",
        document=document,
        held=held,
        today=on,
        rules_changed=held is not None and held.rules != names,
        form=FormsOfPage(refused).form(RoutineForm, "routine", known),
        refused=refused,
    )


@blueprint.post("/rutin/bidrag")
def approve() -> Response:
    """A new version."""
    form = posted_form(RoutineForm, key="routine")
    on = visitor.today()
    return act_by_form(
        form,
        lambda session: approve_routine(session, form.command(), rule_names=names_to_approve(session, on=on)),
        onto=url_for("grant_routines.show"),
        again=_show,
    )


@blueprint.get("/rutin/bidrag.<any(docx, pdf):file_kind>")
def document(file_kind: str) -> Response:
    """The routine as a document, in the board's language."""
    by, on = visitor.signed_in_person(), visitor.today()
    with reading_session() as session:
        written = routine_document(session, on=on, language=OFFICIAL)
        if file_kind == "docx":
            content, kind = paper_docx(session, by.board_id, written, OFFICIAL), DOCX
        else:
            content, kind = document_pdf(written, OFFICIAL), PDF
    return attachment_response(content, kind, f"rutin-bidrag-{on.isoformat()}.{file_kind}")
