"""The list of a case's documents: what each is called, its status, who it came from or went to, and its file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from vetting import casework
from vetting.associations.models.associations import records_of
from vetting.casework import corrected_in_words, decision_sentence, may_open_case, open_case, outcome_in_words
from vetting.casework.domain.advice import ADVICE_WORDS, Advice
from vetting.casework.domain.cases import OPEN
from vetting.casework.domain.document_statuses import SENDING_WORDS, DocumentStatus
from vetting.casework.domain.legal_force import DECISION_EVENT_WORDS
from vetting.casework.domain.records import (
    ASKED,
    PARTIES,
    RECORD_KIND_WORDS,
    REPLIED,
    TOLD,
    CaseRecord,
    RecordClass,
    RecordKind,
)
from vetting.casework.models.cases import Case, Communication, Note, is_struck, visible_cases
from vetting.casework.models.completions import Completion, CompletionBatch
from vetting.casework.models.corrections import corrections_of_decision
from vetting.casework.models.decisions import Decision, DecisionEvent
from vetting.casework.models.documents import READ, Document, DocumentContent, DocumentText
from vetting.casework.models.facts import GivenFacts
from vetting.casework.models.frozen_bases import Basis
from vetting.casework.models.grant_changes import GrantChange
from vetting.casework.models.letters import Letter, letter_in_request
from vetting.casework.models.meetings import Review
from vetting.casework.models.records import Record, record_of
from vetting.engine.stored_values import from_plain
from vetting.formats.written_documents import document_pdf
from vetting.grants.models.board_items import ItemAppeal, ItemDecision, SentItem
from vetting.grants.models.rounds import Round
from vetting.kernel.organisation_numbers import MASK, mask_personal_numbers
from vetting.kernel.privacy import Privacy
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import NO_WORDS, OFFICIAL, _, day_in_words, lower_first, same_in_both
from vetting.kernel.written_documents import DocumentSection, WrittenDocument
from vetting.money.models.payment_batches import PaymentBatchRow
from vetting.money.models.reclaims import CollectionNote
from vetting.people import habits_of, require_permission
from vetting.people.domain.ways_of_working import BoardOption
from vetting.people.models.people import Board
from vetting.records.models import registry_lists as store
from vetting.rounds import item_rows
from vetting.rules import catalogue_of_version, rulebook_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vetting.casework.domain.records import RecordPlace
    from vetting.engine.facts import Catalogue
    from vetting.kernel.store.base import Base
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.kernel.text import Words

LONGEST_NUMBER: Final = 60
LONGEST_SECTION: Final = 120
_TABLES: Final[Mapping[RecordKind, type[Base]]] = {
    RecordKind.APPLICATION: Case,
    RecordKind.DOCUMENT: Document,
    RecordKind.LETTER: Letter,
    RecordKind.COMPLETION: Completion,
    RecordKind.NOTE: Note,
    RecordKind.DECISION: Decision,
    RecordKind.REPORT: Basis,
    RecordKind.REPLY: Communication,
    RecordKind.COURT: DecisionEvent,
    RecordKind.PAYMENT: PaymentBatchRow,
    RecordKind.GROUP: Review,
    RecordKind.ITEM: SentItem,
    RecordKind.EXTRACT: ItemDecision,
    RecordKind.INVOICE: CollectionNote,
    RecordKind.CHANGE: GrantChange,
    RecordKind.STATEMENT: ItemAppeal,
}
"""The row that holds a record's text; of the other kinds the record has it itself."""
SECRET_WORDS: Final = re.compile(
    r"skyddad(?:e)? (?:identitet|uppgift|personuppgift|folkbokföring)|sekretess", re.IGNORECASE
)


def records_of_case(session: Session, case: Case) -> list[CaseRecord]:
    """The list of a case that a person has open, in its order."""
    return list_records(session, store.records_of_cases(session, [case.id]))


def list_records(session: Session, placed: Sequence[tuple[RecordPlace, Record]]) -> list[CaseRecord]:
    """Records as they are listed, of the cases that a person may see and has no answer on conflict left in."""
    wanted = visible_cases(session.person).where(Case.id.in_({place.case_id for place, _record in placed}))
    cases = {case.id: case for case in session.scalars(wanted) if may_open_case(session, case)}
    rounds = {
        row.id: row.dnr
        for row in session.scalars(select(Round).where(Round.id.in_({case.round_id for case in cases.values()})))
    }
    placed = [one for one in placed if one[0].case_id in cases]
    places = [place for place, _record in placed]
    rows = _rows(session, places)
    doubts = _doubts(session, places, rows)
    catalogue = rulebook_of(session).folder.book.catalogue
    found = []
    for place, record in placed:
        case, row = cases[place.case_id], rows.get((place.kind, place.key))
        working = place.kind is RecordKind.NOTE and case.state in OPEN
        found.append(
            CaseRecord(
                place=place,
                case_number=case.number,
                case_name=case.name,
                dnr=case.dnr or rounds.get(case.round_id or 0, ""),
                status=DocumentStatus.WORKING if working else record.status,
                title=_title(place.kind, case, row, catalogue),
                party=_party(place.kind, record.party, row),
                on=record.on,
                way=SENDING_WORDS.get(record.way, NO_WORDS),
                file_name=row.name if isinstance(row, Document) else "",
                secrecy=record.secrecy,
                registry_number=record.registry_number,
                version=record.version,
                doubts=doubts.get((place.kind, place.key), ()),
            )
        )
    return found


