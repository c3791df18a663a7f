"""The forms of a grant scheme and of a round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.casework.domain.legal_force import DECISION_EVENT_WORDS
from vetting.grants import LineWriting, SchemeWriting
from vetting.grants.domain.allocations import RowValues
from vetting.grants.domain.board_items import RULING_WORDS, BoardRuling
from vetting.grants.models.schemes import GrantPeriod, StateAid
from vetting.kernel.decision_outcomes import RESERVATION_WORDS, IncompleteTreatment, Reservation
from vetting.kernel.text import Words, _
from vetting.rounds.services.allocations import RowEdit
from vetting.rounds.services.board_decisions import MeetingWriting, RulingWriting
from vetting.rounds.services.board_items import WRITTEN, ItemForm, ItemWriting
from vetting.rounds.services.item_appeals import BY_COURT
from vetting.web.forms import (
    NO_FILE,
    WRITE_IT,
    AmountField,
    CarriedField,
    ChoiceField,
    DayField,
    FileUploadField,
    NumberField,
    PostedForm,
    SeveralField,
    ShownChoiceField,
    TextField,
    TickField,
    WholeNumberField,
    is_key,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vetting.web.forms import TypedField


PERIOD_WORDS: Final[Mapping[str, Words]] = {
    GrantPeriod.CALENDAR_YEAR: _("Kalenderår"),
    GrantPeriod.SCHOOL_YEAR: _("Läsår"),
    GrantPeriod.PROJECT: _("Projekttid"),
}
INCOMPLETE_WORDS: Final[Mapping[str, Words]] = {
    IncompleteTreatment.AS_IT_STANDS: _("Ansökan prövas som den är"),
    IncompleteTreatment.DISMISS: _("Ansökan avvisas"),
    IncompleteTreatment.REFUSE: _("Ansökan avslås"),
}
STATE_AID_WORDS: Final[Mapping[str, Words]] = {
    StateAid.NO_ECONOMIC_ACTIVITY: _("Bedömt: ingen ekonomisk verksamhet, inget statligt stöd"),
    StateAid.DE_MINIMIS: _("Stöd av mindre betydelse (de minimis)"),
}


NOTHING_DONE = (_("Inget är valt."), _("Välj vad domstolen gjorde."))


class AllocationForm(PostedForm):
    """The rows of a round's table, as they stand on the page, or points that are pasted.

    Of each case: amount-<case>, reason-<case>, points-<case>, and seen-<case>: the digest of what the page showed.
    """

    receipt: Words = _("Fördelningen är sparad.")
    pasted = TextField(
        _("Poäng"), rows=6, hint=_("En rad för varje ansökan: ärendenumret och poängen, som två kolumner i Excel.")
    )

    def edits(self) -> list[RowEdit]:
        return [
            RowEdit(
                case_id=int(case),
                seen=seen.data,
                values=RowValues(
                    proposed=self[f"amount-{case}"].data,
                    reason=self[f"reason-{case}"].data,
                    points=self[f"points-{case}"].data,
                ),
            )
            for case, seen in self.named(SEEN).items()
        ]


SEEN: Final = "seen-"


def allocation_form(cases: Iterable[str]) -> type[AllocationForm]:
    """The form with the rows that were posted. cases: their keys."""
    fields: dict[str, TypedField] = {}
    for case in filter(is_key, cases):
        fields[f"{SEEN}{case}"] = CarriedField()
        fields[f"amount-{case}"] = AmountField(_("Förslag"))
        fields[f"reason-{case}"] = TextField(_("Skäl"))
        fields[f"points-{case}"] = NumberField(_("Poäng"))
    return type(AllocationForm.__name__, (AllocationForm,), dict(fields))


class BoardItemForm(PostedForm):
    """What is written of a round's item beside what its rows say."""

    receipt: Words = _("Tjänsteutlåtandet är sparat.")
    proposal = TextField(_("Förslag till beslut, en att-sats på varje rad"), rows=5)
    summary = TextField(_("Sammanfattning"), rows=3)
    background = TextField(_("Bakgrund"), rows=3)
    criteria = TextField(_("Så har ansökningarna prövats"), rows=3)
    economy = TextField(_("Ekonomi"), rows=3)
    own = TextField(
        _("Fler rubriker"),
        rows=4,
        hint=_("En rad som börjar med # är en rubrik, texten står under. Nästa ärende börjar med samma rubriker."),
    )
    signers = TextField(_("Vilka som skriver under, en funktion på varje rad"), rows=2)
    dnr = TextField(_("Diarienummer för ärendet"), short=True, hint=_("Lämna tomt för omgångens diarienummer."))
    letter = TickField(_("Kalla det tjänsteskrivelse"))
    at_once = TickField(_("Föreslå omedelbar justering"))
    shown_proposal = CarriedField()
    shown_summary = CarriedField()
    shown_background = CarriedField()
    shown_criteria = CarriedField()
    shown_economy = CarriedField()
    shown_own = CarriedField()
    shown_dnr = CarriedField()
    shown_signers = CarriedField()
    shown_letter = CarriedField()
    shown_at_once = CarriedField()

    def command(self) -> ItemWriting:
        return ItemWriting(
            texts={part: self[part].data for part in WRITTEN},
            shown={part: self[f"shown_{part}"].data for part in WRITTEN},
            form=ItemForm(
                dnr=self.dnr.data,
                letter=bool(self.letter.data),
                at_once=bool(self.at_once.data),
                signers=self.signers.data,
            ),
            shown_form=ItemForm(
                dnr=self.shown_dnr.data,
                letter=bool(self.shown_letter.data),
                at_once=bool(self.shown_at_once.data),
                signers=self.shown_signers.data,
            ),
        )


