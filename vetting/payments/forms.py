"""The forms of money."""

from __future__ import annotations

from typing import ClassVar

from vetting.kernel.text import Words, _
from vetting.web.forms import PostedForm, TextField


class NewAccountForm(PostedForm):
    """Another account, as the association has said after the decision."""

    receipt: ClassVar[Words] = _("Det nya kontot väntar på kontroll.")
    account = TextField(_("Nytt bankgiro eller plusgiro"), short=True)
    how = TextField(
        _("Hur föreningen meddelade det"), hint=_("En annan person kontrollerar kontot innan något betalas.")
    )
