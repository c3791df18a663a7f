"""Letters of a case: written from what is decided or communicated, kept as they were, sent or fetched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from vetting.casework.domain.document_statuses import HAND, MAIL, POST, DocumentStatus
from vetting.casework.domain.endings import ending_in_words
from vetting.casework.domain.grant_changes import GRANT_CHANGE, GRANT_CHANGE_WORDS
from vetting.casework.domain.legal_force import DecisionEventKind
from vetting.casework.domain.letters import (
    DECISIONS,
    OF_CHANGE,
    OF_MEASURE,
    OF_OUTCOME,
    LetterContent,
    LetterKind,
)
from vetting.casework.domain.records import RecordKind
from vetting.casework.models.cases import (
    OVER,
    BookingRequest,
    Case,
    Communication,
    Occurrence,
    communications,
    occurrences,
    scheduled_times,
    visible_cases,
)
from vetting.casework.models.completions import Completion, contacts, languages
from vetting.casework.models.corrections import DecisionCorrection, corrections_of_decision
from vetting.casework.models.decisions import Decision, DecisionEvent, of_case
from vetting.casework.models.grant_changes import change_of_decision
from vetting.casework.models.letters import Letter
from vetting.casework.services.bookings_of_cases import BOOKINGS
from vetting.casework.services.cases import open_case
from vetting.casework.services.communications import SHORTEST_REPLY, communicate
from vetting.casework.services.decision_makers import decided_by
from vetting.casework.services.letter_texts import letter_text
from vetting.casework.services.money_of_cases import MONEY
from vetting.casework.services.readable_cases import open_case_to_read
from vetting.casework.services.records import register_record
from vetting.formats.letters import letter_docx, letter_pdf
from vetting.formats.mail_sending import (
    MailServer,
    NotSentError,
    WrongAddressError,
    hand_over_mail_by_page,
    mail_message,
)
from vetting.grants.models.board_items import ItemDecision
from vetting.grants.models.rounds import Round, scheme_of_case
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import HERE, day_here
from vetting.kernel.decision_outcomes import FAVOURABLE, DecisionGround, Reservation
from vetting.kernel.money import kronor
from vetting.kernel.own_templates import TemplateKind
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.acting import Acting
from vetting.kernel.store.session import run_in_transaction as in_transaction
from vetting.kernel.text import (
    NO_WORDS,
    OFFICIAL,
    Words,
    _,
    clock_in_words,
    join_words,
    long_day,
    lower_first,
    same_in_both,
)
from vetting.people import habits_of, letterhead_of, require_permission
from vetting.people.domain.delegation import BY_MINUTES, DecisionAuthority
from vetting.people.domain.personal_data import information_lines
from vetting.people.domain.ways_of_working import BoardOption
from vetting.people.models.own_templates import own_template
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from datetime import date, datetime
    from email.message import EmailMessage

    from vetting.casework.services.communications import NewCommunication
    from vetting.kernel.roles import Person
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.kernel.text import Language

WAYS: Final = (MAIL, POST, HAND)
EXTRACT_NAME: Final = "protokollsutdrag.pdf"
MOST_TIMES: Final = 12
"""Times of a booking that a letter lists one by one."""
HANDING_OVER: Final = timedelta(minutes=10)
"""A mail server takes or refuses a letter long before; later, somebody looks whether it went."""
LEGAL_OF: Final = {
    LetterKind.COMMENT: ("kommunicerat",),
    LetterKind.REFUSAL: ("motivering-finns", "underrattelse-och-overklagande"),
    LetterKind.DISMISSAL: ("motivering-finns", "underrattelse-och-overklagande"),
    LetterKind.PARTIAL: ("motivering-finns", "underrattelse-och-overklagande"),
    LetterKind.APPROVAL: ("forbehall-i-beslutet",),
    LetterKind.STOP: ("aterkravsvillkor-i-beslutet",),
    LetterKind.RECLAIM: ("aterkravsvillkor-i-beslutet",),
}
"""Whose legal basis a letter cites, where the board has chosen to."""


@dataclass(frozen=True, slots=True)
class WritableLetter:
    """A letter that can be written now: its kind, and the row it is about."""

    kind: LetterKind
    key: int
    on: date


def writable_letters(session: Session, case: Case, *, on: date) -> list[WritableLetter]:
    """What letters there can be about a case that day, the newest matter first; a reminder once the time is out."""
    stands = case.state not in OVER
    found = [
        WritableLetter(letter_kind_of(row), row.id, row.decided_on)
        for row in of_case(session, case.id)
        if stands or letter_kind_of(row) is not LetterKind.APPROVAL
    ]
    found += [
        WritableLetter(LetterKind.COMMENT, row.id, row.sent_on)
        for row in communications(session, case.id)
        if row.way == "written"
    ]
    found += [
        WritableLetter(LetterKind.CORRECTION, key, on_day)
        for key, on_day in session.execute(
            select(DecisionCorrection.decision_id, func.max(DecisionCorrection.on))
            .where(DecisionCorrection.case_id == case.id)
            .group_by(DecisionCorrection.decision_id)
        )
    ]
    found += MONEY.function.writable_letters(session, case, on)
    if case.kind is CaseKind.GRANT and stands and any(row.outcome in FAVOURABLE for row in of_case(session, case.id)):
        found.append(WritableLetter(LetterKind.UPDATE, case.id, case.received_on))
    return sorted(found, key=lambda item: (item.on, item.key), reverse=True)


def letter_kind_of(decision: Decision) -> LetterKind:
    """The letter that tells of a decision."""
    if decision.kind == GRANT_CHANGE:
        return OF_CHANGE[decision.outcome]
    return OF_MEASURE.get(decision.kind) or OF_OUTCOME.get(decision.outcome, LetterKind.REFUSAL)


def preview_letter(
    session: Session, number: str, kind: LetterKind, key: int, *, language: Language | None = None
) -> Letter:
    """A letter as it would be written; nothing is kept. language: to read it in another than its receiver's.

    Raises:
        Refused: there is no such case for this person, or nothing of the kind in it.
    """
    case, _unused = open_case_to_read(session, number)
    return _letter(session, case, kind, key, language or language_of(session, case))


def language_of(session: Session, case: Case) -> Language:
    """What the letters of a case are written in: what their receiver reads; Swedish where nobody has said."""
    key = case.association_id or 0
    return languages(session, case.board_id, case.kind, [key]).get(key, OFFICIAL)


def write_letter(session: WritingSession, number: str, kind: LetterKind, key: int) -> Letter:
    """Writes a letter in its receiver's language, to be sent.

    Raises:
        Refused: there is no such case for this person, or nothing of the kind in it.
    """
    case = open_case(session, number, action=Action.HANDLE)
    if kind is LetterKind.APPROVAL and case.kind == CaseKind.BOOKING:
        BOOKINGS.function.keep_first_terms(session, case.board_id)
    row = _letter(session, case, kind, key, language_of(session, case))
    return keep_letter(session, case, row)


def write_letter_of_decision(session: WritingSession, number: str, decision_id: int) -> Letter:
    """Writes the letter on one decision of a case.

    Raises:
        Refused: there is no such case for this person, no such decision in it, or nothing is to be told of it.
    """
    decision = session.get(Decision, decision_id)
    if decision is None:
        raise Refused(Obstacle.MISSING)
    return write_letter(session, number, letter_kind_of(decision), decision_id)


def keep_letter_of_decision(session: WritingSession, case: Case, decision: Decision) -> Letter:
    """The letter of a decision that was made just now, by whoever made it; it is sent by who handles the case."""
    return keep_letter_about(session, case, letter_kind_of(decision), decision.id)


def keep_letter_about(session: WritingSession, case: Case, kind: LetterKind, key: int) -> Letter:
    """The letter that an act of whoever decides leads to; it is sent by who handles the case."""
    row = _letter(session, case, kind, key, language_of(session, case))
    return keep_letter(session, case, row)


def keep_letter(session: WritingSession, case: Case, row: Letter) -> Letter:
    """Keeps a letter that is written, with what the board says of personal data last in it, and its entry."""
    information = session.get_one(Board, case.board_id).information
    row.lines = [*row.lines, *information_lines(information, row.language)]
    session.add(row)
    session.flush()
    session.note("letter_written", row, case_id=case.id, detail={"kind": row.kind.value})
    return row


def write_to_association(session: WritingSession, number: str, new: NewCommunication) -> Letter:
    """Writes what speaks against an association to it, as a letter to be sent: nothing has gone before that.

    Raises:
        Refused: nothing is said, the time is too short or ends on a closed day, or it is decided.
    """
    told = communicate(session, number, new)
    return write_letter(session, number, LetterKind.COMMENT, told.id)


def _letter(session: Session, case: Case, kind: LetterKind, key: int, language: Language) -> Letter:
    if not any((item.kind, item.key) == (kind, key) for item in writable_letters(session, case, on=session.today)):
        raise Refused(Obstacle.MISSING)
    about = _about(session, case, kind, key, on=session.today)
    subject, lines = letter_text(about, language)
    email, postal = address_of(session, case)
    row = Letter(
        board_id=case.board_id,
        case_id=case.id,
        kind=kind,
        language=language,
        name=case.name,
        email=email,
        postal=postal,
        subject=subject,
        lines=lines,
        written_at=session.now,
        by_user_id=session.person.id,
    )
    if kind in DECISIONS or kind is LetterKind.CORRECTION:
        row.decision_id = key
    elif kind is LetterKind.COMMENT:
        row.communication_id = key
    elif kind in {LetterKind.RECLAIM, LetterKind.REMINDER}:
        row.reclaim_id = key
    return row


def address_of(session: Session, case: Case) -> tuple[str, list[str]]:
    """Where the association of a case is written to: its e-mail address, and its postal one line by line."""
    key = case.association_id
    contact = contacts(session, case.board_id, case.kind, [key]).get(key) if key else None
    return (contact.email, contact.postal.splitlines()) if contact else ("", [])


def signed_by(board: Board, by: Person) -> tuple[str, ...]:
    """How whoever writes signs: by function, and by name where the board does so."""
    return (by.name, by.function) if BoardOption.SIGNED_BY_NAME in habits_of(board) else (by.function,)


def _about(session: Session, case: Case, kind: LetterKind, key: int, *, on: date) -> LetterContent:
    board = session.get_one(Board, case.board_id)
    found = session.get(Round, case.round_id) if case.round_id else None
    own: dict[str, Any] = {
        "kind": kind,
        "on": on,
        "board": board.name,
        "number": case.number,
        "dnr": case.dnr or (found.dnr if found else ""),
        "name": case.name,
        "purpose": case.purpose,
        "grant": case.kind == CaseKind.GRANT,
        "applied": case.amount_applied,
        "legal": _legal(board, kind),
        "lines": (),
        **_booking_content(session, case),
    }
    by_name, signed = BoardOption.SIGNED_BY_NAME in habits_of(board), signed_by(board, session.person)
    if kind is LetterKind.COMMENT:
        told = session.get_one(Communication, key)
        return LetterContent(**own | {"lines": told.what.splitlines(), "reply_by": told.reply_by, "signed": signed})
    if kind is LetterKind.CORRECTION:
        signed = _signature_of(session.get_one(Decision, key), by_name=by_name)
        return LetterContent(**own | _correction_content(session, key, by_name=by_name) | {"signed": signed})
    if kind is LetterKind.UPDATE:
        return LetterContent(**own | {"signed": signed})
    if kind in {LetterKind.REPORT_REMINDER, LetterKind.REPORT_COMPLETION, LetterKind.UNUSED}:
        return LetterContent(**{**own, **MONEY.function.content_of_report(session, case, kind, on), "signed": signed})
    if kind is LetterKind.REMINDER:
        return LetterContent(**{**own, **MONEY.function.content_of_reminder(session, key, on), "signed": signed})
    decision = session.get_one(Decision, key)
    agreement = kind is LetterKind.APPROVAL and not own["grant"]
    ground, written = (
        ending_in_words(DecisionGround(decision.grounds[0]), decision.reasons)
        if kind is LetterKind.DISCONTINUATION
        else (NO_WORDS, decision.reasons)
    )
    own |= {
        "lines": written.splitlines(),
        "ground": ground,
        "decided_on": decision.decided_on,
        "amount": decision.amount,
        "decider": _decider(decision, board),
        "execution": decision.execution,
        "extract": extract_of(session, decision.id) is not None,
        "conditions": decision.conditions,
        "reservations": tuple(Reservation(name) for name in decision.reservations),
        "appeal": decision.appeal,
        "asked": _asked_change(session, decision),
        "of_scheme": _of_scheme(session, case) if decision.outcome in OF_OUTCOME else "",
        "signed": _signature_of(decision, by_name=by_name),
    }
    own.update(MONEY.function.content_of_decision(session, case, decision, kind))
    if agreement:
        own.update(BOOKINGS.function.content_of_agreement(session, case, on=decision.decided_on))
    return LetterContent(**own)


def _correction_content(session: Session, decision_id: int, *, by_name: bool) -> dict[str, Any]:
    """The wrong and the right amounts and words of all corrections since a letter on the decision last went."""
    every = corrections_of_decision(session, decision_id)
    sent = (DecisionEvent.decision_id == decision_id, DecisionEvent.what == DecisionEventKind.SENT)
    told = (
        session.scalar(select(func.max(DecisionEvent.at)).where(*sent)),
        session.scalar(select(func.max(Letter.sent_at)).where(Letter.decision_id == decision_id)),
    )
    since = max((at for at in told if at is not None), default=None)
    said: list[Words] = []
    new = [row for row in every if since is None or row.at > since] or every[-1:]
    for row in new:
        if row.wrong:
            said.append(_("I beslutet stod ”{wrong}”. Det ska stå ”{right}”.", wrong=row.wrong, right=row.right))
        if row.corrects_amount:
            before, after = kronor(row.amount_before or 0), kronor(row.amount_after or 0)
            said.append(_("I beslutet stod {before}. Rätt belopp är {after}.", before=before, after=after))
    lines = [line for row in new for line in row.because.splitlines()]
    decision, last = session.get_one(Decision, decision_id), every[-1]
    named = _(" av {name}", name=last.by_name) if by_name else NO_WORDS
    return {
        "corrected": join_words(said, " "),
        "decided_on": decision.decided_on,
        "lines": lines,
        "decider": long_day(last.on) + named,
        "appeal": decision.appeal,
    }


def _asked_change(session: Session, decision: Decision) -> Words:
    """What an association asked to change, with the kinds of it."""
    row = change_of_decision(session, decision.id) if decision.kind == GRANT_CHANGE else None
    if row is None:
        return NO_WORDS
    kinds = join_words([lower_first(GRANT_CHANGE_WORDS[kind]) for kind in row.what], ", ")
    return kinds + same_in_both(f". {row.asked}")


def _of_scheme(session: Session, case: Case) -> str:
    """What its grant scheme says in each letter on a decision."""
    scheme = scheme_of_case(session, case.scheme_id, case.round_id)
    return scheme.letter_text.strip() if scheme is not None else ""


def _decider(decision: Decision, board: Board) -> Words:
    """Who decided, with the paragraph of a meeting's minutes, and why the chair did not wait for one."""
    by_minutes = same_in_both(f", § {decision.paragraph.removeprefix('§').strip()}") if decision.paragraph else NO_WORDS
    waited = _(". Beslutet kunde inte vänta till nämndens sammanträde: ")
    urgent = waited + same_in_both(decision.urgent_because.rstrip(".")) if decision.urgent_because else NO_WORDS
    return decided_by(decision, board.name) + by_minutes + urgent


