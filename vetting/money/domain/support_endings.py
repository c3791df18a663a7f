"""When support of an association must end: a proposal for each payment and booking, heard and decided by itself."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


class EndingState(StrEnum):
    """Where a proposal to end some support stands."""

    TO_HEAR = "to_hear"
    """The association has not been told, and nothing says that it is heard afterwards."""
    HEARING = "hearing"
    TO_DECIDE = "to_decide"
    DONE = "done"
    WITHDRAWN = "withdrawn"


ENDING_WORDS: Final[Mapping[EndingState, Words]] = {
    EndingState.TO_HEAR: _("Föreningen ska höras"),
    EndingState.HEARING: _("Svarstiden löper"),
    EndingState.TO_DECIDE: _("Att besluta"),
    EndingState.DONE: _("Beslutat"),
    EndingState.WITHDRAWN: _("Återtaget"),
}


class EndingDays(NamedTuple):
    """What the state of a proposal is told by."""

    reply_by: date | None
    replied_on: date | None
    heard_after: str
    """Why the association is heard only afterwards."""
    withdrawn: bool
    done: bool
    """It is decided: the payment stopped, the booking taken back."""


def ending_state(of: EndingDays, on: date) -> EndingState:
    """Where a proposal stands that day."""
    if of.done:
        return EndingState.DONE
    if of.withdrawn:
        return EndingState.WITHDRAWN
    if of.replied_on is not None or of.heard_after:
        return EndingState.TO_DECIDE
    if of.reply_by is None:
        return EndingState.TO_HEAR
    return EndingState.HEARING if of.reply_by >= on else EndingState.TO_DECIDE
