"""What the results together propose. The program proposes; a person decides."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.text import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Proposal(StrEnum):
    """From the strongest to the weakest; the two of running support stand where refuse does."""

    RECLAIM = "reclaim"
    PAUSE_PAYMENT = "pause_payment"
    REFUSE = "refuse"
    COMPLETE = "complete"
    ASSESS = "assess"
    REFER = "refer"
    APPROVE = "approve"


PROPOSAL_WORDS: Final[Mapping[Proposal, Words]] = {
    Proposal.RECLAIM: Words("Öppna återkrav", "Open a reclaim"),
    Proposal.PAUSE_PAYMENT: Words("Pröva utbetalningsstopp", "Consider a payment stop"),
    Proposal.REFUSE: Words("Krav ej uppfyllt", "Requirement not met"),
    Proposal.COMPLETE: Words("Uppgifter saknas", "Information missing"),
    Proposal.ASSESS: Words("Behöver bedömas", "Needs assessment"),
    Proposal.REFER: Words("Till referensgruppen", "To the reference group"),
    Proposal.APPROVE: Words("Inga hinder hittade i det som kontrollerats", "No obstacles found in what was checked"),
}


class Attention(StrEnum):
    """How much of a person's attention a row needs, from the least."""

    NONE = "none"
    LOOK = "look"
    PAPERS = "papers"
    PERSON = "person"


ATTENTION_WORDS: Final[Mapping[Attention, Words]] = {
    Attention.NONE: Words("Ingen", "None"),
    Attention.LOOK: Words("Titta till", "Have a look"),
    Attention.PAPERS: Words("Begär uppgifter", "Ask for information"),
    Attention.PERSON: Words("Bedöm själv", "Judge for yourself"),
}


_STRENGTH: Final = {proposal: place for place, proposal in enumerate(Proposal)}
_NEED: Final = {attention: place for place, attention in enumerate(Attention)}


def strongest_proposal(proposals: Iterable[Proposal]) -> Proposal:
    """The one that goes before the others; approve where there is none."""
    return min(proposals, key=_STRENGTH.__getitem__, default=Proposal.APPROVE)


def highest_attention(attentions: Iterable[Attention]) -> Attention:
    """The one that asks for most; none where there is none."""
    return max(attentions, key=_NEED.__getitem__, default=Attention.NONE)
