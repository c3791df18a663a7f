"""Forms of cases that end without being tried."""

from __future__ import annotations

from vetting.casework import NewEnding, NewHandover
from vetting.kernel.decision_outcomes import (
    ENDINGS,
    GROUND_WORDS,
    DecisionGround,
)
from vetting.kernel.text import Words, _
from vetting.web.forms import (
    NOTHING_CHOSEN,
    CarriedField,
    DecidedForm,
    PostedForm,
    SeveralField,
    ShownChoiceField,
    TextField,
)


class EndingForm(DecidedForm):
    """Why some cases are to end without being tried; decided at once by whoever may and says so."""

    number = SeveralField(_("Ärenden"), needs=(_("Inget ärende är valt."), _("Kryssa i minst ett.")))
    ground = ShownChoiceField(
        _("Varför"), options={ground: GROUND_WORDS[ground] for ground in ENDINGS}, needs=NOTHING_CHOSEN
    )
    twin = TextField(
        _("Dubblett av ärende"),
        short=True,
        hint=_("Lämna tomt om den är en dubblett av föreningens andra ansökan i samma omgång."),
    )
    text = TextField(
        _("Vad har hänt?"), rows=2, hint=_("Står i beslutet och brevet. Behövs inte vid återkallelse och dubblett.")
    )
    now = CarriedField()

    @property
    def decides(self) -> bool:
        """Whether it is decided at once, not only proposed."""
        return self.now.data == "1"

    def command(self) -> NewEnding:
        """The ending, the same for each of them."""
        return NewEnding(ground=DecisionGround(self.ground.data), text=self.text.data, twin=self.twin.data)


class HandoverForm(PostedForm):
    """An application to another board, whose matter it is."""

    receipt: Words = _("Ärendet är överlämnat. Kvittensen och brevet till föreningen ligger bland brev att skicka.")
    to = TextField(
        _("Nämnd eller förvaltning som tar över"),
        needs=(_("Nämnden eller förvaltningen saknas."), _("Skriv vem som tar över.")),
    )
    address = TextField(_("Dit det skickas: e-post eller postadress"), rows=2)
    text = TextField(_("Varför ärendet hör till dem"), rows=2, hint=_("Står i tjänsteanteckningen och i båda breven."))

    def command(self) -> NewHandover:
        """The handing over."""
        return NewHandover(to=self.to.data, address=self.address.data, text=self.text.data)


class EndedCasesForm(DecidedForm):
    """Cases that are ended as proposed, each with the version that was seen."""

    number = SeveralField(_("Ärenden"), needs=(_("Inget ärende är valt."), _("Kryssa i minst ett.")))
