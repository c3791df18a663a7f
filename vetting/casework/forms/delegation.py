"""Forms of the scheme of delegation, of absence, and of reporting decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.kernel.roles import ROLE_WORDS, Role
from vetting.kernel.text import Words, _, same_in_both
from vetting.people import FUNCTIONS, NewDelegationRow
from vetting.people.domain.delegation import (
    ADVERSE_ACTS,
    DECISION_AUTHORITY_WORDS,
    OFFERED_ACTS,
    DecisionAuthority,
    DelegatedAct,
    kinds_of_acts,
)
from vetting.web.forms import (
    NOTHING_CHOSEN,
    AmountField,
    ChoiceField,
    DayField,
    FormsOfPage,
    KeyChoiceField,
    PostedForm,
    SeveralField,
    TextField,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

NOBODY: Final = same_in_both("–")


class DelegationForm(PostedForm):
    """A row of the scheme of delegation."""

    receipt: Words = _("Raden är tillagd.")
    user_id = KeyChoiceField(_("Person"), blank=NOBODY)
    function = ChoiceField(
        _("eller den som har funktionen"), options={role: ROLE_WORDS[role] for role in FUNCTIONS}, blank=NOBODY
    )
    title = TextField(_("Delegatens titel, som den står i beslut och register"), short=True)
    maker = ChoiceField(_("Beslutar som"), options=DECISION_AUTHORITY_WORDS, needs=NOTHING_CHOSEN)
    point = TextField(_("Punkt i delegationsordningen"), short=True)
    acts = SeveralField(
        _("Får besluta att"),
        options=OFFERED_ACTS,
        needs=(_("Det står inte vad delegationen gäller."), _("Kryssa i minst ett.")),
    )
    largest = AmountField(_("Högsta belopp (kr). Lämna tomt om det inte finns något tak"))
    execution = ChoiceField(
        _("Vad det är"),
        options={"no": _("Beslut på delegation"), "yes": _("Verkställighet")},
        blank=_("Standard: att bekräfta en lokal är verkställighet, allt annat är beslut på delegation"),
    )
    valid_from = DayField(_("Från och med"))
    valid_to = DayField(_("Till och med, om den slutar"))

    def tell_waiting(self) -> None:
        self.receipt = _("Raden är tillagd. Den gäller när en annan person har godkänt den.")

    def command(self, today: date) -> NewDelegationRow:
        """The row; without a day it counts from today."""
        acts = tuple(DelegatedAct(act) for act in self.acts.data)
        return NewDelegationRow(
            user_id=self.user_id.data,
            function=Role(self.function.data) if self.function.data else None,
            maker=DecisionAuthority(self.maker.data),
            title=self.title.data,
            point=self.point.data,
            kinds=kinds_of_acts(acts),
            acts=() if self.maker.data == DecisionAuthority.BOARD else acts,
            largest=self.largest.data,
            execution={"yes": True, "no": False}.get(self.execution.data),
            refusals=any(act in ADVERSE_ACTS for act in acts),
            valid_from=self.valid_from.data or today,
            valid_to=self.valid_to.data,
        )


class AbsenceForm(PostedForm):
    """Days when somebody else decides."""

    receipt: Words = _("Frånvaron är antecknad.")
    substitute_id = KeyChoiceField(_("Ersättare"))
    first_on = DayField(_("Från och med"))
    last_on = DayField(_("Till och med"), needs=(_("Sista dagen saknas."), _("Skriv datumet så här: 2026-03-15.")))


class FormsOfDelegation(FormsOfPage):
    """The forms of the scheme of delegation."""

    def row(self, makers: Mapping[int, Words]) -> DelegationForm:
        """A new row. makers: the decision makers of the board, by key."""
        form = self.form(DelegationForm, "row", {"maker": DecisionAuthority.DELEGATE})
        form.user_id.options = makers
        return form

    def absence(self, makers: Mapping[int, Words]) -> AbsenceForm:
        """An absence. makers: those who may stand in."""
        form = self.form(AbsenceForm, "absence")
        form.substitute_id.options = makers
        return form


class ReportForm(PostedForm):
    """Delegated decisions that the board was told of at a meeting."""

    receipt: Words = _("Besluten är antecknade som anmälda.")
    decision = SeveralField(_("Beslut att anmäla"))
    on = DayField(_("Nämndens sammanträde"), needs=(_("Dagen saknas."), _("Skriv datumet så här: 2026-03-15.")))
    paragraph = TextField(
        _("Paragraf i protokollet"),
        short=True,
        needs=(
            _("Paragrafen saknas."),
            _("Skriv paragrafen ur nämndens protokoll. Besluten anmäls vid ett sammanträde."),
        ),
    )
