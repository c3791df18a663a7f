"""Letters to other boards: an application that is theirs is handed over, a decision is sent as a copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from vetting.casework.domain.cases import CaseState
from vetting.casework.domain.document_statuses import RECORDED
from vetting.casework.domain.letters import HandoverContent, LetterKind
from vetting.casework.domain.records import RecordKind
from vetting.casework.models.cases import Case, Note
from vetting.casework.models.decisions import Decision
from vetting.casework.models.documents import of_case as documents_of
from vetting.casework.models.letters import Letter
from vetting.casework.services import letters
from vetting.casework.services.cases import (
    change_state,
    close_notes,
    open_case,
    refuse_paid,
    refuse_tried,
    still_open,
)
from vetting.casework.services.letter_texts import copy_text, handover_text
from vetting.casework.services.records import register_record
from vetting.grants.models.rounds import Round
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import OFFICIAL, _
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from datetime import datetime

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession

LONGEST_NAME: Final = 200
LONGEST_TEXT: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHandover:
    """To which board, where it is reached (an e-mail or a postal address, line by line), and why it is theirs."""

    to: str
    address: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCopy:
    """A copy of a decision: the board that it goes to, and that board's e-mail or postal address, line by line."""

    to: str
    address: str = ""


def hand_to_board(session: WritingSession, number: str, new: NewHandover) -> tuple[Letter, Letter]:
    """Ends an application here that is another board's matter: its receipt to them, and what the applicant is told.

    Raises:
        Refused: decided, also where it was opened again, paid, not this person's, or nobody is named.
    """
    case = open_case(session, number, action=Action.HANDLE)
    still_open(case)
    refuse_paid(session, case)
    refuse_tried(session, case)
    to = _name_of_board(new.to)
    change_state(case, CaseState.CLOSED)
    case.look_again_at, case.look_again_because, case.sleeps_until = None, "", None
    close_notes(session, case)
    text = new.text.strip()[:LONGEST_TEXT]
    note = Note(
        case_id=case.id,
        official=True,
        text=f"Överlämnat till {to}. {text}".strip(),
        at=session.now,
        by_user_id=session.person.id,
    )
    session.add(note)
    session.flush()
    register_record(session, case, RecordKind.NOTE, note.id)
    session.note("handed_to_board", note, case_id=case.id)
    content = _content(session, case, to, text)
    receipt = _letter(case, LetterKind.HANDOVER, to, session.person, session.now)
    _direct(receipt, new.address)
    told = _letter(case, LetterKind.HANDED_OVER, content.name, session.person, session.now)
    told.language = letters.language_of(session, case)
    told.email, told.postal = letters.address_of(session, case)
    for row in (receipt, told):
        row.subject, row.lines = handover_text(row.kind, content, row.language)  # type: ignore[arg-type]
        letters.keep_letter(session, case, row)
    return receipt, told


def copy_decision(session: WritingSession, decision_id: int, new: NewCopy) -> Letter:
    """Writes what the association was told of a decision as a letter to another board; it is sent as other letters.

    Raises:
        Refused: there is no such decision for this person, no letter tells of it, or nobody is named.
    """
    decision = session.get(Decision, decision_id)
    if decision is None or decision.board_id != session.person.board_id:
        raise Refused(Obstacle.MISSING)
    number = session.get_one(Case, decision.case_id).number
    case = open_case(session, number, action=Action.HANDLE)
    to = _name_of_board(new.to)
    told = letters.preview_letter(session, number, letters.letter_kind_of(decision), decision.id, language=OFFICIAL)
    row = _letter(case, LetterKind.COPY, to, session.person, session.now)
    _direct(row, new.address)
    row.subject, row.lines = copy_text(told.subject, told.lines, OFFICIAL)
    return letters.keep_letter(session, case, row)


def _name_of_board(typed: str) -> str:
    to = " ".join(typed.split())[:LONGEST_NAME]
    if not to:
        raise Refused(Obstacle.INVALID, Problem("to", _("Det står inte vilken nämnd."), _("Skriv namnet på nämnden.")))
    return to


def _direct(row: Letter, address: str) -> None:
    """Addresses a letter to another board: a line with @ is its e-mail address, the others its postal address."""
    lines = [line.strip() for line in address.splitlines() if line.strip()]
    row.language = OFFICIAL
    row.email = next((line for line in lines if "@" in line), "")
    row.postal = [line for line in lines if "@" not in line]


def _letter(case: Case, kind: LetterKind, name: str, by: Person, at: datetime) -> Letter:
    return Letter(board_id=case.board_id, case_id=case.id, kind=kind, name=name, written_at=at, by_user_id=by.id)


def _content(session: WritingSession, case: Case, to: str, text: str) -> HandoverContent:
    found = session.get(Round, case.round_id) if case.round_id else None
    board = session.get_one(Board, case.board_id)
    own: dict[str, Any] = {"applied": case.amount_applied, "purpose": case.purpose, "received_on": case.received_on}
    return HandoverContent(
        board=board.name,
        to=to,
        number=case.number,
        dnr=case.dnr or (found.dnr if found else ""),
        name=case.name,
        text=text,
        papers=[_("Ansökan, med de uppgifter som sökanden har lämnat").to(OFFICIAL)]
        + [row.title or row.name for row in documents_of(session, case.id) if row.state in RECORDED],
        signed=letters.signed_by(board, session.person),
        **own,
    )
