"""Money that an association itself says it has not used: asked back by letter, no decision against anybody."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


class UnusedState(StrEnum):
    """Where it stands."""

    ASKED = "asked"
    LATE = "late"
    DISPUTED = "disputed"
    """The association says otherwise: from here it is a reclaim, with its hearing and decision."""
    PAID = "paid"


UNUSED_WORDS: Final[Mapping[UnusedState, Words]] = {
    UnusedState.ASKED: _("Begärt tillbaka"),
    UnusedState.LATE: _("Inte betalt i tid"),
    UnusedState.DISPUTED: _("Bestritt"),
    UnusedState.PAID: _("Betalt"),
}


class UnusedDays(NamedTuple):
    """What its state is told by; amounts in öre."""

    amount: int
    paid: int
    due_on: date
    disputed_on: date | None

    @property
    def is_asked_for(self) -> bool:
        """Whether it is still asked for: not all of it is paid, and the association has not said otherwise."""
        return self.paid < self.amount and self.disputed_on is None


def unused_state(of: UnusedDays, on: date) -> UnusedState:
    """Where it stands that day."""
    if of.paid >= of.amount:
        return UnusedState.PAID
    if of.disputed_on is not None:
        return UnusedState.DISPUTED
    return UnusedState.LATE if of.due_on < on else UnusedState.ASKED
