"""The forms of bookings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from vetting.bookings.domain.bookers import KIND, KIND_WORDS
from vetting.bookings.domain.letting import ACCEPTANCE_CHANNEL_WORDS, AcceptanceChannel, Letting
from vetting.bookings.domain.room_bookings import (
    ROOM_USE_WORDS,
    WEEKDAYS,
    RoomTime,
    RoomUseKind,
    every_week,
    no_room,
    parse_hours,
    room_time,
    wrong_with_clock,
    wrong_with_clocks,
    wrong_with_series,
)
from vetting.bookings.services.answers import BookingAnswer
from vetting.bookings.services.room_bookings import BookingSeries, NewRoom, requested_time
from vetting.casework import ReferralRecipient
from vetting.engine.facts import Facts
from vetting.engine.screening import BookerKind
from vetting.kernel.clock_times import NO_CLOCK
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.text import Words, _, same_in_both
from vetting.web import visitor
from vetting.web.fact_forms import FactForm, fact_form
from vetting.web.forms import (
    NOTHING_CHOSEN,
    AmountField,
    CarriedField,
    ChoiceField,
    ClockField,
    DayField,
    DecidedForm,
    FormsOfPage,
    KeyChoiceField,
    KeyField,
    PostedForm,
    SeveralField,
    ShownChoiceField,
    TextField,
    TickField,
    TypedField,
    UnmaskedField,
    WholeNumberField,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from vetting.casework.models.cases import Case
    from vetting.engine.facts import FactDefinition
    from vetting.people.models.people import Room


MET: Final = "met-"
NO_DAY: Final = (_("Det är inget datum."), _("Skriv datumet så här: 2026-03-15."))
NOT_SAID: Final = (
    _("Du har inte intygat att du inte är jävig."),
    _("Kryssa i rutan, eller lämna bokningen till någon annan."),
)
NOT_EXPLAINED: Final = (
    _("Det står inte varför kravet är uppfyllt."),
    _("Skriv vad du har gått igenom. Är det inte uppfyllt: öppna bokningen och bedöm det där."),
)


class RoomForm(PostedForm):
    """A room: its name, its unit, when it is open. opens-0, closes-0: the hours of Mondays, and so on."""

    receipt: Words = _("Lokalen är sparad.")
    name = TextField(_("Lokalens namn"))
    unit = TextField(_("Enhet"))
    open = TickField(_("Öppet rum: besökare kommer utan att boka, och det som ordnas antecknas"))
    letting_kind = KeyChoiceField(
        _("Uthyrningsform"),
        blank=_("Ingen: de gemensamma reglerna"),
        hint=_("Har den egna regler prövas nya bokningar av lokalen mot dem. De som finns behåller sina."),
    )
    buffer_minutes = WholeNumberField(_("Paus mellan bokningar (minuter)"))
    shared_by = WholeNumberField(
        _("Bokningar som ryms samtidigt"), hint=_("Skriv 1 om lokalen inte delas. En hall som delas i halvor rymmer 2.")
    )

    price = AmountField(
        _("Normal taxa (kr per timme)"), hint=_("Lämna tomt om nedsättningen inte ska räknas i kronor.")
    )
    subsidised_price = AmountField(_("Subventionerad taxa (kr per timme)"))

    def hours_of(self, place: int) -> tuple[TypedField, TypedField]:
        """When it opens and closes on a weekday, counted from 0."""
        return self.named("opens-")[str(place)], self.named("closes-")[str(place)]

    def command(self) -> NewRoom:
        """The room.

        Raises:
            Refused: an hour cannot be read.
        """
        typed = {place: (self.hours_of(place)[0].data, self.hours_of(place)[1].data) for place in range(WEEKDAYS)}
        hours, problems = parse_hours(typed)
        if problems:
            raise Refused(Obstacle.INVALID, *problems)
        return NewRoom(
            name=self.name.data,
            unit=self.unit.data,
            open=self.open.data,
            hours=hours,
            buffer_minutes=self.buffer_minutes.data or 0,
            shared_by=self.shared_by.data or 1,
            price=self.price.data,
            subsidised_price=self.subsidised_price.data,
            letting_kind_id=self.letting_kind.data,
        )


for _place in range(WEEKDAYS):
    setattr(RoomForm, f"opens-{_place}", TextField())
    setattr(RoomForm, f"closes-{_place}", TextField())


class OwnBookingsForm(PostedForm):
    """Rooms are booked here, or not."""

    own = CarriedField()


class FormsOfRooms(FormsOfPage):
    """The forms of the rooms of a board. units, kinds of letting: their names by key."""

    def __init__(self, refused: PostedForm | None, units: Mapping[int, str], kinds: Mapping[int, str]) -> None:
        super().__init__(refused)
        self.units = units
        self.kinds: Mapping[str | int, Words] = {key: same_in_both(name) for key, name in kinds.items()}

    def room(self, room: Room | None) -> RoomForm:
        """A room as it is, or a new one."""
        if room is None:
            return self._with_kinds(self.form(RoomForm, "new", {"buffer_minutes": 0, "shared_by": 1}))
        known: dict[str, object] = {
            "name": room.name,
            "unit": self.units.get(room.unit_id or 0, ""),
            "open": room.open,
            "buffer_minutes": room.buffer_minutes,
            "price": room.price,
            "subsidised_price": room.subsidised_price,
            "shared_by": room.shared_by,
            "letting_kind": room.letting_kind_id,
        }
        for place, (opens, closes) in room.hours.items():
            known |= {f"opens-{place}": opens, f"closes-{place}": closes}
        return self._with_kinds(self.form(RoomForm, str(room.id), known))

    def _with_kinds(self, form: RoomForm) -> RoomForm:
        form.letting_kind.options = self.kinds
        return form


class LettingKindForm(PostedForm):
    """A kind of letting: what it is called, by which rules."""

    receipt: Words = _("Uthyrningsformen är sparad.")
    name = TextField(_("Namn"), hint=_("Till exempel Festlokaler."))
    ruleset = ChoiceField(
        _("Regler"),
        blank=_("De gemensamma reglerna"),
        hint=_(
            "Egna regler publiceras för sig och gäller då tillsammans med de gemensamma. Till "
            "dess gäller bara de gemensamma."
        ),
    )


class ChosenRoomForm(PostedForm):
    """Which room a booking is of: its rules say what else is asked."""

    room_id = KeyField()


class RoomBookingForm(FactForm):
    """A room for a time, once or every week."""

    room_id = KeyChoiceField(_("Lokal"), blank=_("Välj"), needs=(no_room().what, no_room().remedy))
    day = DayField(_("Dag"), hint=_("Till exempel 2026-12-01."), needs=NO_DAY)
    from_clock = ClockField(_("Från"), hint=_("Till exempel 18:00."), needs=NO_CLOCK)
    until_clock = ClockField(_("Till"), ends=True, hint=_("Efter midnatt räknas som nästa dag."), needs=NO_CLOCK)
    until = DayField(_("Varje vecka till och med"), hint=_("Lämna tomt för ett enda tillfälle."))
    way = ShownChoiceField(_("Vad är det?"), options=ROOM_USE_WORDS, default=RoomUseKind.BOOKING)
    skip_clashes = TickField(_("Hoppa över tider som krockar"))
    step = CarriedField()
    asked_by = CarriedField()

    def tell(self, problems: Iterable[Problem]) -> None:
        """What is said of the room stands at the field that it is chosen in."""
        super().tell(replace(item, where="room_id") if item.where == "room" else item for item in problems)

    def wrong_times(self, today: date) -> list[Problem]:
        if self.day.data is None:
            return []
        found = wrong_with_series(self.day.data, self.until.data)
        if self.from_clock.data is None or self.until_clock.data is None:
            return found
        noted = self.way.data == RoomUseKind.OPEN_ROOM
        return found + wrong_with_clocks(self.day.data, self.from_clock.data, self.until_clock.data, today, noted=noted)

    def times(self, today: date) -> list[RoomTime]:
        """The times that are asked for; none where something about them is wrong."""
        asked = (self.room_id, self.day, self.from_clock, self.until_clock, self.until)
        if any(item.problems for item in asked) or self.wrong_times(today):
            return []
        return [
            room_time(each, self.from_clock.clock, self.until_clock.clock)
            for each in every_week(self.day.day, self.until.data)
        ]

    def series(self, today: date) -> BookingSeries:
        """The times, in which room, and how.

        Raises:
            Refused: they cannot be.
        """
        wrong = self.wrong_times(today)
        if wrong:
            raise Refused(Obstacle.INVALID, *wrong)
        return BookingSeries(
            room_id=self.room_id.key,
            uses=self.times(today),
            way=RoomUseKind(self.way.data) if self.way.data else RoomUseKind.BOOKING,
            skip_clashes=self.skip_clashes.data,
        )


class AnsweredFactsForm(FactForm):
    """What the booker has answered."""

    case = CarriedField()
    version = KeyField()

    def command(self) -> Facts:
        """The facts.

        Raises:
            Refused: nothing is filled in.
        """
        if not self.facts.values and not self.facts.absent:
            raise Refused(
                Obstacle.INVALID,
                Problem(self.case.data, _("Inget är ifyllt."), _("Skriv vad bokaren har svarat.")),
            )
        return Facts(self.facts.values, self.facts.absent)


class BookingAnswerForm(DecidedForm):
    """One booking confirmed by somebody who has looked at it. met-<criterion>: why it is met."""

    case = CarriedField()
    version = KeyField()
    no_conflict = TickField(_("Jag är inte jävig och har följt rutinen"), needs=NOT_SAID)
    conditions = TextField(_("Villkor, ett på varje rad"), rows=2)
    despite_clash = TextField(_("Varför båda får lokalen"), short=True)

    @property
    def met(self) -> dict[str, TypedField]:
        """Criterion -> the field with why it is met."""
        return self.named(MET)

    def command(self) -> BookingAnswer:
        """The answer."""
        return BookingAnswer(
            conditions=self.conditions.data.splitlines(),
            nothing_found=True,
            despite_clash=self.despite_clash.data,
            met={criterion: field.data for criterion, field in self.met.items()},
        )


def booking_answer_form(criteria: Iterable[str]) -> type[BookingAnswerForm]:
    """The form of a booking with some criteria that a person is to assess."""
    return type(
        BookingAnswerForm.__name__,
        (BookingAnswerForm,),
        {MET + criterion: TextField(rows=2, needs=NOT_EXPLAINED) for criterion in criteria},
    )


class BookerKindsForm(PostedForm):
    """What those who book are. kind-<association>: the kind of one."""

    rest = TickField(_("De andra som visas är föreningar"))

    @property
    def kinds(self) -> dict[str, TypedField]:
        """Association -> the field with its kind."""
        return self.named(KIND)

    def command(self) -> dict[int, BookerKind]:
        """The kinds, of those that one was chosen for; of all that were shown, where the rest are associations."""
        rest = BookerKind.ASSOCIATION.value if self.rest.data else ""
        said = {key: field.data or rest for key, field in self.kinds.items() if key.isdecimal()}
        return {int(key): BookerKind(kind) for key, kind in said.items() if kind}


def booker_kinds_form(bookers: Iterable[str]) -> type[BookerKindsForm]:
    """The form of some who book, by the keys of their associations."""
    return type(
        BookerKindsForm.__name__,
        (BookerKindsForm,),
        {KIND + key: ChoiceField(options=KIND_WORDS, blank=_("inte angivet")) for key in bookers},
    )


class BookingSecondLookForm(PostedForm):
    """What the new leads to for one that was answered."""

    case = CarriedField()
    text = TextField(
        _("Vad ändringen innebär för svaret"),
        rows=2,
        hint=_("Skriv varför svaret står kvar. Ska det ändras: öppna bokningen."),
    )


class BookingReferralForm(PostedForm):
    """A question about one booking to the coordinator or the group."""

    case = CarriedField()
    whom = ShownChoiceField(
        _("Vem frågas?"),
        options={
            ReferralRecipient.COORDINATOR: _("Samordnaren"),
            ReferralRecipient.GROUP: _("Referensgruppen"),
        },
        needs=NOTHING_CHOSEN,
    )
    question = TextField(
        _("Frågan"),
        rows=2,
        hint=_("Vad som gjorts och i vilken roll, inga namn. Svaret ska komma före arrangemanget."),
    )


class ManyAnswersForm(DecidedForm):
    """Bookings without questions, confirmed in one stroke."""

    case = SeveralField(needs=(_("Ingen bokning är vald."), _("Kryssa i dem som ska bekräftas.")))
    no_conflict = TickField(_("Jag är inte jävig i någon av dem och har följt rutinen"), needs=NOT_SAID)


class LookedAtForm(ManyAnswersForm):
    """Those who book that were read in the list: nothing has been found about them, and all they book is confirmed."""

    case = SeveralField(needs=(_("Ingen är vald."), _("Kryssa i dem som du har läst.")))


class FormsOfWeek(FormsOfPage):
    """The forms of a week of bookings, each under the number of its booking."""

    def many(self) -> ManyAnswersForm:
        return self.form(ManyAnswersForm)

    def looked_at(self) -> LookedAtForm:
        """Those of whom only the value question is asked."""
        return self.form(LookedAtForm, "looked")

    def facts(self, case: Case, definitions: Iterable[FactDefinition]) -> AnsweredFactsForm:
        """What to ask the booker. definitions: of the facts."""
        known = {"case": case.number, "version": case.version}
        return self.form(AnsweredFactsForm, case.number, known, fact_form(definitions, AnsweredFactsForm))

    def answer(self, case: Case, points: Mapping[str, Words], before: Mapping[str, str]) -> BookingAnswerForm:
        """The answer. points: the criteria to assess, by id; before: why they were met of the same event before."""
        known = {"case": case.number, "version": case.version, **{MET + name: why for name, why in before.items()}}
        now = booking_answer_form(points)
        form = self.form(BookingAnswerForm, case.number, known, now)
        if form.met.keys() != points.keys():
            form = now(key=case.number, known=known)
        for criterion, field in form.met.items():
            field.words = _("Varför det är uppfyllt: {label}", label=points[criterion])
        return form

    def second_look(self, case: Case) -> BookingSecondLookForm:
        return self.form(BookingSecondLookForm, case.number, {"case": case.number})

    def referral(self, case: Case) -> BookingReferralForm:
        """A question about it."""
        return self.form(BookingReferralForm, case.number, {"case": case.number, "whom": ReferralRecipient.COORDINATOR})


class AcceptanceForm(PostedForm):
    """How and when the booker accepted the terms."""

    receipt: Words = _("Godkännandet är antecknat.")
    way = ShownChoiceField(
        _("Hur"), options=ACCEPTANCE_CHANNEL_WORDS, needs=NOTHING_CHOSEN, default=AcceptanceChannel.SIGNATURE.value
    )
    accepted_on = DayField(_("Dag"), default=visitor.today)


class LeaveOutForm(PostedForm):
    """Why one time of several is left out."""

    receipt: Words = _("Tiden är struken.")
    version = KeyField()
    because = TextField(_("Varför"))


class LettingForm(PostedForm):
    """What the board chooses about its routine for letting."""

    receipt: Words = _("Valen är sparade.")
    owner = TextField(_("Ansvarig funktion"))
    ask = TextField(_("Vem personalen frågar"), hint=_("Funktion och telefon."))
    anchored = TextField(_("Förankrad"), hint=_("Var och när, till exempel chefsforum 12 mars 2026."))
    review_on = DayField(_("Ses över"))
    drawn_in_hundred = WholeNumberField(_("Stickprov bland dem utan frågor (procent)"))

    def command(self) -> Letting:
        """The choice."""
        share = self.drawn_in_hundred.data
        return Letting(
            drawn_in_hundred=share if share is not None else -1,
            owner=self.owner.data,
            anchored=self.anchored.data,
            review_on=self.review_on.data,
            ask=self.ask.data,
        )


class TermsForm(PostedForm):
    """The terms of the agreement."""

    receipt: Words = _("Villkoren är fastställda.")
    terms = TextField(_("Villkor, ett på varje rad"), rows=10, hint=_("Det som redan är avtalat behåller sin version."))


class FormsOfLetting(FormsOfPage):
    """The forms of the page about letting."""

    def __init__(self, letting: Letting, terms: str, refused: PostedForm | None) -> None:
        super().__init__(refused)
        self._letting, self._terms = letting, terms

    @property
    def choice(self) -> LettingForm:
        known = self._letting
        return self.form(
            LettingForm,
            "choice",
            {
                "owner": known.owner,
                "ask": known.ask,
                "anchored": known.anchored,
                "review_on": known.review_on,
                "drawn_in_hundred": known.drawn_in_hundred,
            },
        )

    @property
    def terms(self) -> TermsForm:
        """The terms that hold."""
        return self.form(TermsForm, "terms", {"terms": self._terms})


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
        starts, until = requested_time(self.facts, "").starts_at, self.until_clock.data
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
