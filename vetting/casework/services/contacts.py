"""Where a board writes to an association, about grants and about bookings each for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.casework.domain.completions import wrong_with_address
from vetting.casework.services.cases import open_case
from vetting.casework.services.stated_contacts import keep_contact
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Action

if TYPE_CHECKING:
    from vetting.casework.models.completions import Contact
    from vetting.casework.services.stated_contacts import NewContact
    from vetting.kernel.store.session import WritingSession


def set_contact(session: WritingSession, number: str, new: NewContact) -> Contact:
    """Where letters in cases of this kind go, for the association of a case.

    Raises:
        Refused: the e-mail address is none, the postal address does not fit in an envelope's window, one of them holds
            a personal number, or the case has no association.
    """
    case = open_case(session, number, action=Action.HANDLE)
    if case.association_id is None:
        raise Refused(Obstacle.MISSING)
    lines = [line.strip() for line in new.postal.splitlines() if line.strip()]
    problems = wrong_with_address(new.email, lines)
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    return keep_contact(session, case, new, lines)
