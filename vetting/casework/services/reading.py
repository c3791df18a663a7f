"""Papers: what stands in them read once, searched, shown page by page, and said to be of a type."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.associations.models.associations import Association, records_of
from vetting.casework.domain.document_statuses import DocumentStatus
from vetting.casework.domain.incoming import is_paper, paper_type
from vetting.casework.domain.validity import good_until
from vetting.casework.models import documents as store
from vetting.casework.models import rescreening
from vetting.casework.models.cases import Case, seen_by
from vetting.casework.models.documents import READ, SCAN, Document, DocumentContent, DocumentText
from vetting.casework.services import identities
from vetting.casework.services.cases import open_case, raise_version
from vetting.casework.services.documents import READ_TEXT, note_document_in, reading_job
from vetting.casework.services.readable_cases import may_open_case, open_case_to_read
from vetting.casework.services.screenings import rescreen_where_changed, screen_case
from vetting.formats import documents as files
from vetting.formats.refusals import FILE_PROBLEMS
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused, UnreadableError
from vetting.kernel.roles import Action
from vetting.kernel.store.acting import Acting, Purpose
from vetting.kernel.store.jobs import ENDED_STATES, Job
from vetting.kernel.store.session import open_reading, open_technical, run_in_transaction
from vetting.kernel.text import _
from vetting.people import require_permission
from vetting.rules import catalogue_of_version, read_version

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from vetting.engine.facts import Catalogue
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import Session, WritingSession

MOST_FOUND: Final = 50
MOST_WORDS: Final = 6
MOST_ASKED: Final = 500
AROUND: Final = 70
"""Letters on each side of a hit."""
LINES_TOLD: Final = 6
"""Lines of the first page that may say what a paper is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentHit:
    """A paper where all words stand, and where the first of them does."""

    document: Document
    case: Case
    page: int
    """0 where only its name holds the words."""
    before: str
    hit: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFile:
    """One paper with what belongs to it."""

    document: Document
    case: Case
    text: DocumentText | None
    why_unread: Problem | None
    drawn: bool
    """Whether its pages can be shown as pictures."""
    proposed: str
    """The type that its name or first lines say, where it has none; empty where they do not."""
    good_until: date | None
    """The last day that it is young enough by the rules of its case, where they say so."""
    catalogue: Catalogue
    versions: Sequence[Document]
    """Papers of the same type of the same association, newest first, this one among them."""
    twins: Sequence[tuple[Document, Case]]
    """The very same file elsewhere in the board."""

    @property
    def pages(self) -> int:
        """How many pages there are; one as long as nobody has counted."""
        return self.text.pages if self.text and self.text.pages else 1


def read_text(database: Database, key: int, *, at: datetime) -> str:
    """Reads a document and keeps what stands in it; doing it again does no harm. Returns what came of it.

    The case is judged anew: its rules may look for words in papers, or compare them with last year's.
    """
    with open_reading(database, Acting(Purpose.JOBS, at)) as session:
        document = session.get(Document, key)
        content = session.get(DocumentContent, key)
        if document is None or content is None:
            return ""
        board_id, case_id = document.board_id, document.case_id
        media, name, data = document.media_type, document.name, content.content
    pages = 0
    texts: tuple[str, ...] = ()
    try:
        found = files.document_pages(data, name, media)
        state = SCAN if found.is_scan else READ
        pages, texts = found.pages, tuple(mask_personal_numbers(text.replace("\x00", "")) for text in found.texts)
    except UnreadableError as error:
        state = next((code for code, told in FILE_PROBLEMS.items() if told[0] == error.problem.what), "broken")
    with open_technical(database, Acting(Purpose.JOBS, at)) as kept:
        row = kept.get(DocumentText, key) or DocumentText(id=key, board_id=board_id)
        row.state, row.pages, row.texts, row.at = state, pages, list(texts), at
        row.folded = _fold_text(" ".join([name, *texts]))
        kept.add(row)
        rescreening.ask_for(kept, kept.get_one(Case, case_id))
    run_in_transaction(
        database,
        lambda session: rescreen_where_changed(session, session.get_one(Case, case_id)),
        Acting(Purpose.JOBS, at),
        boards=[board_id],
    )
    return state


