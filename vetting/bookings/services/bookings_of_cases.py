"""Functions that casework calls by `vetting.casework.services.bookings_of_cases.BOOKINGS`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.bookings.models.clashes import clashes_in_words, clashes_of
from vetting.bookings.services.letter_contents import content_of_agreement
from vetting.bookings.services.letting import current_terms
from vetting.bookings.services.room_bookings import take_again

if TYPE_CHECKING:
    from vetting.casework.models.cases import Case
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.kernel.text import Words

__all__ = ["clashes_of_case", "content_of_agreement", "keep_first_terms", "take_again"]


def clashes_of_case(session: Session, case: Case) -> Words | None:
    """Names the bookings that clash with a case; None where there are none."""
    clashes = clashes_of(session, case.board_id, [case.id]).get(case.id, ())
    return clashes_in_words(clashes) if clashes else None


def keep_first_terms(session: WritingSession, board_id: int) -> None:
    """Stores the terms that ship with the program, where the board has written none."""
    current_terms(session, board_id)
