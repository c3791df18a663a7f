"""The forms of bookings."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from vetting.bookings.domain.deviations import DEVIATION_WORDS, DeviationKind
from vetting.bookings.domain.letting import ACCEPTANCE_CHANNEL_WORDS, AcceptanceChannel, Letting
from vetting.bookings.domain.rescissions import RESCISSION_GROUND_WORDS, NewRescission, RescissionGround
from vetting.bookings.services.deviations import NewDeviation
from vetting.decisions.forms import DecidedForm
from vetting.documents.forms import handed_in_document
from vetting.documents.services.documents import ARRIVED
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.text import Words, _
from vetting.web.forms import (
    NOTHING_CHOSEN,
    ChoiceField,
    DayField,
    FormsOfPage,
    KeyField,
    PhotoField,
    PostedForm,
    ShownChoiceField,
    TextField,
    TickField,
    WholeNumberField,
)

if TYPE_CHECKING:
    from datetime import date


class AcceptanceForm(PostedForm):
    """How and when the booker accepted the terms."""

    receipt: ClassVar[Words] = _("Godkännandet är antecknat.")
    way = ShownChoiceField(
        _("Hur"), options=ACCEPTANCE_CHANNEL_WORDS, needs=NOTHING_CHOSEN, default=AcceptanceChannel.SIGNATURE.value
    )
    accepted_on = DayField(_("Dag"), hint=_("Tomt betyder i dag."))


class DeviationWithdrawalForm(PostedForm):
    """Why a deviation is taken back."""

    receipt: ClassVar[Words] = _("Avvikelsen är återtagen.")
    because = TextField(_("Vad som var fel"))


class LeaveOutForm(PostedForm):
    """Why one time of several is left out."""

    receipt: ClassVar[Words] = _("Tiden är struken.")
    version = KeyField()
    because = TextField(_("Varför"))


class DeviationForm(PostedForm):
    """What happened at a booking, in a sentence, with a photo."""

    receipt: ClassVar[Words] = _("Avvikelsen är antecknad.")
    kind = ShownChoiceField(_("Vad hände?"), options=DEVIATION_WORDS)
    what = TextField(_("Beskriv handlingen"), rows=3, hint=_("Vad som gjordes eller sades. Inga namn på personer."))
    on = DayField(_("Dag"), hint=_("Tomt betyder i dag."))
    photo = PhotoField(_("Foto"), hint=_("Fotografera lokalen, inga personer."))

    def command(self, *, today: date) -> NewDeviation:
        """The deviation.

        Raises:
            UnreadableError: what was handed in is of a kind that is not kept.
            Refused: it is no picture.
        """
        photo = handed_in_document(self.photo, state=ARRIVED, dated=None, arrived_on=today)
        if photo is not None and not photo.media_type.startswith("image/"):
            raise Refused(Obstacle.INVALID, Problem("photo", *_NO_PICTURE))
        return NewDeviation(
            kind=DeviationKind(self.kind.data) if self.kind.data else None,
            what=self.what.data,
            on=self.on.data or today,
            photo=photo,
        )


_NO_PICTURE = (_("Filen är ingen bild."), _("Välj ett foto, eller lägg handlingen i ärendet."))


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
        _("Varför räcker inget mildare?"), rows=3, hint=_("Villkor, en annan lokal, en annan tid.")
    )
    acts_not_opinions = TickField(_("Beslutet bygger på handlingen, inte på åsikten"))

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


class LettingForm(PostedForm):
    """What the board chooses about its routine for letting."""

    receipt: ClassVar[Words] = _("Valen är sparade.")
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

    receipt: ClassVar[Words] = _("Villkoren är fastställda.")
    terms = TextField(_("Villkor, ett på varje rad"), rows=10, hint=_("Det som redan är avtalat behåller sin version."))


class FormsOfLetting(FormsOfPage):
    """The forms of the page about letting."""

    def __init__(self, letting: Letting, terms: str, refused: PostedForm | None) -> None:
        super().__init__(refused)
        self._letting, self._terms = letting, terms

    @property
    def choice(self) -> LettingForm:
        """What the board has chosen."""
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
