"""The forms of an agreement between two boards, and of the quick check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.casework.domain.records import ALWAYS_IN_DIARY, RECORD_KIND_WORDS
from vetting.office.domain.watches import NO_LINE
from vetting.web.forms import CarriedField, KeyField

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.office.models.watches import Watch

from vetting.kernel.text import Words, _, in_context, same_in_both
from vetting.lists.forms import ListFileField
from vetting.web.forms import (
    NO_FILE,
    DayField,
    FormsOfPage,
    KeyChoiceField,
    PostedForm,
    SeveralField,
    TextField,
    TickField,
)

CHOSEN_KINDS: Final = {kind.value: words for kind, words in RECORD_KIND_WORDS.items() if kind not in ALWAYS_IN_DIARY}
"""Kinds of records that a board's plan may take out of the diary."""


class RegistryListForm(PostedForm):
    """Which days a list for the registry is of."""

    receipt: Words = _("Listan är gjord.")
    first = DayField(in_context("time", "Från"), hint=_("Tomt: där den förra listan slutade."))
    last = DayField(in_context("time", "Till"), hint=_("Tomt: nu."))


class RegistryNumbersForm(PostedForm):
    """The registry's list with its numbers."""

    file = ListFileField(
        _("Ifylld diarieföringslista"), hint=_("Listan härifrån, med Dnr eller Nr i diariet ifyllt."), needs=NO_FILE
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


class MovedWatchForm(PostedForm):
    """Another day for a watch."""

    receipt: Words = _("Bevakningen är flyttad.")
    on = DayField(_("Dag"), needs=(_("Dagen saknas."), _("Skriv den så här: 2026-03-15.")), hint=_("ÅÅÅÅ-MM-DD"))


class NewWatchForm(MovedWatchForm):
    """A day and a line on something."""

    creates = True
    receipt: Words = _("Bevakningen är sparad.")
    text = TextField(
        _("Vad som ska bevakas"),
        needs=NO_LINE,
        hint=_("Till exempel: ring om protokollet."),
    )
    sleeps = TickField(_("Ärendet vilar till dess"))


class GivenWatchForm(PostedForm):
    """The colleague who gets a watch."""

    receipt: Words = _("Bevakningen är lämnad över.")
    user = KeyChoiceField(_("Lämna till"))


class FormsOfWatches(FormsOfPage):
    """The forms of a list of watches. people: key -> name of whoever one can be given to."""

    def __init__(self, people: Mapping[int, str], refused: PostedForm | None) -> None:
        super().__init__(refused)
        self._people = {key: same_in_both(name) for key, name in people.items()}

    def move(self, watch: Watch) -> MovedWatchForm:
        """Another day."""
        return self.form(MovedWatchForm, f"move-{watch.id}", {"on": watch.on})

    def give(self, watch: Watch) -> GivenWatchForm:
        """A colleague."""
        form = self.form(GivenWatchForm, f"give-{watch.id}")
        form.user.options = self._people
        return form
