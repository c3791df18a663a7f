"""Reclaims: grounds, what "established" is, and what remains."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.text import Words

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
    ReclaimGround.NOT_FOR_PURPOSE: Words(
        "Inte använt till ändamålet eller i tid", "Not used for the purpose or in time"
    ),
    ReclaimGround.NOT_REPORTED: Words("Inte redovisat", "Not reported"),
    ReclaimGround.WRONG_INFORMATION: Words("Felaktiga uppgifter", "Incorrect information"),
    ReclaimGround.WRONGLY_PAID: Words("Felaktigt utbetalt av annat skäl", "Wrongly paid for another reason"),
    ReclaimGround.DEMOCRACY_CONDITION: Words(
        "Demokrativillkoret är inte uppfyllt", "The democracy condition is not met"
    ),
}


class EstablishedBy(StrEnum):
    """What has established it: never a suspicion."""

    BOARD_DECISION = "board_decision"
    JUDGMENT = "judgment"
    AUTHORITY_DECISION = "authority_decision"


ESTABLISHED_WORDS: Final[Mapping[EstablishedBy, Words]] = {
    EstablishedBy.BOARD_DECISION: Words("Beslut av nämnden", "Decision by the board"),
    EstablishedBy.JUDGMENT: Words("Dom", "Judgment"),
    EstablishedBy.AUTHORITY_DECISION: Words("Beslut av annan myndighet", "Decision by another authority"),
}


class ReclaimState(StrEnum):
    """Where a reclaim stands."""

    PROPOSED = "proposed"
    COMMUNICATED = "communicated"
    DECIDED = "decided"
    PAID = "paid"
    QUASHED = "quashed"


RECLAIM_STATE_WORDS: Final[Mapping[ReclaimState, Words]] = {
    ReclaimState.PROPOSED: Words("Utreds", "Under investigation"),
    ReclaimState.COMMUNICATED: Words("Kommunicerat", "Communicated"),
    ReclaimState.DECIDED: Words("Beslutat", "Decided"),
    ReclaimState.PAID: Words("Betalt", "Paid"),
    ReclaimState.QUASHED: Words("Upphävt", "Quashed"),
}


def remaining_amount(claimed: int, entries: Iterable[int]) -> int:
    """Öre that remain after what came back and was waived; never below nothing."""
    return max(0, claimed - sum(entries))
