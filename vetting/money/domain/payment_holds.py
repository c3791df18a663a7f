"""Why a planned payment is not made yet: what it waits for, and a hold of some days while a stop is prepared."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.kernel.text import Words, _, changed_words, day_in_words
from vetting.kernel.working_days import closed_because

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_HOLD: Final = 10
"""Working days: whoever needs more decides on a stop."""


class HoldReason(StrEnum):
    """What is looked into while a payment is held (*avvakta*); it finds nothing against anybody."""

    STOP_PREPARED = "stop_prepared"
    PAYEE = "payee"
    AMOUNT = "amount"


HOLD_REASON_WORDS: Final[Mapping[HoldReason, Words]] = {
    HoldReason.STOP_PREPARED: _("Ett beslut om stopp förbereds"),
    HoldReason.PAYEE: _("Mottagare eller konto kontrolleras"),
    HoldReason.AMOUNT: _("Belopp eller beslut kontrolleras"),
}


class PaymentOverride(StrEnum):
    """What of the board's order a payment can be made in spite of, by whoever pays and says why."""

    UNSENT = "unsent"
    NOT_IN_FORCE = "not_in_force"
    APPEALED = "appealed"
    UNATTESTED = "unattested"


class WaitingPayment(NamedTuple):
    """Why a payment is not made, and what ends that."""

    what: Words
    remedy: Words
    against: PaymentOverride | None = None
    """What it would be paid in spite of; None where nobody may."""
    until: date | None = None
    """Of what the officer looks into: the last day that holds it."""

    @property
    def for_finance(self) -> Words:
        """What whoever pays is told: that something holds it and till when, never why the officer looks into it."""
        if self.until is None:
            return self.what
        return _("Väntar på handläggarens besked, senast {day}", day=day_in_words(self.until))

    @property
    def sentence(self) -> Words:
        return changed_words(self.what, lambda text: text if text.endswith(".") else f"{text}.")


def last_day_of_hold(from_day: date, working_days: int = LONGEST_HOLD) -> date:
    """The last day of a hold of so many working days that began on a day."""
    day = from_day
    while working_days > 0:
        day += timedelta(days=1)
        if closed_because(day) is None:
            working_days -= 1
    return day
