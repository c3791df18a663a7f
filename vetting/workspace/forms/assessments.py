"""The form of an answer to one criterion: what it says, and the act or statement that "not met" rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.casework import NewAssessment, handed_in_document
from vetting.casework.domain.document_statuses import DocumentStatus
from vetting.engine.evidence import (
    EVIDENCE_KIND_WORDS,
    MILDER_WORDS,
    SPECIAL_REASON_WORDS,
    CriterionAnswer,
    Evidence,
    EvidenceKind,
    MilderMeasure,
    SpecialReason,
)
from vetting.kernel.text import Words, _
from vetting.web.forms import (
    CarriedField,
    DayField,
    FileUploadField,
    KeyChoiceField,
    KeyField,
    LinkField,
    PostedForm,
    SeveralField,
    ShownChoiceField,
    TextField,
    TickField,
    YesNoField,
)

if TYPE_CHECKING:
    from datetime import date

    from vetting.casework import NewDocument

NOTHING_FOUND = {CriterionAnswer.NOTHING_FOUND: _("Inget har framkommit")}
ANSWERS = {
    CriterionAnswer.MET: _("Uppfyllt"),
    CriterionAnswer.NOT_MET: _("Ej uppfyllt"),
    CriterionAnswer.NOT_APPLICABLE: _("Ej tillämpligt"),
}


class PointForm(PostedForm):
    """An act about one criterion that asks nothing more."""

    criterion = CarriedField()


class WithdrawAnswerForm(PointForm):
    """Why an answer is taken back."""

    receipt: Words = _("Bedömningen är tillbakatagen.")
    reason = TextField(_("Varför tas bedömningen tillbaka?"))


class AssessmentForm(PointForm):
    """One answer to one criterion, with its evidence."""

    receipt: Words = _("Bedömningen är sparad.")
    version = KeyField()
    answer = ShownChoiceField(
        _("Din bedömning"), options={**NOTHING_FOUND, **ANSWERS}, needs=(_("Inget svar är valt."), _("Välj ett."))
    )
    reasons = TextField(
        _("Motivering"),
        hint=_("Skriv vad som hänt eller sagts, av vem i vilken roll, när och var det framgår."),
        rows=2,
    )
    deed = ShownChoiceField(_("Vad är det?"), options=EVIDENCE_KIND_WORDS)
    act = TextField(_("Agerande eller uttalande"), rows=2)
    role = TextField(_("Av vem, i vilken roll"), hint=_("Rollen, inte namnet."))
    named_because = TextField(_("Om en person är namngiven: varför räcker inte rollen?"))
    happened = TextField(_("När"), hint=_("Med år, till exempel 2026-03-15 eller mars 2026."), short=True)
    source = TextField(_("Källa"))
    source_address = LinkField(_("Källans webbadress, om den har en"))
    seen_on = DayField(_("Dagen då källan sågs"), short=True)
    cut = FileUploadField(
        _("Bild eller utskrift av källan"),
        hint=_("Sparas i ärendet med en kontrollsumma, så att det går att visa vad som stod där den dagen."),
    )
    document_id = KeyChoiceField(_("Handlingen där det står"), blank=_("Ingen i ärendet"))
    place = TextField(_("Sida eller paragraf"), short=True)
    inside_activity = YesNoField(_("Skedde det inom föreningens verksamhet?"))
    verified = YesNoField(_("Är uppgiften bekräftad?"))
    may_be_shown = YesNoField(_("Får föreningen se uppgiften?"))
    speaks_for = TextField(_("Vad talar för föreningen?"), rows=2)
    weighed = SeveralField(_("Särskilda skäl som finns"), options=SPECIAL_REASON_WORDS)
    special_reasons = TextField(_("Hur de särskilda skälen har vägts"), rows=2)
    milder = SeveralField(_("Mindre ingripande åtgärder som har prövats"), options=MILDER_WORDS)
    proportionality = TextField(_("Varför det inte räcker"), rows=2)
    acts_not_opinions = TickField(
        _("Bedömningen bygger på agerandet eller uttalandet, inte på någons åsikt, tro eller ursprung.")
    )

    def command(self, *, arrived_on: date) -> NewAssessment:
        """The answer; only "not met" has evidence.

        Raises:
            UnreadableError: the picture of the source is of a kind that is not kept.
        """
        answer = CriterionAnswer(self.answer.data)
        rests_on_something = answer is CriterionAnswer.NOT_MET
        return NewAssessment(
            criterion=self.criterion.data,
            answer=answer,
            reasons=self.reasons.data,
            evidence=self._evidence() if rests_on_something else None,
            cut=self._source_copy(arrived_on) if rests_on_something else None,
        )

    def _evidence(self) -> Evidence:
        return Evidence(
            deed=EvidenceKind(self.deed.data) if self.deed.data else None,
            act=self.act.data,
            role=self.role.data,
            named_because=self.named_because.data,
            inside_activity=self.inside_activity.data,
            happened=self.happened.data,
            source=self.source.data,
            source_address=self.source_address.data,
            seen_on=self.seen_on.data,
            document_id=self.document_id.data,
            place=self.place.data,
            verified=self.verified.data,
            may_be_shown=self.may_be_shown.data,
            speaks_for=self.speaks_for.data,
            weighed=tuple(SpecialReason(name) for name in self.weighed.data),
            special_reasons=self.special_reasons.data,
            milder=tuple(MilderMeasure(name) for name in self.milder.data),
            proportionality=self.proportionality.data,
            acts_not_opinions=self.acts_not_opinions.data,
        )

    def _source_copy(self, arrived_on: date) -> NewDocument | None:
        return handed_in_document(
            self.cut, state=DocumentStatus.DRAWN_UP, dated=self.seen_on.data, arrived_on=arrived_on
        )

    def draft(self) -> dict[str, list[str]]:
        """What was typed, field by field, to be kept until it is an answer."""
        typed = {
            field.short_name: field.texts
            for field in self.fields
            if field.shape != "file" and field.short_name not in {"criterion", "version"}
        }
        return {name: texts for name, texts in typed.items() if texts}
