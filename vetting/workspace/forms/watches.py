"""The forms of an agreement between two boards, and of the quick check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.workspace.domain.watches import NO_LINE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.workspace.models.watches import Watch

from vetting.kernel.text import Words, _, same_in_both
from vetting.web.forms import (
    DayField,
    FormsOfPage,
    KeyChoiceField,
    PostedForm,
    TextField,
    TickField,
)


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
        return self.form(MovedWatchForm, f"move-{watch.id}", {"on": watch.on})

    def give(self, watch: Watch) -> GivenWatchForm:
        """A colleague."""
        form = self.form(GivenWatchForm, f"give-{watch.id}")
        form.user.options = self._people
        return form
