"""The forms of who is who: what a name is, what tells two records apart, which values stay when two become one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.casework import FIELDS, KINDS, SETTLED_KINDS
from vetting.kernel.text import Words, _
from vetting.web.forms import (
    NOTHING_CHOSEN,
    CarriedField,
    DayField,
    FormsOfPage,
    KeyChoiceField,
    KeyField,
    PostedForm,
    ShownChoiceField,
    TextField,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


class NameForm(PostedForm):
    """What a name that somebody has used is to the association."""

    receipt: Words = _("Namnet är sparat.")
    name_id = KeyChoiceField(_("Namn"))
    kind = ShownChoiceField(
        _("Vad det är"), options={kind: KINDS[kind] for kind in SETTLED_KINDS}, needs=NOTHING_CHOSEN
    )
    since = DayField(_("Sedan"), hint=_("Om det är känt."))


class NotTheSameForm(PostedForm):
    """What tells two records apart; or that they may be the same after all."""

    other_id = KeyField()
    withdraw = CarriedField()
    reason = TextField(_("Vad som skiljer dem"))


class UndoMergeForm(PostedForm):
    """Two records again."""

    receipt: Words = _("Sammanslagningen är ångrad.")
    merge_id = KeyField()


class MergeForm(PostedForm):
    """Which record's value stays, of each field that two records hold differently."""

    receipt: Words = _("Posterna är sammanslagna.")

    @property
    def chosen(self) -> dict[str, str]:
        """Field -> whose value stays."""
        return {field.short_name.removeprefix("field-"): str(field.data) for field in self.fields}


MERGE_FORM: type[MergeForm] = type("MergeForm", (MergeForm,), {f"field-{name}": CarriedField() for name in FIELDS})
"""The form of the fields that a record holds itself."""


class FormsOfAssociation(FormsOfPage):
    """The forms of an association's page. names: those that may be settled."""

    def __init__(self, names: Mapping[int, Words], refused: PostedForm | None) -> None:
        super().__init__(refused)
        self._names = names

    @property
    def name(self) -> NameForm:
        form = self.form(NameForm)
        form.name_id.options = self._names
        return form

    def apart(self, other_id: int) -> NotTheSameForm:
        return self.form(NotTheSameForm, f"apart-{other_id}", {"other_id": other_id})
