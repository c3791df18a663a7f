"""The agreement on a booking as content of its letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.bookings.domain.room_bookings import PRICE_WORDS, price_of
from vetting.bookings.services import letting
from vetting.casework import screen_without_keeping as screened_now
from vetting.casework.models.cases import (
    BookingRequest,
    Case,
)
from vetting.casework.models.facts import values_of as values_of_case
from vetting.kernel.text import (
    NO_WORDS,
    Words,
)
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from datetime import date

    from vetting.casework.domain.letters import AgreementInLetter
    from vetting.kernel.store.session import Session


ORGANISER: Final = "organiser_of_record"


def content_of_agreement(session: Session, case: Case, *, on: date) -> AgreementInLetter:
    """Gives price, organiser and terms of a confirmed booking: those that were accepted, else those in force."""
    version, text = letting.terms_of_booking(session, case)
    said = {row.fact: row.value for row in values_of_case(session, case) if row.fact == ORGANISER}
    return {
        "price": _price(session, case, on),
        "organiser": str(said.get(ORGANISER) or case.name),
        "terms": text.splitlines(),
        "terms_version": version,
        "in_system": not session.get_one(Board, case.board_id).bookings.get("own"),
    }


def _price(session: Session, case: Case, on: date) -> Words:
    """The class that the booking is charged by; nothing where none was asked for."""
    asked = session.scalar(select(BookingRequest.rate).where(BookingRequest.case_id == case.id))
    if not asked:
        return NO_WORDS
    screened = screened_now(session, case, on=on)
    return PRICE_WORDS[price_of(asked, screened.screening.findings if screened is not None else ())]
