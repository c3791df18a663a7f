"""The list of a case's documents: what each is called, its status, who it came from or went to, and its file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import select

from vetting.associations.models.associations import records_of
from vetting.associations.services import identities
from vetting.boards.domain.ways_of_working import BoardHabit
from vetting.boards.models.people import Board
from vetting.boards.services.sign_in import require_permission
from vetting.boards.services.ways_of_working import habits_of
from vetting.cases.domain.cases import OPEN
from vetting.cases.domain.document_statuses import SENDING_WORDS, DocumentStatus
from vetting.cases.domain.records import RECORD_KIND_WORDS, CaseRecord, RecordKind
from vetting.cases.models.cases import Case, Communication, Note, is_struck, visible_cases
from vetting.cases.models.completions import Completion, CompletionBatch
from vetting.cases.models.facts import GivenFacts
from vetting.cases.models.frozen_bases import Basis
from vetting.cases.services import frozen_bases
from vetting.cases.services.cases import open_case
from vetting.cases.services.readable_cases import may_open_case
from vetting.decisions.domain.legal_force import DECISION_EVENT_WORDS
from vetting.decisions.models.corrections import corrections_of_decision
from vetting.decisions.models.decisions import Decision, DecisionEvent
from vetting.decisions.models.grant_changes import GrantChange
from vetting.decisions.models.letters import Letter, letter_in_request
from vetting.decisions.services import letters
from vetting.decisions.services.corrections import corrected_in_words
from vetting.decisions.services.decision_sentences import decision_sentence, outcome_in_words
from vetting.documents.models.documents import READ, Document, DocumentContent, DocumentText
from vetting.engine.stored_values import from_plain
from vetting.follow_up.models.reports import GrantReport
from vetting.formats.written_documents import document_pdf
from vetting.grants.models.board_items import ItemDecision, sent_items
from vetting.grants.models.rounds import Round
from vetting.group.domain.advice import ADVICE_WORDS, Advice
from vetting.group.models.meetings import Review
from vetting.kernel.dates import day_here
from vetting.kernel.money import kronor
from vetting.kernel.organisation_numbers import MASK, mask_personal_numbers
from vetting.kernel.privacy import Privacy
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.text import NO_WORDS, OFFICIAL, _, day_in_words, lower_first, same_in_both
from vetting.kernel.written_documents import DocumentSection, WrittenDocument
from vetting.office.models import records as store
from vetting.office.models.records import RecordMark
from vetting.office.models.support_endings import SupportEnding
from vetting.office.services.board_items import item_rows
from vetting.payments.models.payment_bases import BasisRow
from vetting.payments.models.reclaims import CollectionNote, Reclaim
from vetting.rules.services import versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from vetting.cases.domain.records import RecordPlace
    from vetting.engine.facts import Catalogue
    from vetting.kernel.roles import Person
    from vetting.kernel.store.base import Base
    from vetting.kernel.store.session import WritingSession
    from vetting.kernel.text import Words
    from vetting.rules.services.rulebook import Rules

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
    RecordKind.GRANT_REPORT: GrantReport,
    RecordKind.COURT: DecisionEvent,
    RecordKind.PAYMENT: BasisRow,
    RecordKind.GROUP: Review,
    RecordKind.ITEM: Decision,
    RecordKind.EXTRACT: Decision,
    RecordKind.INVOICE: CollectionNote,
    RecordKind.CLAIM_TOLD: Reclaim,
    RecordKind.CLAIM_REPLY: Reclaim,
    RecordKind.ENDING_TOLD: SupportEnding,
    RecordKind.ENDING_REPLY: SupportEnding,
    RecordKind.CHANGE: GrantChange,
}
_TOLD: Final = _("Det som föreningen fick ta del av")
_REPLIED: Final = _("Svar")
_SAID: Final[Mapping[RecordKind, tuple[Words, str, bool]]] = {
    RecordKind.CLAIM_TOLD: (_TOLD, "reasons", True),
    RecordKind.CLAIM_REPLY: (_REPLIED, "reply", False),
    RecordKind.ENDING_TOLD: (_TOLD, "reasons", True),
    RecordKind.ENDING_REPLY: (_REPLIED, "reply", False),
    RecordKind.CHANGE: (_("Det som föreningen begär"), "asked", False),
}
"""What is said in one text: its heading, its column, and whether it was sent; else it came in."""
SECRET_WORDS: Final = re.compile(
    r"skyddad(?:e)? (?:identitet|uppgift|personuppgift|folkbokföring)|sekretess", re.IGNORECASE
)


class _RecordText(NamedTuple):
    """What a row says of itself as a record."""

    status: DocumentStatus
    title: Words
    party: Words
    on: date
    way: Words = NO_WORDS
    file_name: str = ""


def records_of_case(session: Session, case: Case, rules: Rules, by: Person) -> list[CaseRecord]:
    """The list of a case that a person has open, in its order."""
    return list_records(session, store.records_of_cases(session, [case.id]), rules, by=by)


def list_records(session: Session, places: Sequence[RecordPlace], rules: Rules, *, by: Person) -> list[CaseRecord]:
    """Records as they are listed, of the cases that a person may see and has no answer on conflict left in."""
    wanted = visible_cases(by).where(Case.id.in_({place.case_id for place in places}))
    cases = {case.id: case for case in session.scalars(wanted) if may_open_case(session, case, by)}
    rounds = {
        row.id: row.dnr
        for row in session.scalars(select(Round).where(Round.id.in_({case.round_id for case in cases.values()})))
    }
    places = [place for place in places if place.case_id in cases]
    rows = _rows(session, places)
    marks = store.marks_of_records(session, cases)
    doubts = _doubts(session, places, rows)
    catalogue = rules.folder.book.catalogue
    found = []
    for place in places:
        case, row = cases[place.case_id], rows[place.kind, place.key]
        told, mark = _record_text(place, case, row, catalogue), marks.get((place.kind, place.key))
        found.append(
            CaseRecord(
                place=place,
                case_number=case.number,
                case_name=case.name,
                dnr=case.dnr or rounds.get(case.round_id or 0, ""),
                status=told.status,
                title=told.title,
                party=told.party,
                on=told.on,
                way=told.way,
                file_name=told.file_name,
                secrecy=mark.secrecy if mark else "",
                registry_number=mark.registry_number if mark else "",
                version=mark.version if mark else 0,
                doubts=doubts.get((place.kind, place.key), ()),
            )
        )
    return found


def _rows(session: Session, places: Sequence[RecordPlace]) -> dict[tuple[RecordKind, int], Any]:
    found: dict[tuple[RecordKind, int], Any] = {}
    for kind, table in _TABLES.items():
        keys = [place.key for place in places if place.kind is kind]
        if keys:
            found |= {(kind, row.id): row for row in session.scalars(select(table).where(table.id.in_(keys)))}  # type: ignore[attr-defined]
    return found


def _record_text(place: RecordPlace, case: Case, row: Any, catalogue: Catalogue) -> _RecordText:  # noqa: ANN401, PLR0911 - a row of any of the tables, one return a kind
    match place.kind:
        case RecordKind.APPLICATION:
            purpose = same_in_both(f": {mask_personal_numbers(case.purpose)}") if case.purpose else NO_WORDS
            title = RECORD_KIND_WORDS[place.kind] + purpose
            return _RecordText(DocumentStatus.ARRIVED, title, _party_words(case.name), case.received_on)
        case RecordKind.DOCUMENT:
            return _of_document(row, case, catalogue)
        case RecordKind.LETTER:
            on, way = day_here(row.sent_at), SENDING_WORDS.get(row.sent_by, NO_WORDS)
            return _RecordText(DocumentStatus.SENT, same_in_both(row.subject), _party_words(row.name), on, way)
        case RecordKind.COMPLETION:
            title = _("Påminnelse om komplettering") if row.reminder else RECORD_KIND_WORDS[place.kind]
            way, to = SENDING_WORDS.get(row.letter.get("way", ""), NO_WORDS), row.letter.get("to", case.name)
            return _RecordText(DocumentStatus.SENT, title, _party_words(to), row.sent_on, way)
        case RecordKind.NOTE:
            held = DocumentStatus.WORKING if case.state in OPEN else DocumentStatus.DRAWN_UP
            return _RecordText(held, RECORD_KIND_WORDS[place.kind], NO_WORDS, day_here(row.at))
        case RecordKind.DECISION:
            title = _("Beslut: ") + lower_first(outcome_in_words(row.kind, row.outcome, by_exception=row.set_aside))
            return _RecordText(DocumentStatus.DRAWN_UP, title, row.decider(by_name=False), row.decided_on)
        case RecordKind.REPORT:
            return _RecordText(DocumentStatus.DRAWN_UP, RECORD_KIND_WORDS[place.kind], NO_WORDS, day_here(row.at))
        case RecordKind.REPLY | RecordKind.GRANT_REPORT:
            on = row.replied_on if place.kind is RecordKind.REPLY else row.received_on
            return _RecordText(DocumentStatus.ARRIVED, RECORD_KIND_WORDS[place.kind], _party_words(case.name), on)
        case RecordKind.COURT:
            title = DECISION_EVENT_WORDS[row.what] + same_in_both(f" {row.number}".rstrip())
            return _RecordText(DocumentStatus.ARRIVED, title, _party_words(row.court or case.name), row.on)
        case _:
            return _of_others(place, row, case.name)


def _of_others(place: RecordPlace, row: Any, name: str) -> _RecordText:  # noqa: ANN401 - a row of any of their tables
    """What goes to and comes from the group, the board and the finance office, and what is said in one text."""
    title, on = RECORD_KIND_WORDS[place.kind], day_here(place.at)
    match place.kind:
        case RecordKind.GROUP:
            on = day_here(row.treated_at or place.at)
            return _RecordText(DocumentStatus.DRAWN_UP, title, _("referensgruppen"), on)
        case RecordKind.ITEM:
            return _RecordText(DocumentStatus.SENT, title, _("nämnden"), on)
        case RecordKind.EXTRACT:
            title += same_in_both(f" {row.paragraph}".rstrip())
            return _RecordText(DocumentStatus.ARRIVED, title, _("nämndens sekreterare"), on)
        case RecordKind.INVOICE:
            return _RecordText(DocumentStatus.SENT, title + same_in_both(f" {row.number}"), _("ekonomi"), row.on)
        case RecordKind.PAYMENT:
            return _RecordText(DocumentStatus.SENT, title + same_in_both(f" {row.reference}"), _("ekonomi"), on)
        case _:
            sent = _SAID[place.kind][2]
            status = DocumentStatus.SENT if sent else DocumentStatus.ARRIVED
            return _RecordText(status, title, _party_words(name), on)


def _party_words(name: str) -> Words:
    return same_in_both(mask_personal_numbers(name))


def _of_document(row: Document, case: Case, catalogue: Catalogue) -> _RecordText:
    known = catalogue[row.type].label if row.type in catalogue else same_in_both(row.name)
    title = same_in_both(row.title) if row.title else known
    party = row.party or (case.name if row.state is DocumentStatus.ARRIVED else "")
    on = row.arrived_on if row.state is DocumentStatus.ARRIVED else row.status_on or row.arrived_on
    return _RecordText(row.state, title, _party_words(party), on, SENDING_WORDS.get(row.way, NO_WORDS), row.name)


def _doubts(
    session: Session, places: Sequence[RecordPlace], rows: Mapping[tuple[RecordKind, int], Any]
) -> dict[tuple[RecordKind, int], tuple[Words, ...]]:
    """Why somebody should look at a record before it is handed out; said of what is known, of nothing else."""
    keys = [place.key for place in places if place.kind is RecordKind.DOCUMENT]
    texts = {row.id: row for row in session.scalars(select(DocumentText).where(DocumentText.id.in_(keys)))}
    found = {}
    for place in places:
        row = rows[place.kind, place.key]
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


def records_of_association(session: Session, key: int, rules: Rules, by: Person) -> list[CaseRecord]:
    """Everything on one association in the cases of the own board that a person may see, case by case.

    Raises:
        Refused: there is no such association, or they have left it on account of a conflict.
    """
    require_permission(by, Action.READ_ASSOCIATIONS)
    found = identities.find_association(session, key)
    identities.conflict_free(session, by, found.id)
    own = visible_cases(by).where(Case.association_id.in_(records_of(found.id)))
    cases = session.scalars(own.with_only_columns(Case.id)).all()
    return list_records(session, store.records_of_cases(session, cases), rules, by=by)


def find_record(session: Session, case: Case, kind: RecordKind, key: int) -> RecordPlace:
    """One record of a case.

    Raises:
        Refused: there is none.
    """
    for place in store.records_of_cases(session, [case.id]):
        if place.kind is kind and place.key == key:
            return place
    raise Refused(Obstacle.MISSING)


def mark_record(
    session: WritingSession,
    number: str,
    kind: RecordKind,
    key: int,
    *,
    registry_number: str | None = None,
    secrecy: str | None = None,
    version: int | None = None,
    by: Person,
    at: datetime,
) -> RecordMark:
    """Notes a record's number in the registry, or the section that it may be secret by; None leaves what stands.

    Raises:
        Refused: no such record for this person, or somebody noted something of it meanwhile.
    """
    case = open_case(session, number, by=by, action=Action.REGISTER_CASE)
    place = find_record(session, case, kind, key)
    row = store.record_mark(session, kind, key)
    if version is not None and version != (row.version if row else 0):
        raise Refused(
            Obstacle.STALE,
            Problem(number, _("Någon har ändrat raden medan du läste."), _("Läs den på nytt och gör om det.")),
        )
    return keep_mark(session, case, place, row, registry_number=registry_number, secrecy=secrecy, by=by, at=at)


def keep_mark(
    session: WritingSession,
    case: Case,
    place: RecordPlace,
    row: RecordMark | None,
    *,
    registry_number: str | None = None,
    secrecy: str | None = None,
    by: Person,
    at: datetime,
) -> RecordMark:
    """The same of a case that is open for it. row: what is noted of the record so far."""
    if row is None:
        row = RecordMark(
            board_id=case.board_id,
            case_id=case.id,
            kind=place.kind,
            key=place.key,
            registry_number="",
            secrecy="",
            at=at,
        )
        session.add(row)
    if registry_number is not None:
        row.registry_number = registry_number.strip()[:LONGEST_NUMBER]
    if secrecy is not None:
        row.secrecy = secrecy.strip()[:LONGEST_SECTION]
    row.at, row.by_user_id = at, by.id or None
    session.flush()
    session.note(TrailNote(action="record_marked", by=by, at=at, subject=row, case_id=case.id))
    return row


# the files


def files_of_records(
    session: Session, found: Iterable[CaseRecord], rules: Rules, by: Person
) -> list[tuple[str, str, bytes]]:
    """(name, ending, content) of each record that has a content of its own, in their order."""
    files = []
    for record in found:
        is_said = record.place.kind in _SAID
        content = _said_content(session, record) if is_said else _content_of(session, record, rules, by)
        if content is None:
            continue
        name = f"{record.case_number} {record.place.serial} {record.title.to(OFFICIAL)}"
        files.append((name, *content))
    return files


def _content_of(session: Session, record: CaseRecord, rules: Rules, by: Person) -> tuple[str, bytes] | None:  # noqa: PLR0911 - one return a kind
    key = record.place.key
    match record.place.kind:
        case RecordKind.DOCUMENT:
            file = session.get(DocumentContent, key)
            ending = record.file_name.rpartition(".")[2] if "." in record.file_name else ""
            return (ending, file.content) if file is not None else None
        case RecordKind.LETTER:
            return "pdf", letters.as_pdf(session, session.get_one(Letter, key))
        case RecordKind.COMPLETION:
            return _completion_file(session, session.get_one(Completion, key))
        case RecordKind.NOTE:
            note = session.get_one(Note, key)
            hidden = not by.is_registrar and is_struck(session, key)
            return "pdf", document_pdf(_note_document(record, note, hidden=hidden), OFFICIAL)
        case RecordKind.DECISION:
            decision = session.get_one(Decision, key)
            return "pdf", document_pdf(_decision_document(session, record, decision), OFFICIAL)
        case RecordKind.REPORT:
            kept = frozen_bases.kept_report(session, session.get_one(Basis, key), by)
            return "pdf", document_pdf(kept, OFFICIAL)
        case RecordKind.REPLY:
            return "pdf", document_pdf(_reply_document(record, session.get_one(Communication, key)), OFFICIAL)
        case RecordKind.GROUP:
            return "pdf", document_pdf(_group_document(record, session.get_one(Review, key)), OFFICIAL)
        case RecordKind.GRANT_REPORT:
            report = session.get_one(GrantReport, key)
            return "pdf", document_pdf(_use_document(record, report), OFFICIAL)
        case RecordKind.APPLICATION:
            return "pdf", document_pdf(_application_document(session, record, rules), OFFICIAL)
        case RecordKind.ITEM | RecordKind.EXTRACT:
            return _of_meeting(session, record.place.kind, key, by)
        case _:
            return None


def _said_content(session: Session, record: CaseRecord) -> tuple[str, bytes]:
    heading, column, _sent = _SAID[record.place.kind]
    text = getattr(session.get_one(_TABLES[record.place.kind], record.place.key), column)
    section = DocumentSection(heading, [same_in_both(line) for line in text.splitlines()])
    return "pdf", document_pdf(WrittenDocument(record.title, _top(record), [section], []), OFFICIAL)


def _of_meeting(session: Session, kind: RecordKind, decision_id: int, by: Person) -> tuple[str, bytes] | None:
    """The extract of the meeting that made a decision, or the item that it had before it; nothing of hidden rows."""
    met = session.get_one(ItemDecision, session.get_one(Decision, decision_id).item_decision_id)
    if kind is RecordKind.EXTRACT:
        return ("pdf", met.extract) if met.extract is not None else None
    if item_rows(session, session.get_one(Round, met.round_id), by=by).hidden:
        return None
    sent = next((row for row in sent_items(session, met.round_id) if day_here(row.at) <= met.met_on), None)
    return ("docx", sent.content) if sent is not None else None


def _completion_file(session: Session, row: Completion) -> tuple[str, bytes] | None:
    if not row.letter or row.batch_id is None:
        return None
    return "pdf", letters.as_pdf(session, letter_in_request(row, session.get_one(CompletionBatch, row.batch_id)))


def _top(record: CaseRecord) -> list[Words]:
    dnr = f", {record.dnr}" if record.dnr else ""
    return [same_in_both(f"{record.case_number}{dnr}, {record.case_name}"), day_in_words(record.on)]


def _note_document(record: CaseRecord, note: Note, *, hidden: bool) -> WrittenDocument:
    """hidden: its text is struck, and whoever reads is not who reviews that."""
    said = [_("Texten är struken och rättad av en ny anteckning. Registratorn läser den och prövar om den lämnas ut.")]
    lines = said if hidden else [same_in_both(line) for line in note.text.splitlines()]
    return WrittenDocument(record.title, [*_top(record), *lines], [], [])


def _reply_document(record: CaseRecord, told: Communication) -> WrittenDocument:
    sections = [
        DocumentSection(_TOLD, [same_in_both(line) for line in told.what.splitlines()]),
        DocumentSection(_REPLIED, [same_in_both(line) for line in told.reply.splitlines()]),
    ]
    return WrittenDocument(record.title, _top(record), sections, [])


def _use_document(record: CaseRecord, report: GrantReport) -> WrittenDocument:
    """How a grant was used, as the association has said it by form, list or letter."""
    used = [_("Använt: ") + kronor(report.used)] if report.used is not None else []
    used += [same_in_both(f"{row.what}: ") + kronor(row.amount) for row in report.rows]
    counted = ((_("Kvinnor"), report.women), (_("Män"), report.men), (_("Andra, eller inte angivet"), report.others))
    sections = [
        DocumentSection(_("Vad pengarna gick till"), used),
        DocumentSection(_("Verksamheten"), [*map(same_in_both, report.activity.splitlines())]),
        DocumentSection(
            _("Deltagare"), [words + same_in_both(f": {number}") for words, number in counted if number is not None]
        ),
    ]
    return WrittenDocument(record.title, _top(record), [part for part in sections if part.lines], [])


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
    signed = [decision.decider(by_name=BoardHabit.SIGNED_BY_NAME in habits_of(board)), same_in_both(board.name)]
    return WrittenDocument(record.title, [*_top(record), said], sections, signed)


def _application_document(session: Session, record: CaseRecord, rules: Rules) -> WrittenDocument:
    """What was handed in when the application came: what comes by list or form has no paper of its own."""
    case = session.get_one(Case, record.place.key)
    catalogue = versions.catalogue_of_version(session, case.rule_version_id, rules)
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
