"""The forms of an agreement between two boards, and of the quick check."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vetting.bookings.domain.room_bookings import no_room, room_time, wrong_with_clock, wrong_with_clocks
from vetting.bookings.forms import ClockField, requested_time
from vetting.bookings.services.room_bookings import BookingSeries
from vetting.cases.forms.facts import FactForm
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.web.forms import CarriedField, KeyField, UnmaskedField

if TYPE_CHECKING:
    from datetime import date


from vetting.kernel.text import Words, _
from vetting.web.forms import KeyChoiceField, PostedForm, TextField


class AgreementForm(PostedForm):
    """The own board's word to share with another."""

    receipt: Words = _("Överenskommelsen är antecknad.")
    other_id = KeyChoiceField(_("Nämnd"))
    reference = TextField(_("Beslutets diarienummer"))


class QuickCheckForm(FactForm):
    """Who is asked about, and what is said of the event. In the words of the address: typ, val, disk, ny."""

    q = UnmaskedField(_("Organisationsnummer eller namn"))
    typ = CarriedField()
    val = KeyField()
    disk = CarriedField()
    ny = CarriedField()
    until_clock = ClockField(_("Till"), hint=_("Efter midnatt räknas som nästa dag."))
    room_id = KeyChoiceField(_("Lokal"), blank=_("Välj"))
    room = TextField(_("Lokal"))

    def series(self, today: date) -> BookingSeries:
        """The room and the time that were chosen, where rooms are booked here.

        Raises:
            Refused: something of them is lacking or cannot be.
        """
        starts, until = requested_time(self, "").starts_at, self.until_clock.data
        problems = []
        if self.room_id.data is None:
            problems.append(no_room())
        if starts is None:
            problems.append(Problem("event_starts_at", _("Tiden saknas."), _("Skriv när arrangemanget börjar.")))
        if until is None:
            problems.append(wrong_with_clock("until_clock"))
        elif starts is not None:
            found = wrong_with_clocks(starts.date(), starts.time(), until, today, noted=False)
            problems += [replace(one, where="event_starts_at") if one.where == "day" else one for one in found]
        if starts is None or until is None or problems:
            raise Refused(Obstacle.INVALID, *problems)
        return BookingSeries(room_id=self.room_id.key, uses=(room_time(starts.date(), starts.time(), until),))