def _rows(session: Session, places: Sequence[RecordPlace]) -> dict[tuple[RecordKind, int], Any]:
    found: dict[tuple[RecordKind, int], Any] = {}
    for kind, table in _TABLES.items():
        keys = {place.key for place in places if place.kind is kind}
        if keys:
            found |= {(kind, row.id): row for row in session.scalars(select(table).where(table.id.in_(keys)))}  # type: ignore[attr-defined]
    return found


def _title(kind: RecordKind, case: Case, row: Any, catalogue: Catalogue) -> Words:  # noqa: ANN401, PLR0911 - a row of any of the tables, one return a kind
    called = RECORD_KIND_WORDS[kind]
    match kind:
        case RecordKind.APPLICATION:
            return called + same_in_both(f": {mask_personal_numbers(case.purpose)}") if case.purpose else called
        case RecordKind.DOCUMENT:
            known = catalogue[row.type].label if row.type in catalogue else same_in_both(row.name)
            return same_in_both(row.title) if row.title else known
        case RecordKind.LETTER:
            return same_in_both(row.subject)
        case RecordKind.COMPLETION:
            return _("Påminnelse om komplettering") if row.reminder else called
        case RecordKind.DECISION:
            return _("Beslut: ") + lower_first(outcome_in_words(row.kind, row.outcome, by_exception=row.set_aside))
        case RecordKind.COURT:
            return DECISION_EVENT_WORDS[row.what] + same_in_both(f" {row.number}".rstrip())
        case RecordKind.EXTRACT:
            return called + same_in_both(f" {row.paragraph}".rstrip())
        case RecordKind.INVOICE | RecordKind.STATEMENT:
            return called + same_in_both(f" {row.number}".rstrip())
        case RecordKind.PAYMENT:
            taken_out = _(" (uttagen ur underlaget)") if row.out_at is not None else NO_WORDS
            return called + same_in_both(f" {row.reference}") + taken_out
        case _:
            return called


def _party(kind: RecordKind, name: str, row: Any) -> Words:  # noqa: ANN401 - a row of any of the tables
    """Who a record came from, went to, or whose function drew it up."""
    if kind is RecordKind.DECISION:
        return row.decider(by_name=False)  # type: ignore[no-any-return]
    return PARTIES.get(kind) or same_in_both(mask_personal_numbers(name))


def _doubts(
    session: Session, places: Sequence[RecordPlace], rows: Mapping[tuple[RecordKind, int], Any]
) -> dict[tuple[RecordKind, int], tuple[Words, ...]]:
    """Why somebody should look at a record before it is handed out; said of what is known, of nothing else."""
    keys = [place.key for place in places if place.kind is RecordKind.DOCUMENT]
    texts = {row.id: row for row in session.scalars(select(DocumentText).where(DocumentText.id.in_(keys)))}
    found = {}
    for place in places:
        row: Any = rows.get((place.kind, place.key))
        if place.kind is RecordKind.DOCUMENT:
            read = texts.get(place.key)
            doubts = _in_text(" ".join(read.texts)) if read is not None and read.state == READ else (UNREAD,)
        elif place.kind is RecordKind.NOTE:
            doubts = _in_text(row.text)
        elif place.kind is RecordKind.LETTER:
            doubts = _in_text("\n".join(row.lines))
        else:
            doubts = ()
        if doubts:
            found[place.kind, place.key] = doubts
    return found


UNREAD: Final = _("texten är inte läst av systemet")
_PERSONAL_NUMBER: Final = _("något som liknar ett personnummer")
_SECRET: Final = _("skyddade uppgifter eller sekretess nämns")


def _in_text(text: str) -> tuple[Words, ...]:
    masked = MASK in text or mask_personal_numbers(text) != text  # most texts are masked when they are kept
    found = [_PERSONAL_NUMBER] if masked else []
    return (*found, *([_SECRET] if SECRET_WORDS.search(text) else []))


