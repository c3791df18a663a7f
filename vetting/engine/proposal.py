"""What the results together propose. The program proposes; a person decides."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Proposal(StrEnum):
    """From the strongest to the weakest; the two of running support stand where refuse does."""

    RECLAIM = "reclaim"
    PAUSE_PAYMENT = "pause_payment"
    DISMISS = "dismiss"
    REFUSE = "refuse"
    COMPLETE = "complete"
    ASSESS = "assess"
    REFER = "refer"
    APPROVE = "approve"


PROPOSAL_WORDS: Final[Mapping[Proposal, Words]] = {
    Proposal.RECLAIM: _("Öppna återkrav"),
    Proposal.PAUSE_PAYMENT: _("Pröva utbetalningsstopp"),
    Proposal.DISMISS: _("Kan inte tas upp till prövning"),
    Proposal.REFUSE: _("Krav ej uppfyllt"),
    Proposal.COMPLETE: _("Uppgifter saknas"),
    Proposal.ASSESS: _("Behöver bedömas"),
    Proposal.REFER: _("Till referensgruppen"),
    Proposal.APPROVE: _("Inga hinder hittade i det som kontrollerats"),
}


class Attention(StrEnum):
    """How much of a person's attention a row needs, from the least."""

    NONE = "none"
    LOOK = "look"
    PAPERS = "papers"
    PERSON = "person"


ATTENTION_WORDS: Final[Mapping[Attention, Words]] = {
    Attention.NONE: _("Ingen"),
    Attention.LOOK: _("Se över"),
    Attention.PAPERS: _("Begär uppgifter"),
    Attention.PERSON: _("Kräver bedömning"),
}


_STRENGTH: Final = {proposal: place for place, proposal in enumerate(Proposal)}
_NEED: Final = {attention: place for place, attention in enumerate(Attention)}


def strongest_proposal(proposals: Iterable[Proposal]) -> Proposal:
    """The one that goes before the others; approve where there is none."""
    return min(proposals, key=_STRENGTH.__getitem__, default=Proposal.APPROVE)


def highest_attention(attentions: Iterable[Attention]) -> Attention:
    """The one that asks for most; none where there is none."""
    return max(attentions, key=_NEED.__getitem__, default=Attention.NONE)