class BoardDecisionForm(PostedForm):
    """The board's decision on a round's item: its meeting, and the rows that it decided on."""

    met_on = DayField(_("Sammanträdesdag"), needs=(_("Sammanträdesdagen saknas."), WRITE_IT))
    paragraph = TextField(
        _("Paragraf i protokollet"), short=True, needs=(_("Paragrafen saknas."), _("Skriv till exempel § 47."))
    )
    at_once = TickField(_("Paragrafen är omedelbart justerad"))
    adjusted_on = DayField(_("Justerat"), hint=_("Lämna tomt om protokollet inte är justerat än."))
    notice_on = DayField(_("Anslaget uppe"), hint=_("Lämna tomt om anslaget inte är uppe än."))
    absent = TextField(_("Deltog inte i beslutet"), rows=2, hint=_("Ledamöter som var jäviga eller frånvarande."))
    voted = TextField(_("Omröstning"), rows=2, hint=_("Om vad, och hur rösterna föll."))
    reserved = TextField(_("Reservationer"), rows=2, hint=_("Vem som reserverade sig, och mot vad."))
    row = SeveralField()
    free = TickField(_("Jag är inte jävig i något av det som är ikryssat"))

    def meeting(self) -> MeetingWriting:
        return MeetingWriting(
            met_on=self.met_on.day,
            paragraph=self.paragraph.data,
            at_once=bool(self.at_once.data),
            adjusted_on=self.adjusted_on.data,
            notice_on=self.notice_on.data,
            absent=self.absent.data,
            voted=self.voted.data,
            reserved=self.reserved.data,
        )


class ItemSentBackForm(PostedForm):
    """The whole item is sent back."""

    met_on = DayField(_("Sammanträdesdag"), needs=(_("Sammanträdesdagen saknas."), WRITE_IT))
    paragraph = TextField(
        _("Paragraf i protokollet"), short=True, needs=(_("Paragrafen saknas."), _("Skriv till exempel § 47."))
    )
    reasons = TextField(
        _("Varför"), rows=3, needs=(_("Skälen saknas."), _("Skriv vad nämnden vill ha berett ytterligare."))
    )


class SendItemForm(PostedForm):
    """The item goes to the board."""

    receipt: Words = _("Ärendet är sparat som det skickades.")
    because = TextField(_("Varför förslaget går över budgeten"), rows=2)
    as_written = TickField(_("Texten ska gälla som den är"))


