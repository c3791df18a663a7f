"""Forms of acts on a case and on the rows of the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.casework import NewCompletionRequest
from vetting.casework.domain.cases import CaseMarkKind
from vetting.casework.domain.completions import due_after
from vetting.kernel.text import Words, _, join_words
from vetting.web import visitor
from vetting.web.fact_forms import FactForm
from vetting.web.forms import (
    CarriedField,
    DayField,
    KeyField,
    PostedForm,
    SeveralField,
    TextField,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


class RegisterForm(PostedForm):
    """A case's number in the registry."""

    receipt: Words = _("Diarienumret är sparat.")
    dnr = TextField(_("Diarienummer"))


class SignatureForm(PostedForm):
    """The signature that a case is gone through, of the case as it was seen."""

    receipt: Words = _("Granskat: inget hinder. Det är antecknat med ditt namn.")
    version = KeyField()


class ReadyForm(PostedForm):
    """A case that can be decided."""

    receipt: Words = _("Ärendet är klart för beslut.")


class WithdrawalForm(PostedForm):
    """The applicant takes it back."""

    receipt: Words = _("Återkallelsen är antecknad. Den kan ångras med Tillbaka till handläggning.")


class SendBackForm(PostedForm):
    """What was ready is handled again."""

    receipt: Words = _("Ärendet handläggs igen. Förslaget till beslut står kvar som utkast.")


class ApprovalForm(PostedForm):
    """An approval of all that is applied for, proposed."""

    receipt: Words = _("Förslaget att bevilja är sparat. Ärendet ligger hos beslutsfattaren.")
    version = KeyField()


class MarkForm(PostedForm):
    """Papers opened, basic check done, a gap accepted: which of them, and why where a reason is asked for."""

    receipt: Words = _("Det är antecknat.")
    kind = CarriedField(needs=(_("Inget är valt."), _("Välj ett.")))
    text = TextField(rows=2)

    @property
    def mark(self) -> CaseMarkKind | None:
        """What is marked; None for a form that nobody got from us."""
        given = self.kind.data
        return CaseMarkKind(given) if given in list(CaseMarkKind) else None


class GapAcceptedForm(MarkForm):
    """Why a case can be decided though something is missing."""

    text = TextField(_("Varför kan ärendet avgöras ändå?"), rows=2)


class UnreportedForm(PostedForm):
    """A case that is closed; why, where no report has been gone through."""

    text = TextField(_("Varför ärendet avslutas utan redovisning"), rows=2)


class FollowedUpForm(MarkForm):
    """What a follow-up showed."""

    text = TextField(_("Vad visade uppföljningen?"), rows=2)


class AidRegisteredForm(MarkForm):
    """When aid of minor importance was entered in the central register."""

    text = TextField(_("Vilken dag fördes stödet in i registret?"), short=True, hint=_("ÅÅÅÅ-MM-DD"))


class SecondLookForm(PostedForm):
    """What follows from something new in a case that was returned to the queue."""

    receipt: Words = _("Det är antecknat att du har tagit ställning till det nya.")
    text = TextField(_("Vad innebär det nya för ärendet?"), rows=2)


class NoteForm(PostedForm):
    """A note, official or one's own."""

    creates = True
    receipt: Words = _("Anteckningen är sparad.")
    text = TextField(_("Ny anteckning"), rows=2)
    official = CarriedField()
    corrects = CarriedField()

    def tell_doubts(self, doubts: Sequence[Words]) -> None:
        """Puts words of opinion and names in the note into its receipt."""
        if doubts:
            stays = _("Behåll orden om de återger vad någon sade eller gjorde. Rätta annars med en ny anteckning.")
            self.receipt = join_words((_("Anteckningen är sparad."), *doubts, stays), " ")

    @property
    def corrected(self) -> int | None:
        """The note that it corrects."""
        said = self.corrects.data or ""
        return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None  # noqa: PLR2004 - as ids are

    @property
    def is_official(self) -> bool:
        """Whether it belongs to the file; the other button says that it does not."""
        return self.official.data != "0"


class CompletionForm(PostedForm):
    """What one association is asked to send in."""

    receipt: Words = _("Begäran är antecknad. Skicka texten till föreningen: inget skickas härifrån.")
    fact = SeveralField(_("Be föreningen skicka in"))
    text = TextField(_("Mer att be om"), rows=2)
    due_on = DayField(_("Senast"), default=lambda: due_after(visitor.today()))

    def command(self) -> NewCompletionRequest:
        return NewCompletionRequest(due_on=self.due_on.data, text=self.text.data)


class TickedCasesForm(PostedForm):
    """The cases of a list that are ticked, each with the version that was seen."""

    kind = CarriedField()
    number = SeveralField(_("Ärenden"))


class HandOverForm(TickedCasesForm):
    """The ticked cases, and the colleague who gets them."""

    receipt: Words = _("Ärendena är lämnade över.")
    officer = KeyField()


class ChangedFactsForm(FactForm):
    """The facts of a case, to be changed."""

    receipt: Words = _("Uppgifterna är sparade.")
    version = KeyField()