def records_of_association(session: Session, key: int) -> list[CaseRecord]:
    """Everything on one association in the cases of the own board that a person may see, case by case.

    Raises:
        Refused: there is no such association, or they have left it on account of a conflict.
    """
    require_permission(session.person, Action.READ_ASSOCIATIONS)
    found = casework.find_association(session, key)
    casework.conflict_free(session, found.id)
    own = visible_cases(session.person).where(Case.association_id.in_(records_of(found.id)))
    cases = session.scalars(own.with_only_columns(Case.id)).all()
    return list_records(session, store.records_of_cases(session, cases))


def find_record(session: Session, case: Case, kind: RecordKind, key: int) -> Record:
    """One record of a case.

    Raises:
        Refused: there is none.
    """
    found = record_of(session, case.id, kind, key)
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found


def mark_record(
    session: WritingSession,
    number: str,
    kind: RecordKind,
    key: int,
    *,
    registry_number: str | None = None,
    secrecy: str | None = None,
    version: int | None = None,
) -> Record:
    """Notes a record's number in the registry, or the section that it may be secret by; None leaves what stands.

    Raises:
        Refused: no such record for this person, or somebody noted something of it meanwhile.
    """
    case = open_case(session, number, action=Action.REGISTER_CASE)
    row = find_record(session, case, kind, key)
    if version is not None and version != row.version:
        raise Refused(
            Obstacle.STALE,
            Problem(number, _("Någon har ändrat raden medan du läste."), _("Ladda om sidan och gör ändringen igen.")),
        )
    return keep_mark(session, row, registry_number=registry_number, secrecy=secrecy)


def keep_mark(
    session: WritingSession, row: Record, *, registry_number: str | None = None, secrecy: str | None = None
) -> Record:
    """The same of a record in a case that is open for it."""
    if registry_number is not None:
        row.registry_number = registry_number.strip()[:LONGEST_NUMBER]
    if secrecy is not None:
        row.secrecy = secrecy.strip()[:LONGEST_SECTION]
        if row.secrecy:  # what may be secret is always in the diary (5 kap. 1 § offentlighets- och sekretesslagen)
            row.record_class = RecordClass.DIARY
    row.marked_at, row.marked_by_id = session.now, session.user_id
    session.flush()
    session.note("record_marked", row, case_id=row.case_id)
    return row


# the files


def files_of_records(session: Session, found: Iterable[CaseRecord]) -> list[tuple[str, str, bytes]]:
    """(name, ending, content) of each record that has a content of its own, in their order."""
    files = []
    for record in found:
        content = _content_of(session, record)
        if content is None:
            continue
        name = f"{record.case_number} {record.place.serial} {record.title.to(OFFICIAL)}"
        files.append((name, *content))
    return files


def _content_of(session: Session, record: CaseRecord) -> tuple[str, bytes] | None:  # noqa: PLR0911 - one return a kind
    key = record.place.key
    match record.place.kind:
        case RecordKind.DOCUMENT:
            file = session.get(DocumentContent, key)
            ending = record.file_name.rpartition(".")[2] if "." in record.file_name else ""
            return (ending, file.content) if file is not None else None
        case RecordKind.LETTER:
            return "pdf", casework.as_pdf(session, session.get_one(Letter, key))
        case RecordKind.COMPLETION:
            return _completion_file(session, session.get_one(Completion, key))
        case RecordKind.NOTE:
            note = session.get_one(Note, key)
            hidden = not session.person.is_registrar and is_struck(session, key)
            return "pdf", document_pdf(_note_document(record, note, hidden=hidden), OFFICIAL)
        case RecordKind.DECISION:
            decision = session.get_one(Decision, key)
            return "pdf", document_pdf(_decision_document(session, record, decision), OFFICIAL)
        case RecordKind.REPORT:
            kept = casework.kept_report(session, session.get_one(Basis, key))
            return "pdf", document_pdf(kept, OFFICIAL)
        case RecordKind.REPLY:
            return "pdf", document_pdf(_reply_document(record, session.get_one(Communication, key)), OFFICIAL)
        case RecordKind.GROUP:
            return "pdf", document_pdf(_group_document(record, session.get_one(Review, key)), OFFICIAL)
        case RecordKind.APPLICATION:
            return "pdf", document_pdf(_application_document(session, record), OFFICIAL)
        case RecordKind.CHANGE:
            asked = session.get_one(GrantChange, key).asked.splitlines()
            return "pdf", document_pdf(_said_document(record, [(ASKED.to(OFFICIAL), asked)]), OFFICIAL)
        case RecordKind.ITEM | RecordKind.EXTRACT:
            return _of_meeting(session, record.place.kind, key)
        case _:
            said = session.get_one(Record, record.place.id).said
            return ("pdf", document_pdf(_said_document(record, said), OFFICIAL)) if said else None


