"""Forms of the diary and of records to be disclosed."""

from __future__ import annotations

from typing import Final

from vetting.casework.domain.records import ALWAYS_IN_DIARY, RECORD_KIND_WORDS
from vetting.kernel.text import Words, _, in_context
from vetting.web.forms import (
    NO_FILE,
    CarriedField,
    DayField,
    KeyField,
    ListFileField,
    PostedForm,
    SeveralField,
    TextField,
)

CHOSEN_KINDS: Final = {kind.value: words for kind, words in RECORD_KIND_WORDS.items() if kind not in ALWAYS_IN_DIARY}
"""Kinds of records that a board's plan may take out of the diary."""


class RegistryListForm(PostedForm):
    """Which days a list for the registry is of."""

    receipt: Words = _("Listan är gjord.")
    first = DayField(in_context("time", "Från"), hint=_("Lämna tomt för att börja där den förra listan slutade."))
    last = DayField(in_context("time", "Till"), hint=_("Lämna tomt för att ta med allt till nu."))


class RegistryNumbersForm(PostedForm):
    """The registry's list with its numbers."""

    file = ListFileField(
        _("Ifylld diarieföringslista"),
        hint=_("Den lista som hämtats här, med Dnr eller Nr i diariet ifyllt."),
        needs=NO_FILE,
    )


class RecordPlanForm(PostedForm):
    """Which kinds of records the diary does not have."""

    receipt: Words = _("Planen är sparad. Den gäller det som kommer från och med nu.")
    in_order = SeveralField(_("Hålls ordnade utan att föras i diariet"), options=CHOSEN_KINDS)
    minor = SeveralField(_("Är av liten betydelse"), options=CHOSEN_KINDS)


class RecordMarkForm(PostedForm):
    """What is noted of a record."""

    receipt: Words = _("Det är antecknat.")
    registry_number = TextField(_("Nr i diariet"), short=True)
    secrecy = TextField(
        _("Kan omfattas av sekretess"),
        short=True,
        hint=_("Paragrafen, till exempel 21 kap. 1 §. Prövas vid utlämnande."),
    )
    version = KeyField()


class WorkingMaterialForm(PostedForm):
    """Working material that somebody has looked at."""

    document = SeveralField(_("Arbetsmaterial"), needs=(_("Inget är ikryssat."), _("Kryssa i minst ett.")))
    act = CarriedField()
