"""Notes what a person opens, beside the trail."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError, OperationalError

from vetting.casework.models.document_reads import DocumentRead, has_read
from vetting.casework.models.rescreening import RescreeningRequest
from vetting.kernel.store.session import database_of, open_technical
from vetting.people.domain.reads import ReadExtent

if TYPE_CHECKING:
    from vetting.casework.models.documents import Document
    from vetting.kernel.store.session import Session

log = logging.getLogger(__name__)


def note_read(session: Session, document: Document, extent: ReadExtent) -> None:
    """Notes that a person has a paper before them: once for each extent, in a transaction of its own.

    Where it cannot be written the paper is shown all the same, and counts as not opened.
    """
    if has_read(session, document.id, session.person.id, extent):
        return
    new = DocumentRead(
        case_id=document.case_id, document_id=document.id, user_id=session.person.id, extent=extent, at=session.now
    )
    try:
        with open_technical(database_of(session)) as kept:
            kept.add(new)
            if extent is ReadExtent.OPENED:  # the lists count what can be signed now
                kept.add(RescreeningRequest(board_id=document.board_id, case_id=document.case_id))
    except IntegrityError:
        return  # another window was first
    except OperationalError:
        log.warning("a paper that was opened could not be noted: %s", document.id)
