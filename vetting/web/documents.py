"""A document, as it came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from vetting.domain.problem import Obstacle, Refused
from vetting.store import documents
from vetting.store.documents import DocumentContent
from vetting.web import visitor
from vetting.web.views import attachment, stored

if TYPE_CHECKING:
    from flask import Response

blueprint = Blueprint("documents", __name__)


@blueprint.get("/handlingar/<int:document_id>")
def download(document_id: int) -> Response:
    """Always as an attachment, in a box of its own: nothing in it runs here."""
    with stored() as session:
        document = documents.seen(session, visitor.person(), document_id)
        if document is None:
            raise Refused(Obstacle.MISSING)
        content = session.get_one(DocumentContent, document.id).content
    return attachment(content, document.media_type, document.name)
