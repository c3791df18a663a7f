"""A case's states, and which may follow which: any order that the gates allow."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping


class CaseState(StrEnum):
    """Where a case stands."""

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
    DISCONTINUED = "discontinued"
    REQUESTED = "requested"
    TO_CHECK = "to_check"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    RESCINDED = "rescinded"


STATE_WORDS: Final[Mapping[CaseState, Words]] = {
    CaseState.RECEIVED: _("Inkommen"),
    CaseState.IN_PROGRESS: _("Handläggs"),
    CaseState.COMPLETION: _("Väntar på komplettering"),
    CaseState.REFERRED: _("Hos referensgruppen"),
    CaseState.COMMUNICATION: _("Möjlighet att yttra sig"),
    CaseState.READY: _("Klar för beslut"),
    CaseState.DECIDED: _("Beslutad"),
    CaseState.PAYMENT: _("Utbetalning"),
    CaseState.REPORTING: _("Uppföljning"),
    CaseState.CLOSED: _("Avslutad"),
    CaseState.WITHDRAWN: _("Återkallad av sökanden"),
    CaseState.DISCONTINUED: _("Avskriven"),
    CaseState.REQUESTED: _("Förfrågan"),
    CaseState.TO_CHECK: _("Att se över"),
    CaseState.CONFIRMED: _("Bekräftad"),
    CaseState.REFUSED: _("Nekad"),
    CaseState.CANCELLED: _("Avbokad"),
    CaseState.RESCINDED: _("Avbokad av förvaltningen"),
}
_HANDLED: Final = (
    CaseState.RECEIVED,
    CaseState.IN_PROGRESS,
    CaseState.COMPLETION,
    CaseState.REFERRED,
    CaseState.COMMUNICATION,
    CaseState.READY,
)
OPEN: Final = frozenset({*_HANDLED, CaseState.REQUESTED, CaseState.TO_CHECK})
"""Before a decision: what can still be handled."""
GIVEN_UP: Final = frozenset({CaseState.WITHDRAWN, CaseState.DISCONTINUED})
"""Taken back, or ended without being tried: it asks for no money."""
_GRANT_NEXT: Final[Mapping[CaseState, frozenset[CaseState]]] = {
    **{
        state: frozenset({*_HANDLED, CaseState.WITHDRAWN, CaseState.CLOSED}) - {state, CaseState.RECEIVED}
        for state in _HANDLED
    },
    CaseState.READY: frozenset(
        {
            *_HANDLED,
            CaseState.WITHDRAWN,
            CaseState.PAYMENT,
            CaseState.REPORTING,
            CaseState.DECIDED,
            CaseState.DISCONTINUED,
            CaseState.CLOSED,
        }
    )
    - {CaseState.READY, CaseState.RECEIVED},
    CaseState.DECIDED: frozenset({CaseState.CLOSED, CaseState.IN_PROGRESS}),
    CaseState.PAYMENT: frozenset({CaseState.REPORTING, CaseState.IN_PROGRESS}),
    CaseState.REPORTING: frozenset({CaseState.CLOSED, CaseState.IN_PROGRESS}),
    CaseState.CLOSED: frozenset({CaseState.IN_PROGRESS}),
    CaseState.WITHDRAWN: frozenset({CaseState.IN_PROGRESS, CaseState.DISCONTINUED}),
    CaseState.DISCONTINUED: frozenset({CaseState.IN_PROGRESS}),
}
_BOOKING_HANDLED: Final = (
    CaseState.REQUESTED,
    CaseState.TO_CHECK,
    CaseState.COMPLETION,
    CaseState.REFERRED,
    CaseState.COMMUNICATION,
    CaseState.READY,
)
_BEFORE: Final = frozenset(_BOOKING_HANDLED)
_BOOKING_NEXT: Final[Mapping[CaseState, frozenset[CaseState]]] = {
    **{state: _BEFORE - {state, CaseState.REQUESTED} | {CaseState.CANCELLED} for state in _BOOKING_HANDLED},
    CaseState.READY: _BEFORE - {CaseState.READY, CaseState.REQUESTED}
    | {CaseState.CANCELLED, CaseState.CONFIRMED, CaseState.REFUSED},
    CaseState.CONFIRMED: frozenset({CaseState.CANCELLED, CaseState.RESCINDED, CaseState.TO_CHECK}),
    CaseState.REFUSED: frozenset({CaseState.TO_CHECK}),
    CaseState.RESCINDED: frozenset({CaseState.TO_CHECK}),
}
NEXT: Final = {CaseKind.GRANT: _GRANT_NEXT, CaseKind.BOOKING: _BOOKING_NEXT}
"""State -> what may follow it, in the order of the road; a list of states is shown in this order.

