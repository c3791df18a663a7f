"""The forms of money: paid, checked, stopped, claimed back."""

from __future__ import annotations

from vetting.decisions.forms import DecidedForm
from vetting.kernel.text import Words, _
from vetting.payments.domain.reclaims import ESTABLISHED_WORDS, RECLAIM_GROUND_WORDS, EstablishedBy, ReclaimGround
from vetting.payments.services.reclaims import NewReclaim
from vetting.web.forms import (
    NOTHING_CHOSEN,
    AmountField,
    ChoiceField,
    DayField,
    FormsOfPage,
    KeyField,
    PostedForm,
    ShownChoiceField,
    TextField,
)

NO_DAY = (_("Datumet saknas."), _("Skriv datumet så här: 2026-03-15."))
NO_AMOUNT = (_("Beloppet saknas."), _("Skriv beloppet i kronor, till exempel 40000."))


class NewAccountForm(PostedForm):
    """Another account, as the association has said after the decision."""

    receipt: Words = _("Det nya kontot väntar på kontroll.")
    account = TextField(_("Nytt bankgiro eller plusgiro"), short=True)
    how = TextField(
        _("Hur föreningen meddelade det"), hint=_("En annan person kontrollerar kontot innan något betalas.")
    )


class PaidForm(PostedForm):
    """The day a payment was made."""

    version = KeyField()
    paid_on = DayField(_("Betald den, tomt betyder i dag"))


class AccountCheckForm(PostedForm):
    """Which account is the right one, and how somebody knows."""

    receipt: Words = _("Kontot är kontrollerat.")
    account = ShownChoiceField(_("Rätt konto enligt föreningen"))
    how = TextField(
        _("Hur du kontrollerade"), hint=_("Använd ett telefonnummer eller en adress som var känd före bytet.")
    )


class StopForm(DecidedForm):
    """Why a payment is stopped."""

    receipt: Words = _("Utbetalningen är stoppad.")
    reasons = TextField(_("Motivering"), rows=2)


class LiftForm(DecidedForm):
    """Why a stopped payment may be made."""

    receipt: Words = _("Stoppet är hävt.")
    reasons = TextField(_("Motivering"), rows=2)


class NewReclaimForm(PostedForm):
    """A paid grant that is to be claimed back."""

    ground = ChoiceField(_("Grund"), options=RECLAIM_GROUND_WORDS, blank=_("Välj"), needs=NOTHING_CHOSEN)
    amount = AmountField(_("Belopp (kr)"), needs=NO_AMOUNT)
    established_by = ChoiceField(
        _("Konstaterat genom"), options=ESTABLISHED_WORDS, blank=_("Välj"), needs=NOTHING_CHOSEN
    )
    established_on = DayField(_("Beslutets eller domens datum"), hint=_("ÅÅÅÅ-MM-DD"), needs=NO_DAY)
    reference = TextField(_("Nummer eller paragraf"), hint=_("En misstanke räcker inte."))
    reasons = TextField(_("Motivering"), rows=4)
    without_reservation = TextField(_("Varför kan det krävas tillbaka ändå?"), rows=3)

    def command(self) -> NewReclaim:
        """The reclaim."""
        return NewReclaim(
            ground=ReclaimGround(self.ground.data),
            amount=self.amount.data or 0,
            established_by=EstablishedBy(self.established_by.data),
            established_on=self.established_on.day,
            reference=self.reference.data,
            reasons=self.reasons.data,
            without_reservation=self.without_reservation.data,
        )


class ReclaimCommunicationForm(PostedForm):
    """A reclaim that the association is told of."""

    receipt: Words = _("Det är antecknat att underlaget är skickat till föreningen.")
    reply_by = DayField(_("Svar senast"), hint=_("Tomt betyder tre veckor. Minst en vecka."))


class ReclaimReplyForm(PostedForm):
    """What the association answered to a reclaim."""

    receipt: Words = _("Svaret är sparat.")
    reply = TextField(_("Vad föreningen svarade"), rows=3)


class ReclaimDecisionForm(DecidedForm):
    """The decision to claim back."""

    receipt: Words = _("Återkravet är beslutat.")
    version = KeyField()


class MoneyBackForm(PostedForm):
    """Money that came back."""

    receipt: Words = _("Inbetalningen är antecknad.")
    amount = AmountField(_("Belopp (kr)"), needs=NO_AMOUNT)
    on = DayField(_("Kom in"), hint=_("Tomt betyder i dag."))


class FormsOfPayments(FormsOfPage):
    """The forms of the list of payments: some for each."""

    def paid(self, payment_id: int, version: int) -> PaidForm:
        """The day it was paid."""
        return self.form(PaidForm, f"paid-{payment_id}", {"version": version})

    def check(self, payment_id: int, accounts: dict[str, Words]) -> AccountCheckForm:
        """Which account is right: number -> how it stands."""
        form = self.form(AccountCheckForm, f"check-{payment_id}")
        form.account.options = accounts
        return form

    def stop(self, payment_id: int) -> StopForm:
        """Why it is stopped."""
        return self.form(StopForm, f"stop-{payment_id}")

    def lift(self, payment_id: int) -> LiftForm:
        """Why it may be made."""
        return self.form(LiftForm, f"lift-{payment_id}")


class FormsOfReclaim(FormsOfPage):
    """The forms of a reclaim's page: its next steps."""

    def __init__(self, version: int, refused: PostedForm | None) -> None:
        super().__init__(refused)
        self._version = version

    @property
    def communication(self) -> ReclaimCommunicationForm:
        """Told, with time to answer."""
        return self.form(ReclaimCommunicationForm, "communicate")

    @property
    def reply(self) -> ReclaimReplyForm:
        """What was answered."""
        return self.form(ReclaimReplyForm, "reply")

    @property
    def decision(self) -> ReclaimDecisionForm:
        """The decision."""
        return self.form(ReclaimDecisionForm, "decide", {"version": self._version})

    @property
    def money_back(self) -> MoneyBackForm:
        """What came back."""
        return self.form(MoneyBackForm, "receive")