class RulingForm(PostedForm):
    """What the board made of one row instead of what was proposed."""

    receipt: Words = _("Nämndens ändring är noterad. Den gäller när beslutet skrivs in.")
    what = ShownChoiceField(
        _("Nämnden beslutade"), options=RULING_WORDS, needs=(_("Inget är valt."), _("Välj vad nämnden beslutade."))
    )
    amount = AmountField(_("Belopp, kr"), hint=_("Vid annat belopp."))
    reasons = TextField(_("Skälen, som i protokollet"), rows=4, needs=(_("Skälen saknas."), _("Skriv dem.")))

    def ruling(self) -> RulingWriting:
        return RulingWriting(what=BoardRuling(self.what.data), reasons=self.reasons.data, amount=self.amount.data)


class MinutesForm(PostedForm):
    """When a meeting's minutes were adjusted, and their notice put up."""

    receipt: Words = _("Dagarna är antecknade.")
    adjusted_on = DayField(_("Justerat"))
    notice_on = DayField(
        _("Anslaget uppe"), hint=_("Från den dagen räknas tiden att överklaga, för alla beslut i ärendet.")
    )


class ExtractForm(PostedForm):
    """The extract of a meeting's minutes."""

    receipt: Words = _("Protokollsutdraget är inlämnat.")
    extract = FileUploadField(_("Protokollsutdrag"), hint=_("PDF som nämndsekreteraren har gjort."), needs=NO_FILE)


class ItemAppealForm(PostedForm):
    """An appeal of what a meeting decided on an item."""

    receipt: Words = _("Överklagandet är antecknat.")
    court = TextField(
        _("Domstol"), needs=(_("Domstolen saknas."), _("Skriv den, till exempel Förvaltningsrätten i Stockholm."))
    )
    number = TextField(_("Målnummer"), short=True, needs=(_("Målnumret saknas."), _("Skriv det.")))
    on = DayField(_("Kom in"), needs=(_("Dagen saknas."), WRITE_IT))
    statement_by = DayField(_("Nämndens yttrande senast"), hint=_("Står i I dag tills det är lämnat."))
    inhibited = TickField(_("Domstolen har stoppat verkställigheten"))
    every = TickField(_("Gäller alla beslut"))
    row = SeveralField(_("Eller de här"))


class CourtRulingForm(PostedForm):
    """What a court did with an appeal."""

    receipt: Words = _("Det är antecknat på varje beslut.")
    what = ChoiceField(
        _("Domstolen"), options={what.value: DECISION_EVENT_WORDS[what] for what in BY_COURT}, needs=NOTHING_DONE
    )
    on = DayField(_("Dag"), needs=(_("Dagen saknas."), WRITE_IT))
    every = TickField(_("Gäller alla beslut"))
    row = SeveralField(_("Eller de här"))


class CourtStatementForm(PostedForm):
    """The board's own statement has gone to the court."""

    receipt: Words = _("Yttrandet är antecknat.")
    stated_on = DayField(_("Yttrandet lämnat"), needs=(_("Dagen saknas."), WRITE_IT))


class ProposedRowsForm(PostedForm):
    """The rows that are to be proposed."""

    row = SeveralField()


class AllocationFileForm(PostedForm):
    """The table back from Excel."""

    receipt: Words = _("Fördelningen är inläst.")

    file = FileUploadField(
        _("Fördelningen från Excel"),
        hint=_("Listan som du hämtade här, med dina ändringar i Poäng, Förslag kr och Skäl."),
        needs=NO_FILE,
    )


