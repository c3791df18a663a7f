"""What was sent and came back: put in its case, the letter and the address marked, until somebody has seen to it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import aliased

from vetting.casework.domain.document_statuses import HAND, MAIL
from vetting.casework.domain.returned_mail import returned_mail
from vetting.casework.models.cases import Case, find_case, in_conflict, visible_cases
from vetting.casework.models.completions import Contact, contacts
from vetting.casework.models.documents import of_case as documents_of
from vetting.casework.models.incoming import IncomingPost, parts_of_post
from vetting.casework.models.letters import of_case as letters_of
from vetting.casework.services import incoming
from vetting.casework.services.cases import open_case
from vetting.casework.services.incoming import PostFiling
from vetting.casework.services.letters import find_letter
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import _
from vetting.people import letterhead_of
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.casework.models.letters import Letter
    from vetting.kernel.store.session import Session, WritingSession

LONGEST_REASON: Final = 200
MOST: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedPost:
    """A mail among what came in that is one of the board's own, come back."""

    addresses: Sequence[str]
    address: str
    """The likeliest of them; empty where it does not say."""
    why: str
    text: str
    """Of the mail: it holds what was sent."""
    case: str
    """The number of the case that it is about, of those that the person may see; empty where it does not say."""


def returned_post(session: Session, post: IncomingPost) -> ReturnedPost | None:
    """What a post says that is a mail come back; None of any other."""
    mail = post.mail or {}
    if not mail:
        return None
    found = returned_mail(
        address=str(mail.get("address", "")),
        subject=str(mail.get("subject", "")),
        text=str(mail.get("text", "")),
        own=_own_address(session, post.board_id),
    )
    if found is None:
        return None
    cases = (find_case(session, number, Action.HANDLE) for number in found.cases)
    case = next((one for one in cases if one is not None), None)
    return ReturnedPost(
        addresses=found.addresses,
        why=mask_personal_numbers(found.why),
        text=str(mail.get("text", "")),
        case=case.number if case is not None else "",
        address=_likeliest(session, case, found.addresses),
    )


def _likeliest(session: Session, case: Case | None, addresses: Sequence[str]) -> str:
    """Whom a mail did not reach: an address that something of the case went to, else the first that it says."""
    sent = {row.email.casefold() for row in _letters_by_mail(session, case)} if case is not None else set()
    contact = _contact_of(session, case) if case is not None else None
    sent |= {contact.email.casefold()} if contact is not None else set()
    return next((one for one in addresses if one in sent), next(iter(addresses), ""))


def _letters_by_mail(session: Session, case: Case) -> list[Letter]:
    """Letters that went by mail and have not come back, newest first."""
    return [row for row in letters_of(session, case.id) if row.sent_by == MAIL and row.returned_at is None]


def _own_address(session: Session, board_id: int) -> str:
    lines = letterhead_of(session.get_one(Board, board_id)).splitlines()
    return next((line.strip() for line in lines if "@" in line), "")


def note_returned_mail(session: WritingSession, key: int, number: str) -> NotedReturn:
    """Puts a mail that came back in its case with all its parts, and marks the letter and the address that it says.

    Raises:
        Refused: it is no such mail, it is in a case already, or there is no such case for this person.
    """
    post = incoming.incoming_of_person(session, key)
    told = returned_post(session, post)
    if told is None:
        raise Refused(Obstacle.MISSING)
    wanted = number.strip().upper()
    if not wanted:
        raise Refused(
            Obstacle.INVALID,
            Problem("case", _("Det står inte vilket ärende mejlet gällde."), _("Skriv ärendenumret.")),
        )
    seen = find_case(session, wanted, Action.HANDLE)
    if seen is None or in_conflict(session, session.person.id, seen.id):
        raise Refused(
            Obstacle.INVALID,
            Problem(
                "case",
                _("{number} är inget ärende som du handlägger.", number=wanted),
                _("Kontrollera numret, eller be den som handlägger ärendet."),
            ),
        )
    case = open_case(session, wanted, action=Action.HANDLE)
    if post.kind is not case.kind:
        post = session.get_one(IncomingPost, key)
        post.kind = case.kind
        session.flush()
    incoming.put_in(
        session, key, PostFiling(case=case.number, received_on=session.today, types=_new_parts(session, key, case))
    )
    sent = _letters_by_mail(session, case)
    address = _likeliest(session, case, told.addresses)
    if not address and len(sent) == 1:
        address = sent[0].email.casefold()  # it says no address, and nothing else went out
    there = [row for row in sent if address == row.email.casefold()]
    letter = next((row for row in there if row.subject in told.text), next(iter(there), None))
    contact = _contact_of(session, case)
    fails = contact is not None and contact.email and contact.email.casefold() == address
    marked = _mark(session, case, letter, contact if fails else None, told.why)
    return NotedReturn(case, letter, marked)