Handled in any order; decided only when ready; closed undecided when it is handed to another board. A decided case is
handled again only when it is opened anew."""
FIRST: Final = {CaseKind.GRANT: CaseState.RECEIVED, CaseKind.BOOKING: CaseState.REQUESTED}
AT_WORK_STATE: Final = {CaseKind.GRANT: CaseState.IN_PROGRESS, CaseKind.BOOKING: CaseState.TO_CHECK}


def may_follow(now: CaseState, then: CaseState, kind: CaseKind) -> bool:
    """Whether a state may follow another in a case of that kind."""
    return then in NEXT[kind].get(now, frozenset())


class InvalidationReason(StrEnum):
    """Why something that a case rested on has fallen."""

    NOT_MET = "not_met"
    WITHDRAWN = "withdrawn"
    SPECIAL_REVIEW = "special_review"
    QUASHED = "quashed"
    CHANGED = "changed"
    ASKED_BACK = "asked_back"
    TIP = "tip"


ASKED_BACK: Final = "Fråga inför beslut: "
"""What the note begins with that whoever decides has a question in; notes are Swedish."""
FALL_REASON_WORDS: Final[Mapping[InvalidationReason, Words]] = {
    InvalidationReason.NOT_MET: _("Ett krav på föreningen är bedömt som ej uppfyllt i ett annat ärende."),
    InvalidationReason.WITHDRAWN: _("En bedömning av föreningen har tagits tillbaka."),
    InvalidationReason.SPECIAL_REVIEW: _("En fördjupad kontroll av föreningen har öppnats eller avslutats."),
    InvalidationReason.QUASHED: _("Ett beslut om föreningen har upphävts."),
    InvalidationReason.CHANGED: _("Bokningen har ändrats i bokningssystemet."),
    InvalidationReason.ASKED_BACK: _("Beslutsfattaren har en fråga."),
    InvalidationReason.TIP: _("Ett tips om föreningen har kommit in."),
}


class CaseMarkKind(StrEnum):
    """What a person can mark as done in a case."""

    REGISTERED = "registered"
    PAPERS_OPENED = "papers_opened"
    BASIC_CHECK = "basic_check"
    GAP_ACCEPTED = "gap_accepted"
    ROUTINE_FOLLOWED = "routine_followed"
    IDENTITY_CHECKED = "identity_checked"
    FOLLOWED_UP = "followed_up"
    """What the grant was used for is gone through; the text says what that showed."""
    CONTACT = "contact"
    """A visit, a talk or papers seen while the support runs: no report of it; the text says what it showed."""
    AID_REGISTERED = "aid_registered"
    """Aid of minor importance was entered in the central register; the text says which day."""
    CLOSED_UNREPORTED = "closed_unreported"
    """Closed although nobody has gone through a report; the text says why."""
    WITHOUT_QUESTIONS = "without_questions"
    """A booking confirmed with others, because the rules had nothing to ask of it."""


class FollowUpWay(StrEnum):
    """How a granted association was followed up while its support runs."""

    VISIT = "visit"
    TALK = "talk"
    PAPERS = "papers"


FOLLOW_UP_WORDS: Final[Mapping[FollowUpWay, Words]] = {
    FollowUpWay.VISIT: _("Besök"),
    FollowUpWay.TALK: _("Samtal"),
    FollowUpWay.PAPERS: _("Handlingar"),
}
MARKS_KEPT_ON_REOPENING: Final = frozenset(
    {CaseMarkKind.REGISTERED, CaseMarkKind.PAPERS_OPENED, CaseMarkKind.GAP_ACCEPTED, CaseMarkKind.IDENTITY_CHECKED}
)
"""Marks that stand when a case is opened again; what else was gone through is gone through again."""
AFTER_DECISION: Final = frozenset(
    {CaseMarkKind.IDENTITY_CHECKED, CaseMarkKind.FOLLOWED_UP, CaseMarkKind.CONTACT, CaseMarkKind.AID_REGISTERED}
)
"""Marks of a case that is decided."""
FOLLOW_UPS: Final = frozenset({CaseMarkKind.FOLLOWED_UP, CaseMarkKind.CONTACT})
"""Marks that say that a granted association has been followed up."""