def extract_of(session: Session, decision_id: int) -> ItemDecision | None:
    """The meeting's decision that a decision is a part of, where the extract of its minutes is handed in."""
    wanted = select(ItemDecision).join(Decision, Decision.item_decision_id == ItemDecision.id)
    return session.scalar(wanted.where(Decision.id == decision_id, ItemDecision.extract_sha256 != ""))


def _signature_of(decision: Decision, *, by_name: bool) -> tuple[str, ...]:
    """A delegate signs by title, or by name; what a meeting or the chair decided is sent for the board."""
    name = (decision.by_name,) if by_name and not decision.against_values else ()
    if decision.maker in {*BY_MINUTES, DecisionAuthority.CHAIR}:
        return name
    title = decision.title.sv
    return (*name, title) if title or name else (decision.decider(by_name=False).sv,)


def _booking_content(session: Session, case: Case) -> dict[str, Any]:
    """What, when and where a booking is; the times as they were asked for where none stands any more."""
    if case.kind != CaseKind.BOOKING:
        return {}
    uses = [use for use in scheduled_times(session, case.id) or occurrences(session, case.id) if use.starts_at]
    times = [_time(use) for use in uses[:MOST_TIMES]]
    if len(uses) > MOST_TIMES:
        more = _("och {value} till, den sista ", value=len(uses) - MOST_TIMES)
        times.append(more + _time(uses[-1]))
    request = session.scalars(select(BookingRequest).where(BookingRequest.case_id == case.id)).one()
    event = request.title if request.title.casefold() != case.purpose.casefold() else ""
    return {"event": event, "times": times, "booking_number": request.reference}