def _fold_text(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


@dataclass(frozen=True, slots=True)
class DocumentSearchScope:
    """Where words are looked for: in the papers of one case or of one association, never of a whole board."""

    case: Case | None
    association: Association | None


def document_search_scope(
    session: Session, *, number: str = "", association: int | None = None
) -> DocumentSearchScope | None:
    """The case or the association that somebody names; None where neither is named.

    Raises:
        Refused: there is none for them, or the answer on conflict of interest comes first.
    """
    if number:
        return DocumentSearchScope(open_case_to_read(session, number)[0], None)
    if association is None:
        return None
    require_permission(session.person, Action.READ_ASSOCIATIONS)
    found = identities.find_association(session, association)
    identities.conflict_free(session, found.id)
    return DocumentSearchScope(None, found)


def search_documents(session: Session, wanted: str, place: DocumentSearchScope) -> list[DocumentHit]:
    """Papers of a case or an association, in cases that this person may see, whose text or name holds every word."""
    require_permission(session.person, Action.READ_CASES)
    words = _fold_text(mask_personal_numbers(wanted)).split()[:MOST_WORDS]
    if not words:
        return []
    found = select(Document, Case, DocumentText).join(Case, Case.id == Document.case_id)
    of_one = (
        Case.id == place.case.id
        if place.case is not None
        else Case.association_id.in_(records_of(place.association.id if place.association else 0))
    )
    found = found.outerjoin(DocumentText, DocumentText.id == Document.id).where(of_one, seen_by(session.person))
    for word in words:
        found = found.where(
            DocumentText.folded.contains(word, autoescape=True) | Document.name.icontains(word, autoescape=True)
        )
    rows = session.execute(found.order_by(Document.id.desc()).limit(MOST_FOUND))
    return [_hit(document, case, text, words) for document, case, text in rows if may_open_case(session, case)]


def _hit(document: Document, case: Case, text: DocumentText | None, words: Sequence[str]) -> DocumentHit:
    for number, page in enumerate(text.texts if text else (), 1):
        line = " ".join(page.split())
        for word in words:
            match = re.search(re.escape(word), line, re.IGNORECASE)
            if match:
                before, after = line[: match.start()], line[match.end() :]
                return DocumentHit(
                    document=document,
                    case=case,
                    page=number,
                    hit=match[0],
                    before=before[-AROUND:],
                    after=after[:AROUND],
                )
    return DocumentHit(document=document, case=case, page=0, before="", hit="", after="")


def document_file(session: Session, key: int) -> DocumentFile:
    """A paper, if this person may see its case.

    Raises:
        Refused: there is none.
    """
    document = document_to_read(session, key)
    case = session.get_one(Case, document.case_id)
    catalogue = catalogue_of_version(session, case.rule_version_id)
    text = store.text_of(session, document.id)
    twins = session.execute(
        select(Document, Case)
        .join(Case, Case.id == Document.case_id)
        .where(Document.sha256 == document.sha256, Document.id != document.id, seen_by(session.person))
        .order_by(Document.id)
        .limit(MOST_FOUND)
    )
    versions: Sequence[Document] = ()
    if document.type and case.association_id is not None:
        versions = store.of_association(session, case.association_id, document.type)
    return DocumentFile(
        document=document,
        case=case,
        text=text,
        why_unread=_why_unread(document, text),
        proposed="" if document.type else _propose_type(document, text, catalogue),
        drawn=document.media_type in files.DRAWABLE_TYPES,
        good_until=good_until(read_version(session, case.rule_version_id), document.type, document.dated),
        catalogue=catalogue,
        versions=versions,
        twins=[(other, its) for other, its in twins],
    )


def document_to_read(session: Session, key: int) -> Document:
    """A paper, if this person may open its case.

    Raises:
        Refused: there is none for them, or the answer on conflict of interest comes first.
    """
    require_permission(session.person, Action.READ_CASES)
    document = store.find_document(session, key)
    if document is None:
        raise Refused(Obstacle.MISSING)
    open_case_to_read(session, session.get_one(Case, document.case_id).number)
    return document


def _why_unread(document: Document, text: DocumentText | None) -> Problem | None:
    if text is None or text.state in {READ, SCAN}:
        return None
    return Problem(document.name, *FILE_PROBLEMS.get(text.state, FILE_PROBLEMS["paper_broken"]))


def _propose_type(document: Document, text: DocumentText | None, catalogue: Catalogue) -> str:
    """By its name, else by the first lines of its text."""
    known = [fact for fact in catalogue.values() if is_paper(fact)]
    found = paper_type(document.name, known)
    if found or text is None or not text.texts:
        return found
    lines = [line for line in text.texts[0].splitlines() if line.strip()][:LINES_TOLD]
    return next(filter(None, (paper_type(line[:200] + ".", known) for line in lines)), "")


def to_draw(session: Session, key: int) -> tuple[bytes, str, str]:
    """Content, name and type of a paper whose pages can be drawn.

    Raises:
        Refused: there is no such paper for this person.
    """
    document = document_to_read(session, key)
    if document.media_type not in files.DRAWABLE_TYPES:
        raise Refused(Obstacle.MISSING)
    return session.get_one(DocumentContent, key).content, document.name, document.media_type


def draw_page(paper: tuple[bytes, str, str], page: int) -> bytes:
    """A page as PNG; takes a while, so no session waits for it.

    Raises:
        UnreadableError: the page cannot be drawn.
    """
    content, name, media = paper
    return files.page_picture(content, name, media, page)


def ask_for_unread(database: Database, *, at: datetime) -> int:
    """Papers that nobody has read, and nobody is to, are read: those that came before there was reading. How many."""
    with open_technical(database) as session:
        asked = select(Job.about).where(Job.kind == READ_TEXT, Job.state.not_in(sorted(ENDED_STATES)))
        read = select(DocumentText.id)
        found = session.scalars(
            select(Document).where(Document.id.not_in(read)).order_by(Document.id.desc()).limit(MOST_ASKED)
        ).all()
        waiting = set(session.scalars(asked))
        wanted = [document for document in found if f"document {document.id}" not in waiting]
        session.add_all(reading_job(document, by_user_id=document.by_user_id, at=at) for document in wanted)
    return len(wanted)


def set_type(session: WritingSession, key: int, kind: str) -> Document:
    """Says what a paper is that had no type: what the rules ask for is then in.

    Raises:
        Refused: there is no such paper or type, it has one already, or its case is not this person's to work on.
    """
    document = document_to_read(session, key)
    number = session.get_one(Case, document.case_id).number
    case = open_case(session, number, action=Action.ADD_DOCUMENT)
    definition = catalogue_of_version(session, case.rule_version_id).get(kind)
    if definition is None or not is_paper(definition):
        raise Refused(Obstacle.MISSING)
    if document.type:
        raise Refused(
            Obstacle.STALE, Problem("type", _("Någon har redan angett vad handlingen är."), _("Ladda om sidan."))
        )
    document.type = kind
    if document.state is DocumentStatus.ARRIVED:
        note_document_in(session, case, document, definition)
    raise_version(case)
    screen_case(session, case)
    session.note("document_typed", document, case_id=case.id, detail={"type": kind})
    return document
