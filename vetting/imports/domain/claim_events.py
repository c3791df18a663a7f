"""What a customer ledger says has happened with a claim, in its own words."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.payments.domain.reclaims import CollectionStep

if TYPE_CHECKING:
    from collections.abc import Mapping


class ClaimEvent(StrEnum):
    """What a row of the ledger can be."""

    PAID = "paid"
    CREDITED = "credited"
    WRITTEN_OFF = "written_off"
    INVOICED = "invoiced"
    REMINDED = "reminded"
    PLAN = "plan"
    RESPITE = "respite"
    COLLECTION = "collection"
    ENFORCEMENT = "enforcement"
    CONTESTED = "contested"
    ENFORCEMENT_ENDED = "enforcement_ended"


FOLLOWED: Final[Mapping[ClaimEvent, CollectionStep]] = {
    event: CollectionStep(event.value) for event in ClaimEvent if event.value in set(CollectionStep)
}
"""Those that are noted as a step; the others change what is left."""
SAID_AS: Final[Mapping[str, ClaimEvent]] = {
    "betal": ClaimEvent.PAID,
    "inbetal": ClaimEvent.PAID,
    "kredit": ClaimEvent.CREDITED,
    "avskriv": ClaimEvent.WRITTEN_OFF,
    "faktur": ClaimEvent.INVOICED,
    "påmin": ClaimEvent.REMINDED,
    "avbetal": ClaimEvent.PLAN,
    "plan": ClaimEvent.PLAN,
    "anstånd": ClaimEvent.RESPITE,
    "inkasso": ClaimEvent.COLLECTION,
    "bestri": ClaimEvent.CONTESTED,
    "utfall": ClaimEvent.ENFORCEMENT_ENDED,
    "till kronofogd": ClaimEvent.ENFORCEMENT,
    "kronofogd": ClaimEvent.ENFORCEMENT,
    "kfm": ClaimEvent.ENFORCEMENT,
}
"""How the words of a ledger begin."""


def event_of(said: str) -> ClaimEvent | None:
    """The event that a ledger's words are about; None of words that say none. It may be said by its own name too."""
    text = " ".join(said.casefold().split())
    if text in set(ClaimEvent):
        return ClaimEvent(text)
    return next((event for begins, event in SAID_AS.items() if text.startswith(begins)), None)
