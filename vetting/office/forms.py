"""The forms of an agreement between two boards, and of the quick check."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from vetting.bookings.domain.room_bookings import no_room, room_time, wrong_with_clock, wrong_with_clocks
from vetting.bookings.forms import ClockField, requested_time
from vetting.bookings.services.room_bookings import BookingSeries
from vetting.casework.domain.records import ALWAYS_IN_DIARY, RECORD_KIND_WORDS
from vetting.casework.forms.facts import FactForm
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.office.domain.watches import NO_LINE
from vetting.web.forms import CarriedField, KeyField, UnmaskedField

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from vetting.office.models.watches import Watch

from vetting.kernel.text import Words, _, in_context, same_in_both
from vetting.lists.forms import ListFileField
from vetting.web.forms import (
    NO_FILE,
    DayField,
    FormsOfPage,
    KeyChoiceField,
    PostedForm,
    SeveralField,
    TextField,
    TickField,
)

CHOSEN_KINDS: Final = {kind.value: words for kind, words in RECORD_KIND_WORDS.items() if kind not in ALWAYS_IN_DIARY}
"""Kinds of records that a board's plan may take out of the diary."""


class OutsideListForm(PostedForm):
    """A list of what was decided outside the program. giver: empty of the board's own decisions."""

    file = ListFileField(
        _("Lista i Excel"),
        hint=_("Rubriker: Förening, Org.nr, År, Bidragsform, Ändamål, Sökt, Beviljat, Använt, Utfall."),
        needs=NO_FILE,
    )
    giver = TextField(_("Vems beslut"), hint=_("Tomt: nämndens egna. Annars den andra nämndens namn."))


class RegistryListForm(PostedForm):
    """Which days a list for the registry is of."""

    receipt: Words = _("Listan är gjord.")
    first = DayField(in_context("time", "Från"), hint=_("Tomt: där den förra listan slutade."))
    last = DayField(in_context("time", "Till"), hint=_("Tomt: nu."))


class RegistryNumbersForm(PostedForm):
    """The registry's list with its numbers."""

    file = ListFileField(
        _("Ifylld diarieföringslista"), hint=_("Listan härifrån, med Dnr eller Nr i diariet ifyllt."), needs=NO_FILE
    )


class RecordPlanForm(PostedForm):
    """Which kinds of records the diary does not have."""

    receipt: Words = _("Planen är sparad. Den gäller det som kommer från och med nu.")
    in_order = SeveralField(_("Hålls ordnade utan att föras i diariet"), options=CHOSEN_KINDS)
    minor = SeveralField(_("Är av liten betydelse"), options=CHOSEN_KINDS)


class RecordMarkForm(PostedForm):
    """What is noted of a record."""

    receipt: Words = _("Det är antecknat.")
    registry_number = TextField(_("Nr i diariet"), short=True)
    secrecy = TextField(
        _("Kan omfattas av sekretess"),
        short=True,
        hint=_("Paragrafen, till exempel 21 kap. 1 §. Prövas vid utlämnande."),
    )
    version = KeyField()


class WorkingMaterialForm(PostedForm):
    """Working material that somebody has looked at."""

    document = SeveralField(_("Arbetsmaterial"), needs=(_("Inget är ikryssat."), _("Kryssa i minst ett.")))
    act = CarriedField()


class QuickCheckForm(FactForm):
    """Who is asked about, and what is said of the event. In the words of the address: typ, val, disk, ny."""

    q = UnmaskedField(_("Organisationsnummer eller namn"))
    typ = CarriedField()
    val = KeyField()
    disk = CarriedField()
    ny = CarriedField()
    until_clock = ClockField(_("Till"), ends=True, hint=_("Efter midnatt räknas som nästa dag."))
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


class MovedWatchForm(PostedForm):
    """Another day for a watch."""

    receipt: Words = _("Bevakningen är flyttad.")
    on = DayField(_("Dag"), needs=(_("Dagen saknas."), _("Skriv den så här: 2026-03-15.")), hint=_("ÅÅÅÅ-MM-DD"))


class NewWatchForm(MovedWatchForm):
    """A day and a line on something."""

    creates = True
    receipt: Words = _("Bevakningen är sparad.")
    text = TextField(
        _("Vad som ska bevakas"),
        needs=NO_LINE,
        hint=_("Till exempel: ring om protokollet."),
    )
    sleeps = TickField(_("Ärendet vilar till dess"))


class GivenWatchForm(PostedForm):
    """The colleague who gets a watch."""

    receipt: Words = _("Bevakningen är lämnad över.")
    user = KeyChoiceField(_("Lämna till"))


class FormsOfWatches(FormsOfPage):
    """The forms of a list of watches. people: key -> name of whoever one can be given to."""

    def __init__(self, people: Mapping[int, str], refused: PostedForm | None) -> None:
        super().__init__(refused)
        self._people = {key: same_in_both(name) for key, name in people.items()}

    def move(self, watch: Watch) -> MovedWatchForm:
        """Another day."""
        return self.form(MovedWatchForm, f"move-{watch.id}", {"on": watch.on})

    def give(self, watch: Watch) -> GivenWatchForm:
        """A colleague."""
        form = self.form(GivenWatchForm, f"give-{watch.id}")
        form.user.options = self._people
        return form
