"""Forms of grant schemes, rounds and budget lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.grants.domain.round_days import ROUND_DAYS
from vetting.grants.models.schemes import GrantPeriod, StateAid
from vetting.grants.services.budget_lines import LineWriting
from vetting.grants.services.rounds import NewRound
from vetting.grants.services.schemes import SchemeWriting
from vetting.kernel.decision_outcomes import RESERVATION_WORDS, IncompleteTreatment, Reservation
from vetting.kernel.text import Words, _, same_in_both
from vetting.web.forms import (
    AmountField,
    ChoiceField,
    DayField,
    KeyChoiceField,
    PostedForm,
    SeveralField,
    TextField,
    TickField,
    WholeNumberField,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vetting.grants.models.rounds import BudgetLine, Round
    from vetting.grants.models.schemes import GrantScheme
    from vetting.web.forms import Options


WRITE_IT = _("Skriv det så här: 2026-03-15.")


AS_DAY = _("ÅÅÅÅ-MM-DD")


CLOCK_HINT = _("Till exempel 16.00. Tomt: hela dagen.")


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


class SchemeForm(PostedForm):
    """A grant scheme: what it is called, what it is for, by which rules."""

    receipt: Words = _("Bidragsformen är sparad.")
    name = TextField(_("Namn"), hint=_("Till exempel Lokalbidrag."))
    purpose = TextField(_("Ändamål"), rows=3, hint=_("Vad bidraget ska åstadkomma."))
    ruleset = ChoiceField(
        _("Regler"),
        blank=_("De gemensamma reglerna"),
        hint=_("Egna regler publiceras för sig, tillsammans med de gemensamma: andra bidrag behåller sina."),
    )
    period = ChoiceField(_("Period"), blank=_("Sägs inte"), options=PERIOD_WORDS)
    answer_days = WholeNumberField(
        _("Svarstid i dagar"), hint=_("För en bidragsform som söks löpande. Tomt när den har en sista ansökningsdag.")
    )
    not_completed = ChoiceField(
        _("När en komplettering inte kommer i tid"),
        options=INCOMPLETE_WORDS,
        hint=_("Sägs i brevet som begär kompletteringen."),
    )
    conditions = TextField(
        _("Villkor, ett på varje rad"), rows=3, hint=_("Förslaget till varje beslut om att bevilja börjar med dem.")
    )
    reservations = SeveralField(
        _("Förbehåll i varje beslut om att bevilja"),
        options=RESERVATION_WORDS,
        hint=_("Ska bidraget inte redovisas tar du bort det förbehållet."),
    )
    state_aid = ChoiceField(
        _("Statligt stöd"),
        blank=_("Sägs inte"),
        options=STATE_AID_WORDS,
        hint=_("För stöd av mindre betydelse påminner ärendet om att stödet ska föras in i registret."),
    )
    letter_text = TextField(_("Text i varje beslutsbrev"), rows=3, hint=_("Står efter beslutet och dess skäl."))
    report_days = WholeNumberField(
        _("Redovisas inom så många dagar"), hint=_("Från beslutet, när omgången inte säger någon dag.")
    )
    report_below = AmountField(
        _("Förenklad redovisning under (kr)"), hint=_("Då räcker det använda beloppet. Tomt: alla redovisar fullt.")
    )
    report_sample = WholeNumberField(
        _("Stickprov bland de förenklade (procent)"), hint=_("Så många lottas till full redovisning.")
    )
    report_participants = TickField(_("Full redovisning säger antal deltagare efter kön"))
    instalments = TextField(
        _("Delbetalningar, en på varje rad"),
        rows=2,
        hint=_("Tomt: allt på en gång. Annars andel eller resten, dag och villkor: 07-01 resten; redovisning först."),
    )

    def command(self) -> SchemeWriting:
        """What is written."""
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


def as_clock(text: str) -> str:
    """'16', '16.00' and 'kl 16:00' as '16:00'; what is no time as it was typed."""
    typed = text.strip().casefold().removeprefix("kl").lstrip(". ").replace(".", ":")
    hours, _colon, minutes = typed.partition(":")
    if hours.isascii() and hours.isdigit() and len(hours) <= len("23"):
        return f"{int(hours):02}:{minutes or '00'}"
    return text.strip()


class RoundNumberForm(PostedForm):
    """A round's number in the registry."""

    receipt: Words = _("Diarienumret är sparat.")
    dnr = TextField(_("Diarienummer för omgången"), short=True, hint=_("Gäller alla ansökningar i omgången."))


