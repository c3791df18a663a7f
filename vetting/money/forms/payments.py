"""The forms of money: paid, checked, stopped, claimed back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from vetting.kernel.text import Words, _
from vetting.kernel.working_days import first_open
from vetting.money.domain.bank_accounts import ACCOUNT_CHECK_WORDS, AccountCheck
from vetting.money.domain.payment_holds import HOLD_REASON_WORDS, HoldReason
from vetting.money.domain.reclaims import (
    COLLECTION_WORDS,
    ESTABLISHED_WORDS,
    GROUNDS_OF,
    OF_OTHERS,
    RECLAIM_GROUND_WORDS,
    CollectionStep,
    EstablishedBy,
    ReclaimGround,
)
from vetting.money.services.payment_stops import REVIEWED_AFTER, NewStopTerms
from vetting.money.services.reclaims import NewCollectionNote, NewReclaim
from vetting.money.services.set_offs import NewSetOff
from vetting.web import visitor
from vetting.web.forms import (
    NOTHING_CHOSEN,
    AmountField,
    ChoiceField,
    DayField,
    DecidedForm,
    FormsOfPage,
    KeyChoiceField,
    KeyField,
    PostedForm,
    ShownChoiceField,
    TextField,
    TickField,
)

if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from datetime import date

    from vetting.engine.criteria import Criterion
    from vetting.kernel.case_kinds import CaseKind

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


class PaymentOverrideForm(PostedForm):
    """Why a payment is made in spite of what it waits for."""

    receipt: Words = _("Utbetalningen kan göras ändå. Den tas med bland avvikelserna.")
    because = TextField(_("Varför den betalas ändå"))


class DespiteStopForm(PostedForm):
    """A stopped payment that the ledger says is made."""

    receipt: Words = _("Utbetalningen är antecknad som utbetald trots stopp. Pröva om den ska krävas tillbaka.")
    version = KeyField()
    paid_on = DayField(_("Betald enligt reskontran"))
    verification = TextField(_("Verifikation"), short=True)


class AttestForm(PostedForm):
    """Somebody answers for a payment."""

    receipt: Words = _("Attesten är antecknad.")
    version = KeyField()


class AccountCheckForm(PostedForm):
    """Which account is the right one, and how somebody knows."""

    receipt: Words = _("Kontot är kontrollerat.")
    account = ShownChoiceField(_("Föreningens konto"))
    way = ChoiceField(_("Kontrollerat mot"), options=ACCOUNT_CHECK_WORDS, blank=_("Välj"))
    how = TextField(_("Kommentar"), short=True)

    def chosen(self) -> AccountCheck | None:
        """By what it is known."""
        return AccountCheck(self.way.data) if self.way.data else None


OF_DECISION: Final = "decision"
"""A stop that is about a condition of the decision, and no criterion of the rules."""


def stop_grounds(criteria: Mapping[str, Criterion]) -> dict[str, Words]:
    """What a stop can be about, as it is chosen: the criteria that hold while support runs, by id."""
    of_rules = {name: criterion.label for name, criterion in criteria.items()}
    return {**of_rules, OF_DECISION: _("Ett villkor i beslutet, inget krav i reglerna")}


def chosen_ground(chosen: str, criteria: Container[str]) -> str | None:
    """The criterion's id of what was chosen among `stop_grounds`; empty of a condition; None of nothing, or another."""
    return chosen if chosen in criteria else "" if chosen == OF_DECISION else None


class StopForm(DecidedForm):
    """Why a payment is stopped."""

    receipt: Words = _("Utbetalningen är stoppad.")
    criterion = ChoiceField(_("Kravet det gäller"), blank=_("Välj"))
    reasons = TextField(_("Motivering"), rows=2)
    heard_on = DayField(
        _("Föreningen hörd"),
        hint=_("Lämna tomt om föreningen hörs i efterhand. Brevet anger då till vilken dag den kan svara."),
    )
    cure = TextField(_("Så kan föreningen rätta till det"), rows=2)
    part = AmountField(_("Belopp att stoppa (kr)"), hint=_("Lämna tomt för hela utbetalningen."))
    until = TextField(
        _("Gäller tills"),
        short=True,
        hint=_("Vad som ska ha hänt innan stoppet hävs. Lämna tomt om inget särskilt krävs."),
    )
    review_on = DayField(_("Omprövas senast"), default=lambda: visitor.today() + REVIEWED_AFTER)

    def terms(self, criteria: Mapping[str, Criterion]) -> NewStopTerms:
        """What it says beside its reasons. criteria: those there are."""
        ground, about = chosen_ground(self.criterion.data, criteria), criteria.get(self.criterion.data)
        return NewStopTerms(
            review_on=self.review_on.data,
            cure=self.cure.data,
            until=self.until.data,
            criterion=ground,
            against_values=about is not None and about.value_criterion,
            heard_on=self.heard_on.data,
            part=self.part.data,
        )


