"""A case's states, and which may follow which: any order that the gates allow."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.domain.criteria import CaseKind
from vetting.domain.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping


class State(StrEnum):
    """Where a case stands (DESIGN 3.4)."""

    RECEIVED = "received"
    IN_PROGRESS = "in_progress"
    COMPLETION = "completion"
    REFERRED = "referred"
    COMMUNICATION = "communication"
    READY = "ready"
    DECIDED = "decided"
    PAYMENT = "payment"
    REPORTING = "reporting"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    REQUESTED = "requested"
    TO_CHECK = "to_check"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    RESCINDED = "rescinded"


STATE_WORDS: Final[Mapping[State, Words]] = {
    State.RECEIVED: Words("Inkommen", "Received"),
    State.IN_PROGRESS: Words("Handläggs", "In progress"),
    State.COMPLETION: Words("Väntar på komplettering", "Awaiting completion"),
    State.REFERRED: Words("Hos referensgruppen", "With the reference group"),
    State.COMMUNICATION: Words("Möjlighet att yttra sig", "Notice and comment"),
    State.READY: Words("Klar för beslut", "Ready for decision"),
    State.DECIDED: Words("Beslutad", "Decided"),
    State.PAYMENT: Words("Utbetalning", "Payment"),
    State.REPORTING: Words("Uppföljning", "Follow-up"),
    State.CLOSED: Words("Avslutad", "Closed"),
    State.WITHDRAWN: Words("Återkallad av sökanden", "Withdrawn by the applicant"),
    State.REQUESTED: Words("Förfrågan", "Requested"),
    State.TO_CHECK: Words("Att titta på", "To look at"),
    State.CONFIRMED: Words("Bekräftad", "Confirmed"),
    State.REFUSED: Words("Nekad", "Refused"),
    State.CANCELLED: Words("Avbokad", "Cancelled"),
    State.RESCINDED: Words("Avbokad av förvaltningen", "Rescinded by the administration"),
}
_HANDLED: Final = (
    State.RECEIVED,
    State.IN_PROGRESS,
    State.COMPLETION,
    State.REFERRED,
    State.COMMUNICATION,
    State.READY,
)
OPEN: Final = frozenset({*_HANDLED, State.REQUESTED, State.TO_CHECK})
"""Before a decision: what can still be handled."""
_GRANT_NEXT: Final[Mapping[State, frozenset[State]]] = {
    **{state: frozenset({*_HANDLED, State.WITHDRAWN}) - {state, State.RECEIVED} for state in _HANDLED},
    State.READY: frozenset({*_HANDLED, State.WITHDRAWN, State.PAYMENT, State.REPORTING, State.DECIDED})
    - {State.READY, State.RECEIVED},
    State.DECIDED: frozenset({State.CLOSED, State.IN_PROGRESS}),
    State.PAYMENT: frozenset({State.REPORTING, State.IN_PROGRESS}),
    State.REPORTING: frozenset({State.CLOSED, State.IN_PROGRESS}),
    State.CLOSED: frozenset({State.IN_PROGRESS}),
}
_BOOKING_HANDLED: Final = (
    State.REQUESTED,
    State.TO_CHECK,
    State.COMPLETION,
    State.REFERRED,
    State.COMMUNICATION,
    State.READY,
)
_BEFORE: Final = frozenset(_BOOKING_HANDLED)
_BOOKING_NEXT: Final[Mapping[State, frozenset[State]]] = {
    **{state: _BEFORE - {state, State.REQUESTED} | {State.CANCELLED} for state in _BOOKING_HANDLED},
    State.READY: _BEFORE - {State.READY, State.REQUESTED} | {State.CANCELLED, State.CONFIRMED, State.REFUSED},
    State.CONFIRMED: frozenset({State.CANCELLED, State.RESCINDED, State.TO_CHECK}),
    State.REFUSED: frozenset({State.TO_CHECK}),
    State.RESCINDED: frozenset({State.TO_CHECK}),
}
NEXT: Final = {CaseKind.GRANT: _GRANT_NEXT, CaseKind.BOOKING: _BOOKING_NEXT}
"""State -> what may follow it, in the order of the road; a list of states is shown in this order.

Handled in any order; decided only when ready. A decided case is handled again only when it is opened anew."""
FIRST: Final = {CaseKind.GRANT: State.RECEIVED, CaseKind.BOOKING: State.REQUESTED}
HANDLED: Final = {CaseKind.GRANT: State.IN_PROGRESS, CaseKind.BOOKING: State.TO_CHECK}


def may_follow(now: State, then: State, kind: CaseKind) -> bool:
    """Whether a state may follow another in a case of that kind."""
    return then in NEXT[kind].get(now, frozenset())


class FallenBecause(StrEnum):
    """Why something that a case rested on has fallen."""

    NOT_MET = "not_met"
    WITHDRAWN = "withdrawn"
    SPECIAL_REVIEW = "special_review"
    QUASHED = "quashed"
    CHANGED = "changed"


FALLEN_WORDS: Final[Mapping[FallenBecause, Words]] = {
    FallenBecause.NOT_MET: Words(
        "Ett krav på föreningen är bedömt som ej uppfyllt i ett annat ärende.",
        "A requirement on the association has been assessed as not met in another case.",
    ),
    FallenBecause.WITHDRAWN: Words(
        "En bedömning av föreningen har tagits tillbaka.", "An assessment of the association was taken back."
    ),
    FallenBecause.SPECIAL_REVIEW: Words(
        "En fördjupad kontroll av föreningen har öppnats eller avslutats.",
        "A special review of the association was opened or ended.",
    ),
    FallenBecause.QUASHED: Words(
        "Ett beslut om föreningen har upphävts.", "A decision about the association was quashed."
    ),
    FallenBecause.CHANGED: Words(
        "Bokningen har ändrats i bokningssystemet.", "The booking was changed in the booking system."
    ),
}


class Marked(StrEnum):
    """What a person can mark as done in a case."""

    REGISTERED = "registered"
    PAPERS_OPENED = "papers_opened"
    BASIC_CHECK = "basic_check"
    GAP_ACCEPTED = "gap_accepted"
    ROUTINE_FOLLOWED = "routine_followed"
    IDENTITY_CHECKED = "identity_checked"
    FOLLOWED_UP = "followed_up"
    WITHOUT_QUESTIONS = "without_questions"
    """A booking confirmed with others, because the rules had nothing to ask of it."""


KEPT: Final = frozenset({Marked.REGISTERED, Marked.PAPERS_OPENED, Marked.GAP_ACCEPTED, Marked.IDENTITY_CHECKED})
"""Marks that stand when a case is opened again; what else was gone through is gone through again."""
AFTER_DECISION: Final = frozenset({Marked.IDENTITY_CHECKED, Marked.FOLLOWED_UP})
"""Marks of a case that is decided."""
