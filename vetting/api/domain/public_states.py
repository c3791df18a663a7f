"""What another system is told: where a case stands, and what a quick check found; in few words that do not change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.casework.domain.cases import CaseState
from vetting.casework.domain.legal_force import RESCISSION
from vetting.engine.proposal import Proposal

if TYPE_CHECKING:
    from collections.abc import Mapping

HANDLED, DECIDED, CONFIRMED, CANCELLED = "being_handled", "decided", "confirmed", "cancelled"
_STATES: Final[Mapping[CaseState, str]] = {
    CaseState.RECEIVED: "received",
    CaseState.COMPLETION: "completion_requested",
    CaseState.COMMUNICATION: "comment_requested",
    CaseState.WITHDRAWN: "withdrawn",
    CaseState.REQUESTED: "received",
    CaseState.CONFIRMED: CONFIRMED,
    CaseState.CANCELLED: CANCELLED,
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


def public_state(state: CaseState, sent: str | None) -> str:
    """Where a case stands, to its sender. sent: the kind of the last decision that has been sent, None before there is.

    What has been decided and not sent is being handled. A booking that is confirmed is told at once, for it is the
    system that tells its booker; that it is taken back is told when the decision on it has been sent.
    """
    if state is CaseState.RESCINDED:
        return CANCELLED if sent == RESCISSION else CONFIRMED
    return _STATES.get(state) or (HANDLED if sent is None else DECIDED)


def public_result(proposal: Proposal | None) -> str:
    """What a proposal comes to at a counter: nothing found, ask the booker, or let somebody look."""
    return NOT_KNOWN if proposal is None else _TONES.get(proposal, LOOK)
