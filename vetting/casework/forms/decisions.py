"""The forms of hearing an association, and of opening a decided case again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.casework.domain.grant_changes import GRANT_CHANGE_WORDS, GrantChangeKind
from vetting.casework.domain.letters import LetterKind
from vetting.casework.services.grant_changes import NewGrantChange
from vetting.kernel.text import NO_WORDS, Words, _
from vetting.web import visitor
from vetting.web.forms import (
    NOTHING_CHOSEN,
    CarriedField,
    ChoiceField,
    DayField,
    DecidedForm,
    KeyField,
    PostedForm,
    SeveralField,
    TextField,
    YesNoField,
)

if TYPE_CHECKING:
    from datetime import date


class GrantChangeForm(PostedForm):
    """What an association asks to change of a decided grant."""

    creates = True
    receipt: Words = _("Begäran är antecknad. Skriv ett förslag.")
    kinds = SeveralField(_("Vad föreningen vill ändra"), options=GRANT_CHANGE_WORDS)
    asked = TextField(_("Vad föreningen vill"), rows=3, hint=_("Kort. Inga personuppgifter."))
    report_on = DayField(_("Ny dag för redovisningen"), hint=_("Behövs om föreningen vill ha senare tid."))
    received_on = DayField(_("Inkom"), default=visitor.today)

    def command(self, today: date) -> NewGrantChange:
        """The request."""
        return NewGrantChange(
            received_on=self.received_on.data or today,
            kinds=tuple(GrantChangeKind(name) for name in self.kinds.data),
            asked=self.asked.data,
            report_on=self.report_on.data,
        )


class ProposedChangeForm(PostedForm):
    """What is proposed of a request to change a grant."""

    receipt: Words = _("Förslaget är sparat. Det väntar på beslutsfattaren.")
    approves = YesNoField(_("Ska ändringen godkännas?"))
    reasons = TextField(_("Motivering"), rows=3, hint=_("Står i beslutet och brevet."))
    report_on = DayField(_("Ny dag för redovisningen"), hint=_("Lämna tomt för den dag som föreningen har begärt."))


class DecidedChangeForm(DecidedForm):
    """The decision on a request to change a grant."""

    receipt: Words = _("Ändringen är beslutad. Skriv brevet till föreningen.")
    version = KeyField()


class LetterForm(PostedForm):
    """A letter that was looked at and is written. In the words of the address: typ, om."""

    receipt: Words = _("Brevet är skrivet.")
    typ = ChoiceField(options=dict.fromkeys(LetterKind, NO_WORDS), needs=NOTHING_CHOSEN)
    om = KeyField()


class SentForm(PostedForm):
    """How a letter goes."""

    way = CarriedField()


class ManyLettersForm(SentForm):
    """Letters that go the same way, or are fetched together."""

    letter = SeveralField(_("Brev"), needs=(_("Inget brev är ikryssat."), _("Kryssa i minst ett.")))
