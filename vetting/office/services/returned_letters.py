"""What was sent and came back: put in its case, the letter and the address marked, until somebody has seen to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import aliased

from vetting.boards.models.people import Board
from vetting.boards.services.boards import letterhead_of
from vetting.cases.models.cases import Case, find_case, visible_cases
from vetting.cases.models.completions import Contact, contacts
from vetting.cases.services.cases import open_case
from vetting.decisions.models.letters import of_case as letters_of
from vetting.decisions.services.letters import find_letter
from vetting.documents.domain.returned_mail import returned_mail
from vetting.documents.domain.statuses import MAIL
from vetting.documents.models.incoming import IncomingPost
from vetting.documents.services import incoming
from vetting.documents.services.incoming import PostFiling
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.text import _

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from vetting.decisions.models.letters import Letter
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession
    from vetting.rules.services.rulebook import Rules

LONGEST_REASON: Final = 200
MOST: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedPost:
    """A mail among what came in that is one of the board's own, come back."""

    address: str
    why: str
    case: str
    """The number of the case that it is about, of those that the person may see; empty where it does not say."""


def returned_post(session: Session, post: IncomingPost, by: Person) -> ReturnedPost | None:
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
    seen = (number for number in found.cases if find_case(session, by, number, Action.HANDLE) is not None)
    return ReturnedPost(address=found.address, why=mask_personal_numbers(found.why), case=next(seen, ""))


def _own_address(session: Session, board_id: int) -> str:
    lines = letterhead_of(session.get_one(Board, board_id)).splitlines()
    return next((line.strip() for line in lines if "@" in line), "")


def note_returned_mail(
    session: WritingSession, key: int, number: str, *, rules: Rules, by: Person, at: datetime
) -> Case:
    """Puts a mail that came back in its case, and marks the letter and the address.

    Raises:
        Refused: it is no such mail, it is in a case already, or there is no such case for this person.
    """
    post = incoming.of_person(session, key, by)
    told = returned_post(session, post, by)
    if told is None:
        raise Refused(Obstacle.MISSING)
    case = open_case(session, number.strip().upper(), by=by, action=Action.HANDLE) if number.strip() else None
    if case is None:
        raise Refused(
            Obstacle.INVALID,
            Problem("case", _("Det står inte vilket ärende mejlet gällde."), _("Skriv ärendenumret.")),
        )
    if post.kind is not case.kind:
        post = session.get_one(IncomingPost, key)
        post.kind = case.kind
        session.flush()
    incoming.put_in(
        session,
        key,
        PostFiling(case=case.number, received_on=at.date(), types={}),
        rules=rules,
        by=by,
        at=at,
    )
    sent = [row for row in letters_of(session, case.id) if row.sent_by == MAIL and row.returned_at is None]
    letter = next((row for row in sent if told.address in {"", row.email.casefold()}), None)
    _mark(session, case, letter, told.address, told.why, by=by, at=at)
    return case


def note_returned_letter(session: WritingSession, key: int, why: str, *, by: Person, at: datetime) -> Letter:
    """Notes that a letter that was sent has come back, and marks the address it went to.

    Raises:
        Refused: no such letter for this person, not sent, or noted already.
    """
    row, case = find_letter(session, key, by)
    open_case(session, case.number, by=by, action=Action.HANDLE)
    if row.sent_at is None or row.returned_at is not None:
        raise Refused(
            Obstacle.STALE,
            Problem("", _("Brevet är inte skickat, eller redan antecknat som återkommet."), _("Läs sidan på nytt.")),
        )
    address = row.email if row.sent_by == MAIL else ""
    _mark(session, case, row, address.casefold(), mask_personal_numbers(why), by=by, at=at)
    return row


def _mark(
    session: WritingSession, case: Case, letter: Letter | None, address: str, why: str, *, by: Person, at: datetime
) -> None:
    if letter is not None:
        letter.returned_at = at
    contact = _contact_of(session, case)
    by_mail = letter is None or letter.sent_by == MAIL
    same = contact is not None and (not by_mail or address in {"", contact.email.casefold()})
    if contact is not None and same and contact.failed_at is None:
        contact.failed_at, contact.failed_because = at, why.strip()[:LONGEST_REASON]
    session.flush()
    session.note(TrailNote(action="letter_returned", by=by, at=at, subject=letter or case, case_id=case.id))


def _contact_of(session: Session, case: Case) -> Contact | None:
    if case.association_id is None:
        return None
    return contacts(session, case.board_id, case.kind, [case.association_id]).get(case.association_id)


def address_works(session: WritingSession, number: str, *, by: Person, at: datetime) -> Contact:
    """Somebody has seen to an address that failed: it is right as it stands. Another one is noted as a new address.

    Raises:
        Refused: no such case for this person, or its address has not failed.
    """
    case = open_case(session, number, by=by, action=Action.HANDLE)
    contact = _contact_of(session, case)
    if contact is None or contact.failed_at is None:
        raise Refused(
            Obstacle.STALE,
            Problem(number, _("Adressen är inte märkt, eller redan ändrad."), _("Läs sidan på nytt.")),
        )
    contact.failed_at, contact.failed_because = None, ""
    session.note(TrailNote(action="address_seen_to", by=by, at=at, subject=contact, case_id=case.id))
    return contact


class FailingAddress(NamedTuple):
    """An address from which letters come back, and a case of its association where it can be changed."""

    contact: Contact
    case: Case


def failing_addresses(session: Session, by: Person) -> list[FailingAddress]:
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
            Contact.board_id == by.board_id,
            Contact.failed_at.is_not(None),
            ~select(newer.id).where(*same).exists(),
        )
        .order_by(Contact.failed_at, Contact.id)
        .limit(MOST)
    ).all()
    found = []
    for row in rows:
        wanted = visible_cases(by, Action.HANDLE).where(
            Case.association_id == row.association_id, Case.kind == row.kind
        )
        case = session.scalar(wanted.order_by(Case.id.desc()).limit(1))
        if case is not None:
            found.append(FailingAddress(row, case))
    return found