def _time(use: Occurrence) -> Words:
    if use.starts_at is None:
        return same_in_both(use.room_name)
    first = use.starts_at.astimezone(HERE)
    until = same_in_both("–") + clock_in_words(use.ends_at.astimezone(HERE)) if use.ends_at else NO_WORDS
    place = f", {use.room_name}" if use.room_name else ""
    at = _("{day} kl. {first}{until}", day=long_day(first.date()), first=clock_in_words(first), until=until)
    return at + same_in_both(place)


def _legal(board: Board, kind: LetterKind) -> tuple[str, ...]:
    """The sections a board has named itself and cites in a letter of a kind: none, unless it has chosen so."""
    if BoardOption.CITES_LAW not in habits_of(board):
        return ()
    found = (str(board.gates.get(gate, {}).get("legal", "")) for gate in LEGAL_OF.get(kind, ()))
    return tuple(dict.fromkeys(filter(None, found)))


def find_letter(session: Session, key: int) -> tuple[Letter, Case]:
    """A written letter of a case that this person may see.

    Raises:
        Refused: there is none.
    """
    row = session.get(Letter, key)
    case = (
        session.scalar(visible_cases(session.person, Action.READ_CASES).where(Case.id == row.case_id))
        if row is not None
        else None
    )
    if row is None or case is None:
        raise Refused(Obstacle.MISSING)
    open_case_to_read(session, case.number)
    return row, case


