"""Forms of documents, mails and files that come in."""

from __future__ import annotations

from vetting.casework.domain.document_statuses import CHOSEN, SENDING_WORDS, DocumentStatus
from vetting.casework.services.document_statuses import NewDocumentStatus
from vetting.kernel.text import Words, _
from vetting.web import visitor
from vetting.web.forms import (
    NOTHING_CHOSEN,
    ChoiceField,
    DayField,
    PostedForm,
    TextField,
)


class DocumentStatusForm(PostedForm):
    """What a document is in the file, and who it came from or went to."""

    receipt: Words = _("Det är antecknat.")
    state = ChoiceField(_("Handlingens status"), options=CHOSEN, needs=NOTHING_CHOSEN, short=True)
    title = TextField(
        _("Vad handlingen kallas i listan"), hint=_("Lämna tomt för att använda typen av handling eller filens namn.")
    )
    party = TextField(_("Avsändare eller mottagare"), hint=_("Lämna tomt om det är sökanden."))
    on = DayField(_("Upprättad eller skickad"), default=visitor.today)
    way = ChoiceField(_("Hur den skickades"), options=SENDING_WORDS, blank=_("Inte skickad"), short=True)

    def command(self) -> NewDocumentStatus:
        return NewDocumentStatus(
            status=DocumentStatus(self.state.data),
            title=self.title.data,
            party=self.party.data,
            way=self.way.data,
            on=self.on.data,
        )


class PaperTypeForm(PostedForm):
    """What a paper is that had no type."""

    receipt: Words = _("Typen av handling är sparad.")
    type = ChoiceField(_("Vad det är"))


class LetterheadOfFormsForm(PostedForm):
    """What stands first on the board's forms and letters."""

    receipt: Words = _("Brevhuvudet är sparat.")
    letterhead = TextField(
        _("Nämndens namn och adress"), hint=_("Står överst på blanketter och brev. Högst åtta rader."), rows=5
    )
