"""What a document is in the file, said by a person: recorded, dispatched, or cleared when its case has ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import or_, select

from vetting.casework.domain.cases import CaseState
from vetting.casework.domain.document_statuses import NEXT_STATUS, SENDING_WORDS, STATUS_WORDS, DocumentStatus
from vetting.casework.domain.incoming import is_paper
from vetting.casework.models.cases import OVER, Case, Occurrence, in_states, seen_by
from vetting.casework.models.documents import Document, DocumentContent, DocumentText
from vetting.casework.services.cases import open_case, raise_version
from vetting.casework.services.documents import LONGEST_TITLE, keep_document_record, note_document_in
from vetting.casework.services.reading import document_to_read
from vetting.casework.services.screenings import screen_case
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import _
from vetting.rules import catalogue_of_version

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from vetting.kernel.store.session import Session, WritingSession

MOST: Final = 200
"""Documents on the page of what is to be cleared, and so many at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDocumentStatus:
    """What a document is from now on. party: who it came from or went to; way: how it was dispatched; on: when."""

    status: DocumentStatus
    title: str = ""
    party: str = ""
    way: str = ""
    on: date | None = None


def set_status(session: WritingSession, key: int, new: NewDocumentStatus) -> Document:
    """Says what a document is in the file, what it is called, and who it came from or went to.

    Raises:
        Refused: there is no such document for this person, it cannot become that, a day ahead, or sent to nobody.
    """
    document = document_to_read(session, key)
    case = open_case(session, session.get_one(Case, document.case_id).number, action=Action.REGISTER_CASE)
    problems = _wrong(document, new, session.now)
    if problems:
        stale = any(problem.where == "state" for problem in problems)
        raise Refused(Obstacle.STALE if stale else Obstacle.INVALID, *problems)
    comes_in = new.status is DocumentStatus.ARRIVED is not document.state
    if new.status in {DocumentStatus.DRAWN_UP, DocumentStatus.SENT}:
        document.status_on = new.on or document.status_on or session.today
    document.state = new.status
    document.title, document.party = new.title.strip()[:LONGEST_TITLE], new.party.strip()[:LONGEST_TITLE]
    document.way = new.way if new.status is DocumentStatus.SENT else ""
    keep_document_record(session, case, document)
    raise_version(case)
    if comes_in:
        definition = catalogue_of_version(session, case.rule_version_id).get(document.type)
        if definition is not None and is_paper(definition):
            note_document_in(session, case, document, definition)
        screen_case(session, case)
    session.note("document_status_set", document, case_id=case.id, detail={"status": new.status.value})
    return document


def _wrong(document: Document, new: NewDocumentStatus, at: datetime) -> list[Problem]:
    found = []
    if new.status is not document.state and new.status not in NEXT_STATUS[document.state]:
        found.append(
            Problem(
                "state",
                _("Handlingen är redan ”{status}”.", status=STATUS_WORDS[document.state]),
                _("En allmän handling kan inte bli arbetsmaterial igen. Ladda om sidan."),
            )
        )
    if new.on is not None and new.on > at.date():
        found.append(Problem("on", _("Datumet ligger i framtiden."), _("Rätta datumet.")))
    if new.status is DocumentStatus.SENT and not new.party.strip():
        found.append(Problem("party", _("Det står inte vem den skickades till."), _("Skriv mottagaren.")))
    if new.status is DocumentStatus.SENT and new.way not in SENDING_WORDS:
        found.append(Problem("way", _("Det står inte hur den skickades."), _("Välj ett sätt.")))
    return found


ENDED: Final = frozenset({CaseState.CLOSED, CaseState.DISCONTINUED}) | OVER
"""Nothing more is done in the case. A confirmed booking has ended when its last time is over."""


def working_material(
    session: Session, keys: Collection[int] | None = None, *, as_of: datetime
) -> list[tuple[Document, Case]]:
    """Working material of cases that have ended, by case: to be cleared, or kept as records."""
    ahead = select(Occurrence.id).where(Occurrence.case_id == Case.id, Occurrence.ends_at >= as_of)
    wanted = (
        select(Document, Case)
        .join(Case, Case.id == Document.case_id)
        .where(
            Document.board_id == session.person.board_id,
            Document.state == DocumentStatus.WORKING,
            or_(in_states(ENDED), in_states([CaseState.CONFIRMED]) & ~ahead.exists()),
            seen_by(session.person, Action.REGISTER_CASE),
        )
    )
    if keys is not None:
        wanted = wanted.where(Document.id.in_(keys))
    rows = session.execute(wanted.order_by(Case.id, Document.id).limit(MOST))
    return [(document, case) for document, case in rows]


def count_working_material(session: Session, *, as_of: datetime) -> int:
    """How many there are to look at, at most as many as the page has."""
    return len(working_material(session, as_of=as_of))


def clear_working_material(session: WritingSession, keys: Collection[int]) -> int:
    """Clears what somebody has seen and chosen; the content is gone, that it was there is not. How many.

    Raises:
        Refused: none of them is working material of a case that has ended.
    """
    found = working_material(session, keys, as_of=session.now)
    if not found:
        raise Refused(
            Obstacle.STALE,
            Problem("document", _("Inget av det valda är kvar att rensa."), _("Ladda om listan.")),
        )
    for document, case in found:
        document.state = DocumentStatus.CLEARED
        session.flush()  # the database lets go of the content of what is cleared, and of nothing else
        for row in (session.get(DocumentText, document.id), session.get(DocumentContent, document.id)):
            if row is not None:
                session.delete(row)
        session.note("working_material_cleared", document, case_id=case.id)
    return len(found)


def keep_as_record(session: WritingSession, keys: Collection[int]) -> int:
    """Keeps what was working material as drawn up here. How many.

    Raises:
        Refused: none of them is working material of a case that has ended.
    """
    found = working_material(session, keys, as_of=session.now)
    if not found:
        raise Refused(
            Obstacle.STALE,
            Problem("document", _("Inget av det valda är kvar att rensa."), _("Ladda om listan.")),
        )
    for document, _case in found:
        new = NewDocumentStatus(status=DocumentStatus.DRAWN_UP, title=document.title, party=document.party)
        set_status(session, document.id, new)
    return len(found)