def values_of(session: Session, row: Letter) -> dict[str, Any]:
    case = session.get_one(Case, row.case_id)
    found = session.get(Round, case.round_id) if case.round_id else None
    return {
        "board": session.get_one(Board, row.board_id).name,
        "letterhead": letterhead_of(session.get_one(Board, row.board_id)).splitlines(),
        "to": [row.name, *row.postal],
        "date": day_here(row.written_at).isoformat(),
        "subject": row.subject,
        "lines": list(row.lines),
        "number": case.number,
        "dnr": case.dnr or (found.dnr if found else ""),
        "name": row.name,
    }


def as_pdf(session: Session, row: Letter) -> bytes:
    """The letter as PDF/UA."""
    return letter_pdf([printed_content(session, row)], title=row.subject, language=row.language)


def printed_content(session: Session, row: Letter) -> dict[str, Any]:
    values = values_of(session, row)
    return {
        "letterhead": values["letterhead"],
        "to": values["to"],
        "on": values["date"],
        "subject": row.subject,
        "lines": values["lines"],
        "language": row.language,
    }


def as_docx(session: Session, row: Letter) -> bytes:
    """The letter as Word, by the board's template where it has one.

    Raises:
        UnreadableError: the template cannot be used any more.
    """
    own = own_template(session, row.board_id, TemplateKind.LETTER)
    return letter_docx(values_of(session, row), own.content if own else None, row.language)


