"""What speaks against an association is sent to it before anything is decided: deadline, reply, how it was met."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from vetting.casework.domain.cases import CaseState
from vetting.casework.domain.document_statuses import DocumentStatus
from vetting.casework.domain.records import TOLD, RecordKind
from vetting.casework.models.cases import Case, Communication
from vetting.casework.services import before_decision
from vetting.casework.services.cases import change_state, open_case, raise_version, start_handling, still_open
from vetting.casework.services.records import register_record
from vetting.casework.services.screenings import screen_case, screen_without_keeping
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import OFFICIAL, _, day_in_words, same_in_both
from vetting.kernel.working_days import closed_because, deadline, first_open
from vetting.people.domain.ways_of_working import BoardLimit, limit_of
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from vetting.kernel.store.session import Session, WritingSession

SHORTEST_REPLY: Final = timedelta(days=7)
LONGEST_REPLY: Final = timedelta(days=120)
ORAL = "oral"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCommunication:
    """What is sent to the association before anything is decided against it."""

    what: str
    reply_by: date | None = None
    """None for the board's own time."""
    sent_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHearing:
    """A hearing by word of mouth, because there is no time for letters."""

    what: str
    said: str
    met: str
    """How the answer was weighed in."""
    because: str
    """Why there was no time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReply:
    """What the association answered to a communication, and how that was weighed in."""

    communication: int
    reply: str
    handled: str = ""
    """As a whole."""
    met: Mapping[str, str] = field(default_factory=dict)
    """Criterion -> how the answer about it was weighed in."""
    replied_on: date | None = None
    """None for today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LongerReplyTime:
    """More time to answer a communication."""

    communication: int
    until: date
    because: str


def ordinary_deadline(session: Session, board_id: int, on: date) -> date:
    """The day to reply when nobody has said another: after the board's own time, and never a closed day."""
    return deadline(on, limit_of(session.get_one(Board, board_id).limits, BoardLimit.REPLY))


def wrong_deadline(name: str, reply_by: date, on: date) -> list[Problem]:
    """Why a day cannot be the last day to reply."""
    if reply_by < on + SHORTEST_REPLY:
        return [
            Problem(
                name,
                _("Svarstiden är kortare än en vecka."),
                _("Välj en senare dag. Finns inte tid till det: hör föreningen muntligt och skriv varför."),
            )
        ]
    if reply_by > on + LONGEST_REPLY:
        return [Problem(name, _("Dagen ligger för långt fram."), _("Rätta datumet."))]
    because = closed_because(reply_by)
    if because is not None:
        return [
            Problem(
                name,
                _("Svarstiden kan inte sluta på ") + because + same_in_both("."),
                _("Välj nästa vardag: ") + day_in_words(first_open(reply_by)) + same_in_both("."),
            )
        ]
    return []


def communicate(session: WritingSession, number: str, new: NewCommunication) -> Communication:
    """What speaks against the association is sent to it, with time to answer: every point that is not met now.

    Raises:
        Refused: nothing is said, the time is too short or ends on a closed day, or it is decided.
    """
    case = open_case(session, number, action=Action.COMMUNICATE)
    still_open(case)
    reply_by = new.reply_by or ordinary_deadline(session, case.board_id, session.today)
    problems = [*_unsaid(new.what), *wrong_deadline("reply_by", reply_by, session.today)]
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    row = _row(session, case, new.what)
    row.sent_to, row.reply_by = new.sent_to.strip(), reply_by
    kept = _keep_communication(session, case, row, "communicated")
    record = register_record(session, case, RecordKind.HEARING, kept.id, DocumentStatus.SENT, party=case.name)
    record.said = [[TOLD.to(OFFICIAL), row.what.splitlines()]]
    return kept


def note_hearing(session: WritingSession, number: str, new: NewHearing) -> Communication:
    """The association was heard by word of mouth, because there is no time for letters.

    Raises:
        Refused: it does not say what was put to it, what it answered, how that was met, or why there was no time.
    """
    case = open_case(session, number, action=Action.COMMUNICATE)
    still_open(case)
    problems = _unsaid(new.what)
    for name, text, what_lacks, remedy in (
        (
            "said",
            new.said,
            _("Det står inte vad föreningen svarade."),
            _("Skriv det, eller att föreningen avstod från att svara."),
        ),
        ("met", new.met, _("Det står inte hur svaret har vägts in."), _("Skriv det.")),
        (
            "because",
            new.because,
            _("Det står inte varför svarstiden är kort."),
            _("Skriv varför ett brev inte hinner besvaras."),
        ),
    ):
        if not text.strip():
            problems.append(Problem(name, what_lacks, remedy))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    row = _row(session, case, new.what)
    row.way, row.why_oral, row.reply_by = ORAL, new.because.strip(), session.today
    row.replied_on, row.reply, row.handled = session.today, new.said.strip(), new.met.strip()
    row.met = dict.fromkeys(row.points, new.met.strip())
    kept = _keep_communication(session, case, row, "heard_orally")
    _keep_reply(session, case, row)
    return kept


