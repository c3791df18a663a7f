"""Documents of a case: taken in with size, type and digest, and shown again as they came."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from vetting.casework.domain.document_statuses import RECORDED, DocumentStatus
from vetting.casework.domain.records import RecordKind
from vetting.casework.models.documents import Document, DocumentContent, of_case
from vetting.casework.models.facts import FactValue, GivenFacts, said_in_case
from vetting.casework.services.cases import open_case, raise_version
from vetting.casework.services.records import register_record
from vetting.casework.services.screenings import ASSOCIATION_LEVELS, screen_case
from vetting.engine.facts import FactSupplier, FactType
from vetting.formats.document_types import media_type
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.jobs import Job, new_job
from vetting.kernel.text import _
from vetting.rules import catalogue_of_version

if TYPE_CHECKING:
    from datetime import date, datetime

    from vetting.casework.models.cases import Case
    from vetting.engine.facts import FactDefinition
    from vetting.kernel.store.session import WritingSession


LONGEST_TITLE: Final = 200
READ_TEXT: Final = "paper_text"
"""The job that reads what stands in a document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDocument:
    """A file that came in; the media type was told by its content."""

    name: str
    media_type: str
    content: bytes
    state: DocumentStatus = DocumentStatus.ARRIVED
    """Only what has arrived is what the rules ask for."""
    title: str = ""
    party: str = ""
    type: str
    """The fact that says the paper is in, or empty."""
    dated: date | None
    arrived_on: date


def reading_job(document: Document, *, by_user_id: int, at: datetime) -> Job:
    """The job that reads a document."""
    arguments, about = {"document": document.id}, f"document {document.id}"
    return new_job(READ_TEXT, arguments, board_id=document.board_id, by_user_id=by_user_id, at=at, about=about)


def add_document(session: WritingSession, number: str, new: NewDocument) -> Document:
    """Keeps a document; a paper that the rules ask for is then in.

    Raises:
        Refused: the day lies ahead, or the very same file is in the case already.
    """
    case = open_case(session, number, action=Action.ADD_DOCUMENT)
    document = keep_document(session, case, new)
    raise_version(case)
    screen_case(session, case)
    return document


def keep_document_record(session: WritingSession, case: Case, document: Document) -> None:
    """A document that is a record stands among the case's records as what it is now; working material does not."""
    if document.state not in RECORDED:
        return
    came = document.state is DocumentStatus.ARRIVED
    on = document.arrived_on if came else document.status_on or document.arrived_on
    party = document.party or (case.name if came else "")
    register_record(
        session, case, RecordKind.DOCUMENT, document.id, document.state, on=on, party=party, way=document.way
    )


def keep_document(session: WritingSession, case: Case, new: NewDocument) -> Document:
    """The document and what it says is in, with its entry; the case is screened by whoever asks.

    Raises:
        Refused: the day lies ahead, or the very same file is in the case already.
    """
    digest = hashlib.sha256(new.content).hexdigest()
    if new.arrived_on > session.today:
        raise Refused(Obstacle.INVALID, Problem("arrived_on", _("Datumet ligger i framtiden."), _("Rätta datumet.")))
    if any(known.sha256 == digest and known.type == new.type for known in of_case(session, case.id)):
        raise Refused(
            Obstacle.INVALID,
            Problem(
                new.name, _("Filen finns redan i ärendet."), _("Välj en annan fil, eller en annan typ av handling.")
            ),
        )
    document = Document(
        board_id=case.board_id,
        case_id=case.id,
        association_id=case.association_id,
        type=new.type,
        name=new.name,
        media_type=new.media_type,
        size=len(new.content),
        sha256=digest,
        dated=new.dated,
        arrived_on=new.arrived_on,
        state=new.state,
        title=new.title.strip()[:LONGEST_TITLE],
        party=new.party.strip()[:LONGEST_TITLE],
        status_on=new.arrived_on if new.state in {DocumentStatus.DRAWN_UP, DocumentStatus.SENT} else None,
        at=session.now,
        by_user_id=session.person.id,
    )
    session.add(document)
    session.flush()
    session.add(DocumentContent(id=document.id, content=new.content))
    keep_document_record(session, case, document)
    definition = catalogue_of_version(session, case.rule_version_id).get(new.type)
    if definition is not None and definition.type is FactType.DOCUMENT and new.state is DocumentStatus.ARRIVED:
        note_document_in(session, case, document, definition)
    if session.person.id:
        session.add(reading_job(document, by_user_id=session.person.id, at=session.now))
    session.note("document_added", document, case_id=case.id, detail={"type": new.type})
    return document


def note_document_in(session: WritingSession, case: Case, document: Document, definition: FactDefinition) -> None:
    """The paper that the rules ask for has come."""
    of_association = definition.level in ASSOCIATION_LEVELS and case.association_id is not None
    session.add(
        GivenFacts(
            **said_in_case(case, [FactValue(definition.id, value=True, of_association=of_association)]),
            supplied_by=FactSupplier.APPLICANT,
            document_id=document.id,
            as_of=document.arrived_on,
            entered_at=session.now,
            by_user_id=session.person.id,
        )
    )


class Upload(Protocol):
    """A file as a form has read it; without a name where none was chosen."""

    @property
    def name_of_file(self) -> str:
        """The name."""

    @property
    def content(self) -> bytes:
        """The bytes."""


def handed_in_document(
    upload: Upload, *, state: DocumentStatus, dated: date | None, arrived_on: date, type_: str = ""
) -> NewDocument | None:
    """What was handed in, as a document; None where nothing was.

    Raises:
        UnreadableError: it is of a kind that is not kept.
    """
    content, name = upload.content, upload.name_of_file
    if not name:
        return None
    return NewDocument(
        name=name,
        media_type=media_type(content, name),
        content=content,
        type=type_,
        dated=dated,
        arrived_on=arrived_on,
        state=state,
    )