def as_draft(session: Session, row: Letter) -> bytes:
    """The letter as a draft of a mail with the PDF, for a mail program.

    Raises:
        Refused: there is no address to write to.
    """
    message = _mail(session, row)
    message["X-Unsent"] = "1"
    return message.as_bytes()


def _mail(session: Session, row: Letter, sender: str = "") -> EmailMessage:
    attached = {_file(row): as_pdf(session, row)}
    found = extract_of(session, row.decision_id) if row.decision_id is not None else None
    attached |= {EXTRACT_NAME: found.extract or b""} if found is not None else {}
    try:
        return mail_message(row.email, row.subject, row.lines, sender=sender, attached=attached)
    except WrongAddressError:
        told = WRONG_ADDRESS if row.email.strip() else NO_ADDRESS
        raise Refused(Obstacle.CLOSED, Problem("email", *told)) from None


NO_ADDRESS: Final = (
    _("Föreningen har ingen e-postadress."),
    _("Skriv adressen i ärendet, eller skicka brevet med posten."),
)


WRONG_ADDRESS: Final = (
    _("Det går inte att skicka till e-postadressen."),
    _("Rätta adressen i ärendet, eller skicka brevet med posten."),
)


def _file(row: Letter) -> str:
    return f"{row.kind}-{row.id}.pdf"


