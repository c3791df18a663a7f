"""The forms of conflicts of interest, of what goes to the reference group and to experts."""

from __future__ import annotations

from typing import ClassVar

from vetting.group.domain.advice import CONFLICT_WORDS, ConflictGround
from vetting.group.services.special_reviews import NewExpertQuestion
from vetting.kernel.text import Words, _
from vetting.web.forms import CarriedField, ChoiceField, DayField, PostedForm, SeveralField, TextField


class NoConflictForm(PostedForm):
    """Not in conflict: with where one goes on after the answer."""

    answer = CarriedField()
    back = CarriedField()


class ConflictForm(PostedForm):
    """Why one is in conflict and leaves the case."""

    answer = CarriedField()
    ground = ChoiceField(
        _("Skäl"), options=CONFLICT_WORDS, needs=(_("Inget skäl är valt."), _("Välj varför du är jävig."))
    )

    def command(self) -> ConflictGround:
        """The ground."""
        return ConflictGround(self.ground.data)


class ReferralForm(PostedForm):
    """A case to the reference group."""

    receipt: ClassVar[Words] = _("Ärendet är lämnat till referensgruppen.")
    question = TextField(_("Fråga till gruppen"), hint=_("Utan fråga kommer ärendet på samlingslistan."), rows=2)


class ExpertForm(PostedForm):
    """What somebody outside is asked."""

    receipt: ClassVar[Words] = _("Frågan till den sakkunniga är antecknad.")
    asked_of = TextField(_("Vem som frågas"), hint=_("Till exempel Center mot våldsbejakande extremism."))
    question = TextField(_("Frågan"), rows=2)
    secrecy = TextField(_("Vad i paketet som omfattas av sekretess"))
    due_on = DayField(_("Svar senast"), hint=_("Tomt betyder den tid som nämnden har bestämt."))
    documents = SeveralField(_("Handlingar i paketet"))

    def command(self) -> NewExpertQuestion:
        """The question."""
        return NewExpertQuestion(
            asked_of=self.asked_of.data,
            question=self.question.data,
            secrecy=self.secrecy.data,
            documents=self.documents.keys,
            due_on=self.due_on.data,
        )


class ExpertAnswerForm(PostedForm):
    """What an expert answered."""

    receipt: ClassVar[Words] = _("Svaret är antecknat.")
    text = TextField(_("Vad den sakkunniga svarade"), rows=2)
