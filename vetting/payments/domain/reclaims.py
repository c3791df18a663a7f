"""Reclaims: grounds, what "established" is, and what remains."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class ReclaimGround(StrEnum):
    """Why money is asked back (DOMAIN b 9; each board adopts its own)."""

    NOT_FOR_PURPOSE = "not_for_purpose"
    NOT_REPORTED = "not_reported"
    WRONG_INFORMATION = "wrong_information"
    WRONGLY_PAID = "wrongly_paid"
    DEMOCRACY_CONDITION = "democracy_condition"


RECLAIM_GROUND_WORDS: Final[Mapping[ReclaimGround, Words]] = {
    ReclaimGround.NOT_FOR_PURPOSE: _("Inte använt till ändamålet eller i tid"),
    ReclaimGround.NOT_REPORTED: _("Inte redovisat"),
    ReclaimGround.WRONG_INFORMATION: _("Felaktiga uppgifter"),
    ReclaimGround.WRONGLY_PAID: _("Felaktigt utbetalt av annat skäl"),
    ReclaimGround.DEMOCRACY_CONDITION: _("Demokrativillkoret är inte uppfyllt"),
}


class EstablishedBy(StrEnum):
    """What has established it: never a suspicion."""

    BOARD_DECISION = "board_decision"
    JUDGMENT = "judgment"
    AUTHORITY_DECISION = "authority_decision"


ESTABLISHED_WORDS: Final[Mapping[EstablishedBy, Words]] = {
    EstablishedBy.BOARD_DECISION: _("Beslut av nämnden"),
    EstablishedBy.JUDGMENT: _("Dom"),
    EstablishedBy.AUTHORITY_DECISION: _("Beslut av annan myndighet"),
}


class ReclaimState(StrEnum):
    """Where a reclaim stands."""

    PROPOSED = "proposed"
    COMMUNICATED = "communicated"
    DECIDED = "decided"
    PAID = "paid"
    QUASHED = "quashed"


RECLAIM_STATE_WORDS: Final[Mapping[ReclaimState, Words]] = {
    ReclaimState.PROPOSED: _("Utreds"),
    ReclaimState.COMMUNICATED: _("Kommunicerat"),
    ReclaimState.DECIDED: _("Beslutat"),
    ReclaimState.PAID: _("Betalt"),
    ReclaimState.QUASHED: _("Upphävt"),
}


def remaining_amount(claimed: int, entries: Iterable[int]) -> int:
    """Öre that remain after what came back and was waived; never below nothing."""
    return max(0, claimed - sum(entries))
