"""Forms of a booking's case."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from vetting.bookings import NewDeviation, requested_time
from vetting.bookings.domain.deviations import DEVIATION_WORDS, DeviationKind
from vetting.bookings.domain.rescissions import RESCISSION_GROUND_WORDS, NewRescission, RescissionGround
from vetting.casework import handed_in_document
from vetting.casework.domain.document_statuses import DocumentStatus
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.text import Words, _
from vetting.web import visitor
from vetting.web.forms import (
    NO_PICTURE,
    ChoiceField,
    ClockField,
    DayField,
    DecidedForm,
    KeyField,
    MomentField,
    PhotoField,
    PostedForm,
    ShownChoiceField,
    TextField,
    TickField,
)
from vetting.workspace.forms.intake import NewCaseForm

if TYPE_CHECKING:
    from datetime import date

    from vetting.casework.models.intake import RequestedTime


class NewBookingForm(NewCaseForm):
    """A booking that comes in where rooms are booked elsewhere."""

    kind: ClassVar[CaseKind] = CaseKind.BOOKING
    room = TextField(_("Lokal"))
    starts_at = MomentField(_("Börjar"))
    until_clock = ClockField(_("Till"), ends=True, hint=_("Efter midnatt räknas som nästa dag."))

    @property
    def uses(self) -> tuple[RequestedTime, ...]:
        """The room and its time."""
        asked = requested_time(self.facts, self.room.data, otherwise=self.starts_at.data, until=self.until_clock.data)
        return (asked,)


class DeviationWithdrawalForm(PostedForm):
    """Why a deviation is taken back."""

    receipt: Words = _("Avvikelsen är återtagen.")
    because = TextField(_("Vad som var fel"))


class DeviationForm(PostedForm):
    """What happened at a booking, in a sentence, with a photo."""

    creates = True
    receipt: Words = _("Avvikelsen är antecknad.")
    kind = ShownChoiceField(_("Vad hände?"), options=DEVIATION_WORDS)
    what = TextField(_("Beskriv vad som hände"), rows=3, hint=_("Vad som gjordes eller sades. Inga namn på personer."))
    on = DayField(_("Dag"), default=visitor.today)
    photo = PhotoField(_("Foto"), hint=_("Fotografera lokalen, inga personer."))

    def command(self, *, today: date) -> NewDeviation:
        """The deviation.

        Raises:
            UnreadableError: what was handed in is of a kind that is not kept.
            Refused: it is no picture.
        """
        photo = handed_in_document(self.photo, state=DocumentStatus.ARRIVED, dated=None, arrived_on=today)
        if photo is not None and not photo.media_type.startswith("image/"):
            raise Refused(Obstacle.INVALID, Problem("photo", *NO_PICTURE))
        return NewDeviation(
            kind=DeviationKind(self.kind.data) if self.kind.data else None,
            what=self.what.data,
            on=self.on.data or today,
            photo=photo,
        )


class RescissionForm(DecidedForm):
    """Why a confirmed booking is taken back."""

    version = KeyField()
    ground = ShownChoiceField(_("Grund"), options=RESCISSION_GROUND_WORDS, hint=_("En åsikt är ingen grund."))
    without_terms_because = TextField(_("Med vilken rätt bokningen ändå kan tas tillbaka"), rows=2)
    term = ChoiceField(_("Villkoret i avtalet"), blank=_("Välj"))
    act = TextField(_("Vad har hänt?"), rows=4, hint=_("Vad som gjordes, när, och hur det är känt. Roller, inga namn."))
    heard = TextField(_("Vad svarade bokaren?"), rows=3)
    not_heard_because = TextField(_("Om bokaren inte har hörts: varför tiden inte räckte"), rows=2)
    proportionality = TextField(
        _("Varför räcker ingen mindre ingripande åtgärd?"), rows=3, hint=_("Villkor, en annan lokal, en annan tid.")
    )
    acts_not_opinions = TickField(_("Beslutet bygger på agerandet eller uttalandet, inte på någons åsikt"))

    def command(self) -> NewRescission:
        """The rescission."""
        return NewRescission(
            ground=RescissionGround(self.ground.data) if self.ground.data else None,
            term=self.term.data,
            act=self.act.data,
            heard=self.heard.data,
            not_heard_because=self.not_heard_because.data,
            proportionality=self.proportionality.data,
            without_terms_because=self.without_terms_because.data,
            acts_not_opinions=self.acts_not_opinions.data,
        )
