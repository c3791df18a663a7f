"""Forms of a round: its schemes, days and money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.grants import NewRound
from vetting.grants.domain.round_days import ROUND_DAYS
from vetting.kernel.text import Words, _, same_in_both
from vetting.rounds import RoundChange
from vetting.web.forms import (
    AS_DAY,
    WRITE_IT,
    AmountField,
    DayField,
    KeyChoiceField,
    PostedForm,
    SeveralField,
    TextField,
    TickField,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vetting.grants.models.rounds import BudgetLine
    from vetting.grants.models.schemes import GrantScheme


CLOCK_HINT = _("Till exempel 16.00. Lämna tomt för hela dagen.")


LINE: Final = "line-"
"""What the field of a grant scheme's budget line is called, before the scheme's key."""


class RoundNumberForm(PostedForm):
    """A round's number in the registry."""

    receipt: Words = _("Diarienumret är sparat.")
    dnr = TextField(_("Diarienummer för omgången"), short=True, hint=_("Gäller alla ansökningar i omgången."))


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


class ChangeRoundForm(PostedForm):
    """A round's name, days and budget. agreed: what the change does to what is there has been read."""

    receipt: Words = _("Omgången är ändrad.")
    name = TextField(_("Namn"))
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
    agreed = TickField(_("Jag har läst vad som ändras för det som redan finns"))

    def command(self) -> RoundChange:
        return RoundChange(
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
            agreed=bool(self.agreed.data),
        )


def as_clock(text: str) -> str:
    """'16', '16.00' and 'kl 16:00' as '16:00'; what is no time as it was typed."""
    typed = text.strip().casefold().removeprefix("kl").lstrip(". ").replace(".", ":")
    hours, _colon, minutes = typed.partition(":")
    if hours.isascii() and hours.isdigit() and len(hours) <= len("23"):
        return f"{int(hours):02}:{minutes or '00'}"
    return text.strip()
