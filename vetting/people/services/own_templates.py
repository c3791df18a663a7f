"""A board's own Word templates: put in use after a look and a trial, ended, and its papers written by them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from vetting.formats.letters import letter_docx
from vetting.formats.own_templates import wrong_with_template
from vetting.formats.written_documents import document_docx
from vetting.kernel.own_templates import TemplateKind
from vetting.kernel.problem import Obstacle, Refused, UnreadableError
from vetting.kernel.roles import Action
from vetting.kernel.text import same_in_both
from vetting.kernel.written_documents import DocumentSection, DocumentTable, WrittenDocument
from vetting.people.models.own_templates import OwnTemplate, own_template
from vetting.people.services.sign_in import require_permission

if TYPE_CHECKING:
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.kernel.text import Language

EXAMPLE_LETTER: Final[dict[str, Any]] = {
    "board": "Nämnden",
    "letterhead": ["Nämnden", "Gatan 1"],
    "to": ["Föreningen", "Vägen 2"],
    "date": "2026-01-15",
    "subject": "Beslut",
    "lines": ["Första raden.", "", "- ett", "- två"],
    "number": "BID-2026-0001",
    "dnr": "EX 1",
    "name": "Föreningen",
}
_ONE: Final = same_in_both("Nämnden")
EXAMPLE_PAPER: Final = WrittenDocument(
    _ONE, [_ONE], [DocumentSection(_ONE, [_ONE], numbered=True, table=DocumentTable([_ONE], [["1"]]))], [_ONE]
)


def take_template(session: WritingSession, kind: TemplateKind, data: bytes, name: str) -> OwnTemplate:
    """Puts a board's own template in use, after it has been checked in a child process.

    Raises:
        Refused: everything that is wrong with it.
    """
    require_permission(session.person, Action.MANAGE_BOARD)
    problems = wrong_with_template(data, kind, name or "?")
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    try:  # a template is tried before anybody needs it
        if kind is TemplateKind.LETTER:
            letter_docx(EXAMPLE_LETTER, data, "sv")
        else:
            document_docx(EXAMPLE_PAPER, "sv", data)
    except UnreadableError as error:
        raise Refused(Obstacle.INVALID, error.problem) from None
    older = select(func.max(OwnTemplate.version)).where(OwnTemplate.board_id == session.person.board_id)
    row = OwnTemplate(
        board_id=session.person.board_id,
        kind=kind,
        version=int(session.scalar(older) or 0) + 1,
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        content=data,
        at=session.now,
        by_user_id=session.user_id,
    )
    session.add(row)
    session.flush()
    session.note("template_taken", row, board_id=session.person.board_id, detail={"kind": kind})
    return row


def end_template(session: WritingSession, kind: TemplateKind) -> None:
    """Back to the plain one.

    Raises:
        Refused: there is no template.
    """
    require_permission(session.person, Action.MANAGE_BOARD)
    row = own_template(session, session.person.board_id, kind)
    if row is None:
        raise Refused(Obstacle.MISSING)
    in_use = select(OwnTemplate).where(
        OwnTemplate.board_id == session.person.board_id, OwnTemplate.kind == kind, OwnTemplate.ended_at.is_(None)
    )
    for older in session.scalars(in_use):
        older.ended_at = session.now
    session.note("template_ended", row, board_id=session.person.board_id, detail={"kind": kind})


def paper_docx(session: Session, board_id: int, written: WrittenDocument, language: Language) -> bytes:
    """A paper of a board as .docx, in the board's own template where it has one.

    Raises:
        UnreadableError: the template cannot be used any more.
    """
    own = own_template(session, board_id, TemplateKind.PAPER)
    return document_docx(written, language, own.content if own is not None else None)