class PauseForm(PostedForm):
    """Why a payment is held some days."""

    receipt: Words = _("Utbetalningen avvaktar. Det upphör av sig självt efter tio arbetsdagar.")
    reason = ChoiceField(_("Varför"), options=HOLD_REASON_WORDS, blank=_("Välj"))

    def chosen(self) -> HoldReason | None:
        """What was chosen; the service says what is lacking, of a payment that this person may hold."""
        return HoldReason(self.reason.data) if self.reason.data else None


class EndPauseForm(PostedForm):
    """A held payment is let go."""

    receipt: Words = _("Utbetalningen avvaktar inte längre.")


class InstalmentPapersForm(PostedForm):
    """The papers that an instalment waits for have come."""

    receipt: Words = _("Handlingarna är antecknade som inkomna.")


class LiftForm(DecidedForm):
    """Why a stopped payment may be made."""

    receipt: Words = _("Stoppet är hävt.")
    reasons = TextField(_("Motivering"), rows=2)


class NewReclaimForm(PostedForm):
    """A paid grant that is to be claimed back."""

    creates = True
    ground = ChoiceField(_("Grund"), options=RECLAIM_GROUND_WORDS, blank=_("Välj"), needs=NOTHING_CHOSEN)
    amount = AmountField(_("Belopp (kr)"), needs=NO_AMOUNT)
    reasons = TextField(_("Motivering, med beräkning"), rows=4)
    established_by = ChoiceField(
        _("Konstaterat genom"),
        options={one: ESTABLISHED_WORDS[one] for one in OF_OTHERS},
        blank=_("Redovisningen, en utebliven redovisning eller nämndens beräkning"),
        hint=_("Krävs för demokrativillkoret: en misstanke räcker inte."),
    )
    established_on = DayField(_("Beslutets eller domens datum"))
    reference = TextField(_("Nummer eller paragraf"), short=True)
    without_reservation = TextField(_("Varför kan det krävas tillbaka ändå?"), rows=3)

    def of_kind(self, kind: CaseKind) -> NewReclaimForm:
        """With the grounds there are in a case of that kind."""
        self.ground.options = {ground: RECLAIM_GROUND_WORDS[ground] for ground in GROUNDS_OF[kind]}
        return self

    def command(self) -> NewReclaim:
        """The reclaim."""
        return NewReclaim(
            ground=ReclaimGround(self.ground.data),
            amount=self.amount.data or 0,
            established_by=EstablishedBy(self.established_by.data) if self.established_by.data else None,
            established_on=self.established_on.data,
            reference=self.reference.data,
            reasons=self.reasons.data,
            without_reservation=self.without_reservation.data,
        )


class ReclaimCommunicationForm(PostedForm):
    """A reclaim that the association is told of."""

    receipt: Words = _("Det är antecknat att underlaget är skickat till föreningen.")
    reply_by = DayField(_("Svar senast"), hint=_("Lämna tomt för nämndens svarstid. Minst en vecka."))


class ReclaimReplyForm(PostedForm):
    """What the association answered to a reclaim."""

    receipt: Words = _("Svaret är sparat.")
    reply = TextField(_("Vad föreningen svarade"), rows=3)


class ReclaimDecisionForm(DecidedForm):
    """The decision to claim back."""

    receipt: Words = _("Återkravet är beslutat.")
    version = KeyField()
    weighed = TextField(
        _("Hur föreningens svar bedöms"), rows=3, hint=_("Vad svaret ändrar, eller varför det inte ändrar något.")
    )


class MoneyBackForm(PostedForm):
    """Money that came back."""

    receipt: Words = _("Inbetalningen är antecknad.")
    amount = AmountField(_("Belopp (kr)"), needs=NO_AMOUNT)
    on = DayField(_("Kom in"), default=visitor.today)
    more = TickField(_("Mer än det som är kvar har kommit in"))


class RefundForm(PostedForm):
    """What came in too much has been paid back."""

    receipt: Words = _("Återbetalningen är antecknad.")
    on = DayField(_("Återbetalt den"), default=visitor.today)


class CollectionForm(PostedForm):
    """What the finance office's ledger says of a claim."""

    creates = True
    receipt: Words = _("Det är antecknat.")
    step = ChoiceField(_("Vad"), options=COLLECTION_WORDS, blank=_("Välj"), needs=NOTHING_CHOSEN)
    on = DayField(_("Dag"), default=visitor.today)
    number = TextField(_("Nummer"), short=True, hint=_("Fakturans nummer, eller målnumret hos Kronofogden."))
    until = DayField(_("Till och med"), hint=_("Sista dagen i avbetalningsplanen eller anståndet."))
    text = TextField(_("Anteckning"), rows=2, hint=_("Planen, utfallet, eller vad som frågades och svarades."))

    def command(self, today: date) -> NewCollectionNote:
        """The step."""
        return NewCollectionNote(
            step=CollectionStep(self.step.data),
            on=self.on.data or today,
            until=self.until.data,
            number=self.number.data,
            text=self.text.data,
        )


class WaiverForm(DecidedForm):
    """That a part or all of what is left is not asked for."""

    receipt: Words = _("Eftergiften är beslutad.")
    amount = AmountField(_("Belopp att efterge (kr)"), needs=NO_AMOUNT)
    reasons = TextField(_("Särskilda skäl"), rows=3)