class SchemeForm(PostedForm):
    """A grant scheme: what it is called, what it is for, by which rules."""

    receipt: Words = _("Bidragsformen är sparad.")
    name = TextField(_("Namn"), hint=_("Till exempel Lokalbidrag."))
    purpose = TextField(_("Ändamål"), rows=3, hint=_("Vad bidraget ska åstadkomma."))
    ruleset = ChoiceField(
        _("Regler"),
        blank=_("De gemensamma reglerna"),
        hint=_(
            "Egna regler publiceras för sig och gäller tillsammans med de gemensamma. Andra "
            "bidragsformer påverkas inte."
        ),
    )
    period = ChoiceField(_("Period"), blank=_("Inte angivet"), options=PERIOD_WORDS)
    answer_days = WholeNumberField(
        _("Svarstid i dagar"),
        hint=_("För en bidragsform som söks löpande. Lämna tomt om den har en sista ansökningsdag."),
    )
    not_completed = ChoiceField(
        _("När en komplettering inte kommer i tid"),
        options=INCOMPLETE_WORDS,
        hint=_("Anges i brevet som begär kompletteringen."),
    )
    conditions = TextField(
        _("Villkor, ett på varje rad"), rows=3, hint=_("Läggs in från början i varje förslag till beslut att bevilja.")
    )
    reservations = SeveralField(
        _("Förbehåll i varje beslut om att bevilja"),
        options=RESERVATION_WORDS,
        hint=_("Ta bort förbehållet om redovisning om bidraget inte ska redovisas."),
    )
    state_aid = ChoiceField(
        _("Statligt stöd"),
        blank=_("Inte angivet"),
        options=STATE_AID_WORDS,
        hint=_("För stöd av mindre betydelse påminner ärendet om att stödet ska föras in i registret."),
    )
    letter_text = TextField(_("Text i varje beslutsbrev"), rows=3, hint=_("Står efter beslutet och dess skäl."))
    report_days = WholeNumberField(
        _("Ska redovisas inom (dagar)"), hint=_("Räknat från beslutet, om omgången inte har någon redovisningsdag.")
    )
    report_below = AmountField(
        _("Förenklad redovisning under (kr)"),
        hint=_("Det räcker då att redovisa hur mycket som är använt. Lämna tomt om alla ska redovisa fullständigt."),
    )
    report_sample = WholeNumberField(
        _("Stickprov bland de förenklade (procent)"), hint=_("Så stor andel lottas till fullständig redovisning.")
    )
    report_participants = TickField(_("Fullständig redovisning ska ange antal deltagare efter kön"))
    instalments = TextField(
        _("Delbetalningar, en på varje rad"),
        rows=2,
        hint=_(
            "Lämna tomt om allt betalas på en gång. Skriv annars andel eller resten, dag och "
            "villkor: 07-01 resten; redovisning först."
        ),
    )

    def command(self) -> SchemeWriting:
        return SchemeWriting(
            name=self.name.data,
            purpose=self.purpose.data,
            ruleset=self.ruleset.data,
            period=GrantPeriod(self.period.data) if self.period.data else None,
            answer_days=self.answer_days.data,
            not_completed=IncompleteTreatment(self.not_completed.data or IncompleteTreatment.AS_IT_STANDS),
            conditions=self.conditions.data,
            letter_text=self.letter_text.data,
            reservations=tuple(Reservation(name) for name in self.reservations.data),
            state_aid=StateAid(self.state_aid.data) if self.state_aid.data else None,
            report_days=self.report_days.data,
            report_below=self.report_below.data,
            report_sample=self.report_sample.data,
            report_participants=bool(self.report_participants.data),
            instalments=self.instalments.data,
        )


class BudgetLineForm(PostedForm):
    """A line of the budget."""

    receipt: Words = _("Budgetraden är sparad.")
    name = TextField(_("Namn"), hint=_("Till exempel Föreningsstöd."))
    year = WholeNumberField(_("År"), needs=(_("Året saknas."), _("Skriv till exempel 2027.")))
    amount = AmountField(_("Budget (kr)"), hint=_("Lämna tomt tills budgeten är känd."))
    preliminary = TickField(_("Preliminär: budgeten är inte beslutad än"))
    account = TextField(_("Kontosträng"), hint=_("Som ekonomi skriver den, till exempel 4520-1310-887."))

    def command(self) -> LineWriting:
        return LineWriting(
            name=self.name.data,
            year=self.year.data or 0,
            amount=self.amount.data,
            preliminary=self.preliminary.data,
            account=self.account.data,
        )