def send_mail(database: Database, key: int, server: MailServer, *, by: Person, at: datetime) -> Letter:
    """Sends a letter with its PDF; a server that does not take it leaves the letter unsent and says so.

    The letter is claimed first and handed over outside any transaction: nobody waits for a slow server, and two
    people never send the same letter.

    Raises:
        Refused: no such letter, sent or being sent already, no address, or too little time left to answer it.
    """
    message = in_transaction(database, lambda s: _claim_letter(s, key, server), Acting(by, at))
    try:
        hand_over_mail_by_page(server, message)
    except NotSentError as error:
        failed = str(error)
        return in_transaction(database, lambda s: _note_failure(s, key, failed), Acting(by, at))
    return in_transaction(database, lambda s: _handed_over(s, key), Acting(by, at))


def _claim_letter(session: WritingSession, key: int, server: MailServer) -> EmailMessage:
    row, case = _unsent(session, key)
    message = _mail(session, row, server.sender)
    row.sending_at, row.failed = session.now, ""
    session.note("letter_handed_over", row, case_id=case.id)
    return message


def _note_failure(session: WritingSession, key: int, why: str) -> Letter:
    row = session.get_one(Letter, key)
    row.failed, row.sending_at = why, None
    session.note("letter_failed", row, case_id=row.case_id)
    return row


def _handed_over(session: WritingSession, key: int) -> Letter:
    row = session.get_one(Letter, key)
    return _went(session, row, session.get_one(Case, row.case_id), MAIL)


def mark_sent(session: WritingSession, key: int, way: str) -> Letter:
    """Notes that a letter has gone out another way.

    Raises:
        Refused: no such letter, sent already, no such way, or no address of that kind.
    """
    row, case = _unsent(session, key)
    if way not in WAYS:
        raise Refused(Obstacle.INVALID)
    if (way == POST and not (row.postal or row.email)) or (way == MAIL and not row.email):
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                "",
                _("Brevet har ingen adress att skickas till."),
                _("Skriv föreningens adress i ärendet och skriv brevet på nytt, eller lämna över det."),
            ),
        )
    return _went(session, row, case, way)


def _unsent(session: WritingSession, key: int) -> tuple[Letter, Case]:
    require_permission(session.person, Action.HANDLE)
    row, case = find_letter(session, key)
    open_case(session, case.number, action=Action.HANDLE)
    if row.sent_at is not None:
        raise Refused(
            Obstacle.STALE, Problem("", _("Brevet är redan skickat."), _("Skriv ett nytt, om något ska läggas till."))
        )
    if row.sending_at is not None and session.now - row.sending_at < HANDING_OVER:
        raise Refused(
            Obstacle.STALE, Problem("", _("Brevet skickas just nu."), _("Vänta några minuter och öppna det igen."))
        )
    asked = session.get(Completion, row.completion_id) if row.completion_id is not None else None
    if asked is not None and asked.due_on <= session.today:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                "",
                _("Brevet ber om svar senast den {day}, som har passerat.", day=long_day(asked.due_on)),
                _("Begär kompletteringen på nytt, med en ny dag."),
            ),
        )
    told = session.get(Communication, row.communication_id) if row.communication_id is not None else None
    if told is not None and told.replied_on is None and told.reply_by < session.today + SHORTEST_REPLY:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                "",
                _("Föreningen skulle få mindre än en vecka att svara, till ")
                + long_day(told.reply_by)
                + same_in_both("."),
                _("Förläng svarstiden i ärendet, och skriv brevet på nytt."),
            ),
        )
    return row, case


def _went(session: WritingSession, row: Letter, case: Case, way: str) -> Letter:
    row.sent_at, row.sent_by, row.failed, row.sending_at = session.now, way, "", None
    if row.decision_id is not None and row.kind is not LetterKind.CORRECTION:  # the decision itself went before
        event = DecisionEvent(
            board_id=row.board_id,
            case_id=row.case_id,
            decision_id=row.decision_id,
            what=DecisionEventKind.SENT,
            on=session.today,
            text=way,
            at=session.now,
            by_user_id=session.user_id,
        )
        session.add(event)
    told = session.get(Communication, row.communication_id) if row.communication_id is not None else None
    asked = session.get(Completion, row.completion_id) if row.completion_id is not None else None
    for written in (told, asked):
        if written is not None:
            written.sent_on = session.today
    session.flush()
    register_record(session, case, RecordKind.LETTER, row.id, DocumentStatus.SENT, party=row.name, way=way)
    if told is not None:  # what went is the letter
        register_record(session, case, RecordKind.HEARING, told.id, party=row.name)
    session.note("letter_sent", row, case_id=case.id, detail={"kind": row.kind})
    return row
