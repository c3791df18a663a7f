"""What a decision can be: its outcomes, the grounds for going against somebody, what it holds open."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.text import Words, _, in_context

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


class DecisionOutcome(StrEnum):
    """What can be decided of an application or a booking."""

    APPROVED = "approved"
    PARTLY_APPROVED = "partly_approved"
    REFUSED = "refused"
    DISMISSED = "dismissed"
    TABLED = "tabled"
    SENT_BACK = "sent_back"
    DISCONTINUED = "discontinued"


OUTCOME_WORDS: Final[Mapping[DecisionOutcome, Words]] = {
    DecisionOutcome.APPROVED: _("Bevilja"),
    DecisionOutcome.PARTLY_APPROVED: _("Bevilja delvis"),
    DecisionOutcome.REFUSED: _("Avslå"),
    DecisionOutcome.DISMISSED: _("Avvisa"),
    DecisionOutcome.TABLED: _("Bordlägg"),
    DecisionOutcome.SENT_BACK: _("Återremittera"),
    DecisionOutcome.DISCONTINUED: _("Avskriv"),
}
BOOKING_OUTCOME_WORDS: Final[Mapping[DecisionOutcome, Words]] = {
    DecisionOutcome.APPROVED: _("Bekräfta"),
    DecisionOutcome.REFUSED: _("Neka"),
}
MEASURE_DECISION_WORDS: Final[Mapping[str, Words]] = {
    "reclaim": in_context("one", "Återkrav"),
    "reclaim_waiver": _("Återkravet efterges"),
    "payment_stop": _("Utbetalningen stoppas"),
    "payment_release": _("Stoppet hävs"),
    "rescission": _("Avbokad av förvaltningen"),
    "grant_change": _("Begäran om ändring av bidraget"),
}
"""Decisions that are no outcome of an application or a booking."""


def outcome_words(kind: CaseKind, outcome: DecisionOutcome, *, by_exception: bool = False) -> Words:
    """What the outcome is called for an application or a booking. by_exception: a requirement is set aside."""
    found = (BOOKING_OUTCOME_WORDS if kind is CaseKind.BOOKING else OUTCOME_WORDS)[outcome]
    return found + _(" med undantag") if by_exception else found


FAVOURABLE: Final = frozenset({DecisionOutcome.APPROVED, DecisionOutcome.PARTLY_APPROVED})
ADVERSE: Final = frozenset({DecisionOutcome.REFUSED, DecisionOutcome.DISMISSED, DecisionOutcome.PARTLY_APPROVED})


class IncompleteTreatment(StrEnum):
    """What follows when an application is not completed in time, after one request that told so."""

    AS_IT_STANDS = "as_it_stands"
    DISMISS = "dismiss"
    REFUSE = "refuse"


class DecisionGround(StrEnum):
    """Why something is not granted as asked for."""

    CRITERION = "criterion"
    BUDGET = "budget"
    PRIORITY = "priority"
    NOT_COMPLETE = "not_complete"
    NOT_ENTITLED = "not_entitled"
    TOO_LATE = "too_late"
    REDUCED = "reduced"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    DOUBLE = "double"
    DISSOLVED = "dissolved"


ENDINGS: Final = (
    DecisionGround.WITHDRAWN,
    DecisionGround.LAPSED,
    DecisionGround.DOUBLE,
    DecisionGround.DISSOLVED,
)
"""Grounds on which a case is discontinued: nothing in it is tried, and nothing is said of the association."""
ABOUT_THE_ASSOCIATION: Final = frozenset(
    {DecisionGround.CRITERION, DecisionGround.NOT_COMPLETE, DecisionGround.NOT_ENTITLED}
)
"""Grounds that say something of the association itself; money that does not suffice says nothing of it."""
NOT_TRIED: Final = frozenset({DecisionGround.NOT_ENTITLED, DecisionGround.TOO_LATE})
"""Grounds on which an application is dismissed before anything in it is tried."""
GROUND_WORDS: Final[Mapping[DecisionGround, Words]] = {
    DecisionGround.CRITERION: _("Ett krav är inte uppfyllt"),
    DecisionGround.BUDGET: _("Pengarna räcker inte"),
    DecisionGround.PRIORITY: _("Andra ansökningar går före"),
    DecisionGround.NOT_COMPLETE: _("Uppgifter saknas trots begäran"),
    DecisionGround.NOT_ENTITLED: _("Sökanden får inte söka det här bidraget"),
    DecisionGround.TOO_LATE: _("Ansökan kom in för sent"),
    DecisionGround.REDUCED: _("Avdrag enligt reglerna"),
    DecisionGround.WITHDRAWN: _("Ansökan är återkallad"),
    DecisionGround.LAPSED: _("Det som ansökan gällde är inte längre aktuellt"),
    DecisionGround.DOUBLE: _("Ansökan är en dubblett"),
    DecisionGround.DISSOLVED: _("Föreningen finns inte längre"),
}


GROUNDS_OF: Final[Mapping[CaseKind, tuple[DecisionGround, ...]]] = {
    CaseKind.GRANT: tuple(ground for ground in DecisionGround if ground not in ENDINGS),
    CaseKind.BOOKING: (DecisionGround.CRITERION, DecisionGround.NOT_COMPLETE),
}
"""Which grounds each kind of case knows; the rest speak of money and of a grant's applicants."""


class Reservation(StrEnum):
    """What a decision that gives money holds open."""

    STOP = "stop"
    REPORT = "report"
    RECLAIM = "reclaim"


RESERVATION_WORDS: Final[Mapping[Reservation, Words]] = {
    Reservation.STOP: _("Utbetalning kan stoppas om kraven inte längre är uppfyllda."),
    Reservation.REPORT: _("Föreningen ska redovisa hur bidraget har använts."),
    Reservation.RECLAIM: _(
        "Bidraget kan krävas tillbaka om det inte använts till ändamålet, om uppgifterna varit felaktiga eller om "
        "kraven inte är uppfyllda."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionForm:
    """How it is decided: the paragraph of a meeting's minutes, or why the chair could not wait for one."""

    paragraph: str = ""
    urgent_because: str = ""
    decided_on: date | None = None
    """The day of the meeting, where it is entered later."""
    item_decision_id: int | None = None
    """What a meeting did with a round's item, where it is a part of that."""
