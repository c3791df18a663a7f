"""Rooms, letting, weeks of bookings, deviations, rescission."""

from vetting.bookings.services.bookers import kinds_of
from vetting.bookings.services.deviations import NewDeviation, note_deviation, withdraw_deviation
from vetting.bookings.services.handed_over import hand_over_one
from vetting.bookings.services.letting import terms_of_booking
from vetting.bookings.services.quick_checks import quick_check
from vetting.bookings.services.rescissions import rescind_booking
from vetting.bookings.services.room_bookings import BookingSeries, book_room, has_own_bookings, requested_time

__all__ = [
    "BookingSeries",
    "NewDeviation",
    "book_room",
    "hand_over_one",
    "has_own_bookings",
    "kinds_of",
    "note_deviation",
    "quick_check",
    "requested_time",
    "rescind_booking",
    "terms_of_booking",
    "withdraw_deviation",
]
