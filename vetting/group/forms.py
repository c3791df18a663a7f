"""The forms of conflicts of interest, of what goes to the reference group and to experts."""

from __future__ import annotations

from typing import ClassVar

from vetting.group.domain.advice import CONFLICT_WORDS, ConflictGround
from vetting.group.domain.special_reviews import REVIEW_GROUND_WORDS, REVIEW_OUTCOME_WORDS
from vetting.group.services.special_reviews import NewExpertQuestion
from vetting.kernel.text import Words, _
from vetting.web.forms import (
    NOTHING_CHOSEN,
    CarriedField,
    ChoiceField,
    DayField,
    FormsOfPage,
    PostedForm,
    SeveralField,
    ShownChoiceField,
    TextField,
)


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


class NewReviewForm(PostedForm):
    """Why an association is looked at more closely."""

    receipt: ClassVar[Words] = _("Kontrollen är öppnad.")
    ground = ShownChoiceField(_("Vad den bygger på"), options=REVIEW_GROUND_WORDS, needs=NOTHING_CHOSEN)
    about = TextField(
        _("Vad det gäller"),
        rows=3,
        hint=_("Handlingar eller uttalanden i föreningens verksamhet. Inga namn: oro för personer hör inte hit."),
    )


class ReviewQuestionForm(PostedForm):
    """A question to the association."""

    receipt: ClassVar[Words] = _("Frågan är antecknad.")
    question = TextField(_("Ny fråga till föreningen"), rows=2)


class ReviewAnswerForm(PostedForm):
    """What it answered."""

    receipt: ClassVar[Words] = _("Svaret är sparat.")
    answer = TextField(_("Svar, eller att inget kom"), rows=2)


class ReviewOutcomeForm(PostedForm):
    """What came of a special review."""

    receipt: ClassVar[Words] = _("Kontrollen är avslutad.")
    outcome = ShownChoiceField(_("Vad kom ut av det?"), options=REVIEW_OUTCOME_WORDS, needs=NOTHING_CHOSEN)
    conclusion = TextField(_("Slutsats"), rows=3)


class FormsOfReview(FormsOfPage):
    """The forms of a special review's page."""

    @property
    def question(self) -> ReviewQuestionForm:
        """One more question."""
        return self.form(ReviewQuestionForm, "question")

    def answer(self, question_id: int) -> ReviewAnswerForm:
        """The answer to one."""
        return self.form(ReviewAnswerForm, f"answer-{question_id}")

    @property
    def outcome(self) -> ReviewOutcomeForm:
        """What came of it."""
        return self.form(ReviewOutcomeForm, "close")
