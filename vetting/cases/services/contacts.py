"""Where a board writes to an association, about grants and about bookings each for itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vetting.cases.domain.completions import wrong_with_address
from vetting.cases.models.completions import Contact
from vetting.cases.services.cases import open_case
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.text import LANGUAGES

if TYPE_CHECKING:
    from datetime import datetime

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession


LONGEST_FUNCTION: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContact:
    """Where letters go: both addresses empty when nobody knows any more."""

    email: str
    postal: str
    function: str = ""
    language: str = ""
    """What it reads letters in; empty where nobody has said."""


def set_contact(session: WritingSession, number: str, new: NewContact, *, by: Person, at: datetime) -> Contact:
    """Where letters in cases of this kind go, for the association of a case.

    Raises:
        Refused: the e-mail address is none, the postal address does not fit in an envelope's window, one of them holds
            a personal number, or the case has no association.
    """
    case = open_case(session, number, by=by, action=Action.HANDLE)
    if case.association_id is None:
        raise Refused(Obstacle.MISSING)
    lines = [line.strip() for line in new.postal.splitlines() if line.strip()]
    problems = wrong_with_address(new.email, lines)
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    contact = Contact(
        board_id=case.board_id,
        association_id=case.association_id,
        kind=case.kind,
        email=new.email,
        postal="\n".join(lines),
        function=" ".join(mask_personal_numbers(new.function).split())[:LONGEST_FUNCTION],
        language=new.language if new.language in LANGUAGES else "",
        at=at,
        by_user_id=by.id or None,
    )
    session.add(contact)
    session.flush()
    session.note(TrailNote(action="contact_changed", by=by, at=at, subject=contact, case_id=case.id))
    return contact
