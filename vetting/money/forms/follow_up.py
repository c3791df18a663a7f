"""The forms of follow-up: reports, samples, the plan's activities, the written routine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from vetting.casework.domain.cases import FOLLOW_UP_WORDS
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.text import NO_WORDS, Words, _, same_in_both
from vetting.kernel.working_days import first_open
from vetting.money.domain.activities import (
    CHANNEL_WORDS,
    STATUS_WORDS,
    ActivityFields,
    ActivityStatus,
    FollowUpChannel,
)
from vetting.money.domain.reports import (
    FINDING_WORDS,
    WAY_WORDS,
    ReportFinding,
    ReportScope,
    ReportWay,
    read_use_rows,
)
from vetting.money.domain.samples import (
    RISK_WORDS,
    SAMPLE_RESULT_WORDS,
    SAMPLE_WAY_WORDS,
    SAMPLED_WORDS,
    RiskFact,
    SampleWay,
)
from vetting.money.services.grant_routines import NewRoutine
from vetting.money.services.plan_examples import example_plans
from vetting.money.services.reports import ReceivedReport
from vetting.money.services.samples import NewSample
from vetting.money.services.unused_money import DUE_AFTER
from vetting.web import visitor
from vetting.web.forms import (
    NOTHING_CHOSEN,
    AmountField,
    ChoiceField,
    DayField,
    FileUploadField,
    KeyField,
    PostedForm,
    SeveralField,
    ShownChoiceField,
    TextField,
    WholeNumberField,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from vetting.engine.criteria import Criterion
    from vetting.web.forms import TypedField


class ReceivedReportForm(PostedForm):
    """What a report says: the day, what was used, and of one in full what was done and who took part."""

    creates = True
    receipt: Words = _("Redovisningen är antecknad.")
    version = KeyField()
    received_on = DayField(_("Inkom"), default=visitor.today)
    way = ChoiceField(_("Kom som"), options=WAY_WORDS, needs=NOTHING_CHOSEN)
    used = AmountField(_("Använt belopp (kr)"), hint=_("Lämna tomt om beloppen står på raderna nedan."))
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
        return ReportFinding(self.finding.data)

    @property
    def fields(self) -> list[TypedField]:
        """The requirements first: what was found rests on them."""
        return sorted(super().fields, key=lambda field: not field.short_name.startswith(REQUIREMENT))

    @property
    def requirements(self) -> dict[str, bool]:
        """By criterion whether it was met, as far as somebody looked."""
        answers = {name: field.typed for name, field in self.named(REQUIREMENT).items()}
        return {name: answer == MET for name, answer in answers.items() if answer}


REQUIREMENT: Final = "requirement-"
MET: Final = "met"


def read_report_form(requirements: Iterable[Criterion]) -> type[ReadReportForm]:
    """The form with a choice for each requirement that holds while support runs.

    Nobody says no on a value criterion here: that takes evidence, and the association is heard.
    """
    answers = {MET: _("Uppfyllt"), "not_met": _("Ej uppfyllt")}
    of_values = {MET: _("Inget har framkommit")}
    elsewhere = _("Om något har framkommit: föreslå under Allt stöd att stödet upphör. Föreningen hörs då först.")
    fields = {
        REQUIREMENT + item.id: ChoiceField(
            item.label,
            options=of_values if item.value_criterion else answers,
            hint=elsewhere if item.value_criterion else NO_WORDS,
            blank=_("Inte prövat"),
        )
        for item in requirements
    }
    return type(ReadReportForm.__name__, (ReadReportForm,), dict(fields))


class AskBackForm(PostedForm):
    """What the association has not used, asked back."""

    receipt: Words = _("Begäran om återbetalning är antecknad. Skriv brevet och hämta underlaget till fakturan.")
    amount = AmountField(_("Belopp (kr)"), hint=_("Lämna tomt för hela beloppet som föreningen uppger."))
    due_on = DayField(_("Betalas senast"), default=lambda: first_open(visitor.today() + DUE_AFTER))


class UnusedPaidForm(PostedForm):
    """Unused money that came back."""

    receipt: Words = _("Inbetalningen är antecknad.")
    amount = AmountField(
        _("Belopp (kr)"), needs=(_("Beloppet saknas."), _("Skriv beloppet i kronor, till exempel 40000."))
    )
    on = DayField(_("Kom in"), default=visitor.today)
    invoice = TextField(_("Fakturanummer"), short=True)


class DisputedForm(PostedForm):
    """The association does not agree."""

    receipt: Words = _("Det är antecknat. Öppna ett återkrav om pengarna ska krävas.")
    text = TextField(_("Vad föreningen säger"), rows=2)


class NewSampleForm(PostedForm):
    """What is to be drawn."""

    receipt: Words = _("Stickprovet är draget.")
    kind = ShownChoiceField(_("Dra bland"), options=SAMPLED_WORDS, needs=NOTHING_CHOSEN)
    way = ShownChoiceField(_("Hur"), options=SAMPLE_WAY_WORDS, needs=NOTHING_CHOSEN)
    first = DayField(_("Från och med"))
    last = DayField(_("Till och med"))
    size = WholeNumberField(_("Antal"))

    def command(self) -> NewSample:
        """The sample."""
        return NewSample(
            kind=CaseKind(self.kind.data),
            way=SampleWay(self.way.data),
            first=self.first.data,
            last=self.last.data,
            size=self.size.data,
        )


class SampleResultForm(PostedForm):
    """What was found in a case that was drawn."""

    receipt: Words = _("Det är antecknat.")
    version = KeyField()
    result = ShownChoiceField(_("Vad granskningen visade"), options=SAMPLE_RESULT_WORDS, needs=NOTHING_CHOSEN)
    text = TextField(_("Anmärkningen, eller åtgärden"), rows=2, hint=_("Kort, om ärendet. Inga personuppgifter."))


class ActivityForm(PostedForm):
    """One activity of the plan."""

    receipt: Words = _("Aktiviteten är sparad.")
    version = KeyField()
    text = TextField(_("Aktivitet"), rows=3)
    clause = TextField(_("Avsnitt i planen"), short=True)
    responsible = TextField(_("Ansvarig"), short=True, hint=_("En funktion, inte ett namn."))
    time = TextField(_("Tid"), short=True, hint=_("Som planen säger, till exempel Löpande."))
    due_on = DayField(_("Senast"), hint=_("Aktiviteten visas då i I dag. Lämna tomt om den inte har någon sista dag."))
    channels = SeveralField(_("Följs upp i"), options=CHANNEL_WORDS)
    status = ShownChoiceField(_("Status"), options=STATUS_WORDS, needs=NOTHING_CHOSEN)
    note = TextField(_("Anteckning"), rows=3)
    controlled = TextField(
        _("Internkontroll: vad kontrolleras"), short=True, hint=_("Lämna tomt om aktiviteten inte är en kontroll.")
    )
    drawn = WholeNumberField(_("Antal dragna"))
    found = TextField(_("Vad kontrollen visade"), rows=2)
    measure = TextField(_("Åtgärd"), rows=2)

    def command(self) -> ActivityFields:
        return ActivityFields(
            text=self.text.data,
            clause=self.clause.data,
            responsible=self.responsible.data,
            time=self.time.data,
            due_on=self.due_on.data,
            channels=tuple(FollowUpChannel(name) for name in self.channels.data),
            status=ActivityStatus(self.status.data),
            note=self.note.data,
            controlled=self.controlled.data,
            drawn=self.drawn.data,
            found=self.found.data,
            measure=self.measure.data,
        )


class ActivitiesForm(PostedForm):
    """A table of activities: pasted, in a file, or one of the plans that ship."""

    receipt: Words = _("Aktiviteterna är inlästa.")
    table = TextField(
        _("Klistra in tabellen"), rows=4, hint=_("Ur Word eller Excel, med rubrikerna: Aktivitet, Ansvarig, Tidplan.")
    )
    file = FileUploadField(_("Eller en fil"), hint=_("Excel, OpenDocument eller CSV. Första bladet läses."))
    example = ChoiceField(_("Eller börja med ett exempel"), blank=_("Inget exempel"))

    def __init__(self, *given: Any, **more: Any) -> None:  # noqa: ANN401 - what any form takes
        super().__init__(*given, **more)
        self.example.options = {plan.id: same_in_both(plan.title) for plan in example_plans().values()}


class BegunYearForm(PostedForm):
    """A year that begins with last year's activities."""

    receipt: Words = _("Årets lista är gjord av förra årets.")


