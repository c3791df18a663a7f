"""The forms of a grant scheme and of a round."""

from __future__ import annotations

from vetting.grants.services import NewRound, SchemeWriting
from vetting.kernel.text import Words, _
from vetting.web.forms import AmountField, ChoiceField, DayField, KeyChoiceField, PostedForm, TextField

WRITE_IT = _("Skriv det så här: 2026-03-15.")
AS_DAY = _("ÅÅÅÅ-MM-DD")


class SchemeForm(PostedForm):
    """A grant scheme: what it is called, what it is for, by which rules."""

    receipt: Words = _("Bidragsformen är sparad.")
    name = TextField(_("Namn"), hint=_("Till exempel Lokalbidrag."))
    purpose = TextField(_("Ändamål"), rows=3, hint=_("Vad bidraget ska åstadkomma."))
    ruleset = ChoiceField(
        _("Regler"),
        blank=_("De gemensamma reglerna"),
        hint=_("Egna regler publiceras för sig: andra bidrag behåller sina."),
    )

    def command(self) -> SchemeWriting:
        """What is written."""
        return SchemeWriting(name=self.name.data, purpose=self.purpose.data, ruleset=self.ruleset.data)


class RoundNumberForm(PostedForm):
    """A round's number in the registry."""

    receipt: Words = _("Diarienumret är sparat.")
    dnr = TextField(_("Diarienummer för omgången"), short=True, hint=_("Gäller alla ansökningar i omgången."))


class NewRoundForm(PostedForm):
    """A round: its days, its money, its number in the registry."""

    receipt: Words = _("Omgången är tillagd.")
    name = TextField(_("Namn"), hint=_("Till exempel Verksamhetsbidrag 2027."))
    scheme_id = KeyChoiceField(_("Bidragsform"), blank=_("Ingen vald"))
    opens_on = DayField(_("Öppnar"), hint=AS_DAY, needs=(_("Dagen då omgången öppnar saknas."), WRITE_IT))
    closes_on = DayField(_("Sista ansökningsdag"), hint=AS_DAY, needs=(_("Sista ansökningsdag saknas."), WRITE_IT))
    decision_on = DayField(_("Beslut planeras"))
    report_on = DayField(_("Redovisning senast"))
    budget = AmountField(_("Budget (kr)"))
    dnr = TextField(_("Diarienummer för omgången"), short=True, hint=_("Gäller alla ansökningar i omgången."))

    def command(self) -> NewRound:
        """The round."""
        return NewRound(
            name=self.name.data,
            opens_on=self.opens_on.day,
            closes_on=self.closes_on.day,
            decision_on=self.decision_on.data,
            report_on=self.report_on.data,
            budget=self.budget.data,
            dnr=self.dnr.data,
            scheme_id=self.scheme_id.data,
        )
