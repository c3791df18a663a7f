"""The form of one more column of the board's own."""

from __future__ import annotations

from vetting.cases.services.own_columns import TYPE_WORDS, ColumnType, NewColumn
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.text import Words, _
from vetting.web.forms import NOTHING_CHOSEN, ChoiceField, PostedForm, TextField

KIND_WORDS = {CaseKind.GRANT: _("ansökningar"), CaseKind.BOOKING: _("bokningar")}


class NewColumnForm(PostedForm):
    """One more column."""

    receipt: Words = _("Kolumnen är tillagd.")
    name = TextField(_("Namn"))
    kind = ChoiceField(_("Gäller"), options=KIND_WORDS, needs=NOTHING_CHOSEN)
    type = ChoiceField(_("Innehåll"), options=TYPE_WORDS, needs=NOTHING_CHOSEN)
    options = TextField(_("Alternativ, ett på varje rad"), hint=_("Bara för ”Ett av flera val”."), rows=3)

    def command(self) -> NewColumn:
        """The column."""
        return NewColumn(
            kind=CaseKind(self.kind.data),
            name=self.name.data,
            type=ColumnType(self.type.data),
            options=tuple(self.options.data.splitlines()),
        )
