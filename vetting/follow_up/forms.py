"""The forms of follow-up: a report received, a report gone through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.follow_up.domain.reports import (
    FINDING_WORDS,
    WAY_WORDS,
    ReportFinding,
    ReportScope,
    ReportWay,
    read_use_rows,
)
from vetting.follow_up.services.reports import ReceivedReport
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.text import Words, _
from vetting.web.forms import (
    NOTHING_CHOSEN,
    AmountField,
    ChoiceField,
    DayField,
    KeyField,
    PostedForm,
    ShownChoiceField,
    TextField,
    WholeNumberField,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vetting.web.forms import TypedField


class ReceivedReportForm(PostedForm):
    """What a report says: the day, what was used, and of one in full what was done and who took part."""

    receipt: Words = _("Redovisningen är antecknad.")
    version = KeyField()
    received_on = DayField(_("Inkom"), hint=_("Tomt betyder i dag."))
    way = ChoiceField(_("Kom som"), options=WAY_WORDS, needs=NOTHING_CHOSEN)
    used = AmountField(_("Använt belopp (kr)"), hint=_("Tomt om raderna nedan säger det."))
    rows = TextField(_("Vad pengarna gick till"), rows=4, hint=_("En rad för varje sak, med beloppet sist."))
    activity = TextField(_("Vad som har gjorts"), rows=3, hint=_("Kort, ur redovisningen. Inga personuppgifter."))
    women = WholeNumberField(_("Deltagare: flickor och kvinnor"))
    men = WholeNumberField(_("Pojkar och män"))
    others = WholeNumberField(_("Annat eller okänt kön"))

    def fields_of(self, scope: ReportScope, *, participants: bool) -> Sequence[TypedField]:
        """What is asked for, in order. participants: whether the grant scheme asks for them."""
        simple = (self.version, self.received_on, self.way, self.used)
        if scope is ReportScope.SIMPLE:
            return simple
        full = (*simple, self.rows, self.activity)
        return (*full, self.women, self.men, self.others) if participants else full

    def command(self, on: date) -> ReceivedReport:
        """The report. on: today.

        Raises:
            Refused: a row says no amount.
        """
        rows, problems = read_use_rows(self.rows.data)
        if problems:
            raise Refused(Obstacle.INVALID, *problems)
        return ReceivedReport(
            received_on=self.received_on.data or on,
            way=ReportWay(self.way.data),
            used=self.used.data,
            rows=tuple(rows),
            activity=self.activity.data,
            women=self.women.data,
            men=self.men.data,
            others=self.others.data,
        )


class ReadReportForm(PostedForm):
    """What a person found in a report."""

    receipt: Words = _("Redovisningen är genomgången.")
    version = KeyField()
    finding = ShownChoiceField(_("Vad granskningen visade"), options=FINDING_WORDS, needs=NOTHING_CHOSEN)
    found = TextField(_("Avvikelsen, eller det som saknas"), rows=3)
    complete_by = DayField(_("Kompletteras senast"), hint=_("Bara när den ska kompletteras."))

    @property
    def outcome(self) -> ReportFinding:
        """What was found."""
        return ReportFinding(self.finding.data)


class AskBackForm(PostedForm):
    """What the association has not used, asked back."""

    receipt: Words = _("Det oförbrukade är begärt tillbaka. Skriv brevet, och hämta underlaget till fakturan.")
    amount = AmountField(_("Belopp (kr)"), hint=_("Tomt betyder allt som föreningen uppger."))
    due_on = DayField(_("Betalas senast"), hint=_("Tomt betyder 30 dagar."))


class UnusedPaidForm(PostedForm):
    """Unused money that came back."""

    receipt: Words = _("Inbetalningen är antecknad.")
    amount = AmountField(
        _("Belopp (kr)"), needs=(_("Beloppet saknas."), _("Skriv beloppet i kronor, till exempel 40000."))
    )
    on = DayField(_("Kom in"), hint=_("Tomt betyder i dag."))
    invoice = TextField(_("Fakturanummer"), short=True)


class DisputedForm(PostedForm):
    """The association does not agree."""

    receipt: Words = _("Det är antecknat. Öppna ett återkrav om pengarna ska krävas.")
    text = TextField(_("Vad föreningen säger"), rows=2)
