"""What another system is told: where a case stands, and what a quick check found; in few words that do not change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.cases.domain.cases import CaseState
from vetting.engine.proposal import Proposal

if TYPE_CHECKING:
    from collections.abc import Mapping

HANDLED, DECIDED = "being_handled", "decided"
_STATES: Final[Mapping[CaseState, str]] = {
    CaseState.RECEIVED: "received",
    CaseState.COMPLETION: "completion_requested",
    CaseState.COMMUNICATION: "comment_requested",
    CaseState.WITHDRAWN: "withdrawn",
    CaseState.REQUESTED: "received",
    CaseState.CONFIRMED: "confirmed",
    CaseState.CANCELLED: "cancelled",
    CaseState.RESCINDED: "cancelled",
}
NOTHING_FOUND, ASK, LOOK, NOT_KNOWN = "nothing_found", "ask", "look", "not_known"
_TONES: Final[Mapping[Proposal, str]] = {
    Proposal.APPROVE: NOTHING_FOUND,
    Proposal.REFER: NOTHING_FOUND,
    Proposal.COMPLETE: ASK,
}
STATES: Final = tuple(dict.fromkeys((*_STATES.values(), HANDLED, DECIDED)))
"""Every word for where a case stands."""
TONES: Final = (NOTHING_FOUND, ASK, LOOK, NOT_KNOWN)
"""Every word for what a quick check found."""


def told_state(state: CaseState, *, is_sent: bool) -> str:
    """Where a case stands, to its sender: handled until a decision has been sent, where it says nothing else."""
    found = _STATES.get(state, HANDLED)
    return DECIDED if is_sent and found == HANDLED else found


def told_tone(proposal: Proposal | None) -> str:
    """What a proposal comes to at a counter: nothing found, ask the booker, or let somebody look."""
    return NOT_KNOWN if proposal is None else _TONES.get(proposal, LOOK)