class RoutineForm(PostedForm):
    """A version of the written routine."""

    receipt: Words = _("Den nya versionen gäller.")
    version = KeyField()
    owner = TextField(_("Ansvarar för rutinen"), short=True, hint=_("En funktion."))
    approved_by = TextField(_("Godkänd av"), short=True, hint=_("En funktion eller nämnden, med paragraf."))
    approved_on = DayField(_("Godkänd den"))
    anchored = TextField(_("Förankrad"), short=True, hint=_("Var och när den har gåtts igenom."))
    review_on = DayField(_("Ses över senast"))
    facts = SeveralField(_("Riskfaktorer som stickprov får dras efter"), options=RISK_WORDS)
    amount = AmountField(_("Stort belopp: från (kr)"))
    percent = WholeNumberField(_("Stor ändring: från (procent)"))
    change = TextField(_("Vad som är nytt"), rows=2)

    def command(self) -> NewRoutine:
        """The version."""
        return NewRoutine(
            owner=self.owner.data,
            approved_by=self.approved_by.data,
            approved_on=self.approved_on.data,
            anchored=self.anchored.data,
            review_on=self.review_on.data,
            facts=tuple(RiskFact(name) for name in self.facts.data),
            amount=self.amount.data,
            percent=self.percent.data,
            change=self.change.data,
            follows=self.version.key,
        )


class FollowUpForm(PostedForm):
    """A visit, a talk or papers seen while the support runs."""

    receipt: Words = _("Uppföljningen är antecknad.")
    way = ShownChoiceField(_("Hur"), options=FOLLOW_UP_WORDS, needs=NOTHING_CHOSEN)
    on = DayField(_("Dag"), default=visitor.today)
    text = TextField(_("Vad visade uppföljningen?"), rows=2, hint=_("Kort, om verksamheten. Inga personuppgifter."))