def _said_document(record: CaseRecord, said: Sequence[tuple[str, Sequence[str]]]) -> WrittenDocument:
    sections = [DocumentSection(same_in_both(heading), [*map(same_in_both, lines)]) for heading, lines in said]
    return WrittenDocument(record.title, _top(record), sections, [])


def _of_meeting(session: Session, kind: RecordKind, key: int) -> tuple[str, bytes] | None:
    """The extract of a meeting's minutes, or the item that went to it, unless it has rows hidden from this person."""
    if kind is RecordKind.EXTRACT:
        met = session.get_one(ItemDecision, key)
        return ("pdf", met.extract) if met.extract is not None else None
    sent = session.get_one(SentItem, key)
    if item_rows(session, session.get_one(Round, sent.round_id)).hidden:
        return None
    return "docx", sent.content


def _completion_file(session: Session, row: Completion) -> tuple[str, bytes] | None:
    if not row.letter or row.batch_id is None:
        return None
    return "pdf", casework.as_pdf(session, letter_in_request(row, session.get_one(CompletionBatch, row.batch_id)))


def _top(record: CaseRecord) -> list[Words]:
    dnr = f", {record.dnr}" if record.dnr else ""
    return [same_in_both(f"{record.case_number}{dnr}, {record.case_name}"), day_in_words(record.on)]


def _note_document(record: CaseRecord, note: Note, *, hidden: bool) -> WrittenDocument:
    """hidden: its text is struck, and whoever reads is not who reviews that."""
    said = [
        _("Texten är struken och rättad med en ny anteckning. Registratorn läser den och prövar om den kan lämnas ut.")
    ]
    lines = said if hidden else [same_in_both(line) for line in note.text.splitlines()]
    return WrittenDocument(record.title, [*_top(record), *lines], [], [])


def _reply_document(record: CaseRecord, told: Communication) -> WrittenDocument:
    sections = [
        DocumentSection(TOLD, [same_in_both(line) for line in told.what.splitlines()]),
        DocumentSection(REPLIED, [same_in_both(line) for line in told.reply.splitlines()]),
    ]
    return WrittenDocument(record.title, _top(record), sections, [])


def _group_document(record: CaseRecord, review: Review) -> WrittenDocument:
    said = [ADVICE_WORDS[Advice(review.outcome)], *(same_in_both(line) for line in review.opinion.splitlines())]
    sections = [
        DocumentSection(_("Fråga"), [same_in_both(review.question)]),
        DocumentSection(_("Ställningstagande"), said),
        DocumentSection(_("Villkor"), [same_in_both(line) for line in review.conditions], listed=True),
    ]
    return WrittenDocument(record.title, _top(record), [part for part in sections if part.lines], [])


def _decision_document(session: Session, record: CaseRecord, decision: Decision) -> WrittenDocument:
    board = session.get_one(Board, decision.board_id)
    said = decision_sentence(decision, board.name, record.case_name, "")
    sections = [
        DocumentSection(_("Skäl"), [same_in_both(line) for line in decision.reasons.splitlines()]),
        DocumentSection(_("Villkor"), [same_in_both(line) for line in decision.conditions], listed=True),
        DocumentSection(
            _("Rättelser"), [corrected_in_words(row) for row in corrections_of_decision(session, decision.id)]
        ),
    ]
    sections = [part for part in sections if part.lines]
    signed = [decision.decider(by_name=BoardOption.SIGNED_BY_NAME in habits_of(board)), same_in_both(board.name)]
    return WrittenDocument(record.title, [*_top(record), said], sections, signed)


def _application_document(session: Session, record: CaseRecord) -> WrittenDocument:
    """What was handed in when the application came: what comes by list or form has no paper of its own."""
    case = session.get_one(Case, record.place.key)
    catalogue = catalogue_of_version(session, case.rule_version_id)
    handed_in = (GivenFacts.case_id == case.id, GivenFacts.entered_at <= record.place.at)
    said = {
        told.fact: told.value
        for row in session.scalars(select(GivenFacts).where(*handed_in).order_by(GivenFacts.id))
        for part in (True, False)
        for told in row.values(association=part)
        if told.value is not None
    }
    known = [catalogue[name] for name in said if name in catalogue and catalogue[name].privacy is not Privacy.SEALED]
    lines = [fact.label + same_in_both(": ") + fact.in_words(from_plain(fact, said[fact.id])) for fact in known]
    return WrittenDocument(record.title, _top(record), [DocumentSection(_("Uppgifter i ansökan"), lines)], [])