class RoundChoiceField(KeyChoiceField):
    """The round that an application goes into; of a round for several grant schemes, which of them: '12', '12.3'."""

    scheme_id: int | None = None

    def read(self, raw: str) -> int | None:
        """The round's key, or None for what is none."""
        round_id, _point, scheme = raw.partition(".")
        self.scheme_id = super().read(scheme)
        return super().read(round_id)


def round_options(rounds: Iterable[Round], schemes: Mapping[int, Sequence[GrantScheme]]) -> Options:
    """What is chosen between: each round, or each of its grant schemes where it is for several."""
    found: dict[str | int, Words] = {}
    for item in rounds:
        several = schemes.get(item.id, ())
        if len(several) > 1:
            found |= {f"{item.id}.{one.id}": same_in_both(f"{item.name} – {one.name}") for one in several}
        else:
            found[str(item.id)] = same_in_both(item.name)
    return found


class BudgetLineForm(PostedForm):
    """A line of the budget."""

    receipt: Words = _("Budgetraden är sparad.")
    name = TextField(_("Namn"), hint=_("Till exempel Föreningsstöd."))
    year = WholeNumberField(_("År"), needs=(_("Året saknas."), _("Skriv till exempel 2027.")))
    amount = AmountField(_("Budget (kr)"), hint=_("Tomt tills den är känd."))
    preliminary = TickField(_("Preliminär: budgeten är inte beslutad än"))
    account = TextField(_("Kontosträng"), hint=_("Som ekonomi skriver den, till exempel 4520-1310-887."))

    def command(self) -> LineWriting:
        """What is written."""
        return LineWriting(
            name=self.name.data,
            year=self.year.data or 0,
            amount=self.amount.data,
            preliminary=self.preliminary.data,
            account=self.account.data,
        )


LINE: Final = "line-"
"""What the field of a grant scheme's budget line is called, before the scheme's key."""


class NewRoundForm(PostedForm):
    """A round: its grant schemes, its days, its money, its number in the registry. line-<key>: from which line."""

    receipt: Words = _("Omgången är tillagd.")
    name = TextField(_("Namn"), hint=_("Till exempel Verksamhetsbidrag 2027."))
    schemes = SeveralField(_("Bidragsformer"), hint=_("Gäller en ansökan flera blir det ett ärende för var och en."))
    opens_on = DayField(_("Öppnar"), hint=AS_DAY, needs=(_("Dagen då omgången öppnar saknas."), WRITE_IT))
    closes_on = DayField(_("Sista ansökningsdag"), hint=AS_DAY, needs=(_("Sista ansökningsdag saknas."), WRITE_IT))
    closes_at = TextField(_("Klockslag den dagen"), short=True, hint=CLOCK_HINT)
    completions_on = DayField(ROUND_DAYS["completions_on"])
    group_on = DayField(ROUND_DAYS["group_on"])
    item_on = DayField(ROUND_DAYS["item_on"])
    decision_on = DayField(ROUND_DAYS["decision_on"])
    notice_on = DayField(ROUND_DAYS["notice_on"])
    payment_on = DayField(ROUND_DAYS["payment_on"])
    report_on = DayField(ROUND_DAYS["report_on"])
    budget = AmountField(_("Budget (kr)"))
    dnr = TextField(_("Diarienummer för omgången"), short=True, hint=_("Gäller alla ansökningar i omgången."))

    def command(self) -> NewRound:
        """The round."""
        lines = self.named(LINE)
        return NewRound(
            name=self.name.data,
            opens_on=self.opens_on.day,
            closes_on=self.closes_on.day,
            closes_at=as_clock(self.closes_at.data),
            completions_on=self.completions_on.data,
            group_on=self.group_on.data,
            item_on=self.item_on.data,
            decision_on=self.decision_on.data,
            notice_on=self.notice_on.data,
            payment_on=self.payment_on.data,
            report_on=self.report_on.data,
            budget=self.budget.data,
            dnr=self.dnr.data,
            schemes={key: lines[str(key)].data if str(key) in lines else None for key in self.schemes.keys},
        )


def new_round_form(schemes: Iterable[GrantScheme], lines: Iterable[BudgetLine]) -> type[NewRoundForm]:
    """The form with a budget line to choose for each grant scheme."""
    options = {line.id: same_in_both(f"{line.name} {line.year}") for line in lines}
    fields = {
        f"{LINE}{scheme.id}": KeyChoiceField(
            _("Budgetrad för {scheme}", scheme=scheme.name), blank=_("Ingen vald"), options=options
        )
        for scheme in (schemes if options else ())
    }
    return type(NewRoundForm.__name__, (NewRoundForm,), dict(fields))
