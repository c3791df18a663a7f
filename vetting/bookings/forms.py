"""The forms of bookings."""

from __future__ import annotations

from typing import ClassVar

from vetting.bookings.domain.letting import ACCEPTANCE_CHANNEL_WORDS, AcceptanceChannel
from vetting.kernel.text import Words, _
from vetting.web.forms import NOTHING_CHOSEN, DayField, KeyField, PostedForm, ShownChoiceField, TextField


class AcceptanceForm(PostedForm):
    """How and when the booker accepted the terms."""

    receipt: ClassVar[Words] = _("Godkännandet är antecknat.")
    way = ShownChoiceField(
        _("Hur"), options=ACCEPTANCE_CHANNEL_WORDS, needs=NOTHING_CHOSEN, default=AcceptanceChannel.SIGNATURE.value
    )
    accepted_on = DayField(_("Dag"), hint=_("Tomt betyder i dag."))


class DeviationWithdrawalForm(PostedForm):
    """Why a deviation is taken back."""

    receipt: ClassVar[Words] = _("Avvikelsen är återtagen.")
    because = TextField(_("Vad som var fel"))


class LeaveOutForm(PostedForm):
    """Why one time of several is left out."""

    receipt: ClassVar[Words] = _("Tiden är struken.")
    version = KeyField()
    because = TextField(_("Varför"))
