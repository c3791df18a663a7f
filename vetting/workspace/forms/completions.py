"""The forms of acts in a case: registered, marked, noted, completed, answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.casework import NewCompletionRequest, NewContact, NewGapNote
from vetting.casework.domain.completions import GapState
from vetting.kernel.text import Words, _
from vetting.web.forms import (
    CarriedField,
    ChoiceField,
    DayField,
    FormsOfPage,
    KeyChoiceField,
    KeyField,
    PostedForm,
    SeveralField,
    ShownChoiceField,
    TextField,
    UnmaskedField,
)

if TYPE_CHECKING:
    from datetime import date


class GapForm(PostedForm):
    """What is known of one thing that is missing."""

    receipt: Words = _("Det är antecknat.")
    fact = ChoiceField(_("Det som saknas"))
    state = ShownChoiceField(_("Vad som gäller"))
    promised_on = DayField(_("Utlovat till"))
    document = KeyChoiceField(_("Handlingen"), blank=_("Ingen vald"))

    def command(self) -> NewGapNote:
        return NewGapNote(
            fact=self.fact.data,
            state=GapState.ELSEWHERE if self.state.data == GapState.ELSEWHERE else GapState.PROMISED,
            promised_on=self.promised_on.data,
            document_id=self.document.data,
        )


class ContactForm(PostedForm):
    """Where the board writes to an association."""

    receipt: Words = _("Adressen är sparad.")
    function = TextField(_("Funktion"), hint=_("Kassör, ordförande, kontaktperson. Inte namnet."))
    email = UnmaskedField(_("E-post"))
    postal = UnmaskedField(_("Postadress"), rows=3)
    letter_language = ChoiceField(
        _("Brev skrivs på"),
        blank=_("som i föreningens andra ärenden, annars svenska"),
        options={"sv": _("svenska"), "en": _("engelska")},
    )

    def command(self) -> NewContact:
        """Where letters go."""
        return NewContact(
            email=self.email.data,
            postal=self.postal.data,
            function=self.function.data,
            language=self.letter_language.data or "",
        )


class ManyCompletionsForm(PostedForm):
    """Several associations asked for what is missing, or reminded of it."""

    act = CarriedField()
    typ = CarriedField()
    omgang = KeyField()
    number = SeveralField(_("Ärenden"))
    due_on = DayField(_("Svar senast"))
    text = TextField(_("Text att lägga till i alla brev"), rows=2)

    def command(self) -> NewCompletionRequest:
        return NewCompletionRequest(due_on=self.due_on.data, text=self.text.data, reminder=self.act.data == REMIND)


class ListGapsForm(PostedForm):
    """Why cases can be decided without what their list does not have."""

    receipt: Words = _("Godtaget. Skälet är antecknat i varje ärende.")
    typ = CarriedField()
    omgang = KeyField()
    number = SeveralField(_("Ärenden"))
    fact = SeveralField()
    reason = TextField(_("Varför kan ärendena avgöras ändå?"), rows=2)


ASK: Final = "ask"
REMIND: Final = "remind"


class FormsOfCompletions(FormsOfPage):
    """The forms of the list of what is missing: to ask, to remind."""

    def letter(self, act: str, due: date) -> ManyCompletionsForm:
        """One of the two. due: the day that is proposed."""
        return self.form(ManyCompletionsForm, act, {"act": act, "due_on": due})

    @property
    def list_gaps(self) -> ListGapsForm:
        return self.form(ListGapsForm, "gaps")
