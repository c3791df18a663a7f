"""Forms of hearing, proposing and deciding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.casework import (
    DECIDABLE,
    NOTED_BY_HAND,
    DecisionProposal,
    LongerReplyTime,
    NewCommunication,
    NewCopy,
    NewDecisionEvent,
    NewHearing,
    NewReply,
    SlipCorrection,
)
from vetting.casework.domain.legal_force import DECISION_EVENT_WORDS, DecisionEventKind
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import (
    GROUND_WORDS,
    GROUNDS_OF,
    RESERVATION_WORDS,
    DecisionGround,
    DecisionOutcome,
    Reservation,
    outcome_words,
)
from vetting.kernel.text import Words, _
from vetting.web import visitor
from vetting.web.forms import (
    NOTHING_CHOSEN,
    AmountField,
    ChoiceField,
    DayField,
    DecidedForm,
    FormsOfPage,
    KeyField,
    PostedForm,
    SeveralField,
    ShownChoiceField,
    TextField,
    TickField,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from vetting.web.forms import TypedField


NO_AMOUNT = (_("Det är inget belopp."), _("Skriv det så här: 40 000."))


class CommunicationForm(PostedForm):
    """What speaks against the association, sent to it with time to answer."""

    receipt: Words = _("Brevet är skrivet. Det är inte skickat än: skicka det härifrån.")
    what = TextField(_("Det som talar emot, och vad det bygger på"), rows=5)
    reply_by = DayField(
        _("Svar senast"), hint=_("Lämna tomt för nämndens svarstid. Minst en vecka, och aldrig en helgdag.")
    )
    sent_to = TextField(_("Till"), short=True)

    def command(self) -> NewCommunication:
        return NewCommunication(what=self.what.data, reply_by=self.reply_by.data, sent_to=self.sent_to.data)


class HearingForm(PostedForm):
    """A hearing by word of mouth, when time is short."""

    receipt: Words = _("Samtalet är sparat.")
    what = TextField(_("Vad föreningen fick ta del av"), rows=3)
    said = TextField(_("Vad föreningen svarade"), rows=2)
    met = TextField(_("Hur svaret har vägts in"), rows=2)
    because = TextField(_("Varför tiden är kort"))

    def command(self) -> NewHearing:
        """The hearing."""
        return NewHearing(what=self.what.data, said=self.said.data, met=self.met.data, because=self.because.data)


MET = "met-"


class ReplyForm(PostedForm):
    """What the association answered, and how that was weighed in: as a whole, and for each point of several."""

    receipt: Words = _("Svaret är sparat.")
    communication = KeyField()
    reply = TextField(_("Vad föreningen svarade"), rows=3)
    handled = TextField(_("Hur svaret har vägts in"), rows=2)
    replied_on = DayField(_("Svaret kom"), default=visitor.today)

    @property
    def points(self) -> dict[str, TypedField]:
        """Point -> its field."""
        return self.named(MET)

    def with_words(self, labels: Mapping[str, Words]) -> ReplyForm:
        """The form with its points called what they are called now."""
        for point, field in self.points.items():
            field.words = words_of_point(labels[point]) if point in labels else field.words
        return self

    def command(self) -> NewReply:
        """The reply."""
        return NewReply(
            communication=self.communication.key,
            reply=self.reply.data,
            handled=self.handled.data,
            met={point: str(field.data) for point, field in self.points.items()},
            replied_on=self.replied_on.data,
        )


def words_of_point(label: Words) -> Words:
    return _("Bemötande: {point}", point=label)


def reply_form(points: Mapping[str, Words]) -> type[ReplyForm]:
    """The form of a reply to a communication of some criteria: each with what it is called."""
    fields = {f"{MET}{name}": TextField(words_of_point(label), rows=2) for name, label in points.items()}
    return type("ReplyForm", (ReplyForm,), fields)


class ReplyTimeForm(PostedForm):
    """More time to reply."""

    receipt: Words = _("Svarstiden är förlängd.")
    communication = KeyField()
    until = DayField(_("Ny sista dag"), needs=(_("Det är inget datum."), _("Skriv datumet så här: 2026-03-15.")))
    because = TextField(_("Skäl"))

    def command(self) -> LongerReplyTime:
        """The longer time."""
        return LongerReplyTime(communication=self.communication.key, until=self.until.day, because=self.because.data)


class ReconsiderationForm(PostedForm):
    """Why a decided case is opened to be decided anew."""

    receipt: Words = _("Ärendet är öppnat igen.")
    because = TextField(
        _("Vad var fel, eller vad är nytt?"),
        hint=_("Ett beslut som är fattat finns kvar. Ett nytt hänvisar till det."),
        rows=2,
    )


NO_OUTCOME = (_("Inget utfall är valt."), _("Välj ett."))


INSTALMENTS_HINT = _(
    "Lämna tomt om allt betalas på en gång. Skriv annars dag, andel eller belopp, och villkor, "
    "till exempel: 07-01 resten; redovisning först."
)


class ProposalForm(PostedForm):
    """A proposed decision."""

    receipt: Words = _("Förslaget är sparat. Ärendet ligger kvar hos dig tills det är klart för beslut.")
    version = KeyField()
    outcome = ShownChoiceField(_("Utfall"), needs=NO_OUTCOME)
    amount = AmountField(_("Belopp (kr)"))
    against_group = TextField(_("Om beslutet går emot gruppen: varför"), rows=2)
    reasons = TextField(
        _("Motivering"),
        rows=8,
        hint=_("Utkastet bygger på punkterna i ärendet. Ange vad i underlaget beslutet bygger på."),
    )
    over_frame = TextField(_("Om det går utöver omgångens ram: varför"), rows=2)
    exception = TextField(rows=2)
    acts_not_opinions = TickField(_("Beslutet bygger på agerandet eller uttalandet, inte på någons åsikt"))
    ground = SeveralField()
    conditions = TextField(_("Villkor, ett på varje rad"), rows=2)
    reservation = SeveralField(_("Förbehåll"), options=RESERVATION_WORDS)
    instalments = TextField(_("Delbetalningar, en på varje rad"), rows=2, hint=INSTALMENTS_HINT)

    def command(self) -> DecisionProposal:
        """The proposal."""
        return DecisionProposal(
            outcome=DecisionOutcome(self.outcome.data),
            amount=self.amount.data,
            reasons=self.reasons.data,
            conditions=tuple(line.strip() for line in self.conditions.data.splitlines() if line.strip()),
            grounds=tuple(DecisionGround(name) for name in self.ground.data),
            reservations=tuple(Reservation(name) for name in self.reservation.data),
            against_group=self.against_group.data,
            over_frame=self.over_frame.data,
            exception=self.exception.data,
            acts_not_opinions=self.acts_not_opinions.data,
            instalments=self.instalments.data,
        )


def proposal_form(kind: CaseKind) -> type[ProposalForm]:
    """The form of a proposal in a case of a kind, which offers what may be decided in it."""
    outcomes = {outcome.value: outcome_words(kind, outcome) for outcome in DECIDABLE[kind]}
    grounds = {ground.value: GROUND_WORDS[ground] for ground in GROUNDS_OF[kind]}
    heading = _("Grund, om det inte beviljas helt")
    if kind is CaseKind.BOOKING:
        heading = _("Grund, om bokningen inte bekräftas")
    fields = {
        "outcome": ShownChoiceField(_("Utfall"), options=outcomes, needs=NO_OUTCOME),
        "ground": SeveralField(heading, options=grounds),
    }
    return type("ProposalForm", (ProposalForm,), fields)


class AmountChangeForm(PostedForm):
    """Another amount than proposed."""

    receipt: Words = _("Beloppet är ändrat.")
    draft_version = KeyField()
    amount = AmountField(_("Belopp (kr)"), needs=NO_AMOUNT)
    because = TextField(_("Skäl"))


class QuestionBackForm(PostedForm):
    """Why a proposal goes back."""

    receipt: Words = _("Ärendet är skickat tillbaka med din fråga.")
    question = TextField(_("Frågan"), rows=2)


class DecisionByForm(DecidedForm):
    """The decision itself, of the proposal that was seen."""

    draft_version = KeyField()


class DecisionEventForm(PostedForm):
    """What has happened to a decision."""

    receipt: Words = _("Händelsen är antecknad.")
    what = ChoiceField(
        _("Vad har hänt?"), options={what: DECISION_EVENT_WORDS[what] for what in NOTED_BY_HAND}, needs=NOTHING_CHOSEN
    )
    on = DayField(_("Dag"), default=visitor.today)
    court = TextField(_("Domstol, vid överklagande"), short=True)
    number = TextField(_("Målnummer eller paragraf"), short=True)
    text = TextField(_("Kommentar"))

    def command(self, *, today: date) -> NewDecisionEvent:
        """The event."""
        return NewDecisionEvent(
            what=DecisionEventKind(self.what.data),
            on=self.on.data or today,
            court=self.court.data,
            number=self.number.data,
            text=self.text.data,
        )


class FormsOfReviewing(FormsOfPage):
    """The forms of one case on one screen."""

    def __init__(self, draft_version: int, amount: int | None, refused: PostedForm | None) -> None:
        super().__init__(refused)
        self._draft_version, self._amount = draft_version, amount

    @property
    def decision(self) -> DecisionByForm:
        """The decision, in whose name it is made."""
        return self.form(DecisionByForm, known={"draft_version": self._draft_version})

    @property
    def amount(self) -> AmountChangeForm:
        return self.form(AmountChangeForm, "amount", {"amount": self._amount, "draft_version": self._draft_version})

    @property
    def question(self) -> QuestionBackForm:
        """Back with a question."""
        return self.form(QuestionBackForm, "question")


class ManyDecisionsForm(PostedForm):
    """Cases that are decided as proposed: each its number and the version of its draft."""

    case = SeveralField(_("Ärenden"))


class DecisionCopyForm(PostedForm):
    """A copy of a decision, to another board."""

    receipt: Words = _("Kopian ligger bland brev att skicka. Den diarieförs när den skickas.")
    to = TextField(_("Nämnd"), needs=(_("Det står inte vilken nämnd."), _("Skriv namnet på nämnden.")))
    address = TextField(_("E-post eller postadress"), rows=2)

    def command(self) -> NewCopy:
        """The copy."""
        return NewCopy(to=self.to.data, address=self.address.data)


class SlipForm(PostedForm):
    """An evident slip in a decision, and what was meant."""

    receipt: Words = _("Beslutet är rättat. Är det skickat ligger ett brev om rättelsen bland brev att skicka.")
    amount = AmountField(_("Rätt belopp (kr), om beloppet är fel"))
    wrong = TextField(_("Orden som är fel, precis som de står"), short=True)
    right = TextField(_("Så ska det stå"), short=True)
    because = TextField(_("Vad som visar att det är ett förbiseende"), rows=2)
    minutes = TextField(_("Protokollet som visar det rätta (dag och §), om nämnden har beslutat"), short=True)

    def command(self) -> SlipCorrection:
        """The correction."""
        return SlipCorrection(
            amount=self.amount.data,
            wrong=self.wrong.data,
            right=self.right.data,
            because=self.because.data,
            minutes=self.minutes.data,
        )
