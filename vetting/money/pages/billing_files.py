"""The basis of an invoice as a file: the board's own paper in Word, or a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.formats.document_types import XLSX
from vetting.formats.letters import DOCX
from vetting.formats.workbook_writing import register_workbook
from vetting.kernel.text import OFFICIAL, _
from vetting.people import paper_docx
from vetting.web import visitor
from vetting.web.view_helpers import attachment_response

if TYPE_CHECKING:
    from flask import Response

    from vetting.kernel.store.session import ReadingSession
    from vetting.money.services.billing_bases import BillingBasis


def billing_basis_response(session: ReadingSession, basis: BillingBasis, kind: str) -> Response:
    """The file. kind: docx or xlsx."""
    by, name = visitor.signed_in_person(), f"faktureringsunderlag-{basis.number}.{kind}"
    if kind == "docx":
        made = paper_docx(session, by.board_id, basis.document(by, visitor.today()), OFFICIAL)
        return attachment_response(made, DOCX, name)
    about = _("Om listan").to(OFFICIAL)
    book = register_workbook([basis.table()], lambda _rows: basis.about(by, visitor.now()), about, OFFICIAL)
    return attachment_response(book, XLSX, name)
