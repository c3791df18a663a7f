"""The form of an agreement between two boards."""

from __future__ import annotations

from typing import ClassVar

from vetting.kernel.text import Words, _
from vetting.web.forms import KeyChoiceField, PostedForm, TextField


class AgreementForm(PostedForm):
    """The own board's word to share with another."""

    receipt: ClassVar[Words] = _("Överenskommelsen är antecknad.")
    other_id = KeyChoiceField(_("Nämnd"))
    reference = TextField(_("Beslutets diarienummer"))
