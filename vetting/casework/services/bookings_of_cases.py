"""Functions on rooms, times and terms that casework calls; the package of bookings supplies them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from vetting.kernel.hooks import Hook

if TYPE_CHECKING:
    from datetime import date

    from vetting.casework.domain.letters import AgreementInLetter
    from vetting.casework.models.cases import Case
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.kernel.text import Words


class BookingsOfCases(Protocol):
    """Rooms, times and terms of the case of a booking."""

    def take_again(self, session: WritingSession, case: Case, /, *, must: bool) -> None:
        """Gives a booking its room again, where no other booking has taken it.

        Raises:
            Refused: it must, and another booking has.
        """

    def clashes_of_case(self, session: Session, case: Case, /) -> Words | None:
        """Names the bookings that clash with a case; None where there are none."""

    def keep_first_terms(self, session: WritingSession, board_id: int, /) -> None:
        """Stores the terms that ship with the program, where the board has written none."""

    def content_of_agreement(self, session: Session, case: Case, /, *, on: date) -> AgreementInLetter:
        """Gives what the letter of a confirmed booking says: times, organiser, price and terms."""


BOOKINGS: Final = Hook[BookingsOfCases]("bookings of cases")
