"""The officer's report of a case, to read, print and take along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from vetting.casework import report_of
from vetting.formats.letters import DOCX
from vetting.kernel.text import OFFICIAL
from vetting.people import paper_docx
from vetting.web import visitor
from vetting.web.view_helpers import attachment_response
from vetting.web.visitor import reading_session
from vetting.workspace.services.case_files import case_file

if TYPE_CHECKING:
    from flask import Response

blueprint = Blueprint("officer_reports", __name__)


@blueprint.get("/arenden/<number>/tjansteutlatande")
def show(number: str) -> str:
    """As a page to print."""
    with reading_session() as session:
        file = case_file(session, number, on=visitor.today())
        made = report_of(session, file, on=visitor.today())
    return render_template("workspace/officer_reports/show.html", report=made, number=number)


@blueprint.get("/arenden/<number>/tjansteutlatande.docx")
def download(number: str) -> Response:
    """As Word, in the board's language."""
    by = visitor.signed_in_person()
    with reading_session() as session:
        file = case_file(session, number, on=visitor.today())
        made = paper_docx(session, by.board_id, report_of(session, file, on=visitor.today()), OFFICIAL)
    return attachment_response(made, DOCX, f"tjansteutlatande-{number}.docx")