def _new_parts(session: Session, key: int, case: Case) -> dict[int, str]:
    """The parts of a post that are not in the case already, each as no paper in particular."""
    known = {document.sha256 for document in documents_of(session, case.id)}
    return {
        part.id: "" for part in parts_of_post(session, key) if hashlib.sha256(part.content).hexdigest() not in known
    }


def note_returned_letter(session: WritingSession, key: int, why: str) -> Letter:
    """Notes that a letter that was sent has come back, and marks the address it went to.

    Raises:
        Refused: no such letter for this person, not sent, or noted already.
    """
    row, case = find_letter(session, key)
    open_case(session, case.number, action=Action.HANDLE)
    if row.sent_at is None or row.returned_at is not None:
        raise Refused(
            Obstacle.STALE,
            Problem(
                "",
                _("Brevet är inte skickat, eller så är det redan antecknat att det kom tillbaka."),
                _("Ladda om sidan."),
            ),
        )
    contact = _contact_of(session, case)
    _mark(session, case, row, contact if _went_there(row, contact) else None, mask_personal_numbers(why))
    return row


def _went_there(letter: Letter, contact: Contact | None) -> bool:
    """Whether a letter went to the address that an association has now; what was handed over went to none."""
    if contact is None or letter.sent_by == HAND:
        return False
    if letter.sent_by == MAIL:
        return letter.email.casefold() == contact.email.casefold()
    return list(letter.postal) == contact.postal.splitlines()


def _mark(
    session: WritingSession, case: Case, letter: Letter | None, contact: Contact | None, why: str
) -> Contact | None:
    if letter is not None:
        letter.returned_at = session.now
    if contact is not None and contact.failed_at is None:
        contact.failed_at, contact.failed_because = session.now, why.strip()[:LONGEST_REASON]
    session.flush()
    session.note("letter_returned", letter or case, case_id=case.id)
    return contact


def _contact_of(session: Session, case: Case) -> Contact | None:
    if case.association_id is None:
        return None
    return contacts(session, case.board_id, case.kind, [case.association_id]).get(case.association_id)


def address_fails(session: Session, case: Case) -> bool:
    """Whether what was sent to the address of a case's association came back, and nobody has seen to it."""
    contact = _contact_of(session, case)
    return contact is not None and contact.failed_at is not None


def address_works(session: WritingSession, number: str) -> Contact:
    """Somebody has seen to an address that failed: it is right as it stands. Another one is noted as a new address.

    Raises:
        Refused: no such case for this person, or its address has not failed.
    """
    case = open_case(session, number, action=Action.HANDLE)
    contact = _contact_of(session, case)
    if contact is None or contact.failed_at is None:
        raise Refused(
            Obstacle.STALE,
            Problem(
                number, _("Adressen är inte markerad som felaktig, eller så är den redan ändrad."), _("Ladda om sidan.")
            ),
        )
    contact.failed_at, contact.failed_because = None, ""
    session.note("address_seen_to", contact, case_id=case.id)
    return contact


class NotedReturn(NamedTuple):
    """What came of a mail that came back: its case, and the letter and the address that were marked by it."""

    case: Case
    letter: Letter | None
    contact: Contact | None


class FailingAddress(NamedTuple):
    """An address from which letters come back, and a case of its association where it can be changed."""

    contact: Contact
    case: Case


def failing_addresses(session: Session) -> list[FailingAddress]:
    """What a person has to see to, the longest known first."""
    newer = aliased(Contact)
    same = (
        newer.board_id == Contact.board_id,
        newer.association_id == Contact.association_id,
        newer.kind == Contact.kind,
        newer.id > Contact.id,
    )
    rows = session.scalars(
        select(Contact)
        .where(
            Contact.board_id == session.person.board_id,
            Contact.failed_at.is_not(None),
            ~select(newer.id).where(*same).exists(),
        )
        .order_by(Contact.failed_at, Contact.id)
        .limit(MOST)
    ).all()
    found = []
    for row in rows:
        wanted = visible_cases(session.person, Action.HANDLE).where(
            Case.association_id == row.association_id, Case.kind == row.kind
        )
        case = session.scalar(wanted.order_by(Case.id.desc()).limit(1))
        if case is not None:
            found.append(FailingAddress(row, case))
    return found