class SetOffForm(PostedForm):
    """A part of a claim that is taken from a coming payment."""

    receipt: Words = _("Kvittningen är antecknad. Om utbetalningen var attesterad måste den attesteras igen.")
    payment = KeyChoiceField(_("Utbetalning"))
    amount = AmountField(_("Belopp att kvitta (kr)"), needs=NO_AMOUNT)
    basis = TextField(_("Grund"), short=True, hint=_("Nämndens beslut eller regler, med paragraf eller nummer."))

    def command(self) -> NewSetOff:
        """The set-off."""
        return NewSetOff(
            payment=self.payment.key,
            amount=self.amount.data or 0,
            basis=self.basis.data,
        )


class EndSetOffForm(PostedForm):
    """A set-off is taken away."""

    receipt: Words = _("Kvittningen är borttagen.")


class WriteOffForm(PostedForm):
    """That the finance office has written off the claim."""

    receipt: Words = _("Det är antecknat att fordran är avskriven.")
    text = TextField(_("Varför den skrivs av"), rows=2, hint=_("Till exempel Kronofogdens utfall."))


PREPARED_AHEAD: Final = timedelta(days=7)
"""How far ahead payments are handed over where nobody says another day."""


class BasisForm(PostedForm):
    """Which payments to hand to the finance office, and when they are to be paid."""

    receipt: Words = _("Utkastet är gjort. Lås det när allt i det är klart.")
    until = DayField(_("Planerade till och med"), default=lambda: visitor.today() + PREPARED_AHEAD)
    pay_on = DayField(_("Betalas"), default=lambda: first_open(visitor.today()))


class LockBasisForm(PostedForm):
    """A draft is locked and handed over."""

    receipt: Words = _("Underlaget är låst och lämnat till ekonomi. Filerna finns här.")
    version = KeyField()


class WithdrawBasisForm(PostedForm):
    """A locked batch is taken back."""

    receipt: Words = _("Underlaget är taget tillbaka. Utbetalningarna kan läggas i ett nytt.")


class LoadedBasisForm(PostedForm):
    """The finance office has loaded it."""

    receipt: Words = _("Det är antecknat att ekonomi har läst in underlaget.")


class NotPaidForm(PostedForm):
    """A row was not paid."""

    receipt: Words = _("Raden är uttagen. Utbetalningen kan läggas i ett nytt underlag.")


class UndoBasisForm(PostedForm):
    """A draft is undone."""

    receipt: Words = _("Underlaget är ångrat. Utbetalningarna kan läggas i ett nytt.")


class TakeOutForm(PostedForm):
    """What is not ready is taken out of a batch."""

    receipt: Words = _("De som inte är klara är uttagna.")


class FormsOfPayments(FormsOfPage):
    """The forms of the list of payments: some for each."""

    def __init__(self, refused: PostedForm | None, criteria: Mapping[str, Criterion]) -> None:
        super().__init__(refused)
        self.criteria = criteria
        """What a stop can be about."""

    def paid(self, payment_id: int, version: int) -> PaidForm:
        """The day it was paid."""
        return self.form(PaidForm, f"paid-{payment_id}", {"version": version})

    def against(self, payment_id: int) -> PaymentOverrideForm:
        """Why it is made in spite of what it waits for."""
        return self.form(PaymentOverrideForm, f"against-{payment_id}")

    def despite(self, payment_id: int, version: int) -> DespiteStopForm:
        return self.form(DespiteStopForm, f"despite-{payment_id}", {"version": version})

    def check(self, payment_id: int, accounts: dict[str, Words]) -> AccountCheckForm:
        """Which account is right: number -> how it stands."""
        form = self.form(AccountCheckForm, f"check-{payment_id}")
        form.account.options = accounts
        return form

    def stop(self, payment_id: int) -> StopForm:
        """Why it is stopped."""
        form = self.form(StopForm, f"stop-{payment_id}")
        form.criterion.options = stop_grounds(self.criteria)
        return form

    def pause(self, payment_id: int) -> PauseForm:
        """Why it is held some days."""
        return self.form(PauseForm, f"pause-{payment_id}")

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
        return self.form(ReclaimReplyForm, "reply")

    @property
    def decision(self) -> ReclaimDecisionForm:
        """The decision."""
        return self.form(ReclaimDecisionForm, "decide", {"version": self._version})

    @property
    def refund(self) -> RefundForm:
        return self.form(RefundForm, "refund")

    @property
    def collection(self) -> CollectionForm:
        return self.form(CollectionForm, "collection")

    @property
    def waiver(self) -> WaiverForm:
        return self.form(WaiverForm, "waiver")

    def set_off(self, payments: dict[str, Words]) -> SetOffForm:
        """What is taken from a coming payment: key -> how it is told."""
        form = self.form(SetOffForm, "set_off")
        form.payment.options = payments
        return form

    @property
    def write_off(self) -> WriteOffForm:
        return self.form(WriteOffForm, "write_off")

    @property
    def money_back(self) -> MoneyBackForm:
        return self.form(MoneyBackForm, "receive")