def _keep_reply(session: WritingSession, case: Case, row: Communication) -> None:
    """Keeps the association's reply as a record that came in."""
    status = DocumentStatus.ARRIVED
    register_record(session, case, RecordKind.REPLY, row.id, status, on=row.replied_on, party=case.name)


def _unsaid(what: str) -> list[Problem]:
    if what.strip():
        return []
    return [Problem("what", _("Det står inte vad som skickas."), _("Skriv vad som talar emot och vad det bygger på."))]


def _row(session: WritingSession, case: Case, what: str) -> Communication:
    screened = screen_without_keeping(session, case, on=session.today)
    points = before_decision.case_situation(session, case, screened, on=session.today).not_met
    shown = before_decision.as_shown(screened, points)
    return Communication(
        case_id=case.id,
        what=what.strip(),
        points=list(points),
        answers=shown,
        sent_on=session.today,
        reply_by=session.today,
        by_user_id=session.person.id,
        extensions=[],
        met={},
    )


def _keep_communication(session: WritingSession, case: Case, row: Communication, action: str) -> Communication:
    session.add(row)
    if case.state != CaseState.COMMUNICATION and row.way != ORAL:  # what is not said yet is written
        start_handling(case, session.person)
        change_state(case, CaseState.COMMUNICATION)
    raise_version(case)
    session.flush()
    screen_case(session, case)
    session.note(action, row, case_id=case.id, detail={"until": row.reply_by.isoformat()})
    return row


def _of_case(session: WritingSession, case: Case, key: int) -> Communication:
    row = session.get(Communication, key)
    if row is None or row.case_id != case.id:
        raise Refused(Obstacle.MISSING)
    return row


def extend_reply_time(session: WritingSession, number: str, new: LongerReplyTime) -> Communication:
    """Gives the association more time; the days before it stay known.

    Raises:
        Refused: no such communication, it is answered, the day is not later or cannot be, or no reason is given.
    """
    case = open_case(session, number, action=Action.COMMUNICATE)
    still_open(case)
    row, reply_by = _of_case(session, case, new.communication), new.until
    if row.replied_on is not None:
        raise Refused(Obstacle.STALE, Problem("until", _("Ett svar är redan antecknat."), _("Se svaret i ärendet.")))
    problems = []
    if reply_by <= row.reply_by or reply_by < session.today:
        problems.append(Problem("until", _("Den nya dagen är inte senare än den gamla."), _("Välj en senare dag.")))
    else:
        problems += wrong_deadline("until", reply_by, min(session.today, row.sent_on))
    if not new.because.strip():
        problems.append(Problem("because", _("Skälet saknas."), _("Skriv varför tiden förlängs.")))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    before = {"until": row.reply_by.isoformat(), "on": session.today.isoformat(), "because": new.because.strip()[:500]}
    row.extensions = [*row.extensions, before]
    row.reply_by = reply_by
    raise_version(case)
    session.note("reply_extended", row, case_id=case.id, detail={"until": reply_by.isoformat()})
    return row


def note_reply(session: WritingSession, number: str, new: NewReply) -> Communication:
    """What the association answered, and how the answer was met: as a whole and point by point.

    Raises:
        Refused: no such communication, no text, or a day that has not been.
    """
    case = open_case(session, number, action=Action.COMMUNICATE)
    still_open(case)
    row = _of_case(session, case, new.communication)
    reply, replied_on = new.reply.strip(), new.replied_on or session.today
    if row.replied_on is not None and reply != row.reply:
        raise Refused(
            Obstacle.STALE,
            Problem("reply", _("Ett svar är redan antecknat."), _("Skriv ett nytt svar som tjänsteanteckning.")),
        )
    if not reply or replied_on > session.today or replied_on < row.sent_on:
        raise Refused(
            Obstacle.INVALID,
            Problem(
                "reply",
                _("Svaret saknas, eller så stämmer inte dagen för det."),
                _("Skriv vad föreningen svarade och när det kom."),
            ),
        )
    given = {name: text.strip() for name, text in new.met.items() if name in row.points and text.strip()}
    whole = new.handled.strip()
    if whole and len(row.points) == 1:
        given = dict.fromkeys(row.points, whole)
    if row.replied_on is None:
        row.replied_on, row.reply = replied_on, reply
        _keep_reply(session, case, row)
    row.handled = whole
    row.met = {**row.met, **given}
    raise_version(case)
    session.note("reply_noted", row, case_id=case.id)
    return row
