"""The form of one more column of the board's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.cases.services.own_columns import TYPE_WORDS, ColumnType, NewColumn
from vetting.kernel.text import Words, _, same_in_both
from vetting.web.forms import NOTHING_CHOSEN, ChoiceField, PostedForm, TextField, is_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vetting.grants.models.rounds import Round

BOOKINGS = "bookings"


class NewColumnForm(PostedForm):
    """One more column."""

    receipt: Words = _("Kolumnen är tillagd.")
    name = TextField(_("Namn"))
    about = ChoiceField(_("Gäller"), needs=NOTHING_CHOSEN)
    purpose = TextField(_("Vad den ska användas till"), hint=_("Till exempel: fördela besöken i höst."))
    type = ChoiceField(_("Innehåll"), options=TYPE_WORDS, needs=NOTHING_CHOSEN)
    options = TextField(_("Alternativ, ett på varje rad"), hint=_("Bara för ”Ett av flera val”."), rows=3)

    def command(self) -> NewColumn:
        """The column."""
        return NewColumn(
            round_id=None if self.about.data == BOOKINGS else int(self.about.data) if is_key(self.about.data) else 0,
            purpose=self.purpose.data,
            name=self.name.data,
            type=ColumnType(self.type.data),
            options=tuple(self.options.data.splitlines()),
        )


def offer_rounds(form: NewColumnForm, rounds: Sequence[Round]) -> NewColumnForm:
    """The form with what a column can be of: the rounds of the board, or its bookings."""
    choices: Mapping[str, Words] = {str(row.id): same_in_both(row.name) for row in rounds}
    form.about.options = {**choices, BOOKINGS: _("bokningar")}
    return form
